"""No wrong audience, shown with a model that prints its whole prompt: what is planted elsewhere stays there."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.model.echo import EchoModel
from adapters.web.records import ChannelRecord
from bot.policy import Policy
from bot.profile.claims import ClaimState
from bot.views import Answer
from storage.memory import MemoryStore
from tests.promised import Figures, Sized
from tests.scenario.profile_stage import claims_of, decide
from tests.scenario.stage_door import EVERYONE, StageDoor, shown, stage_door
from tests.scenario.with_a_model import LOCAL

pytestmark = pytest.mark.anyio
OFTEN = Policy(drafts_a_day=100_000, asks_a_day=100_000, tokens_a_day=10**12, tokens_a_day_per_worker=10**12)
THINGS = ("build cache", "signing key", "nightly rebuild", "relay budget", "staging database", "release branch")
PLACES = ("on the runner", "for the payments service", "in the Berlin office", "behind the proxy")
ASKS = ("where does the {} live {}?", "how large is the {} {}?", "who empties the {} {}?", "when is the {} emptied {}?")
CANARY = re.compile(r"zq[a-z]{8}")
SPOTS = (
    "a private channel",
    "a channel with a guest",
    "a shared channel",
    "a channel closed since",
    "another worker's words",
    "words of somebody who never joined",
    "held back",
    "held back by a topic",
    "edited away",
    "deleted",
    "dropped as a claim",
    "a question of somebody else",
    "a channel not agreed to",
    "said in a pause",
)


class Planting:
    """Says things with a word in each that stands nowhere else, and remembers which word was said where."""

    def __init__(self, door: StageDoor, chance: random.Random) -> None:
        self._door = door
        self._chance = chance
        self._new = ("".join(["zq", *chance.choices("abcdefghijklmnop", k=8)]) for _ in itertools.count())
        self.planted: dict[str, str] = {}

    def sentence(self, spot: str) -> str:
        """A sentence that answers many a question, with a new word in it."""
        word = next(self._new)
        self.planted[word] = spot
        thing, place = self._chance.choice(THINGS), self._chance.choice(PLACES)
        return f"The {thing} {place} lives in /var/{word} and Jonas empties it every Sunday, 40 GB at most."

    async def say(self, spot: str, person: str, channel: str, prefix: str = "") -> None:
        await self._door.say(person, channel, prefix + self.sentence(spot))


async def plant(door: StageDoor, planting: Planting, rounds: int) -> None:
    """Let words be said in every spot, and then made unreadable where they are not yet."""
    await door.line.workspace.run(
        lambda w: w.team.add_channels(
            [ChannelRecord(name, name, members=EVERYONE) for name in ("visited", "shared", "closed", "outside")]
        )
    )
    await door.join("mara", channels=["build", "general", "leads", "visited", "shared", "closed"])
    await door.join("wei", channels=["build", "general"])
    await door.press("mara", "never_keep", "topic", text="heirloom", kind="words")
    for _ in range(rounds):
        await planting.say("readable", "mara", "build")
        await planting.say("readable", "mara", "general")
        await planting.say("a private channel", "mara", "leads")
        await planting.say("a channel with a guest", "mara", "visited")
        await planting.say("a shared channel", "mara", "shared")
        await planting.say("a channel closed since", "mara", "closed")
        await planting.say("a channel not agreed to", "mara", "outside")
        await planting.say("another worker's words", "wei", "build")
        await planting.say("words of somebody who never joined", "pia", "build")
        await planting.say("held back by a topic", "mara", "build", "About the heirloom: ")
        held = await door.say("mara", "build", planting.sentence("held back"))
        await door.press("mara", "never_use", held.id)
        await door.edit(
            await door.say("mara", "build", planting.sentence("edited away")), "Never mind what I said here."
        )
        await door.delete(await door.say("mara", "general", planting.sentence("deleted")))
    await planting.say("dropped as a claim", "mara", "leads")
    await door.press("mara", "refresh_profile")
    await door.settle()
    for statement, claim in (await claims_of(door)).items():
        if planting.planted.get("".join(CANARY.findall(statement))) == "dropped as a claim":
            await decide(door, "drop_claim", claim)
    await door.let_in("visited", "gus")
    await door.share("shared")
    await door.set_private("closed", private=True)
    await door.advance(minutes=1)
    await door.command("mara", "pause")
    await planting.say("said in a pause", "mara", "build")
    await door.advance(minutes=1)
    await door.command("mara", "resume")
    for asker in ("jonas", "pia"):
        await door.ask(asker, "mara", f"what about {planting.sentence('a question of somebody else')}")


def questions(chance: random.Random) -> Iterator[str]:
    while True:
        yield chance.choice(ASKS).format(chance.choice(THINGS), chance.choice(PLACES))


@pytest.mark.promise(11, "a model that prints its prompt, words planted in fourteen spots that a reader may not see")
async def test_no_planted_word_reaches_who_may_not_read_it(tmp_path: Path, sized: Sized, figures: Figures) -> None:
    chance, model = random.Random(11), EchoModel(LOCAL)
    asks, seen, wrong, readable = sized(quick=12, full=10_000), 0, set[str](), set[str]()
    async with stage_door(tmp_path, MemoryStore(), OFTEN, model=model) as door:
        planting = Planting(door, chance)
        await plant(door, planting, rounds=8)
        assert set(planting.planted.values()) == {"readable", *SPOTS}
        for number, question in enumerate(itertools.islice(questions(chance), asks)):
            model.prompts.clear()
            told = len(door.line.told)
            spoken = await one_ask(door, number, question, chance.choice(("build", "general")))
            notices = [n for n in door.line.told[told:] if n.to.person != "mara"]
            found = set(CANARY.findall(f"{spoken} {[p.system + p.user for p in model.prompts]} {notices}"))
            readable |= {word for word in found if planting.planted[word] == "readable"}
            wrong |= {word for word in found if planting.planted[word] != "readable"}
            seen += len(model.prompts)
        assert not wrong, {planting.planted[word] for word in wrong}
        assert len(readable) > 5, "nothing was read at all"
        assert seen > asks // 2, "the model was hardly asked"
        figures("asks", asks)
        figures("words planted where they may not be read", sum(s != "readable" for s in planting.planted.values()))
        figures("of them found in prompts, drafts and notices", 0)
        figures("readable words found (the control)", len(readable))


async def one_ask(door: StageDoor, number: int, question: str, channel: str) -> str:
    """Ask, mostly as a worker tries out their double, now and then as a colleague does; return all that came of it."""
    if number % 25:
        return repr(await door.command("mara", f"try {question}", channel))
    draft_id = await door.ask(chance_asker(number), "mara", question, channel)
    draft = await door.draft(draft_id)
    if draft.awaits_asker:
        await door.press(draft.asker.person, "go_on", draft_id)
        await door.settle()
    spoken = repr((await door.draft(draft_id)).written)
    await door.press("mara", "deny", draft_id)
    return spoken


def chance_asker(number: int) -> str:
    return ("jonas", "pia")[number // 25 % 2]


async def prompts_beside(folder: Path, hidden: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Every request about what anybody may read, where some words were said beside it that may not be read."""
    model = EchoModel(LOCAL)
    async with stage_door(folder, MemoryStore(), OFTEN, model=model) as door:
        await door.line.workspace.run(
            lambda w: w.team.add_channels([ChannelRecord("shared", "shared", members=EVERYONE)])
        )
        await door.share("shared")
        await door.join("mara", channels=["build", "general", "leads", "shared"])
        public = random.Random(3)
        for number in range(24):
            thing, place = public.choice(THINGS), public.choice(PLACES)
            await door.say(
                "mara", "general", f"The {thing} {place} lives in /var/{thing[:3]}{number}, I prefer it there."
            )
            for channel, text in hidden[number::24]:
                await door.say("mara", channel, text)
        door.clock.advance(timedelta(hours=1))
        await door.press("mara", "refresh_profile")
        await door.settle()
        for claim in (await claims_of(door)).values():
            if claim.shelf and claim.shelf.channel.channel in ("leads", "shared") and claim.state is ClaimState.WAITING:
                await decide(door, "keep_claim", claim)
        for question in itertools.islice(questions(random.Random(5)), 8):
            answer = await door.command("mara", f"try {question}", "build")
            assert isinstance(answer, Answer)
            assert shown(answer).title
        requests = [(p.system, p.user) for p in model.prompts]
        return [(system, user) for system, user in requests if "hidden" not in user]


@pytest.mark.promise(11, "random words where the readers may not see them; all requests compared byte by byte")
async def test_words_the_readers_may_not_see_change_no_byte_of_any_request(
    tmp_path: Path, sized: Sized, figures: Figures
) -> None:
    alone = await prompts_beside(tmp_path / "alone", [])
    assert len(alone) >= 8, "the model was hardly asked"
    chance, rounds = random.Random(7), sized(quick=1, full=60)
    for number in range(rounds):
        hidden = [(chance.choice(("leads", "shared")), secret(chance)) for _ in range(chance.choice((1, 20, 90)))]
        assert await prompts_beside(tmp_path / str(number), hidden) == alone, number
    figures("histories with other words beside", rounds)
    figures("requests compared", rounds * len(alone))
    figures("bytes that differed", 0)


def secret(chance: random.Random) -> str:
    """Words that would weigh on every statistic if they were counted, and that no other message has all of."""
    words = " ".join([*THINGS, *PLACES, "prefer", "lives", "/var/buil3", "cheers", ":tada:", "!!", "I"]).split()
    return f"hidden {' '.join(chance.choices(words, k=chance.randint(4, 30)))}."
