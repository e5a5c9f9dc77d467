"""A labelled reply as Discord shows it: label first in the text, nobody pinged, nothing but its sources a link. Pure.

Discord keeps no metadata with a message. What finds a reply again, and tells whose double's it is, stands in the id of
its one button.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from adapters.chat.lengths import length
from adapters.chat.mentions import written_out
from adapters.chat.open_windows import OpenWindows
from adapters.discord.buttons import TOLD, button, fitting, of_button
from adapters.discord.marking import CONTENT, escaped, link
from bot.errors import NotPermitted
from bot.labelling import LabelledReply
from bot.naming import LONGEST_LABEL
from bot.reply_button import not_right_button
from bot.views import Button
from bot.words import Words

MOST_NAME = 80
FRAME = LONGEST_LABEL + 140
"""Characters of a reply that are none of its worker's: the label, how it was approved, and by whom."""
TEMPLATE = r"reply:(?P<worker>[0-9]{1,20}):(?P<root>[0-9]{1,20}):(?P<key>[\x21-\x7e]{1,50})"
_MARK = re.compile(TEMPLATE)
_NOT_IN_NAMES = ("discord", "clyde")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reply's button says: whose double, beneath which message – 0 for none – and the reply's key."""

    worker: int
    root: int
    key: str

    def written(self) -> str:
        """Return it as a button's id."""
        return f"reply:{self.worker}:{self.root}:{self.key}"


def read_mark(custom_id: str) -> Mark | None:
    """Read a button's id; None for what is no reply's."""
    found = _MARK.fullmatch(custom_id)
    return Mark(int(found["worker"]), int(found["root"]), found["key"]) if found else None


def mark_in(message: Mapping[str, Any]) -> Mark | None:
    """Return what the button of a message says that Understudy posted; None where it is no reply that stands."""
    for row in message.get("components") or ():
        for component in row.get("components") or ():
            if mark := read_mark(str(component.get("custom_id") or "")):
                return mark
    return None


def name_over(reply: LabelledReply) -> str:
    """Return the name that a webhook posts it under; empty where Discord allows no such name."""
    name = " ".join(reply.label.split())
    fits = 0 < length(name) <= MOST_NAME and not any(word in name.casefold() for word in _NOT_IN_NAMES)
    return name if fits else ""


def content(reply: LabelledReply, names: Mapping[str, str], words: Words, now: datetime, question: str = "") -> str:
    """Return all that a reply says: label and words, and beneath them as many of its sources as there is room for.

    `question` is the link to what it answers, where nothing else shows that. `names` are those of the people and
    channels that the text mentions. Words that do not fit are `NotPermitted`: nothing that was approved is cut.
    """
    said = escaped(written_out(reply.text, names))
    if length(said) > CONTENT:
        raise NotPermitted("the reply is longer than discord takes", "too_long")
    answers = [link(question, words.say("discord_channel.question"))] if question else []
    said = _beneath(said, answers, "")
    days = [link(source.url, words.day(source.said_at, now)) for source in reply.sources]
    return _beneath(said, days, f"{escaped(words.say('discord_channel.sources'))} ")


def room_for(words: str) -> int:
    """Return how many characters of a worker's own a reply has room for: of these words, as much as they need."""
    marks = length(escaped(words)) - len(words)
    return CONTENT - FRAME - marks


def _beneath(said: str, links: list[str], before: str) -> str:
    """Put as many links in small print beneath a text as there is room for."""
    for count in range(len(links), 0, -1):
        whole = f"{said}\n-# {before}{' · '.join(links[:count])}"
        if length(whole) <= CONTENT:
            return whole
    return said


def reply_view(reply: LabelledReply, root: int, words: Words) -> discord.ui.View:
    """Return the one button beneath a reply: whoever reads it may say that it is not right."""
    shown = not_right_button(reply, words)
    mark = Mark(int(reply.worker.person), root, reply.key).written()
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label=fitting(shown.label), custom_id=mark))
    view.stop()  # the library is to keep none of them
    return view


def here_view(guild: int, words: Words) -> discord.ui.View:
    """Return the button beneath the notice that Understudy is there: it tells whoever asks, in private, what it is."""
    held = of_button(Button("home", ""), TOLD, str(guild), "")
    view = discord.ui.View(timeout=None)
    view.add_item(button(held, words.say("discord_channel.about_button"), OpenWindows()))
    view.stop()
    return view
