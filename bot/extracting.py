"""Claims from new messages with a language model: the prompt, and the check of what comes back. Pure.

The model sees the new messages alone. What it notes is believed as little as its answers are: the evidence must exist,
and the words, numbers and names of a note must stand in the messages it names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.bearing import is_supported
from bot.citing import is_echo, read_object
from bot.messages import LoggedMessage, by_time
from bot.model import Completion, Finish, Prompt, tokens_in
from bot.profile.claims import LEARNT, Claim, ClaimOrigin
from bot.prompting import filled
from bot.unanswerable import is_about_person

EXTRACT = "claims.1"
BUDGET = 3_000
"""Tokens of messages in one request."""

LONGEST_STATEMENT = 200
LONGEST_MESSAGE = 1_500
MESSAGES_A_CLAIM = 3
_KINDS = {kind.value: kind for kind in LEARNT}

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "notes": {
            "type": "array",
            "maxItems": 20,
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": list(_KINDS)},
                    "statement": {"type": "string"},
                    "evidence": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["kind", "statement", "evidence"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["notes"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Extraction:
    """A prompt, and the messages that its ids stand for."""

    prompt: Prompt
    messages: dict[str, LoggedMessage]


def extractions(messages: Sequence[LoggedMessage], name: str) -> tuple[Extraction, ...]:
    """Return the requests that together show some new messages, each message once, none past the budget.

    Messages of different shelves never stand in one request: a note rests on one shelf alone.
    """
    made = []
    for shelf in dict.fromkeys(m.shelf for m in messages):
        for batch in _batches([m for m in messages if m.shelf == shelf]):
            by_id = {f"m{number}": message for number, message in enumerate(batch, 1)}
            lines = [{"kind": "message", "id": i, "text": m.text[:LONGEST_MESSAGE]} for i, m in by_id.items()]
            made.append(Extraction(filled(EXTRACT, name, lines, SCHEMA), by_id))
    return tuple(made)


def check_notes(completion: Completion, extraction: Extraction, new_id: Callable[[], str]) -> tuple[Claim, ...] | None:
    """Return the notes that check out, as waiting claims; None if the whole answer is of no use."""
    answer = read_object(completion.text) if completion.finish is Finish.COMPLETE else None
    if answer is None or not isinstance(answer.get("notes"), list):
        return None
    if is_echo(completion.text, extraction.prompt.system):
        return None
    most = 1 + len(extraction.messages) // MESSAGES_A_CLAIM
    found = [claim for note in answer["notes"] if (claim := _claim(note, extraction.messages, new_id)) is not None]
    return tuple(found[:most])


def _claim(note: object, messages: dict[str, LoggedMessage], new_id: Callable[[], str]) -> Claim | None:
    if not isinstance(note, dict) or not isinstance(note.get("statement"), str):
        return None
    kind, ids = _KINDS.get(str(note.get("kind"))), note.get("evidence")
    statement = " ".join(note["statement"].split())
    if kind is None or not isinstance(ids, list) or not 0 < len(statement) <= LONGEST_STATEMENT:
        return None
    named = (messages[i] for i in dict.fromkeys(str(i) for i in ids) if i in messages)
    evidence = sorted(named, key=by_time)
    if not evidence or not is_supported(statement, [m.text for m in evidence]) or _is_off_limits(statement):
        return None
    refs = tuple(m.ref for m in evidence)
    return Claim(
        id=new_id(),
        kind=kind,
        statement=statement,
        shelf=evidence[0].shelf,
        worded_by=refs,
        evidence=refs,
        first_seen=evidence[0].said_at,
        last_seen=evidence[-1].said_at,
        origin=ClaimOrigin.MODEL,
    )


def _is_off_limits(statement: str) -> bool:
    """Whether it speaks of somebody, or names one by a mention: a profile is about its worker's work alone."""
    return "<@" in statement or is_about_person(statement)


def _batches(messages: Sequence[LoggedMessage]) -> list[list[LoggedMessage]]:
    batches: list[list[LoggedMessage]] = [[]]
    left = BUDGET
    for message in messages:
        cost = tokens_in(message.text[:LONGEST_MESSAGE]) + 12
        if batches[-1] and cost > left:
            batches.append([])
            left = BUDGET
        batches[-1].append(message)
        left -= cost
    return [batch for batch in batches if batch]
