"""Secrets and personal numbers are taken out before anything is kept, by whatever way they come."""

from __future__ import annotations

import logging
import random
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.model.echo import EchoModel
from adapters.web.translate import person_ref
from benchmarks.fake_secrets import made
from bot.drafts import DraftState
from bot.policy import Policy
from bot.redaction import redact
from bot.redaction_rules import table
from bot.views import TextField, View
from storage.store import SqliteStore
from tests.faults.test_store_erasure import every_page
from tests.promised import Figures, Sized
from tests.scenario.holding_back import MARA, learn, read
from tests.scenario.stage_door import CACHE, CACHE_QUESTION, StageDoor, refused, said, shown, stage_door
from tests.scenario.taking_out import PASSWORD, PHONE, counts, never_learn

pytestmark = pytest.mark.anyio
LEAST = 8
POLICY = Policy(drafts_a_day=100, asks_a_day=100)


def planted(count: int) -> list[tuple[str, str]]:
    """Sentences with a secret in each, after the rows of the table, and the part of each that is searched for.

    Codes of a few digits are left out: any number of the file may hold them by chance.
    """
    chance, rows = random.Random(7), table()
    found = []
    for number in range(count):
        row = rows[number * 31 % len(rows)]
        if "prefixes" in row:
            rest = made({"alphabet": "hex", "length": row["least"] - 1}, chance).upper() + "7"
            within = made({"alphabet": "hex", "length": row.get("within", 0)}, chance)
            letters = rest if row["alphabet"] == "upper" else rest.lower()
            found.append((f"use {within}{chance.choice(row['prefixes'])}{letters} please", letters[-12:]))
        else:
            value = made(row["value"], chance)
            found.append(
                (row["example"].replace("{value}", value), value.split("\n")[len(value.split("\n")) // 2][-12:])
            )
    return [(text, part) for text, part in found if len(part) >= LEAST and part not in redact(text)]


async def play(door: StageDoor, texts: list[str]) -> None:
    """Bring one text after the other in, by every way there is."""
    left = iter(texts * 20)

    def secret() -> str:
        return next(left)

    await door.say("mara", "build", f"{CACHE} {secret()}")
    await door.join("mara", channels=["build", "general"], earlier=True)
    for text in texts:
        await door.say("mara", "build", text)
    message = await door.say("mara", "general", "soon there is more")
    await door.edit(message, f"now {secret()}")
    await door.say("mara", "build", secret(), message)
    await door.delete(await door.say("mara", "build", secret()))
    door.clock.advance(timedelta(minutes=5))
    question = await door.say("jonas", "build", f"@Understudy @mara {CACHE_QUESTION} {secret()}")
    await door.settle()
    await door.edit(question, f"@Understudy @mara {CACHE_QUESTION} {secret()}")
    await door.settle()
    draft_id = (await door.draft_at("mara", question)).id
    await door.press("jonas", "go_on", draft_id)
    await door.settle()
    own = f"It is in /var/cache/forge on the new runner. {secret()}"
    warned = shown(await door.approve("mara", draft_id, text=own))
    await door.approve("mara", draft_id, **{"text": own, **warned.buttons[0].values})
    await door.command("mara", f"try where is it? {secret()}")
    await door.command("mara", f"correct The vault of the forge is on the fourth floor {secret()}")
    await door.command("pia", f"ask mara {CACHE_QUESTION} {secret()}", "general")
    await door.settle()
    denied = await door.ask("wei", "mara", f"{CACHE_QUESTION} {secret()}")
    await door.press("mara", "deny", denied, reason=secret())
    await door.press("mara", "never_keep", "topic", text=secret()[:200], kind="words")
    await door.press("mara", "never_learn_keep", "never_learn", text=secret()[:200], kind="words")
    await door.advance(seconds=30)
    await door.advance(hours=1)


def lines_of(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)


@pytest.mark.promise(5, "secrets planted by every way in, every decrypted page, file, log line and prompt searched")
async def test_no_planted_secret_is_in_any_decrypted_page_file_line_or_prompt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, sized: Sized, figures: Figures
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = planted(sized(quick=30, full=400))
    model = EchoModel()
    store = SqliteStore(tmp_path / "double", ballast_bytes=4096)
    async with stage_door(tmp_path, store, POLICY, model=model) as door:
        await play(door, [text for text, _ in secrets])
        entry = store._control.find(MARA)
        assert entry is not None
        pages = every_page(store._files.path(entry.name), store._control.key(entry))
        files = b"".join(file.read_bytes() for file in (tmp_path / "double").rglob("*") if file.is_file())
        sent = repr(model.prompts) + repr(model.embedded)
    assert b"var/cache/forge" in pages, "the search itself does not find what is there"
    assert "var/cache/forge" in sent
    parts = [part for _, part in secrets]
    in_pages = [part for part in parts if part.encode() in pages]
    elsewhere = [p for p in parts if p.encode() in files or p in lines_of(caplog) or p in sent]
    figures("secrets planted", len(parts))
    figures("found in pages, files, log lines and prompts", len(in_pages) + len(elsewhere))
    assert (in_pages, elsewhere) == ([], [])


# ---------------------------------------------------------------- each way by itself


async def test_a_message_is_kept_without_its_secret_and_that_is_counted_once(door: StageDoor) -> None:
    (message,) = await learn(door, f"The password of the forge is {PASSWORD}, and I am at {PHONE}.")
    kept = "The password of the forge is ‹password removed›, and I am at ‹phone number removed›."
    assert await door.log_of("mara") == [kept]
    assert await counts(door) == {"password": 1, "phone": 1}
    await door.core.pipeline.message_said(await door.event_of(message))
    await door.edit(message, f"The password of the forge is still {PASSWORD}, and I am at {PHONE}.")
    assert await counts(door) == {"password": 1, "phone": 1}
    await door.edit(message, f"The password of the forge is {PASSWORD}. The password for the wiki is lion77.")
    assert await counts(door) == {"password": 2, "phone": 1}


async def test_who_reads_my_double_reads_the_counts_and_nobody_else_does(door: StageDoor) -> None:
    await learn(door, f"password: {PASSWORD}", f"call {PHONE}", "the build is green")
    home = await door.core.pipeline.home(MARA)
    assert "1 password, 1 phone number. Of the values themselves" in texts_of(home)
    assert "password" not in texts_of(await door.core.pipeline.home(person_ref("wei")))
    await door.press("mara", "leave", "leave")
    await door.join("mara")
    assert "Nothing yet. Passwords, keys" in texts_of(await door.core.pipeline.home(MARA))


def texts_of(view: View) -> str:
    return " ".join(str(getattr(e, "text", "")) for e in view.elements)


async def test_a_question_is_kept_without_its_secret_and_posted_without_it(door: StageDoor) -> None:
    await learn(door, CACHE)
    await door.command("jonas", f"ask mara {CACHE_QUESTION} my password is {PASSWORD}")
    await door.settle()
    (draft,) = await door.drafts_of("mara")
    assert draft.question == f"{CACHE_QUESTION} my password is ‹password removed›"
    await door.approve("mara", draft.id)
    (reply,) = await door.replies()
    assert PASSWORD not in reply.text
    assert (await counts(door))["password"] == 1


async def test_a_refused_question_is_kept_without_its_secret_and_without_what_is_never_learnt(door: StageDoor) -> None:
    await learn(door, CACHE)
    await door.say("jonas", "build", f"@Understudy @mara when did you go home? Quarmbyx asks, {PHONE}")
    await door.settle()
    (refused_question,) = await read(door, lambda tx: tx.refused.all())
    assert refused_question.words == "when did you go home? Quarmbyx asks, ‹phone number removed›"
    assert await counts(door) == {"phone": 1}
    await never_learn(door, "quarmbyx")
    (refused_question,) = await read(door, lambda tx: tx.refused.all())
    assert refused_question.words == "when did you go home? ‹removed› asks, ‹phone number removed›"


async def test_a_correction_is_kept_without_its_secret(door: StageDoor) -> None:
    await learn(door, CACHE)
    shown(await door.command("mara", f"correct The admin password is {PASSWORD}"))
    (claim,) = await read(door, lambda tx: tx.profile.claims())
    assert claim.statement == "The admin password is ‹password removed›"
    assert await counts(door) == {"password": 1}


async def test_a_title_is_kept_without_its_secret(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    title = f"Where does the build cache live on the runner {PHONE}?"
    said(await door.approve("mara", draft_id, reuse=True, titles=title))
    (answer,) = await read(door, lambda tx: tx.reusable.all())
    assert answer.titles == ("Where does the build cache live on the runner ‹phone number removed›?",)
    said(await door.press("mara", "save_answer", answer.id, titles=f"{title}\nWhere is the cache?"))
    (answer,) = await read(door, lambda tx: tx.reusable.all())
    assert PHONE not in repr(answer)


# ---------------------------------------------------------------- the worker's own words in the thread


async def test_a_worker_is_warned_of_a_secret_and_their_words_are_posted_as_approved(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    own = f"Ask for it at {PHONE}, the password is {PASSWORD}."
    warned = shown(await door.approve("mara", draft_id, text=own))
    assert warned.elements[0].text == (  # type: ignore[union-attr]
        "What you wrote seems to hold a password, a phone number. Everyone who can read #build would read it, "
        "and the chat keeps it."
    )
    assert [e.value for e in warned.elements if isinstance(e, TextField)] == [own]
    assert PASSWORD not in repr(vars(door.store)), "it was kept before its worker had decided"
    assert not await door.replies()
    said(await door.approve("mara", draft_id, **{"text": own, **warned.buttons[0].values}))
    (reply,) = await door.replies()
    assert own in reply.text
    assert (await door.draft(draft_id)).reasons[-1] == "secret.reason"
    await door.advance(seconds=30)
    kept = await door.draft(draft_id)
    assert kept.state is DraftState.POSTED
    assert kept.written == "Ask for it at ‹phone number removed›, the password is ‹password removed›."
    assert PASSWORD not in repr(vars(door.store))


async def test_a_warning_holds_for_the_text_it_was_about_alone(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    own = f"The password is {PASSWORD}."
    sent = shown(await door.approve("mara", draft_id, text=own)).buttons[0].values
    again = shown(await door.approve("mara", draft_id, **{**sent, "text": f"{own} Or call {PHONE}."}))
    assert again.kind == "secret"
    assert refused(
        await door.approve("mara", draft_id, **{**sent, "text": own, "reuse": True, "titles": "Where?"})
    ) == ("bad_value")
    assert not await door.replies()
    said(await door.approve("mara", draft_id, **{**sent, "text": "It is on the runner."}))
    assert len(await door.replies()) == 1


async def test_a_reply_taken_back_at_once_keeps_no_secret(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    own = f"The password is {PASSWORD}."
    sent = shown(await door.approve("mara", draft_id, text=own)).buttons[0].values
    said(await door.approve("mara", draft_id, **{**sent, "text": own}))
    said(await door.press("mara", "retract", draft_id))
    assert PASSWORD not in repr(vars(door.store))
