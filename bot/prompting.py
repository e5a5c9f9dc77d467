"""What is sent to a language model: instructions from a versioned file, and data fenced off from them. Pure.

The data is one JSON object a line between two fences. A fence is made of a digest of the data, so that no text can hold
it; within JSON strings no line break and no quote of a text can end its line. Everything is ordered by what it is and
never by a set's order: the same words give the same prompt, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bot.excerpts import excerpts
from bot.messages import LoggedMessage
from bot.model import Prompt, tokens_in
from bot.passages import Passage, Recalled, supersedes
from bot.patterns import Pattern
from bot.profile.claims import Claim, ClaimKind
from bot.refs import ChannelRef

ANSWER = "answer.1"
BUDGET = 2_400
"""Tokens that passages and notes may take together; what bears on the question best goes in first."""

LONGEST_PASSAGE = 900
MOST_PASSAGES, MOST_NOTES = 6, 8
_CJK = Pattern(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LINE_BREAKS = {ord(each): f"\\u{ord(each):04x}" for each in "\u0085\u2028\u2029"}
_MENTION = Pattern(r"<@!?[A-Za-z0-9_-]+(?:\|[^>]*)?>")
_CODE = Pattern(r"`[^`]*`|[\x21-\x7e]*[/._][\x21-\x7e]*")
_WORD = Pattern(r"[A-Za-z\u00c0-\u024f\u0370-\u04ff]+")

ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "answered": {"type": "boolean"},
        "partly": {"type": "boolean"},
        "sentences": {
            "type": "array",
            "maxItems": 4,
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "rests_on": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["text", "rests_on"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["answered", "partly", "sentences"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Material:
    """All that an answer to one audience may be made of, best first. `rules` are claims of the kinds says and omits.

    `behind` holds the messages that the words of each note come from, by the claim's id: an answer that rests on a note
    rests on them.
    """

    recalled: Recalled
    notes: tuple[Claim, ...] = ()
    rules: tuple[Claim, ...] = ()
    manner: tuple[str, ...] = ()
    examples: tuple[LoggedMessage, ...] = ()
    behind: Mapping[str, tuple[LoggedMessage, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that the model was given under an id: words of messages, or a claim.

    `is_replaced` holds where something else that was given says that it is so no longer.
    """

    id: str
    text: str
    messages: tuple[LoggedMessage, ...] = ()
    claim: Claim | None = None
    is_replaced: bool = False

    @property
    def said_at(self) -> datetime | None:
        """When the newest of it was said."""
        return max((m.said_at for m in self.messages), default=self.claim.last_seen if self.claim else None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt, and what its ids stand for."""

    prompt: Prompt
    given: dict[str, Given] = field(default_factory=dict)


def answer_prompt(
    question: str, name: str, material: Material, now: datetime, channel_names: Mapping[ChannelRef, str]
) -> Asked:
    """Return what to send for an answer in a worker's name, within the budget."""
    given: dict[str, Given] = {}
    lines: list[dict[str, Any]] = [{"kind": "question", "text": question}]
    left = BUDGET
    for claim in material.notes[:MOST_NOTES]:
        line = _note(claim, f"n{len(given) + 1}", now)
        left -= tokens_in(claim.statement)
        given[line["id"]] = Given(line["id"], claim.statement, material.behind.get(claim.id, ()), claim)
        lines.append(line)
    chosen = _within(material.recalled, left)
    for number, (passage, text) in enumerate(chosen, 1):
        older = [f"p{i}" for i, (other, _) in enumerate(chosen, 1) if supersedes(passage, other)]
        is_replaced = any(supersedes(newer, passage) for newer, _ in chosen)
        given[f"p{number}"] = Given(f"p{number}", text, passage.messages, is_replaced=is_replaced)
        lines.append(_passage(f"p{number}", passage, text, older, now, channel_names))
    lines += [{"kind": "manner", "text": trait} for trait in material.manner]
    lines += [{"kind": "rule", "text": rule.statement} for rule in material.rules]
    cited = {message.ref for one in given.values() for message in one.messages}
    lines += [{"kind": "example", "text": example.text} for example in material.examples if example.ref not in cited]
    return Asked(filled(ANSWER, name, lines, ANSWER_SCHEMA, language=_language(question)), given)


def fenced(lines: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """Return a fence that no line holds, and the lines between two of them. Who is mentioned in them is left out."""
    data = "\n".join(_on_one_line(line | {"text": _MENTION.sub("@someone", line["text"])}) for line in lines)
    fence = f"DATA-{hashlib.sha256(data.encode('utf8', 'surrogatepass')).hexdigest()[:12]}"
    return fence, f"{fence}\n{data}\n{fence} END"


def _on_one_line(line: dict[str, Any]) -> str:
    """An object as JSON that no reader of lines can take for two: JSON itself leaves three line breaks as they are."""
    return json.dumps(line, ensure_ascii=False).translate(_LINE_BREAKS)


def filled(name: str, worker: str, lines: Sequence[dict[str, Any]], schema: dict[str, Any], **more: str) -> Prompt:
    """Return a request: a prompt file's instructions for a worker's name, and lines of data fenced off from them."""
    fence, data = fenced(lines)
    system = instructions(name).format(name=" ".join(worker.split())[:60], fence=fence, **more)
    return Prompt(name, system, data, schema)


@lru_cache
def instructions(name: str) -> str:
    """Return the text of a prompt file, placeholders unfilled."""
    return (files("bot") / "prompts" / f"{name}.md").read_text("utf8")


def is_chinese(text: str) -> bool:
    """Whether a text is mostly Chinese: more characters than other words, so that names and code may stand in it."""
    prose = _CODE.sub(" ", text)
    return len(_CJK.findall(prose)) > len(_WORD.findall(prose))


def _language(question: str) -> str:
    return "Simplified Chinese" if is_chinese(question) else "the language of the question"


def _note(claim: Claim, note_id: str, now: datetime) -> dict[str, Any]:
    line: dict[str, Any] = {"kind": "note", "id": note_id, "text": claim.statement}
    if claim.kind is ClaimKind.CORRECTION:
        line["put_right"] = True
    return line | _when(claim.last_seen, now)


def _passage(
    passage_id: str,
    passage: Passage,
    text: str,
    replaces: Sequence[str],
    now: datetime,
    channel_names: Mapping[ChannelRef, str],
) -> dict[str, Any]:
    line: dict[str, Any] = {"kind": "passage", "id": passage_id, "text": text, **_when(passage.hit.said_at, now)}
    if channel := channel_names.get(passage.hit.ref.channel):
        line["channel"] = channel
    return line | ({"replaces": list(replaces)} if replaces else {})


def _when(at: datetime, now: datetime) -> dict[str, Any]:
    return {"day": at.date().isoformat(), "days_ago": max(0, (now - at).days)}


def _within(recalled: Recalled, tokens: int) -> list[tuple[Passage, str]]:
    """The passages that fit, each cut to the sentences that bear on the question; at least the best one."""
    chosen: list[tuple[Passage, str]] = []
    for passage in recalled.passages[:MOST_PASSAGES]:
        text = "\n".join(excerpt.text for excerpt in excerpts(passage, recalled.weights, LONGEST_PASSAGE))
        if not text:
            continue
        cost = tokens_in(text)
        if chosen and cost > tokens:
            continue
        tokens -= cost
        chosen.append((passage, text))
    return chosen
