"""What a person is shown, free of any platform: an adapter turns a view into a modal, a home tab or a page.

All text in a view is in the reader's language already and is plain: an adapter escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.labelling import LabelledReply
from bot.refs import ChannelRef, PersonRef, ThreadRef


@dataclass(frozen=True, slots=True)
class Button:
    """One thing the reader can do. `target` and `values` come back in `ActionTaken`; `confirm` asks once more first."""

    name: str
    label: str
    target: str = ""
    values: dict[str, str] = field(default_factory=dict)
    look: str = "plain"  # plain | primary | danger
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A permalink with what to call it."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a view."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `look`: plain, strong, small, quote (somebody's words), notice (worth a second look)."""

    text: str
    look: str = "plain"


@dataclass(frozen=True, slots=True)
class Facts:
    """Short labelled facts: (label, value) rows."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a list: a logged message, a draft, a reply, a passage, a grant.

    `title` is a short line above, `text` the main words, `details` small facts beneath (dates, channel, state).
    """

    text: str
    title: str = ""
    details: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    buttons: tuple[Button, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()  # a receipt, folded beneath


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where a list would be, with the next step to take."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """A checkbox: its value is true or false."""

    name: str
    label: str
    hint: str = ""
    value: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Several of a list: its value is the list of chosen option values. Options are (value, label, chosen)."""

    name: str
    label: str
    options: tuple[tuple[str, str, bool], ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class DateField:
    """A day: its value is an ISO date."""

    name: str
    label: str
    value: date
    earliest: date
    latest: date
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TextField:
    """Words to write: its value is a string of at most `limit` characters."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    lines: int = 1
    limit: int = 3000


@dataclass(frozen=True, slots=True)
class SecretField:
    """Words that nobody looking on may read, a passphrase: its value is a string of at most `limit` characters.

    An adapter hands it on and keeps it nowhere.
    """

    name: str
    label: str
    hint: str = ""
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class FileField:
    """A file to choose: its value is the file's bytes, at most `limit` of them; absent where none was chosen.

    `ending` is what its name ends in, as a help in choosing.
    """

    name: str
    label: str
    ending: str
    limit: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """Elements that stand folded away beneath a title until opened."""

    title: str
    elements: tuple[Element, ...]
    is_open: bool = False


Element = (
    Heading | Text | Facts | Item | Empty | Tick | Choices | DateField | TextField | SecretField | FileField | Fold
)


@dataclass(frozen=True, slots=True)
class View:
    """One window or page. `kind` names it (join, review, mine, status, …) so that an adapter may place it.

    `target` is what its fields are about; `buttons` stand at its foot and submit its fields as `values`.
    """

    kind: str
    title: str
    elements: tuple[Element, ...]
    buttons: tuple[Button, ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Words for one person's eyes only, in the place named by `near` where the platform can do that.

    A later notice with the same `key` to the same person takes this one's place; one without text only takes it away.
    `quiet` asks not to ring. It holds no question, no draft and no passage: those stand in views, which are made
    afresh each time they are opened – unless its reader chose to have their drafts in it. `reply` is an answer that its
    worker approved for the same question before: it is shown with its label and sources, to this person alone.
    """

    to: PersonRef
    key: str
    kind: str  # waiting | no | away | announcement | outcome | choose | reused | outage | profile | consent | …
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    near: ThreadRef | ChannelRef | None = None
    quiet: bool = False
    is_over: bool = False  # nothing is left to do about it
    reply: LabelledReply | None = None


@dataclass(frozen=True, slots=True)
class InboxItem:
    """Something that waits for one person, or that they may still act on, filled with its words at reading time.

    `id` is the draft's id where it is about a draft, for asker and worker alike. `state` is the draft's state, or
    `open` / `over`. `sources` are (ref, url, text, said_at, where).
    """

    id: str
    kind: str  # draft | waiting | reply | notice kinds
    state: str
    text: str
    at: datetime
    question: str = ""
    sources: tuple[SourceShown, ...] = ()
    reasons: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceShown:
    """One passage as its reader sees it: id, address, words, when and where it was said."""

    id: str
    url: str
    text: str
    said_at: datetime
    where: str


@dataclass(frozen=True, slots=True)
class HandedFile:
    """A file for one person alone, handed over at once and kept nowhere.

    An adapter gives it to whoever acted, and to nobody else: as a download, or as a file in their direct messages.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes of a command or an action: a view to open, a sentence, a file, or several of them."""

    text: str = ""
    view: View | None = None
    file: HandedFile | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An expected no. `code` is stable: not_yours, not_found, too_late, stale, unknown_action, bad_value, blocked, …"""

    code: str
    sentence: str
