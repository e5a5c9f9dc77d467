"""Notices as Discord shows them: nobody pinged, no link but the sources, buttons that lead on after a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.open_windows import OpenWindows
from adapters.discord import notices
from adapters.discord.buttons import TOLD, Holding
from adapters.discord.ids import channel, message, person, thread
from bot.labelling import CitedSource, LabelledReply, label
from bot.views import Button, Link, Notice
from bot.words import Words
from tests.any_view import LOOKS, some_buttons, texts
from tests.discord.component_limits import every
from tests.discord.drawn import components_of, faults_in, held_in, laid_out, texts_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GUILD, MARA, JONAS, BUILD = 1130645829374828544, 1130645829374828545, 1130645829374828546, 1130645829374828547
LINK = "https://discord.com/channels/1130645829374828544/1130645829374828547/113064582937482860"
HOSTILE = "@everyone <@123> [your wiki](https://evil.example) # x\n# y"
DRAFT = "d_0123456789abcdef0123"
words = {locale: Words(locale) for locale in ("en", "zh-Hans")}


def reply(body: str, sources: int = 1) -> LabelledReply:
    build = channel(GUILD, BUILD)
    return label(
        worker=person(GUILD, MARA),
        thread=thread(build, BUILD),
        key="d_1.1",
        label_text="Mara Lind's AI double",
        manner="approved as written",
        body=body,
        sources=tuple(CitedSource(message(build, n + 1, BUILD), f"{LINK}{n}", NOW) for n in range(sources)),
    )


def notice(**more: object) -> Notice:
    told = Notice(person(GUILD, JONAS), DRAFT, "waiting", HOSTILE, NOW, near=thread(channel(GUILD, BUILD), BUILD))
    return replace(told, **more)  # type: ignore[arg-type]  # a notice's own parts


@given(texts, some_buttons, st.lists(st.builds(Link, st.just(LINK), texts), max_size=3).map(tuple), LOOKS)
@settings(max_examples=30)
def test_any_notice_is_taken_with_all_its_buttons(
    text: str, buttons: tuple[Button, ...], links: tuple[Link, ...], look: str
) -> None:
    windows = OpenWindows()
    shown = notice(text=text, buttons=tuple(replace(one, look=look) for one in buttons), links=links)
    made = notices.shown(shown, words["en"], windows, NOW)
    assert not faults_in(made)
    assert [held.name for _, held in held_in(made, windows)] == [one.name for one in buttons]


@pytest.mark.parametrize("locale", sorted(words))
def test_a_notice_is_taken_whole_and_its_buttons_say_whose_notice_they_are_on(locale: str) -> None:
    shown = notice(
        buttons=tuple(Button("cancel", f"Cancel {n}", DRAFT) for n in range(7)),
        links=(Link(LINK, "What they wrote"),),
        reply=reply("Behind the shed.\n# not a heading"),
    )
    made = notices.shown(shown, words[locale], OpenWindows(), NOW)
    assert not faults_in(made)
    said = texts_in(made)
    assert "\n**Mara Lind's AI double · approved as written**\nBehind the shed.\n\\# not a heading\n-# " in said
    assert said.endswith(f"-# [What they wrote](<{LINK}>)")
    held = [one for _, one in held_in(made, OpenWindows())]  # after a restart
    assert len(held) == 7
    assert all((one.kind, one.guild, one.key) == (TOLD, str(GUILD), DRAFT) for one in held)
    assert all((one.name, one.target) == ("cancel", DRAFT) for one in held)


def test_nothing_in_a_notice_pings_or_links_but_its_sources() -> None:
    made = notices.shown(notice(reply=reply(HOSTILE, 2)), words["en"], OpenWindows(), NOW)
    said = texts_in(made)
    assert said.count(r"\@everyone") == 2
    assert said.count(r"\[your wiki\](https\://evil.example)") == 2
    assert said.count("(<https://discord.com/") == 2
    assert "<@123>" not in said.replace(r"\<@123>", "")


def test_a_button_that_asks_first_holds_that_it_does() -> None:
    made = notices.shown(notice(buttons=(Button("x", "X", confirm="Sure?"),)), words["en"], OpenWindows(), NOW)
    ((_, held),) = held_in(made, OpenWindows())
    assert held.asks
    assert held.meant() == Holding(TOLD, str(GUILD), DRAFT, "", "x")


@pytest.mark.parametrize("sentence", ["One.", HOSTILE, "", "x " * 5000])
def test_a_sentence_is_taken_whatever_it_says(sentence: str) -> None:
    made = notices.plain(sentence)
    assert not faults_in(made)
    assert {one["type"] for one in every(components_of(made))} == {10}
    assert laid_out(made)["flags"] == 1 << 15
