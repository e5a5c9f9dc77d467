"""Light and dark, wide and narrow: what is written can be read, and nothing lies beyond the edge."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.words import Words
from tests.browser.player import KEY, QUESTION, Open, Player, Someone, Team, say
from tests.faults.process import Running

pytestmark = pytest.mark.browser
PHONE = (390, 844)
chinese = Words("zh-CN", "Asia/Shanghai").say
BARREL = "雨水桶每周日中午清空，因为有蚊子。\n\n阀门在工具棚后面，用完记得关上。"
BARREL_QUESTION = "雨水桶什么时候清空？"

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


# What a thumb presses: the card or the row where a tick stands in one. Links within a sentence are as high as its line.
TOO_SMALL = """() => {
  const looked = document.querySelector("dialog[open]") ?? document.body;
  const ways = { opacityProperty: true, visibilityProperty: true };
  return [...looked.querySelectorAll("a, button, input, textarea, summary, [role=option]")].filter((one) => {
    const isInLine = one.closest(".words, .sources, .notice-text, .message-head");
    if (!one.checkVisibility(ways) || isInLine || one.closest("[inert]")) return false;
    const box = (one.closest(".choice, .field-tick") ?? one).getBoundingClientRect();
    return box.width && Math.min(box.width, box.height) < 39.9;
  }).map((one) => `${one.tagName}.${one.className} ${one.textContent.slice(0, 20)} ` +
    `${Math.round(one.getBoundingClientRect().width)}x${Math.round(one.getBoundingClientRect().height)}`);
}"""
CUT = """() => [...(document.querySelector("dialog[open]") ?? document.body).querySelectorAll("*")].filter((one) => {
  const { overflowX, overflowY } = getComputedStyle(one);
  if (!one.checkVisibility() || !one.textContent.trim() || one.closest(".unseen, svg, [inert]")) return false;
  const hides = (overflow) => ["hidden", "clip"].includes(overflow);
  return (hides(overflowX) && one.scrollWidth > one.clientWidth + 1)
    || (hides(overflowY) && one.scrollHeight > one.clientHeight + 1);
}).map((one) => `${one.tagName}.${one.className} ${one.textContent.slice(0, 30)}`)"""
# What is read, seen or heard, with Latin letters and nothing Chinese. Names and what is typed are no sentences.
NOT_CHINESE = """() => {
  const looked = document.querySelector("dialog[open]") ?? document.body;
  const said = [];
  const walker = document.createTreeWalker(looked, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const isName = walker.currentNode.parentElement.closest(".side-name, .playing-name, .avatar, .choice");
    if (!isName) said.push(walker.currentNode.data);
  }
  for (const one of looked.querySelectorAll("*")) {
    for (const name of ["aria-label", "title", "placeholder"]) said.push(one.getAttribute(name) ?? "");
  }
  const typed = /^(@[a-z0-9]+|\\/double [a-z]+|[0-9a-f-]{36,64}|@?Understudy|#?[CG][0-9]+.*|[0-9]+ · [0-9a-f]+)$/;
  return said.map((one) => one.trim())
    .filter((one) => /[A-Za-z]{2}/.test(one) && !/\\p{Script=Han}/u.test(one) && !typed.test(one));
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


def test_on_a_phone_the_drawer_closes_when_one_chooses_oneself(open_page: Open, team: Team) -> None:
    player = open_page(PHONE)
    player.page.goto(f"{player.house.address}/#/c/{team.garden.id}")
    for _ in range(2):
        play_by_the_drawer(player, team.mara)
        expect(player.sidebar).to_have_count(0)


def test_one_joins_on_a_phone(open_page: Open, team: Team) -> None:
    player = open_page(PHONE)
    player.page.goto(f"{player.house.address}/#/c/{team.garden.id}")
    play_by_the_drawer(player, team.mara)
    player.join(team.garden)
    player.write("/double status")
    expect(player.window).to_contain_text("Your double is with you until")


def found_chinese_team(house: Running, number: str) -> tuple[Someone, Someone, str]:
    """Let two colleagues in who read Chinese, with a channel of theirs; a question to the first waits."""
    mei, lei = (
        Someone(f"MEI{number}", f"陈梅{number}", f"mei{number}"),
        Someone(f"LEI{number}", f"王磊{number}", f"lei{number}"),
    )
    for one in (mei, lei):
        house.post(
            "/api/people", id=one.id, name=one.name, handle=one.handle, locale="zh-CN", time_zone="Asia/Shanghai"
        )
    house.post("/api/channels", id=f"C9{number}", name=f"花园{number}", purpose="长着的一切", members=[mei.id, lei.id])
    house.join(mei.id, f"C9{number}")
    house.say(mei.id, f"C9{number}", BARREL)
    house.say(lei.id, f"C9{number}", f"@Understudy @{mei.handle} {BARREL_QUESTION}")
    (draft,) = house.drafts(mei.id)
    assert house.act(mei.id, "approve", draft["id"]).status == 200
    house.say(lei.id, f"C9{number}", f"@Understudy @{mei.handle} {BARREL_QUESTION}")
    house.drafts(mei.id)
    return mei, lei, f"C9{number}"


def look_closely(player: Player) -> None:
    """Nothing lies beyond the edge, nothing is cut, nothing is too small for a thumb, nothing is in English."""
    page = player.page
    for fault in (TOO_WIDE, CUT, TOO_SMALL, NOT_CHINESE):
        assert page.evaluate(fault) == []


def become(player: Player, person: Someone, place: str) -> None:
    """Be somebody from the start, as a page that is opened again knows them."""
    player.page.goto(player.house.address)
    player.page.evaluate("(id) => { sessionStorage['understudy.as'] = id; }", person.id)
    # A page that still plays somebody else would be sent home from a channel that is not theirs, address and all.
    player.page.goto("about:blank")
    player.page.goto(f"{player.house.address}/{place}")
    expect(player.page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_on_a_phone_the_whole_page_is_chinese_for_who_reads_chinese(open_page: Open, team: Team) -> None:
    player = open_page(PHONE)
    page = player.page
    mei, lei, room = found_chinese_team(player.house, team.mara.id.rpartition("-")[2])
    become(player, lei, f"#/c/{room}")
    expect(page.get_by_role("note").filter(has_text=chinese("page.only_you")).last).to_be_visible()
    look_closely(player)
    page.get_by_role("textbox", name="发消息").fill("/double ")
    expect(page.get_by_role("option").first).to_be_visible()
    look_closely(player)
    page.get_by_role("textbox", name="发消息").fill("")
    page.get_by_role("link", name=chinese("page.replies", n=1)).first.click()
    reply = page.get_by_role("complementary", name=chinese("page.thread_label")).get_by_role("article").last
    expect(reply).to_contain_text(chinese("reply.label", name=mei.name))
    look_closely(player)
    become(player, mei, "#/double")
    expect(page.get_by_role("heading", level=1, name=chinese("home.title"))).to_be_visible()
    look_closely(player)
    page.get_by_role("button", name=chinese("page.open_sidebar")).click()
    assert page.evaluate(TOO_SMALL) == []
    page.keyboard.press("Escape")
    for button, sentence in (
        ("review", "review.draft_label"),
        ("join", "consent.agreement_title"),
        ("leave_window", "leaving.text"),
    ):
        page.get_by_role("main").locator(f"button[data-action={button}]").first.click()
        expect(player.window.get_by_text(chinese(sentence)).first).to_be_visible()
        look_closely(player)
        expect(player.window.locator(".window-foot button").last).to_be_in_viewport()
        page.get_by_role("button", name=chinese("page.close"), exact=True).click()
        expect(player.window).to_have_count(0)


def test_on_a_phone_what_commands_open_is_chinese_and_fits_too(open_page: Open, team: Team) -> None:
    player = open_page(PHONE)
    mei, _, room = found_chinese_team(player.house, team.mara.id.rpartition("-")[2])
    become(player, mei, f"#/c/{room}")
    box = player.page.get_by_role("textbox", name="发消息")
    for word in ("help", "mine", "never", "answers", "profile", "forget", "status", f"try {BARREL_QUESTION}"):
        box.fill(f"/double {word}")
        player.page.get_by_role("button", name=chinese("page.send"), exact=True).click()
        expect(player.window).to_be_visible()
        look_closely(player)
        player.page.get_by_role("button", name=chinese("page.close"), exact=True).click()
        expect(player.window).to_have_count(0)


def test_on_a_phone_every_target_is_large_enough_in_english_too(open_page: Open, team: Team) -> None:
    player = open_page(PHONE)
    play_a_little(player, team)
    player.page.goto(f"{player.house.address}/#/c/{team.garden.id}")
    play_by_the_drawer(player, team.mara)
    expect(player.message(KEY).first).to_be_visible()
    assert player.page.evaluate(TOO_SMALL) == []
    player.page.goto(f"{player.house.address}/#/double")
    for button in ("review", "join", "leave_window"):
        player.page.get_by_role("main").locator(f"button[data-action={button}]").first.click()
        expect(player.window).to_be_visible()
        assert player.page.evaluate(TOO_SMALL) == []
        assert player.page.evaluate(CUT) == []
        player.press("page.close", player.window)


def test_chinese_has_its_own_type(open_page: Open, team: Team) -> None:
    player = open_page(PHONE)
    mei, _, room = found_chinese_team(player.house, team.mara.id.rpartition("-")[2])
    become(player, mei, f"#/c/{room}")
    look = player.page.evaluate(
        "(({fontFamily, textAutospace}) => [fontFamily, textAutospace])(getComputedStyle(document.body))"
    )
    assert "PingFang SC" in look[0]
    assert look[1] in {"normal", None}  # a browser that does not know it leaves the names as they are
    expect(player.page).to_have_title(f"(1) #花园{room.removeprefix('C9')} · Understudy")
