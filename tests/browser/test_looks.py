"""Light and dark, wide and narrow: what is written can be read, and nothing lies beyond the edge."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.player import KEY, QUESTION, Open, Player, Someone, Team, say

pytestmark = pytest.mark.browser
PHONE = (390, 844)

# The contrast of each visible text with the first opaque ground behind it (WCAG 2.2, 1.4.3); grounds here are plain.
FAINT_TEXTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((part, at) => (part * a + under[at] * (255 - a)) / 255);
  const light = (parts) => parts.slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const groundOf = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) {
      const layer = rgba(getComputedStyle(at).backgroundColor);
      layers.push(layer);
      if (layer[3] === 255) break;
    }
    const canvasColour = rgba(matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#ffffff");
    return layers.reverse().reduce((under, layer) => over(layer, under), canvasColour);
  };
  const looked = document.querySelector("dialog[open]") ?? document.body;
  const walker = document.createTreeWalker(looked, NodeFilter.SHOW_TEXT);
  const ways = { opacityProperty: true, visibilityProperty: true };
  const found = [];
  let seen = 0;
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    const isShown = one.checkVisibility(ways) && one.getClientRects().length;
    if (!walker.currentNode.data.trim() || !isShown || one.closest(".unseen, [disabled], [aria-hidden=true]")) continue;
    seen += 1;
    const ground = groundOf(one);
    const ink = over(rgba(getComputedStyle(one).color), ground);
    const [a, b] = [light(ink), light(ground)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return seen ? found : ["nothing was seen"];
}"""
TOO_WIDE = """() => {
  const edge = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    const isScrolled = one.closest("pre") || (one.closest("nav") && document.querySelector("nav").inert);
    return one.checkVisibility() && box.width && box.right > edge + 1 && !isScrolled;
  }).map((one) => `${one.tagName}.${one.className} ends at ${Math.round(one.getBoundingClientRect().right)}`);
  return document.scrollingElement.scrollWidth > edge ? ["the page scrolls sideways", ...wide] : wide;
}"""


def play_a_little(player: Player, team: Team) -> None:
    """Let there be a question, its draft, and a reply with long words and code in the thread beside it."""
    house, garden = player.house, team.garden.id
    house.join(team.mara.id, garden)
    house.say(team.mara.id, garden, KEY)
    house.say(team.mara.id, garden, f"{'endless' * 30}\n```\n{'code ' * 40}\n```\nhttps://example.org/{'a' * 120}")
    house.say(team.jonas.id, garden, f"@Understudy @{team.mara.handle} {QUESTION}")
    (draft,) = house.drafts(team.mara.id)
    assert house.act(team.mara.id, "approve", draft["id"]).status == 200
    house.say(team.pia.id, garden, f"@Understudy @{team.mara.handle} {QUESTION}")
    house.drafts(team.mara.id)


def play_by_the_drawer(player: Player, person: Someone) -> None:
    """Become somebody where the left side is a drawer."""
    player.page.get_by_role("button", name=say("page.open_sidebar")).click()
    player.play(person)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(open_page: Open, team: Team, scheme: str) -> None:
    player = open_page(scheme=scheme)
    play_a_little(player, team)
    player.visit(team.pia, team.garden)
    expect(player.notice().first).to_be_visible()
    player.tool(player.message(f"@{team.mara.name} {QUESTION}").first, "page.reply")
    expect(player.message(say("reply.label", name=team.mara.name), player.thread)).to_be_visible()
    assert player.page.evaluate(FAINT_TEXTS) == []
    player.play(team.mara)
    player.open_double()
    expect(player.page.get_by_role("heading", name=say("home.messages_heading"))).to_be_visible()
    assert player.page.evaluate(FAINT_TEXTS) == []
    player.press("asking.review_button", player.page.get_by_role("main"))
    expect(player.window.get_by_role("textbox")).to_be_visible()
    assert player.page.evaluate(FAINT_TEXTS) == []
    player.press("page.close", player.window)
    player.press("home.change_button")
    expect(player.window.get_by_role("checkbox").first).to_be_visible()
    assert player.page.evaluate(FAINT_TEXTS) == []


def test_light_and_dark_are_two_looks(open_page: Open, team: Team) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    looks = []
    for scheme in ("light", "dark"):
        player = open_page(scheme=scheme)
        player.visit(team.mara, team.garden)
        looks.append(player.page.evaluate(ground))
    assert looks[0] != looks[1]


def test_on_a_phone_nothing_lies_beyond_the_edge(open_page: Open, team: Team) -> None:
    player = open_page(PHONE)
    play_a_little(player, team)
    player.page.goto(f"{player.house.address}/#/c/{team.garden.id}")
    play_by_the_drawer(player, team.mara)
    assert player.page.evaluate(TOO_WIDE) == []
    expect(player.message(KEY).first).to_be_visible()
    expect(player.sidebar).to_have_count(0)
    assert player.page.evaluate(TOO_WIDE) == []
    player.room.get_by_role("link", name=say("page.replies", n=1)).first.click()
    expect(player.message(KEY, player.thread)).to_be_visible()
    assert player.page.evaluate(TOO_WIDE) == []
    player.page.goto(f"{player.house.address}/#/double")
    player.press("asking.review_button", player.page.get_by_role("main"))
    expect(player.window.get_by_role("button", name=say("review.send_button"))).to_be_in_viewport()
    assert player.page.evaluate(TOO_WIDE) == []
    player.press("page.close", player.window)
    player.press("home.change_button")
    expect(player.window.get_by_role("checkbox").first).to_be_visible()
    assert player.page.evaluate(TOO_WIDE) == []


def test_one_joins_on_a_phone(open_page: Open, team: Team) -> None:
    player = open_page(PHONE)
    player.page.goto(f"{player.house.address}/#/c/{team.garden.id}")
    play_by_the_drawer(player, team.mara)
    player.join(team.garden)
    player.write("/double status")
    expect(player.window).to_contain_text("Your double is with you until")
