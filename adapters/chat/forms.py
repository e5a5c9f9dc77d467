"""What the fields and the foot of a view mean on any platform that has windows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.chat.lengths import cut, length
from bot.views import Button, Choices, DateField, Element, FileField, Fold, SecretField, TextField, Tick, View
from bot.words import Words

Field = Tick | Choices | DateField | TextField | SecretField | FileField
FIELDS = (Tick, Choices, DateField, TextField, SecretField, FileField)
CLOSE = "close"
"""The name of the button that only closes its window."""

_LARGE_BOX = 5
"""A box of so many lines is what its window is for."""

_SHORT = {
    "profile": "windows.title_profile",
    "profile_compared": "windows.title_compared",
    "explain": "windows.title_explain",
    "forget": "windows.title_forget",
    "mine": "windows.title_mine",
    "review": "windows.title_review",
    "leave": "windows.title_leave",
    "secret": "windows.title_secret",
    "answer_form": "windows.title_answer",
    "never": "windows.title_never",
}
"""Words for a window's head where the title is too long for it; a title that fits stands as it is."""


@dataclass(frozen=True, slots=True)
class FileGiven:
    """A file that was chosen in a form and lies at the platform: `size` and `limit` in bytes."""

    url: str
    size: int
    limit: int


@dataclass(frozen=True, slots=True)
class Foot:
    """What a view's buttons become: one that sends the form, one that closes, and the others."""

    submit: Button | None
    close: Button | None
    others: tuple[Button, ...]


def foot_of(view: View) -> Foot:
    """Return what a view's buttons become; one that asks once more first never sends the form by itself."""
    closing = [one for one in view.buttons if one.name == CLOSE]
    acting = [one for one in view.buttons if one.name != CLOSE]
    primary = [one for one in acting if one.look == "primary" and not one.confirm]
    spare = [one for one in acting if not one.confirm] if has_fields(view.elements) else []
    submit = next(iter([*primary, *spare]), None)
    others = tuple(one for one in acting if one is not submit)
    return Foot(submit, next(iter(closing), None), others)


def fields_in(elements: Sequence[Element]) -> Iterator[Field]:
    """Yield every field, those that are folded away too, in their order."""
    for element in elements:
        if isinstance(element, Fold):
            yield from fields_in(element.elements)
        elif isinstance(element, FIELDS):
            yield element


def has_fields(elements: Sequence[Element]) -> bool:
    """Whether there is anything to fill in, folded away or not."""
    return any(True for _ in fields_in(elements))


def is_needed(field: Field) -> bool:
    """Whether nobody may leave a field empty: what a window is for, and a day, which is proposed anyway."""
    return isinstance(field, DateField) or is_large(field)


def is_large(field: Field) -> bool:
    """Whether a field is the box that its window is for."""
    return isinstance(field, TextField) and field.lines >= _LARGE_BOX


def writing_ends(elements: Sequence[Element]) -> int:
    """Return where the folds begin in a view whose matter is a box to write in; 0 for any other view.

    There the buttons come before what is folded away, so that nothing unfolded pushes them out of sight.
    """
    folds = [at for at, one in enumerate(elements) if isinstance(one, Fold)]
    first = folds[0] if folds else len(elements)
    is_writing = any(isinstance(one, TextField) and one.lines > 1 for one in elements[:first])
    return first if is_writing else 0


def lasting(read: Mapping[str, Any], fleeting: Collection[str]) -> dict[str, Any]:
    """Return of what was read all that may be remembered while a window is open: no secret, and no file.

    `fleeting` are the names of such fields.
    """
    return {name: value for name, value in read.items() if name not in fleeting}


def title(view: View, words: Words, most: int) -> str:
    """Return what stands in the head of a window: its title, a shorter word for it, or the title cut."""
    if length(view.title) <= most:
        return view.title
    return words.say(_SHORT[view.kind]) if view.kind in _SHORT else cut(view.title, most)
