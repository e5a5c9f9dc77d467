"""The first run: the tour over the sample team, from its first step to its last."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from bot.words import Words
from tests.browser.player import Open, Player, say
from tests.faults.process import Running

pytestmark = pytest.mark.browser
NAMES = {"asker": "Pia", "worker": "Mara", "joiner": "Kofi", "channel": "backend"}


@pytest.fixture
def first_run(open_page: Open, sample: Running) -> Player:
    player = open_page(at=sample)
    player.page.goto(sample.address)
    return player


def tour_of(player: Player) -> Locator:
    return player.page.get_by_role("region", name=say("page.tour_label"))


def stands_at(tour: Locator, number: int, step: str) -> None:
    expect(tour.get_by_text(say("page.tour_count", n=number, total=5))).to_be_visible()
    expect(tour.get_by_role("heading", name=say(f"page.tour_{step}_title", **NAMES))).to_be_visible()


def test_the_tour_leads_from_the_first_question_to_ones_own_page(first_run: Player) -> None:
    player, tour = first_run, tour_of(first_run)
    stands_at(tour, 1, "ask")
    expect(player.playing).to_contain_text("Pia")
    player.press("page.tour_ask_do", tour)
    expect(player.box).to_have_value(re.compile("^@understudy @mara "))
    player.box.press("Enter")
    expect(player.notice(re.compile("decides whether this goes out"))).to_be_visible()

    stands_at(tour, 2, "review")
    player.press("page.play_as", tour, name="Mara")
    player.press("page.tour_review_do", tour)
    expect(player.window).to_have_accessible_name(say("review.title"))
    draft = player.window.get_by_role("textbox", name=say("review.draft_label"))
    expect(draft).to_have_value(re.compile("retry"))
    player.press("review.send_button", player.window)
    expect(player.toast(say("review.sent"))).to_be_visible()

    stands_at(tour, 3, "send")
    player.press("page.play_as", tour, name="Pia")
    reply = player.thread.get_by_role("article").filter(has_text=say("reply.label", name="Mara Ostwald"))
    expect(reply).to_contain_text(say("reply.as_written", name="Mara Ostwald"))
    expect(reply.get_by_role("link", name=re.compile("in #backend")).first).to_be_visible()
    player.press("page.tour_next", tour)

    stands_at(tour, 4, "join")
    player.press("page.tour_join_do", tour, joiner="Kofi")
    expect(player.box).to_have_value("/double join")
    player.box.press("Enter")
    player.tick("backend")
    player.press("consent.agree_button", player.window)
    expect(player.window).to_have_accessible_name(say("consent.joined_title"))
    player.press("page.close", player.window)

    stands_at(tour, 5, "look")
    player.press("page.tour_look_do", tour)
    expect(player.page.get_by_role("heading", level=1, name=say("home.title"))).to_be_visible()
    player.press("page.tour_finish", tour)
    expect(tour).to_have_count(0)
    player.page.reload()
    expect(player.page.get_by_role("heading", level=1, name=say("home.title"))).to_be_visible()
    expect(tour).to_have_count(0)


def test_a_tour_taken_out_of_order_goes_on_where_the_story_stands(first_run: Player) -> None:
    player, tour = first_run, tour_of(first_run)
    player.press("page.tour_ask_do", tour)
    expect(player.box).not_to_have_value("")
    player.box.press("Enter")
    player.press("page.play_as", tour, name="Mara")
    player.press("page.tour_review_do", tour)
    player.press("page.close", player.window)
    stands_at(tour, 3, "send")
    expect(tour.get_by_role("button", name=say("page.tour_review_do"))).to_be_visible()
    player.press("page.tour_next", tour)
    player.press("page.tour_join_do", tour, joiner="Kofi")
    expect(player.playing).to_contain_text("Kofi")
    expect(player.box).to_have_value("/double join")
    expect(player.box).to_be_focused()
    player.page.get_by_role("button", name=say("page.play_as", name="Mara Ostwald")).click()
    expect(player.playing).to_contain_text("Mara")
    expect(player.box).to_have_value("")
    player.press("page.tour_back", tour)
    player.press("page.tour_review_do", tour)
    player.press("review.send_button", player.window)
    expect(tour.get_by_role("button", name=say("page.play_as", name="Pia"))).to_be_visible()
    player.toast(say("review.sent")).get_by_role("button", name=say("review.undo_button")).click()
    expect(player.window).to_have_accessible_name(say("review.title"))
    expect(player.toast(say("review.undone"))).to_be_visible()
    expect(player.toast(say("review.sent"))).to_have_count(0)
    player.press("page.close", player.window)
    expect(tour.get_by_role("button", name=say("page.tour_review_do"))).to_be_visible()


def test_a_skipped_tour_stays_away_and_can_be_taken_up_again(first_run: Player) -> None:
    player, tour = first_run, tour_of(first_run)
    player.press("page.tour_skip", tour)
    expect(tour).to_have_count(0)
    player.page.reload()
    expect(player.playing).to_be_visible()
    expect(tour).to_have_count(0)
    player.page.get_by_role("button", name=say("page.tour_start")).click()
    stands_at(tour, 1, "ask")


def test_the_chinese_speaking_person_reads_and_is_read_in_chinese(first_run: Player) -> None:
    player = first_run
    player.press("page.tour_skip", tour_of(player))
    player.page.get_by_role("button", name=say("page.play_as", name="林晓雨")).click()
    player.say = Words("zh-CN").say
    expect(player.playing).to_contain_text("林晓雨")
    player.sidebar.get_by_role("link", name="shanghai").click()
    words = player.room.get_by_role("article").filter(has_text=re.compile("[\u4e00-\u9fff]{6}"))
    expect(words.nth(10)).to_be_visible()
    player.write("/double mine 承运商")
    expect(player.window.get_by_role("article").filter(has_text="承运商").first).to_be_visible()
