"""Whom a question is for: by mention, by name, by command, in a thread – and what is said where that is unclear."""

from __future__ import annotations

import pytest

from adapters.web.records import MessageRecord, PersonRecord
from bot.drafts import DraftState
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said

pytestmark = pytest.mark.anyio


async def prepare(door: StageDoor, *workers: str) -> None:
    for worker in workers:
        await door.join(worker, channels=["build"])
        await door.say(worker, "build", CACHE)


async def thread_with_doubles(door: StageDoor, *workers: str) -> MessageRecord:
    """A thread of Pia's in which these doubles have posted."""
    root = await door.say("pia", "build", "a thread about the cache")
    for worker in workers:
        draft_id = await door.ask("pia", worker, CACHE_QUESTION, thread=root)
        await door.approve(worker, draft_id)
    return root


@pytest.mark.parametrize(
    "text",
    [
        f"@Understudy @mara {CACHE_QUESTION}",
        f"@Understudy mara {CACHE_QUESTION}",
        f"@understudy Mara: {CACHE_QUESTION}",
        f"@Understudy Mara Lind, {CACHE_QUESTION}",
        f"@mara @Understudy {CACHE_QUESTION}",
        f"Hi @Understudy, @mara {CACHE_QUESTION}",
        f"@Understudy, @mara: {CACHE_QUESTION}",
        f'@Understudy "Mara Lind" {CACHE_QUESTION}',
        f"Hello @Understudy, mara: {CACHE_QUESTION}",
        f"@Understudy {CACHE_QUESTION[:-1]}, @mara?",
    ],
)
async def test_a_mention_and_a_name_reach_the_same_double(door: StageDoor, text: str) -> None:
    await prepare(door, "mara")
    await door.say("jonas", "build", text)
    await door.settle()
    (draft,) = await door.drafts_of("mara")
    assert draft.state is DraftState.PENDING
    assert CACHE in draft.written
    assert draft.thread.root, "the answer stands in the question's thread"


async def test_a_plain_name_and_a_command_do_not_mention_the_person(door: StageDoor) -> None:
    await prepare(door, "mara")
    asked = await door.say("jonas", "build", f"@Understudy mara {CACHE_QUESTION}")
    spoken = await door.messages()
    await door.command("jonas", f"ask mara {CACHE_QUESTION}")
    assert "<@mara>" not in asked.text
    assert await door.messages() == spoken, "a command is seen by nobody"


@pytest.mark.parametrize("name", ["mara", "@mara", "<@mara>", "Mara Lind", "MARA"])
async def test_a_command_asks_the_double_and_answers_in_the_channel_itself(door: StageDoor, name: str) -> None:
    await prepare(door, "mara")
    assert "decides whether this goes out" in said(await door.command("jonas", f"ask {name} {CACHE_QUESTION}"))
    await door.settle()
    (draft,) = await door.drafts_of("mara")
    assert (draft.question, draft.thread.root) == (CACHE_QUESTION, "")
    await door.approve("mara", draft.id)
    (reply,) = await door.replies()
    assert reply.thread == ""


async def test_a_command_typed_in_a_thread_is_answered_there_and_shows_the_question(door: StageDoor) -> None:
    await prepare(door, "mara")
    root = await door.say("pia", "build", "a thread about the cache")
    assert "decides" in said(await door.command("jonas", f"ask mara {CACHE_QUESTION}", thread=root))
    await door.settle()
    (draft,) = await door.drafts_of("mara")
    assert draft.thread.root == root.ts
    await door.approve("mara", draft.id)
    (reply,) = await door.replies()
    assert (reply.thread, CACHE_QUESTION in reply.text) == (root.ts, True)
    await door.command("jonas", "ask how often is the build cache emptied?", thread=root)
    await door.settle()
    *_, draft = await door.drafts_of("mara")
    assert draft.question == "how often is the build cache emptied?", "in a thread with one double no name is needed"


async def test_two_questions_by_command_in_one_moment_are_two_questions(door: StageDoor) -> None:
    await prepare(door, "mara")
    await door.command("jonas", f"ask mara {CACHE_QUESTION}")
    assert "decides" in said(await door.command("jonas", "ask mara how often is the build cache emptied?"))
    await door.settle()
    assert len(await door.drafts_of("mara")) == 2


async def test_in_a_thread_with_one_double_no_name_is_needed(door: StageDoor) -> None:
    await prepare(door, "mara")
    root = await thread_with_doubles(door, "mara")
    await door.say("jonas", "build", "@Understudy how often is the build cache emptied?", root)
    await door.settle()
    *_, draft = await door.drafts_of("mara")
    assert (draft.asker.person, draft.thread.root) == ("jonas", root.ts)
    assert draft.state is DraftState.PENDING


async def test_in_a_thread_with_two_doubles_the_asker_picks_one_at_a_time(door: StageDoor) -> None:
    await prepare(door, "mara", "wei")
    root = await thread_with_doubles(door, "mara", "wei")
    await door.say("jonas", "build", f"@Understudy {CACHE_QUESTION}", root)
    choice = await door.notice("jonas", "choose")
    assert choice.text == "One at a time:"
    assert [b.label for b in choice.buttons] == ["Mara Lind", "陈伟"]
    assert (len(await door.drafts_of("mara")), len(await door.drafts_of("wei"))) == (1, 1)
    wei = choice.buttons[1]
    assert refused(await door.press("pia", "choose", wei.target, **wei.values)) == "too_late"
    await door.say("jonas", "build", f"@Understudy {CACHE_QUESTION}", root)
    wei = (await door.notices_of("jonas"))[0].buttons[1]
    assert "decides" in said(await door.press("jonas", "choose", wei.target, **wei.values))
    await door.settle()
    assert (len(await door.drafts_of("mara")), len(await door.drafts_of("wei"))) == (1, 2)
    assert refused(await door.press("jonas", "choose", wei.target, **wei.values)) == "too_late"


async def test_a_double_whose_reply_was_taken_back_does_not_count_in_a_thread(door: StageDoor) -> None:
    await prepare(door, "mara")
    root = await thread_with_doubles(door, "mara")
    (draft,) = await door.drafts_of("mara")
    await door.press("mara", "retract", draft.id)
    await door.say("jonas", "build", f"@Understudy {CACHE_QUESTION}", root)
    assert (await door.notice("jonas", "choose")).text.startswith("Whose double do you want to ask?")
    assert len(await door.drafts_of("mara")) == 1


async def test_several_names_are_asked_one_at_a_time(door: StageDoor) -> None:
    await prepare(door, "mara", "wei")
    await door.say("jonas", "build", f"@Understudy @mara and @wei {CACHE_QUESTION}")
    choice = await door.notice("jonas", "choose")
    assert choice.text == "One at a time:"
    assert not [*await door.drafts_of("mara"), *await door.drafts_of("wei")]
    mara = choice.buttons[0]
    await door.press("jonas", "choose", mara.target, **mara.values)
    await door.settle()
    (draft,) = await door.drafts_of("mara")
    assert draft.question == CACHE_QUESTION


async def test_one_name_among_the_first_words_is_enough_and_two_are_not(door: StageDoor) -> None:
    await prepare(door, "mara", "wei")
    await door.say("jonas", "build", "hey @Understudy can mara tell me where the build cache lives on the runner?")
    (draft,) = await door.drafts_of("mara")
    assert draft.question == "hey can mara tell me where the build cache lives on the runner?"
    await door.say("jonas", "build", "@Understudy do mara or wei know the cache?")
    assert len(await door.drafts_of("mara")) == 1
    assert not await door.drafts_of("wei")


async def test_a_chinese_given_name_is_a_name(door: StageDoor) -> None:
    await door.line.workspace.run(lambda w: w.team.add_people([PersonRecord("xiaoyu", "林晓雨", "lin")]))
    await door.say("jonas", "build", "@Understudy 晓雨 在哪？")
    assert "林晓雨" in (await door.notice("jonas", "no")).text


async def test_two_people_of_one_first_name_are_told_apart_by_the_asker(door: StageDoor) -> None:
    await door.line.workspace.run(lambda w: w.team.add_people([PersonRecord("mara2", "Mara Voss", "voss")]))
    await prepare(door, "mara")
    await door.say("jonas", "build", f"@Understudy Mara {CACHE_QUESTION}")
    choice = await door.notice("jonas", "choose")
    assert [b.label for b in choice.buttons] == ["Mara Lind", "Mara Voss"]


async def test_an_unknown_name_a_missing_name_and_a_missing_question_are_helped_along_privately(
    door: StageDoor,
) -> None:
    await prepare(door, "mara")
    for text, sentence in (
        ("@Understudy zaphod where is the cache?", "Whose double do you want to ask?"),
        ("@Understudy", "Whose double do you want to ask?"),
        ("@Understudy @mara", "What do you want to ask Mara Lind's double?"),
    ):
        await door.say("jonas", "build", text)
        assert (await door.notices_of("jonas"))[0].text.startswith(sentence)
    for text in ("ask", "ask zaphod where is the cache?", "ask mara"):
        assert refused(await door.command("jonas", text)) == "bad_value"
    assert not await door.drafts_of("mara")
    assert len(await door.messages()) == 4, "help is private"


async def test_asking_a_mention_of_nobody_asks_nobody(door: StageDoor) -> None:
    await door.say("jonas", "build", f"@Understudy <@nobody> {CACHE_QUESTION}")
    assert (await door.notices_of("jonas"))[0].kind == "choose"


async def test_a_worker_may_ask_their_own_double_in_the_open(door: StageDoor) -> None:
    await prepare(door, "mara")
    draft_id = await door.ask("mara", "mara", CACHE_QUESTION)
    await door.approve("mara", draft_id)
    assert len(await door.replies()) == 1
    assert await door.log_of("mara") == [CACHE]


async def test_a_chinese_question_finds_what_was_said_in_chinese(door: StageDoor) -> None:
    await door.join("wei")
    await door.say("wei", "build", "测试环境的数据库密码每周一早上九点轮换,新密码放在保险箱里。")
    draft_id = await door.ask("mara", "wei", "测试环境的数据库密码什么时候轮换?")
    draft = await door.draft(draft_id, "wei")
    assert "每周一早上九点轮换" in draft.written
    await door.approve("wei", draft_id)
    assert (await door.replies())[0].label == "陈伟's AI double"


async def test_an_unknown_command_and_an_unknown_button_are_refused_kindly(door: StageDoor) -> None:
    assert refused(await door.command("jonas", "dance")) == "unknown_command"
    assert refused(await door.press("jonas", "dance")) == "unknown_action"
