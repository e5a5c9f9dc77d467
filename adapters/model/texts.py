"""Texts on their way out and in: what can be sent, and how many tokens they are taken to cost."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import Refused
from bot.model import MOST_TEXTS, Usage, tokens_in

MOST_CHARACTERS = 8_000
MOST_COMPLETION_TOKENS = 131_072
"""More than any model writes in one answer: a claim above it is nonsense."""
_FRAME_TOKENS = 1_000


def encodable(text: str) -> str:
    """Return a text that UTF-8 can say: half of a surrogate pair becomes a question mark."""
    return text.encode("utf8", "replace").decode("utf8")


def embeddable(texts: Sequence[str]) -> list[str]:
    """Return texts as they may be sent for embedding, each at most 8,000 characters; raise `Refused` otherwise."""
    if len(texts) > MOST_TEXTS:
        raise Refused(f"at most {MOST_TEXTS} texts are embedded at once")
    if not all(text.strip() for text in texts):
        raise Refused("an empty text has no embedding")
    return [encodable(text[:MOST_CHARACTERS]) for text in texts]


def trusted_usage(claimed: object, sent: Sequence[str], received: str) -> Usage:
    """Return what the endpoint says a request cost; a part that cannot be is estimated from lengths.

    A prompt costs at least one token and at most one a byte (and a frame around it); an answer at most
    `MOST_COMPLETION_TOKENS`, for a model may think unseen, and at least one where it says something.
    """
    claims = claimed if isinstance(claimed, dict) else {}
    most_prompt = sum(len(text.encode("utf8", "replace")) for text in sent) + _FRAME_TOKENS
    least_answer = 1 if received else 0
    return Usage(
        _believed(claims.get("prompt_tokens"), 1, most_prompt, tokens_in("".join(sent))),
        _believed(claims.get("completion_tokens"), least_answer, MOST_COMPLETION_TOKENS, tokens_in(received)),
    )


def _believed(claim: object, least: int, most: int, estimate: int) -> int:
    is_count = isinstance(claim, int) and not isinstance(claim, bool)
    return claim if is_count and least <= claim <= most else estimate  # type: ignore[operator,return-value]
