"""An answer that rests on what was noticed or put right: its audience, its evidence, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.model.scripted import ScriptedModel
from adapters.web.translate import person_ref
from bot.audit import Happening
from bot.drafts import Draft, DraftState
from bot.model import Completion, Prompt
from bot.views import Answer, Fold
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown
from tests.scenario.with_a_model import LOCAL, VENDOR, WORDED, answered, asked_and_gone_on, house, learnt, told_to_say

VAULT = "The zebrafish vault key lives in `ops/vault.md` on the runner."
VAULT_QUESTION = "where does the zebrafish vault key live on the runner?"
TITLE = "Where does the zebrafish vault key live on the runner?"


def on_a_note(prompt: Prompt) -> str:
    """Note nothing; answer with the first note, where there is one."""
    if prompt.name.startswith("claims"):
        return '{"notes": []}'
    return answered(VAULT, on="n1" if '"n1"' in prompt.user else "p1")


async def draft_on_a_claim(door: StageDoor, said_in: str, asked_in: str) -> Draft:
    """Mara says something, keeps what her double noticed, and Jonas's question is answered with that claim alone."""
    await door.join("mara", channels=["build", "general", "leads"])
    await door.say("mara", said_in, VAULT)
    await door.press("mara", "refresh_profile")
    await door.settle()
    (claim,) = await door.core.stage.store.read(person_ref("mara"), lambda tx: tx.profile.claims()) or ()
    await door.press("mara", "keep_claim", claim.id)
    draft_id = await door.ask("jonas", "mara", VAULT_QUESTION, asked_in)
    await door.press("jonas", "go_on", draft_id)
    await door.settle()
    draft = await door.draft(draft_id)
    assert draft.claims, "it rests on no claim at all"
    return draft


@pytest.mark.anyio
@pytest.mark.promise(11, "claims through their evidence")
async def test_what_was_said_in_private_does_not_follow_its_channel_into_the_open(tmp_path: Path) -> None:
    async with house(tmp_path, ScriptedModel(on_a_note, LOCAL)) as door:
        draft = await draft_on_a_claim(door, "leads", "leads")
        await door.set_private("leads", private=False)
        assert refused(await door.approve("mara", draft.id)) in {"stale", "source_changed"}
        assert not await door.replies("leads")


@pytest.mark.anyio
@pytest.mark.promise(11, "claims through their evidence")
async def test_what_turned_private_meanwhile_is_posted_nowhere_else(tmp_path: Path) -> None:
    async with house(tmp_path, ScriptedModel(on_a_note, LOCAL)) as door:
        draft = await draft_on_a_claim(door, "build", "general")
        await door.set_private("build", private=True)
        assert refused(await door.approve("mara", draft.id)) == "source_changed"
        assert not await door.replies("general")


@pytest.mark.anyio
async def test_a_worker_sees_the_messages_behind_a_claim_and_readers_its_source(tmp_path: Path) -> None:
    async with house(tmp_path, ScriptedModel(on_a_note, LOCAL)) as door:
        draft = await draft_on_a_claim(door, "build", "general")
        assert "quoting.reason_other_channel" in draft.reasons
        window = shown(await door.press("mara", "review", draft.id))
        assert any(VAULT in str(fold.elements) for fold in window.elements if isinstance(fold, Fold))
        await door.approve("mara", draft.id)
        (reply,) = await door.replies("general")
        assert reply.sources


@pytest.mark.anyio
@pytest.mark.parametrize("how", ["delete", "never use"])
async def test_no_word_of_a_claim_outlives_its_message(tmp_path: Path, how: str) -> None:
    async with house(tmp_path, ScriptedModel(on_a_note, LOCAL)) as door:
        draft = await draft_on_a_claim(door, "build", "general")
        assert isinstance(await door.approve("mara", draft.id, reuse=True, titles=TITLE), Answer)
        assert await door.core.stage.store.read(draft.worker, lambda tx: tx.reusable.all())
        (message,) = [m for m in await door.messages("build") if m.text == VAULT]
        if how == "delete":
            await door.delete(message)
        else:
            await door.press("mara", "never_use", message.id)
        answers = await door.core.stage.store.read(draft.worker, lambda tx: tx.reusable.all())
        assert answers == ()
        if how == "delete":
            posted = await door.draft(draft.id)
            assert (posted.state, posted.written, posted.composed) == (DraftState.POSTED, "", "")


@pytest.mark.anyio
async def test_a_removed_correction_leaves_no_word_behind(door: StageDoor) -> None:
    await door.join("mara")
    await door.command("mara", f"correct {VAULT}")
    draft_id = await door.ask("jonas", "mara", VAULT_QUESTION)
    await door.approve("mara", draft_id)
    assert VAULT in (await door.draft(draft_id)).written
    (claim,) = (
        await door.core.stage.store.read((await door.draft(draft_id)).worker, lambda tx: tx.profile.claims()) or ()
    )
    await door.press("mara", "remove_correction", claim.id)
    assert (await door.draft(draft_id)).written == ""


@pytest.mark.anyio
async def test_what_was_put_right_is_not_said_any_more_by_draft_or_model(tmp_path: Path) -> None:
    worded = "The build cache lives in /var/cache/forge on the runner."
    model = ScriptedModel(told_to_say(answered(worded)), LOCAL)
    async with house(tmp_path, model) as door:
        await learnt(door)
        draft = await asked_and_gone_on(door)
        assert draft.written == worded
        await door.command("mara", "correct The build cache lives in /var/cache/anvil on the runner.")
        await door.settle()
        draft = await door.draft(draft.id)
        assert "/var/cache/anvil" in draft.written
        assert "/var/cache/forge" not in draft.written
        assert "/var/cache/forge" not in model.prompts[-1].user


# ---------------------------------------------------------------- who was told, and who agreed, when it is sent


@pytest.mark.anyio
@pytest.mark.parametrize("edited", ["source", "question"])
async def test_a_question_made_afresh_goes_to_nobody_its_asker_was_not_told_of(tmp_path: Path, edited: str) -> None:
    model = ScriptedModel(told_to_say(answered(WORDED)), VENDOR)
    async with house(tmp_path, model) as door:
        await door.join("mara")
        cache = await door.say("mara", "build", CACHE)
        question = await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION}")
        await door.settle()
        await door.join("mara", model=True)
        if edited == "source":
            await door.edit(cache, f"{CACHE} As ever.")
        else:
            await door.edit(question, "@Understudy @mara where on the runner does the build cache live?")
        await door.settle()
        draft = await door.draft_at("mara", question)
        assert (draft.state, draft.composer) == (DraftState.PENDING, "quoting")
        assert not model.prompts


@pytest.mark.anyio
async def test_going_on_with_an_old_notice_sends_nothing_to_another_recipient(tmp_path: Path) -> None:
    async with house(tmp_path, ScriptedModel(told_to_say(answered(WORDED)), VENDOR)) as door:
        await learnt(door, model=True)
        draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
        assert "Example Models (Mars)" in (await door.notice("jonas", "waiting")).text
        door.model = other = ScriptedModel(told_to_say(answered(WORDED)), replace(VENDOR, vendor="Other Models"))
        await door.restart()
        await door.join("mara", model=True)
        assert "Other Models (Mars)" in said(await door.press("jonas", "go_on", draft_id))
        await door.settle()
        assert not other.prompts
        await door.press("jonas", "go_on", draft_id)
        await door.settle()
        assert len(other.prompts) == 1


@pytest.mark.anyio
async def test_what_a_model_wrote_is_not_kept_once_its_worker_has_gone_back_on_it(tmp_path: Path) -> None:
    holder: list[StageDoor] = []

    class Slow(ScriptedModel):
        async def complete(self, prompt: Prompt) -> Completion:
            await holder[0].submit_form("mara", model=False)
            return await super().complete(prompt)

    async with house(tmp_path, Slow(told_to_say(answered(WORDED)), LOCAL)) as door:
        holder.append(door)
        await learnt(door)
        assert (await asked_and_gone_on(door)).composer == "quoting"


@pytest.mark.anyio
async def test_a_question_about_a_topic_held_back_is_not_even_embedded(tmp_path: Path) -> None:
    embedding = replace(LOCAL, embedding="small-sense")
    model = ScriptedModel(told_to_say(answered(WORDED)), embedding)
    async with house(tmp_path, model) as door:
        await learnt(door)
        await door.press("mara", "never_keep", "topic", text="cache", kind="words")
        asked = len(model.embedded)
        draft = await asked_and_gone_on(door)
        assert draft.reasons == ("quoting.reason_held_back",)
        assert len(model.embedded) == asked
        assert not model.prompts


@pytest.mark.anyio
async def test_a_reusable_answer_about_a_topic_held_back_is_not_shown(door: StageDoor) -> None:
    await door.join("mara")
    await door.say("mara", "build", CACHE)
    await door.press("mara", "never_keep", "topic", text="vault", kind="words")
    draft_id = await door.ask("jonas", "mara", CACHE_QUESTION)
    titles = "Where does the build cache live on the runner?"
    text = "The build cache lives in the vault on the runner."
    assert isinstance(await door.approve("mara", draft_id, text=text, reuse=True, titles=titles), Answer)
    await door.say("pia", "build", f"@Understudy @mara {CACHE_QUESTION}")
    await door.settle()
    assert not [notice for notice in await door.notices_of("pia") if notice.kind == "reused"]


@pytest.mark.anyio
@pytest.mark.promise(4, "everything, under a waiting draft that rests on a correction alone")
async def test_a_draft_that_rests_on_a_correction_waits_no_longer_with_it_when_everything_goes(tmp_path: Path) -> None:
    async with house(tmp_path, ScriptedModel(on_a_note, LOCAL)) as door:
        await door.join("mara")
        await door.press("mara", "correct", "", text=VAULT, kind="does")
        await door.settle()
        draft_id = await door.ask("jonas", "mara", VAULT_QUESTION)
        await door.press("jonas", "go_on", draft_id)
        await door.settle()
        before = await door.draft(draft_id)
        assert (before.state, bool(before.claims), before.sources) == (DraftState.PENDING, True, ())
        assert "ops/vault.md" in before.written
        await door.press("mara", "forget_everything", "forget")
        await door.settle()
        after = await door.draft(draft_id)
        assert "ops/vault.md" not in after.written + after.composed
        assert after.claims == ()
        assert Happening.VOIDED in await door.happenings(draft_id)
