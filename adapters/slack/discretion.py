"""What the Slack libraries may say in the log: that something failed and of which kind, never what it was about.

They quote payloads, answers and headers, people's words and tokens among them. So they get a logger that lets no word
of theirs through, whatever the level: `bot.log_lines` takes them out of our own log, this out of any that listens.
"""

from __future__ import annotations

import logging

_NAMES = ("slack_sdk", "slack_bolt", "aiohttp.access", "aiohttp.server", "aiohttp.web")


class WordsAway(logging.Filter):
    """Replaces what a library says by the kind of error it speaks of."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take every word out of a record, its traceback too. Without them a warning of no kind would say nothing."""
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = f"the library reported {kind.__name__ if kind else 'an error'}"
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        return record.levelno >= (logging.WARNING if kind else logging.ERROR)


def _discreet(name: str) -> logging.Logger:
    logger = logging.getLogger(name)
    if not any(isinstance(known, WordsAway) for known in logger.filters):
        logger.addFilter(WordsAway())
    logger.setLevel(logging.WARNING)
    return logger


LIBRARY_LOG = _discreet("slack_bolt")
"""The logger that is handed to whatever takes one: Bolt passes its level and its filter on to all of its own."""


def hush() -> None:
    """Keep quiet those loggers of the libraries that nobody can hand one to, however far the log is turned up."""
    for name in [*_NAMES, *logging.root.manager.loggerDict]:
        if name.partition(".")[0] in {"slack_sdk", "slack_bolt"} or name in _NAMES:
            _discreet(name)
