"""Deciding: what the worker is told, reads, sends, undoes, denies and takes back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.player import KEY, QUESTION, Player, Team, say

pytestmark = pytest.mark.browser
WRITTEN = re.compile(re.escape(KEY))


@pytest.fixture
def asked(player: Player, team: Team) -> Player:
    """The page as Mara sees it in the private channel, when Jonas asks her double in the garden."""
    house, garden = player.house, team.garden
    house.join(team.mara.id, garden.id)
    house.say(team.mara.id, garden.id, KEY)
    player.enter(team.shed)
    house.say(team.jonas.id, garden.id, f"@Understudy @{team.mara.handle} {QUESTION}")
    expect(player.badge).to_have_text(say("page.waiting", n=1))
    return player


def review(player: Player) -> Locator:
    """Open the review window from one's own page; return the box with the draft."""
    player.open_double()
    player.press("asking.review_button", player.page.get_by_role("main"))
    expect(player.window).to_have_accessible_name(say("review.title"))
    return player.window.get_by_role("textbox", name=say("review.draft_label"))


def send(player: Player) -> None:
    """Send the draft, and wait for the way back that is offered."""
    player.press("review.send_button", player.window)
    expect(player.toast(say("review.sent"))).to_be_visible()


def thread_of(player: Player, team: Team) -> Locator:
    """Open the question's thread in the garden."""
    player.enter(team.garden)
    player.tool(player.message(QUESTION), "page.reply")
    return player.thread


def test_a_notification_holds_no_content(asked: Player, team: Team) -> None:
    toast = asked.toast(say("asking.drafts_waiting", n=1, where=f"#{team.garden.name}"))
    expect(toast).to_be_visible()
    for words in (KEY, QUESTION):
        expect(asked.page.get_by_text(words)).to_have_count(0)
    expect(toast).not_to_contain_text(team.jonas.name)
    expect(asked.page).to_have_title(say("page.title_waiting", n="1", place=f"#{team.shed.name}"))
    asked.press("asking.review_button", toast)
    expect(asked.window).to_have_accessible_name(say("review.title"))


def test_the_review_window_shows_question_draft_and_folded_passages(asked: Player, team: Team) -> None:
    expect(review(asked)).to_have_value(WRITTEN)
    expect(asked.window.get_by_role("blockquote").filter(has_text=QUESTION)).to_be_visible()
    expect(asked.window).to_contain_text(
        say("review.question_from", name=team.jonas.name, where=f"#{team.garden.name}")
    )
    passage = asked.window.get_by_role("article").filter(has_text=KEY)
    expect(passage).to_be_hidden()
    asked.window.get_by_text(say("review.passages", n=1)).click()
    expect(passage).to_be_visible()
    expect(passage).to_contain_text(f"in #{team.garden.name}")
    expect(passage.get_by_role("link", name=say("review.passage_link"))).to_be_visible()


def test_what_is_sent_stands_labelled_in_the_thread_with_its_sources(asked: Player, team: Team) -> None:
    review(asked)
    send(asked)
    asked.play(team.jonas)
    reply = asked.message(KEY, thread_of(asked, team)).last
    lines = reply.inner_text().split("\n")
    said = [line for line in lines if line.strip()]
    assert said[0] == say("reply.label", name=team.mara.name), "the label stands first"
    expect(reply).to_contain_text(say("reply.as_written", name=team.mara.name))
    expect(asked.notice(say("asking.posted", name=team.mara.name)).first).to_be_visible()
    source = reply.get_by_role("link", name=re.compile(f"in #{team.garden.name}$"))
    source.click()
    expect(asked.room.get_by_role("article").filter(has_text=KEY)).to_be_focused()


def test_what_the_worker_changed_is_posted_as_edited(asked: Player, team: Team) -> None:
    review(asked).fill("It hangs behind the shed door, on the left.")
    send(asked)
    reply = asked.message("on the left", thread_of(asked, team))
    expect(reply).to_contain_text(say("reply.edited", name=team.mara.name))
    expect(reply).not_to_contain_text("greenhouse key hangs")


def test_an_empty_answer_is_not_sent(asked: Player, team: Team) -> None:
    review(asked).fill("   ")
    asked.press("review.send_button", asked.window)
    expect(asked.window.get_by_role("alert")).to_have_text(say("guard.empty"))
    assert asked.house.replies(team.garden.id) == []


def test_undo_within_ten_seconds_leaves_no_trace(asked: Player, team: Team) -> None:
    review(asked)
    send(asked)
    asked.press("review.undo_button", asked.toast(say("review.sent")))
    expect(asked.window).to_have_accessible_name(say("review.title"))
    asked.press("page.close", asked.window)
    thread = thread_of(asked, team)
    expect(thread.get_by_role("article")).to_have_count(1)
    expect(asked.badge).to_have_text(say("page.waiting", n=1))


def test_after_ten_seconds_there_is_no_undo(asked: Player, team: Team) -> None:
    review(asked)
    send(asked)
    asked.house.post("/api/clock", advance_seconds=11)
    asked.press("review.undo_button", asked.toast(say("review.sent")))
    expect(asked.toast(say("review.undo_too_late"))).to_be_visible()
    expect(asked.message(KEY, thread_of(asked, team))).to_be_visible()


def test_a_denied_draft_is_gone_and_the_asker_hears_nothing_before_the_deadline(asked: Player, team: Team) -> None:
    review(asked)
    asked.press("review.deny_button", asked.window)
    expect(asked.window).to_have_accessible_name(say("review.denied_title"))
    expect(asked.window).to_contain_text(say("review.denied"))
    asked.press("page.close", asked.window)
    expect(asked.badge).to_have_count(0)
    asked.play(team.jonas)
    asked.enter(team.garden)
    waiting = asked.notice(re.compile("decides whether this goes out"))
    expect(waiting).to_be_visible()
    asked.house.post("/api/clock", advance_seconds=7 * 24 * 3600)
    expect(asked.notice(say("asking.no_answer", name=team.mara.name))).to_be_visible()
    expect(waiting).to_have_count(0)


def test_an_undecided_draft_lapses(asked: Player, team: Team) -> None:
    asked.open_double()
    expect(asked.page.get_by_role("article").filter(has_text=QUESTION)).to_be_visible()
    asked.house.post("/api/clock", advance_seconds=7 * 24 * 3600)
    expect(asked.page.get_by_text(say("home.nothing_waits"))).to_be_visible()
    expect(asked.badge).to_have_count(0)
    asked.play(team.jonas)
    asked.enter(team.garden)
    expect(asked.notice(say("asking.no_answer", name=team.mara.name))).to_be_visible()


def test_a_muted_person_gets_the_usual_no_until_let_through_again(asked: Player, team: Team) -> None:
    review(asked)
    asked.press("review.mute_button", asked.window)
    asked.confirm("review.mute_button")
    expect(asked.toast(say("review.muted"))).to_be_visible()
    asked.house.say(team.jonas.id, team.garden.id, f"@Understudy @{team.mara.handle} {QUESTION}")
    asked.settle()
    expect(asked.badge).to_have_count(0)
    asked.page.get_by_text(say("home.muted_heading")).click()
    asked.press("home.unmute_button")
    expect(asked.toast(say("review.unmuted"))).to_be_visible()
    asked.house.say(team.jonas.id, team.garden.id, f"@Understudy @{team.mara.handle} {QUESTION}")
    expect(asked.badge).to_have_text(say("page.waiting", n=1))


def test_taking_back_leaves_a_line_that_says_so(asked: Player, team: Team) -> None:
    review(asked)
    send(asked)
    asked.open_double()
    asked.press("home.take_back_button", asked.page.get_by_role("main"))
    expect(asked.page.get_by_role("alertdialog")).to_contain_text(say("home.take_back_confirm"))
    asked.confirm("home.take_back_button")
    expect(asked.toast(say("review.taken_back"))).to_be_visible()
    asked.play(team.jonas)
    thread = thread_of(asked, team)
    expect(asked.message(say("reply.taken_back", name=team.mara.name), thread)).to_be_visible()
    expect(asked.message(KEY, thread)).to_have_count(0)


def test_only_its_worker_finds_take_back_beside_the_reply(asked: Player, team: Team) -> None:
    review(asked)
    send(asked)
    reply = asked.message(KEY, thread_of(asked, team))
    reply.hover()
    expect(reply.get_by_role("button", name=say("home.take_back_button"))).to_be_visible()
    asked.play(team.jonas)
    reply.hover()
    expect(reply.get_by_role("button", name=say("page.copy_link"))).to_be_visible()
    expect(reply.get_by_role("button", name=say("home.take_back_button"))).to_have_count(0)


def test_a_passage_deleted_in_the_window_is_not_sent(asked: Player, team: Team) -> None:
    review(asked)
    asked.window.get_by_text(say("review.passages", n=1)).click()
    asked.press("mine.delete_button", asked.window.get_by_role("article").filter(has_text=KEY))
    asked.confirm("mine.delete_button")
    expect(asked.toast(say("mine.forgotten", n=1))).to_be_visible()
    asked.settle()
    drafts = asked.house.drafts(team.mara.id)
    assert [KEY in draft["text"] for draft in drafts] == [False]
    assert asked.house.replies(team.garden.id) == []


def test_whoever_reads_a_reply_can_say_that_it_is_not_right(asked: Player, team: Team) -> None:
    review(asked)
    send(asked)
    own = asked.message(KEY, thread_of(asked, team))
    expect(own.get_by_role("button", name=say("page.not_right"))).to_have_count(0)
    asked.play(team.jonas)
    reply = asked.message(KEY, thread_of(asked, team))
    for _ in range(2):
        asked.press("page.not_right", reply)
        expect(asked.toast(say("reply.doubt_taken", name=team.mara.name)).first).to_be_visible()
    asked.play(team.mara)
    asked.open_double()
    told = asked.notice(say("reply.doubted", where=f"#{team.garden.name}"))
    expect(told).to_have_count(1)
    expect(told).not_to_contain_text(team.jonas.name)
    asked.press("reply.doubted_button", told)
    expect(asked.window).to_have_accessible_name(say("reply.doubted_title"))
    expect(asked.window).to_contain_text(KEY)
    asked.press("home.take_back_button", asked.window)
    asked.confirm("home.take_back_button")
    expect(asked.toast(say("review.taken_back"))).to_be_visible()
    expect(asked.window).to_contain_text(say("reply.doubted_none"))
    asked.press("page.close", asked.window)
    asked.enter(team.garden)
    expect(asked.message(KEY, thread_of(asked, team))).to_have_count(0)
