"""The label: who is on stage. The labeller alone makes a `LabelledReply`, and a platform posts nothing else."""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from datetime import datetime

from bot.naming import set_off_labels
from bot.refs import MessageRef, ThreadRef, WorkerRef
from bot.visible import visible

_SEAL = object()


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A source as it stands beneath a reply: its permalink and the day it was said, in the reader's words."""

    ref: MessageRef
    url: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class LabelledReply:
    """A reply ready to be posted. Only `bot.labelling.label` can make one; anything else gets `TypeError`.

    `text` begins with `label`, and nothing in it hides or reorders that or reads like another one. `key` stands in the
    post's metadata, so that it can be found again after a crash.
    """

    worker: WorkerRef
    thread: ThreadRef
    key: str
    label: str
    text: str
    sources: tuple[CitedSource, ...]
    seal: InitVar[object]  # so that dataclasses.replace cannot forge one either

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("a LabelledReply is made by bot.labelling.label alone")


def label(
    *,
    worker: WorkerRef,
    thread: ThreadRef,
    key: str,
    label_text: str,
    manner: str,
    body: str,
    sources: tuple[CitedSource, ...],
) -> LabelledReply:
    """Put the label before the body, as the first words of the text, then `manner`: how it was approved.

    Nothing comes out that could hide, reorder or repeat the label, whatever is given: invisible characters go, label
    and manner are one line, and a line of the body that reads like a label is quoted. What the guard let through comes
    out as it is. A label or body of which nothing can be seen is a `ValueError`. A thread with an empty root means the
    channel itself.
    """
    shown_label, shown_manner = _one_line(label_text), _one_line(manner)
    shown_body = set_off_labels(visible(body).strip())
    if not shown_label or not shown_body:
        raise ValueError("a reply needs its label and a body")
    text = f"{shown_label} · {shown_manner}\n{shown_body}"
    return LabelledReply(worker, thread, key, shown_label, text, sources, _SEAL)


def _one_line(text: str) -> str:
    return " ".join(visible(text).split())
