"""What people see in the local Discord is read as Discord displays it, and a form is filled in as people see it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.clock import TestClock
from tests.discord.forms import Form, begun, missing, put
from tests.discord.reading import words
from tests.discord.server import ADA, GARDEN, WEI, LocalDiscord
from tests.local_platform import MONDAY


def test_a_list_that_needed_several_menus_is_filled_in_as_one() -> None:
    def menu(number: int) -> Any:
        options = [{"label": f"#{n}", "value": f"C{n}", "default": n == 1} for n in range(number * 2, number * 2 + 2)]
        component = {"type": 3, "custom_id": f"choices:channels:{number}", "options": options, "max_values": 2}
        return {"type": 18, "id": number, "label": f"Channels {number}", "component": component}

    data = {"custom_id": "form", "title": "A form", "components": [menu(0), menu(1)]}
    form = Form(None, data, begun(data))  # type: ignore[arg-type] # nobody sends it
    assert form.typed == {"choices:channels:0": ["C1"], "choices:channels:1": []}
    put(form, "channels", ["C0", "C3"])
    assert form.typed == {"choices:channels:0": ["C0"], "choices:channels:1": ["C3"]}
    with pytest.raises(AssertionError, match="no options"):
        put(form, "channels", ["C9"])


def test_words_are_read_as_they_are_displayed() -> None:
    place = LocalDiscord("http://127.0.0.1", TestClock(MONDAY).now)
    place.found_team()
    shown = {
        "content": "",
        "components": [
            {"type": 10, "content": "# Heading\n> **Ada** said\n-# small \\*print\\* a\\_b"},
            {
                "type": 10,
                "content": f"<@{ADA}> in <#{GARDEN}>, \\<@{WEI}>, [a \\[link\\]](https://a.example) <https://b.example>",
            },
            {"type": 1, "components": [{"type": 2, "style": 1, "label": "Press", "custom_id": "hidden"}]},
        ],
    }
    assert place.reading.words(shown).splitlines() == [
        "Heading",
        "Ada said",
        "small *print* a_b",
        f"@Ada Brook in #garden, <@{WEI}>, a [link] https://b.example",
        "Press",
    ]


def test_of_a_modal_the_words_in_its_boxes_are_read_and_not_what_only_the_app_reads() -> None:
    box = {"type": 4, "custom_id": "text:draft", "value": "as proposed", "placeholder": "Your words"}
    ticks = {"type": 22, "custom_id": "ticks:learn", "options": [{"label": "Learn", "value": "learn"}]}
    rows = [{"type": 18, "label": label, "component": one} for label, one in (("Draft", box), ("It may", ticks))]
    shown = words({"custom_id": "form", "title": "Review", "components": rows})
    assert shown.splitlines() == ["Review", "Draft", "Your words", "as proposed", "It may", "Learn"]


@pytest.mark.parametrize(
    ("field", "value", "is_missing"),
    [
        ({"type": 4, "style": 1}, "", True),
        ({"type": 4, "style": 1, "required": False}, "", False),
        ({"type": 4, "style": 1, "min_length": 3}, "ab", True),
        ({"type": 4, "style": 1, "min_length": 3}, "abc", False),
        ({"type": 22, "options": [{"label": "A", "value": "a"}]}, [], True),
        ({"type": 22, "options": [{"label": "A", "value": "a"}], "required": False, "min_values": 0}, [], False),
        ({"type": 3, "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]}, ["a", "b"], True),
        ({"type": 21, "options": [{"label": "A", "value": "a"}]}, None, True),
        ({"type": 21, "options": [{"label": "A", "value": "a"}]}, "a", False),
        ({"type": 23}, False, False),
        ({"type": 19}, None, True),
        ({"type": 19}, ("mine.age", b"sealed"), False),
    ],
)
def test_a_modal_cannot_be_sent_before_what_must_be_filled_in_is(field: Any, value: Any, is_missing: bool) -> None:
    label = {"type": 18, "id": 1, "label": "Field", "component": {**field, "id": 2, "custom_id": "kind:name"}}
    data = {"custom_id": "form", "title": "A form", "components": [label]}
    form = Form(None, data, begun(data))  # type: ignore[arg-type] # nobody sends it
    put(form, "name", value)
    assert bool(missing(form)) is is_missing
