"""An answer that may answer again: ticked in the review window, shown at once to who asks the same, changed later."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.player import KEY, QUESTION, Player, Team, say

pytestmark = pytest.mark.browser


def test_a_worker_lets_an_answer_answer_again_and_the_next_asker_alone_is_shown_it(player: Player, team: Team) -> None:
    house, page = player.house, player.page
    house.join(team.mara.id, team.garden.id)
    house.say(team.mara.id, team.garden.id, KEY)
    house.say(team.jonas.id, team.garden.id, f"@Understudy @{team.mara.handle} {QUESTION}")
    house.drafts(team.mara.id)
    player.play(team.mara)
    player.open_double()
    player.press("asking.review_button", page.locator("main"))
    player.window.get_by_text(say("reusing.fold"), exact=True).click()
    player.window.get_by_role("checkbox", name=say("reusing.tick")).check()
    player.press("review.send_button", player.window)
    expect(player.window).to_contain_text(say("reusing.titles_wrong", n=5, longest=120))
    player.window.get_by_label(say("reusing.titles")).fill(QUESTION)
    player.press("review.send_button", player.window)
    expect(player.window).to_have_count(0)

    player.play(team.pia)
    player.enter(team.garden)
    player.write(f"@Understudy @{team.mara.handle} {QUESTION}")
    notice = player.notice(say("reusing.served", name=team.mara.name))
    expect(notice).to_contain_text(say("page.only_you"))
    reply = notice.get_by_role("article")
    expect(reply).to_contain_text(say("reply.label", name=team.mara.name))
    expect(reply).to_contain_text(KEY)
    expect(reply.get_by_role("link")).to_have_count(1)
    player.press("reusing.enough_button", notice)
    expect(notice).to_have_count(0)

    player.play(team.mara)
    player.open_double()
    row = page.get_by_role("article").filter(has_text=say("reusing.row_shown", n=1))
    player.press("reusing.never_use_button", row)
    expect(row).to_contain_text(say("reusing.row_withheld"))
