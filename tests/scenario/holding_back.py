"""What the scenarios of Never use share: Mara's log, her marks and topics, and what can be looked at of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from adapters.web.records import MessageRecord
from adapters.web.translate import channel_ref, person_ref
from bot.consent import Shelf
from bot.drafts import Source
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimKind
from bot.recall import recall
from bot.refs import MessageRef
from bot.reusable import ReusableAnswer
from bot.views import Answer, Item, View
from tests.scenario.stage_door import CACHE_QUESTION, MONDAY, StageDoor, said, shown

T = TypeVar("T")
MARA, BUILD = person_ref("mara"), channel_ref("build")
PUBLIC = Shelf(BUILD, public=True)
OTHER = "The build cache of the old runner lived in /opt/cache until the move in spring."
FILLER = ("The runner is restarted on Fridays.", "Lunch is at noon.", "The cache of the website is somebody else's.")
QUESTIONS = (CACHE_QUESTION, "what is restarted on Fridays?", "where did the old build cache live until the move?")


async def read(door: StageDoor, look: Callable[[Transaction], T]) -> T:
    found = await door.core.stage.store.read(MARA, look)
    assert found is not None
    return found


async def change(door: StageDoor, work: Callable[[Transaction], object]) -> None:
    await door.core.stage.store.run(MARA, lambda tx: bool(work(tx)))


def ref_of(message: MessageRecord) -> MessageRef:
    return MessageRef(channel_ref(message.channel), message.ts)


async def never_use(door: StageDoor, message: MessageRecord) -> str:
    told = said(await door.press("mara", "never_use", message.id))
    await door.core.stage.work.idle()
    return told


async def hold(door: StageDoor, text: str, kind: str = "words") -> Answer:
    """Try a topic as its worker does, keep it, and return what is said."""
    view = shown(await door.press("mara", "never_try", "", text=text, is_pattern=kind == "pattern"))
    keep = view.buttons[0]
    answer = await door.press("mara", keep.name, keep.target, **keep.values)
    assert isinstance(answer, Answer), answer
    await door.core.stage.work.idle()
    return answer


async def learn(door: StageDoor, *texts: str) -> list[MessageRecord]:
    """Let Mara join and say some things, far apart."""
    await door.join("mara")
    heard = []
    for text in texts:
        heard.append(await door.say("mara", "build", text))
        door.clock.advance(timedelta(minutes=5))
    return heard


async def found_for(door: StageDoor, question: str) -> str:
    """All that recall makes of a question, scores and weights included."""
    found = await read(door, lambda tx: recall(tx, question, frozenset({PUBLIC}), MONDAY + timedelta(days=1)))
    return repr(found)


async def written_for(door: StageDoor, question: str = CACHE_QUESTION, asker: str = "pia") -> str:
    return (await door.draft(await door.ask(asker, "mara", question))).written


async def is_held(door: StageDoor, message: MessageRecord) -> bool:
    (stored,) = await read(door, lambda tx: tx.messages.find([ref_of(message)]))
    return stored.is_withheld


async def topic_id(door: StageDoor) -> str:
    (topic,) = (await read(door, lambda tx: tx.keepsakes.preferences())).topics
    return topic.id


def items(view: View) -> list[Item]:
    return [e for e in view.elements if isinstance(e, Item)]


def buttons_of(view: View, text: str) -> list[str]:
    (row,) = [item for item in items(view) if item.text == text]
    return [button.name for button in row.buttons]


def claim(name: str, statement: str, *evidence: MessageRef) -> Claim:
    return Claim(name, ClaimKind.KNOWS, statement, PUBLIC, evidence[:1], evidence, MONDAY, MONDAY)


def answer(name: str, title: str, text: str, ref: MessageRef) -> ReusableAnswer:
    source = Source(ref, "ab" * 32, MONDAY, text)
    ends = MONDAY + timedelta(days=90)
    return ReusableAnswer(name, "d_1", (title,), text, is_edited=False, sources=(source,), channels=(BUILD,),
                          audience="everyone", approved_at=MONDAY, ends_at=ends)  # fmt: skip
