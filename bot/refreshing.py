"""Refreshing the profile: new messages alone are read, in the background when it is due, or when the worker asks."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.clock import elapsed
from bot.consent import Purpose, channels_in_force
from bot.consulting import REFRESH, Consulting, open_to
from bot.errors import ModelError, NotPermitted, PlatformError
from bot.extracting import Extraction, check_notes, extractions
from bot.messages import LoggedMessage, Span
from bot.ports import Transaction
from bot.profile.claims import Claim
from bot.profile.versions import Cause
from bot.refs import WorkerRef
from bot.schedule import is_working_time
from bot.settling import awaits_word, new_claim_id
from bot.stage import Stage
from bot.taking_up import BATCH, TakenUp, finish, keep_reading, may_be_shown, next_unread, read_messages
from bot.telling import Telling

PAUSE = timedelta(hours=1)
"""After a silence the model is left alone for so long."""

ATTEMPTS = 3
"""So many silences in a row, and what waits is read without the model: nothing waits for ever."""

LOOK_AGAIN = timedelta(minutes=10)
"""How often a refresh that only the cool-down holds back is looked at."""

TRIES = 5
"""How often a batch is read anew because something changed while it was read; then it is left for the next time."""

log = logging.getLogger("understudy.refreshing")


class Outcome(StrEnum):
    """What came of a worker's wish for a refresh."""

    DONE = "done"
    NOTHING_NEW = "nothing_new"
    GOES_ON = "goes_on"  # in the background: it is much, or a language model is asked
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class _Standing:
    """What decides whether a refresh is due."""

    is_allowed: bool
    unread: int
    newest: datetime | None
    is_learning_earlier: bool


class Refreshing:
    """Keeps every worker's profile up with their log, one batch of new messages a transaction."""

    def __init__(self, stage: Stage, consulting: Consulting, telling: Telling) -> None:
        self._stage = stage
        self._consulting = consulting
        self._telling = telling
        self._running: set[WorkerRef] = set()
        self._not_before: dict[WorkerRef, datetime] = {}
        self._silences: Counter[WorkerRef] = Counter()
        self._untold: set[WorkerRef] = set()
        self._seen: set[WorkerRef] = set()

    async def refresh_if_due(self, worker: WorkerRef) -> None:
        """Let a refresh run in the background if enough is unread, the last is long ago, and the worker is quiet."""
        await self._take_up_news(worker)
        if worker not in self._running and await self._is_due(worker):
            self._begin(worker)
        await self._tell(worker)

    async def refresh(self, worker: WorkerRef) -> Outcome:
        """Read all that is new at once; what takes longer than a moment goes on in the background."""
        standing = await self._stage.store.read(worker, self._look)
        if standing is None or not standing.is_allowed:
            return Outcome.NOT_ALLOWED
        if worker in self._running:
            return Outcome.GOES_ON
        if standing.unread > BATCH or (standing.unread and await self._reads_with_model(worker)):
            self._begin(worker)
            return Outcome.GOES_ON
        self._running.add(worker)
        return Outcome.DONE if await self._run(worker) else Outcome.NOTHING_NEW

    def is_model_silent(self, worker: WorkerRef) -> bool:
        """Whether the language model gave no answer at the last refresh, so that what is new waits for it."""
        return bool(self._silences[worker])

    def is_running(self, worker: WorkerRef) -> bool:
        """Whether a refresh is under way."""
        return worker in self._running

    async def _is_due(self, worker: WorkerRef) -> bool:
        policy, now = self._stage.policy, self._stage.now()
        if timedelta(0) < self._not_before.get(worker, now) - now <= PAUSE:  # more is of a clock that ran ahead
            return False
        standing = await self._stage.store.read(worker, self._look)
        if standing is None or standing.newest is None or standing.is_learning_earlier:
            return False
        if elapsed(standing.newest, now) < policy.profile_quiet:
            return False
        if standing.unread and self.is_model_silent(worker):
            return True  # what waits for the model is tried again
        if standing.unread < policy.profile_after_messages:
            return False
        last = await self._stage.store.read(worker, last_refresh)
        if last is not None and elapsed(last, now) < policy.profile_cooldown:
            self._not_before[worker] = min(last + policy.profile_cooldown, now + LOOK_AGAIN)
            return False
        return True

    def _look(self, tx: Transaction) -> _Standing:
        channels = channels_in_force(tx.consent.all(), Purpose.PROFILE, self._stage.now())
        unread = tx.usage.unread_count(channels) if channels else 0
        newest = tx.messages.page(Span(), 1)
        return _Standing(bool(channels), unread, newest[0].said_at if newest else None, bool(tx.keepsakes.backfills()))

    def _begin(self, worker: WorkerRef) -> None:
        self._running.add(worker)
        self._stage.work.start("refresh", self._run(worker))

    async def _run(self, worker: WorkerRef) -> bool:
        """Read batch after batch; say whether there is a new version."""
        try:
            taken = TakenUp()
            while part := await self._next_batch(worker):
                taken += part
            version = await self._stage.store.run(worker, lambda tx: finish(tx, taken, self._stage.now()))
        finally:
            self._running.discard(worker)
        if self._silences[worker] >= ATTEMPTS:
            del self._silences[worker]
        if version is not None:
            self._untold.add(worker)
            await self._tell(worker)
        return version is not None

    async def _next_batch(self, worker: WorkerRef) -> TakenUp | None:
        """Take one batch up; None if there is nothing to read, or it is to wait."""
        batch = await self._stage.store.read(worker, lambda tx: next_unread(tx, self._stage.now()))
        notes = await self._ask_model(worker, batch) if batch else None
        if not batch or notes is None:
            return None
        for _ in range(TRIES):
            reading = await self._stage.store.read(
                worker,
                lambda tx: read_messages(tx, batch, notes, self._stage.now()),
            )
            if reading is None:
                return None  # every one of them changed, went or may not be read any more
            kept = await self._stage.store.run(worker, lambda tx, r=reading: keep_reading(tx, r, self._stage.now()))  # type: ignore[misc]
            if kept is not None:
                return kept
        return None

    async def _ask_model(self, worker: WorkerRef, batch: Sequence[LoggedMessage]) -> tuple[Claim, ...] | None:
        """Return what the model notes on those messages that it may read; None if they are to wait for it.

        What it refuses, or answers without use, is read without it: another attempt would end the same. A batch takes
        several requests, and each is made up at the moment it is sent: what went in between is in none of them.
        """
        if self._silences[worker] >= ATTEMPTS or not await self._reads_with_model(worker):
            return ()
        channels = await self._consulting.open_channels(worker, Purpose.PROFILE)
        name = (await self._stage.platforms.person(worker)).name
        notes: list[Claim] = []
        for planned in extractions([m for m in batch if m.ref.channel in channels], name):
            extraction = await self._as_it_stands(worker, planned, name)
            if extraction is None:
                continue
            among = {m.ref.channel for m in extraction.messages.values()}
            try:
                completion = await self._consulting.complete(worker, REFRESH, extraction.prompt, among)
            except ModelError as error:
                if error.code in {"refused", "not_agreed"}:
                    continue
                return self._wait_or_go_on(worker, error)
            notes += check_notes(completion, extraction, new_claim_id) or ()
        del self._silences[worker]
        return tuple(notes)

    async def _as_it_stands(self, worker: WorkerRef, planned: Extraction, name: str) -> Extraction | None:
        """Make a request up anew of those of its messages that may still be sent; None if there are none."""

        def look(tx: Transaction) -> list[LoggedMessage]:
            allowed = open_to(tx, Purpose.PROFILE, self._stage)
            shown = may_be_shown(tx, tuple(planned.messages.values()), self._stage.now())
            return [message for message in shown if message.ref.channel in allowed]

        left = await self._stage.store.read(worker, look) or []
        return next(iter(extractions(left, name)), None)

    def _wait_or_go_on(self, worker: WorkerRef, error: ModelError) -> tuple[Claim, ...] | None:
        log.warning("no notes from the model: %s", error.code)
        self._silences[worker] += 1
        self._not_before[worker] = self._stage.now() + PAUSE
        return () if self._silences[worker] >= ATTEMPTS else None

    async def _reads_with_model(self, worker: WorkerRef) -> bool:
        identity = self._consulting.identity
        if identity is None or not identity.model:
            return False
        return bool(await self._consulting.open_channels(worker, Purpose.PROFILE))

    async def _take_up_news(self, worker: WorkerRef) -> None:
        """After a start, tell of what the process that noticed it ended too early to tell."""
        if worker in self._seen:
            return
        self._seen.add(worker)
        if await self._stage.store.read(worker, _has_news):
            self._untold.add(worker)

    async def _tell(self, worker: WorkerRef) -> None:
        """Tell the worker within their hours, once, how much there is to look at; a silent platform is tried again."""
        if worker not in self._untold:
            return
        try:
            person = await self._stage.platforms.person(worker)
            if not is_working_time(self._stage.now(), person.time_zone, self._stage.policy.hours):
                return
            waiting = await self._stage.store.read(worker, lambda tx: sum(map(awaits_word, tx.profile.claims())))
            if waiting:
                await self._telling.noticed(worker, waiting)
            await self._stage.store.run(worker, _note_told)
        except NotPermitted as error:
            log.warning("a worker could not be told: %s", error.code)
        except PlatformError as error:
            log.warning("a worker could not be told yet: %s", error.code)
            return
        self._untold.discard(worker)


def _has_news(tx: Transaction) -> bool:
    """Whether a refresh made a version that its worker was not told of."""
    refreshed = tx.profile.last_version(Cause.REFRESHED)
    return refreshed is not None and refreshed.number > tx.keepsakes.preferences().told_version


def _note_told(tx: Transaction) -> None:
    last, preferences = tx.profile.last_version(), tx.keepsakes.preferences()
    tx.keepsakes.set_preferences(replace(preferences, told_version=last.number if last else 0))


def last_refresh(tx: Transaction) -> datetime | None:
    """Return when the profile was last refreshed; None if it never was."""
    refreshed = tx.profile.last_version(Cause.REFRESHED)
    return refreshed.at if refreshed is not None else None
