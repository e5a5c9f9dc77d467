"""The judge of what goes to Discord takes what the library builds and refuses each breach of a documented limit."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import ui

from tests.discord.limits import (
    COMMAND,
    COMPLETION,
    EPHEMERAL,
    LAID_OUT,
    PRESS,
    SUBMIT,
    SUPPRESS_EMBEDS,
    breaches_in_answer,
    breaches_in_message,
    faults_in_answer,
    faults_in_edit,
    faults_in_message,
    faults_in_modal,
    faults_in_webhook,
)

Json = dict[str, Any]
QUIET: Json = {"allowed_mentions": {"parse": []}}


def button(id_: str = "press", **more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Press", "custom_id": id_, **more}


def row(*held: Json) -> Json:
    return {"type": 1, "components": list(held)}


def text(content: str = "words") -> Json:
    return {"type": 10, "content": content}


def option(value: str = "a", **more: Any) -> Json:
    return {"label": "One", "value": value, **more}


def menu(*options: Json, **more: Any) -> Json:
    return {"type": 3, "custom_id": "menu", "options": list(options) or [option()], **more}


def laid_out(*components: Json) -> Json:
    return {"flags": LAID_OUT, "components": list(components), **QUIET}


def label(component: Json, **more: Any) -> Json:
    return {"type": 18, "label": "Field", "component": component, **more}


def box(**more: Any) -> Json:
    return {"type": 4, "custom_id": "box", "style": 1, **more}


def ticks(*options: Json, **more: Any) -> Json:
    return {"type": 22, "custom_id": "ticks", "options": list(options) or [option()], **more}


def modal(*components: Json, **more: Any) -> Json:
    return {"custom_id": "form", "title": "A form", "components": list(components), **more}


def _parts(view: ui.LayoutView) -> list[Json]:
    found: list[Json] = view.to_components()  # type: ignore[no-untyped-call] # the library left it without types
    return found


# ---------------------------------------------------------------- what the library builds is taken


@pytest.mark.anyio
async def test_what_the_library_lays_out_is_taken() -> None:
    container: ui.Container[Any] = ui.Container()
    container.add_item(ui.TextDisplay("# A heading"))
    container.add_item(ui.Section("words", accessory=ui.Button(label="See", custom_id="see")))
    container.add_item(ui.Separator())
    container.add_item(ui.ActionRow(ui.Button(label="Yes", custom_id="yes"), ui.Button(label="Why", url="https://a.b")))
    container.add_item(ui.ActionRow(ui.Select(custom_id="menu", options=[discord.SelectOption(label="One")])))
    view: ui.LayoutView = ui.LayoutView().add_item(container)
    assert faults_in_message(laid_out(*_parts(view))) == []


@pytest.mark.anyio
async def test_what_the_library_asks_is_taken() -> None:
    ticked: ui.CheckboxGroup[Any] = ui.CheckboxGroup(
        custom_id="t", required=False, options=[discord.CheckboxGroupOption(label="I am")]
    )
    form: ui.Modal = ui.Modal(title="A form", custom_id="form")
    form.add_item(ui.TextDisplay("words"))
    form.add_item(ui.Label(text="Words", description="many", component=ui.TextInput(custom_id="w", default="some")))
    form.add_item(ui.Label(text="Ticks", component=ticked))
    form.add_item(ui.Label(text="File", component=ui.FileUpload(custom_id="f", required=False)))
    form.add_item(ui.Label(text="Tick", component=ui.Checkbox(custom_id="c")))
    assert faults_in_modal(form.to_dict()) == []


# ---------------------------------------------------------------- messages


@pytest.mark.parametrize(
    "body",
    [
        {"content": "words"},
        {"content": "w" * 2000, "flags": SUPPRESS_EMBEDS, "nonce": "n" * 25, "enforce_nonce": True},
        {"content": "words", "components": [row(*(button(str(n)) for n in range(5)))]},
        {"components": [row(menu())]},
        laid_out(*(text("w" * 100) for _ in range(40))),
        laid_out({"type": 17, "components": [text(), row(button()), {"type": 14, "divider": False, "spacing": 2}]}),
        laid_out({"type": 9, "components": [text()] * 3, "accessory": button(label="l" * 80)}),
        laid_out(
            row(button("i" * 100)), row(button(style=4)), row({"type": 2, "style": 5, "label": "See", "url": "u" * 512})
        ),
    ],
)
def test_a_message_within_the_limits_is_taken(body: Json) -> None:
    assert faults_in_message(body) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, "an empty message"),
        ({"content": ""}, "an empty message"),
        ({"content": "w" * 2001}, "2001 characters in content"),
        ({"content": "😀" * 1001}, "2002 characters in content"),
        ({"content": "words", "nonce": "n" * 26}, "26 characters in nonce"),
        ({"content": "words", "enforce_nonce": True}, "enforce_nonce without a nonce"),
        ({"content": "words", "flags": EPHEMERAL}, "flags 64"),
        ({"content": "words", "components": [row(button(str(n))) for n in range(6)]}, "6 rows"),
        ({"content": "words", "components": [text()]}, "a component of type 10 in a message"),
        ({"content": "words", "components": [button()]}, "a component of type 2 in a message"),
        ({**laid_out(text()), "content": "words"}, "content or embeds beside a layout"),
        ({**laid_out(text()), "embeds": [{"title": "words"}]}, "content or embeds beside a layout"),
        (laid_out(*(text() for _ in range(41))), "41 components in all"),
        (laid_out({"type": 17, "components": [text()] * 40}), "41 components in all"),
        (laid_out(text("w" * 2001), text("w" * 2000)), "4001 characters in text displays"),
        (laid_out(text(" ")), "1 characters in a text display"),
        (laid_out(row()), "0 components in a row"),
        (laid_out(row(*(button(str(n)) for n in range(6)))), "6 components in a row"),
        (laid_out(row(button(), menu())), "a component of type 2 in a row"),
        (laid_out(row(box())), "a component of type 4 in a row"),
        (laid_out(row(button(), button())), "custom_id 'press' twice"),
        (laid_out({**text(), "id": 3}, {**text(), "id": 3}), "id 3 twice"),
        (laid_out(row(button("i" * 101))), "101 characters in custom_id"),
        (laid_out(row(button(""))), "0 characters in custom_id"),
        (laid_out(row(button(label="l" * 81))), "81 characters in a button's label"),
        (laid_out(row(button(label=""))), "0 characters in a button's label"),
        (laid_out(row(button(style=7))), "a button's style 7"),
        (laid_out(row(button(style=5))), "a button that is neither one to press nor a link"),
        (laid_out(row(button(url="https://a.b"))), "a button that is neither one to press nor a link"),
        (laid_out(row(button(target="x"))), "a component 2's 'target'"),
        (laid_out({"type": 9, "components": [text()] * 4, "accessory": button()}), "4 texts in a section"),
        (laid_out({"type": 9, "components": [text()]}), "a component of type None in a section's accessory"),
        (laid_out({"type": 9, "components": [row(button())], "accessory": button("b")}), "a component of type 1 in"),
        (laid_out({"type": 17, "components": [{"type": 17, "components": [text()]}]}), "a component of type 17 in"),
        (laid_out({"type": 17, "components": []}), "0 components in a container"),
        (laid_out(label(menu())), "a component of type 18 in a message"),
        (laid_out({"type": 14, "spacing": 3}), "a separator's spacing"),
        (laid_out(row(menu(*(option(str(n)) for n in range(26))))), "26 options"),
        (laid_out(row(menu(option(), option()))), "option value 'a' twice"),
        (laid_out(row(menu(option(default=True), option("b", default=True)))), "more options chosen than may be"),
        (laid_out(row(menu(option(description="d" * 101)))), "101 characters in an option's description"),
        (laid_out(row(menu(placeholder="p" * 151))), "151 characters in placeholder"),
        (laid_out(row(menu(max_values=2))), "max_values 2"),
        (laid_out(row(menu(min_values=0))), "min_values 0"),
    ],
)
def test_a_message_beyond_a_limit_is_refused(body: Json, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults_in_message(body)), faults_in_message(body)


def test_an_edit_is_judged_with_what_stands() -> None:
    plain = {"content": "words", "flags": SUPPRESS_EMBEDS}
    laid = {"content": "", "flags": LAID_OUT | EPHEMERAL, "components": [text()]}
    assert faults_in_edit({"content": "other"}, plain) == []
    assert faults_in_edit({"components": [text(), row(button())]}, laid) == []
    assert faults_in_edit({"components": [text()], "flags": LAID_OUT, "content": None}, plain) == []
    assert faults_in_edit({"content": ""}, plain) == ["an empty message"]
    assert faults_in_edit({"components": []}, laid) == ["0 components in all", "an empty message"]
    assert faults_in_edit({"content": "other"}, laid) == ["content or embeds beside a layout"]
    assert faults_in_edit({"components": [row(button())], "flags": 0}, laid) == [
        "a layout that is taken from a message"
    ]
    assert faults_in_edit({"components": [text()], "flags": LAID_OUT}, plain) == [
        "a layout on a message that has content"
    ]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"username": "n" * 80}, []),
        ({"name": "Ann's AI double"}, []),
        ({"content": "under its own name"}, []),
        ({"username": "n" * 81}, ["a webhook's name of 81 characters"]),
        ({"username": ""}, ["a webhook's name of 0 characters"]),
        ({"name": None}, ["a webhook's name of None characters"]),
        ({"username": "Ann of DisCord"}, ["'discord' in a webhook's name"]),
        ({"username": "Clyde's AI double"}, ["'clyde' in a webhook's name"]),
    ],
)
def test_a_webhooks_name_is_judged(body: Json, faults: list[str]) -> None:
    assert faults_in_webhook(body) == faults


@pytest.mark.parametrize(
    ("body", "is_public", "breaches"),
    [
        ({"content": "words", "flags": SUPPRESS_EMBEDS, **QUIET}, True, []),
        ({"content": "words", **QUIET}, False, []),
        (laid_out(text()), True, []),
        ({"content": "words", **QUIET}, True, ["a public message whose links unfold"]),
        ({"content": "words"}, False, ["a message without an empty allowed_mentions"]),
        ({"content": "w", "allowed_mentions": {}}, False, ["a message without an empty allowed_mentions"]),
        ({"content": "w", "allowed_mentions": {"parse": ["users"]}}, False, ["a message without an empty allowed_"]),
        ({"content": "w", "allowed_mentions": {"parse": [], "users": ["1"]}}, False, ["a message that may ping"]),
        ({"content": "w", "allowed_mentions": {"parse": [], "replied_user": True}}, False, ["a message that may ping"]),
        ({"content": "words", "embeds": [{"title": "t"}], **QUIET}, False, ["an embed of ours"]),
    ],
)
def test_what_nobody_may_send_is_a_breach(body: Json, is_public: bool, breaches: list[str]) -> None:
    found = breaches_in_message(body, is_public=is_public)
    assert len(found) == len(breaches)
    assert all(one.startswith(start) for one, start in zip(found, breaches, strict=True))


def test_an_edit_that_shows_other_words_may_not_ping_either() -> None:
    assert breaches_in_message({"flags": SUPPRESS_EMBEDS}, is_public=True, is_edit=True) == []
    assert breaches_in_message({"content": "words", **QUIET}, is_public=True, is_edit=True) == []
    assert breaches_in_message({"content": "words"}, is_public=True, is_edit=True)


# ---------------------------------------------------------------- answers and modals


@pytest.mark.parametrize(
    ("kinds", "interaction", "on_message"),
    [
        ({4, 5, 9}, COMMAND, False),
        ({4, 5, 6, 7, 9}, PRESS, True),
        ({8}, COMPLETION, False),
        ({4, 5}, SUBMIT, False),
        ({4, 5, 6, 7}, SUBMIT, True),
    ],
)
def test_an_answer_fits_what_it_answers(kinds: set[int], interaction: int, on_message: bool) -> None:
    data: dict[int, Json] = {4: {"content": "words"}, 8: {"choices": []}, 9: modal(label(box()))}
    taken = {
        kind
        for kind in range(1, 13)
        if not faults_in_answer({"type": kind, "data": data.get(kind, {})}, interaction, on_message=on_message)
    }
    assert taken == kinds


def test_an_answer_is_judged_by_what_it_carries() -> None:
    def faults(kind: int, data: Json, interaction: int = COMMAND) -> list[str]:
        return faults_in_answer({"type": kind, "data": data}, interaction, on_message=False)

    assert faults(4, {"content": "words", "flags": EPHEMERAL}) == []
    assert faults(4, {"content": "w" * 2001}) == ["2001 characters in content"]
    assert faults(5, {"flags": EPHEMERAL}) == []
    assert faults(5, {"flags": EPHEMERAL | LAID_OUT}) == [f"flags {EPHEMERAL | LAID_OUT}"]
    assert faults(9, modal()) == ["0 components in a modal"]
    assert faults(8, {"choices": [{"name": "n", "value": "v"}] * 26}, COMPLETION) == ["26 choices"]
    assert faults(8, {"choices": [{"name": "n" * 101, "value": ""}]}, COMPLETION) == [
        "101 characters in a choice's name",
        "0 characters in a choice's value",
    ]


def test_an_answer_for_all_to_see_or_one_that_pings_is_a_breach() -> None:
    alone = {"content": "words", "flags": EPHEMERAL, **QUIET}
    assert breaches_in_answer({"type": 4, "data": alone}) == []
    assert breaches_in_answer({"type": 5, "data": {"flags": EPHEMERAL}}) == []
    assert breaches_in_answer({"type": 6}) == []
    assert breaches_in_answer({"type": 7, "data": {"components": [text()], **QUIET}}) == []
    assert breaches_in_answer({"type": 4, "data": {**alone, "flags": 0}}) == ["an answer for all"]
    assert breaches_in_answer({"type": 5}) == ["an answer for all"]
    assert breaches_in_answer({"type": 4, "data": {"content": "words", "flags": EPHEMERAL}})
    assert breaches_in_answer({"type": 7, "data": {"components": [text()]}})


@pytest.mark.parametrize(
    "form",
    [
        modal(text(), label(box(value="v" * 4000, max_length=4000)), title="t" * 45),
        modal(*(label(box(custom_id=str(n)), label="l" * 45, description="d" * 100) for n in range(5))),
        modal(label(ticks(*(option(str(n), label="l" * 100, default=True) for n in range(10)), required=False))),
        modal(label(ticks(option(), required=False, min_values=0, max_values=1))),
        modal(label(menu(option(), required=False, min_values=0))),
        modal(label({"type": 19, "custom_id": "file", "required": False, "max_values": 1})),
        modal(label({"type": 21, "custom_id": "one", "options": [option(), option("b", default=True)]})),
    ],
)
def test_a_modal_within_the_limits_is_taken(form: Json) -> None:
    assert faults_in_modal(form) == []


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        (modal(label(box()), title="t" * 46), "46 characters in a modal's title"),
        (modal(label(box()), title=""), "0 characters in a modal's title"),
        (modal(label(box()), custom_id="c" * 101), "101 characters in a modal's custom_id"),
        (modal(label(box()), flags=64), "a modal's 'flags'"),
        (modal(), "0 components in a modal"),
        (modal(*[text()] * 6), "6 components in a modal"),
        (modal(row(box())), "a component of type 1 in a modal"),
        (modal(row(button())), "a component of type 1 in a modal"),
        (modal(label(box()), label(box())), "custom_id 'box' twice"),
        (modal(label(text())), "a component of type 10 in a label"),
        (modal(label(box(), label="l" * 46)), "46 characters in a label"),
        (modal(label(box(), label="")), "0 characters in a label"),
        (modal(label(box(), description="d" * 101)), "101 characters in a label's description"),
        (modal(label(box(label="words"))), "a label on a box"),
        (modal(label(box(style=3))), "a box's style 3"),
        (modal(label(box(max_length=4001))), "a box's length of 0 to 4001"),
        (modal(label(box(max_length=0))), "a box's length of 0 to 0"),
        (modal(label(box(min_length=9, max_length=8))), "a box's length of 9 to 8"),
        (modal(label(box(value="v" * 4001))), "4001 characters in a box's value"),
        (modal(label(box(value="v" * 11, max_length=10))), "11 characters in a box's value"),
        (modal(label(box(placeholder="p" * 101))), "101 characters in a box's placeholder"),
        (modal(label(menu(disabled=True))), "a disabled component in a modal"),
        (modal(label(ticks(*(option(str(n)) for n in range(11))))), "11 options"),
        (modal(label(ticks(option(label="l" * 101)))), "101 characters in an option's label"),
        (modal(label(ticks(option(description="d" * 101)))), "101 characters in an option's description"),
        (modal(label(ticks(option("v" * 101)))), "101 characters in an option's value"),
        (modal(label(ticks(option(emphasis=True)))), "an option's 'emphasis'"),
        (modal(label(ticks(option(), min_values=0))), "min_values 0"),
        (modal(label(ticks(option(), max_values=2))), "max_values 2"),
        (modal(label({"type": 19, "custom_id": "file", "max_values": 11})), "max_values 11"),
        (modal(label({"type": 21, "custom_id": "one", "options": [option()]})), "1 options"),
        (modal(text("w" * 4001)), "4001 characters in"),
    ],
)
def test_a_modal_beyond_a_limit_is_refused(form: Json, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults_in_modal(form)), faults_in_modal(form)
