"""The language model as the core sees it: one port, what is sent, what comes back. Its answers are never trusted.

Failures are `bot.errors.ModelError`; no text of a prompt or an answer ever stands in one.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

Vector = tuple[float, ...]
"""An embedding of length one."""

MOST_TEXTS = 64
"""Texts that are embedded at once."""


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model answers, and where it runs, as worker and asker are told it before anything is sent.

    `is_local` holds for an address of this machine or of a private network; otherwise `vendor` names who gets the words
    and `region` where, as far as the operator said so. `embedding` is the embedding model's name, empty where there is
    none; `model` is empty where only embeddings are configured.
    """

    model: str
    vendor: str
    region: str = ""
    is_local: bool = False
    embedding: str = ""

    @property
    def recipient(self) -> str:
        """Who would read what is sent: what a consent is bound to. Another vendor or region asks again."""
        return "local" if self.is_local else f"{self.vendor}|{self.region}"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request. `name` is the prompt file with its version, `schema` the JSON schema that the answer must have."""

    name: str
    system: str
    user: str
    schema: dict[str, Any] = field(default_factory=dict)
    most_tokens: int = 700

    @property
    def digest(self) -> str:
        """SHA-256 over all that is sent, as hex: what an audit entry keeps in place of the words."""
        sent = json.dumps([self.name, self.system, self.user, self.schema], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(sent.encode("utf8", "surrogatepass")).hexdigest()


class Finish(StrEnum):
    """How an answer ended."""

    COMPLETE = "complete"
    CUT = "cut"  # out of tokens, or the stream ended early
    REFUSED = "refused"  # the model, or its vendor's filter, declined


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a request cost, as the endpoint says, or estimated where it does not say or says nonsense."""

    prompt: int
    completion: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.prompt + self.completion


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer: text as it came, unchecked."""

    text: str
    finish: Finish
    usage: Usage


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One vector for each text, in order, all of one length of components."""

    vectors: tuple[Vector, ...]
    usage: Usage


def tokens_in(text: str) -> int:
    """Estimate the tokens of a text: four ASCII characters each, the rule of thumb of OpenAI's own documentation.

    Of any other script 1.5 characters, for a Chinese character costs between half a token and two, by tokenizer. This
    is for budgets and caps, where an endpoint's own count is not at hand.
    """
    ascii_characters = sum(character.isascii() for character in text)
    return math.ceil(ascii_characters / 4 + (len(text) - ascii_characters) / 1.5)


class LanguageModel(Protocol):
    """One endpoint. Every call is bounded in time, in size and in attempts.

    Raises `ModelError`: `Busy` (with `retry_after`), `TimedOut`, `Refused`, or a plain one with a code.
    """

    @property
    def identity(self) -> ModelIdentity:
        """Who is asked."""
        ...

    async def complete(self, prompt: Prompt) -> Completion:
        """Return the model's answer to a prompt."""
        ...

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        """Return the embeddings of some texts, at most `MOST_TEXTS` at once; a text past 8,000 characters is cut."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
