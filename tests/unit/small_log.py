"""What a file of Mara's may hold, each thing of one line: messages of hers, and what rests on them."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.consent import Grant, Purpose, Shelf
from bot.drafts import Draft, DraftState, Source, text_digest
from bot.events import MessageSaid
from bot.message_log import take_note
from bot.messages import LoggedMessage
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimKind, ClaimState
from bot.profile.voice import Tally
from bot.refs import ChannelRef, MessageRef, ThreadRef
from bot.reusable import ReusableAnswer
from bot.terms import terms
from bot.unlearning import thread_key
from tests.unit.small_team import BUILD, JONAS, LEADS, MARA, NOON

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
GRANTS = tuple(
    Grant(channel.channel, MARA, Purpose.LOG, channel, NOON - 90 * DAY, NOON - 90 * DAY, NOON + 90 * DAY, "ab" * 32)
    for channel in (BUILD, LEADS)
)
"""What lets her words be logged in both channels, for ninety days before noon and after."""


def said(
    number: int, text: str, channel: ChannelRef = BUILD, edited: int = 0, at: datetime | None = None
) -> MessageSaid:
    """Say something, so many minutes after noon of the day before; `edited` counts the minutes to its edit."""
    at = at or NOON - DAY + number * MINUTE
    return MessageSaid(MessageRef(channel, f"{number}.0"), MARA, text, at, at + edited * MINUTE, None, channel == BUILD)


def log(
    tx: Transaction, number: int, text: str, channel: ChannelRef = BUILD, at: datetime | None = None
) -> LoggedMessage:
    """Say something that is logged."""
    message = said(number, text, channel, at=at)
    assert take_note(tx, message, NOON, GRANTS) is not None
    (logged,) = tx.messages.find([message.ref])
    return logged


def read(tx: Transaction, *messages: LoggedMessage) -> None:
    """Count messages in the voice of their shelves, as a refresh of the profile does."""
    for message in messages:
        tally = tx.profile.voice().get(message.shelf, Tally())
        tx.profile.put_voice(message.shelf, tally.add(message.text, thread_key(message)))
        tx.usage.mark_read([message.ref])


def claim(name: str, text: str, *messages: LoggedMessage) -> Claim:
    """Say what is concluded from messages, in the words of the first."""
    refs = tuple(message.ref for message in messages)
    shelf = Shelf(BUILD, public=True)
    return Claim(name, ClaimKind.KNOWS, text, shelf, refs[:1], refs, NOON, NOON, ClaimState.KEPT)


def source(message: LoggedMessage) -> Source:
    """Quote a message as it stands."""
    return Source(message.ref, text_digest(message.text), message.said_at, message.text)


def draft(name: str, state: DraftState, *sources: Source, claims: tuple[str, ...] = (), text: str = "It is.") -> Draft:
    """Answer a question that Jonas asked."""
    return Draft(
        id=name,
        worker=MARA,
        asker=JONAS,
        thread=ThreadRef(BUILD, "8.0"),
        question_ref=MessageRef(BUILD, "8.0"),
        question="How is it?",
        state=state,
        asked_at=NOON,
        lapses_at=NOON + 2 * DAY,
        written=text,
        composed=text,
        sources=sources,
        claims=claims,
        revision=1,
    )


def answer(
    name: str, *sources: Source, of: str = "", text: str = "It is.", title: str = "How is it?"
) -> ReusableAnswer:
    """Let the answer of a draft answer again."""
    return ReusableAnswer(
        name, of or f"d-{name}", (title,), text, False, sources, (BUILD,), "everyone", NOON, NOON + 30 * DAY
    )


def indexed(tx: Transaction, word: str) -> list[str]:
    """Return the stamps of the messages that a word finds."""
    return sorted(hit.ref.stamp for hit in tx.index.search(tx.index.shelves(), terms(word), 9))
