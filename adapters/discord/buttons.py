"""Buttons: what each holds in its custom id, in at most a hundred characters, and how it stands on Discord. Pure.

What a button holds is written so that it is understood after a restart; what does not fit is kept in memory. Discord's
ids, which are most of it, are written in eleven characters.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import discord
from discord import ui

from adapters.chat.lengths import cut, length
from adapters.chat.open_windows import OpenWindows, packed, unpacked
from adapters.discord.marking import shown
from bot.views import Button

DO, FOOT, TOLD = "d", "f", "m"
"""One of the core's buttons: at a row of a list, at the foot of a view with all of its fields, or on a notice."""
OPEN, SEND, NOTE = "o", "s", "n"
"""Opens a sheet of fields; the sheet itself, whose sending does what its button says, or only notes what it holds."""
FOLD, PAGE, BACK = "t", "p", "b"
"""The window's own: opens or closes a fold, turns the page, shows again what stood there before a question."""

A_ROW, LABEL, CUSTOM_ID = 5, 80, 100
_SEPARATOR, _KEPT, _ASKS = "|", "&", "?"
_ESCAPES = {"~": "~0", "|": "~1", "^": "~2", "&": "~3"}
_ESCAPE = re.compile(r"[~|^&]")
_ESCAPED = re.compile(r"~([0-3])")
_LONG_NUMBER = re.compile(r"(?<!\d)[1-9]\d{14,18}(?!\d)")
_SHORT_NUMBER = re.compile(r"\^([A-Za-z0-9_-]{11})")
_OURS = re.compile(r"[a-z]\|[0-9^]")
_STYLES = {"primary": discord.ButtonStyle.primary, "danger": discord.ButtonStyle.danger}


@dataclass(frozen=True, slots=True)
class Holding:
    """What a button or a sheet of fields stands for.

    `guild` is where it belongs, which a direct message does not tell; `key` the window's or the notice's; `part` the
    fold, the page, or the sheet of fields. A `name` that is empty on one of the core's buttons was given up.
    """

    kind: str
    guild: str = ""
    key: str = ""
    part: str = ""
    name: str = ""
    target: str = ""
    values: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def asks(self) -> bool:
        """Whether a press is first asked whether it is meant."""
        return self.kind in {DO, FOOT, TOLD} and self.part.startswith(_ASKS)

    def meant(self) -> Holding:
        """Return the same, for the button that says so."""
        return replace(self, part="")


def of_button(shown: Button, kind: str, guild: str, key: str, about: str = "") -> Holding:
    """Return what one of the core's buttons holds; `about` is its view's target, for one without its own."""
    part = _ASKS if shown.confirm else ""
    return Holding(kind, guild, key, part, shown.name, shown.target or about, shown.values)


def numbered(held: Holding, before: Counter[str]) -> Holding:
    """Return what a button holds, told from those `before` it that hold the same: no id may stand there twice."""
    same = repr((held.kind, held.key, held.part, held.name, held.target, held.values))
    before[same] += 1
    return held if before[same] == 1 else replace(held, part=f"{held.part}{before[same]}")


def written(held: Holding, windows: OpenWindows) -> str:
    """Return a custom id. Where it would be too long, the notice's key is left out first: memory has it for a while."""
    for one in (held, replace(held, key="")) if held.kind == TOLD else (held,):
        whole = _written(one)
        if length(whole) <= CUSTOM_ID:
            return whole
    kept = windows.keep(packed(held.name, held.target, held.values))
    bare = replace(held, name="", target="", values={})
    for one in (bare, replace(bare, key="")):
        whole = f"{_written(one)}{_KEPT}{kept}"
        if length(whole) <= CUSTOM_ID:
            return whole
    raise ValueError(f"a part of a window is called {held.part!r}")


def read(custom_id: str, windows: OpenWindows) -> Holding | None:
    """Return what a custom id says; None for one that is not ours."""
    said, _, kept = custom_id.partition(_KEPT)
    fields = [_unpacked(one) for one in said.split(_SEPARATOR)]
    kind, guild, key, part, name, target, *values = [*fields, *[""] * (6 - len(fields))]
    if not _OURS.match(custom_id) or len(values) % 2:
        return None
    if kept:
        name, target, found = unpacked(windows.kept(kept) or "") or ("", "", {})
        return Holding(kind, guild, key, part, name, target, found)
    return Holding(kind, guild, key, part, name, target, dict(zip(values[::2], values[1::2], strict=True)))


Drawn = ui.Button[Any]
"""A button of ours. It does nothing by itself: a press comes in with every other step, and tells the custom id."""


def button(held: Holding, label: str, windows: OpenWindows, look: str = "plain") -> Drawn:
    """Return a button."""
    style = _STYLES.get(look, discord.ButtonStyle.secondary)
    return ui.Button(style=style, label=fitting(label), custom_id=written(held, windows))


def fitting(label: str) -> str:
    """Return a label of at most as many characters as a button takes; a dash for one in which nothing can be seen."""
    return cut(shown(label), LABEL)


def rows(buttons: Iterable[ui.Item[Any]]) -> Iterator[ui.ActionRow[Any]]:
    """Yield rows of at most five buttons."""
    every = list(buttons)
    for start, end in pairwise([*range(0, len(every), A_ROW), len(every)]):
        yield ui.ActionRow(*every[start:end])


def _written(held: Holding) -> str:
    pairs = [one for pair in held.values.items() for one in pair]
    fields = [held.guild, held.key, held.part, held.name, held.target, *pairs]
    if not pairs:
        while len(fields) > 1 and not fields[-1]:
            fields.pop()
    return _SEPARATOR.join([held.kind, *map(_packed, fields)])


def _packed(text: str) -> str:
    escaped = _ESCAPE.sub(lambda found: _ESCAPES[found[0]], text)
    return _LONG_NUMBER.sub(lambda found: f"^{_short(int(found[0]))}", escaped)


def _unpacked(text: str) -> str:
    whole = _SHORT_NUMBER.sub(lambda found: str(_number(found[1])), text)
    return _ESCAPED.sub(lambda found: "~|^&"[int(found[1])], whole)


def _short(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes(8, "big")).decode().rstrip("=")


def _number(short: str) -> int:
    return int.from_bytes(urlsafe_b64decode(f"{short}="), "big")
