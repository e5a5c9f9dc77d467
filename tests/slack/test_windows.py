"""Windows, home tab and notices in the local Slack: what a person sees after each step, and when a step goes wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from adapters.chat.open_windows import OpenWindows
from bot.errors import StoreError
from bot.events import ActionTaken, Command
from bot.views import Answer, Refusal
from tests.slack.filling_in import name_of
from tests.slack.house import BUILD, CACHE, JONAS, MARA, House, house
from tests.slack.installed import HTTP, SOCKET
from tests.slack.reading import labels, words
from tests.slack.shapes import Json
from tests.slack.web_api import Trouble

pytestmark = pytest.mark.anyio
OTHER = "The relay runbook lives in docs/relay.md, next to the deploy notes."


async def asked(at: House) -> Json:
    """Let Mara join and talk, Jonas ask, and Mara open the draft."""
    await at.join(MARA)
    await at.say(MARA, CACHE)
    await at.ask(JONAS)
    window = await at.press_told(MARA, "Review")
    assert window is not None
    return window


def forget_what_is_open(at: House) -> None:
    """Let what is only kept in memory be gone, as after a restart."""
    at.platform._windows.__init__()  # type: ignore[misc]
    assert at.platform._windows.home_of(at.person(MARA)) == ""


def shown_above(view: Json | None) -> str:
    assert view is not None
    return words(view["blocks"][0])


async def test_what_a_form_misses_is_told_at_its_first_field_and_nothing_is_lost(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        window = await at.command(MARA, "join")
        assert window is not None
        assert await at.submit(MARA, learn=False, draft=False) is not None
        ((block, sentence),) = at.slack.acting.form_errors[MARA].items()
        first = next(b for b in window["blocks"] if b["type"] == "input")
        assert block == first["block_id"]
        assert sentence
        receipt = await at.submit(MARA, learn=True, channels=[BUILD])
        assert "You have joined" in words(receipt)


async def test_a_refused_form_stays_as_it_was_filled_in_with_the_reason_above(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await asked(at)
        said = next(ts for ts, text in at.slack.reading.channel(BUILD) if text == CACHE)
        at.slack.team.conversations[BUILD].messages[said]["text"] = CACHE  # it stands, until it is edited
        window = at.slack.reading.modal(MARA)
        await at.slack.talking.edit(BUILD, said, f"{CACHE} Or so I think.")
        await at.settle()
        after = await at.submit(MARA, text="As I wrote it.")
        assert at.slack.reading.replies(BUILD) == []
        assert after is not None
        assert after["id"] == window["id"]
        assert len(shown_above(after)) > 20
        assert at.slack.reading.typed(MARA, "What your double") == "As I wrote it."


async def test_what_was_typed_stays_while_a_fold_is_opened_and_closed(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await asked(at)
        at.slack.reading.type_in(MARA, "What your double", "As I wrote it, with <b> & all.")
        opened = await at.press(MARA, "▸ It rests on")
        assert CACHE in words(opened)
        assert at.slack.reading.typed(MARA, "What your double") == "As I wrote it, with <b> & all."
        closed = await at.press(MARA, "▾ It rests on")
        assert closed is not None
        assert CACHE not in words(closed)
        await at.submit(MARA)
        (reply,) = at.slack.reading.replies(BUILD)
        assert "As I wrote it, with &lt;b&gt; &amp; all." in reply["text"]


async def test_a_window_from_before_a_restart_still_decides_and_only_its_folds_are_gone(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await asked(at)
        forget_what_is_open(at)
        gone = await at.press(MARA, "▸ It rests on")
        assert "too old" in words(gone)
        await at.slack.acting.close(MARA)
        await at.submit(MARA)
        assert len(at.slack.reading.replies(BUILD)) == 1


async def test_after_something_was_done_in_a_list_it_is_made_anew_with_a_word_about_it(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.say(MARA, OTHER)
        await at.command(MARA, "mine")
        after = await at.press(MARA, "Delete")
        assert shown_above(after)
        assert (CACHE in words(after)) + (OTHER in words(after)) == 1
        held = await at.press(MARA, "Never use")
        assert "Use again" in labels(held or {"blocks": []})


async def test_a_search_finds_what_its_field_says(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.say(MARA, OTHER)
        await at.command(MARA, "mine")
        found = words(await at.submit(MARA, words="runbook"))
        assert OTHER in found
        assert CACHE not in found


async def test_denying_asks_for_a_reason_and_the_last_word_ends_the_window(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await asked(at)
        why = await at.press(MARA, "Deny")
        assert len(labels(why or {"blocks": []})) == 4
        end = await at.press(MARA, labels(why or {"blocks": []})[0])
        assert labels(end or {"blocks": []}) == []


async def test_the_home_tab_shows_what_waits_first_and_is_made_anew_after_a_decision(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await asked(at)
        await at.slack.acting.close(MARA)
        home = words(await at.home(MARA))
        assert home.index("where does the build cache live") < home.index("Learn from me")
        await at.press_home(MARA, "Review")
        await at.submit(MARA)
        await at.until(lambda: "Nothing waits" in words(at.slack.team.homes[MARA]))


async def test_the_home_tab_folds_and_unfolds_and_stays_so_when_it_is_made_anew(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        fold = next(label for label in labels(await at.home(MARA)) if label.startswith("▸"))
        await at.press_home(MARA, fold)
        assert fold.replace("▸", "▾") in labels(at.slack.team.homes[MARA])
        assert fold.replace("▸", "▾") in labels(await at.home(MARA))
        forget_what_is_open(at)
        await at.press_home(MARA, fold.replace("▸", "▾"))
        assert fold in labels(at.slack.team.homes[MARA])


async def test_nothing_of_what_was_kept_stays_on_the_home_tab_after_leaving(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        assert CACHE in words(await at.home(MARA))
        forget_what_is_open(at)  # nobody knows any more that they looked at it
        await at.command(MARA, "leave")
        await at.submit(MARA)
        await at.until(lambda: CACHE not in str(at.slack.team.homes[MARA]))
        assert "Join" in labels(at.slack.team.homes[MARA])


@pytest.mark.parametrize("way", [SOCKET, HTTP])
async def test_a_pressed_notice_is_replaced_where_it_stands(tmp_path: Path, way: str) -> None:
    async with house(tmp_path, way) as at:
        await asked(at)
        before = at.slack.reading.alone(JONAS)
        (pressed,) = [message["ts"] for message in before if labels(message)]
        await at.press_told(JONAS, "Cancel")
        after = at.slack.reading.alone(JONAS)
        assert [message["ts"] for message in after] == [message["ts"] for message in before]
        assert labels(at.slack.reading.message(BUILD, pressed)) == []
        assert "Called off" in words(at.slack.reading.message(BUILD, pressed))


async def test_who_decides_is_said_once_and_links_that_come_later_come_alone(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await asked(at)
        first, second = at.slack.reading.alone(JONAS)
        assert "Mara Lind decides" in words(first)
        assert labels(first)[0] == "Cancel"
        assert "Mara Lind decides" not in words(second)
        assert "|What they wrote on Mar 2>" in words(second)
        assert labels(second) == []


async def test_a_notice_that_cannot_be_replaced_is_said_anew(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await asked(at)
        for response in at.slack.acting.responses.values():
            response.uses = 5
        own = at.slack.acting._facts
        at.slack.acting._facts = lambda *a, **k: _used(at, own(*a, **k))  # type: ignore[method-assign]
        await at.press_told(JONAS, "Cancel")
        assert any("Called off" in told for told in at.slack.reading.told(JONAS))


def _used(at: House, facts: Json) -> Json:
    at.slack.acting.responses[facts["response_url"].rsplit("/", 1)[1]].uses = 5
    return facts


async def test_a_second_announcement_changes_the_first_and_the_last_takes_it_away(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await asked(at)
        await at.say(MARA, OTHER)
        await at.say(JONAS, f"<@{at.bot}> <@{MARA}> where does the relay runbook live?")
        (message,) = at.slack.reading.direct(MARA)
        assert message["text"] == "2 drafts are waiting (#build)."
        await at.slack.acting.close(MARA)
        for _ in range(2):
            await at.home(MARA)
            await at.press_home(MARA, "Review")
            await at.press(MARA, "Deny")
            await at.slack.acting.close(MARA)
            await at.settle()
        assert at.slack.reading.direct(MARA) == []


async def test_a_shortcut_on_somebody_elses_message_is_refused_in_private(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        said = await at.say(MARA, CACHE)
        for name, sentence in (("never_use", "not your message"), ("take_back", "not a reply of an AI double")):
            await at.slack.acting.shortcut(JONAS, name, BUILD, said)
            await at.until(lambda s=sentence: s in at.alone(JONAS))  # type: ignore[misc]
        assert "not your message" not in str(at.slack.reading.channel(BUILD))


async def test_a_reply_is_taken_back_though_the_shortcut_brings_no_metadata(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await asked(at)
        await at.submit(MARA)
        (reply,) = at.slack.reading.replies(BUILD)
        await at.advance(minutes=1)
        own = at.slack.deliveries.once

        async def bare(kind: str, payload: Json) -> Json:
            message = {key: value for key, value in payload["message"].items() if key != "metadata"}
            return await own(kind, {**payload, "message": message})

        at.slack.deliveries.once = bare  # type: ignore[method-assign]
        await at.slack.acting.shortcut(MARA, "take_back", BUILD, reply["ts"])
        await at.until(lambda: not at.slack.reading.replies(BUILD))


async def test_without_the_scope_for_files_none_is_asked_for_and_none_is_handed_over(tmp_path: Path) -> None:
    async with house(tmp_path, features=()) as at:
        await at.command(MARA, "join")
        opened = await at.press(MARA, "▸ Bring my double along")
        assert "file_input" not in str(opened)
        assert "files:read" in words(opened)
        await at.submit(MARA, learn=True, channels=[BUILD])
        await at.say(MARA, CACHE)
        await at.slack.acting.close(MARA)
        await at.command(MARA, "export")
        assert at.on_top(MARA) is None
        assert "files:write" in at.alone(MARA)
        assert at.slack.team.files == {}


async def test_a_file_that_slack_does_not_take_is_told(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        at.slack.api.trouble["files.getUploadURLExternal"].append(Trouble("storage_limit_reached"))
        await at.command(MARA, "export")
        end = await at.submit(MARA, passphrase="correct horse battery staple", again="correct horse battery staple")
        await at.until(lambda: "Slack did not take it" in words(at.on_top(MARA) or end))


async def test_a_vault_is_brought_along_as_a_file_from_slack(tmp_path: Path) -> None:
    secret = "correct horse battery staple"
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.command(MARA, "export")
        await at.submit(MARA, passphrase=secret, again=secret)
        await at.until(lambda: any(file.shared_in for file in at.slack.team.files.values()))
        (file,) = at.slack.team.files.values()
        await at.slack.acting.close(MARA)
        await at.command(MARA, "leave")
        await at.submit(MARA)
        await at.slack.acting.close(MARA)
        await at.until(lambda: MARA in at.slack.team.homes)  # nothing of what was erased stays there
        await at.command(MARA, "join")
        await at.press(MARA, "▸ Bring my double along")
        given = {"learn": True, "earlier": True, "channels": [BUILD], "passphrase": secret}
        receipt = await at.submit(MARA, **given, vault=[at.slack.files.object(file)])
        await at.until(lambda: "You have joined" in words(at.on_top(MARA) or receipt))
        assert "1 message" in words(at.on_top(MARA) or {})


async def test_a_passphrase_is_never_remembered_by_a_window(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.command(MARA, "export")
        window = await at.submit(MARA, passphrase="correct horse battery staple", again="another one entirely")
        assert window is not None
        assert "correct horse" not in str(vars(at.platform._windows)) + str(_kept(at.platform._windows))
        for block in window["blocks"]:
            assert block["type"] != "input" or "initial_value" not in block["element"], name_of(block)


def _kept(windows: OpenWindows) -> list[Any]:
    return [place.typed for place in windows._places._things.values()]


async def test_somebody_of_another_organisation_is_turned_away(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.slack.team.person("U0FAR", "Far Away", "far", team="T0ELSEWHERE", is_stranger=True)
        at.slack.team.conversations[BUILD].members.add("U0FAR")
        own = at.slack.deliveries.once

        async def from_far(kind: str, payload: Json) -> Json:
            return await own(kind, {**payload, "team_id": "T0ELSEWHERE"})

        at.slack.deliveries.once = from_far  # type: ignore[method-assign]
        await at.slack.acting.command("U0FAR", BUILD, "join")
        await at.until(lambda: "this workspace alone" in at.alone("U0FAR"))
        assert at.on_top("U0FAR") is None


async def test_a_step_that_fails_is_told_and_the_next_one_works(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(tmp_path) as at:
        failures: list[Exception] = [StoreError("the disk is full", "full"), ValueError("marker-word")]
        own = at.core.pipeline.command

        async def failing(command: Command) -> Answer | Refusal:
            if failures:
                raise failures.pop()
            return await own(command)

        at.core.pipeline.command = failing  # type: ignore[method-assign]
        for _ in range(2):
            await at.command(MARA, "join")
            assert at.on_top(MARA) is None
        assert at.alone(MARA).count("went wrong on our side") == 2
        assert await at.command(MARA, "join") is not None
        assert "marker-word" not in caplog.text
        assert "the disk is full" not in caplog.text
        assert "a step failed: full" in caplog.text


async def test_a_form_whose_answer_takes_long_says_so_and_then_shows_it(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.command(MARA, "join")
        may_go_on = asyncio.Event()
        own = at.core.pipeline.act

        async def slow(action: ActionTaken) -> Answer | Refusal:
            await may_go_on.wait()
            return await own(action)

        at.core.pipeline.act = slow  # type: ignore[method-assign]
        window = await at.submit(MARA, learn=True, draft=True, channels=[BUILD])
        assert "Working on it" in words(window)
        may_go_on.set()
        await at.until(lambda: "You have joined" in words(at.on_top(MARA)))
