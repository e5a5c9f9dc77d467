"""The voice: how a worker writes, as counts and features – never as words that could be read back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of the writing on one shelf."""

    messages: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return not self.messages

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold of it: all."""
        return {"messages": self.messages}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Tally:
        """Return the tally that `to_json` was asked of."""
        return cls(data["messages"])
