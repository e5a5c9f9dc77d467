"""Everybody reads in their own language: the asker what stands in the thread, the worker what they decide by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from bot.agreement import agreement_hash, agreement_text, text_agreed_to
from bot.policy import Policy
from bot.views import Answer, Button, Item, Link, View
from bot.words import Words, shipped_locales
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, said, shown

pytestmark = pytest.mark.anyio
ROTATION = "测试环境的数据库密码每周一早上九点轮换，新密码放在保险箱里。"
ROTATION_QUESTION = "测试环境的数据库密码什么时候轮换？"
HAN = re.compile("[\u4e00-\u9fff]")
SAME_EVERYWHERE = re.compile(
    r"[0-9a-f]{64}|(?:#|🔒 )\w+(?:、(?:#|🔒 )\w+)*|/double \w+|[\d:.]+|\.age|(?:[\dA-Z]{4}-){5}[\dA-Z]{4}"
    r"|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}"
)


def words_in(part: Any) -> Iterator[str]:
    """Every text of a view that is shown; ids, addresses and the names of kinds and buttons are not."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from words_in(one)
    elif isinstance(part, Button):
        yield from (part.label, part.confirm)
    elif isinstance(part, Link):
        yield part.label
    elif is_dataclass(part) and not isinstance(part, type):
        unseen = {"kind", "name", "look", "target"}
        for field in fields(part):
            if field.name == "options":
                yield from (label for _, label, _ in getattr(part, field.name))
            elif field.name not in unseen:
                yield from words_in(getattr(part, field.name))


def foreign(view: View, *own: str) -> list[str]:
    """What of a view is not Chinese, leaving out people's own words."""
    left = [text for text in words_in(view) if text and text not in own and not SAME_EVERYWHERE.fullmatch(text)]
    return [text for text in left if not HAN.search(text)]


@pytest.mark.promise(9, "the label in the reader's language")
async def test_a_chinese_asker_reads_an_english_workers_answer_framed_and_labelled_in_chinese(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask("wei")
    draft = await door.draft(draft_id)
    assert draft.written == f"摘自Mara Lind本人的消息：\n\n3月2日，#build：\n{CACHE}"
    assert (await door.notice("wei", "waiting")).text.startswith("是否发出由Mara Lind决定。你当地时间 周四 01:00 过期")
    assert (await door.notice("mara", "announcement")).text == "A draft is waiting (#build)."
    await door.approve("mara", draft_id)
    (reply,) = await door.replies()
    assert reply.label == "Mara Lind的 AI 分身"
    assert reply.text.startswith("Mara Lind的 AI 分身 · Mara Lind已审阅并同意\n摘自")
    assert (await door.notice("wei", "outcome")).text == "Mara Lind的分身已经回答。"


@pytest.mark.promise(9, "the label in the reader's language")
async def test_an_english_asker_reads_a_chinese_workers_answer_framed_and_labelled_in_english(door: StageDoor) -> None:
    await door.join("wei")
    await door.say("wei", "build", ROTATION)
    draft_id = await door.ask("jonas", "wei", ROTATION_QUESTION)
    draft = await door.draft(draft_id, "wei")
    assert draft.written == f"From 陈伟's own messages:\n\nMar 2 in #build:\n{ROTATION}"
    assert "陈伟 decides whether this goes out" in (await door.notice("jonas", "waiting")).text
    assert (await door.notice("wei", "announcement")).text == "有 1 份草稿等你处理（#build）。"
    assert said(await door.approve("wei", draft_id)) == "已由你的分身发送"
    (reply,) = await door.replies()
    assert reply.text.startswith("陈伟's AI double · read and approved by 陈伟\nFrom")


async def test_a_worker_is_told_in_their_own_language_what_the_frame_in_another_says(door: StageDoor) -> None:
    window = shown(await door.press("mara", "review", await door.learn_and_ask("wei")))
    told = [text for text in words_in(window) if "陈伟's language" in text]
    assert len(told) == 1
    assert "Mara Lind's AI double · From Mara Lind's own messages:" in told[0]
    same = shown(await door.press("mara", "review", await door.ask("jonas", "mara", CACHE_QUESTION)))
    assert not [text for text in words_in(same) if "language" in text]


async def test_the_line_left_by_taking_back_is_in_the_askers_language(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask("wei")
    await door.approve("mara", draft_id)
    await door.advance(minutes=1)
    assert said(await door.press("mara", "retract", draft_id)).startswith("Taken back")
    assert "Mara Lind收回了这条回复。" in [message.text for message in await door.messages()]


async def test_a_question_asked_by_command_stands_above_the_answer_in_the_askers_language(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    await door.command("wei", f"ask mara {CACHE_QUESTION}")
    await door.settle()
    (draft,) = await door.drafts_of("mara")
    await door.approve("mara", draft.id)
    assert f"陈伟问：{CACHE_QUESTION}" in (await door.replies())[0].text


async def test_trying_ones_own_double_is_in_ones_own_language(door: StageDoor) -> None:
    for worker, text, question in (("wei", ROTATION, ROTATION_QUESTION), ("mara", CACHE, CACHE_QUESTION)):
        await door.join(worker)
        await door.say(worker, "build", text)
        tried = list(words_in(shown(await door.command(worker, f"try {question}"))))
        assert any(one.startswith("摘自陈伟" if worker == "wei" else "From Mara") for one in tried), tried


async def test_a_chinese_reader_finds_no_english_in_any_window(door: StageDoor) -> None:
    for word in ("", "help", "join", "status", "mine", "forget", "never", "answers", "profile"):
        assert foreign(shown(await door.command("wei", word))) == []
    assert foreign(await door.join("wei")) == []
    await door.say("wei", "build", ROTATION)
    draft_id = await door.ask("mara", "wei", ROTATION_QUESTION)
    assert foreign(shown(await door.press("wei", "review", draft_id)), ROTATION, ROTATION_QUESTION) == []
    await door.approve("wei", draft_id)
    await door.press("wei", "mute", await door.ask("pia", "wei", ROTATION_QUESTION))
    home = shown(await door.press("wei", "home"))
    written = (await door.draft(draft_id, "wei")).written
    receipts = [value for e in home.elements if isinstance(e, Item) for _, value in e.facts if "local" in value]
    numbered = [value for e in home.elements if isinstance(e, Item) for _, value in e.facts if " · " in value]
    people = ("Mara Lind", "Pia Novak")
    assert foreign(home, written, *receipts, *numbered, *people, *sources_in(home)) == []
    for word in ("status", "mine", "forget", "never", "answers", "profile", "leave", "join"):
        assert foreign(shown(await door.command("wei", word)), ROTATION) == []
    assert foreign(shown(await door.press("wei", "leave", "leave"))) == []


def sources_in(view: View) -> list[str]:
    """What a receipt names its sources by: ids."""
    rows = [row for e in view.elements if isinstance(e, Item) for row in e.facts]
    return [value for label, value in rows if label == "依据"]


@pytest.mark.parametrize("word", ["pause", "resume", "dance", "try", "ask", "ask nobody what", "leave"])
async def test_short_answers_to_a_chinese_reader_are_chinese(door: StageDoor, word: str) -> None:
    answer = await door.command("wei", word)
    assert HAN.search(answer.text if isinstance(answer, Answer) else answer.sentence)


@pytest.mark.parametrize("locale", shipped_locales())
def test_the_words_agreed_to_are_found_again_whatever_the_reader_speaks_later(locale: str) -> None:
    words, policy = Words(locale), Policy()
    assert text_agreed_to(agreement_hash(words, policy), policy) == agreement_text(words, policy)
    assert text_agreed_to("0" * 64, policy) == ""


async def test_what_was_agreed_to_in_english_stays_english_for_one_who_reads_chinese_now(door: StageDoor) -> None:
    await door.join("mara")
    await door.line.workspace.run(
        lambda w: w._database.execute("UPDATE people SET locale = ? WHERE id = ?", ["zh-CN", "mara"])
    )
    status = list(words_in(shown(await door.command("mara", "status"))))
    assert agreement_text(Words("en"), door.policy) in status
    assert "你同意的内容" in status
