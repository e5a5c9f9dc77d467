"""What stands open on people's screens, in memory alone and bounded: after a restart a window is opened anew.

Nothing here is needed for a decision: that stands in the window's own buttons and fields.
"""

from __future__ import annotations

import json
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.events import ActionTaken, Command
from bot.refs import PersonRef
from bot.views import View

MOST_WINDOWS, MOST_PRESSED, MOST_PEOPLE, MOST_ADDRESSES = 400, 2000, 500, 1000
T = TypeVar("T")


class Shelf(Generic[T]):
    """Things by their keys, the longest unused one given up for a new one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[object, T] = OrderedDict()

    def put(self, key: object, thing: T) -> None:
        """Keep a thing in place of what stood under its key."""
        self._things[key] = thing
        self._things.move_to_end(key)
        while len(self._things) > self._most:
            self._things.popitem(last=False)

    def get(self, key: object) -> T | None:
        """Return a thing; None if it was never there or was given up."""
        if key in self._things:
            self._things.move_to_end(key)
        return self._things.get(key)

    def drop(self, key: object) -> T | None:
        """Take a thing away and return it."""
        return self._things.pop(key, None)

    def drop_where(self, is_over: Callable[[T], bool]) -> None:
        """Take away every thing of which something holds."""
        for key in [key for key, thing in self._things.items() if is_over(thing)]:
            del self._things[key]

    def __len__(self) -> int:
        return len(self._things)


@dataclass(slots=True)
class Place:
    """One window or home tab as its reader has it: what is unfolded, which page, and what was typed so far.

    `again` is what opened it, where doing that again changes nothing; `notice` stands above until the next step.
    """

    view: View
    key: str
    reader: PersonRef
    toggled: set[str] = field(default_factory=set)
    page: int = 0
    typed: dict[str, Any] = field(default_factory=dict, repr=False)
    again: ActionTaken | Command | None = None
    notice: str = field(default="", repr=False)


class OpenWindows:
    """Every place that is open, by its key, with what the buttons on it were too small to hold."""

    def __init__(self) -> None:
        self._places: Shelf[Place] = Shelf(MOST_WINDOWS)
        self._pressed: Shelf[str] = Shelf(MOST_PRESSED)
        self._homes: Shelf[str] = Shelf(MOST_PEOPLE)
        self._addresses: Shelf[str] = Shelf(MOST_ADDRESSES)

    def open(self, view: View, reader: PersonRef, key: str = "") -> Place:
        """Remember a view as it is opened, in place of the one with the same key; without one it gets a new one."""
        place = Place(view, key or secrets.token_urlsafe(9), reader)
        self._places.put(place.key, place)
        return place

    def place(self, key: str, reader: PersonRef) -> Place | None:
        """Return what stands open under a key, to its reader alone."""
        found = self._places.get(key)
        return found if found is not None and found.reader == reader else None

    def forget(self, reader: PersonRef, but: Collection[str] = ()) -> None:
        """Let go of all that stands open to somebody, `but` for what stands under these keys."""
        self._places.drop_where(lambda place: place.reader == reader and place.key not in but)

    def home_of(self, reader: PersonRef) -> str:
        """Return the key of somebody's home tab once they have opened it; empty before."""
        return self._homes.get(reader) or ""

    def open_home(self, view: View, reader: PersonRef) -> Place:
        """Remember somebody's home tab; what they unfolded there stays unfolded."""
        before = self._places.get(self.home_of(reader))
        place = self.open(view, reader, self.home_of(reader))
        if before is not None:
            place.toggled, place.page = before.toggled, before.page
        self._homes.put(reader, place.key)
        return place

    def keep(self, packed: str) -> str:
        """Keep what a button holds under a short key, for one that has no room for it."""
        key = secrets.token_urlsafe(9)
        self._pressed.put(key, packed)
        return key

    def kept(self, key: str) -> str | None:
        """Return what was kept under a short key."""
        return self._pressed.get(key)

    def note_address(self, person: PersonRef, key: str, url: str) -> None:
        """Remember where the notice with a key can be replaced: its reader has just pressed a button on it."""
        self._addresses.put((person, key), url)

    def take_address(self, person: PersonRef, key: str) -> str | None:
        """Return where the notice with a key can be replaced, once."""
        return self._addresses.drop((person, key))


def packed(name: str, target: str, values: dict[str, str]) -> str:
    """Return what a button stands for as compact JSON."""
    return json.dumps([name, target, values], ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> tuple[str, str, dict[str, str]] | None:
    """Return name, target and values of a button; None for what none of our buttons holds."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    match found:
        case [str(name), str(target), dict(values)] if all(isinstance(value, str) for value in values.values()):
            return name, target, values
        case _:
            return None
