"""A notice as Discord shows it to one person: its words, its links, its buttons, and an answer approved before. Pure.

The buttons hold the guild and the notice's key, so that they lead where they led after a restart too, from direct
messages too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from discord import ui

from adapters.chat.lengths import length
from adapters.chat.mentions import written_out
from adapters.chat.open_windows import OpenWindows
from adapters.discord.buttons import TOLD, button, numbered, of_button, rows
from adapters.discord.marking import DISPLAYED, escaped, gathered, link, pieces, small, strong
from adapters.discord.parts import texts
from bot.labelling import LabelledReply
from bot.views import Link, Notice
from bot.words import Words

MOST_BUTTONS = 25


def shown(notice: Notice, words: Words, windows: OpenWindows, now: datetime) -> ui.LayoutView:
    """Return a notice that has a text."""
    said: list[str] = [*pieces(escaped(notice.text))]
    if notice.reply is not None:
        said += _reply(notice.reply, words, now)
    said += _links(notice.links)
    before: Counter[str] = Counter()
    made = [
        button(numbered(of_button(one, TOLD, notice.to.workspace, notice.key), before), one.label, windows, one.look)
        for one in notice.buttons[:MOST_BUTTONS]
    ]
    return _laid_out(said, rows(made))


def plain(sentence: str) -> ui.LayoutView:
    """Return a sentence, in which nothing is a ping or a link."""
    return _laid_out(pieces(escaped(sentence)), ())


def _reply(reply: LabelledReply, words: Words, now: datetime) -> Iterator[str]:
    """The label by itself, the words, and the days of the sources as links to them."""
    label, _, body = escaped(written_out(reply.text, {})).partition("\n")
    yield from map(strong, pieces(label))
    yield from pieces(body)
    days = " · ".join(link(source.url, words.day(source.said_at, now)) for source in reply.sources)
    if days:
        yield from map(small, pieces(f"{escaped(words.say('windows.sources'))} {days}"))


def _links(links: Iterable[Link]) -> Iterator[str]:
    said = " · ".join(link(one.url, " ".join(one.label.split())) for one in links)
    if said.strip():
        yield from map(small, pieces(said))


def _laid_out(said: Iterable[str], buttons: Iterable[ui.ActionRow[Any]]) -> ui.LayoutView:
    """Put words and buttons beneath each other; what is beyond Discord's room is left out."""
    view, room = ui.LayoutView(timeout=None), DISPLAYED
    shown: list[str] = []
    for one in gathered(said):
        room -= length(one)
        shown += [one] if room >= 0 else []
    for part in (*texts(shown or [""]), *buttons):
        view.add_item(part)
    return view
