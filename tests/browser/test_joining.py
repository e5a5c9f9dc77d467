"""As a worker: everything that `/double` does, at the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.agreement import agreement_text
from bot.policy import Policy
from bot.words import Words
from tests.browser.player import KEY, QUESTION, WATER, Player, Team, say

pytestmark = pytest.mark.browser


def test_double_explains_itself_with_one_button(player: Player) -> None:
    player.write("/double")
    expect(player.window).to_have_accessible_name(say("consent.explain_title"))
    for part in ("what", "keeps", "who", "limits"):
        expect(player.window.get_by_text(say(f"consent.explain_{part}"))).to_be_visible()
    assert player.window.get_by_role("button").all_inner_texts() == ["", say("consent.join_button")]
    player.press("consent.join_button", player.window)
    expect(player.window).to_have_accessible_name(say("consent.form_title"))


def test_the_form_has_two_ticks_channels_an_end_and_the_words_and_joining_has_a_receipt(
    player: Player, team: Team
) -> None:
    player.write("/double join")
    form = player.window
    for tick in ("learn", "draft", "earlier"):
        expect(form.get_by_role("checkbox", name=say(f"consent.{tick}_label"))).not_to_be_checked()
    expect(form.get_by_role("checkbox", name=team.garden.name)).not_to_be_checked()
    expect(form.get_by_text(agreement_text(Words(), Policy()))).to_be_visible()
    expect(form.get_by_label(say("consent.until_label"))).not_to_have_value("")
    player.tick()
    player.press("consent.agree_button", form)
    expect(form.get_by_role("alert")).to_have_text(say("consent.no_channel"))
    player.tick(team.garden.name)
    player.press("consent.agree_button", form)
    expect(form).to_have_accessible_name(say("consent.joined_title"))
    expect(form.get_by_text(say("consent.joined_text"))).to_be_visible()
    expect(form.get_by_role("definition").filter(has_text=f"#{team.garden.name}")).to_be_visible()
    player.press("consent.start_today_button", form)
    expect(form).to_have_count(0)


def test_not_now_leaves_everything_as_it_is(player: Player, team: Team) -> None:
    player.write("/double join")
    player.window.get_by_role("checkbox", name=team.garden.name).check()
    player.press("consent.cancel_button", player.window)
    player.write("/double status")
    expect(player.window).to_contain_text(say("home.not_joined"))


def test_earlier_messages_are_learnt_when_that_is_agreed_to(player: Player, team: Team) -> None:
    player.write(KEY)
    player.join(team.garden)
    player.write("/double mine")
    expect(player.window).to_contain_text(say("mine.nothing"))
    player.press("page.close", player.window)
    player.write("/double join")
    player.window.get_by_role("checkbox", name=say("consent.earlier_label")).check()
    player.press("consent.agree_change_button", player.window)
    expect(player.window).to_have_accessible_name(say("consent.changed_title"))
    player.press("page.close", player.window)
    player.settle()
    player.write("/double mine")
    expect(player.message(KEY, player.window)).to_be_visible()


def test_status_says_what_was_agreed_and_pause_and_resume_change_it(player: Player, team: Team) -> None:
    player.join(team.garden)
    player.write("/double status")
    expect(player.window).to_contain_text(say("lapsing.in_force", day="").split("until")[0])
    expect(player.window.get_by_role("definition").filter(has_text=f"#{team.garden.name}")).to_be_visible()
    player.press("page.close", player.window)
    player.write("/double pause")
    expect(player.notice(say("double.paused"))).to_be_visible()
    player.write(KEY)
    player.write("/double status")
    expect(player.window).to_contain_text(say("home.paused"))
    player.press("page.close", player.window)
    player.write("/double resume")
    expect(player.notice(say("double.resumed"))).to_be_visible()
    player.write(WATER)
    player.write("/double mine")
    expect(player.message(WATER, player.window)).to_be_visible()
    expect(player.message(KEY, player.window)).to_have_count(0)


def test_mine_finds_shows_and_deletes_what_was_logged(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    player.write(KEY)
    player.write(WATER)
    player.write("/double mine greenhouse")
    mine = player.window
    expect(mine.get_by_role("article")).to_have_count(1)
    expect(mine.get_by_text(say("mine.total", n=2))).to_be_visible()
    search = mine.get_by_role("textbox", name=say("mine.search_label"))
    search.fill("barrel")
    search.press("Enter")
    expect(player.message(WATER, mine)).to_be_visible()
    expect(player.message(KEY, mine)).to_have_count(0)
    player.press("mine.delete_button", player.message(WATER, mine))
    expect(player.page.get_by_role("alertdialog")).to_contain_text(say("mine.delete_confirm"))
    player.confirm("mine.delete_button")
    expect(player.toast(say("mine.forgotten", n=1))).to_be_visible()
    expect(player.message(WATER, mine)).to_have_count(0)
    player.press("page.close", mine)
    expect(player.message(WATER)).to_be_visible()
    player.write("/double mine")
    expect(player.message(KEY, mine)).to_be_visible()
    expect(player.message(WATER, mine)).to_have_count(0)


def test_a_deletion_called_off_deletes_nothing(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    player.write(KEY)
    player.write("/double mine")
    player.press("mine.delete_button", player.message(KEY, player.window))
    player.confirm("page.never_mind")
    player.press("page.close", player.window)
    player.write("/double mine")
    expect(player.message(KEY, player.window)).to_be_visible()


def test_forget_counts_by_channel_and_stays_joined(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    player.write(KEY)
    player.write(WATER)
    player.write("/double forget")
    expect(player.window).to_contain_text(say("mine.forget_option", n=2, where=f"#{team.garden.name}"))
    player.press("erasing.try_button", player.window)
    expect(player.window).to_contain_text(say("erasing.touches", n=2))
    player.press("erasing.erase_button", player.window)
    player.confirm("erasing.erase_button")
    expect(player.toast(say("mine.forgotten", n=2))).to_be_visible()
    player.press("page.close", player.window)
    player.write("/double mine")
    expect(player.window).to_contain_text(say("mine.nothing"))
    player.press("page.close", player.window)
    player.write("/double status")
    expect(player.window.get_by_role("button", name=say("home.pause_button"))).to_be_visible()


def test_try_shows_the_worker_alone_what_the_double_would_say(player: Player, team: Team) -> None:
    player.write(f"/double try {QUESTION}")
    expect(player.notice(say("double.try_not_joined"))).to_be_visible()
    player.house.join(team.mara.id, team.garden.id)
    player.write(KEY)
    player.write(f"/double try {QUESTION}")
    expect(player.window).to_have_accessible_name(say("double.try_title"))
    expect(player.window.get_by_role("article").filter(has_text=KEY)).to_be_visible()
    player.press("page.close", player.window)
    expect(player.room.get_by_role("article")).to_have_count(1)
    player.write("/double try how do I file my taxes in Portugal?")
    expect(player.window).to_contain_text(say("double.try_nothing"))


def test_help_names_every_command(player: Player) -> None:
    player.write("/double help")
    expect(player.window).to_have_accessible_name(say("double.help_title"))
    for command in ("join", "leave", "pause", "resume", "status", "mine", "forget", "try", "ask"):
        expect(player.window.get_by_role("term").filter(has_text=f"/double {command}")).to_be_visible()
        expect(player.window.get_by_text(say(f"double.help_{command}"), exact=True)).to_be_visible()
    player.press("page.close", player.window)
    player.try_to_write("/double dance")
    expect(player.page.get_by_role("alert")).to_have_text(say("double.unknown_command", word="dance"))
    expect(player.box).to_have_value("/double dance")


def test_leaving_erases_everything_and_gives_a_receipt(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    player.write(KEY)
    player.write(WATER)
    player.write("/double leave")
    expect(player.window).to_have_accessible_name(say("leaving.title"))
    player.press("leaving.leave_button", player.window)
    expect(player.window).to_have_accessible_name(say("leaving.receipt_title"))
    none = {"drafts": say("leaving.drafts", n=0), "replies": say("leaving.replies", n=0)}
    expect(player.window).to_contain_text(say("leaving.receipt", n=2, **none))
    expect(player.window).to_contain_text(say("leaving.nobody_told"))
    player.press("page.close", player.window)
    expect(player.message(KEY)).to_be_visible()
    player.write("/double status")
    expect(player.window).to_contain_text(say("home.not_joined"))
