"""The way of every event: in by one door, acknowledged when it is stored, and none stops the next."""

from __future__ import annotations

import logging

from bot import pacing
from bot.commands import Commands, Services
from bot.events import AccessLost, ActionTaken, Command, MessageDeleted, MessageSaid, ThreadDeleted
from bot.jobs import Jobs
from bot.message_log import asked_in, forget, forget_outdated, let_pass, said_in, take_note
from bot.ports import Transaction
from bot.questions import OpenQuestions
from bot.refs import ChannelRef, PersonRef
from bot.stage import Stage
from bot.views import Answer, InboxItem, Refusal, View

log = logging.getLogger("understudy.pipeline")


class Pipeline:
    """The core as its platforms see it (`bot.ports.EventHandler`)."""

    def __init__(self, stage: Stage, questions: OpenQuestions, services: Services, jobs: Jobs) -> None:
        self._stage = stage
        self._questions = questions
        self._services = services
        self._commands = Commands(stage, services)
        self._jobs = jobs

    async def message_said(self, event: MessageSaid) -> None:
        """Log a worker's own words where they allow it. Words to a double are a question, and are not logged.

        What Understudy says itself is neither.
        """
        if self._stage.platforms.of(event.author).directory.is_understudy(event.author):
            return
        if event.address is not None:
            pacing.begin()
            if event.revised_at > event.said_at:
                now = self._stage.now()
                await self._stage.store.run(event.author, lambda tx: forget_outdated(tx, event, now))
            await self._services.mentions.mentioned(event)
            await pacing.next_beat(self._stage.policy.beat)
            return
        if event.revised_at > event.said_at:
            await self._services.offering.retire(event.ref)
            if self._questions.at(event.ref) is not None and not await self._services.offering.asked_anew(event):
                await self._services.mentions.no_longer_mentioned(event)
        now, regions = self._stage.now(), self._stage.policy.phone_regions
        await self._stage.store.run_alike(
            event.author, lambda tx: take_note(tx, event, now, regions=regions), lambda: let_pass(event, regions)
        )
        self._services.offering.mentioned(event)

    async def message_deleted(self, event: MessageDeleted) -> None:
        """Forget a message that was deleted; call off the question it asked."""
        now = self._stage.now()
        asked = self._questions.at(event.ref)
        if asked is not None:
            await self._services.answering.withdraw(asked, event.author)
        await self._services.answering.retire(event.ref)
        await self._services.offering.retire(event.ref)

        def deleted(tx: Transaction) -> int | None:
            return forget(tx, [event.ref], now) if tx.consent.all() else None

        authors = [event.author] if event.author else await self._stage.store.workers()
        for author in authors:
            await self._stage.store.run_alike(author, deleted, lambda: None)

    async def thread_deleted(self, event: ThreadDeleted) -> None:
        """Forget what was said in a thread that was taken away whole, and call off what was asked in it."""
        channel = event.thread.channel
        for worker in await self._stage.store.workers():
            if (worker.platform, worker.workspace) != (channel.platform, channel.workspace):
                continue
            for draft in await self._stage.store.read(worker, lambda tx: asked_in(tx, event.thread)) or ():
                await self._services.answering.withdraw(draft, None)
            for ref in await self._stage.store.read(worker, lambda tx: said_in(tx, event.thread)) or ():
                await self.message_deleted(MessageDeleted(ref, worker, event.deleted_at))

    async def access_lost(self, event: AccessLost) -> None:
        """Freeze what rests on access that is gone."""
        await self._services.resting.access_lost(event)

    async def command(self, command: Command) -> Answer | Refusal:
        """Answer `/double …`, in step."""
        pacing.begin()
        answer = await self._commands.answer(command)
        await pacing.next_beat(self._stage.policy.beat)
        return answer

    async def act(self, action: ActionTaken) -> Answer | Refusal:
        """Carry out a button or a form, and answer in step."""
        pacing.begin()
        answer = await self._commands.act(action)
        await pacing.next_beat(self._stage.policy.beat)
        return answer

    async def inbox(self, person: PersonRef) -> tuple[InboxItem, ...]:
        """Return what waits for a person."""
        return await self._services.home.inbox(person)

    async def home(self, person: PersonRef, channel: ChannelRef | None = None) -> View:
        """Return the person's own page."""
        del channel  # the page is the same wherever it is opened from
        return await self._services.home.page(person)

    async def heard(self, platform: str, workspace: str) -> None:
        """Note that the line to a workspace is up."""
        await self._services.catching_up.heard(platform, workspace)

    async def missed(self, platform: str, workspace: str) -> None:
        """Let what was said while the line was down be read."""
        await self._services.catching_up.missed(platform, workspace)

    async def settle(self) -> None:
        """Run what is due until nothing runs any more."""
        await self._stage.work.idle()
        await self._jobs.round()
        await self._stage.work.idle()
