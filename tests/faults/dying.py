"""Lets the process it is called in die at one named step of Understudy's, right before it or right after."""

from __future__ import annotations

import inspect
import os
import signal
from collections.abc import Callable
from typing import Any

from adapters.web.conversation import Conversation
from adapters.web.notice_board import NoticeBoard
from adapters.web.platform import LocalWorkspace
from bot.answering import Answering
from bot.delivery import Delivery
from bot.review import Review
from bot.telling import Telling
from storage.store import SqliteStore

OWNERS: dict[str, type] = {
    owner.__name__: owner
    for owner in (Answering, Conversation, Delivery, LocalWorkspace, NoticeBoard, Review, SqliteStore, Telling)
}


def die_at(step: str) -> None:
    """Let the process die at a step such as `after Delivery._claim`; at `interrupted …` it gets SIGINT and goes on."""
    when, _, name = step.partition(" ")
    owner, _, method = name.partition(".")
    real = getattr(OWNERS[owner], method)
    made = interrupted(real) if when == "interrupted" else deadly(real, is_after=when == "after")
    setattr(OWNERS[owner], method, made)


def interrupted(real: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method with somebody's Ctrl-C before it."""

    def carried_out(*values: Any, **named: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return real(*values, **named)

    return carried_out


def deadly(real: Callable[..., Any], *, is_after: bool) -> Callable[..., Any]:
    """Return the method with the process's death before or after it."""

    def dying(*values: Any, **named: Any) -> Any:
        if is_after:
            real(*values, **named)
        die()

    async def dying_later(*values: Any, **named: Any) -> Any:
        if is_after:
            await real(*values, **named)
        die()

    return dying_later if inspect.iscoroutinefunction(real) else dying


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
