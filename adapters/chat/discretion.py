"""What a platform's library may say in the log: that something failed and of which kind, never what it was about.

Libraries quote payloads, answers and headers, people's words and tokens among them. So they get a logger that lets no
word of theirs through, whatever the level: `bot.log_lines` takes them out of our own log, this out of any that listens.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable


class WordsAway(logging.Filter):
    """Replaces what a library says by the kind of error it speaks of."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take every word out of a record, its traceback too. Without them a warning of no kind would say nothing."""
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = f"the library reported {kind.__name__ if kind else 'an error'}"
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        return record.levelno >= (logging.WARNING if kind else logging.ERROR)


def discreet(name: str) -> logging.Logger:
    """Return the logger of that name, which lets no word through from now on."""
    logger = logging.getLogger(name)
    if not any(isinstance(known, WordsAway) for known in logger.filters):
        logger.addFilter(WordsAway())
    logger.setLevel(logging.WARNING)
    return logger


def hush(families: Iterable[str], names: Iterable[str] = ()) -> None:
    """Keep quiet the loggers of these names, and all there are of these families, however far the log is turned up."""
    kept, alone = frozenset(families), frozenset(names)
    for name in [*kept, *alone, *logging.root.manager.loggerDict]:
        if name.partition(".")[0] in kept or name in alone:
            discreet(name)
