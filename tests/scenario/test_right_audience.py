"""No wrong audience: a private channel's words stand only there, and leave no trace in what stands elsewhere."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.drafts import Draft
from storage.memory import MemoryStore
from storage.store import SqliteStore
from tests.promised import Sized
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, said, shown, stage_door

pytestmark = pytest.mark.anyio
SECRET = "The build cache lives in /vault/canary on the runner, says the Quarmbyx contract with the leads."
OFFICE = (
    "The runner image is rebuilt nightly from the base image.",
    "A build on the runner takes nine minutes, eleven with a cold cache.",
    "The cache key is the lock file's hash.",
    "Where the forge lives in the org chart is another question.",
)


async def leads_with_secret(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general", "leads"])
    await door.say("mara", "leads", SECRET)


def traces(draft: Draft) -> bool:
    return any(word in repr(draft) for word in ("canary", "Quarmbyx", "leads/"))


@pytest.mark.promise(11, "private words and public places, membership changed either way")
async def test_a_private_channels_words_are_quoted_in_that_channel_alone(kept: StageDoor) -> None:
    await leads_with_secret(kept)
    for channel in ("build", "general"):
        draft = await kept.draft(await kept.ask("jonas", "mara", CACHE_QUESTION, channel))
        assert not traces(draft), "a member of the private channel asked in a public one"
        assert (await kept.notices_of("jonas"))[0].links == ()
    draft = await kept.draft(await kept.ask("jonas", "mara", CACHE_QUESTION, "leads"))
    assert "canary" in draft.written


@pytest.mark.promise(11, "private words and public places, membership changed either way")
async def test_trying_in_a_public_channel_shows_what_would_be_public(door: StageDoor) -> None:
    await leads_with_secret(door)
    assert "canary" not in repr(shown(await door.command("mara", f"try {CACHE_QUESTION}", "build")))
    assert "canary" in repr(shown(await door.command("mara", f"try {CACHE_QUESTION}", "leads")))


@pytest.mark.promise(11, "private words and public places, membership changed either way")
async def test_a_public_channels_words_may_stand_in_any_channel(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "leads"])
    await door.say("mara", "build", CACHE)
    draft = await door.draft(await door.ask("jonas", "mara", CACHE_QUESTION, "leads"))
    assert "forge" in draft.written


@pytest.mark.promise(11, "private words and public places, membership changed either way")
async def test_words_said_while_a_channel_was_private_stay_out_when_it_is_opened(door: StageDoor) -> None:
    await leads_with_secret(door)
    await door.set_private("leads", private=False)
    for channel in ("build", "leads"):
        await door.ask("jonas", "mara", CACHE_QUESTION, channel)
    assert "canary" not in repr(await door.drafts_of("mara"))


@pytest.mark.promise(11, "private words and public places, membership changed either way")
async def test_words_of_a_channel_that_was_closed_since_stay_in_it(door: StageDoor) -> None:
    await door.join("mara", channels=["build", "general"])
    await door.say("mara", "general", SECRET)
    await door.set_private("general", private=True)
    assert not traces(await door.draft(await door.ask("jonas", "mara", CACHE_QUESTION, "build")))
    assert "canary" in (await door.draft(await door.ask("jonas", "mara", CACHE_QUESTION, "general"))).written


@pytest.mark.promise(11, "private words and public places, membership changed either way")
async def test_nobody_outside_learns_the_name_of_a_private_channel(door: StageDoor) -> None:
    await leads_with_secret(door)
    await door.ask("pia", "mara", CACHE_QUESTION, "build")
    assert [n for n in door.line.told if n.to.person == "pia" and "leads" in repr(n)] == []


async def drafts_beside(folder: Path, private_words: list[str], *, kept: bool) -> list[tuple[object, ...]]:
    """Every public draft and private notice that a fixed public history leads to, beside some private words."""
    store = SqliteStore(folder / "double", ballast_bytes=4096) if kept else MemoryStore()
    seen: list[tuple[object, ...]] = []
    async with stage_door(folder, store) as door:
        await door.join("mara", channels=["build", "general", "leads"])
        for channel, text in (("build", CACHE), ("general", OFFICE[0]), ("build", OFFICE[1]), ("general", OFFICE[2])):
            await door.say("mara", channel, text)
            await door.advance(minutes=10)
        for text in private_words:
            await door.say("mara", "leads", text)
        await door.advance(hours=1)
        await door.say("mara", "build", OFFICE[3])
        for asker, question in (
            ("jonas", CACHE_QUESTION),
            ("pia", "how long does a build on the runner take with a cold cache?"),
            ("wei", "what is the cache key?"),
            ("pia", "where does the vault canary live?"),
        ):
            said(await door.command(asker, f"ask mara {question}"))
            await door.settle()
        drafts = await door.drafts_of("mara")
        seen = [(d.question, d.written, d.sources, d.reasons, d.lapses_at) for d in drafts]
        seen += [(n.to.person, n.text, n.links) for n in door.line.told if n.kind != "profile"]  # of all her words
    return seen


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.promise(11, "private words and public places, membership changed either way")
async def test_words_in_a_private_channel_leave_public_drafts_identical_to_the_byte(
    tmp_path: Path, kept: bool, sized: Sized
) -> None:
    chance = random.Random(11)
    vocabulary = f"{CACHE} {SECRET} {' '.join(OFFICE)}".split()
    flood = [" ".join(chance.choices(vocabulary, k=12)) for _ in range(sized(quick=16, full=120))]
    alone = await drafts_beside(tmp_path / "alone", [], kept=kept)
    assert any("forge" in repr(row) for row in alone), "nothing was quoted at all"
    assert await drafts_beside(tmp_path / "one", [SECRET], kept=kept) == alone
    assert await drafts_beside(tmp_path / "many", [SECRET, *flood], kept=kept) == alone
