"""What recall returns: passages of the worker's own words, and how well each bears on a question."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.consent import Shelf
from bot.expectation import announces_change
from bot.messages import LoggedMessage, Span, by_time
from bot.ports import MessageRepository
from bot.sentences import is_code, sentences, without_address
from bot.terms import query_terms

BURST_GAP = timedelta(minutes=3)
MOST_AFTER = 3
LONGEST_BURST = 900
SAME_WORDS = 4
SAME_SHARE = 0.2

_ASKS = re.compile(r"[?？]\s*[\"')\]`”’」*_]*(?:\s*:[a-z0-9_+-]+:)?\s*$|[吗呢]\s*[。!！]?$")
_ASKS_FOR_HELP = re.compile(
    r"^\W*(?:can|could|does|did|do|is|are|has|have|should|would|will|how|why|what|where|when|which|who)\b"
    r"[^.!]*$"
    r"|\b(?:any(?:one|body) (?:know|else|here|have|got)|(?:i(?:'m| am) )?trying to|"
    r"i(?:'m| am) (?:stuck|wondering|looking for|confused|not sure)"
    r"|i wonder|i (?:really )?don['’]?t (?:really |quite )?(?:know|remember|understand)|no idea|not sure"
    r"|can (?:someone|anyone|you)|could (?:someone|anyone|you)"
    r"|help me|please help)\b"
    r"|请问|有没有人|谁知道|有人知道|不知道|不清楚|不太确定|求助",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\W*(?:how|why|what|where|when|which|who) "
    r"(?!(?:(?!(?:to|i|you|we|they) )\w+ )?(?:can|could|does|did|do|is|are|was|were|am|has|have|should|would|will)\b)"
    r"[^.!?？:：\n]{1,120}[:：](?=[*_~\s]|\Z)",
    re.IGNORECASE,
)
_REACTS = re.compile(
    r"^\W*(?:oh|ah|aha|hm+|right|yes|yeah|yep|no|nope|ok|okay|sure|true|understood|thanks|cool|nice|but|so|and|or|because|"
    r"then|which|that(?:'s|’s)?|those|these|this|it(?:'s|’s)?|they(?:'re)?|"
    r"also|though|well|like|i see|i agree|you(?:'ll|'re)?)\b"
    r"|^\W*(?:对|嗯|好的|是的|不是|但是|所以|因为|那|这样|也是|同意)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A message that was found, with the worker's own words sent in one breath with it.

    `messages` are oldest first and hold the hit. `matched` are the question's terms in them, `coverage` the share of
    the question's weight they carry (0 to 1): none of it where the meaning alone was found. `score` orders passages of
    one recall and means nothing beyond it; `nearness` is how far the hit's meaning stands out, if that is known.
    """

    hit: LoggedMessage
    messages: tuple[LoggedMessage, ...]
    matched: frozenset[str]
    coverage: float
    score: float
    nearness: float | None = None

    @property
    def text(self) -> str:
        """The words, a message a line."""
        return "\n".join(message.text for message in self.messages)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was found, best first, and how much each term of the question weighs on the permitted shelves."""

    passages: tuple[Passage, ...]
    weights: dict[str, float] = field(default_factory=dict)


def is_question(text: str) -> bool:
    """Whether words ask rather than tell; words that ask first and then tell do not count."""
    pieces = [piece for piece in sentences(text) if not is_code(piece)]
    return bool(pieces) and (bool(_ASKS.search(pieces[-1])) or all(asks(piece) for piece in pieces))


def asks(sentence: str) -> bool:
    """Whether one sentence asks something, or says that its speaker does not know."""
    return bool(_ASKS.search(sentence) or _asks_for_help(sentence))


def is_heading(sentence: str) -> bool:
    """Whether a sentence begins like a question but announces what answers it: *how to run it:*, *what to check:*."""
    return bool(_HEADING.match(sentence)) and not _ASKS.search(sentence)


def _asks_for_help(sentence: str) -> bool:
    """Whether a sentence asks without a question mark; what a heading announces is looked at alone."""
    own = without_address(sentence)
    heading = _HEADING.match(own)
    return bool(_ASKS_FOR_HELP.search(own[heading.end() :] if heading else own))


def is_reaction(text: str) -> bool:
    """Whether words begin as an answer to something said before them, without which they may say little."""
    return bool(_REACTS.match(without_address(text.strip())))


def is_puzzled(text: str) -> bool:
    """Whether words say somewhere that their speaker does not know or needs help."""
    return any(_asks_for_help(piece) for piece in sentences(text) if not is_code(piece))


def supersedes(passage: Passage, other: Passage) -> bool:
    """Whether a passage is newer, speaks of the same matter, and says that something changed."""
    if passage.hit.said_at <= other.hit.said_at or not announces_change(passage.hit.text):
        return False
    here, there = frozenset(query_terms(passage.hit.text)), frozenset(query_terms(other.text))
    is_same_matter = len(here & there) >= max(SAME_WORDS, SAME_SHARE * min(len(here), len(there)))
    return is_same_matter and bool(passage.matched & other.matched)


def burst(messages: MessageRepository, hit: LoggedMessage, may_use: frozenset[Shelf]) -> tuple[LoggedMessage, ...]:
    """Return a hit and what the worker said right after it in the same thread, minutes apart, oldest first.

    What came before it did not help (measured on real chats), what came after did. Only messages on permitted shelves
    are seen, and none that is withheld; what else stands there changes nothing.
    """
    span = Span(hit.ref.channel, hit.said_at, hit.said_at + BURST_GAP * (MOST_AFTER + 1))
    row = sorted(
        (m for m in _all_of(messages, span) if m.shelf in may_use and m.thread == hit.thread and not m.is_withheld),
        key=by_time,
    )
    place = next((i for i, m in enumerate(row) if m.ref == hit.ref), None)
    if place is None:
        return (hit,)
    return (hit, *_chain(row[place:], MOST_AFTER, len(hit.text)))


def _chain(row: Iterable[LoggedMessage], most: int, length: int) -> list[LoggedMessage]:
    """Those that follow the first without a pause, as long as there is room for them."""
    taken: list[LoggedMessage] = []
    last: LoggedMessage | None = None
    for message in row:
        if last is not None:
            length += len(message.text)
            if abs(message.said_at - last.said_at) > BURST_GAP or len(taken) == most or length > LONGEST_BURST:
                break
            taken.append(message)
        last = message
    return taken


def _all_of(messages: MessageRepository, span: Span) -> tuple[LoggedMessage, ...]:
    """Every message of a span: a limit would let messages on other shelves crowd out permitted ones."""
    limit = 64
    while len(page := messages.page(span, limit)) == limit:
        limit *= 4
    return page
