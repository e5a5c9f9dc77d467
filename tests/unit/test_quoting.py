"""The quoting composer: the worker's own words, with dates, or a readable silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.worker_log import WorkerLog
from bot.consent import Shelf
from bot.drafts import text_digest
from bot.events import MessageSaid
from bot.quoting import BUDGET, Abstention, Composition, compose
from bot.recall import recall
from bot.refs import ChannelRef, MessageRef, PersonRef
from bot.sentences import sentences
from bot.words import Words, catalogue

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MARA = PersonRef("local", "w", "mara")
BUILD, SUPPORT = (ChannelRef("local", "w", name) for name in ("build", "support"))
NAMES = {BUILD: "build", SUPPORT: "support"}
CANARY = "The canary limit is 40 orders a minute, set in `limits.toml`."


def said(text: str, *, days: float = 10, channel: ChannelRef = BUILD) -> MessageSaid:
    """One public message of Mara's, some days ago."""
    at = NOW - timedelta(days=days)
    return MessageSaid(MessageRef(channel, f"{at.timestamp():.6f}"), MARA, text, at, at, None, channel_is_public=True)


SMALL_THINGS = (
    "Lunch is at the harbour today.",
    "The dashboard has a new colour.",
    "Please book the demo room early.",
    "Deploys wait until the tests are green.",
    "Thanks everyone!",
    "The sample data is masked now.",
)


def answer(question: str, *messages: MessageSaid, destination: ChannelRef = BUILD) -> Composition | Abstention:
    """Compose from what Mara said, small things included."""
    log = WorkerLog(MARA, (BUILD, SUPPORT), NOW)
    log.learn([*(said(text, days=30 + n) for n, text in enumerate(SMALL_THINGS)), *messages], NOW)
    shelves = frozenset({Shelf(BUILD, public=True), Shelf(SUPPORT, public=True)})
    return compose(
        question,
        recall(log.tx, question, shelves, NOW),
        Words(),
        NOW,
        name="Mara Ostwald",
        channel_names=NAMES,
        destination=destination,
    )


def composed(question: str, *messages: MessageSaid, destination: ChannelRef = BUILD) -> Composition:
    """An answer that must not be an abstention."""
    made = answer(question, *messages, destination=destination)
    assert isinstance(made, Composition), made
    return made


def test_an_answer_says_whose_words_from_when_and_where() -> None:
    made = composed("what is the canary limit?", said(CANARY))
    assert made.text == f"From Mara Ostwald's own messages:\n\nApr 24 in #build:\n{CANARY}"
    assert made.reasons == ()


def test_its_source_carries_the_digest_of_the_whole_message_and_the_quote() -> None:
    message = said(f"Morning all! Did you sleep? {CANARY}")
    (source,) = composed("what is the canary limit?", message).sources
    assert (source.ref, source.digest, source.said_at) == (message.ref, text_digest(message.text), message.said_at)
    assert source.quote in message.text
    assert CANARY in source.quote


def test_every_quote_stands_in_the_answer_and_in_a_message_of_the_worker() -> None:
    messages = [
        said("Ship the relay gateway with `make ship`, it takes five minutes."),
        said("Watch the canary graphs for ten minutes.", days=8),
    ]
    made = composed("how do I ship the relay gateway, and how many minutes do I watch the canary graphs?", *messages)
    texts = {m.ref: m.text for m in messages}
    assert len(made.sources) == 2
    assert all(s.quote in made.text and s.quote in texts[s.ref] for s in made.sources)


def test_of_a_long_message_only_the_sentences_around_the_answer_are_quoted() -> None:
    padding = [f"Note {n} is about the weather in the harbour and nothing else at all." for n in range(30)]
    made = composed("what is the canary limit?", said(" ".join([*padding[:15], CANARY, *padding[15:]])))
    assert CANARY in made.text
    assert padding[0] not in made.text
    assert "…" in made.text
    assert len(made.text) < BUDGET + 100


def test_a_code_block_is_quoted_whole() -> None:
    block = "```\nmake canary LIMIT=40\nmake watch\n```"
    made = composed("how do I start the canary with a limit?", said(f"Start the canary with a limit like so:\n{block}"))
    assert block in made.text


HOW_TO = """How to run the booking engine on your laptop:

```
export SLOTD_PROFILE=local
make dev-slotd   # listens on :7410
```
If port 7410 is taken, set `SLOTD_PORT`."""


@pytest.mark.parametrize(
    "question",
    [
        "How do I run the booking engine on my laptop?",
        "how to start the booking engine on a laptop",
        "What port does slotd listen on?",
        "what can I do if port 7410 is taken?",
    ],
)
def test_a_how_to_is_quoted_with_its_heading(question: str) -> None:
    assert HOW_TO in composed(question, said(HOW_TO)).text


def test_a_heading_stays_with_its_list_when_a_long_message_is_cut() -> None:
    padding = " ".join(f"Note {n} is about the weather in the harbour and nothing else at all." for n in range(9))
    steps = (
        "Steps for a rollback:\n1. Close the valve:\n```make shut```\n2. Press the purple lever. Wait.\n3. Call Kofi."
    )
    made = composed("who presses the purple lever?", said(f"{padding}\n{steps}\n{padding}"))
    assert steps in made.text
    assert len(made.text) < BUDGET + 100


def test_a_sentence_that_stands_twice_does_not_stretch_the_quote() -> None:
    padding = " ".join(f"Note {n} is about the weather in the harbour and nothing else at all." for n in range(9))
    made = composed("what is the canary limit?", said(f"{CANARY} Ask me first. {padding} {padding} {CANARY}"))
    assert len(made.text) < BUDGET + 100


def test_the_workers_words_around_a_quotation_are_kept_without_it() -> None:
    made = composed("what is the canary limit?", said(f"As Kofi put it:\n> the limit is 99\n{CANARY}"))
    assert made.text.endswith(f"As Kofi put it:\n{CANARY}")


DUMP = "```\n" + "value = compute(value)\n" * 60 + "```"


def test_a_sentence_does_not_draw_in_a_block_too_long_to_quote() -> None:
    made = composed("what is the canary limit?", said(f"The canary limit is 40, says the log:\n{DUMP}"))
    assert len(made.text) < BUDGET


def test_a_how_to_is_never_quoted_without_its_block() -> None:
    made = composed("how do I raise the canary limit?", said(f"How to raise the canary limit:\n{DUMP}"))
    assert DUMP in made.text


def test_a_question_with_code_below_it_is_no_how_to() -> None:
    asked = "How do I run the booking engine on a laptop:\n```\nmake dev-slotd\n```"
    assert isinstance(answer("How do I run the booking engine on a laptop?", said(asked)), Abstention)


def test_whom_a_message_addressed_and_words_of_others_are_not_quoted() -> None:
    made = composed("what is the canary limit?", said(f"<@U7> > the limit is 99 I think\n{CANARY}"))
    assert "U7" not in made.text
    assert "99" not in made.text
    assert CANARY in made.text


def test_a_chinese_question_is_answered_in_the_workers_chinese() -> None:
    text = "部署脚本在 tools/deploy.sh。回滚加 --back 参数,大概三分钟。"
    assert text in composed("部署脚本怎么回滚?", said(text)).text


def test_old_words_say_their_age_and_the_worker_is_told() -> None:
    made = composed("what is the canary limit?", said(CANARY, days=200))
    assert "Oct 16, 2025 (6 months ago) in #build:" in made.text
    assert "quoting.reason_old" in made.reasons


def test_a_correction_stands_before_what_it_corrects_and_the_worker_is_told() -> None:
    correction = "Correction on the canary: 55 a minute from this week, the 40 orders are void."
    question = "what is the canary limit, how many orders a minute?"
    made = composed(question, said(CANARY, days=20), said(correction, days=2))
    assert made.text.index(correction) < made.text.index(CANARY)
    assert "quoting.reason_newer" in made.reasons


def test_the_worker_is_told_that_it_was_said_in_another_channel() -> None:
    made = composed("what is the canary limit?", said(CANARY), destination=SUPPORT)
    assert made.reasons == ("quoting.reason_other_channel",)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("hello!", "small_talk"),
        ("how are you?", "small_talk"),
        ("你好！", "small_talk"),
        (":tada:", "small_talk"),
        ("", "small_talk"),
        ("what do you think of Bob?", "about_person"),
        ("what do you think about <@U7>?", "about_person"),
        ("is she lazy?", "about_person"),
        ("你觉得他怎么样?", "about_person"),
        ("can you raise the canary limit?", "request"),
        ("帮我改一下部署脚本", "request"),
        ("is this a bug?", "vague"),
        ("what's the wifi password in the lisbon office?", "nothing_found"),
        ("which canary food does the office parrot like, and at what temperature?", "unsure"),
        ("what is the canary limit in release 4.19 for the frankfurt region?", "unsure"),
    ],
)
def test_it_stays_silent_where_it_should(question: str, reason: str) -> None:
    assert answer(question, said(CANARY)) == Abstention((f"quoting.reason_{reason}",))


@pytest.mark.parametrize(
    "question", ["can you tell me the canary limit?", "请问部署脚本在哪里?", "please remind me of the canary limit"]
)
def test_a_polite_question_is_no_request(question: str) -> None:
    assert isinstance(answer(question, said(CANARY), said("部署脚本在 tools/deploy.sh。", days=9)), Composition)


def test_words_about_another_version_are_no_answer() -> None:
    message = said("In release 4.18 the canary limit is 40 orders a minute.")
    assert isinstance(answer("what is the canary limit in release 4.18?", message), Composition)
    assert isinstance(answer("what is the canary limit in release 4.19?", message), Abstention)


def test_a_question_that_goes_on_from_something_unseen_needs_more_evidence() -> None:
    assert isinstance(answer("is the canary limit for orders in europe the same at night?", said(CANARY)), Composition)
    follow_up = "right, but is the canary limit for orders in europe the same at night?"
    assert isinstance(answer(follow_up, said(CANARY)), Abstention)


def test_a_question_of_the_workers_own_is_never_the_answer() -> None:
    assert isinstance(answer("what is the canary limit?", said("What is the canary limit?")), Abstention)


def test_every_reason_can_be_said() -> None:
    reasons = [key for key in catalogue("en") if key.startswith("quoting.reason_")]
    assert len(reasons) >= 8
    assert all(Words().say(key) for key in reasons)


def test_sentences_end_where_a_reader_would_end_them() -> None:
    text = "We use 250 ms, e.g. for v1.2. It was 100! Why? 第一次慢。第二次快!\n```a. B\nc```\ndone"
    assert sentences(text) == [
        "We use 250 ms, e.g. for v1.2.",
        "It was 100!",
        "Why?",
        "第一次慢。",
        "第二次快!",
        "```a. B\nc```",
        "done",
    ]
