"""Checking a language model's answer before anybody sees it: every sentence must rest on what was given. Pure.

A model may invent, obey a text it was to quote, print its instructions, or stop half-way. Nothing it says is believed:
ids must exist, and what a sentence says – its telling words, and every number, name and identifier – must stand in
what it cites. What does not check out is cut; if too little is left, the caller falls back to quoting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.bearing import is_supported
from bot.committing import commits_anew
from bot.messages import LoggedMessage
from bot.model import Completion, Finish
from bot.patterns import Pattern
from bot.profile.claims import Claim
from bot.prompting import Asked, Given, is_chinese
from bot.sentences import sentences
from bot.visible import visible

LONGEST_SENTENCE = 600
LONGEST_ANSWER = 1_600
ECHOED = 8
"""So many words of the instructions in a row are an echo of the prompt."""

_WORD = Pattern(r"\w+")
_ASSENT = Pattern(
    r"(?:so |oh )?(?:yes|yeah|yep|no|nope|right|correct|exactly|indeed|true|sure|of course)\b\s*[,.!:–—-]\s*(?=\S)"
    r"|(?:是的?|对的?|没错|不是|不对|嗯|确实)[，。！,]\s*(?=\S)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rested:
    """One sentence of an answer and what it rests on."""

    text: str
    on: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What of an answer may stand; `cut` counts what went. `is_abstention`: the model said that it does not know."""

    sentences: tuple[Rested, ...] = ()
    is_abstention: bool = False
    is_partial: bool = False
    cut: int = 0

    @property
    def text(self) -> str:
        """The answer as it may be shown."""
        texts = [s.text for s in self.sentences]
        if not is_chinese("".join(texts)):
            return " ".join(texts)
        return "".join(f"{text} " if text[-1:].isascii() else text for text in texts).rstrip()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims it rests on."""
        found = {g.claim.id: g.claim for s in self.sentences for g in s.on if g.claim}
        return tuple(found.values())

    def resting_on(self, message: LoggedMessage) -> str:
        """The sentences that rest on a message."""
        return "\n".join(s.text for s in self.sentences if any(message in given.messages for given in s.on))


def check_answer(completion: Completion, asked: Asked, question: str) -> Checked | None:
    """Return what of an answer checks out; None if it is of no use: cut short, no JSON, an echo, off language."""
    if completion.finish is not Finish.COMPLETE:
        return None
    answer = read_object(completion.text)
    if answer is None or not isinstance(answer.get("answered"), bool) or not isinstance(answer.get("sentences"), list):
        return None
    if not answer["answered"] or not answer["sentences"]:
        return Checked(is_abstention=not answer["answered"])
    if is_echo(completion.text, asked.prompt.system):
        return None
    said = [_rested(piece, asked.given) for piece in answer["sentences"][:12]]
    stand = _within_length([s for s in said if s is not None])
    text = "".join(s.text for s in stand)
    if not stand or is_chinese(text) != is_chinese(question):
        return None
    return Checked(tuple(stand), is_partial=answer.get("partly") is True, cut=len(answer["sentences"]) - len(stand))


def read_object(text: str) -> dict[str, Any] | None:
    """Return the JSON object that stands in an answer, alone or within words or a code block; None where there is none.

    Half an object, as a cut answer leaves it, is none.
    """
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return None
    try:
        found = json.loads(text[start : end + 1])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def is_echo(text: str, instructions: str) -> bool:
    """Whether a text repeats a run of the instructions, or the mark that fences the data off."""
    if "DATA-" in text:
        return True
    rules = _runs(instructions)
    return not rules.isdisjoint(_runs(text))


def _rested(piece: object, given: Mapping[str, Given]) -> Rested | None:
    if not isinstance(piece, dict) or not isinstance(piece.get("text"), str):
        return None
    text, ids = _without_assent(" ".join(visible(piece["text"]).split())), piece.get("rests_on")
    if not text or len(text) > LONGEST_SENTENCE or not isinstance(ids, list):
        return None
    on = tuple(given[i] for i in dict.fromkeys(i for i in ids if isinstance(i, str)) if i in given)
    cited = [f"{g.text}\n{_day(g.said_at)}" for g in on]
    if not on or all(g.is_replaced for g in on) or _asks_anew(text, cited):
        return None
    if not is_supported(text, cited) or _commits(text, cited):
        return None
    return Rested(text, on)


def _asks_anew(text: str, cited: Sequence[str]) -> bool:
    """Whether it asks what nothing cited asks: an answer tells, and what the asker said is not its worker's."""
    said = " ".join(" ".join(cited).casefold().split())
    asked = [sentence for sentence in sentences(text) if sentence.rstrip().endswith(("?", "？"))]
    return any(" ".join(sentence.casefold().split()) not in said for sentence in asked)


def _day(at: datetime | None) -> str:
    """The day something was said, in the forms in which an answer may name it."""
    return f"{at:%Y-%m-%d}. {at.day} {at:%B} {at:%b} {at.year}年{at.month}月{at.day}日" if at else ""


def _without_assent(text: str) -> str:
    """A sentence without a yes or no at its head: whether the asker is right is the worker's to say."""
    found = _ASSENT.match(text)
    rest = text[found.end() :] if found else text
    return rest[:1].upper() + rest[1:] if found and rest[:1].isascii() else rest


def _commits(text: str, cited: Sequence[str]) -> bool:
    """Whether it promises or allows something in the worker's name that they did not say themself."""
    return commits_anew(text, [sentence for words in cited for sentence in sentences(words)])


def _within_length(said: Sequence[Rested]) -> list[Rested]:
    kept: list[Rested] = []
    length = 0
    for sentence in said:
        length += len(sentence.text)
        if length > LONGEST_ANSWER:
            break
        kept.append(sentence)
    return kept


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return {tuple(words[i : i + ECHOED]) for i in range(len(words) - ECHOED + 1)}
