"""When each platform was last heard, and what is to be read again after it was not: minutes missed are told."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.backfilling import Backfilling
from bot.errors import BotError
from bot.gaps import owe, tell_unread
from bot.refs import WorkerRef
from bot.stage import Stage

log = logging.getLogger("understudy.catching_up")

NOTED_EVERY = timedelta(minutes=1)

_Place = tuple[str, str]
"""A platform, and a workspace on it."""


class CatchingUp:
    """Keeps one moment a workspace, nobody's: until when everything that was said there has come in."""

    def __init__(self, stage: Stage, backfilling: Backfilling) -> None:
        self._stage = stage
        self._backfilling = backfilling
        self._heard: dict[_Place, datetime] = {}
        self._noted: dict[_Place, datetime] = {}

    async def heard(self, platform: str, workspace: str) -> None:
        """Note that the line is up; durably once a minute."""
        place, now = (platform, workspace), self._stage.now()
        self._heard[place] = now
        noted = self._noted.get(place)
        if noted is None or not timedelta() <= now - noted < NOTED_EVERY:
            await self._note(place)

    async def missed(self, platform: str, workspace: str) -> None:
        """Let what was said since the workspace was last heard be read; it is owed durably when this returns."""
        place, now = (platform, workspace), self._stage.now()
        since = self._heard.get(place) or await self._stage.store.last_heard(platform, workspace)
        if since is not None and since < now:
            for worker in await self._stage.store.workers():
                if (worker.platform, worker.workspace) == place:
                    await self._owe(worker, since, now)
        self._heard[place] = now
        await self._note(place)

    async def stop(self) -> None:
        """Note durably when each workspace was last heard: nothing more comes in."""
        for place in self._heard:
            await self._note(place)

    async def _owe(self, worker: WorkerRef, since: datetime, now: datetime) -> None:
        """Owe one worker their gap. One whose file fails must not keep the others from theirs."""
        try:
            is_too_long = await self._stage.store.run(worker, lambda tx: owe(tx, since, now))
            if is_too_long is None:
                return
            self._backfilling.begin(worker)
            if is_too_long:
                await tell_unread(self._stage, worker)
        except BotError as error:
            log.warning("a gap could not be noted: %s", error.code)

    async def _note(self, place: _Place) -> None:
        self._noted[place] = self._heard[place]
        await self._stage.store.note_heard(*place, self._heard[place])
