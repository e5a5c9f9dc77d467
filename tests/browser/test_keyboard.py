"""With the keyboard alone: joining, deciding, going about; and where the keyboard is afterwards."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.player import KEY, QUESTION, Player, Team, say

pytestmark = pytest.mark.browser
FAR = 40  # presses of Tab within which anything in a window is reached


def tab_to(player: Player, wanted: Locator) -> None:
    """Press Tab until something has the keyboard."""
    for _ in range(FAR):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        player.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {wanted}")


def test_one_joins_without_a_pointer(player: Player, team: Team) -> None:
    keyboard = player.page.keyboard
    tab_to(player, player.box)
    keyboard.type("/double join")
    keyboard.press("Enter")
    expect(player.window).to_have_accessible_name(say("consent.form_title"))
    for label in (say("consent.learn_label"), say("consent.draft_label"), team.garden.name):
        tab_to(player, player.window.get_by_role("checkbox", name=label))
        keyboard.press("Space")
    tab_to(player, player.window.get_by_role("button", name=say("consent.agree_button")))
    keyboard.press("Enter")
    expect(player.window).to_have_accessible_name(say("consent.joined_title"))
    keyboard.press("Escape")
    expect(player.window).to_have_count(0)
    expect(player.box).to_be_focused()


def test_one_decides_without_a_pointer(player: Player, team: Team) -> None:
    keyboard, house = player.page.keyboard, player.house
    house.join(team.mara.id, team.garden.id)
    house.say(team.mara.id, team.garden.id, KEY)
    house.say(team.jonas.id, team.garden.id, f"@Understudy @{team.mara.handle} {QUESTION}")
    player.open_double()
    review = player.page.get_by_role("main").get_by_role("button", name=say("asking.review_button"))
    tab_to(player, review)
    keyboard.press("Enter")
    draft = player.window.get_by_role("textbox", name=say("review.draft_label"))
    expect(draft).to_be_focused()
    keyboard.press("Escape")
    expect(player.window).to_have_count(0)
    expect(review).to_be_focused()
    keyboard.press("Enter")
    expect(draft).to_be_focused()
    tab_to(player, player.window.get_by_role("button", name=say("review.send_button")))
    keyboard.press("Enter")
    expect(player.toast(say("review.sent"))).to_be_visible()
    tab_to(player, player.page.get_by_role("button", name=say("review.undo_button")).last)
    keyboard.press("Enter")
    expect(player.window).to_have_accessible_name(say("review.title"))


def test_words_written_in_a_window_are_not_thrown_away_unasked(player: Player, team: Team) -> None:
    keyboard, house = player.page.keyboard, player.house
    house.join(team.mara.id, team.garden.id)
    house.say(team.mara.id, team.garden.id, KEY)
    house.say(team.jonas.id, team.garden.id, f"@Understudy @{team.mara.handle} {QUESTION}")
    player.open_double()
    player.press("asking.review_button", player.page.get_by_role("main"))
    draft = player.window.get_by_role("textbox", name=say("review.draft_label"))
    draft.fill("My own words.")
    keyboard.press("Escape")
    expect(player.page.get_by_role("alertdialog")).to_contain_text(say("page.discard_words"))
    keyboard.press("Escape")
    expect(draft).to_have_value("My own words.")
    keyboard.press("Escape")
    player.confirm("page.discard")
    expect(player.window).to_have_count(0)


def test_the_keyboard_does_not_leave_an_open_window(player: Player) -> None:
    player.write("/double help")
    for _ in range(6):
        player.page.keyboard.press("Tab")
        is_within = player.page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert is_within


def test_a_few_letters_lead_anywhere(player: Player, team: Team) -> None:
    keyboard = player.page.keyboard
    keyboard.press("Control+k")
    expect(player.page.get_by_role("combobox", name=say("page.jump"))).to_be_focused()
    keyboard.type(team.shed.name)
    keyboard.press("Enter")
    expect(player.page.get_by_role("heading", level=1, name=team.shed.name)).to_be_visible()
    expect(player.box).to_be_focused()
    keyboard.press("Control+k")
    keyboard.type(team.pia.name)
    keyboard.press("Enter")
    expect(player.playing).to_contain_text(team.pia.name)


def test_arrow_keys_go_from_message_to_message(player: Player, team: Team) -> None:
    for words in ("The first of them.", "The second of them."):
        player.house.say(team.mara.id, team.garden.id, words)
    expect(player.message("The second")).to_be_visible()
    player.room.focus()
    player.page.keyboard.press("ArrowUp")
    expect(player.message("The second")).to_be_focused()
    player.page.keyboard.press("ArrowUp")
    expect(player.message("The first")).to_be_focused()
    tab_to(player, player.message("The first").get_by_role("button", name=say("page.edit")))
    player.page.keyboard.press("Enter")
    editor = player.page.get_by_role("textbox", name=say("page.edit_label"))
    expect(editor).to_be_focused()
    player.page.keyboard.press("Escape")
    expect(editor).to_have_count(0)


def test_escape_closes_the_thread(player: Player, team: Team) -> None:
    player.write(KEY)
    player.tool(player.message(KEY), "page.reply")
    expect(player.page.get_by_role("textbox", name=say("page.write_reply"))).to_be_focused()
    player.page.keyboard.press("Escape")
    expect(player.thread).to_have_count(0)
    assert re.search(rf"#/c/{team.garden.id}$", player.page.url)
