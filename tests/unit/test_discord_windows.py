"""Views as layouts and modals: whatever the core shows, Discord takes it, and every button can be reached."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.open_windows import OpenWindows, Place
from adapters.discord import windows as drawing
from adapters.discord.buttons import BACK, DO, FOLD, FOOT, NOTE, OPEN, PAGE, SEND, Holding, read
from adapters.discord.sheets import filled_in, standing
from bot.refs import PersonRef
from bot.views import (
    Button,
    Choices,
    DateField,
    Element,
    Empty,
    Facts,
    FileField,
    Fold,
    Heading,
    Item,
    Link,
    SecretField,
    Text,
    TextField,
    Tick,
    View,
)
from bot.words import Words
from tests.any_view import standing as in_sight
from tests.any_view import views
from tests.discord.component_limits import COMPONENTS, every
from tests.discord.drawn import buttons_in, faults_in, held_in, laid_out, submitted, texts_in

MARA = PersonRef("discord", "1130645829374828544", "1130645829374828545")
ENGLISH = Words("en", "Europe/Berlin")
AGREE = Button("consent", "Agree and join", "consent", {"words": "f" * 64}, "primary")
CANCEL = Button("close", "Cancel")
SEND_IT = Button("approve", "Send as my double", "d_1", {"revision": "1"}, "primary")
DENY = Button("deny", "Deny", "d_1")


def opened(view: View, windows: OpenWindows | None = None) -> tuple[Place, OpenWindows]:
    windows = windows or OpenWindows()
    return windows.open(view, MARA), windows


def message(place: Place, windows: OpenWindows, words: Words = ENGLISH) -> ui.LayoutView:
    return drawing.message(place, words, windows)


def labels(place: Place, windows: OpenWindows) -> list[str]:
    return [label for label, _ in held_in(message(place, windows), windows)]


def pages_of(place: Place, windows: OpenWindows) -> list[ui.LayoutView]:
    """Every page of a place, turned by its own buttons."""
    pages = [message(place, windows)]
    while [held for _, held in held_in(pages[-1], windows) if (held.kind, held.part) == (PAGE, str(place.page + 1))]:
        place.page += 1
        pages.append(message(place, windows))
        assert len(pages) < 5000
    return pages


def modal(place: Place, part: str, windows: OpenWindows) -> ui.Modal:
    made = drawing.form(place, part, ENGLISH, windows)
    assert made is not None, f"no sheet {part!r}"
    return made


def sheet_of(place: Place, label: str, windows: OpenWindows) -> ui.Modal:
    """The modal that opens by the button whose label begins so."""
    found = [held for name, held in held_in(message(place, windows), windows) if name.startswith(label)]
    assert len(found) == 1, labels(place, windows)
    assert found[0].kind == OPEN
    return modal(place, found[0].part, windows)


def fields_in(modal: ui.Modal) -> list[str]:
    return [one["custom_id"] for one in every(modal.to_dict()["components"]) if "custom_id" in one]


@given(views(), st.sampled_from(["en", "zh-Hans"]))
@settings(max_examples=20)
def test_discord_takes_any_view_on_all_its_pages_and_every_button_is_on_one(view: View, locale: str) -> None:
    windows, words = OpenWindows(), Words(locale)
    place = windows.open(view, MARA)
    place.notice = view.title
    for unfolded in (False, True):
        place.page = 0
        pages = pages_of(place, windows)
        assert not [fault for page in pages for fault in faults_in(page)]
        assert not faults_in(drawing.message(place, words, windows))
        held = [held for page in pages for _, held in held_in(page, windows)]
        sheets = [modal(place, one.part, windows) for one in held if one.kind == OPEN]
        assert not [fault for sheet in sheets for fault in faults_in(sheet)]
        sending = [read(sheet.custom_id, windows) for sheet in sheets]
        reached = {one.name for one in [*held, *sending] if one is not None}
        if not unfolded:
            assert {b.name for b in in_sight(view.elements)} | {b.name for b in view.buttons} <= reached
        place.toggled = {one.part for one in held if one.kind == FOLD}
    at_once = drawing.at_once(place, words, windows)
    assert at_once is None or not faults_in(at_once)


def join(channels: int = 3, *, bringing: bool = False) -> View:
    options = tuple((f"113064582937482{n:04}", f"#channel-{n}", n == 1) for n in range(channels))
    elements: tuple[Element, ...] = (
        Text("Each of these on its own."),
        Tick("learn", "Learn from me", "Keep what I write."),
        Tick("draft", "Draft for me", "When a colleague asks my double there, draft an answer. " * 3),
        Choices("channels", "In these channels", options, "A private channel is only ever used there."),
        DateField("until", "Until", date(2026, 5, 1), date(2026, 1, 1), date(2026, 12, 1), "It stops by itself."),
        Tick("earlier", "Also what I wrote before", value=True),
        Fold(
            "Bring my double along",
            (
                Text("Choose the file."),
                FileField("vault", "Sealed file", ".age", 1000),
                SecretField("secret", "Its key"),
            ),
            is_open=bringing,
        ),
        Fold("What you agree to", (Text("All of it. " * 200, "quote"),), is_open=True),
    )
    return View("join", "Your AI double", elements, (AGREE, CANCEL), "consent")


def test_a_form_with_more_to_it_is_a_message_whose_button_opens_the_fields() -> None:
    place, windows = opened(join())
    assert drawing.at_once(place, ENGLISH, windows) is None
    shown = message(place, windows)
    assert labels(place, windows)[-2:] == ["Agree and join …", "Cancel"]
    for said in ("☐ **Learn from me**\n-# Keep", "☑ **Also what", "**In these channels**: \\#channel-1", "2026-05-01"):
        assert said in texts_in(shown)
    form = sheet_of(place, "Agree", windows)
    assert fields_in(form) == ["ticks:learn,draft,earlier", "choices:channels:0", "date:until"]
    assert "When a colleague" not in str(form.to_dict())  # no half a sentence: the message above says all of it
    held = read(form.custom_id, windows)
    assert held == Holding(SEND, MARA.workspace, place.key, "", "consent", "consent", {"words": "f" * 64})
    data = submitted(
        form, {"learn": True, "earlier": False, "channels": ["1130645829374820002"], "until": "2026-06-30"}
    )
    assert filled_in(place, data) == {
        "learn": True,
        "draft": False,
        "earlier": False,
        "channels": ["1130645829374820002"],
        "until": "2026-06-30",
    }
    assert "☑ **Learn from me**" in texts_in(message(place, windows))
    assert "**In these channels**: \\#channel-2" in texts_in(message(place, windows))


def test_a_file_and_its_passphrase_are_asked_for_last_and_remembered_nowhere() -> None:
    place, windows = opened(join(bringing=True))
    assert "Fill in …" not in labels(place, windows)  # all five rows are on one sheet
    form = sheet_of(place, "Agree", windows)
    assert fields_in(form)[-2:] == ["file:vault:1000", "secret:secret"]
    file = {"id": "77", "url": "https://cdn.example/77", "size": 12}
    given = filled_in(place, submitted(form, {"learn": True, "secret": "four words"}, {"vault": file}))
    assert (given["secret"], given["vault"].url, given["vault"].limit) == ("four words", file["url"], 1000)
    assert "four words" not in str(place.typed)
    assert "vault" not in place.typed
    assert place.typed["learn"] is True
    assert "four words" not in texts_in(message(place, windows)) + str(sheet_of(place, "Agree", windows).to_dict())


def test_a_long_form_is_noted_sheet_by_sheet_and_sent_by_the_last() -> None:
    place, windows = opened(join(60, bringing=True))
    assert labels(place, windows)[-3:] == ["Fill in …", "Agree and join …", "Cancel"]
    first, last = sheet_of(place, "Fill in", windows), sheet_of(place, "Agree", windows)
    assert [read(one.custom_id, windows).kind for one in (first, last)] == [NOTE, SEND]  # type: ignore[union-attr]
    assert fields_in(first) == ["ticks:learn,draft,earlier", *(f"choices:channels:{n}" for n in range(3)), "date:until"]
    assert fields_in(last) == ["file:vault:1000", "secret:secret"]
    filled_in(place, submitted(first, {"learn": True, "until": "2026-07-01"}))
    given = filled_in(place, submitted(last, {"secret": "four words"}))
    assert (given["learn"], given["until"], given["channels"]) == (True, "2026-07-01", ["1130645829374820001"])
    assert given["secret"] == "four words"


def test_a_list_on_several_sheets_is_put_together_from_all_of_them() -> None:
    options = tuple((f"c{n}", f"#c{n}", n in {0, 200}) for n in range(250))
    place, windows = opened(View("f", "Form", (Choices("channels", "Where", options), Tick("a", "A")), (AGREE,)))
    assert labels(place, windows) == ["Fill in, part 1 …", "Fill in, part 2 …", "Agree and join …"]
    second = modal(place, "2", windows)
    given = filled_in(place, submitted(second, {"choices:channels:5": ["c125", "c130"]}))
    assert given["channels"] == ["c0", "c125", "c130", "c200"]
    given = filled_in(place, submitted(modal(place, "1", windows), {"choices:channels:0": []}))
    assert given["channels"] == ["c125", "c130", "c200"]
    assert standing(place)["channels"] == ["c125", "c130", "c200"]


def review(draft: str = "Behind the shed, next to the *gate*.") -> View:
    return View(
        "review",
        "A question for your double",
        (
            Text("Jonas in #build asks:", "small"),
            Text("where?", "quote"),
            TextField("text", "What your double would say", draft, "Change it as you like.", 10),
            Fold("2 passages", (Item("said so", buttons=(Button("never_use", "Never use", "1/2.3"),)),)),
            Fold("Let it answer again", (Tick("reuse", "Yes"), TextField("titles", "Questions", "", "", 3))),
            Text("Lapses Thu 18:00", "small"),
        ),
        (SEND_IT, DENY, Button("mute", "Mute", "d_1", confirm="For good?")),
        "d_1",
    )


def test_the_first_screen_of_a_review_is_the_question_the_draft_and_the_decision() -> None:
    place, windows = opened(review())
    assert labels(place, windows) == [
        "Send as my double",
        "Change it and send …",
        "Deny",
        "Mute",
        "▸ 2 passages",
        "▸ Let it answer again",
    ]
    said = texts_in(message(place, windows))
    assert said.startswith("## A question for your double\n-# Jonas in #build asks:\n> where?\n")
    assert "> Behind the shed, next to the \\*gate\\*." in said
    kinds = {label: held.kind for label, held in held_in(message(place, windows), windows)}
    assert (kinds["Send as my double"], kinds["Deny"]) == (FOOT, FOOT)
    assert standing(place)["text"] == "Behind the shed, next to the *gate*."


def test_a_draft_is_changed_in_a_modal_that_sends_it() -> None:
    place, windows = opened(review())
    form = sheet_of(place, "Change it", windows)
    (field,) = (one for one in every(form.to_dict()["components"]) if one["type"] == 4)
    assert (field["value"], field["style"], field["required"]) == ("Behind the shed, next to the *gate*.", 2, True)
    held = read(form.custom_id, OpenWindows())  # after a restart too
    assert held == Holding(SEND, MARA.workspace, place.key, "", "approve", "d_1", {"revision": "1"})
    assert filled_in(place, submitted(form, {"text": "In the shed."}))["text"] == "In the shed."
    assert "> In the shed." in texts_in(message(place, windows))


def test_where_there_are_no_words_yet_none_can_be_sent_as_they_stand() -> None:
    place, windows = opened(review(""))
    assert labels(place, windows)[:2] == ["Send as my double …", "Deny"]
    place.typed["text"] = "In the shed."
    assert labels(place, windows)[:2] == ["Send as my double", "Change it and send …"]


def test_what_is_unfolded_has_a_form_of_its_own_that_only_notes() -> None:
    place, windows = opened(review())
    (fold,) = (held.part for label, held in held_in(message(place, windows), windows) if label.startswith("▸ Let"))
    place.toggled.add(fold)
    assert labels(place, windows)[-2:] == ["▾ Let it answer again", "Fill in …"]
    form = sheet_of(place, "Fill in", windows)
    assert fields_in(form) == ["ticks:reuse", "text:titles"]
    assert read(form.custom_id, windows) == Holding(NOTE, MARA.workspace, place.key, f"{fold}.1")
    given = filled_in(place, submitted(form, {"reuse": True, "titles": "where?"}))
    assert (given["reuse"], given["titles"], given["text"]) == (True, "where?", "Behind the shed, next to the *gate*.")
    place.toggled.clear()
    assert standing(place)["titles"] == "where?"  # folded away again, it stays typed
    assert drawing.form(place, f"{fold}.1", ENGLISH, windows) is None


def test_a_short_form_opens_at_once_with_what_is_said_between_its_fields() -> None:
    hint = "Four or five words that have nothing to do with each other are easy to keep in mind and hard to guess."
    elements: tuple[Element, ...] = (
        Text("Everything goes into one *sealed* file."),
        SecretField("passphrase", "Passphrase", hint),
        SecretField("again", "The same once more"),
        Text("Nobody can open it without."),
        Text("If you are ordered to.", "notice"),
    )
    place, windows = opened(View("export", "Export", elements, (Button("export", "Export", look="primary"), CANCEL)))
    place.notice = "That is too easy to guess."
    made = drawing.at_once(place, ENGLISH, windows)
    assert made is not None
    assert not faults_in(made)
    parts = made.to_dict()["components"]
    assert [one["type"] for one in parts] == [10, 18, 18, 10]
    assert parts[0]["content"].split("\n") == [
        "⚠️ That is too easy to guess.",
        "Everything goes into one \\*sealed\\* file.",
        f"-# {hint}",
    ]
    assert "seen while you type" in parts[1]["description"]
    assert parts[3]["content"] == "Nobody can open it without.\n⚠️ If you are ordered to."
    assert read(made.custom_id, windows) == Holding(SEND, MARA.workspace, place.key, "", "export", "")


@pytest.mark.parametrize(
    ("elements", "buttons"),
    [
        ((Text("only words"),), (AGREE,)),
        ((Tick("a", "A"), Fold("more", ())), (AGREE,)),
        ((Tick("a", "A"), Item("row")), (AGREE,)),
        ((Tick("a", "A"),), (AGREE, DENY)),
        ((Tick("a", "A"),), ()),
        ((Tick("a", "A"),), (Button("leave", "Leave", confirm="Sure?"),)),
        ((Tick("a", "A" * 101),), (AGREE,)),
        ((TextField("a", "A" * 46),), (AGREE,)),
        ((TextField("a", "A", "a draft", lines=10),), (AGREE,)),
        (tuple(TextField(f"t{n}", "A") for n in range(6)), (AGREE,)),
        ((Tick("a", "A"), *(Text("x" * 2000) for _ in range(3))), (AGREE,)),
    ],
)
def test_anything_more_than_a_short_form_is_a_message(elements: tuple[Element, ...], buttons: Any) -> None:
    place, windows = opened(View("form", "Form", elements, buttons))
    assert drawing.at_once(place, ENGLISH, windows) is None
    assert not faults_in(message(place, windows))


def test_fields_without_a_button_to_send_them_are_noted_for_the_others() -> None:
    sure = Button("leave", "Leave", "leave", look="danger", confirm="All of it?")
    place, windows = opened(View("leave", "Leave", (Tick("retract", "Take back"),), (sure,), "leave"))
    assert labels(place, windows) == ["Fill in …", "Leave"]
    filled_in(place, submitted(sheet_of(place, "Fill in", windows), {"retract": True}))
    assert standing(place) == {"retract": True}


def test_a_button_that_asks_once_more_is_asked_in_the_message() -> None:
    rows = (Fold("more", (Item("x", buttons=(Button("delete", "Delete", "1/2", confirm="Gone for *good*?"),)),), True),)
    view = View("mine", "Mine", rows, (Button("leave", "Leave", confirm="All?"), Button("leave", "Leave")), "me")
    place, windows = opened(view)
    asked = {label: held for label, held in held_in(message(place, windows), windows) if held.asks}
    assert asked.keys() == {"Delete", "Leave"}
    assert drawing.asked_first(view, asked["Delete"]) == "Gone for *good*?"
    assert drawing.asked_first(view, asked["Leave"]) == "All?"
    assert drawing.asked_first(view, Holding(DO, MARA.workspace, "k", "?", "other")) == ""
    shown = drawing.question(asked["Delete"], "Gone for *good*?", ENGLISH, windows)
    assert not faults_in(shown)
    assert texts_in(shown) == "### Are you sure?\nGone for \\*good\\*?"
    (yes, no) = held_in(shown, windows)
    assert yes == ("Yes, go on", Holding(DO, MARA.workspace, place.key, "", "delete", "1/2"))
    assert no == ("Never mind", Holding(BACK, MARA.workspace, place.key))
    assert not faults_in(drawing.question(asked["Leave"], "", ENGLISH, windows))


def test_everything_a_list_shows_is_plain() -> None:
    said = "# <@&1> @everyone [x](https://evil.example) `y`"
    item = Item(
        said, said, (said, said), (Link("https://discord.com/channels/1/2/3", "said *so*"),), (), ((said, said),)
    )
    view = View("try", said, (Heading(said), Text(said), Facts(((said, said),)), item, Empty(said)), ())
    place, windows = opened(view)
    (receipt,) = (held.part for _, held in held_in(message(place, windows), windows))
    place.toggled.add(receipt)
    text = texts_in(message(place, windows))
    assert text.count("evil.example") == 12
    assert text.count(r"\[x\](https\://evil.example)") == 12
    assert text.count("\\@everyone") == 12
    assert "[said \\*so\\*](<https://discord.com/channels/1/2/3>)" in text
    assert "https://" not in text.replace("<https://discord.com", "")


def test_four_thousand_messages_are_pages_of_at_most_forty_components() -> None:
    delete = Button("delete_message", "Delete", "1/1.1", look="danger", confirm="Sure?")
    rows = tuple(Item(f"message {n}", details=("Mon", "#build"), buttons=(delete, delete)) for n in range(4000))
    place, windows = opened(View("mine", "Mine", rows))
    seen: list[str] = []
    for place.page in (0, 1, 5000):  # the last one, however far one goes
        page = message(place, windows)
        assert len(list(every(laid_out(page)["components"]))) <= COMPONENTS
        assert not faults_in(page)
        seen += texts_in(page).split("\n")
    assert {"message 0", "message 7", "message 3999"} <= set(seen)
    assert place.page < 5000
    assert [b["label"] for b in buttons_in(message(place, windows))][-1] == "Back"


def test_nothing_drawn_waits_in_the_library() -> None:
    place, windows = opened(join(bringing=True))
    shown = message(place, windows)
    assert shown.timeout is None
    assert shown.is_persistent()
    assert sheet_of(place, "Agree", windows).timeout is None
