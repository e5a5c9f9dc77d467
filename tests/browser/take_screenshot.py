"""Takes the README's picture of the real page: `python -m tests.browser.take_screenshot`.

Pia asks Mara's double in the sample team, Mara sends the draft, and Pia has the thread open.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import MISSING, find_chromium
from tests.browser.player import say
from tests.faults.process import BOT, ROOT, Running, running

PICTURE = ROOT / "docs" / "screenshot.png"
SIZE = (1280, 800)


def play(house: Running) -> str:
    """Let the question of the tour be asked and answered; return the address of its thread."""
    story = house.get("/api/state")["story"]
    asker, worker, channel = story["asker"], story["worker"], story["channel"]
    handle = next(p["handle"] for p in house.get("/api/people")["people"] if p["id"] == worker)
    root = house.say(asker, channel, f"@Understudy @{handle} {story['question']}")
    (draft,) = house.drafts(worker)
    assert house.act(worker, "approve", draft["id"]).status == 200
    house.post("/api/clock", advance_seconds=15)
    house.post("/api/tour", tour="over")
    return f"{house.address}/#/c/{channel}/t/{root.split('/')[1]}"


def take(address: str, picture: Path) -> None:
    """Show the thread as its asker sees it, and keep what is seen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light", locale="en-GB")
        page.goto(address)
        thread = page.get_by_role("complementary", name=say("page.thread_label"))
        expect(thread.get_by_role("article").filter(has_text="AI double").last).to_be_visible()
        thread.get_by_role("button", name=say("page.dismiss")).click()  # else its foot pushes the question out of sight
        expect(page.get_by_role("note").filter(has_text=say("page.only_you"))).to_have_count(0)
        page.get_by_role("textbox", name=say("page.write_reply")).blur()
        page.mouse.move(0, 0)
        page.screenshot(path=picture, animations="disabled", caret="hide")
        browser.close()


def main() -> None:
    """Take the picture over a folder of its own."""
    if find_chromium() is None:
        raise SystemExit(MISSING)
    with TemporaryDirectory() as folder, running(Path(folder), command=BOT, WORKSPACE="sample") as house:
        take(play(house), PICTURE)
        house.stop()


if __name__ == "__main__":
    main()
