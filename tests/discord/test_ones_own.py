"""What a worker sees, erases, puts right and takes along of their own in Discord, in windows that they alone see."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.discord.transfers import download
from bot.errors import NotPermitted, Unreachable
from tests.discord.house import BUILD, CACHE, LANGUAGES, MARA, house, sayer
from tests.discord.reading import words
from tests.discord.server import local_discord

pytestmark = pytest.mark.anyio


async def test_an_export_comes_as_a_sealed_file_that_its_worker_alone_sees(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.command(MARA, "export")
        refused = await at.submit(MARA, passphrase="correct horse battery staple", again="another one altogether")
        assert "The two passphrases are not the same." in words(refused)
        await at.press(MARA, "Make the file")
        assert at.discord.reading.typed(MARA, "passphrase") in {None, ""}, "a secret is kept nowhere"
        await at.submit(MARA, passphrase="correct horse battery staple", again="correct horse battery staple")
        (shown,) = [message for message in at.discord.reading.alone(MARA) if message["attachments"]]
        name, content = at.discord.team.files[int(shown["attachments"][0]["id"])]
        assert name.endswith(".age")
        assert content.startswith(b"age-encryption.org/v1")
        assert CACHE.encode() not in content
        assert at.discord.reading.direct(MARA) == []


@LANGUAGES
async def test_one_message_of_ones_own_is_found_and_deleted_and_the_list_is_shown_anew(
    tmp_path: Path, locale: str
) -> None:
    say = sayer(locale)
    async with house(tmp_path, locale=locale) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.say(MARA, "The oven of the kitchen is broken.")
        window = await at.command(MARA, "mine", words="oven")
        assert "The oven of the kitchen is broken." in words(window)
        assert CACHE not in words(window)
        await at.press_and_mean_it(MARA, say("mine.delete_button"))
        assert "The oven of the kitchen is broken." not in at.alone(MARA)
        assert "/var/cache/forge" in words(await at.command(MARA, "mine"))


async def test_what_is_erased_is_shown_first_and_then_gone_from_every_window(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.say(MARA, "The oven of the kitchen is broken.")
        await at.command(MARA, "mine")
        await at.command(MARA, "forget")
        await at.press(MARA, "See what goes")
        shown = await at.submit(MARA, text="oven", channels=[str(BUILD)])
        assert "The oven of the kitchen is broken." in words(shown)
        await at.press_and_mean_it(MARA, "Erase this")
        assert "The oven of the kitchen is broken." not in at.alone(MARA)
        assert "/var/cache/forge" in at.alone(MARA)


async def test_what_was_put_right_shows_in_the_profile_and_in_what_changed(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        for number in range(12):
            await at.say(MARA, f"The build cache of runner {number} lives in /var/cache/forge, and I prefer it so.")
        await at.command(MARA, "profile", refresh=True)
        await at.settle()
        await at.command(MARA, "correct", what="The build cache is emptied on Mondays.")
        await at.press(MARA, "Back to the profile")
        assert "The build cache is emptied on Mondays." in words(await at.press(MARA, "More"))
        await at.press(MARA, "Back")
        await at.press(MARA, "Versions")
        assert "The build cache is emptied on Mondays." in words(await at.press(MARA, "What changed"))


async def test_a_form_that_is_refused_stays_as_it_was_filled_in(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.command(MARA, "join")
        await at.press(MARA, "Agree")
        refused = await at.submit(MARA, learn=True, draft=True, channels=[], until="tomorrow or so")
        assert "tomorrow or so" in words(refused)
        assert "☑ Learn from me" in words(refused)
        await at.press(MARA, "Agree")
        receipt = await at.submit(MARA, channels=[str(BUILD)], until="2026-04-01")
        assert "You have joined" in words(receipt)
        assert len(at.discord.reading.alone(MARA)) == 1, "all of it in one place"


async def test_a_double_is_brought_along_from_a_sealed_file(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.command(MARA, "correct", what="The build cache is emptied on Mondays.")
        await at.command(MARA, "export")
        phrase = "correct horse battery staple"
        await at.submit(MARA, passphrase=phrase, again=phrase)
        (shown,) = [message for message in at.discord.reading.alone(MARA) if message["attachments"]]
        file = at.discord.team.files[int(shown["attachments"][0]["id"])]
        await at.command(MARA, "leave")
        await at.submit(MARA)
        assert await at.core.stage.store.workers() == ()
        await at.command(MARA, "join")
        await at.press(MARA, "▸ Bring my double along")
        await at.press(MARA, "Fill in")
        await at.submit(MARA, learn=True, draft=True, channels=[str(BUILD)])
        await at.press(MARA, "Agree")
        refused = await at.submit(MARA, vault=file, passphrase=phrase)
        assert "was written before today" in words(refused)
        await at.press(MARA, "Fill in")
        await at.submit(MARA, earlier=True)
        await at.press(MARA, "Agree")
        receipt = await at.submit(MARA, vault=file, passphrase=phrase)
        assert "You have joined" in words(receipt)
        await at.command(MARA, "profile")
        assert "The build cache is emptied on Mondays." in at.alone(MARA)


async def test_a_file_is_fetched_as_far_as_it_may_be_and_one_that_is_gone_is_a_failure() -> None:
    async with local_discord() as discord:
        file = discord.team.file("vault.age", b"age" * 1000)
        url = f"{discord.team.files_at}/{file}/vault.age"
        assert await download(url, 3000) == b"age" * 1000
        with pytest.raises(NotPermitted) as caught:
            await download(url, 2999)
        assert caught.value.code == "too_large"
        with pytest.raises(NotPermitted):
            await download(f"{discord.team.files_at}/1/vault.age", 3000)
    with pytest.raises(Unreachable):
        await download(url, 3000)


async def test_what_was_erased_is_shown_by_no_older_window_either(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.join(MARA)
        await at.say(MARA, CACHE)
        await at.say(MARA, "The oven of the kitchen is broken.")
        older = await at.command(MARA, "mine")
        assert "The oven of the kitchen is broken." in words(older)
        await at.advance(minutes=20)
        await at.command(MARA, "mine", words="oven")
        await at.press_and_mean_it(MARA, "Delete")
        await at.press_on(MARA, "Delete", older)
        (now,) = [message for message in at.discord.reading.alone(MARA) if message["id"] == older["id"]]
        assert words(now) == sayer("en-US")("windows.window_gone")
