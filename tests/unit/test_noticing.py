"""Noticing: which sentences become claims, what supports them, and what is asked of the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bot.consent import Shelf
from bot.messages import LoggedMessage
from bot.noticing import fade, notice
from bot.profile.claims import Claim, ClaimChange, ClaimKind, ClaimState
from bot.profile.matter import is_at_odds, is_same_matter, says_the_same, share_of
from bot.refs import ChannelRef, MessageRef, ThreadRef
from bot.statements import statements

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
BUILD, LEADS = ChannelRef("local", "w", "build"), ChannelRef("local", "w", "leads")
RETRY = "The retry budget of the relay is 250 ms by default."


def ids() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"c{next(numbers)}"


def said(
    text: str, *, days: float = 10, channel: ChannelRef = BUILD, public: bool = True, thread: str | None = None
) -> LoggedMessage:
    at = NOW - timedelta(days=days)
    ref = MessageRef(channel, f"{at.timestamp():.6f}")
    return LoggedMessage(ref, text, at, at, ThreadRef(channel, thread) if thread else None, public, "g1")


def claimed(text: str, **changes: object) -> Claim:
    message = said(text, days=100)
    claim = Claim(
        "old", ClaimKind.KNOWS, text, message.shelf, (message.ref,), (message.ref,), message.said_at, message.said_at
    )
    return replace(claim, **{"change": ClaimChange.NONE, **changes})  # type: ignore[arg-type]


# ---------------------------------------------------------------- what is a statement


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ClaimKind.KNOWS, "The relay runbook lives in `docs/relay.md`, next to the deploy notes."),
        (ClaimKind.KNOWS, "The relay freezes on Fridays because nobody watches the canary at the weekend."),
        (ClaimKind.KNOWS, "To restart the relay you need to drain the queue first."),
        (ClaimKind.KNOWS, "`retry_budget_ms` is the time that all attempts may take together."),
        (ClaimKind.KNOWS, "`carrier-api` needs Python 3.12 or newer."),
        (ClaimKind.KNOWS, "小程序回调超时是 3 秒,因为微信会重发。"),
        (ClaimKind.KNOWS, "部署脚本在 `ops/deploy` 目录里,先看 README。"),
        (ClaimKind.KNOWS, "换域名需要重新备案,至少三周。"),
        (ClaimKind.DOES, "We decided to keep the booking feed on Postgres."),
        (ClaimKind.DOES, "From now on the release branch is cut on Tuesdays."),
        (ClaimKind.DOES, "I always rebase feature branches before the review."),
        (ClaimKind.DOES, "Let's use `uv` for the lock file of the relay."),
        (ClaimKind.DOES, "我们决定用 `uv` 管理后端的依赖。"),
        (ClaimKind.DOES, "发布说明改用英文,以后客户都看得懂。"),
        (ClaimKind.PREFERS, "I prefer small migrations over one large migration per release."),
        (ClaimKind.PREFERS, "I'd rather keep the feature flag than a second branch."),
        (ClaimKind.PREFERS, "It is better to fail early in the canary than to retry in production."),
        (ClaimKind.PREFERS, "我更喜欢把大的迁移拆成几个小的迁移。"),
        (ClaimKind.PREFERS, "中文按钮最好两到四个字,再长小屏会换行。"),
    ],
)
def test_a_sentence_that_stands_alone_is_a_statement(kind: ClaimKind, text: str) -> None:
    assert [(statement.kind, statement.text) for statement in statements(text)] == [(kind, text)]


@pytest.mark.parametrize(
    "text",
    [
        "It lives in `docs/relay.md`, next to the deploy notes.",  # leans on what was said before
        "That is because the relay freezes on Fridays.",
        "This module needs Python 3.12 or newer.",
        "The other one needs Python 3.12 or newer.",
        "Yes, the relay needs Python 3.12 or newer.",
        "But the relay needs Python 3.12 or newer.",
        "The steps linked upthread need Python 3.12 or newer.",
        "When it restarts, the relay needs Redis because of the queue.",
        "The function returns 42 by default, because of `retry_budget_ms`.",
        "`A` needs `B` because the compiler of Rust checks both.",
        "From now on all releases of the relay go there.",
        "Each has `seq` per booking, because of the queue.",
        "You need to do that in `relay.toml` first.",
        "Is the relay frozen because of the canary?",  # asks
        "Does anybody know whether the relay needs Python 3.12",
        "Not sure, maybe the relay needs Python 3.12.",  # unsure
        "I think the relay needs Python 3.12 or newer.",
        "<@U1> needs the admin role because of the relay.",  # somebody
        "The relay needs a review by <@U1> because of the queue.",
        "Rafael wants the relay in Rust because of the queue.",
        "Rafael likes the relay because it is written in Rust.",
        "What do you think of Rafael as the lead of the relay",
        "Rafael is sick, so the relay release needs another reviewer.",  # health
        "The relay on-call is exhausted because of the pager.",
        "The bonus is paid in March because the books close in February.",  # pay
        "We always work from home on Fridays because of the office noise.",  # whereabouts
        "Mara is on leave because the relay release is done.",
        "The staging password is hunter2 by default.",  # secrets
        "The relay token: ghp_" + "a1" * 18 + " is needed by the runner.",
        "`AKIA" + "Z9" * 10 + "` is the access key that the relay needs.",
        "The relay needs to be restarted today because of the new disk.",  # of the moment
        "The relay is down, because the disk of the runner is full.",
        "The relay needs Redis because of the queue!",  # exclaims
        "The relay needs it because of the queue.",
        "```\nmake ship  # needs the relay, because of the canary\n```",
        "We do it as follows, because the relay needs it:",
        "- the relay needs Python 3.12 or newer",
        "> the relay needs Python 3.12 or newer",
        "The relay needs Python 3.12" + ", Redis 7 and Postgres 16" * 8 + ".",  # too long to be one thought
        "他生病了,所以发布需要换人审核。",
        "这个需要重新备案,至少三周。",
        "可能需要重新备案,至少三周。",
        "今天发布需要重启中继服务器。",
        "测试环境的密码是 hunter2,需要保密。",
        "换域名需要重新备案吗?",
        "工资发放需要等财务审批完成。",
    ],
)
def test_what_leans_asks_doubts_or_is_personal_is_none(text: str) -> None:
    assert statements(text) == ()


def test_only_the_sentences_of_a_message_that_stand_alone_are_taken() -> None:
    text = "Hm, let me look. The relay runbook lives in `docs/relay.md`, next to the deploy notes. Does that help?"
    assert [s.text for s in statements(text)] == [
        "The relay runbook lives in `docs/relay.md`, next to the deploy notes."
    ]


# ---------------------------------------------------------------- new and supported


def test_a_statement_becomes_a_claim_with_its_message_as_evidence() -> None:
    message = said(RETRY)
    (claim,) = notice([message], (), ids()).new
    assert (claim.id, claim.kind, claim.statement, claim.shelf) == ("c1", ClaimKind.KNOWS, RETRY, message.shelf)
    assert claim.worded_by == claim.evidence == (message.ref,)
    assert (claim.first_seen, claim.last_seen) == (message.said_at, message.said_at)
    assert (claim.state, claim.change, claim.rival) == (ClaimState.WAITING, ClaimChange.NEW, "")


def test_a_withheld_message_says_nothing() -> None:
    assert notice([replace(said(RETRY), is_withheld=True)], (), ids()).all == ()


def test_the_same_said_elsewhere_supports_the_claim() -> None:
    again = said("By default the retry budget of the relay is 250 ms.", days=3)
    noticed = notice([again], [claimed(RETRY, state=ClaimState.KEPT)], ids())
    (claim,) = noticed.supported
    assert not noticed.new
    assert (claim.id, claim.support, claim.statement, claim.state) == ("old", 2, RETRY, ClaimState.KEPT)
    assert claim.evidence[-1] == again.ref
    assert claim.last_seen == again.said_at
    assert claim.worded_by == claimed(RETRY).worded_by


def test_the_same_said_earlier_supports_the_claim_from_the_front() -> None:
    before = said(RETRY, days=200)
    (claim,) = notice([before], [claimed(RETRY)], ids()).supported
    assert claim.evidence[0] == before.ref
    assert (claim.first_seen, claim.last_seen) == (before.said_at, claimed(RETRY).last_seen)


def test_the_same_said_again_in_one_thread_is_no_support() -> None:
    first = said(RETRY, days=9, thread="1")
    noticed = notice([first, said(RETRY, days=8, thread="1"), said(RETRY, days=7, thread="2")], (), ids())
    assert [claim.support for claim in noticed.new] == [2]
    (claim,) = noticed.new
    reply = replace(said(RETRY, days=6), thread=ThreadRef(BUILD, claim.evidence[0].stamp))
    assert notice([reply], [claim], ids()).all == ()


def test_a_message_that_a_claim_rests_on_is_not_read_again() -> None:
    message = said(RETRY)
    (claim,) = notice([message], (), ids()).new
    worded = replace(claim, statement="Retries of the relay end after a quarter of a second.")  # as a model put it
    assert notice([message], [worded], ids()).all == ()


def test_a_faded_claim_that_is_supported_again_has_not_faded() -> None:
    faded = claimed(RETRY, state=ClaimState.KEPT, change=ClaimChange.FADED)
    assert [claim.change for claim in notice([said(RETRY)], [faded], ids()).supported] == [ClaimChange.NONE]


@pytest.mark.parametrize("elsewhere", [{"channel": LEADS}, {"public": False}])
def test_what_is_said_on_another_shelf_changes_no_claim(elsewhere: dict[str, object]) -> None:
    for text in (RETRY, RETRY.replace("250", "400")):
        message = said(text, **elsewhere)  # type: ignore[arg-type]
        noticed = notice([message], [claimed(RETRY)], ids())
        assert not noticed.supported + noticed.contradicted
        assert [(claim.shelf, claim.change) for claim in noticed.new] == [(message.shelf, ClaimChange.NEW)]


# ---------------------------------------------------------------- at odds


def test_two_numbers_for_one_thing_are_one_question() -> None:
    noticed = notice([said("The retry budget of the relay is 400 ms by default.")], [claimed(RETRY)], ids())
    (new,), (old,) = noticed.new, noticed.contradicted
    assert (new.change, new.rival) == (ClaimChange.CONTRADICTED, "old")
    assert (old.id, old.change, old.rival, old.statement) == ("old", ClaimChange.CONTRADICTED, new.id, RETRY)


def test_an_announced_change_replaces_rather_than_contradicts() -> None:
    noticed = notice([said("The retry budget of the relay is now 400 ms by default.")], [claimed(RETRY)], ids())
    assert [(claim.change, claim.rival) for claim in noticed.new] == [(ClaimChange.CHANGED, "old")]
    assert not noticed.contradicted


def test_what_was_said_before_an_announced_change_is_not_proposed() -> None:
    changed = claimed("The retry budget of the relay is now 400 ms by default.")
    assert notice([said(RETRY, days=300)], [changed], ids()).all == ()


def test_both_sides_of_a_change_may_be_read_at_once_and_in_any_order() -> None:
    old, new = said(RETRY, days=9), said("The retry budget of the relay is now 400 ms by default.", days=2)
    for messages in ([old, new], [new, old]):
        first, second = notice(messages, (), ids()).new
        assert (first.statement, first.change) == (RETRY, ClaimChange.NEW)
        assert (second.change, second.rival) == (ClaimChange.CHANGED, first.id)


def test_two_cases_told_side_by_side_in_one_thread_are_not_at_odds() -> None:
    one = said("`make ship relay` will wait for 10 minutes by default.", days=9, thread="1")
    other = said("`make ship feed` will wait for 20 minutes by default.", days=8, thread="1")
    assert {claim.change for claim in notice([one, other], (), ids()).new} == {ClaimChange.NEW}


@pytest.mark.parametrize("text", [RETRY, RETRY.replace("250", "400"), "The retry budget of the relay is now 300 ms."])
def test_a_correction_outranks_whatever_is_said_of_its_matter(text: str) -> None:
    correction = claimed("The retry budget of the relay is 500 ms.", kind=ClaimKind.CORRECTION, shelf=None)
    assert notice([said(text)], [correction], ids()).all == ()


def test_what_was_dropped_is_not_proposed_again() -> None:
    gone = claimed(RETRY, state=ClaimState.GONE)
    assert notice([said(RETRY)], [gone], ids()).all == ()
    assert len(notice([said("The relay needs Python 3.12 or newer.")], [gone], ids()).new) == 1


@pytest.mark.parametrize("shelf", [Shelf(LEADS, public=False), Shelf(BUILD, public=False), Shelf(LEADS, public=True)])
def test_what_was_dropped_on_one_shelf_keeps_nothing_from_being_proposed_on_another(shelf: Shelf) -> None:
    gone = claimed(RETRY, state=ClaimState.GONE, shelf=shelf)
    assert [claim.statement for claim in notice([said(RETRY)], [gone], ids()).new] == [RETRY]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RETRY, RETRY.replace("250", "400")),
        ("The relay needs Python 3.11 or newer.", "The relay needs Python 3.12 or newer."),
        ("Release branches of the relay are cut on Tuesdays.", "Release branches of the relay are cut on Thursdays."),
        ("The relay retries failed webhooks.", "The relay does not retry failed webhooks."),
        ("Bookings of the feed are stored in Postgres.", "Bookings of the feed are stored in Redis."),
        ("小程序回调超时是 3 秒。", "小程序回调超时是 5 秒。"),
        ("换域名需要重新备案。", "换域名不需要重新备案。"),
    ],
)
def test_another_number_name_or_denial_is_at_odds(one: str, other: str) -> None:
    assert is_at_odds(one, other)
    assert is_at_odds(other, one)
    assert not says_the_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RETRY, "By default the retry budget of the relay is 250 ms."),
        (RETRY, "The kiosk needs Python 3.12 or newer."),
        ("The relay of the build is fast.", "The relay of the build is quick."),
        ("The relay is fast because of the cache.", "The relay is quick because of the cache."),
        ("小程序回调超时是 3 秒。", "换域名需要重新备案,至少三周。"),
    ],
)
def test_other_words_or_another_matter_are_not_at_odds(one: str, other: str) -> None:
    assert not is_at_odds(one, other)


def test_one_matter_needs_more_than_one_word_in_common() -> None:
    assert is_same_matter(RETRY, "The retry budget of the relay went up.")
    assert not is_same_matter(RETRY, "The relay needs Python 3.12 or newer.")


# ---------------------------------------------------------------- fading and use


def test_a_claim_without_support_for_half_a_year_fades_while_the_worker_speaks_on() -> None:
    later = NOW + timedelta(days=100)
    (faded,) = fade([claimed(RETRY, state=ClaimState.KEPT)], later, later)
    assert (faded.id, faded.change, faded.state) == ("old", ClaimChange.FADED, ClaimState.KEPT)


@pytest.mark.parametrize(
    ("claim", "days", "silent_days"),
    [
        (claimed(RETRY), 70, 0),  # not long enough
        (claimed(RETRY), 100, 195),  # the worker said nothing since
        (claimed(RETRY, state=ClaimState.GONE), 100, 0),
        (claimed(RETRY, kind=ClaimKind.CORRECTION, shelf=None), 100, 0),
        (claimed(RETRY, kind=ClaimKind.SAYS, shelf=None), 100, 0),
        (claimed(RETRY, change=ClaimChange.CONTRADICTED), 100, 0),
        (claimed(RETRY, change=ClaimChange.FADED), 100, 0),
    ],
)
def test_nothing_else_fades(claim: Claim, days: int, silent_days: int) -> None:
    later = NOW + timedelta(days=days)
    assert fade([claim], later, later - timedelta(days=silent_days)) == ()


def test_a_claim_bears_on_a_question_by_the_words_they_share() -> None:
    assert share_of("what is the retry budget of the relay?", RETRY) == 1
    assert share_of("what is the retry budget of the kiosk?", RETRY) == pytest.approx(2 / 3)
    assert share_of("where is the wiki?", RETRY) == 0
    assert share_of("", RETRY) == 0
    assert share_of("小程序的回调超时是多少?", "小程序回调超时是 3 秒。") > 0.5


def test_a_shelf_stays_with_its_claim() -> None:
    (claim,) = notice([said(RETRY, channel=LEADS, public=False)], (), ids()).new
    assert claim.shelf == Shelf(LEADS, public=False)


def test_a_rule_with_a_messages_words_does_not_keep_it_from_being_read() -> None:
    message = said(RETRY)
    rule = claimed("Say “limit”, not “budget”.", kind=ClaimKind.SAYS, worded_by=(message.ref,), evidence=(message.ref,))
    assert [claim.statement for claim in notice([message], [rule], ids()).new] == [RETRY]
