"""The label: who is on stage. The labeller alone makes a `LabelledReply`, and a platform posts nothing else."""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from datetime import datetime

from bot.refs import MessageRef, ThreadRef, WorkerRef

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

    `text` begins with `label`. `key` stands in the post's metadata, so that it can be found again after a crash.
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

    An empty label or body is a `ValueError`. A thread with an empty root means the channel itself.
    """
    if not label_text.strip() or not body.strip():
        raise ValueError("a reply needs its label and a body")
    return LabelledReply(worker, thread, key, label_text, f"{label_text} · {manner}\n{body}", sources, _SEAL)
