"""How the log is written: one line each, and never anybody's words."""

from __future__ import annotations

import logging

OURS = "understudy"


class Discreet(logging.Formatter):
    """Writes our own lines as they are; of a library's only that it spoke, for it may quote what people sent."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, without a traceback."""
        kind = record.exc_info[0] if record.exc_info else None
        name = kind.__name__ if kind else "a warning"
        told = record.getMessage() if record.name.partition(".")[0] == OURS else f"the library reported {name}"
        return f"{record.levelname} {record.name}: {told}"


def begin_log(level: str) -> None:
    """Write to standard error, our own lines from a level on, the libraries' from `warning` on.

    A library that has begun a log of its own (openai does, by a variable of its own) loses it: it would tell too much.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(level.upper())
