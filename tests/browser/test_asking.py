"""As a teammate: four ways to ask, what the asker alone is told, and calling it off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.player import KEY, QUESTION, WATER, WATER_QUESTION, Player, Team, say

pytestmark = pytest.mark.browser
HELD = re.compile("decides whether this goes out")


@pytest.fixture
def asker(player: Player, team: Team) -> Player:
    """The page as Jonas sees it, after Mara has joined and said where the key hangs."""
    player.house.join(team.mara.id, team.garden.id)
    for words in (KEY, WATER):
        player.house.say(team.mara.id, team.garden.id, words)
    player.play(team.jonas)
    return player


def waits(player: Player, team: Team, question: str) -> None:
    """See as Mara that one draft waits, and that it is for this question."""
    player.play(team.mara)
    expect(player.badge).to_have_text(say("page.waiting", n=1))
    player.open_double()
    expect(player.page.get_by_role("article").filter(has_text=question)).to_be_visible()


@pytest.mark.parametrize("way", ["@Understudy @{handle} {q}", "@Understudy {name}, {q}", "/double ask {handle} {q}"])
def test_a_mention_a_name_and_a_command_ask_the_double(asker: Player, team: Team, way: str) -> None:
    asker.write(way.format(handle=team.mara.handle, name=team.mara.name, q=QUESTION))
    notice = asker.notice(HELD)
    expect(notice).to_have_text(re.compile(rf"{team.mara.name} decides .* Lapses .*\d+:\d\d your time"))
    expect(notice.get_by_role("button", name=say("asking.cancel_button"))).to_be_visible()
    expect(notice.get_by_role("button", name=say("asking.ask_yourself_button", name=team.mara.name))).to_be_visible()
    waits(asker, team, QUESTION)


def test_in_a_thread_where_one_double_has_posted_no_name_is_needed(asker: Player, team: Team) -> None:
    root = asker.house.say(team.jonas.id, team.garden.id, f"@Understudy @{team.mara.handle} {QUESTION}")
    (draft,) = asker.house.drafts(team.mara.id)
    assert asker.house.act(team.mara.id, "approve", draft["id"]).status == 200
    asker.page.goto(f"{asker.house.address}/#/c/{team.garden.id}/t/{root.split('/')[1]}")
    expect(asker.message(KEY, asker.thread)).to_be_visible()
    asker.reply(f"@Understudy {WATER_QUESTION}")
    expect(asker.thread.get_by_role("note").filter(has_text=HELD)).to_be_visible()
    waits(asker, team, WATER_QUESTION)


def test_the_notice_links_to_what_the_worker_said_and_nobody_else_sees_it(asker: Player, team: Team) -> None:
    asker.write(f"@Understudy @{team.mara.handle} {QUESTION}")
    asker.notice(HELD).get_by_role("link").first.click()
    expect(asker.message(KEY)).to_be_focused()
    for other in (team.pia, team.mara):
        asker.play(other)
        expect(asker.message(QUESTION)).to_be_visible()
        expect(asker.notice()).to_have_count(0)


def test_cancel_calls_the_question_off(asker: Player, team: Team) -> None:
    asker.write(f"@Understudy @{team.mara.handle} {QUESTION}")
    asker.press("asking.cancel_button", asker.notice(HELD))
    expect(asker.notice(say("asking.cancelled"))).to_be_visible()
    expect(asker.notice(HELD)).to_have_count(0)
    asker.play(team.mara)
    expect(asker.badge).to_have_count(0)
    asker.open_double()
    expect(asker.page.get_by_text(say("home.nothing_waits"))).to_be_visible()


def test_asking_them_oneself_calls_the_question_off(asker: Player, team: Team) -> None:
    asker.write(f"@Understudy @{team.mara.handle} {QUESTION}")
    asker.press("asking.ask_yourself_button", asker.notice(HELD), name=team.mara.name)
    told = say("asking.asked_yourself", name=team.mara.name, handle=team.mara.handle)
    expect(asker.toast(told).or_(asker.notice(told)).first).to_be_visible()
    expect(asker.notice(HELD)).to_have_count(0)


def test_the_no_is_the_same_for_every_reason(asker: Player, team: Team) -> None:
    asker.write(f"@Understudy @{team.pia.handle} {QUESTION}")
    expect(asker.notice(say("asking.uniform_no", name=team.pia.name))).to_be_visible()
    asker.play(team.mara)
    asker.write("/double pause")
    asker.play(team.jonas)
    asker.write(f"@Understudy @{team.mara.handle} {QUESTION}")
    no = asker.notice(say("asking.uniform_no", name=team.mara.name))
    expect(no).to_be_visible()
    expect(no.get_by_role("link")).to_have_count(0)
    asker.press("page.dismiss", no)
    expect(no).to_have_count(0)
    expect(asker.notice(say("asking.uniform_no", name=team.pia.name))).to_be_visible()
    expect(asker.notice(HELD)).to_have_count(0)


def test_an_edited_question_is_drafted_anew(asker: Player, team: Team) -> None:
    asker.write(f"@Understudy @{team.mara.handle} {QUESTION}")
    expect(asker.notice(HELD)).to_be_visible()
    asker.tool(asker.message(QUESTION), "page.edit")
    editor = asker.page.get_by_role("textbox", name=say("page.edit_label"))
    expect(editor).to_have_value(f"@understudy @{team.mara.handle} {QUESTION}")
    editor.fill(f"@understudy @{team.mara.handle} {WATER_QUESTION}")
    editor.press("Enter")
    expect(asker.message(WATER_QUESTION)).to_be_visible()
    asker.settle()
    waits(asker, team, WATER_QUESTION)
    asker.press("asking.review_button", asker.page.get_by_role("main"))
    expect(asker.window.get_by_role("textbox", name=say("review.draft_label"))).to_have_value(re.compile(WATER))


def test_a_deleted_question_is_withdrawn(asker: Player, team: Team) -> None:
    asker.write(f"@Understudy @{team.mara.handle} {QUESTION}")
    expect(asker.notice(HELD)).to_be_visible()
    asker.tool(asker.message(QUESTION), "page.delete")
    asker.confirm("page.delete")
    expect(asker.message(QUESTION)).to_have_count(0)
    expect(asker.notice(HELD)).to_have_count(0)
    asker.play(team.mara)
    expect(asker.badge).to_have_count(0)


def test_several_names_are_asked_one_at_a_time(asker: Player, team: Team) -> None:
    asker.write(f"@Understudy @{team.mara.handle} @{team.pia.handle} {QUESTION}")
    choice = asker.notice(say("asking.one_at_a_time"))
    expect(choice.get_by_role("button", name=team.pia.name)).to_be_visible()
    choice.get_by_role("button", name=team.mara.name).click()
    expect(asker.notice(HELD)).to_be_visible()
    expect(choice).to_have_count(0)


def test_where_nothing_is_good_enough_the_question_waits_for_the_person(asker: Player, team: Team) -> None:
    asker.write(f"@Understudy @{team.mara.handle} which airline flies to Reykjavik in winter?")
    expect(asker.notice(re.compile("found nothing good enough to quote"))).to_be_visible()
    waits(asker, team, "which airline")
    asker.press("asking.review_button", asker.page.get_by_role("main"))
    expect(asker.window.get_by_role("textbox", name=say("review.draft_label"))).to_have_value("")
    expect(asker.window).to_contain_text(say("review.write_hint"))


def test_a_mention_without_a_name_is_helped_along(asker: Player, team: Team) -> None:
    asker.write("@Understudy ")
    expect(asker.notice(say("asking.whom"))).to_be_visible()
    asker.write(f"@Understudy @{team.mara.handle} ")
    expect(asker.notice(say("asking.what", name=team.mara.name))).to_be_visible()


def test_names_are_completed_while_they_are_typed(asker: Player, team: Team) -> None:
    asker.box.press_sequentially("@unders")
    expect(asker.page.get_by_role("option", name=re.compile("Understudy"))).to_be_visible()
    asker.box.press("Tab")
    asker.box.press_sequentially(f"@{team.mara.handle}")
    asker.box.press("Enter")
    expect(asker.box).to_have_value(f"@understudy @{team.mara.handle} ")
    asker.box.press_sequentially(QUESTION)
    asker.box.press("Enter")
    expect(asker.notice(HELD)).to_be_visible()
