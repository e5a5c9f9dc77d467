"""Joining with a vault: what is refused, that it enrols nobody, and that nothing in it counts as approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.web.translate import person_ref
from bot.audit import Happening
from bot.bringing import Bringing, Vault, opened
from bot.vault.taking_in import TakenIn
from bot.views import Text, View
from bot.words import Words
from tests.scenario.answering_again import SAME, answers, ask
from tests.scenario.stage_door import CACHE, StageDoor, refused, shown
from tests.scenario.taking_along import EVERYWHERE, MARA, PASSPHRASE, bring, brought, contents_of, live, sealed

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.promise(6, "what is brought along enrols nobody, approves nothing, and goes by the form alone"),
]


def words_in(view: View) -> str:
    return "\n".join(e.text for e in view.elements if isinstance(e, Text))


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"vault": "a name"}, "bad_value"),
        ({"vault": b"", "passphrase": 7}, "bad_value"),
        ({"vault": b"", "passphrase": "x" * 1_001}, "bad_value"),
        ({"vault": b"", "earlier": False}, "bad_value"),
        ({"vault": b"", "learn": False}, "bad_value"),
        ({"vault": b""}, "not_a_vault"),
        ({"vault": b"SQLite format 3\x00"}, "not_a_vault"),
        ({"vault": b"", "words": "00"}, "stale"),
        ({"vault": b"", "channels": []}, "bad_value"),
    ],
    ids=str,
)
@pytest.mark.promise(6, "files that will not do, another person's vault, a chain tampered with")
async def test_a_file_that_will_not_do_is_refused_and_nobody_joins(
    door: StageDoor, form: dict[str, Any], code: str
) -> None:
    assert refused(await bring(door, form.pop("vault"), **form)) == code
    assert not await door.holds("mara")


async def test_in_a_rehearsal_nothing_is_brought_along(door: StageDoor) -> None:
    await door.line.workspace.run(lambda w: w.note("is_rehearsal", "yes"))
    assert refused(await bring(door, b"")) == "rehearsal"
    assert not await door.holds("mara")


@pytest.mark.promise(6, "files that will not do, another person's vault, a chain tampered with")
async def test_a_vault_is_its_owners_alone_and_asks_for_its_passphrase_and_an_empty_place(door: StageDoor) -> None:
    await live(door, 9)
    vault = sealed(await contents_of(door))
    assert refused(await bring(door, vault)) == "already"
    await door.press("mara", "leave")
    assert not await door.holds("mara")
    assert refused(await bring(door, vault, passphrase=f"{PASSPHRASE}s")) == "wrong_passphrase"
    assert refused(await bring(door, vault, "jonas", channels=["build"])) == "not_yours"
    assert not await door.holds("mara")
    assert not await door.holds("jonas")


@pytest.mark.promise(6, "what the form of joining lets of a file in")
async def test_the_form_decides_what_a_vault_is_good_for(door: StageDoor) -> None:
    await live(door, 24)
    contents = await contents_of(door)
    await door.press("mara", "leave")
    vault = sealed(contents)
    receipt = await brought(door, vault, channels=["build"], draft=False)
    there = [m for m in contents.messages if m.ref.channel.channel == "build"]
    assert f"{len(there)} messages were taken up from the file." in words_in(receipt)
    assert f"{len(contents.messages) - len(there)} messages stay in the file alone" in words_in(receipt)
    now = await contents_of(door)
    assert {g.channel.channel for g in now.grants} == {"build"}
    assert {g.purpose.value for g in now.grants} == {"log", "profile"}
    assert {m.ref.channel.channel for m in now.messages} == {"build"}
    assert {c.shelf.channel.channel for c in now.claims if c.shelf} <= {"build"}
    assert now.reusable_answers == ()
    assert [e.happening for e in now.audit][:3] == [Happening.JOINED, Happening.BROUGHT, Happening.RECOVERY_CODE]


@pytest.mark.promise(6, "reusable answers and drafts that a vault brings")
async def test_a_brought_answer_is_shown_to_nobody_before_its_worker_says_use(door: StageDoor) -> None:
    await live(door, 9)
    contents = await contents_of(door)
    await door.press("mara", "leave")
    await door.advance(minutes=1)
    receipt = await brought(door, sealed(contents))
    assert "not used until you look at each and press “Use”" in words_in(receipt)
    assert await door.drafts_of("mara") == []
    assert await ask(door, "jonas", SAME) is None
    (answer,) = await answers(door)
    await door.press("mara", "use_answer", answer.id)
    notice = await ask(door, "pia", SAME)
    assert notice is not None
    assert notice.reply is not None
    assert CACHE in notice.reply.text


@pytest.mark.promise(6, "files that will not do, another person's vault, a chain tampered with")
async def test_a_vault_whose_chain_was_tampered_with_is_refused(door: StageDoor) -> None:
    await live(door, 9)
    contents = await contents_of(door)
    await door.press("mara", "leave")
    assert refused(await bring(door, sealed(replace(contents, audit=contents.audit[:-1])))) == "damaged"
    assert not await door.holds("mara")


async def test_from_another_workspace_no_message_comes(door: StageDoor) -> None:
    await live(door, 9)
    contents = await contents_of(door)
    await door.press("mara", "leave")
    await door.advance(minutes=1)
    receipt = await brought(door, sealed(contents, replace(MARA, workspace="elsewhere")), channels=EVERYWHERE)
    assert "The file is from another workspace" in words_in(receipt)
    said_here = {m.text for m in (await contents_of(door)).messages}
    assert said_here <= {m.text for m in contents.messages}, "what the platform itself has is read as ever"
    claims = await door.core.stage.store.read(person_ref("mara"), lambda tx: tx.profile.claims())
    assert [c.statement for c in claims or () if c.shelf is None] == ["I do not look after the lab any more."]
    assert shown(await door.press("mara", "home")).kind == "home"
    assert door.clock.now() > contents.messages[0].said_at + timedelta(minutes=1)


async def large(door: StageDoor, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A vault of several blocks, whose owner has left."""
    monkeypatch.setattr("bot.vault.taking_in.BLOCK", 5)
    await live(door, 24)
    vault = sealed(await contents_of(door))
    await door.press("mara", "leave")
    await door.advance(minutes=1)
    return vault


@pytest.mark.promise(6, "a large file taken up in blocks, and what it is without a crash")
async def test_a_large_file_is_taken_up_in_blocks_and_all_of_it_is_here_in_the_end(
    door: StageDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = await large(door, monkeypatch)
    receipt = shown(
        await door.submit_form("mara", channels=EVERYWHERE, earlier=True, vault=vault, passphrase=PASSPHRASE)
    )
    assert "being taken up now" in words_in(receipt)
    await door.settle()
    now = await contents_of(door)
    marks = [e.happening for e in now.audit]
    assert marks.count(Happening.BRINGING) == marks.count(Happening.BROUGHT) == 1
    assert len(now.earlier) == 1
    assert {m.withheld_by for m in now.messages if m.withheld_by}
    page = words_in(await door.core.pipeline.home(MARA))
    assert "so far" not in page
    assert "in part only" not in page


async def begun(door: StageDoor, monkeypatch: pytest.MonkeyPatch) -> tuple[Bringing, Vault, TakenIn]:
    """A file of which the first transaction has taken in what it does, and nothing has followed."""
    vault = opened(await large(door, monkeypatch), PASSPHRASE)
    await door.join("mara", channels=EVERYWHERE, earlier=True)
    bringing, channels = Bringing(door.core.stage), await door.line.directory.channels_of(MARA)
    taken = await door.core.stage.store.run(MARA, lambda tx: bringing.take(tx, vault, channels))
    assert taken is not None
    assert taken.run
    return bringing, vault, taken


@pytest.mark.promise(16, "the process gone between two blocks of a file that is taken up")
async def test_a_death_between_blocks_leaves_a_part_that_is_called_one(
    door: StageDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(door, monkeypatch)
    await door.restart()
    assert "in part only" in words_in(await door.core.pipeline.home(MARA))
    assert (await contents_of(door)).earlier == ()
    await door.press("mara", "leave")
    await door.advance(minutes=1)
    await door.join("mara")
    assert "in part only" not in words_in(await door.core.pipeline.home(MARA))


async def test_how_far_a_file_has_come_is_told_while_it_is_taken_up(
    door: StageDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    bringing, vault, taken = await begun(door, monkeypatch)
    bringing.go_on(MARA, vault, (), taken)
    (told,) = await bringing.progress(MARA, Words())
    assert told == Text(f"Taking up your file: 1 of {len(vault.contents.messages)} messages so far.", look="small")
    await door.settle()
    assert await bringing.progress(MARA, Words()) == []


async def test_what_is_erased_while_a_file_is_taken_up_does_not_come_back_out_of_it(
    door: StageDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    bringing, vault, taken = await begun(door, monkeypatch)
    await door.press("mara", "forget_everything")
    bringing.go_on(MARA, vault, (), taken)
    await door.settle()
    now = await contents_of(door)
    assert now.messages == ()
    assert Happening.BROUGHT not in [e.happening for e in now.audit]
