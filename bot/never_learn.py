"""Never learn: what a worker wants no trace of in all that is kept, found so that it can be taken out. Pure.

Unlike a topic that is never used, which holds whole messages back, this takes the very words out before they are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from bot.clock import Allowance
from bot.profile.topics import SECONDS, Topic, TopicKind, places

Span = tuple[int, int]


def finder(wanted: Sequence[Topic]) -> Callable[[str], list[Span]]:
    """Return what finds, in a text, all that is never to be learnt.

    Where a pattern takes too long over a text, the whole of it counts as found: what is in doubt is not kept.
    """

    def find(text: str) -> list[Span]:
        allowance = Allowance(SECONDS)
        found: list[Span] = []
        for topic in wanted:
            if topic.kind is TopicKind.WORDS:
                found += [match.span() for match in _phrase(topic.text).finditer(text)]
            elif (spans := places(topic.text, text, allowance.left)) is None:
                return [(0, len(text))]
            else:
                found += spans
        return found

    return find


@lru_cache(maxsize=256)
def _phrase(words: str) -> re.Pattern[str]:
    """The words one after the other, whatever stands between them, upper and lower case alike; whole words only."""
    joined = r"[\s_-]{1,3}".join(map(re.escape, words.split()))
    before = r"(?<![A-Za-z0-9])" if words[:1].isascii() and words[:1].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if words[-1:].isascii() and words[-1:].isalnum() else ""
    return re.compile(f"{before}{joined}{after}", re.IGNORECASE)
