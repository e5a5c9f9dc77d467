"""Other names for the people of a rehearsal: nobody there consented, so nobody there is called by their name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_FIRST = (
    "Amber Ashen Autumn Azure Birch Blue Bramble Bronze Cedar Clover Copper Coral Crimson Dawn Dusk Ember Fern Flint "
    "Frost Golden Granite Hazel Heather Indigo Ivory Ivy Jade Juniper Lilac Linden Maple Marble Misty Moss Oaken Ochre "
    "Olive Opal Pebble Pine Quartz Rowan Russet Saffron Sage Sandy Scarlet Sepia Silver Slate Sorrel Spruce Teal "
    "Thistle Topaz Umber Velvet Violet Willow Winter"
).split()
_LAST = (
    "Avocet Bittern Bunting Chough Coot Crake Crane Curlew Dabchick Dipper Dotterel Dunlin Egret Eider Falcon Finch "
    "Fulmar Gannet Godwit Goldeneye Grebe Guillemot Harrier Heron Hoopoe Jackdaw Kestrel Kittiwake Knot Lapwing Linnet "
    "Magpie Merlin Nightjar Nuthatch Oriole Osprey Ouzel Petrel Pintail Pipit Plover Pochard Puffin Quail Rail "
    "Redshank Robin Sanderling Scoter Shrike Siskin Skua Smew Snipe Sparrow Starling Stilt Swift Tern"
).split()
# Names that are more often a word: these are left alone unless an @ stands before them.
_ORDINARY = frozenset(
    "able art basil bill brook chance christian chip clay cliff cole dale daisy dean dash don drew earl eden faith "
    "forest frank gene general gold grace grant guy hank heath holly hope hunter iris jack joy june king lane lee long "
    "mark mason may max mercy miles nick norm page pat penny pierce random ray reed rich rob rock rose ruby rusty sky "
    "stone sue summer test user ward wade will win wood young love king black brown green white gray case root main "
    "admin support info data code system racket python java lisp scheme alan turing church haskell pascal ada".split()
)
_TOKEN = re.compile(r"@?[^\W_][\w'’.-]*[\w]|@?[^\W_]")


@dataclass(frozen=True, slots=True)
class RealNames:
    """What one person is called in the export: handle first, then whole names."""

    id: str
    handle: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """What they are called here. `first` is the first word of the name, used where a text calls them by one word."""

    name: str
    handle: str

    @property
    def first(self) -> str:
        """The first word of the name."""
        return self.name.split()[0]


class Pseudonyms:
    """A pseudonym for each person, the same for the same people at every loading, and their names in texts replaced."""

    def __init__(self, people: Sequence[RealNames]) -> None:
        ordered = sorted(people, key=lambda person: person.id)
        self._of = {person.id: pseudonym(number) for number, person in enumerate(ordered)}
        self._handles = {person.handle.casefold(): self._of[person.id].handle for person in ordered}
        self._words: dict[str, str] = {}
        for person in ordered:
            self._learn_words(person)

    def of(self, person: str) -> Pseudonym:
        """Return the pseudonym of a person by id."""
        return self._of[person]

    def replace_in(self, text: str) -> str:
        """Return a text in which people are called by their pseudonyms where they are obviously meant."""
        return _TOKEN.sub(self._replaced, text)

    def _learn_words(self, person: RealNames) -> None:
        new = self._of[person.id]
        for name in (person.handle, *person.names):
            parts = name.casefold().split()
            for part, word in zip(parts, _spread(new.name.split(), len(parts)), strict=False):
                if len(part) > 2 and part not in _ORDINARY and not part.isdigit():
                    self._words.setdefault(part, word)

    def _replaced(self, found: re.Match[str]) -> str:
        token = found.group()
        word = token.removesuffix("'s").removesuffix("’s")
        tail = token[len(word) :]
        if word.startswith("@"):
            handle = self._handles.get(word[1:].casefold())
            return f"@{handle}{tail}" if handle else token
        new = self._words.get(word.casefold())
        # In small letters a name is more often a word: a library, a colour, a month.
        return new + tail if new is not None and word[0].isupper() else token


def pseudonym(number: int) -> Pseudonym:
    """Return the pseudonym with a number; all are different."""
    first = _FIRST[number % len(_FIRST)]
    last = _LAST[(number // len(_FIRST) + number) % len(_LAST)]
    again = number // (len(_FIRST) * len(_LAST))
    name = f"{first} {last} {again + 1}" if again else f"{first} {last}"
    return Pseudonym(name, name.lower().replace(" ", "."))


def _spread(words: Iterable[str], count: int) -> list[str]:
    """Return as many words as asked for: the first, then the last again and again."""
    first, *rest = words
    return [first, *[rest[0] if rest else first] * (count - 1)]
