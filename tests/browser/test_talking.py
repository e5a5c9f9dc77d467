"""Talking: what a worker says is followed as it changes, and nobody else's words reach their double."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.player import KEY, WATER, Open, Player, Team, say

pytestmark = pytest.mark.browser


def test_what_a_worker_says_is_logged_and_its_edit_and_deletion_are_followed(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    player.write(KEY)
    player.tool(player.message(KEY), "page.edit")
    editor = player.page.get_by_role("textbox", name=say("page.edit_label"))
    expect(editor).to_have_value(KEY)
    editor.fill(WATER)
    editor.press("Enter")
    expect(player.message(WATER)).to_contain_text(say("page.edited"))
    player.write("/double mine")
    expect(player.window.get_by_role("article")).to_have_count(1)
    expect(player.message(WATER, player.window)).to_be_visible()
    player.press("page.close", player.window)
    player.tool(player.message(WATER), "page.delete")
    expect(player.page.get_by_role("alertdialog")).to_contain_text(say("page.delete_confirm"))
    player.confirm("page.delete")
    expect(player.message(WATER)).to_have_count(0)
    player.write("/double mine")
    expect(player.window).to_contain_text(say("mine.nothing"))


def test_an_edit_called_off_changes_nothing(player: Player, team: Team) -> None:
    player.write(KEY)
    player.tool(player.message(KEY), "page.edit")
    editor = player.page.get_by_role("textbox", name=say("page.edit_label"))
    editor.fill(WATER)
    editor.press("Escape")
    expect(editor).to_have_count(0)
    expect(player.message(KEY)).to_be_visible()


def test_other_peoples_words_never_reach_the_double(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    player.write(KEY)
    player.play(team.jonas)
    player.write("Jonas keeps the spare key under the third pot.")
    player.tool(player.message(KEY), "page.reply")
    player.reply("Jonas says it hangs there no more.")
    expect(player.message("hangs there no more", player.thread)).to_be_visible()
    player.play(team.mara)
    player.write("/double mine")
    expect(player.window.get_by_text(say("mine.total", n=1))).to_be_visible()
    expect(player.window.get_by_role("article")).to_have_count(1)
    expect(player.window).not_to_contain_text("Jonas")
    player.press("page.close", player.window)
    player.open_double()
    expect(player.page.get_by_role("article").filter(has_text=KEY)).to_be_visible()
    expect(player.page.get_by_role("article").filter(has_text="third pot")).to_have_count(0)


def test_only_the_channels_agreed_to_are_listened_to(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    player.enter(team.shed)
    player.write(WATER)
    player.enter(team.garden)
    player.write(KEY)
    player.write("/double mine")
    expect(player.window.get_by_role("article")).to_have_count(1)
    expect(player.message(KEY, player.window)).to_be_visible()


def test_a_reply_stands_in_its_thread_and_is_logged(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    player.play(team.jonas)
    player.write("Who has the key?")
    player.play(team.mara)
    player.tool(player.message("Who has the key?"), "page.reply")
    player.reply(KEY)
    expect(player.message(KEY, player.thread)).to_be_visible()
    expect(player.message("Who has the key?")).to_contain_text(say("page.replies", n=1))
    player.write("/double mine")
    expect(player.message(KEY, player.window)).to_be_visible()


def test_nobody_changes_what_somebody_else_said(player: Player, team: Team) -> None:
    player.write(KEY)
    player.play(team.jonas)
    player.message(KEY).hover()
    expect(player.message(KEY).get_by_role("button", name=say("page.copy_link"))).to_be_visible()
    for tool in ("page.edit", "page.delete"):
        expect(player.message(KEY).get_by_role("button", name=say(tool), exact=True)).to_have_count(0)


def test_what_one_says_reaches_the_others_page_at_once(player: Player, team: Team, open_page: Open) -> None:
    other = open_page()
    other.visit(team.jonas, team.garden)
    player.write(KEY)
    expect(other.message(KEY)).to_be_visible()


def test_what_was_begun_waits_where_it_was_begun(player: Player, team: Team) -> None:
    player.box.fill("half a thou")
    player.enter(team.shed)
    expect(player.box).to_have_value("")
    player.enter(team.garden)
    expect(player.box).to_have_value("half a thou")
