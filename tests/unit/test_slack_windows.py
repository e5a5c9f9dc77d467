"""Views as modals and home tabs: whatever the core shows, Slack takes it, and every button can be reached."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.forms import FileGiven
from adapters.chat.open_windows import OpenWindows, Place
from adapters.slack import buttons, fields
from adapters.slack.windows import MOST_BLOCKS, home_tab, modal, read_metadata
from bot.refs import PersonRef
from bot.views import (
    Button,
    Choices,
    DateField,
    Element,
    Empty,
    FileField,
    Fold,
    Item,
    Link,
    SecretField,
    Text,
    TextField,
    Tick,
    View,
)
from bot.words import Words
from tests.any_view import kinds_of_field, standing, views
from tests.slack.filling_in import buttons_in, state_of, words_in
from tests.slack.limits import faults_in_view

MARA = PersonRef("slack", "T1", "U1")
ENGLISH = Words("en", "Europe/Berlin")


def shown(view: View, windows: OpenWindows | None = None, **more: Any) -> dict[str, Any]:
    windows = windows or OpenWindows()
    return modal(windows.open(view, MARA), ENGLISH, windows, **more)


def pages_of(place: Place, windows: OpenWindows, *, unfold: bool = False) -> list[dict[str, Any]]:
    """Every page of a place, turned by its own buttons."""
    pages = [modal(place, ENGLISH, windows)]
    while more := [b for b in buttons_in(pages[-1]) if b["action_id"] == f"{buttons.PAGE}{place.page + 1}"]:
        assert len(more) == 1
        place.page += 1
        pages.append(modal(place, ENGLISH, windows))
        assert len(pages) < 2000
    return pages


@given(views(), st.sampled_from(["en", "zh-Hans"]), st.booleans())
@settings(max_examples=25)
def test_slack_takes_any_view_as_a_modal_and_as_a_home_tab(view: View, locale: str, takes_files: bool) -> None:
    windows, words = OpenWindows(), Words(locale)
    place = windows.open(view, MARA)
    made = modal(place, words, windows, takes_files=takes_files)
    assert not faults_in_view(made)
    assert not faults_in_view(home_tab(place, words, windows))
    json.dumps(made)
    place.notice = view.title
    place.toggled = {b["action_id"].removeprefix(buttons.FOLD) for b in buttons_in(made)}
    assert not faults_in_view(modal(place, words, windows, takes_files=takes_files))


@pytest.mark.parametrize("value", ["v" * 2850, "v" * 3500, "\n" * 1300, '"' * 1300])
def test_what_the_submit_button_holds_fits_however_it_is_written(value: str) -> None:
    windows = OpenWindows()
    view = View("form", "Form", (Tick("tick", "Tick"),), (Button("go", "Go", "d1", {"text": value}, "primary"),))
    made = shown(view, windows)
    assert not faults_in_view(made)
    assert buttons.read(read_metadata(made)[1], windows) == ("go", "d1", {"text": value})


@given(views())
@settings(max_examples=15)
def test_every_page_of_any_view_is_taken_and_every_button_is_on_one(view: View) -> None:
    windows = OpenWindows()
    place = windows.open(view, MARA)
    pages = pages_of(place, windows)
    assert not [fault for page in pages for fault in faults_in_view(page)]
    held = [buttons.read(b["value"], windows) for page in pages for b in buttons_in(page) if "value" in b]
    held += [buttons.read(read_metadata(page)[1], windows) for page in pages]
    missing = {b.name for b in standing(view.elements)} | {b.name for b in view.buttons} - {"close"}
    assert missing <= {found[0] for found in held if found}


@given(
    st.lists(st.sampled_from(sorted(kinds_of_field)), unique=True, min_size=1).flatmap(
        lambda some: st.tuples(*[kinds_of_field[name] for name in some])
    )
)
@settings(max_examples=25)
def test_what_stands_in_untouched_fields_comes_back_as_the_core_proposed_it(some: tuple[Element, ...]) -> None:
    state = state_of(shown(View("form", "Form", some, (Button("go", "Go", look="primary"),))))
    read = fields.values(state)
    for field in some:
        match field:
            case Tick():
                assert read["tick"] is field.value
            case Choices():
                assert read["choices"] == [value for value, _, chosen in field.options if chosen]
            case DateField():
                assert read["day"] == field.value.isoformat()
            case TextField() if len(field.value.encode("utf-16-le")) // 2 <= min(field.limit, 3000):
                assert read["text"] == field.value
            case SecretField():
                assert read["secret"] == ""
            case FileField():
                assert "file" not in read
    assert "secret" not in fields.lasting(read, state)
    assert "file" not in fields.lasting(read, state)


def test_what_is_put_in_fields_comes_back_in_the_types_the_core_reads() -> None:
    some = (
        Tick("learn", "Learn"),
        Tick("draft", "Draft", value=True),
        Choices("few", "Few", (("C1", "#build", True), ("C2", "#general", False))),
        Choices("many", "Many", tuple((f"C{n}", f"#c{n}", n == 5) for n in range(250))),
        Choices("none", "None", ()),
        DateField("until", "Until", date(2026, 5, 1), date(2026, 1, 1), date(2026, 12, 1)),
        TextField("text", "Text", "as it was", lines=10),
        SecretField("passphrase", "Passphrase"),
        FileField("vault", "File", ".age", 1000),
    )
    view = shown(View("form", "Form", some, (Button("go", "Go", look="primary"),)))
    assert not faults_in_view(view)
    typed = {
        "learn": True,
        "draft": False,
        "few": ["C2"],
        "many": ["C0", "C249"],
        "until": "2026-06-30",
        "text": "<b> & so on",
        "passphrase": "four words and more",
        "vault": [{"id": "F1", "size": 12, "url_private_download": "https://files.example/F1"}],
    }
    assert fields.values(state_of(view, typed)) == {
        **typed,
        "none": [],
        "vault": FileGiven("https://files.example/F1", 12, 1000),
    }
    assert fields.values(state_of(view, {"until": ""}))["until"] == ""


@pytest.mark.parametrize(
    "state", [{"other": {"v": {}}}, {"field:odd:x:1": {"v": {}}}, {"field": {}}, {"a:b": {"v": 1}}]
)
def test_a_foreign_field_is_passed_over(state: dict[str, Any]) -> None:
    assert fields.values(state) == {}
    assert fields.first_field({"field:tick:x:1": {}, **state}) == "field:tick:x:1"


def test_what_was_typed_stays_while_a_fold_opens_and_goes_when_the_core_proposes_another_text() -> None:
    windows = OpenWindows()
    fold = Fold("3 passages", (Text("said so"),))
    draft = (TextField("text", "Draft", "as proposed", lines=10), fold)
    place = windows.open(View("review", "Review", draft, target="d1"), MARA)
    before = modal(place, ENGLISH, windows)
    place.typed["text"] = "as edited"
    (toggle,) = [b for b in buttons_in(before) if b["action_id"].startswith(buttons.FOLD)]
    place.toggled.add(toggle["action_id"].removeprefix(buttons.FOLD))
    after = modal(place, ENGLISH, windows)
    ids = [[b["block_id"] for b in view["blocks"] if b["type"] == "input"] for view in (before, after)]
    assert ids[0] == ids[1]
    assert fields.values(state_of(after)) == {"text": "as edited"}
    assert "said so" in words_in(after)
    assert "said so" not in words_in(before)
    other = shown(View("review", "Review", (TextField("text", "Draft", "proposed anew", lines=10), fold), target="d1"))
    assert [b["block_id"] for b in other["blocks"] if b["type"] == "input"] != ids[0]


def test_the_first_screen_of_a_review_is_the_question_the_box_and_the_decision() -> None:
    passages = Fold("2 passages", (Item("said so", buttons=(Button("never_use", "Never use", "C1/1"),)),))
    view = View(
        "review",
        "A question for your double",
        (
            Text("Jonas in #build asks:", "small"),
            Text("where?", "quote"),
            TextField("text", "Draft", "there", "", 10),
            passages,
            Text("Lapses Thu 18:00", "small"),
        ),
        (Button("approve", "Send as my double", "d1", look="primary"), Button("deny", "Deny", "d1")),
        "d1",
    )
    made = shown(view)
    assert [block["type"] for block in made["blocks"]] == [
        "context",
        "section",
        "input",
        "actions",
        "actions",
        "context",
    ]
    assert made["submit"]["text"] == "Send as my double"
    assert [b["text"]["text"] for b in buttons_in(made)] == ["Deny", "▸ 2 passages"]
    assert made["title"]["text"] == "A question for you"


def test_a_button_that_asks_once_more_stands_in_a_row_where_slack_can_ask() -> None:
    leave = Button("leave", "Leave", look="primary", confirm="All of it?")
    made = shown(View("leave", "Leave", (Text("So be it."),), (leave, Button("close", "Stay"))))
    assert "submit" not in made
    (button,) = buttons_in(made)
    assert button["confirm"]["text"]["text"] == "All of it?"
    assert made["close"]["text"] == "Stay"


def test_nothing_in_a_view_is_a_ping_a_link_or_a_command() -> None:
    said = "<!channel> <https://evil.example|here> <@U2> & <!date^1^{date}|x>"
    made = shown(View("try", "Try", (Text(said), Item(said, said, (said,), (Link("javascript:x", said),)))))
    assert "<!" not in words_in(made)
    assert "<http" not in words_in(made)
    assert "<@U2>" in words_in(made)
    objects = [block["text"] for block in made["blocks"] if block["type"] == "section"]
    assert all(text["verbatim"] for text in objects if text["type"] == "mrkdwn")


def test_a_button_too_large_for_slack_is_kept_aside() -> None:
    windows = OpenWindows()
    large = Button("forget", "Erase", "forget", {"channels": "C" * 5000})
    made = modal(windows.open(View("forget", "Erase", (Empty("", (large,)),)), MARA), ENGLISH, windows)
    (button,) = buttons_in(made)
    assert buttons.read(button["value"], windows) == ("forget", "forget", {"channels": "C" * 5000})
    assert buttons.read(button["value"], OpenWindows()) is None
    assert buttons.read("[1,2,3]", windows) is None
    assert buttons.read("{", windows) is None


def test_four_thousand_messages_are_pages_of_at_most_a_hundred_blocks() -> None:
    windows = OpenWindows()
    delete = Button("delete_message", "Delete", "C1/1", look="danger", confirm="Sure?")
    rows = tuple(Item(f"message {n}", details=("Mon", "#build"), buttons=(delete, delete)) for n in range(4000))
    place = windows.open(View("mine", "Mine", rows), MARA)
    seen: list[str] = []
    for place.page in (0, 1, 5000):  # the last one, however far one goes
        page = modal(place, ENGLISH, windows)
        assert len(page["blocks"]) <= MOST_BLOCKS
        assert not faults_in_view(page)
        seen += words_in(page).split("\n")
    assert {"message 0", "message 40", "message 3999"} <= set(seen)


def test_a_window_belongs_to_its_reader_alone() -> None:
    windows = OpenWindows()
    place = windows.open(View("mine", "Mine", ()), MARA)
    assert windows.place(place.key, MARA) is place
    assert windows.place(place.key, PersonRef("slack", "T1", "U2")) is None
    for _ in range(500):
        windows.open(View("mine", "Mine", ()), MARA)
    assert windows.place(place.key, MARA) is None
