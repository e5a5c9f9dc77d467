"""Learning from decisions: reasons lower what a draft rested on, edits propose rules, own sentences are evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.web.translate import channel_ref, person_ref
from bot.audit import Happening
from bot.consent import Shelf
from bot.drafts import DraftState
from bot.messages import Span
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimChange, ClaimKind, ClaimOrigin, ClaimState
from bot.showing import source_id
from bot.views import Answer, Text, View
from bot.words import Words
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio
MARA = person_ref("mara")
REASONS = ("wrong", "out_of_date", "not_here", "not_now")
WORDS = Words("en")


async def claims(door: StageDoor) -> tuple[Claim, ...]:
    return await door.core.stage.store.read(MARA, lambda tx: tx.profile.claims()) or ()


async def statements(door: StageDoor) -> list[str]:
    return [claim.statement for claim in await claims(door)]


async def lowered(door: StageDoor) -> list[int]:
    found = await door.core.stage.store.read(MARA, lambda tx: tx.messages.page(Span(), 99)) or ()
    return [message.lowered for message in reversed(found)]


async def edit(door: StageDoor, draft_id: str, old: str, new: str) -> None:
    """Send the draft with some words of it changed."""
    written = (await door.draft(draft_id)).written
    assert old in written
    assert isinstance(await door.press("mara", "edit", draft_id, text=written.replace(old, new)), Answer)


async def facts_of(door: StageDoor, draft_id: str, happening: Happening) -> list[dict[str, object]]:
    chained = await door.core.stage.store.read(MARA, lambda tx: tx.audit.entries(draft_id)) or ()
    return [dict(c.entry.facts) for c in chained if c.entry.happening is happening]


# ---------------------------------------------------------------- a denial and its reason


async def test_a_denial_is_one_tap_and_offers_four_reasons(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    view = shown(await door.press("mara", "deny", draft_id))
    assert (await door.draft(draft_id)).state is DraftState.DENIED
    assert [(b.name, b.label, b.values) for b in view.buttons] == [
        ("deny_reason", label, {"reason": reason})
        for label, reason in zip(("Wrong", "Out of date", "Not for this place", "Just not now"), REASONS, strict=True)
    ]
    assert view.elements[0] == Text(WORDS.say("review.denied"))


@pytest.mark.parametrize(("reason", "weight"), [("wrong", 1), ("out_of_date", 1), ("not_here", 1), ("not_now", 0)])
async def test_a_reason_lowers_what_the_draft_rested_on_once(door: StageDoor, reason: str, weight: int) -> None:
    draft_id = await door.learn_and_ask()
    await door.press("mara", "deny", draft_id)
    assert "oted" in said(await door.press("mara", "deny_reason", draft_id, reason=reason))
    assert await lowered(door) == [weight]
    assert (await door.draft(draft_id)).sources == ()
    assert refused(await door.press("mara", "deny_reason", draft_id, reason=reason)) == "too_late"
    assert await lowered(door) == [weight]
    assert await facts_of(door, draft_id, Happening.LESSON) == [{"reason": reason, "messages": weight}]


async def test_a_reason_may_come_with_the_denial_and_words_of_ones_own_lower_nothing(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    answer = await door.press("mara", "deny", draft_id, reason="wrong")
    assert isinstance(answer, Answer)
    assert answer.view is None
    assert await lowered(door) == [1]
    other = await door.ask("pia", "mara", CACHE_QUESTION)
    assert said(await door.press("mara", "deny", other, reason="Quarmbyx said otherwise")).startswith("Denied")
    assert await lowered(door) == [1]
    assert await facts_of(door, other, Happening.DENIED) == [{"with_reason": 1}]
    assert "Quarmbyx" not in repr(vars(door.store))


async def test_nobody_else_and_nothing_else_is_taken_for_a_reason(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    assert refused(await door.press("mara", "deny_reason", draft_id, reason="wrong")) == "too_late"
    await door.press("mara", "deny", draft_id)
    for value in ("", "because", None, ["wrong"], {"wrong": 1}, 7):
        assert refused(await door.press("mara", "deny_reason", draft_id, reason=value)) == "bad_value"
    for person in ("jonas", "pia"):
        assert refused(await door.press(person, "deny_reason", draft_id, reason="wrong")) == "too_late"
    assert refused(await door.press("mara", "deny_reason", "d_none", reason="wrong")) == "too_late"
    assert await lowered(door) == [0]


async def test_what_a_denied_draft_rested_on_is_known_until_the_deadline_and_without_a_word(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.press("mara", "deny", draft_id)
    draft = await door.draft(draft_id)
    assert [(s.quote, s.digest) for s in draft.sources] == [("", "")]
    assert (draft.question, draft.written, draft.composed) == ("", "", "")
    await door.advance_to(draft.lapses_at - timedelta(seconds=1))
    assert (await door.draft(draft_id)).sources
    await door.advance(seconds=1)
    assert (await door.draft(draft_id)).sources == ()
    assert refused(await door.press("mara", "deny_reason", draft_id, reason="wrong")) == "too_late"
    assert (await door.notice("jonas", "outcome")).text == "No answer this time. Please ask Mara Lind."


async def test_a_draft_that_rested_on_nothing_is_denied_without_being_asked_why(door: StageDoor) -> None:
    await door.join("mara")
    draft_id = await door.ask("jonas", "mara", "what colour is the moon base antenna?")
    answer = await door.press("mara", "deny", draft_id)
    assert isinstance(answer, Answer)
    assert answer.view is None


async def test_a_reason_given_after_the_message_went_lowers_what_is_left(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    (message, _) = await door.messages()
    await door.press("mara", "deny", draft_id)
    await door.delete(message)
    await door.press("mara", "deny_reason", draft_id, reason="wrong")
    assert await facts_of(door, draft_id, Happening.LESSON) == [{"reason": "wrong", "messages": 0}]


# ---------------------------------------------------------------- an edit and its rules


async def test_an_edit_proposes_a_rule_that_waits_for_the_worker(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await edit(door, draft_id, "runner", "conveyor")
    (rule,) = await claims(door)
    assert (rule.kind, rule.statement) == (ClaimKind.SAYS, "Say “conveyor”, not “runner”.")
    assert (rule.state, rule.origin, rule.change) == (ClaimState.WAITING, ClaimOrigin.WORKER, ClaimChange.NEW)
    assert rule.source == draft_id
    assert Happening.LESSON in await door.happenings(draft_id)
    assert await facts_of(door, draft_id, Happening.LESSON) == [{"rules": 1}]
    assert "conveyor" not in repr(await door.core.stage.store.read(MARA, lambda tx: tx.audit.entries()))


async def test_a_draft_sent_as_it_was_teaches_nothing(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    assert await claims(door) == ()
    assert Happening.LESSON not in await door.happenings(draft_id)


async def test_a_refused_edit_teaches_nothing(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    written = (await door.draft(draft_id)).written
    await door.command("mara", "pause")
    assert (
        refused(await door.approve("mara", draft_id, text=written.replace("runner", "conveyor"))) == "not_allowed_now"
    )
    assert await claims(door) == ()


@pytest.mark.parametrize("state", [ClaimState.KEPT, ClaimState.GONE, ClaimState.WAITING])
async def test_a_rule_kept_dropped_or_proposed_before_is_not_proposed_again(door: StageDoor, state: ClaimState) -> None:
    first = await door.learn_and_ask()
    await edit(door, first, "runner", "conveyor")
    (rule,) = await claims(door)

    def decide(tx: Transaction) -> None:
        tx.profile.put([Claim(**{**{f: getattr(rule, f) for f in rule.__dataclass_fields__}, "state": state})])

    await door.core.stage.store.run(MARA, decide)
    second = await door.ask("pia", "mara", CACHE_QUESTION)
    await edit(door, second, "runner", "conveyor")
    assert [(c.id, c.state) for c in await claims(door)] == [(rule.id, state)]


async def test_a_rule_dropped_on_one_shelf_is_proposed_on_another(door: StageDoor) -> None:
    first = await door.learn_and_ask()
    await edit(door, first, "runner", "conveyor")
    (rule,) = await claims(door)
    private = Shelf(channel_ref("leads"), public=False)
    dropped = replace(rule, shelf=private, state=ClaimState.GONE)
    await door.core.stage.store.run(MARA, lambda tx: tx.profile.put([dropped]))
    await edit(door, await door.ask("pia", "mara", CACHE_QUESTION), "runner", "conveyor")
    assert [(c.statement, c.shelf) for c in await claims(door)] == [
        (rule.statement, private),
        (rule.statement, rule.shelf),
    ]


async def test_a_rule_with_words_of_an_answer_is_for_its_readers_and_goes_with_its_message(kept: StageDoor) -> None:
    await kept.join("mara", channels=["leads"])
    message = await kept.say("mara", "leads", CACHE)
    kept.clock.advance(timedelta(minutes=5))
    draft_id = await kept.ask("jonas", "mara", CACHE_QUESTION, "leads")
    await edit(kept, draft_id, "runner", "conveyor")
    (rule,) = await claims(kept)
    assert rule.shelf == Shelf(channel_ref("leads"), public=False)
    assert [source_id(ref) for ref in rule.evidence] == [message.id]
    assert rule.worded_by == rule.evidence
    await kept.delete(message)
    assert await claims(kept) == ()


async def test_a_rule_of_form_holds_no_words_and_stays(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.press("mara", "edit", draft_id, text=CACHE)
    (rule,) = await claims(door)
    assert rule.statement == WORDS.say("lessons.without_opening")
    assert (rule.shelf, rule.evidence) == (None, ())
    await door.delete((await door.messages())[0])
    assert await claims(door) == (rule,)


async def test_a_rule_about_a_topic_that_is_never_used_is_not_proposed(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.press("mara", "never_keep", "topic", text="conveyor", kind="words")
    await edit(door, draft_id, "runner", "conveyor")
    assert await claims(door) == ()


async def test_an_undone_edit_takes_its_rules_back_and_another_one_proposes_its_own(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await edit(door, draft_id, "runner", "conveyor")
    await door.press("mara", "undo", draft_id)
    assert await claims(door) == ()
    await edit(door, draft_id, "conveyor", "treadmill")
    assert await statements(door) == ["Say “treadmill”, not “runner”."]


async def test_an_edit_that_comes_back_and_is_edited_anew_leaves_the_last_rules_alone(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()

    async def meanwhile() -> None:
        if (await door.draft(draft_id)).state is DraftState.APPROVED:
            door.line.meanwhile = None
            await door.set_private("build", private=True)

    door.line.meanwhile = meanwhile
    await edit(door, draft_id, "runner", "conveyor")
    assert (await door.draft(draft_id)).state is DraftState.PENDING
    await edit(door, draft_id, "conveyor", "treadmill")
    assert await statements(door) == ["Say “treadmill”, not “runner”."]


async def test_what_the_double_wrote_is_kept_no_longer_than_it_can_be_undone(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    assert (await door.draft(draft_id)).composed == (await door.draft(draft_id)).written
    await edit(door, draft_id, "runner", "conveyor")
    assert "runner" in (await door.draft(draft_id)).composed
    await door.advance(seconds=11)
    assert (await door.draft(draft_id)).composed == ""
    assert "conveyor" in (await door.draft(draft_id)).written


async def test_rules_are_said_in_the_workers_language(door: StageDoor) -> None:
    await door.join("wei")
    await door.say("wei", "build", "构建缓存放在转轮服务器的/var/cache/forge目录里，每周日凌晨四点清空。")
    door.clock.advance(timedelta(minutes=5))
    draft_id = await door.ask("jonas", "wei", "构建缓存放在哪个目录?")
    written = (await door.draft(draft_id, "wei")).written
    await door.press("wei", "edit", draft_id, text=f"{written}🙂")
    found = await door.core.stage.store.read(person_ref("wei"), lambda tx: tx.profile.claims()) or ()
    assert [c.statement for c in found] == [Words("zh-Hans").say("lessons.with_emoji")]


# ---------------------------------------------------------------- what of an edit is evidence


ADDED = "The staging antenna is painted orange since Tuesday."


@pytest.mark.promise(15, "answers edited by their worker")
async def test_of_an_edited_answer_only_the_workers_own_sentences_are_evidence(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await edit(door, draft_id, CACHE, f"{CACHE} {ADDED}")
    assert await door.log_of("mara") == [CACHE, ADDED]
    (reply,) = await door.replies()
    logged = await door.core.stage.store.read(MARA, lambda tx: tx.messages.page(Span(), 1)) or ()
    assert logged[0].ref.stamp == reply.ts
    await door.advance(days=1)
    later = await door.draft(await door.ask("pia", "mara", "since when is the staging antenna painted orange?"))
    assert ADDED in later.written


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("runner", "conveyor"),
        ("every Sunday", "each Sunday"),
        ("From Mara Lind's own messages:\n", ""),
        ("runner and", "runner, and"),
    ],
)
@pytest.mark.promise(15, "answers edited by their worker")
async def test_sentences_of_the_doubles_slightly_changed_are_no_evidence(door: StageDoor, old: str, new: str) -> None:
    draft_id = await door.learn_and_ask()
    await edit(door, draft_id, old, new)
    assert await door.log_of("mara") == [CACHE]


@pytest.mark.promise(15, "answers approved as they were")
async def test_a_draft_sent_as_it_was_is_no_evidence(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id)
    await door.advance(minutes=1)
    assert await door.log_of("mara") == [CACHE]


@pytest.mark.promise(15, "answers edited by their worker")
async def test_words_of_a_quoted_message_are_no_evidence_a_second_time(door: StageDoor) -> None:
    await door.join("mara")
    more = "Ask me for the passphrase of the vault before you touch the antenna."
    await door.say("mara", "build", f"{CACHE} {'Nothing else is to be said about it here at all. ' * 8}{more}")
    door.clock.advance(timedelta(minutes=5))
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    assert more not in (await door.draft(draft_id)).written
    await edit(door, draft_id, CACHE, f"{CACHE} {more}")
    assert len(await door.log_of("mara")) == 1


@pytest.mark.parametrize("button", ["undo", "retract"])
async def test_own_sentences_of_a_reply_that_was_taken_back_are_forgotten(door: StageDoor, button: str) -> None:
    draft_id = await door.learn_and_ask()
    await edit(door, draft_id, CACHE, f"{CACHE} {ADDED}")
    assert len(await door.log_of("mara")) == 2
    await door.press("mara", button, draft_id)
    assert await door.log_of("mara") == [CACHE]


async def test_an_undone_edit_sent_again_is_evidence_again(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await edit(door, draft_id, CACHE, f"{CACHE} {ADDED}")
    await door.press("mara", "undo", draft_id)
    await door.approve("mara", draft_id)
    assert await door.log_of("mara") == [CACHE, ADDED]


async def test_own_sentences_about_a_topic_that_is_never_used_are_logged_and_held_back(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.press("mara", "never_keep", "topic", text="antenna", kind="words")
    await edit(door, draft_id, CACHE, f"{CACHE} {ADDED}")
    newest = (await door.core.stage.store.read(MARA, lambda tx: tx.messages.page(Span(), 1)) or ())[0]
    assert (newest.text, newest.is_withheld) == (ADDED, True)


async def test_without_a_log_grant_own_sentences_are_not_kept(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.submit_form("mara", channels=["build"], learn=False, draft=True)
    await door.settle()
    again = await door.ask("pia", "mara", "what colour is the moon base antenna?")
    await door.press("mara", "edit", again, text=ADDED)
    assert ADDED not in await door.log_of("mara")
    assert (await door.draft(draft_id)).state is not DraftState.POSTED


# ---------------------------------------------------------------- the record, for the worker alone


async def replied(door: StageDoor, edits: list[bool]) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    door.clock.advance(timedelta(minutes=5))
    for number, is_edited in enumerate(edits):
        draft_id = await door.ask(("jonas", "pia", "wei")[number % 3], "mara", CACHE_QUESTION)
        if is_edited:
            await edit(door, draft_id, "runner", "conveyor")
        else:
            await door.approve("mara", draft_id)
        await door.advance(days=1)


def records(view: View) -> list[str]:
    return [e.text for e in view.elements if isinstance(e, Text) and "went out as you left them" in e.text]


async def test_my_double_says_how_many_of_the_last_replies_went_out_unedited(door: StageDoor) -> None:
    await replied(door, [False, True, False, False])
    home = await door.core.pipeline.home(MARA)
    assert records(home) == ["3 of your last 4 replies went out as you left them, unedited. Only you see this."]
    for person in ("jonas", "pia", "wei"):
        assert records(await door.core.pipeline.home(person_ref(person))) == []


async def test_of_two_replies_nothing_is_said(door: StageDoor) -> None:
    await replied(door, [False, False])
    assert records(await door.core.pipeline.home(MARA)) == []
