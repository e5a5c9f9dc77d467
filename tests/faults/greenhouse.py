"""What is known in a greenhouse, for those who are asked about it while their process is killed."""

from __future__ import annotations

ANSWER = "It is written on the board."
"""A worker's own words, where their double finds none: they are kept as such."""

FACTS = {
    "greenhouse key": "The greenhouse key hangs behind the tool shed door.",
    "pump fuse": "The pump fuse lies in drawer nine of the workshop.",
    "compost sieve": "The compost sieve leans against the north wall.",
}
"""By what they are about, so that each is asked for in a question of its own."""
