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
from bot.backfilling import Backfilling
from bot.delivery import Delivery
from bot.erasing import Erasing
from bot.joining import Joining
from bot.leaving import Departures
from bot.questions import OpenQuestions
from bot.review import Review
from bot.shown_answers import ShownAnswers
from bot.telling import Telling
from storage.files import Files
from storage.store import SqliteStore

OWNERS: dict[str, type] = {
    owner.__name__: owner
    for owner in (
        Answering,
        Backfilling,
        Conversation,
        Delivery,
        Departures,
        Erasing,
        Files,
        Joining,
        LocalWorkspace,
        NoticeBoard,
        OpenQuestions,
        Review,
        ShownAnswers,
        SqliteStore,
        Telling,
    )
}


def die_at(step: str) -> None:
    """Let the process die at a step such as `after Delivery._claim`; at `interrupted …` it gets SIGINT and goes on.

    `before SqliteStore.compact in Erasing.prove` holds from the first `Erasing.prove` on: what is done at every start
    would otherwise end the process before it began.
    """
    step, _, within = step.partition(" in ")
    if within:
        owner, method = _found(within)
        setattr(owner, method, arming(getattr(owner, method), step))
        return
    when, _, name = step.partition(" ")
    owner, method = _found(name)
    real = getattr(owner, method)
    setattr(owner, method, interrupted(real) if when == "interrupted" else deadly(real, is_after=when == "after"))


def _found(name: str) -> tuple[type, str]:
    owner, _, method = name.partition(".")
    return OWNERS[owner], method


def arming(real: Callable[..., Any], step: str) -> Callable[..., Any]:
    """Return the method with the step becoming deadly as soon as it is called."""

    def carried_out(*values: Any, **named: Any) -> Any:
        die_at(step)
        return real(*values, **named)

    return carried_out


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
