"""What was missed while the line to a platform was down: what is to be read afterwards, and what stays unread.

A gap is an unfinished back-fill that begins where it was last heard; each message passes the same gate as one that is
said now. What lies beyond the limits, or can be read no more, is written into the worker's chain and told to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.agreement import BEGINNING
from bot.audit import AuditEntry, ChainedEntry, EntryFacts, Happening
from bot.consent import Purpose, channels_in_force
from bot.messages import Backfill
from bot.ports import Transaction
from bot.refs import ChannelRef, WorkerRef
from bot.showing import where
from bot.stage import Stage
from bot.telling import GAP_KEY
from bot.views import Button, Fold, Item, Notice, Text
from bot.words import Words

OVERLAP = timedelta(minutes=2)
"""How much before the gap is read again: what was said right before a line breaks may not have come in."""
FARTHEST = timedelta(hours=24)
MOST_MESSAGES = 1_000
TOLD_FROM = timedelta(minutes=1)
"""Shorter gaps, as when a line is renewed, are read too; the worker's page is not filled with them."""
SHOWN_FOR, MOST_SHOWN = timedelta(days=30), 6
SUBJECT = "gap"


def owe(tx: Transaction, since: datetime, now: datetime) -> bool | None:
    """Let what the worker said from `since` on be read in the channels they let be logged.

    None if they let nothing be logged; otherwise whether some of it lies too far back to be read.
    """
    grants = tx.consent.all()
    channels = sorted(channels_in_force(grants, Purpose.LOG, now))
    if not channels:
        return None
    start, unfinished = max(since - OVERLAP, now - FARTHEST), {b.channel: b for b in tx.keepsakes.backfills()}
    for channel in channels:
        before = unfinished.get(channel)
        first = min(before.since, start) if before else start
        tx.keepsakes.put_backfill(Backfill(channel, first))  # one under way begins anew: its pages may go back in time
    if now - since >= TOLD_FROM:
        facts: EntryFacts = {
            "since": since.isoformat(),
            "until": now.isoformat(),
            "channels": [str(c) for c in channels],
        }
        tx.audit.append(AuditEntry(Happening.MISSED, now, SUBJECT, facts))
    if since >= now - FARTHEST:
        return False
    lost: EntryFacts = {"because": "too_long", "since": since.isoformat(), "until": start.isoformat()}
    tx.audit.append(AuditEntry(Happening.UNREAD, now, SUBJECT, lost))
    return True


def is_gap(backfill: Backfill) -> bool:
    """Whether a back-fill reads a gap, rather than all that its worker ever said in the channel."""
    return backfill.since != BEGINNING


def note_unread(tx: Transaction, backfill: Backfill, because: str, now: datetime) -> None:
    """Write down that the rest of a gap is not read: `too_many` messages, or `not_permitted` any more."""
    facts: EntryFacts = {"because": because, "channel": str(backfill.channel)}
    tx.audit.append(AuditEntry(Happening.UNREAD, now, SUBJECT, facts))


async def tell_unread(stage: Stage, worker: WorkerRef) -> None:
    """Tell the worker, quietly, that something they said was not read; what it is stands on their own page."""
    words = await stage.platforms.words_for(worker)
    look = Button("home", words.say("gaps.look_button"), look="primary")
    notice = Notice(worker, GAP_KEY, "gap", words.say("gaps.told"), stage.now(), (look,), quiet=True)
    await stage.platforms.of(worker).tell(notice)


async def gaps_row(stage: Stage, entries: Iterable[ChainedEntry], words: Words) -> tuple[Fold, ...]:
    """Return the newest gaps and what of them is unread, folded unless something is; nothing where there were none."""
    now = stage.now()
    recent = [chained.entry for chained in entries if now - chained.entry.at < SHOWN_FOR][-MOST_SHOWN:]
    if not recent:
        return ()
    rows = [Item(await _line(stage, entry, words)) for entry in reversed(recent)]
    is_open = any(entry.happening is Happening.UNREAD for entry in recent)
    return (Fold(words.say("gaps.heading"), (Text(words.say("gaps.intro"), look="small"), *rows), is_open=is_open),)


async def _line(stage: Stage, entry: AuditEntry, words: Words) -> str:
    facts, now = entry.facts, stage.now()
    if entry.happening is Happening.MISSED:
        channels = facts["channels"] if isinstance(facts["channels"], list) else []
        places = words.listed([await where(stage, _channel(channel)) for channel in channels])
        return words.say("gaps.missed", where=places, **_between(facts, words, now))
    if facts["because"] == "too_long":
        return words.say("gaps.too_long", n=FARTHEST // timedelta(hours=1), **_between(facts, words, now))
    place = await where(stage, _channel(str(facts["channel"])))
    if facts["because"] == "too_many":
        return words.say("gaps.too_many", where=place, n=MOST_MESSAGES)
    return words.say("gaps.not_permitted", where=place)


def _between(facts: EntryFacts, words: Words, now: datetime) -> dict[str, str]:
    return {end: words.date_and_time(datetime.fromisoformat(str(facts[end])), now) for end in ("since", "until")}


def _channel(written: str) -> ChannelRef:
    return ChannelRef(*written.split("/", 2))
