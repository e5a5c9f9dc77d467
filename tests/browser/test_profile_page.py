"""The profile as a worker lives with it in the page: read, decided on, put right, gone back to."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.browser.player import WATER, Player, Team, say

pytestmark = pytest.mark.browser
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
RUNBOOK = "The relay runbook lives in `docs/relay.md`, next to the deploy notes."
BUDGET = "The retry budget of the relay is 250 ms by default."
PREFERENCE = "I prefer small migrations over one large migration per release."
OTHER_BUDGET = "The retry budget of the relay is 400 ms by default."


def row(player: Player, text: str) -> Locator:
    """The row of a claim, not of the message behind it."""
    shown = text.replace("`", "")
    return player.window.locator(".window-body > article").filter(has_text=shown)


def is_within_its_width(player: Player) -> bool:
    return bool(
        player.window.evaluate("w => [...w.querySelectorAll('*')].every(one => one.scrollWidth <= w.clientWidth + 1)")
    )


def test_a_worker_reads_decides_puts_right_and_goes_back(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    for words in (RUNBOOK, BUDGET, PREFERENCE, WATER):
        player.house.say(team.mara.id, team.garden.id, words)
    player.open_double()
    player.press("profile.look_button", player.page.get_by_role("main"))
    expect(player.window).to_contain_text(say("profile.unread", n=4))
    player.press("profile.refresh_button", player.window)
    expect(row(player, RUNBOOK)).to_be_visible()
    player.window.get_by_text(say("profile.evidence", n=1)).first.click()
    expect(player.window.get_by_role("link", name=say("mine.open_link")).first).to_be_visible()

    player.press("profile.keep_claim_button", row(player, RUNBOOK))
    expect(row(player, RUNBOOK)).to_have_count(0)
    player.press("profile.drop_claim_button", row(player, PREFERENCE))
    expect(player.window).to_contain_text(say("profile.dropped_heading", n=1))
    player.window.get_by_text(say("profile.kept_knows", n=1)).click()
    kept = player.window.get_by_role("article").filter(has_text=say("profile.never_use_button"))
    expect(kept.filter(has_text="relay runbook").first).to_be_visible()

    player.press("profile.correct_button", player.window)
    player.window.get_by_role("textbox", name=say("profile.correction_label")).fill(OTHER_BUDGET)
    player.press("profile.put_right_button", player.window)
    expect(player.window).to_contain_text(say("profile.used_everywhere"))
    expect(player.window).to_contain_text(BUDGET)  # it gave way
    player.page.set_viewport_size(PHONE)
    assert is_within_its_width(player)
    player.press("profile.back_button", player.window)
    expect(row(player, OTHER_BUDGET)).to_be_visible()
    assert is_within_its_width(player)

    player.press("profile.versions_button", player.window)
    expect(player.window).to_contain_text(say("profile.cause_corrected"))
    assert is_within_its_width(player)
    player.press("profile.roll_back_button", player.window.get_by_role("article").last)
    player.confirm("profile.roll_back_button")
    expect(row(player, RUNBOOK)).to_contain_text(say("profile.keep_claim_button"))
    expect(row(player, OTHER_BUDGET)).to_be_visible()
    player.page.set_viewport_size(DESKTOP)


def test_a_decided_claim_leaves_the_reader_where_they_were(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    names = ("amber", "beech", "cedar", "dogwood", "elder", "fir")
    for name in names:
        text = f"The `{name}_worker` settings live in `conf/{name}.toml`, not in the code."
        player.house.say(team.mara.id, team.garden.id, text)
    player.write("/double profile")
    player.press("profile.refresh_button", player.window)
    expect(row(player, "elder_worker")).to_be_visible()
    player.window.get_by_text(say("profile.evidence", n=1)).first.click()
    row(player, "cedar_worker").scroll_into_view_if_needed()
    body = player.window.locator(".window-body")
    before = body.evaluate("one => one.scrollTop")
    assert before > 0
    player.press("profile.drop_claim_button", row(player, "cedar_worker"))
    expect(row(player, "cedar_worker")).to_have_count(0)
    assert abs(body.evaluate("one => one.scrollTop") - before) < 2
    assert player.window.locator("details[open]").count() == 1
