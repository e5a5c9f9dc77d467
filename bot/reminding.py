"""What a worker is told of their consent, once each: that it ends, rests and is erased, and of new words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.agreed_before import Before
from bot.errors import NotPermitted, PlatformError
from bot.lapsing import keeping_of
from bot.ports import Transaction
from bot.refs import ChannelRef, WorkerRef
from bot.renewing import RENEWED_BEFORE, renew_button
from bot.schedule import is_working_time, last_day
from bot.showing import where
from bot.stage import Stage
from bot.standing import Standing, erased_at, standing_of
from bot.telling import CONSENT_KEY, WORDS_KEY
from bot.views import Button, Notice
from bot.words import Words

LAST_CALL = timedelta(days=3)
ERASURE_NEAR = timedelta(days=7)
TWO_WEEKS, THREE_DAYS, RESTS, ERASED_SOON = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class _Reminder:
    """What is to be told: how near which end, or which erasure, is."""

    at: datetime
    nearness: int
    standing: Standing

    def is_news(self, told: tuple[str, int]) -> bool:
        """Whether it was not told yet; a clock that is set back makes nothing new."""
        return told[0] != self.at.isoformat() or told[1] < self.nearness


class Reminding:
    """Tells a worker, quietly and within their hours."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def remind(self, worker: WorkerRef) -> None:
        """Tell what is due now and was not told; outside the worker's hours it waits."""
        person = await self._stage.platforms.person(worker)
        if not is_working_time(self._stage.now(), person.time_zone, self._stage.policy.hours):
            return
        words = Words(person.locale, person.time_zone)
        if reminder := await self._stage.store.read(worker, self._due):
            text, buttons = await self._worded(worker, reminder, words, person.time_zone)
            await self._tell(worker, CONSENT_KEY, text, buttons, is_quiet=reminder.standing is Standing.IN_FORCE)
            await self._stage.store.run(worker, lambda tx: _note_end(tx, reminder))
        if new := await self._stage.store.read(worker, self._new_words):
            read = Button("join", words.say("home.read_and_agree_button"), look="primary")
            await self._tell(worker, WORDS_KEY, words.say("lapsing.words_changed_notice"), (read,))
            await self._stage.store.run(worker, lambda tx: _note_words(tx, new))

    async def say_frozen(self, worker: WorkerRef, channel: ChannelRef) -> None:
        """Say that one channel is frozen while others go on."""
        words = await self._stage.platforms.words_for(worker)
        days = self._stage.policy.frozen.days
        text = words.say("lapsing.channel_frozen", where=await where(self._stage, channel), n=days)
        await self._say(worker, text, words)

    async def say_forgotten(self, worker: WorkerRef, count: int) -> None:
        """Say how many messages were erased because the days for which they were kept are over."""
        words = await self._stage.platforms.words_for(worker)
        await self._say(worker, words.say("lapsing.forgotten", n=count), words)

    def _due(self, tx: Transaction) -> _Reminder | None:
        """Return the nearest thing to tell; of what a jump of the clock passed over nothing is said."""
        now, grants = self._stage.now(), tx.consent.all()
        standing = standing_of(grants, now)
        reminder: _Reminder | None = None
        if standing is Standing.IN_FORCE:
            first = min((g for g in grants if g.is_open(now)), key=lambda g: g.ends_at)
            left, whole = first.ends_at - now, first.ends_at - first.given_at
            if left <= LAST_CALL < whole:
                reminder = _Reminder(first.ends_at, THREE_DAYS, standing)
            elif left <= RENEWED_BEFORE < whole:
                reminder = _Reminder(first.ends_at, TWO_WEEKS, standing)
        elif standing is not Standing.LEAVING and (at := erased_at(grants, now, keeping_of(tx, self._stage.policy))):
            reminder = _Reminder(at, ERASED_SOON if at - now <= ERASURE_NEAR else RESTS, standing)
        return reminder if reminder and reminder.is_news(tx.keepsakes.preferences().told_end) else None

    async def _worded(
        self, worker: WorkerRef, reminder: _Reminder, words: Words, time_zone: str
    ) -> tuple[str, tuple[Button, ...]]:
        now = self._stage.now()
        renew = await renew_button(self._stage, worker, words)
        if reminder.standing is Standing.IN_FORCE:
            day = words.day(last_day(reminder.at, time_zone), now)
            return words.say("lapsing.ends_soon", day=day), (renew,)
        key = "erased_soon" if reminder.nearness == ERASED_SOON else f"rests_{reminder.standing.value}"
        erase = Button("leave_window", words.say("lapsing.erase_now_button"))
        return words.say(f"lapsing.{key}", day=words.day(reminder.at, now)), (renew, copy_button(words), erase)

    def _new_words(self, tx: Transaction) -> str:
        """Return the mark of words that its worker was not told of; empty if there is nothing to tell."""
        before = Before(tx, self._stage.now())
        if not before.grants or before.is_of_today(self._stage):
            return ""
        mark = before.mark_of_today(self._stage)
        is_told = tx.keepsakes.preferences().told_words == mark
        return "" if is_told or standing_of(tx.consent.all(), self._stage.now()) is not Standing.IN_FORCE else mark

    async def _say(self, worker: WorkerRef, text: str, words: Words) -> None:
        """Say a sentence at once; a platform that does not answer holds nothing up."""
        try:
            await self._tell(worker, CONSENT_KEY, text, (home_button(words),))
        except PlatformError:
            return

    async def _tell(
        self, worker: WorkerRef, key: str, text: str, buttons: tuple[Button, ...], *, is_quiet: bool = True
    ) -> None:
        """Tell a worker; one who is not there any more is told nothing, and that is not tried again."""
        notice = Notice(worker, key, "consent", text, self._stage.now(), buttons, quiet=is_quiet)
        try:
            await self._stage.platforms.of(worker).tell(notice)
        except NotPermitted:
            return


async def clear_notices(stage: Stage, worker: WorkerRef) -> None:
    """Take away what was told of an end or of new words: the worker has just decided."""
    for key in (CONSENT_KEY, WORDS_KEY):
        notice = Notice(worker, key, "consent", "", stage.now(), quiet=True, is_over=True)
        try:
            await stage.platforms.of(worker).tell(notice)
        except PlatformError:
            return


def copy_button(words: Words) -> Button:
    """Return the button that leads to a sealed copy to take along."""
    return Button("export_window", words.say("lapsing.take_copy_button"))


def home_button(words: Words) -> Button:
    """Return the button that opens the worker's own page."""
    return Button("home", words.say("consent.my_double_button"))


def _note_end(tx: Transaction, reminder: _Reminder) -> None:
    told = replace(tx.keepsakes.preferences(), told_end=(reminder.at.isoformat(), reminder.nearness))
    tx.keepsakes.set_preferences(told)


def _note_words(tx: Transaction, mark: str) -> None:
    tx.keepsakes.set_preferences(replace(tx.keepsakes.preferences(), told_words=mark))
