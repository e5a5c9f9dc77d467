"""Renewal by one click: when it is offered, what of it stays as it was, and what opens the form instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.agreed_before import Before
from bot.agreement import agreement_hash, proposed_until
from bot.audit import AuditEntry, EntryFacts, Happening
from bot.clock import TestClock
from bot.consent import Closure, Grant, Purpose, closed
from bot.events import ActionTaken
from bot.policy import Policy
from bot.ports import Channel, Person
from bot.refs import WorkerRef
from bot.renewing import Renewing, may_renew, renew_button
from bot.schedule import end_of_day
from bot.stage import Stage
from bot.views import Answer, Button, Facts, Refusal, Text, View
from bot.words import Words
from tests.unit.small_team import BUILD, LEADS, MARA, NOON, SmallTeam, stage_of

pytestmark = pytest.mark.anyio
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
WORDS, POLICY = Words(), Policy()
OF_TODAY = agreement_hash(WORDS, POLICY)
GIVEN = NOON - 80 * DAY
LOG = Grant("log", MARA, Purpose.LOG, BUILD, GIVEN, GIVEN - DAY, NOON + 10 * DAY, OF_TODAY, recipient="local")
ANSWER = replace(LOG, id="answer", purpose=Purpose.ANSWER, covers_from=GIVEN)
PROFILE = replace(ANSWER, id="profile", purpose=Purpose.PROFILE)
LOG_LEADS = replace(LOG, id="leads", channel=LEADS)
UNTIL = date(2026, 5, 20)
MOST = 14 * DAY


async def agree(stage: Stage, grants: Iterable[Grant], worker: WorkerRef = MARA) -> None:
    await stage.store.enrol_and_run(worker, lambda tx: tx.consent.add(grants))


async def grants_of(stage: Stage) -> dict[str, Grant]:
    return {grant.id: grant for grant in await stage.store.read(MARA, lambda tx: tx.consent.all()) or ()}


async def renewed(stage: Stage, until: object = UNTIL.isoformat()) -> Answer | Refusal | None:
    return await Renewing(stage).renew(ActionTaken(MARA, "renew", "", {"until": until}))


# ---------------------------------------------------------------- when it can be


@pytest.mark.parametrize(
    ("grants", "may"),
    [
        ([], False),
        ([LOG], True),
        ([replace(LOG, ends_at=NOON + MOST)], True),
        ([replace(LOG, ends_at=NOON + MOST + TICK)], False),
        ([replace(LOG, ends_at=NOON + MOST + DAY)], False),
        ([replace(LOG, ends_at=NOON + 80 * DAY)], False),
        ([replace(LOG, ends_at=NOON + 80 * DAY), ANSWER], True),
        ([replace(LOG, ends_at=NOON)], True),
        ([replace(LOG, ends_at=NOON - 20 * DAY)], True),
        ([closed(replace(LOG, ends_at=NOON - DAY), NOON - DAY, Closure.ENDED)], True),
        ([closed(LOG, NOON - DAY, Closure.PAUSED)], False),
        ([closed(LOG, NOON - DAY, Closure.FROZEN)], False),
        ([closed(LOG, NOON - DAY, Closure.OUTDATED)], False),
        ([closed(LOG, NOON - DAY, Closure.LEFT)], False),
        ([replace(LOG, words_hash="ab" * 32)], False),
        ([replace(LOG, words_hash=agreement_hash(Words("zh-Hans"), POLICY))], True),
    ],
)
async def test_what_ends_soon_or_sleeps_under_the_words_of_today_can_be_renewed(grants: list[Grant], may: bool) -> None:
    async with stage_of(SmallTeam()) as stage:
        await agree(stage, grants)
        assert await stage.store.read(MARA, lambda tx: may_renew(tx, stage, Before(tx, NOON))) is may
        button = await renew_button(stage, MARA, WORDS)
        before = await grants_of(stage)
        answer = await renewed(stage)
        if may:
            until = proposed_until(NOON.date(), POLICY, MARA)
            label = f"Renew until {WORDS.day(until, NOON.date())}"
            assert button == Button("renew", label, values={"until": until.isoformat()}, look="primary")
            assert isinstance(answer, Answer)
        else:
            assert button == Button("join", WORDS.say("home.again_button"), look="primary")
            assert (answer, await grants_of(stage)) == (None, before)


async def test_who_never_joined_is_offered_the_form() -> None:
    async with stage_of(SmallTeam()) as stage:
        assert (await renew_button(stage, MARA, WORDS)).name == "join"
        assert await renewed(stage) is None


@pytest.mark.parametrize("until", ["2026-03-01", "2027-03-03", "tomorrow", 7])
async def test_a_day_that_is_none_or_out_of_reach_is_refused(until: object) -> None:
    async with stage_of(SmallTeam()) as stage:
        await agree(stage, [LOG])
        refused = await renewed(stage, until)
        assert refused == Refusal("bad_value", WORDS.say("consent.until_wrong", latest="Mar 2, 2027"))
        assert await grants_of(stage) == {"log": LOG}


@pytest.mark.parametrize("is_there", [False, True], ids=["a channel that is gone", "a channel that was left"])
async def test_a_channel_that_is_not_open_any_more_opens_the_form(is_there: bool) -> None:
    channels = {BUILD: Channel(BUILD, "build", public=True)}
    if is_there:
        channels[LEADS] = Channel(LEADS, "leads", public=True, is_entered=False)
    async with stage_of(SmallTeam(channels)) as stage:
        await agree(stage, [LOG, LOG_LEADS])
        assert await renewed(stage) is None
        assert await grants_of(stage) == {"log": LOG, "leads": LOG_LEADS}


# ---------------------------------------------------------------- what it does


async def test_the_same_terms_go_on_to_the_day_that_was_shown() -> None:
    team = SmallTeam(people={MARA: Person(MARA, "Mara Ostwald", "mara", time_zone="Asia/Shanghai")})
    async with stage_of(team) as stage:
        before = (LOG, ANSWER, PROFILE, LOG_LEADS)
        await agree(stage, before)
        answer = await renewed(stage)
        after = await grants_of(stage)
        assert {after.pop(g.id) for g in before} == {closed(g, NOON, Closure.RENEWED) for g in before}
        ends_at = end_of_day(UNTIL, "Asia/Shanghai")
        made = {replace(grant, id="") for grant in after.values()}
        assert made == {
            replace(LOG, id="", given_at=NOON, ends_at=ends_at),
            *(replace(g, id="", given_at=NOON, covers_from=NOON, ends_at=ends_at) for g in (ANSWER, PROFILE)),
            replace(LOG_LEADS, id="", given_at=NOON, ends_at=ends_at),
        }
        (entry,) = [c.entry for c in await stage.store.read(MARA, lambda tx: tx.audit.entries()) or ()]
        facts: EntryFacts = {"grants": list(after), "words": OF_TODAY, "until": ends_at.isoformat()}
        assert entry == AuditEntry(Happening.RENEWED, NOON, "", facts)
        words = Words(time_zone="Asia/Shanghai")
        assert answer == Answer(view=receipt(words, NOON))


def receipt(words: Words, now: datetime) -> View:
    rows = (
        ("Until", words.day(UNTIL, now)),
        ("Given", words.date_and_time(now, now)),
        ("Words agreed to (SHA-256)", OF_TODAY),
    )
    return View(
        kind="joined",
        title="Renewed",
        elements=(Text(words.say("lapsing.renewed_text")), Facts(rows)),
        buttons=(Button("home", words.say("consent.my_double_button"), look="primary"),),
    )


async def test_what_was_said_while_it_slept_stays_out() -> None:
    ended = [replace(g, ends_at=NOON - DAY) for g in (LOG, ANSWER)]
    async with stage_of(SmallTeam()) as stage:
        await agree(stage, ended)
        assert isinstance(await renewed(stage), Answer)
        made = [g for g in (await grants_of(stage)).values() if g.is_in_force(NOON)]
        assert [(g.given_at, g.covers_from, g.closed_at, g.closure) for g in made] == [(NOON, NOON, None, None)] * 2


async def test_the_day_is_that_of_the_workers_zone() -> None:
    """Just after noon of March 2 in London it is March 3 on the other side of the date line."""
    team = SmallTeam(people={MARA: Person(MARA, "Mara Ostwald", "mara", time_zone="Pacific/Kiritimati")})
    async with stage_of(team) as stage:
        await agree(stage, [LOG])
        assert isinstance(await renewed(stage, "2026-03-02"), Refusal)
        button = await renew_button(stage, MARA, WORDS)
        assert button.values == {"until": proposed_until(date(2026, 3, 3), POLICY, MARA).isoformat()}
        assert isinstance(await renewed(stage, "2026-03-03"), Answer)


async def test_it_is_renewed_once() -> None:
    async with stage_of(SmallTeam()) as stage:
        await agree(stage, [LOG])
        assert isinstance(await renewed(stage), Answer)
        assert await renewed(stage) is None
        assert isinstance(stage.clock, TestClock)
        stage.clock.advance(70 * DAY)
        assert isinstance(await renewed(stage, "2026-08-01"), Answer)
