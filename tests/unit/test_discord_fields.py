"""Fields in modals: what is put in them comes back in the types the core reads, and Discord takes every one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.forms import Field, FileGiven
from adapters.discord.fields import HINT, INPUT, LABEL, OPTION, is_whole, left_out, rows, told
from adapters.discord.filled_in import current, values
from bot.views import Choices, DateField, Element, FileField, SecretField, TextField, Tick
from bot.words import Words
from tests.any_view import kinds_of_field
from tests.discord.drawn import faults_in, submitted
from tests.discord.team import Json

ENGLISH, CHINESE = Words("en"), Words("zh-Hans")
UNTIL = DateField("until", "Until", date(2026, 5, 1), date(2026, 1, 1), date(2026, 12, 1))


def modals(fields: list[Any], typed: dict[str, Any] | None = None, words: Words = ENGLISH) -> list[ui.Modal]:
    """The rows of fields, five to a modal."""
    every_row = list(rows(fields, typed or {}, words))
    made = []
    for start in range(0, len(every_row), 5):
        made.append(ui.Modal(title="Form", timeout=None, custom_id="s|1"))
        for row in every_row[start : start + 5]:
            made[-1].add_item(row)
    return made


def components(fields: list[Any], typed: dict[str, Any] | None = None, words: Words = ENGLISH) -> list[Json]:
    return [dict(one) for modal in modals(fields, typed, words) for one in modal.to_dict()["components"]]


@given(
    st.lists(st.sampled_from(sorted(kinds_of_field)), unique=True, min_size=1).flatmap(
        lambda some: st.tuples(*[kinds_of_field[name] for name in some])
    ),
    st.sampled_from([ENGLISH, CHINESE]),
)
@settings(max_examples=40)
def test_what_stands_in_untouched_fields_comes_back_as_the_core_proposed_it(
    some: tuple[Element, ...], words: Words
) -> None:
    fields: list[Any] = list(some)
    standing: dict[str, Any] = {}
    for modal in modals(fields, words=words):
        assert not faults_in(modal)
        standing |= values(submitted(modal), fields, standing)
    for field in fields:
        match field:
            case Tick():
                assert standing["tick"] is field.value
            case Choices() if field.options:
                assert standing["choices"] == [value for value, _, chosen in field.options if chosen]
            case DateField():
                assert standing["day"] == field.value.isoformat()
            case TextField() if len(field.value.encode("utf-16-le")) // 2 <= min(field.limit, INPUT):
                assert standing["text"] == field.value
            case SecretField():
                assert standing["secret"] == ""
            case FileField():
                assert "file" not in standing


def test_what_is_put_in_fields_comes_back_in_the_types_the_core_reads() -> None:
    some: list[Field] = [
        Tick("learn", "Learn"),
        Tick("draft", "Draft", value=True),
        Choices("few", "Few", (("1", "#build", True), ("2", "#general", False))),
        Choices("many", "Many", tuple((f"C{n}", f"#c{n}", n == 5) for n in range(30))),
        UNTIL,
        TextField("text", "Text", "as it was", lines=10),
        SecretField("passphrase", "Passphrase"),
        FileField("vault", "File", ".age", 1000),
    ]
    file = {"id": "77", "url": "https://cdn.example/77?ex=1", "size": 12}
    typed: dict[str, Any] = {
        "learn": True,
        "draft": False,
        "few": ["2"],
        "many": ["C0"],
        "choices:many:1": ["C29"],
        "until": " 2026-06-30 ",
        "text": "<b> & so on",
        "passphrase": "four words and more",
    }
    read: dict[str, Any] = {}
    for modal in modals(some):
        shown = str(modal.to_dict())
        here = {name: value for name, value in typed.items() if _is_in(name, shown)}
        read |= values(submitted(modal, here, {"vault": file}), some, read)
    assert read == {
        "learn": True,
        "draft": False,
        "few": ["2"],
        "many": ["C0", "C29"],
        "until": "2026-06-30",
        "text": "<b> & so on",
        "passphrase": "four words and more",
        "vault": FileGiven("https://cdn.example/77?ex=1", 12, 1000),
    }


def _is_in(name: str, shown: str) -> bool:
    return name in shown if ":" in name else f":{name}'" in shown or f":{name}:" in shown or f"'{name}'" in shown


def test_all_ticks_of_a_form_are_one_group_of_boxes_where_the_first_of_them_stands() -> None:
    form = components([Tick("a", "A", "why", value=True), UNTIL, Tick("b", "B"), Tick("c", "C" * 120)], {"b": True})
    assert [one["component"]["type"] for one in form] == [22, 4]
    options = form[0]["component"]["options"]
    assert [(o["value"], o["default"], o.get("description")) for o in options] == [
        ("a", True, "why"),
        ("b", True, None),
        ("c", False, None),
    ]
    assert options[2]["label"] == "C" * 99 + "…"
    assert form[0]["component"]["required"] is False


def test_more_ticks_than_a_group_holds_are_several_groups() -> None:
    form = components([Tick(f"tick_number_{n}", f"Tick {n}") for n in range(12)])
    names = [option["value"] for group in form for option in group["component"]["options"]]
    assert names == [f"tick_number_{n}" for n in range(12)]
    assert all(len(group["component"]["custom_id"]) <= 100 for group in form)


@pytest.mark.parametrize(("count", "kinds"), [(0, []), (1, [22]), (10, [22]), (11, [3]), (25, [3]), (26, [3, 3])])
def test_few_choices_are_boxes_and_many_are_menus(count: int, kinds: list[int]) -> None:
    field = Choices("channels", "In these channels", tuple((f"c{n}", f"#c{n}", n == 0) for n in range(count)), "why")
    form = components([field])
    assert [one["component"]["type"] for one in form] == kinds
    assert [one.get("description") for one in form] == ["why", None][: len(form)]
    assert [option["value"] for one in form for option in one["component"]["options"]] == [
        f"c{n}" for n in range(count)
    ]
    assert len(form) < 2 or [one["label"] for one in form] == ["In these channels 1–25", "In these channels 26–26"]


def test_a_day_is_typed_and_how_is_said_beneath() -> None:
    (plain,) = components([UNTIL])
    assert plain["description"] == "Year, month, day: 2026-05-01"
    assert (plain["component"]["value"], plain["component"]["style"]) == ("2026-05-01", 1)
    assert plain["component"]["required"] is True
    (hinted,) = components([DateField("u", "U", UNTIL.value, UNTIL.earliest, UNTIL.latest, "It stops by itself.")])
    assert hinted["description"] == "It stops by itself. Year, month, day: 2026-05-01"
    (typed,) = components([UNTIL], {"until": "tomorrow"})
    assert typed["component"]["value"] == "tomorrow"
    (chinese,) = components([UNTIL], words=CHINESE)
    assert "2026-05-01" in chinese["description"]
    assert chinese["description"] != plain["description"]


def test_a_secret_says_that_it_can_be_seen_and_is_never_filled_in() -> None:
    (row,) = components([SecretField("passphrase", "Passphrase", "At least 12 characters.")], {"passphrase": "x"})
    assert row["description"].startswith("At least 12 characters. It can be seen")
    assert not row["component"].get("value")


def test_a_hint_is_shown_whole_or_left_to_what_stands_above() -> None:
    long = "h" * (HINT + 1)
    for field in (Tick("a", "A", long), TextField("a", "A", "", long), Choices("a", "A", (("1", "x", True),), long)):
        assert long[:50] not in str(components([field]))
        assert left_out(field, ENGLISH) == long
    assert left_out(Tick("a", "A", "short"), ENGLISH) == ""
    assert left_out(Tick("a", "A"), ENGLISH) == ""
    assert left_out(SecretField("s", "S", "h" * 60), ENGLISH) == "h" * 60  # what must be said of it comes first
    assert "can be seen" in components([SecretField("s", "S", "h" * 60)])[0]["description"]


def test_a_label_is_whole_or_known_not_to_be() -> None:
    assert is_whole(Tick("a", "A" * OPTION))
    assert not is_whole(Tick("a", "A" * (OPTION + 1)))
    assert is_whole(TextField("a", "A" * LABEL))
    assert not is_whole(TextField("a", "A" * (LABEL + 1)))
    assert components([TextField("a", "A" * 60)])[0]["label"] == "A" * 44 + "…"


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ({}, {}),
        ({"components": [{"type": 10}, {"type": 18, "component": None}]}, {}),
        ({"components": [{"component": {"custom_id": "odd:x", "value": "1"}}]}, {}),
        ({"components": [{"component": {"custom_id": "text:", "value": "1"}}]}, {}),
        ({"components": [{"component": {"value": "1"}}]}, {}),
        ({"components": [{"component": {"custom_id": "file:vault:9", "values": ["1"]}}]}, {}),
        ({"components": [{"component": {"custom_id": "choices:c:x", "values": ["1"]}}]}, {}),
        ({"components": [{"component": {"custom_id": "text:t", "value": None}}]}, {"t": ""}),
        ({"components": [{"component": {"custom_id": "ticks:a,b", "values": ["b", "z"]}}]}, {"a": False, "b": True}),
        ({"components": [{"component": {"custom_id": "choices:c:0", "values": ["1"]}}]}, {"c": ["1"]}),
    ],
)
def test_a_form_is_read_without_memory_and_what_is_foreign_passed_over(data: Any, read: dict[str, Any]) -> None:
    assert values(data) == read


@pytest.mark.parametrize(
    ("field", "typed", "shown"),
    [
        (Tick("a", "Learn *x*", "why"), {}, "☐ **Learn \\*x\\***\n-# why"),
        (Tick("a", "A"), {"a": True}, "☑ **A**"),
        (Choices("c", "Where", (("1", "#a", True), ("2", "#b", True))), {}, "**Where**: \\#a, #b"),
        (Choices("c", "Where", (("1", "#a", True),)), {"c": []}, "**Where**: none yet"),
        (Choices("c", "Where", ()), {}, "**Where**: Nothing to choose"),
        (UNTIL, {"until": "2026-06-30"}, "**Until**: 2026-06-30"),
        (TextField("t", "Words", "a\n# b", "why"), {}, "**Words**\n> a\n> \\# b\n-# why"),
        (TextField("t", "Words"), {}, "**Words**\n> –"),
        (SecretField("s", "Key", "why"), {"s": "secret"}, "**Key**: asked for when you send the form\n-# why"),
        (FileField("f", "File", ".age", 9), {}, "**File**: asked for when you send the form"),
    ],
)
def test_a_window_shows_what_stands_in_a_field(field: Field, typed: dict[str, Any], shown: str) -> None:
    assert list(told(field, typed, ENGLISH)) == [shown]


def test_a_draft_is_shown_whole_and_other_words_are_cut() -> None:
    draft = "\n".join(told(TextField("t", "Draft", "word " * 600, lines=10), {}, ENGLISH))
    assert draft.count("word") == 600
    assert "\n".join(told(TextField("t", "Words", "word " * 600, lines=3), {}, ENGLISH)).count("word") == 200


def test_secrets_and_files_stand_nowhere() -> None:
    some: list[Field] = [SecretField("s", "S"), FileField("f", "F", ".age", 9), Tick("t", "T")]
    assert current(some, {"s": "secret", "f": b"x", "t": True}) == {"t": True}
