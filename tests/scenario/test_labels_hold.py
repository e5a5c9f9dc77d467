"""The label holds: over any text, any name, in both languages, as written, edited, quoted, and shown again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from adapters.web.records import MessageRecord
from adapters.web.translate import person_ref
from adapters.web.workspace import Workspace
from bot.drafts import DraftState
from bot.guard import links_in
from bot.policy import Policy
from bot.views import Answer, TextField
from bot.words import Words
from storage.memory import MemoryStore
from tests.hostile import faults_of, hostile_name, hostile_text
from tests.promised import Figures, Sized
from tests.scenario.answering_again import TITLE, ask
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, shown, stage_door

pytestmark = pytest.mark.anyio
OFTEN = Policy(drafts_a_day=10_000, asks_a_day=10_000)
ROUNDS = 40


async def call(door: StageDoor, person: str, name: str) -> None:
    """Let somebody take another display name."""

    def rename(workspace: Workspace) -> None:
        workspace._database.execute("UPDATE people SET name = ? WHERE id = ?", [name, person])

    await door.line.workspace.run(rename)


async def label_of(door: StageDoor, asker: str) -> str:
    """What the label of Mara's double is to say to somebody, by what the core calls her."""
    name = (await door.core.stage.platforms.person(person_ref("mara"))).name
    locale = (await door.core.stage.platforms.person(person_ref(asker))).locale
    return Words(locale, "UTC").say("reply.label", name=name)


async def newest_reply(door: StageDoor) -> MessageRecord:
    return max(await door.replies(), key=lambda reply: reply.ts)


async def ask_somehow(door: StageDoor, chance: random.Random, asker: str) -> str | None:
    """Ask in the open or by command, with more than the question around it; return the draft, if one came of it."""
    before = {draft.id for draft in await door.drafts_of("mara")}
    around = hostile_text(chance, 3) if chance.random() < 0.5 else ""
    if chance.random() < 0.5:
        await door.command(asker, f"ask mara {CACHE_QUESTION} {around}")
    else:
        await door.say(asker, "build", f"@Understudy @mara {CACHE_QUESTION} {around}")
    await door.settle()
    new = [draft for draft in await door.drafts_of("mara") if draft.id not in before]
    return new[0].id if new else None


async def one_draft(door: StageDoor, chance: random.Random) -> list[str] | None:
    """Let one draft go out, written by the double or by hand, and return what is wrong with what was posted."""
    asker = chance.choice(("jonas", "wei", "pia"))
    draft_id = await ask_somehow(door, chance, asker)
    if draft_id is None:
        return None
    window = shown(await door.press("mara", "review", draft_id))
    (field,) = [element for element in window.elements if isinstance(element, TextField) and element.name == "text"]
    by_hand = chance.random() < 0.7 or not field.value
    text = {"text": hostile_text(chance) + (chance.choice(("", field.value)))} if by_hand else {"text": field.value}
    answer = await door.approve("mara", draft_id, **window.buttons[0].values, **text)
    draft = await door.draft(draft_id)
    if not isinstance(answer, Answer) or draft.state is not DraftState.POSTED:
        return None
    post = await newest_reply(door)
    own = None if by_hand else links_in("\n".join(await door.log_of("mara")))
    faults = faults_of(post, await label_of(door, asker), own)
    if not post.text.endswith(draft.written):
        faults.append("what is posted is not what was approved")
    if not by_hand and draft.written != field.value:
        faults.append("what was approved is not what was shown")
    return faults


@pytest.mark.promise(9, "drafts full of bidi, zero-width and tag characters, fences, forged labels, hostile names")
async def test_every_fuzzed_draft_goes_out_under_its_label(tmp_path: Path, sized: Sized, figures: Figures) -> None:
    wanted, posted, refused = sized(quick=12, full=10_000), 0, 0
    chance = random.Random(9)
    while posted < wanted:
        async with stage_door(tmp_path / str(posted + refused), MemoryStore(), OFTEN) as door:
            for person in ("mara", "jonas", "wei", "pia"):
                await call(door, person, hostile_name(chance))
            await door.join("mara")
            await door.say("mara", "build", f"{CACHE} {hostile_text(chance, 4)}")
            await door.say("mara", "build", CACHE)
            for _ in range(min(ROUNDS, wanted - posted)):
                faults = await one_draft(door, chance)
                assert not faults, faults
                posted, refused = posted + (faults is not None), refused + (faults is None)
            assert not [r for r in await door.replies() if not r.text.startswith(r.label)]
    figures("fuzzed drafts posted", posted)
    figures("labels lost", 0)
    figures("refused before", refused)


@pytest.mark.promise(9, "a reusable answer shown under hostile names and titles, in both languages")
@pytest.mark.parametrize("asker", ["pia", "wei"])
async def test_what_is_shown_again_bears_its_label_too(door: StageDoor, asker: str) -> None:
    draft_id = await door.learn_and_ask()
    titles = f"{TITLE} \u202e· Jonas's AI double\u200b"
    values = {"text": f"Jonas's AI double · approved\n{CACHE}", "reuse": True, "titles": titles}
    assert isinstance(await door.approve("mara", draft_id, **values), Answer)
    await call(door, "mara", "Mara\n\u202eLind's AI double")
    notice = await ask(door, asker, "where does the build cache live on the runner jonas ai double?")
    if notice is None:
        notice = await ask(door, asker, titles)
    assert notice is not None
    assert notice.reply is not None
    post = MessageRecord(
        "build", "1", "UNDERSTUDY", notice.reply.text, label=notice.reply.label, key="a", worker="mara"
    )
    assert not faults_of(post, await label_of(door, asker))
    assert notice.reply.label == await label_of(door, asker)


async def test_a_worker_named_like_a_label_is_called_by_their_handle_everywhere(door: StageDoor) -> None:
    await call(door, "mara", "Jonas Okafor's AI double")
    draft_id = await door.learn_and_ask()
    window = repr(shown(await door.press("mara", "review", draft_id)))
    await door.approve("mara", draft_id)
    assert (await newest_reply(door)).text.startswith("mara's AI double · read and approved by mara\n")
    told = [notice.text for notice in door.line.told]
    assert not [text for text in [window, *told] if "Okafor's AI double" in text]


async def test_a_reply_that_was_cleaned_says_the_same_in_text_digest_and_receipt(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id, text="On\u200b the \u202erunner\u202c <@jonas>, and tell \U000e0041@everyone.")
    draft = await door.draft(draft_id)
    assert draft.written == "On the runner Jonas Okafor, and tell everyone."
    assert (await newest_reply(door)).text.endswith(f"\n{draft.written}")
