"""Going over a whole message log, one short reading after another: nothing of it is held, and nobody is held up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import TypeVar

from bot.messages import LoggedMessage, Span
from bot.ports import Transaction
from bot.refs import WorkerRef
from bot.stage import Stage

PAGE = 500
T = TypeVar("T")
Page = tuple[LoggedMessage, ...]


async def look_through(
    stage: Stage, worker: WorkerRef, look: Callable[[Page], T], size: int = PAGE
) -> AsyncIterator[T]:
    """Yield what `look` makes of every message that is logged now, newest first, about `size` of them at a time.

    `look` runs on the store's reading thread. Between two pages other readings get their turn; what comes in meanwhile
    may be missed.
    """
    before: datetime | None = None

    def read(tx: Transaction) -> tuple[T, datetime] | None:
        page = _page(tx, before, size)
        return (look(page), page[-1].said_at) if page else None

    while found := await stage.store.read(worker, read):
        seen, before = found
        yield seen


def _page(tx: Transaction, before: datetime | None, size: int) -> Page:
    """Return the next page, whole to the last moment in it: what was said at the same moment is never torn apart."""
    page = tx.messages.page(Span(), size, before)
    if len(page) < size:
        return page
    complete = tuple(m for m in page if m.said_at > page[-1].said_at)
    return complete or _page(tx, before, 2 * size)
