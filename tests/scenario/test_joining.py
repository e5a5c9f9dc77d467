"""Joining: the form, what it refuses, its receipt, and what changing it later does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from adapters.web.records import MessageRecord
from adapters.web.stamps import stamp_at
from adapters.web.translate import person_ref
from bot.agreement import agreement_hash
from bot.consent import Purpose
from bot.drafts import text_digest
from bot.policy import Policy
from bot.views import Choices, DateField, Facts, Fold, Text, Tick, View
from bot.words import Words
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, MONDAY, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio
HASH = agreement_hash(Words(), Policy())


def words_in(view: View) -> str:
    return "\n".join(e.text for e in view.elements if isinstance(e, Text))


def facts_in(view: View) -> dict[str, str]:
    return {name: value for e in view.elements if isinstance(e, Facts) for name, value in e.rows}


def ticks_in(view: View) -> dict[str, bool]:
    return {e.name: e.value for e in view.elements if isinstance(e, Tick)}


async def test_double_alone_explains_itself_and_offers_one_button(door: StageDoor) -> None:
    view = shown(await door.command("mara", ""))
    assert [button.name for button in view.buttons] == ["join"]
    assert "What we cannot promise" in words_in(view)
    assert not await door.holds("mara")


@pytest.mark.promise(2, "what the form proposes")
async def test_the_form_proposes_no_tick_no_channel_some_ninety_days_and_no_earlier_messages(door: StageDoor) -> None:
    view = shown(await door.command("mara", "join"))
    assert ticks_in(view) == {"learn": False, "draft": False, "earlier": False}
    (channels,) = [e for e in view.elements if isinstance(e, Choices)]
    assert channels.options == (
        ("build", "#build", False),
        ("general", "#general", False),
        ("leads", "🔒 leads", False),
    )
    (until,) = [e for e in view.elements if isinstance(e, DateField)]
    assert (until.earliest, until.value, until.latest) == (date(2026, 3, 2), date(2026, 5, 26), date(2027, 3, 2))
    bring_along, agreement = [e for e in view.elements if isinstance(e, Fold)]
    assert not bring_along.is_open
    assert agreement.is_open
    assert view.buttons[0].values == {"words": HASH}
    assert not await door.holds("mara")


async def test_the_form_shows_only_the_channels_the_person_is_in(door: StageDoor) -> None:
    (channels,) = [e for e in shown(await door.command("wei", "join")).elements if isinstance(e, Choices)]
    assert [value for value, _, _ in channels.options] == ["build", "general"]


@pytest.mark.parametrize(
    "form",
    [
        {"learn": False, "draft": False},
        {"learn": "yes"},
        {"draft": 1},
        {"earlier": None},
        {"channels": []},
        {"channels": "build"},
        {"channels": [1]},
        {"channels": ["nowhere"]},
        {"channels": ["build", "nowhere"]},
        {"until": "2026-03-01"},
        {"until": "2027-03-03"},
        {"until": "tomorrow"},
        {"until": 5},
    ],
)
async def test_a_form_with_a_wrong_value_is_refused_and_nobody_joins(door: StageDoor, form: dict[str, Any]) -> None:
    assert refused(await door.submit_form("mara", **form)) == "bad_value"
    assert not await door.holds("mara")


@pytest.mark.promise(1, "joining somebody else by every other path")
async def test_nobody_joins_with_a_private_channel_they_are_not_in(door: StageDoor) -> None:
    assert refused(await door.submit_form("wei", channels=["leads"])) == "bad_value"
    assert not await door.holds("wei")


@pytest.mark.promise(2, "agreeing to words that have changed meanwhile")
async def test_a_form_whose_words_have_changed_is_refused(door: StageDoor) -> None:
    assert refused(await door.submit_form("mara", words="0" * 64)) == "stale"
    assert not await door.holds("mara")
    await door.join("mara", words=HASH)


@pytest.mark.promise(2, "the receipt and its hash")
async def test_the_receipt_says_what_was_agreed_with_the_hash_of_the_words(door: StageDoor) -> None:
    receipt = await door.join("mara", channels=["build", "leads"], until="2026-04-30")
    facts = facts_in(receipt)
    assert facts["Words agreed to (SHA-256)"] == HASH
    assert facts["Until"] == "Apr 30"
    assert facts["Channels"] == "#build, 🔒 leads"
    assert "Nobody was told" in words_in(receipt)
    assert "It knows nothing yet" in words_in(receipt)
    assert [button.name for button in receipt.buttons] == ["home", "learn_earlier", "close"]
    grants = await door.core.stage.store.read(person_ref("mara"), lambda tx: tx.consent.all())
    assert {(g.purpose, g.channel.channel) for g in grants or ()} == {
        (purpose, channel) for purpose in Purpose for channel in ("build", "leads")
    }
    assert {g.words_hash for g in grants or ()} == {HASH}
    assert {g.covers_from for g in grants or ()} == {MONDAY}


async def test_the_words_agreed_to_are_shown_as_they_were_read_when_the_house_has_others_by_now(
    door: StageDoor,
) -> None:
    await door.join("mara")
    door.policy = replace(door.policy, asleep=timedelta(days=31))
    await door.restart()
    (fold,) = [e for e in shown(await door.command("mara", "status")).elements if isinstance(e, Fold)]
    agreed_to = [e.text for e in fold.elements if isinstance(e, Text)]
    assert [text_digest(text) for text in agreed_to] == [HASH]
    assert "after 30 further days" in agreed_to[0]


@pytest.mark.promise(1, "every notice of everybody after a joining")
async def test_joining_tells_nobody(door: StageDoor) -> None:
    await door.join("mara")
    assert not door.line.told
    assert not [m for channel in ("build", "general", "leads") for m in await door.messages(channel)]


@pytest.mark.promise(2, "earlier messages, asked for and not")
async def test_earlier_messages_are_learned_only_by_who_asks_for_them(door: StageDoor) -> None:
    for person in ("mara", "jonas"):
        await door.say(person, "build", f"{person} was here before")
    await door.advance(hours=1)
    await door.join("mara")
    assert await door.log_of("mara") == []
    receipt = await door.join("jonas", earlier=True)
    assert "reading your earlier messages" in words_in(receipt)
    assert await door.log_of("jonas") == ["jonas was here before"]


@pytest.mark.promise(2, "earlier messages, asked for and not")
async def test_who_no_longer_wants_earlier_messages_learned_has_them_erased_alone(door: StageDoor) -> None:
    await door.say("mara", "build", "said before")
    await door.advance(hours=1)
    await door.join("mara", earlier=True)
    await door.say("mara", "build", "said since")
    await door.advance(hours=1)
    says_nothing_of_it = {"learn": True, "draft": True, "channels": ["build", "general"]}
    await door.press("mara", "consent", "consent", **says_nothing_of_it)
    await door.settle()
    assert await door.log_of("mara") == ["said before", "said since"]
    receipt = await door.join("mara", earlier=False)
    assert "1 message from what you no longer allow was erased" in words_in(receipt)
    assert await door.log_of("mara") == ["said since"]


async def test_the_offer_to_learn_earlier_messages_opens_the_form_and_asks_to_agree_again(door: StageDoor) -> None:
    await door.say("mara", "build", "said before joining")
    await door.join("mara")
    form = shown(await door.press("mara", "learn_earlier"))
    assert ticks_in(form)["earlier"]
    assert form.buttons[0].name == "consent"
    await door.settle()
    assert await door.log_of("mara") == []
    await door.join("mara", earlier=True)
    assert await door.log_of("mara") == ["said before joining"]


async def test_more_earlier_messages_than_fit_a_page_are_all_learned_and_nobody_elses(kept: StageDoor) -> None:
    def history(person: str, count: int) -> list[MessageRecord]:
        start = datetime(2026, 1, 5, tzinfo=UTC).timestamp() + (0.5 if person == "pia" else 0)
        moments = [datetime.fromtimestamp(start + 60 * n, UTC) for n in range(count)]
        return [MessageRecord("build", stamp_at(at), person, f"{person} {n}") for n, at in enumerate(moments)]

    await kept.line.workspace.run(lambda w: w.conversation.add_all([*history("mara", 450), *history("pia", 300)]))
    await kept.join("mara", earlier=True)
    assert sorted(await kept.log_of("mara")) == sorted(f"mara {n}" for n in range(450))


@pytest.mark.promise(5, "a history in which others speak")
async def test_a_history_that_holds_somebody_elses_words_is_learned_without_them(door: StageDoor) -> None:
    await door.say("mara", "build", "words of mara")
    gossip = await door.say("pia", "build", "words of pia")
    door.line.gossip = (await door.event_of(gossip),)
    await door.join("mara", earlier=True)
    assert await door.log_of("mara") == ["words of mara"]


@pytest.mark.promise(21, "a back-fill cut short by a restart")
async def test_a_back_fill_that_was_cut_short_goes_on_after_a_restart(door: StageDoor) -> None:
    for n in range(450):
        await door.say("mara", "build", f"earlier {n}")
    await door.submit_form("mara", earlier=True)
    door.line.life.die_after(2)  # at the second page
    await door.core.stage.work.idle()
    door.line.life.die_after(0)
    assert len(await door.log_of("mara")) == 200
    await door.restart()
    assert len(await door.log_of("mara")) == 450


@pytest.mark.promise(2, "taking back one channel or one purpose")
async def test_narrowing_to_fewer_channels_erases_what_was_logged_in_the_others(kept: StageDoor) -> None:
    await kept.join("mara", channels=["build", "general"])
    await kept.say("mara", "build", "kept words")
    await kept.say("mara", "general", "dropped words")
    receipt = await kept.join("mara", channels=["build"])
    assert "1 message from what you no longer allow was erased" in words_in(receipt)
    assert await kept.log_of("mara") == ["kept words"]
    await kept.join("mara", channels=["build", "general"], earlier=True)
    assert await kept.log_of("mara") == ["kept words"], "what was erased came back"


@pytest.mark.promise(2, "taking back one channel or one purpose")
async def test_taking_back_learning_erases_every_message_and_keeps_answering(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    receipt = await door.join("mara", learn=False)
    assert "1 message" in words_in(receipt)
    assert await door.log_of("mara") == []
    await door.settle()
    draft = await door.draft(draft_id)
    assert (draft.written, draft.sources, draft.question) == ("", (), CACHE_QUESTION)


async def test_changing_the_terms_keeps_what_they_still_cover(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    await door.advance(days=1)
    receipt = await door.join("mara", until="2026-12-31")
    assert receipt.title == "Changed"
    assert await door.log_of("mara") == [CACHE]
    assert facts_in(shown(await door.command("mara", "status")))["Until"] == "Dec 31"


@pytest.mark.promise(2, "each tick alone")
async def test_learning_only_logs_and_drafting_only_does_not(door: StageDoor) -> None:
    await door.join("mara", draft=False)
    receipt = await door.join("jonas", learn=False)
    assert "nothing to quote" in words_in(receipt)
    await door.say("mara", "build", "learned")
    await door.say("jonas", "build", "not learned")
    assert (await door.log_of("mara"), await door.log_of("jonas")) == (["learned"], [])


async def test_status_and_my_double_tell_who_has_not_joined_that_nothing_is_kept(door: StageDoor) -> None:
    assert "Nothing about you is kept" in words_in(shown(await door.command("pia", "status")))
    assert (await door.core.pipeline.home(person_ref("pia"))).buttons[0].name == "join"
    assert said(await door.command("pia", "pause")) == "There is nothing to pause."
    assert said(await door.command("pia", "resume")) == "There is nothing to resume."
    assert "Join first" in said(await door.command("pia", "try where is the cache?"))
    assert not await door.holds("pia")


CANNOT = (
    "Understudy is not let read messages here that do not mention it. So your double learns nothing, until whoever "
    "runs it changes that; it can be asked all the same, and questions wait for you."
)


async def test_where_nothing_can_be_learnt_the_form_the_receipt_and_the_page_say_so(door: StageDoor) -> None:
    for hears_mentions_alone in (False, True):
        door.line.hears_mentions_alone = hears_mentions_alone
        form, receipt = shown(await door.command("mara", "join")), await door.join("mara")
        page = shown(await door.command("mara", "status"))
        assert {CANNOT in words_in(view) for view in (form, receipt, page)} == {hears_mentions_alone}
        await door.press("mara", "leave", "leave")


async def test_where_nothing_can_be_learnt_nothing_else_is_said_of_learning(door: StageDoor) -> None:
    door.line.hears_mentions_alone = True
    receipt = await door.join("mara")
    assert "learns from what you write" not in words_in(receipt)
    assert [button.name for button in receipt.buttons] == ["home"]
    await door.join("mara", learn=False)
    assert CANNOT not in words_in(shown(await door.command("mara", "status"))), "they did not ask for it"
