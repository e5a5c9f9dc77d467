from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.extracting import BUDGET, Extraction, check_notes, extractions
from bot.messages import LoggedMessage
from bot.model import Completion, Finish, Usage, tokens_in
from bot.profile.claims import ClaimKind, ClaimOrigin, ClaimState
from bot.refs import ChannelRef, MessageRef

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BUILD, LEADS = (ChannelRef("local", "team", name) for name in ("build", "leads"))
TEXTS = ("We pin the base image by digest, never by tag.", "ok", "I prefer squash merges over merge commits.")


def said(number: int, text: str, channel: ChannelRef = BUILD) -> LoggedMessage:
    at = NOW + timedelta(minutes=number)
    return LoggedMessage(MessageRef(channel, f"{number}.0"), text, at, at, None, public=True, grant_id="g1")


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"k{next(numbers)}"


def extraction(*texts: str) -> Extraction:
    (made,) = extractions([said(n, text) for n, text in enumerate(texts, 1)], "Mara Lind")
    return made


def notes(*found: Any, finish: Finish = Finish.COMPLETE) -> Completion:
    return Completion(json.dumps({"notes": list(found)}), finish, Usage(1, 1))


def note(statement: str, *evidence: str, kind: str = "does") -> dict[str, Any]:
    return {"kind": kind, "statement": statement, "evidence": list(evidence)}


def test_a_note_that_its_messages_bear_out_becomes_a_waiting_claim() -> None:
    made = check_notes(notes(note("We pin the base image by digest.", "m1")), extraction(*TEXTS), ids())
    assert made is not None
    (claim,) = made
    assert (claim.kind, claim.state, claim.origin) == (ClaimKind.DOES, ClaimState.WAITING, ClaimOrigin.MODEL)
    assert claim.worded_by == claim.evidence == (MessageRef(BUILD, "1.0"),)
    assert claim.shelf == said(1, "").shelf


@pytest.mark.parametrize(
    "wrong",
    [
        note("We pin the base image by tag 4.2.", "m1"),
        note("We never pin anything in production databases.", "m1"),
        note("We pin the base image by digest.", "m9"),
        note("We pin the base image by digest."),
        note("We pin the base image by digest.", "m1", kind="feels"),
        note("We pin the base image by digest. " * 20, "m1"),
        note("<@jonas> pins the base image by digest.", "m1"),
        {"statement": "We pin the base image by digest.", "evidence": ["m1"]},
        {"kind": "does", "statement": 7, "evidence": ["m1"]},
        "We pin the base image by digest.",
        None,
    ],
)
def test_a_note_that_does_not_check_out_is_left_out(wrong: Any) -> None:
    good = note("I prefer squash merges over merge commits.", "m3", kind="prefers")
    made = check_notes(notes(wrong, good), extraction(*TEXTS), ids())
    assert made is not None
    assert [claim.statement for claim in made] == [good["statement"]]


@pytest.mark.parametrize(
    "useless",
    [
        Completion("no notes today", Finish.COMPLETE, Usage(1, 1)),
        Completion('{"notes": "many"}', Finish.COMPLETE, Usage(1, 1)),
        Completion('{"notes": [{"kind"', Finish.COMPLETE, Usage(1, 1)),
        notes(note("We pin the base image by digest.", "m1"), finish=Finish.CUT),
        notes(note("We pin the base image by digest.", "m1"), finish=Finish.REFUSED),
        notes(note("DATA-0123", "m1")),
    ],
)
def test_an_answer_of_no_use_is_told_from_one_without_notes(useless: Completion) -> None:
    assert check_notes(useless, extraction(*TEXTS), ids()) is None
    assert check_notes(notes(), extraction(*TEXTS), ids()) == ()


def test_few_notes_come_of_few_messages() -> None:
    many = [note("We pin the base image by digest.", "m1")] * 20
    made = check_notes(notes(*many), extraction(*TEXTS), ids())
    assert made is not None
    assert len(made) == 2


def test_every_message_is_shown_once_and_no_request_mixes_shelves() -> None:
    messages = [said(n, "A sentence about the base image. " * 20, BUILD if n % 2 else LEADS) for n in range(60)]
    made = extractions(messages, "Mara Lind")
    shown = [m.ref for one in made for m in one.messages.values()]
    assert sorted(shown) == sorted(m.ref for m in messages)
    for one in made:
        assert len({m.shelf for m in one.messages.values()}) == 1
        assert sum(tokens_in(m.text) for m in one.messages.values()) <= BUDGET
