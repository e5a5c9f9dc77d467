"""Nothing that somebody writes becomes part of the page; and its addresses lead where they say.

That no page reaches elsewhere, breaks its security policy or tells of an error is asked after every test here
(tests/browser/watch.py).
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.player import KEY, QUESTION, Player, Team, say
from tests.browser.watch import watched
from tests.faults.process import Running

pytestmark = pytest.mark.browser
MARKUP = [
    "<script>window.broken = true</script> is written so.",
    '<img src="/x" onerror="window.broken = true"> is written so.',
    "[a link](javascript:window.broken=true) is written so.",
    "javascript:window.broken=true is written so.",
    '<a href="javascript:window.broken=true">press</a> is written so.',
    "```<svg onload=window.broken=true>``` is written so.",
]


def test_markup_in_a_message_is_shown_as_text(player: Player, team: Team) -> None:
    for text in MARKUP:
        player.house.say(team.jonas.id, team.garden.id, text)
    for text in MARKUP:
        message = player.message(text.replace("```", ""))
        expect(message).to_be_visible()
        message.click(position={"x": 80, "y": 20})
    assert player.room.locator("script, img, svg[onload], [onerror], a[href^='javascript']").count() == 0
    assert player.page.evaluate("window.broken") is None


def test_markup_stays_text_in_every_window(player: Player, team: Team) -> None:
    markup = f"{KEY} <img src='/x' onerror='window.broken = true'>"
    player.house.join(team.mara.id, team.garden.id)
    player.write(markup)
    question = f"<b>{QUESTION}</b>"
    player.house.say(team.jonas.id, team.garden.id, f"@Understudy @{team.mara.handle} {question}")
    player.open_double()
    expect(player.page.get_by_role("article").filter(has_text=question)).to_be_visible()
    player.press("asking.review_button", player.page.get_by_role("main"))
    expect(player.window.get_by_role("blockquote").filter(has_text=question)).to_be_visible()
    player.press("review.send_button", player.window)
    expect(player.toast(say("review.sent"))).to_be_visible()
    player.enter(team.garden)
    expect(player.message(markup).first).to_be_visible()
    assert player.page.locator("#app img, #app b, dialog img").count() == 0
    assert player.page.evaluate("window.broken") is None


def test_a_web_link_opens_apart_and_tells_nothing_of_where_it_stood(player: Player) -> None:
    player.write("Look at https://example.org/a_b, please.")
    link = player.message("Look at").get_by_role("link", name="https://example.org/a_b", exact=True)
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", re.compile("noopener noreferrer"))


def test_what_the_server_sends_forbids_everything_else(player: Player) -> None:
    answer = player.page.goto(player.house.address)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def run_a_script_of_ones_own(browser: Browser, address: str) -> None:
    """Put a script into the page in the one way that needs no script to be loaded."""
    with watched(browser) as visit:
        page = visit(address, (400, 400), "light")
        page.goto(address)
        page.evaluate("document.body.setAttribute('onclick', 'window.broken = true')")
        page.evaluate("document.body.click()")
        assert page.evaluate("window.broken") is None


def test_a_script_that_gets_into_the_page_does_not_run_and_is_noticed_here(chromium: Browser, house: Running) -> None:
    with pytest.raises(AssertionError, match="Content Security Policy"):
        run_a_script_of_ones_own(chromium, house.address)


def test_chinese_names_and_words_are_shown_and_asked(player: Player, team: Team) -> None:
    player.house.join(team.wei.id, team.garden.id)
    player.play(team.wei)
    player.write("温室的钥匙挂在工具棚的门后面。")
    expect(player.message("温室的钥匙挂在工具棚的门后面。")).to_be_visible()
    player.play(team.jonas)
    player.write(f"@Understudy {team.wei.name} 温室的钥匙挂在哪里？")
    expect(player.notice(f"{team.wei.name} decides")).to_be_visible()
    player.play(team.wei)
    player.open_double()
    player.press("asking.review_button", player.page.get_by_role("main"))
    expect(player.window.get_by_role("textbox")).to_have_value(re.compile("工具棚的门后面"))


def test_a_link_to_a_message_leads_to_it(player: Player, team: Team) -> None:
    found = player.house.say(team.mara.id, team.garden.id, KEY)
    root = player.house.say(team.jonas.id, team.garden.id, "Where is everything?")
    reply = player.house.say(team.mara.id, team.garden.id, "Here it is.", root)
    for number in range(40):
        player.house.say(team.pia.id, team.garden.id, f"Chatter, number {number}.")
    player.page.goto(f"{player.house.address}/#/c/{found}")
    expect(player.message(KEY)).to_be_focused()
    expect(player.message(KEY)).to_be_in_viewport()
    player.page.goto(f"{player.house.address}/#/c/{reply}")
    expect(player.message("Here it is.", player.thread)).to_be_visible()


def test_back_and_forward_retrace_ones_steps(player: Player, team: Team) -> None:
    player.enter(team.shed)
    player.open_double()
    player.page.go_back()
    expect(player.page.get_by_role("heading", level=1, name=team.shed.name)).to_be_visible()
    player.page.go_back()
    expect(player.page.get_by_role("heading", level=1, name=team.garden.name)).to_be_visible()
    player.page.go_forward()
    expect(player.page.get_by_role("heading", level=1, name=team.shed.name)).to_be_visible()
    player.page.reload()
    expect(player.page.get_by_role("heading", level=1, name=team.shed.name)).to_be_visible()
    expect(player.playing).to_contain_text(team.mara.name)


def test_a_private_channels_address_says_nothing_to_others(player: Player, team: Team) -> None:
    secret = f"{KEY} {team.shed.id}"  # KEY alone may stand in an earlier test's public channel, where the page goes
    player.house.say(team.mara.id, team.shed.id, secret)
    player.play(team.jonas)
    player.page.goto(f"{player.house.address}/#/c/{team.shed.id}")
    expect(player.toast(say("page.channel_closed", name=team.jonas.name))).to_be_visible()
    expect(player.page.get_by_text(secret)).to_have_count(0)
