"""My double: the worker's own page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.player import KEY, QUESTION, WATER, Player, Team, say

pytestmark = pytest.mark.browser


@pytest.fixture
def worker(player: Player, team: Team) -> Player:
    """My double as Mara sees it, who has joined and said two things."""
    player.house.join(team.mara.id, team.garden.id)
    for words in (KEY, WATER):
        player.house.say(team.mara.id, team.garden.id, words)
    player.open_double()
    return player


def row(player: Player, text: str | re.Pattern[str]) -> Locator:
    return player.page.get_by_role("article").filter(has_text=text)


def test_whoever_has_not_joined_reads_what_a_double_is_and_how_to_get_one(player: Player, team: Team) -> None:
    player.open_double()
    expect(player.page.get_by_text(say("consent.explain_what"))).to_be_visible()
    player.press("consent.join_button", player.page.get_by_role("main"))
    player.tick(team.garden.name)
    player.press("consent.agree_button", player.window)
    player.press("consent.my_double_button", player.window)
    expect(player.page.get_by_role("heading", name=say("home.agreed_heading"))).to_be_visible()
    expect(player.window).to_have_count(0)


def test_what_is_empty_says_what_fills_it(player: Player, team: Team) -> None:
    player.house.join(team.mara.id, team.garden.id)
    player.open_double()
    for key in ("home.nothing_waits", "home.no_replies", "mine.nothing"):
        expect(player.page.get_by_text(say(key))).to_be_visible()


def test_it_shows_what_was_agreed_to_and_until_when(worker: Player, team: Team) -> None:
    expect(row(worker, "Your double is with you until")).to_be_visible()
    expect(worker.page.get_by_role("definition").filter(has_text=f"#{team.garden.name}")).to_be_visible()
    worker.press("home.change_button")
    expect(worker.window.get_by_role("checkbox", name=team.garden.name)).to_be_checked()
    worker.window.get_by_role("checkbox", name=say("consent.draft_label")).uncheck()
    worker.press("consent.agree_change_button", worker.window)
    expect(worker.window).to_have_accessible_name(say("consent.changed_title"))
    worker.press("page.close", worker.window)
    expect(worker.page.get_by_role("definition").filter(has_text=re.compile("^no$"))).to_be_visible()


def test_it_pauses_and_resumes(worker: Player) -> None:
    worker.press("home.pause_button")
    expect(row(worker, say("home.paused"))).to_be_visible()
    worker.press("home.resume_button")
    expect(row(worker, "Your double is with you until")).to_be_visible()


def test_every_logged_message_can_be_found_and_deleted(worker: Player) -> None:
    expect(worker.page.get_by_text(say("mine.total", n=2))).to_be_visible()
    worker.press("mine.delete_button", row(worker, WATER))
    worker.confirm("mine.delete_button")
    expect(row(worker, WATER)).to_have_count(0)
    expect(row(worker, KEY)).to_be_visible()
    worker.press("home.all_messages_button")
    expect(worker.window.get_by_role("article")).to_have_count(1)
    worker.message(KEY, worker.window).get_by_role("link", name=say("mine.open_link")).click()
    expect(worker.window).to_have_count(0)
    expect(worker.message(KEY)).to_be_focused()


def test_every_reply_stands_there_with_its_receipt(worker: Player, team: Team) -> None:
    worker.house.say(team.jonas.id, team.garden.id, f"@Understudy @{team.mara.handle} {QUESTION}")
    worker.press("asking.review_button", row(worker, QUESTION))
    worker.press("review.send_button", worker.window)
    reply = row(worker, say("home.reply_as_written"))
    expect(reply).to_be_visible()
    reply.get_by_text(say("page.receipt")).click()
    for fact in ("asker", "sources", "composer", "steps", "digest", "link"):
        expect(reply.get_by_role("term").filter(has_text=say(f"home.fact_{fact}")).first).to_be_visible()
    expect(reply.get_by_role("definition").filter(has_text=team.jonas.name)).to_be_visible()
    expect(reply.get_by_role("definition").filter(has_text=re.compile("[0-9a-f]{64}")).first).to_be_visible()


def test_leaving_is_as_near_as_joining(worker: Player) -> None:
    worker.press("home.leave_button")
    worker.press("leaving.leave_button", worker.window)
    none = {"drafts": say("leaving.drafts", n=0), "replies": say("leaving.replies", n=0)}
    expect(worker.window).to_contain_text(say("leaving.receipt", n=2, **none))
    worker.press("page.close", worker.window)
    expect(worker.page.get_by_text(say("consent.explain_what"))).to_be_visible()


def test_leaving_takes_posted_replies_back_if_that_is_ticked(worker: Player, team: Team) -> None:
    worker.house.say(team.jonas.id, team.garden.id, f"@Understudy @{team.mara.handle} {QUESTION}")
    worker.press("asking.review_button", row(worker, QUESTION))
    worker.press("review.send_button", worker.window)
    expect(row(worker, say("home.reply_as_written"))).to_be_visible()
    worker.press("home.leave_button")
    worker.window.get_by_role("checkbox", name=say("leaving.retract_label")).check()
    worker.press("leaving.leave_button", worker.window)
    expect(worker.window).to_contain_text(say("leaving.taken_back", n=1))
    worker.press("page.close", worker.window)
    worker.enter(team.garden)
    worker.tool(worker.message(QUESTION), "page.reply")
    expect(worker.message(say("reply.taken_back", name=team.mara.name), worker.thread)).to_be_visible()


def test_a_consent_that_ended_is_said_and_renewed_by_one_click(worker: Player) -> None:
    worker.house.post("/api/clock", advance_seconds=92 * 24 * 3600)
    expect(row(worker, "Your double's time is over.")).to_be_visible()
    worker.page.get_by_role("button", name=say("lapsing.renew_button", day="")).last.click()
    expect(worker.window).to_have_accessible_name(say("lapsing.renewed_title"))
