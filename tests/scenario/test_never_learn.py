"""Never learn: what a worker names is taken out of all that is kept, and of all that comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.web.translate import person_ref
from bot.audit import Happening
from bot.clearing import redaction_for
from bot.clearing_up import clear_messages, drop_never_learn, keep_never_learn, note_cleared
from bot.drafts import DraftState
from bot.ports import Transaction
from bot.profile.topics import Topic, TopicKind
from bot.redaction import Redaction, redact
from bot.redaction_rules import Table
from bot.views import Item, Refusal, TextField
from storage.store import SqliteStore
from tests.faults.test_store_erasure import every_page
from tests.scenario.holding_back import MARA, change, claim, is_held, items, learn, never_use, read, ref_of
from tests.scenario.stage_door import MONDAY, StageDoor, refused, said, shown
from tests.scenario.taking_out import PASSWORD, counts, never_learn

pytestmark = [pytest.mark.anyio, pytest.mark.promise(8, "words and patterns that are never to be learnt")]


async def test_what_is_never_learnt_is_tried_first_and_then_leaves_what_is_kept(door: StageDoor) -> None:
    await learn(door, "Quarmbyx wants the report", "lunch is at noon", "I met QUARMBYX again")
    view = shown(await door.press("mara", "never_learn_try", "", text="quarmbyx", is_pattern=False))
    assert [item.text for item in items(view)] == ["I met ‹removed› again", "‹removed› wants the report"]
    assert "Quarmbyx wants the report" in await door.log_of("mara"), "a trial changes nothing"
    assert "taken out of 2 messages" in await never_learn(door, "quarmbyx")
    assert await door.log_of("mara") == ["‹removed› wants the report", "lunch is at noon", "I met ‹removed› again"]
    assert await counts(door) == {"own": 2}
    await door.say("mara", "build", "quarmbyx is late, the pattern holds")
    assert (await door.log_of("mara"))[-1] == "‹removed› is late, the pattern holds"


async def test_a_pattern_takes_its_matches_out_and_nothing_else(door: StageDoor) -> None:
    await learn(door, "ticket ACME-4711 is open", "ticket ACME-12 is closed", "no ticket here")
    more = [await door.say("mara", "build", f"ACME-{number} too") for number in range(6)]
    view = shown(await door.press("mara", "never_learn_try", "", text=r"acme-\d+", is_pattern=True))
    assert [item.text for item in items(view)] == ["‹removed› too"] * 5
    for message in more:
        await door.delete(message)
    await never_learn(door, r"acme-\d+", "pattern")
    assert await door.log_of("mara") == ["ticket ‹removed› is open", "ticket ‹removed› is closed", "no ticket here"]
    await door.ask("jonas", "mara", "what about ACME-99?")
    (draft,) = await door.drafts_of("mara")
    assert draft.question == "what about ‹removed›?"


async def test_what_rested_on_the_old_words_goes_with_them(door: StageDoor) -> None:
    await learn(door, "The vault of Quarmbyx lives in /var/forge on the runner.", "lunch is at noon")
    draft_id = await door.ask("jonas", "mara", "where does the vault of Quarmbyx live on the runner?")
    assert "Quarmbyx" in (await door.draft(draft_id)).written
    shown(await door.command("mara", "correct Quarmbyx pays on Mondays"))
    await never_learn(door, "quarmbyx")
    await door.settle()
    assert "uarmbyx" not in repr(await read(door, lambda tx: (tx.drafts.latest(9), tx.profile.claims())))
    (claim,) = await read(door, lambda tx: tx.profile.claims())
    assert claim.statement == "‹removed› pays on Mondays"
    found = await read(door, lambda tx: tx.index.frequencies(tx.index.shelves(), ["quarmbyx", "vault"]))
    assert (found.containing["quarmbyx"], found.containing["vault"]) == (0, 1)


async def test_no_page_holds_what_is_never_to_be_learnt_once_that_is_said(kept: StageDoor, tmp_path: Path) -> None:
    await learn(kept, "Quarmbyxanth wants the report", "lunch is at noon")
    await never_learn(kept, r"q[u]armbyx\w+", "pattern")
    assert isinstance(kept.store, SqliteStore)
    entry = kept.store._control.find(MARA)
    assert entry is not None
    pages = every_page(kept.store._files.path(entry.name), kept.store._control.key(entry))
    assert b"wants the report" in pages
    assert b"armbyxanth" not in pages


async def test_what_is_learnt_again_comes_back_with_new_words_alone(door: StageDoor) -> None:
    await learn(door, "Quarmbyx wants the report", "lunch is at noon")
    await never_learn(door, "quarmbyx")
    (topic,) = (await read(door, lambda tx: tx.keepsakes.preferences())).never_learn
    said(await door.press("mara", "learn_again", topic.id))
    assert refused(await door.press("mara", "learn_again", topic.id)) == "not_found"
    await door.say("mara", "build", "Quarmbyx is back")
    await door.settle()
    assert await door.log_of("mara") == ["‹removed› wants the report", "lunch is at noon", "Quarmbyx is back"]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("", "words", "bad_value"),
        ("x" * 201, "words", "bad_value"),
        ("(", "pattern", "bad_value"),
        (".*", "pattern", "bad_value"),
        (r"(?:\d+)+[#%]", "pattern", "bad_value"),
        ("password: " + PASSWORD, "words", "bad_value"),
        (7, "words", "bad_value"),
        ("is", "words", "bad_value"),
    ],
)
async def test_what_cannot_be_looked_for_or_is_a_secret_is_refused(
    door: StageDoor, text: object, kind: str, code: str
) -> None:
    await learn(door, "this is it", "so is that")
    for button in ("never_learn_try", "never_learn_keep"):
        assert refused(await door.press("mara", button, "never_learn", text=text, kind=kind)) == code
    assert (await read(door, lambda tx: tx.keepsakes.preferences())).never_learn == ()


async def test_the_same_is_kept_once_and_fifty_at_most(door: StageDoor) -> None:
    await learn(door, "nothing special", "nor here")
    for number in range(50):
        said(await door.press("mara", "never_learn_keep", "never_learn", text=f"word{number}", kind="words"))
    assert (
        refused(await door.press("mara", "never_learn_keep", "never_learn", text="word7", kind="words")) == "bad_value"
    )
    assert (
        refused(await door.press("mara", "never_learn_keep", "never_learn", text="word50", kind="words")) == "bad_value"
    )


async def test_who_has_not_joined_has_nothing_that_is_learnt(door: StageDoor) -> None:
    assert items(shown(await door.press("pia", "never_learn"))) == []
    assert refused(await door.press("pia", "never_learn_try", "", text="payroll")) == "not_found"
    assert refused(await door.press("pia", "learn_again", "n_1")) == "not_found"
    assert not await door.holds("pia")


async def test_the_window_is_reached_from_my_double_and_by_command(door: StageDoor) -> None:
    await learn(door, "lunch is at noon")
    home = await door.core.pipeline.home(MARA)
    assert any(b.name == "never_learn" for e in home.elements if isinstance(e, Item) for b in e.buttons)
    for words in ("never learn quarmbyx", "never-learn quarmbyx"):
        view = shown(await door.command("mara", words))
        fields = [e.value for e in view.elements if isinstance(e, TextField)]
        assert (view.kind, fields) == ("never_learn", ["quarmbyx"])
    assert shown(await door.command("mara", "home")).kind == "home"
    assert shown(await door.command("mara", "never payroll")).kind == "never"
    assert "/double never-learn" in str(shown(await door.command("mara", "help")).elements)


async def test_what_was_kept_before_a_newer_table_is_gone_over_in_a_round(door: StageDoor) -> None:
    (message,) = await learn(door, "The password of the forge is on the board.")
    before = redact(f"The password of the forge is {PASSWORD}.", Redaction((), table=Table(())))
    await change(door, lambda tx: tx.messages.rewrite({ref_of(message): before}))
    await door.settle()
    assert await door.log_of("mara") == [before], "the table is the same as in the last round"
    await change(door, lambda tx: note_cleared(tx, "an older table"))
    await door.settle()
    assert await door.log_of("mara") == ["The password of the forge is ‹password removed›."]
    assert await counts(door) == {"password": 1}
    happenings = [c.entry.happening for c in await read(door, lambda tx: tx.audit.entries())]
    await door.settle()
    assert [c.entry.happening for c in await read(door, lambda tx: tx.audit.entries())] == happenings


async def test_a_pattern_that_turns_slow_takes_the_whole_text_out(door: StageDoor) -> None:
    await learn(door, "nothing special", "nor here")
    slow = Topic("n_1", TopicKind.PATTERN, r"(x+x+)+y", MONDAY)
    await change(door, lambda tx: keep_never_learn(tx, slow, ("US",), MONDAY))
    await door.say("mara", "build", "x" * 2_000)
    assert (await door.log_of("mara"))[-1] == "‹removed›"


async def test_a_held_back_message_is_cleared_too_and_stays_held_back(door: StageDoor) -> None:
    (message, _) = await learn(door, "Quarmbyx wants the report", "lunch is at noon")
    await never_use(door, message)
    await never_learn(door, "quarmbyx")
    assert await is_held(door, message)
    assert (await door.log_of("mara"))[0] == "‹removed› wants the report"
    found = await read(door, lambda tx: tx.index.frequencies(tx.index.shelves(), ["report"]))
    assert found.containing["report"] == 0


async def test_a_posted_reply_and_a_learnt_claim_lose_what_is_never_learnt(door: StageDoor) -> None:
    (message, _) = await learn(door, "The vault of Quarmbyx lives in /var/forge on the runner.", "lunch is at noon")
    draft_id = await door.ask("jonas", "mara", "where does the vault of Quarmbyx live on the runner?")
    said(await door.approve("mara", draft_id))
    await change(door, lambda tx: tx.profile.put([claim("c_1", "Quarmbyx is fussy", ref_of(message))]))
    await never_learn(door, "quarmbyx")
    assert (await door.draft(draft_id)).state is DraftState.POSTED
    assert await read(door, lambda tx: tx.profile.claims()) == ()
    assert "uarmbyx" not in repr(await read(door, lambda tx: tx.drafts.latest(9)))


async def test_a_round_leaves_alone_what_is_under_way_and_what_is_gone(door: StageDoor) -> None:
    await learn(door, "lunch is at noon")
    clearing = door.core.jobs._clearing
    await change(door, lambda tx: note_cleared(tx, "an older table"))
    clearing._under_way.add(MARA)
    await clearing.finish(MARA)
    assert (await read(door, lambda tx: tx.keepsakes.preferences())).cleared_by == "an older table"
    assert await clearing.go_over(person_ref("pia")) == 0


async def test_messages_that_hold_nothing_are_not_touched(door: StageDoor) -> None:
    (message,) = await learn(door, "lunch is at noon")
    await change(door, lambda tx: clear_messages(tx, [ref_of(message)], redaction_for(tx), MONDAY) or True)
    happened = [c.entry.happening for c in await read(door, lambda tx: tx.audit.entries())]
    assert Happening.CLEARED not in happened


async def test_a_reusable_answer_that_holds_what_is_never_learnt_is_erased(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    said(await door.approve("mara", draft_id, reuse=True, titles="Where does the build cache live on the runner?"))
    assert len(await read(door, lambda tx: tx.reusable.all())) == 1
    await door.say("mara", "build", "lunch is at noon")
    await never_learn(door, "forge")
    assert await read(door, lambda tx: tx.reusable.all()) == ()


async def test_the_same_pressed_twice_at_once_is_kept_once(door: StageDoor) -> None:
    await learn(door, "Quarmbyx wants the report", "lunch is at noon")
    twice = [door.press("mara", "never_learn_keep", "never_learn", text="quarmbyx", kind="words") for _ in range(2)]
    told = await asyncio.gather(*twice)
    assert sorted(isinstance(answer, Refusal) for answer in told) == [False, True]
    assert len((await read(door, lambda tx: tx.keepsakes.preferences())).never_learn) == 1


async def test_a_pattern_that_turns_slow_over_ones_own_words_is_refused(door: StageDoor) -> None:
    await learn(door, *(f"{'x' * 2_000}{number}!" for number in range(6)), "lunch is at noon")
    for button in ("never_learn_try", "never_learn_keep"):
        told = await door.press("mara", button, "never_learn", text=r"(x+x+)+y", kind="pattern")
        assert refused(told) == "bad_value"


async def test_a_pattern_added_meanwhile_is_gone_over_in_the_next_round(door: StageDoor) -> None:
    await learn(door, "Quarmbyx wants the report", "lunch is at noon")
    first, second = (Topic(f"n_{text}", TopicKind.WORDS, text, MONDAY) for text in ("quarmbyx", "lunch"))
    regions = door.policy.phone_regions
    await change(door, lambda tx: keep_never_learn(tx, first, regions, MONDAY))
    assert not await read_changing(door, lambda tx: keep_never_learn(tx, first, regions, MONDAY))
    assert await read_changing(door, lambda tx: drop_never_learn(tx, first.id, regions, MONDAY))
    assert (await read(door, lambda tx: tx.keepsakes.preferences())).never_learn == ()
    await change(door, lambda tx: keep_never_learn(tx, second, regions, MONDAY))
    await door.settle()
    assert await door.log_of("mara") == ["Quarmbyx wants the report", "‹removed› is at noon"]


async def read_changing(door: StageDoor, work: Callable[[Transaction], bool]) -> bool:
    return bool(await door.core.stage.store.run(MARA, work))
