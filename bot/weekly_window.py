"""Telling a worker, once a week and without content, that their note is there; and the window in which it is read."""

from __future__ import annotations

from collections.abc import Sequence

from bot.audit import ChainedEntry
from bot.errors import NotPermitted
from bot.messages import Span
from bot.ports import Transaction
from bot.refs import PersonRef, WorkerRef
from bot.renewing import RENEWED_BEFORE, renew_button
from bot.schedule import last_day, zone
from bot.stage import Stage
from bot.standing import Standing, last_agreed, standing_of
from bot.telling import WEEKLY_KEY
from bot.views import Answer, Button, Element, Empty, Facts, Fold, Item, Notice, Text, View
from bot.weekly import COUNTS, Beside, WeeklyNote, is_contained, is_due, note_of, week_of
from bot.words import Words

SHOWN_OF_MAC = 12
AWAKE = frozenset({Standing.IN_FORCE, Standing.PAUSED})


class _Kept:
    """What the window shows, read in one view of the file."""

    def __init__(self, tx: Transaction, stage: Stage) -> None:
        self.notes = tx.notes.all()
        self.entries = tx.audit.entries()
        self.fault = tx.audit.check()
        holding = [g.ends_at for g in last_agreed(tx.consent.all(), stage.now()) if g.is_open(stage.now())]
        self.ends_at = min(holding, default=None)


class WeeklyNotes:
    """Writes the note on the last working day of a week, and shows it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def tell_if_due(self, worker: WorkerRef) -> None:
        """Write the week's note and tell of it, if it is time, the double is awake, and anything happened since."""
        time_zone = (await self._stage.platforms.person(worker)).time_zone
        hours, now = self._stage.policy.hours, self._stage.now()
        if not is_due(now, time_zone, hours, ()):
            return
        week = week_of(now.astimezone(zone(time_zone)).date())
        if not await self._stage.store.read(worker, lambda tx: self._has_news(tx, time_zone)):
            return
        if await self._stage.store.run(worker, lambda tx: self._write(tx, week)):
            words = await self._stage.platforms.words_for(worker)
            read = Button("weekly", words.say("weekly.read_button"), look="primary")
            await self._tell(worker, words.say("weekly.notice"), (read,))

    async def window(self, person: PersonRef) -> Answer:
        """Show the newest note, whether today's chain still contains its head, and the earlier ones."""
        words = await self._stage.platforms.words_for(person)
        kept = await self._stage.store.read(person, lambda tx: _Kept(tx, self._stage))
        if kept is None or not kept.notes:
            return Answer(view=View("weekly", words.say("weekly.title"), (Empty(words.say("weekly.none")),)))
        note, now = kept.notes[-1], self._stage.now()
        await self._tell(person, "", ())
        elements: list[Element] = [
            Text(words.say("weekly.intro", day=words.day(note.at, now))),
            Facts(_counted(note, words)) if _counted(note, words) else Text(words.say("weekly.nothing")),
            *await self._renewal(person, kept, words),
            Text(words.say("weekly.chain"), look="strong"),
            Text(_verdict(kept, words), look="notice" if _is_broken(kept) else "plain"),
            Facts(_head(note, words)),
        ]
        if earlier := kept.notes[-2::-1]:
            rows = tuple(_row(one, kept.entries, words, self._stage) for one in earlier)
            elements.append(Fold(words.say("weekly.earlier"), rows))
        home = Button("home", words.say("consent.my_double_button"), look="primary")
        return Answer(view=View("weekly", words.say("weekly.title"), tuple(elements), (home,)))

    def _has_news(self, tx: Transaction, time_zone: str) -> bool:
        notes, head = tx.notes.all(), tx.audit.head()
        if head is None or standing_of(tx.consent.all(), self._stage.now()) not in AWAKE:
            return False
        is_news = not notes or (notes[-1].length, notes[-1].mac) != (head.length, head.mac)
        return (is_news or self._logged(tx, notes) > 0) and is_due(
            self._stage.now(), time_zone, self._stage.policy.hours, notes
        )

    def _logged(self, tx: Transaction, notes: Sequence[WeeklyNote]) -> int:
        return tx.messages.count(Span(since=notes[-1].at if notes else None))

    def _write(self, tx: Transaction, week: str) -> bool:
        notes, head = tx.notes.all(), tx.audit.head()
        if head is None or (notes and notes[-1].week >= week):
            return False
        before = notes[-1] if notes else None
        refused = sum(before is None or question.at >= before.at for question in tx.refused.all())
        beside = Beside(self._logged(tx, notes), refused, sum(tx.removals.counts().values()))
        note = note_of(tx.audit.entries(), head, before, beside, self._stage.now(), week)
        tx.notes.keep(note)
        return True

    async def _tell(self, worker: WorkerRef, text: str, buttons: tuple[Button, ...]) -> None:
        """Tell of a note, quietly; without a text, take that away: it is being read."""
        notice = Notice(worker, WEEKLY_KEY, "weekly", text, self._stage.now(), buttons, quiet=True, is_over=not text)
        try:
            await self._stage.platforms.of(worker).tell(notice)
        except NotPermitted:
            return

    async def _renewal(self, person: PersonRef, kept: _Kept, words: Words) -> tuple[Item, ...]:
        now = self._stage.now()
        if kept.ends_at is None or kept.ends_at - now > RENEWED_BEFORE:
            return ()
        time_zone = (await self._stage.platforms.person(person)).time_zone
        text = words.say("lapsing.ends_soon", day=words.day(last_day(kept.ends_at, time_zone), now))
        return (Item(text, buttons=(await renew_button(self._stage, person, words),)),)


class LastNote:
    """What the worker's page shows of it."""

    def __init__(self, tx: Transaction) -> None:
        self.note = next(iter(tx.notes.all()[::-1]), None)
        self.is_contained = self.note is not None and is_contained(self.note, tx.audit.entries())


def last_note_row(kept: LastNote, stage: Stage, words: Words) -> tuple[Item, ...]:
    """Return the newest note as a row of the worker's page: its head, and whether today's chain still contains it."""
    if kept.note is None:
        return ()
    key = "weekly.row_contained" if kept.is_contained else "weekly.row_missing"
    read = Button("weekly", words.say("weekly.read_button"))
    text = words.say(key, day=words.day(kept.note.at, stage.now()), n=kept.note.length)
    return (Item(text, details=(kept.note.mac[:SHOWN_OF_MAC],), buttons=(read,)),)


def _counted(note: WeeklyNote, words: Words) -> tuple[tuple[str, str], ...]:
    return tuple((words.say(f"weekly.count_{n}"), str(note.counts[n])) for n in COUNTS if n in note.counts)


def _head(note: WeeklyNote, words: Words) -> tuple[tuple[str, str], ...]:
    return ((words.say("weekly.length"), str(note.length)), (words.say("weekly.mac"), note.mac))


def _is_broken(kept: _Kept) -> bool:
    return kept.fault is not None or not is_contained(kept.notes[-1], kept.entries)


def _verdict(kept: _Kept, words: Words) -> str:
    if kept.fault is not None:
        return words.say("weekly.chain_broken")
    return words.say("weekly.chain_sound" if not _is_broken(kept) else "weekly.chain_other", n=len(kept.entries))


def _row(note: WeeklyNote, entries: Sequence[ChainedEntry], words: Words, stage: Stage) -> Item:
    state = words.say("weekly.contained" if is_contained(note, entries) else "weekly.missing")
    return Item(words.day(note.at, stage.now()), details=(state,), facts=(*_counted(note, words), *_head(note, words)))
