"""The way in for scenarios: the whole core over a store and the real local workspace, played by a small team.

Mara works in Berlin and is the one whose double it mostly is; Jonas is in New York, Wei in Shanghai, Pia in London.
`build` and `general` are public, `leads` is private: Mara and Jonas. Ids are the names themselves.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.web import translate
from adapters.web.records import ChannelRecord, MessageRecord, PersonRecord
from adapters.web.translate import channel_ref, person_ref
from adapters.web.workspace import Workspace
from bot.audit import Happening
from bot.clock import TestClock
from bot.compose import Core, compose_core
from bot.drafts import Draft, DraftState
from bot.events import AccessLost, ActionTaken, Command, Loss
from bot.messages import Span
from bot.model import LanguageModel
from bot.policy import Policy
from bot.ports import Store
from bot.refs import PersonRef, ThreadRef
from bot.views import Answer, InboxItem, Notice, Refusal, View
from tests.scenario.house_rules import check_house_rules
from tests.scenario.shaky_line import ShakyLine

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, 04:00 in New York
PEOPLE = (
    PersonRecord("mara", "Mara Lind", "mara", time_zone="Europe/Berlin"),
    PersonRecord("jonas", "Jonas Okafor", "jonas", time_zone="America/New_York"),
    PersonRecord("wei", "陈伟", "wei", locale="zh-CN", time_zone="Asia/Shanghai"),
    PersonRecord("pia", "Pia Novak", "pia", time_zone="Europe/London"),
)
EVERYONE = tuple(person.id for person in PEOPLE)
CHANNELS = (
    ChannelRecord("build", "build", members=EVERYONE),
    ChannelRecord("general", "general", members=EVERYONE),
    ChannelRecord("leads", "leads", is_private=True, members=("mara", "jonas")),
)
CACHE = "The build cache lives in /var/cache/forge on the runner and is emptied every Sunday at 04:00."
CACHE_QUESTION = "where does the build cache live on the runner?"


class StageDoor:
    """Lets everybody play their part, and looks behind the curtain."""

    def __init__(
        self, store: Store, line: ShakyLine, clock: TestClock, policy: Policy, model: LanguageModel | None = None
    ) -> None:
        self.store = store
        self.line = line
        self.clock = clock
        self.policy = policy
        self.model = model
        self.core: Core = compose_core(store, clock, policy, line, model=model)

    # what people do

    async def say(self, person: str, channel: str, text: str, thread: MessageRecord | None = None) -> MessageRecord:
        """Say something as the local workspace does: stored with its event, told to the core, struck out."""

        def store(workspace: Workspace) -> tuple[MessageRecord, int, bool]:
            message = MessageRecord(
                channel=channel,
                ts=workspace.stamper.next(),
                author=person,
                text=translate.resolve_handles(text, workspace.team.handles()),
                thread=(thread.thread or thread.ts) if thread else "",
            )
            return message, workspace.conversation.say(message), _is_public(workspace, channel)

        message, number, is_public = await self.line.workspace.run(store)
        await self.core.pipeline.message_said(translate.said(message, is_public))
        await self.line.workspace.run(lambda w: w.conversation.delivered(number))
        return message

    async def edit(self, message: MessageRecord, text: str) -> MessageRecord:
        """Change what was said."""

        def store(workspace: Workspace) -> tuple[MessageRecord, int, bool]:
            new = translate.resolve_handles(text, workspace.team.handles())
            changed = workspace.conversation.edit(message, new, workspace.stamper.next())
            return (*changed, _is_public(workspace, message.channel))

        edited, number, is_public = await self.line.workspace.run(store)
        await self.core.pipeline.message_said(translate.said(edited, is_public))
        await self.line.workspace.run(lambda w: w.conversation.delivered(number))
        return edited

    async def delete(self, message: MessageRecord) -> None:
        """Delete what was said."""

        def store(workspace: Workspace) -> tuple[str, int]:
            at = workspace.stamper.next()
            return at, workspace.conversation.delete(message, at)

        at, number = await self.line.workspace.run(store)
        await self.core.pipeline.message_deleted(translate.deleted(message.channel, message.ts, message.author, at))
        await self.line.workspace.run(lambda w: w.conversation.delivered(number))

    async def command(
        self, person: str, text: str, channel: str = "build", thread: MessageRecord | None = None
    ) -> Answer | Refusal:
        """Type `/double <text>`, in a thread where one is given."""
        place = ThreadRef(channel_ref(channel), thread.ts) if thread else None
        return await self.core.pipeline.command(Command(person_ref(person), channel_ref(channel), text, place))

    async def press(self, person: str, button: str, target: str = "", **values: Any) -> Answer | Refusal:
        """Press a button or submit a form."""
        return await self.core.pipeline.act(ActionTaken(person_ref(person), button, target, values))

    async def submit_form(self, person: str, **form: Any) -> Answer | Refusal:
        """Submit the joining form with both ticks and `build`, or as told."""
        values = {"learn": True, "draft": True, "channels": ["build"], "earlier": False, **form}
        return await self.press(person, "consent", "consent", **values)

    async def join(self, person: str, **form: Any) -> View:
        """Join, read what is to be read, and return the receipt."""
        answer = await self.submit_form(person, **form)
        assert isinstance(answer, Answer), answer
        assert answer.view is not None
        await self.settle()
        return answer.view

    async def learn_and_ask(self, asker: str = "jonas", channel: str = "build") -> str:
        """Let Mara join and say where the cache lives, and ask her double; return the draft's id."""
        await self.join("mara")
        await self.say("mara", "build", CACHE)
        self.clock.advance(timedelta(minutes=5))
        return await self.ask(asker, "mara", CACHE_QUESTION, channel)

    async def ask(
        self, asker: str, worker: str, question: str, channel: str = "build", thread: MessageRecord | None = None
    ) -> str:
        """Ask in the open, let the draft be made, and return its id."""
        said = await self.say(asker, channel, f"@Understudy @{worker} {question}", thread)
        await self.settle()
        return (await self.draft_at(worker, said)).id

    async def approve(self, worker: str, draft_id: str, **values: Any) -> Answer | Refusal:
        """Press "Send as my double"."""
        return await self.press(worker, "approve", draft_id, **values)

    async def lose(self, loss: Loss, person: str | None = None, channel: str | None = None) -> None:
        """Let access be gone, as a platform reports it."""
        who, where = person and person_ref(person), channel and channel_ref(channel)
        await self.core.pipeline.access_lost(AccessLost("local", "local", loss, who or None, where or None))

    # time, and the process

    async def advance(self, **by: float) -> None:
        """Let time go by and do what falls due."""
        self.clock.advance(timedelta(**by))
        await self.settle()

    async def advance_to(self, moment: datetime) -> None:
        """Let it be that moment."""
        self.clock.advance(moment - self.clock.now())
        await self.settle()

    async def settle(self) -> None:
        """Do all that is due."""
        await self.core.pipeline.settle()

    async def restart(self) -> None:
        """Let the process die and start another one over the same store and workspace; tell again what was owed."""
        self.core = compose_core(self.store, self.clock, self.policy, self.line, model=self.model)
        await self.core.questions.load(self.core.stage)
        await self.core.consulting.load()
        for owed in await self.line.workspace.run(lambda w: w.conversation.undelivered()):
            if owed.kind == "deleted":
                gone = translate.deleted(owed.channel, owed.ts, owed.author, owed.at)
                await self.core.pipeline.message_deleted(gone)
            elif message := await self.find(owed.channel, owed.ts):
                await self.core.pipeline.message_said(await self.event_of(message))
            await self.line.workspace.run(lambda w, n=owed.number: w.conversation.delivered(n))  # type: ignore[misc]
        await self.settle()

    # what people see

    async def messages(self, channel: str = "build") -> tuple[MessageRecord, ...]:
        return await self.line.workspace.run(lambda w: w.conversation.all_of(channel))

    async def find(self, channel: str, ts: str) -> MessageRecord | None:
        return await self.line.workspace.run(lambda w: w.conversation.find(channel, ts))

    async def replies(self, channel: str = "build") -> list[MessageRecord]:
        """What doubles have posted and nobody took back."""
        return [m for m in await self.messages(channel) if m.key and not m.is_retracted]

    async def notices_of(self, person: str) -> tuple[Notice, ...]:
        """What a person was told and still sees, newest first."""
        found = await self.line.workspace.run(lambda w: w.notices.of(person))
        return tuple(notice for notice in found if notice.text)

    async def notice(self, person: str, kind: str) -> Notice:
        """The one notice of a kind that a person sees."""
        (found,) = [notice for notice in await self.notices_of(person) if notice.kind == kind]
        return found

    async def inbox(self, person: str) -> tuple[InboxItem, ...]:
        return await self.core.pipeline.inbox(person_ref(person))

    # what stands behind the curtain

    async def event_of(self, message: MessageRecord) -> Any:
        """The event that tells of a message as it stands now."""
        is_public = await self.line.workspace.run(lambda w: _is_public(w, message.channel))
        return translate.said(message, is_public)

    async def set_private(self, channel: str, *, private: bool) -> None:
        """Open a channel to everyone, or close it to its members."""

        def change(workspace: Workspace) -> None:
            workspace._database.execute("UPDATE channels SET private = ? WHERE id = ?", [int(private), channel])

        await self.line.workspace.run(change)

    async def share(self, channel: str) -> None:
        """Share a channel with another organisation."""

        def change(workspace: Workspace) -> None:
            found = workspace.team.channel(channel)
            assert found is not None
            workspace.team.change_channel(channel, is_private=found.is_private, is_shared=True)

        await self.line.workspace.run(change)

    async def let_in(self, channel: str, person: str) -> None:
        """Let somebody into a channel; `gus` is a guest, who is in no other one."""

        def change(workspace: Workspace) -> None:
            if workspace.team.person(person) is None:
                workspace.team.add_people([PersonRecord(person, "Gus Farley", person, is_guest=True)])
            workspace.team.join(channel, [person])

        await self.line.workspace.run(change)

    async def make_guest(self, person: str) -> None:
        """Let somebody be a guest from now on, who reads only the channels they are in."""
        await self.line.workspace.run(
            lambda w: w._database.execute("UPDATE people SET is_guest = 1 WHERE id = ?", [person])
        )

    async def let_out(self, channel: str, person: str) -> None:
        """Let somebody go out of a channel."""
        await self.line.workspace.run(lambda w: w.team.leave(channel, [person]))

    async def archive(self, channel: str) -> None:
        """Take a channel away, as one that is archived is."""
        await self.line.workspace.run(lambda w: w._database.execute("DELETE FROM channels WHERE id = ?", [channel]))

    async def log_of(self, worker: str) -> list[str]:
        """The words logged of a worker, oldest first; none for who has not joined."""
        found = await self.core.stage.store.read(person_ref(worker), lambda tx: tx.messages.page(Span(), 9_999))
        return [message.text for message in reversed(found or ())]

    async def drafts_of(self, worker: str) -> list[Draft]:
        """Every draft of a worker's double, oldest question first."""
        return list(
            await self.core.stage.store.read(person_ref(worker), lambda tx: tx.drafts.in_states(frozenset(DraftState)))
            or ()
        )

    async def draft(self, draft_id: str, worker: str = "mara") -> Draft:
        (found,) = [draft for draft in await self.drafts_of(worker) if draft.id == draft_id]
        return found

    async def draft_at(self, worker: str, message: MessageRecord) -> Draft:
        """The draft of the question that stands in a message."""
        stamps = {d.question_ref.stamp: d for d in await self.drafts_of(worker) if d.question_ref}
        return stamps[message.ts]

    async def happenings(self, draft_id: str, worker: str = "mara") -> list[Happening]:
        """What the audit chain says became of a draft."""
        chained = await self.core.stage.store.read(person_ref(worker), lambda tx: tx.audit.entries(draft_id))
        return [entry.entry.happening for entry in chained or ()]

    async def holds(self, person: str) -> bool:
        """Whether there is a file of this person's."""
        return PersonRef("local", "local", person) in await self.core.stage.store.workers()


@asynccontextmanager
async def stage_door(
    folder: Path,
    store: Store,
    policy: Policy | None = None,
    line: ShakyLine | None = None,
    model: LanguageModel | None = None,
) -> AsyncIterator[StageDoor]:
    """Open the house with its team and nothing said yet; at the end look whether all house rules were kept."""
    clock = TestClock(MONDAY) if line is None else line.clock
    assert isinstance(clock, TestClock)
    line = line or ShakyLine(folder / "workspace", clock)

    def move_in(workspace: Workspace) -> None:
        workspace._database.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug on a scenario
        with workspace.transaction():
            workspace.team.add_people(PEOPLE)
            workspace.team.add_channels(CHANNELS)

    try:
        await line.workspace.run(move_in)
        door = StageDoor(store, line, clock, policy or Policy(), model)
        yield door
        await door.core.stage.work.idle()
        await check_house_rules(door.core, line)
        await door.core.stage.store.close()
    finally:
        await line.close()


def said(answer: Answer | Refusal) -> str:
    """The sentence of an answer."""
    assert isinstance(answer, Answer), answer
    return answer.text


def shown(answer: Answer | Refusal) -> View:
    """The window that an answer opens."""
    assert isinstance(answer, Answer), answer
    assert answer.view is not None
    return answer.view


def refused(answer: Answer | Refusal) -> str:
    """The code of a refusal, which has a sentence too."""
    assert isinstance(answer, Refusal), answer
    assert answer.sentence
    return answer.code


def _is_public(workspace: Workspace, channel: str) -> bool:
    found = workspace.team.channel(channel)
    return found is not None and not found.is_private
