"""Recall: what is found, in what order, and what must never matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.worker_log import WorkerLog
from bot.consent import Shelf
from bot.events import MessageSaid
from bot.passages import Recalled, is_question
from bot.recall import permitted_shelves, recall
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MARA = PersonRef("local", "w", "mara")
BUILD, LEADS, RANDOM = (ChannelRef("local", "w", name) for name in ("build", "leads", "random"))
PUBLIC_BUILD = Shelf(BUILD, public=True)


def said(
    text: str,
    *,
    days: float = 10,
    seconds: int = 0,
    channel: ChannelRef = BUILD,
    public: bool = True,
    thread: str | None = None,
) -> MessageSaid:
    """One message of Mara's, some days ago."""
    at = NOW - timedelta(days=days) + timedelta(seconds=seconds)
    ref = MessageRef(channel, f"{at.timestamp():.6f}")
    return MessageSaid(ref, MARA, text, at, at, ThreadRef(channel, thread) if thread else None, public)


def log_of(*messages: MessageSaid) -> WorkerLog:
    """A log that learnt these messages."""
    log = WorkerLog(MARA, (BUILD, LEADS, RANDOM), NOW)
    log.learn(messages, NOW)
    return log


def ask(log: WorkerLog, question: str, *shelves: Shelf) -> Recalled:
    """Recall on some shelves, #build's public one by default."""
    return recall(log.tx, question, frozenset(shelves or (PUBLIC_BUILD,)), NOW)


def found(recalled: Recalled) -> list[str]:
    """The texts that were found, best first."""
    return [passage.text for passage in recalled.passages]


FILLER = [
    said(text, days=20 + n)
    for n, text in enumerate(
        (
            "Lunch is at the harbour today.",
            "The relay dashboard has a new colour.",
            "Please book the demo room early.",
            "Deploys wait until the tests are green.",
            "I will be in the office on Tuesday.",
            "The sample data is masked now.",
        )
    )
]


def test_the_message_that_holds_the_rare_words_comes_first() -> None:
    log = log_of(*FILLER, said("The relay deploys with `make ship`, then watch the canary for ten minutes."))
    assert found(ask(log, "how do I ship the relay and watch the canary?"))[0].startswith("The relay deploys")


def test_an_identifier_is_found_by_its_parts() -> None:
    log = log_of(*FILLER, said("`retry_budget_ms` is 250 by default."))
    assert found(ask(log, "what is the default retry budget?"))[0] == "`retry_budget_ms` is 250 by default."


def test_chinese_is_found() -> None:
    log = log_of(*FILLER, said("部署脚本在 tools/deploy.sh,回滚加 --back。"), said("周五下午不要合并代码。", days=11))
    assert found(ask(log, "部署脚本怎么回滚?"))[0].startswith("部署脚本在")


CARRIERS = [
    said(text, days=30 + n)
    for n, text in enumerate(
        (
            "青梧冷链的 TMS 接口限流是 20 QPS,超过会返回 E4290。",
            "承运商名称可以用中文搜索。",
            "新来的承运商先在测试环境跑三天。",
            "问卷里要写接口地址。",
        )
    )
]


def test_a_seam_between_two_known_chinese_words_weighs_nothing() -> None:
    weights = ask(log_of(*FILLER, *CARRIERS), "承运商接口的限流是多少?").weights
    assert weights.keys() == {"承运", "运商", "接口", "限流"}


def test_a_chinese_word_of_three_characters_weighs_as_one_word() -> None:
    weights = ask(log_of(*FILLER, *CARRIERS), "承运商接口的限流是多少?").weights
    assert weights["承运"] + weights["运商"] == pytest.approx(weights["接口"])


def test_an_unknown_chinese_word_is_no_seam() -> None:
    weights = ask(log_of(*FILLER, *CARRIERS), "承运商的文档在哪里?").weights
    assert weights["文档"] > weights["承运"] + weights["运商"]


def test_a_statement_beats_the_same_words_asked() -> None:
    log = log_of(
        *FILLER,
        said("Is the canary runbook for the relay tested by us, and has anybody read it lately?"),
        said(
            "The canary runbook for the relay is tested by Idris and by me, and both of us read all of it aloud.",
            days=30,
        ),
    )
    assert found(ask(log, "how is the canary runbook for the relay tested?"))[0].startswith("The canary runbook")


def test_a_number_is_preferred_where_a_number_is_asked_for() -> None:
    log = log_of(
        *FILLER,
        said("The canary limit of orders is a topic that we should really discuss among us."),
        said("The canary limit of orders is 40 and I would rather not see it raised any more.", days=30),
    )
    assert "40" in found(ask(log, "how many orders is the canary limit?"))[0]


def test_of_two_equal_messages_the_newer_comes_first() -> None:
    old = said("The canary limit for the gateway is 40 orders a minute, as all of us agreed.", days=90)
    new = said("The canary limit for the gateway is 55 orders a minute, as all of us agreed today.", days=2)
    assert found(ask(log_of(*FILLER, old, new), "what is the canary limit for the gateway?"))[0] == new.text


def test_nearly_the_same_words_are_returned_once() -> None:
    twice = (
        said("The canary limit is 40 orders a minute.", days=3),
        said("the canary limit is 40 orders a minute!", days=4),
    )
    assert len(found(ask(log_of(*FILLER, *twice), "what is the canary limit?"))) == 1


def test_what_followed_in_one_breath_belongs_to_the_passage() -> None:
    log = log_of(*FILLER, said("About the canary limit:"), said("it is 40, set in limits.toml", seconds=40))
    assert found(ask(log, "what is the canary limit?"))[0] == "About the canary limit:\nit is 40, set in limits.toml"


@pytest.mark.parametrize(
    "later",
    [
        said("unrelated, much later", seconds=900),
        said("said in another thread", seconds=40, thread="t1"),
        said("said while the channel was private", seconds=40, public=False),
        said("said in another channel", seconds=40, channel=RANDOM),
    ],
)
def test_what_was_said_elsewhere_or_later_does_not_belong_to_it(later: MessageSaid) -> None:
    log = log_of(*FILLER, said("The canary limit is 40."), later)
    assert found(ask(log, "what is the canary limit?"))[0] == "The canary limit is 40."


def test_a_flood_on_another_shelf_does_not_crowd_out_what_followed() -> None:
    flood = [said(f"aside {n}", seconds=1 + n // 20, public=False, thread=None) for n in range(3)]
    flood += [
        MessageSaid(MessageRef(BUILD, f"flood{n}"), MARA, "x", m.said_at, m.said_at, None, channel_is_public=False)
        for n, m in enumerate([said("x", seconds=60)] * 300)
    ]
    log = log_of(*FILLER, said("The canary limit is below."), said("40 orders a minute", seconds=90), *flood)
    assert found(ask(log, "what is the canary limit?"))[0] == "The canary limit is below.\n40 orders a minute"


def test_without_a_permitted_shelf_nothing_is_found() -> None:
    log = log_of(*FILLER)
    assert recall(log.tx, "where is lunch?", frozenset(), NOW) == Recalled(())


def test_nothing_in_common_finds_nothing() -> None:
    assert found(ask(log_of(*FILLER), "kubernetes ingress annotations?")) == []


WORDS = st.lists(
    st.sampled_from(["canary", "limit", "relay", "40", "deploy", "tests", "lunch", "更正", "the"]),
    min_size=1,
    max_size=8,
)


@given(
    st.lists(
        st.tuples(WORDS, st.sampled_from([(BUILD, False), (LEADS, False), (RANDOM, True)]), st.integers(0, 200)),
        max_size=12,
    )
)
@settings(max_examples=60, deadline=None)
@pytest.mark.promise(11, "a ranking with and without text elsewhere, by chance")
def test_text_on_any_other_shelf_changes_not_a_byte(
    secrets: list[tuple[list[str], tuple[ChannelRef, bool], int]],
) -> None:
    open_words = [
        *FILLER,
        said("The canary limit is 40."),
        said("set in limits.toml", seconds=50),
        said("Canary first.", days=3),
    ]
    hidden = [
        said(" ".join(words), days=10.001, seconds=offset * 2 + 1, channel=channel, public=public)
        for words, (channel, public), offset in secrets
    ]
    question = "what is the canary limit for a relay deploy?"
    plain = ask(log_of(*open_words), question)
    assert repr(ask(log_of(*hidden, *open_words), question)) == repr(plain)
    assert repr(ask(log_of(*open_words, *hidden), question)) == repr(plain)


def shelves(*pairs: tuple[ChannelRef, bool]) -> frozenset[Shelf]:
    """Shelves by channel and publicity."""
    return frozenset(Shelf(channel, public) for channel, public in pairs)


EVERY = shelves((BUILD, True), (BUILD, False), (LEADS, False), (LEADS, True), (RANDOM, True))


@pytest.mark.parametrize(
    ("destination", "public_now", "expected"),
    [
        (RANDOM, {BUILD, RANDOM}, shelves((BUILD, True), (RANDOM, True))),
        (LEADS, {BUILD, RANDOM}, shelves((BUILD, True), (RANDOM, True), (LEADS, True), (LEADS, False))),
        (BUILD, {BUILD, RANDOM}, shelves((BUILD, True), (RANDOM, True))),
        (RANDOM, {RANDOM}, shelves((RANDOM, True))),
    ],
    ids=[
        "a private channel's words stay there",
        "and may stand there",
        "words of a private time stay out",
        "closed since",
    ],
)
@pytest.mark.promise(11, "every pair of where it was said and where it would stand")
def test_words_stand_only_where_all_readers_could_read_them(
    destination: ChannelRef, public_now: set[ChannelRef], expected: frozenset[Shelf]
) -> None:
    permitted = permitted_shelves(
        EVERY,
        log_channels=frozenset({BUILD, LEADS, RANDOM}),
        public_now=frozenset(public_now),
        destination=destination,
        destination_is_public=destination in public_now,
    )
    assert permitted == expected


def test_a_channel_without_a_log_grant_permits_nothing() -> None:
    permitted = permitted_shelves(
        EVERY,
        log_channels=frozenset({RANDOM}),
        public_now=frozenset({BUILD, RANDOM}),
        destination=BUILD,
        destination_is_public=True,
    )
    assert permitted == shelves((RANDOM, True))


@pytest.mark.parametrize(
    "asking",
    [
        *("Where is it?", "can someone help me with the relay", "部署脚本在哪里?", "有人知道吗", "<@U1> any idea?"),
        *("How do I run this:\n```make```", "which port is it: 80 or 81", "how to do this: I am stuck"),
    ],
)
def test_a_question_is_known_as_one(asking: str) -> None:
    assert is_question(asking)


@pytest.mark.parametrize(
    "telling",
    [
        *("It is in tools/.", "Why? Because the cache was cold.", "Where we deploy: Ghent.", "脚本在 tools 里。"),
        *("How to run it:\n```make```", "*What I do when it hangs:*\n- wait", "Where the logs are: `/var/log`"),
    ],
)
def test_a_statement_is_not_a_question(telling: str) -> None:
    assert not is_question(telling)
