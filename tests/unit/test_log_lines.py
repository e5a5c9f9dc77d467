"""The log never tells anybody's words, whoever writes into it."""

from __future__ import annotations

import logging

import pytest

from bot.log_lines import OURS, Discreet, begin_log

MARK = "quicksilver"


def line(name: str, message: str) -> str:
    error = ValueError(MARK)
    record = logging.LogRecord(name, logging.ERROR, "", 0, message, None, (ValueError, error, None))
    return Discreet().format(record)


@pytest.mark.parametrize("name", ["aiohttp.server", "asyncio", "apscheduler.executors.default", "understudying"])
def test_a_librarys_line_says_only_that_it_spoke(name: str) -> None:
    assert line(name, f"Error handling {MARK}") == f"ERROR {name}: the library reported ValueError"


def test_our_own_line_stands_as_it_is_without_a_traceback() -> None:
    assert line("understudy.jobs", "job lapse failed: full") == "ERROR understudy.jobs: job lapse failed: full"


def test_a_log_that_a_library_has_begun_is_taken_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.root, "handlers", [logging.StreamHandler()])
    monkeypatch.setattr(logging.root, "level", logging.DEBUG)
    monkeypatch.setattr(logging.getLogger(OURS), "level", logging.NOTSET)
    begin_log("info")
    (handler,) = logging.root.handlers
    assert isinstance(handler.formatter, Discreet)
    assert logging.root.level == logging.WARNING
