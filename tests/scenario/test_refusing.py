"""What no double answers, and who it says it is: at once, privately, without a model, and the same of everybody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.model.scripted import ScriptedModel
from adapters.web.translate import person_ref
from bot.erasure import erase_everything
from bot.views import Fold, Item, Notice, Refusal, View
from storage.memory import MemoryStore
from tests.promised import Figures
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, said, stage_door
from tests.scenario.test_uniform_no import REASONS, Reason
from tests.scenario.with_a_model import LOCAL, answered, house, learnt, told_to_say

pytestmark = pytest.mark.anyio

REFUSED = "A double answers about the work, never about a person. Please ask Mara Lind."
SPYING = (
    "when do you usually leave?",
    "are you looking for another job?",
    "what do you think of @jonas?",
    "is Tom lazy?",
    "will you be my friend?",
    "is Pia pregnant?",
    "你一般几点下班?",
    "你觉得小王这个人怎么样?",
    "你爱我吗?",
    "小林是不是怀孕了?",
)
WHO = {
    "are you really Mara?": "No. I'm Mara Lind's AI double.",
    "is this really you?": "No. I'm Mara Lind's AI double.",
    "are you human?": "No. I'm Mara Lind's AI double.",
    "are you a bot?": "Yes. I'm Mara Lind's AI double.",
    "你是机器人吗?": "Yes. I'm Mara Lind's AI double.",
    "是本人吗": "No. I'm Mara Lind's AI double.",
    "真的是你吗?": "No. I'm Mara Lind's AI double.",
    "human or AI?": "I'm Mara Lind's AI double.",
    "bist du ein Mensch?": "I'm Mara Lind's AI double.",
}


async def joined(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)


async def everything_shown(folder: Path, reason: Reason, question: str) -> list[object]:
    """All that the asker and the whole team see of a question, asked in the open and by command."""
    async with stage_door(folder, MemoryStore()) as door:
        await reason(door)
        before, told = len(await door.messages()), len(door.line.told)
        asked = await door.say("jonas", "build", f"@Understudy @mara {question}")
        await door.settle()
        answer = said(await door.command("jonas", f"ask mara {question}"))
        await door.advance(days=7)
        seen = [replace(n, at=n.at.min, near=None) for n in door.line.told[told:] if n.to.person != "mara"]
        assert (await door.messages())[before:] == (asked,), "something was said in the open"
        return [answer, *seen]


@pytest.mark.promise(
    7, "a refused question to somebody with a double, without one, paused, muted, gone: the same bytes"
)
@pytest.mark.parametrize("question", ["when do you usually leave?", "你觉得小王这个人怎么样?"])
async def test_a_refusal_is_the_same_whether_somebody_joined_or_not(
    tmp_path: Path, question: str, figures: Figures
) -> None:
    reasons = (joined, *REASONS)
    shown = [await everything_shown(tmp_path / str(n), reason, question) for n, reason in enumerate(reasons)]
    assert shown[0][0] == REFUSED
    assert [n.text for n in shown[0] if isinstance(n, Notice)] == [REFUSED, REFUSED]
    for reason, other in zip(reasons[1:], shown[1:], strict=True):
        assert other == shown[0], reason.__name__
    figures("states of consent with the same refusal to the byte", len(reasons))


@pytest.mark.promise(
    13, "companionship and judging people, in the open and by command: nothing drafted, no model asked"
)
async def test_a_refused_question_is_never_drafted_and_no_model_is_asked(tmp_path: Path, figures: Figures) -> None:
    model = ScriptedModel(told_to_say(answered("I go home at five.")), LOCAL)
    async with house(tmp_path, model) as door:
        await learnt(door)
        await door.join("mara", model=True)
        for question in SPYING:
            await door.say("jonas", "build", f"@Understudy @mara {question}")
            assert said(await door.command("pia", f"ask mara {question}")) == REFUSED
            await door.settle()
        assert await door.drafts_of("mara") == []
        assert await door.replies() == []
        assert model.prompts == []
        assert (await door.notice("jonas", "no")).text == REFUSED
    figures("refused questions tried, no draft, no request to a model", 2 * len(SPYING))


@pytest.mark.promise(9, "are you really you, are you a bot, in several languages: answered without a model")
async def test_who_speaks_is_answered_without_a_model(tmp_path: Path, figures: Figures) -> None:
    model = ScriptedModel(told_to_say(answered("Yes, it is really me.")), LOCAL)
    async with house(tmp_path, model) as door:
        await learnt(door)
        await door.join("mara", model=True)
        for question, answer in WHO.items():
            assert said(await door.command("jonas", f"ask mara {question}")) == answer
            await door.say("jonas", "build", f"@Understudy @mara {question}")
            assert (await door.notice("jonas", "who")).text == answer
        await door.settle()
        assert await door.drafts_of("mara") == []
        assert model.prompts == []
    figures("forms of the question answered without a model", len(WHO))


async def test_who_speaks_says_that_the_words_were_read_once_something_was_approved(door: StageDoor) -> None:
    await door.approve("mara", await door.learn_and_ask("jonas"))
    read = "No. I'm Mara Lind's AI double. Mara Lind read this before you did."
    assert said(await door.command("jonas", "ask mara are you really Mara?")) == read
    assert said(await door.command("pia", "ask mara are you really Mara?")) == "No. I'm Mara Lind's AI double."
    (reply,) = await door.replies()
    root = await door.find("build", reply.thread)
    await door.say("pia", "build", "@Understudy are you really Mara?", root)
    assert (await door.notice("pia", "who")).text == read, "the thread holds words that were read"


async def test_who_speaks_is_said_in_the_askers_language(door: StageDoor) -> None:
    await joined(door)
    assert said(await door.command("wei", "ask mara 你真的是 Mara 吗?")) == "不是。我是Mara Lind的 AI 分身。"


@pytest.mark.parametrize("reason", REASONS)
async def test_who_speaks_tells_nothing_of_who_has_a_double(door: StageDoor, reason: Reason) -> None:
    await reason(door)
    no = "No double answers for Mara Lind here. Please ask them."
    assert said(await door.command("jonas", "ask mara are you really Mara?")) == no


async def test_an_edit_into_a_refused_question_calls_the_old_one_off(door: StageDoor) -> None:
    await joined(door)
    asked = await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
    await door.settle()
    door.clock.advance(door.policy.undo)
    await door.edit(asked, "@Understudy @mara when do you usually leave?")
    await door.settle()
    (draft,) = await door.drafts_of("mara")
    assert draft.state.value == "withdrawn"
    assert draft.question == ""
    assert (await door.notice("jonas", "no")).text == REFUSED


async def test_a_worker_who_tries_such_a_question_reads_why_there_is_no_draft(door: StageDoor) -> None:
    await joined(door)
    answer = await door.command("mara", "try what do you think of Jonas?")
    assert "It asks about a person, not about the work." in repr(answer)


# ---------------------------------------------------------------- what the worker sees of it


def listed(page: View) -> list[Item]:
    """The rows of the refused questions on "My double"."""
    folds = [e for e in page.elements if isinstance(e, Fold) and "refused" in e.title]
    return [e for fold in folds for e in fold.elements if isinstance(e, Item)]


async def page_of(door: StageDoor, person: str) -> View:
    return await door.core.pipeline.home(person_ref(person))


@pytest.mark.promise(7, "refused questions: listed for the worker alone, muted from there, the words gone in time")
async def test_a_refused_question_is_listed_for_its_worker_alone(door: StageDoor, figures: Figures) -> None:
    await joined(door)
    await door.join("pia")
    await door.say("jonas", "build", "@Understudy @mara what do you think of Pia?")
    await door.say("jonas", "build", "@Understudy @wei what do you think of Pia?")
    await door.settle()
    (row,) = listed(await page_of(door, "mara"))
    assert row.text == "what do you think of Pia?"
    assert row.title == "Jonas Okafor asked in #build"
    assert "about what somebody is like" in row.details
    for other in ("jonas", "pia", "wei"):
        assert listed(await page_of(door, other)) == [], other
    assert not await door.holds("wei"), "nothing is kept of a question to somebody without a double"
    figures("people who see a refused question, of four", 1)


async def test_its_words_and_asker_go_when_a_draft_would_have_lapsed(kept: StageDoor) -> None:
    await joined(kept)
    await kept.say("jonas", "build", "@Understudy @mara is Quarmbyx lazy, what do you think of him?")
    await kept.settle()
    assert "Quarmbyx" in repr(await page_of(kept, "mara"))
    await kept.advance(days=5)
    page = await page_of(kept, "mara")
    assert "Quarmbyx" not in repr(page)
    (row,) = listed(page)
    assert (row.text, row.title, row.buttons) == ("(The words are gone.)", "", ())
    stored = await kept.core.stage.store.read(person_ref("mara"), lambda tx: tx.refused.all()) or ()
    assert [(r.words, r.asker, r.channel, r.category) for r in stored] == [("", None, None, "judging")]
    assert isinstance(await kept.press("mara", "mute_asker", stored[0].id), Refusal)


async def test_its_asker_can_be_muted_from_there_and_cannot_tell(door: StageDoor) -> None:
    await joined(door)
    await door.say("jonas", "build", "@Understudy @mara what do you think of Pia?")
    await door.settle()
    (row,) = listed(await page_of(door, "mara"))
    (mute,) = row.buttons
    assert said(await door.press("mara", mute.name, mute.target)) == "Muted. Nobody is told."
    assert said(await door.command("jonas", f"ask mara {CACHE_QUESTION}")).startswith("No double answers for Mara")
    assert said(await door.command("jonas", "ask mara what do you think of Pia?")) == REFUSED
    await door.settle()
    assert len(listed(await page_of(door, "mara"))) == 1, "a muted asker's questions are not listed"
    assert isinstance(await door.press("pia", mute.name, mute.target), Refusal)


async def test_refused_questions_count_among_those_an_asker_may_ask_in_a_day(door: StageDoor) -> None:
    await joined(door)
    for number in range(door.policy.asks_a_day + 3):
        assert said(await door.command("jonas", f"ask mara what do you think of Pia, {number}?")) == REFUSED
    await door.settle()
    assert len(listed(await page_of(door, "mara"))) == door.policy.asks_a_day
    asked = said(await door.command("jonas", f"ask mara {CACHE_QUESTION}"))
    assert asked == "You have asked Mara Lind's double enough for today. Please ask Mara Lind, or try tomorrow."


@pytest.mark.parametrize("reason", [r for r in REASONS if r.__name__ not in {"learning_only", "not_in_this_channel"}])
async def test_nothing_is_listed_where_nothing_was_agreed_to(door: StageDoor, reason: Reason) -> None:
    await reason(door)
    await door.say("jonas", "build", "@Understudy @mara is the Quarmbyx guy lazy?")
    await door.settle()
    assert "Quarmbyx" not in repr(vars(door.store))


async def test_a_question_told_twice_is_listed_once_and_ones_own_never(door: StageDoor) -> None:
    await joined(door)
    asked = await door.say("jonas", "build", "@Understudy @mara what do you think of Pia?")
    await door.core.pipeline.message_said(await door.event_of(asked))
    await door.say("mara", "build", "@Understudy @mara what do you think of Pia?")
    await door.settle()
    assert len(listed(await page_of(door, "mara"))) == 1


async def test_secrets_are_taken_out_of_a_refused_question_before_it_is_kept(door: StageDoor) -> None:
    await joined(door)
    secret = "gh" + "p_" + "aB3d" * 9
    await door.say("jonas", "build", f"@Understudy @mara what do you think of Pia? my token is {secret}")
    await door.settle()
    (row,) = listed(await page_of(door, "mara"))
    assert secret not in repr(row)


async def test_erasing_everything_erases_the_list(door: StageDoor) -> None:
    await joined(door)
    await door.say("jonas", "build", "@Understudy @mara what do you think of Pia?")
    await door.settle()
    await door.core.stage.store.run(person_ref("mara"), lambda tx: erase_everything(tx, door.clock.now(), "e_1"))
    assert listed(await page_of(door, "mara")) == []
