"""A real process, a real Chromium, and for each test a team and a page of its own.

The browser lives as long as a module: while Playwright runs, its event loop stands in this thread, and other suites
call `asyncio.run`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import MISSING, find_chromium
from tests.browser.player import Open, Player, Team, found_team
from tests.browser.watch import Watch, watched
from tests.browser.watch import open_page as opened
from tests.faults.process import BOT, Running, running

TIMEOUT = 30_000  # milliseconds; a page that is slow for once is not a broken one
DESKTOP = (1280, 800)
WITHOUT_WAITING = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-prefers-reduced-motion")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(WITHOUT_WAITING))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Understudy over an empty workspace, which the tests of a module share."""
    with running(tmp_path_factory.mktemp("house")) as process:
        yield process


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def team(house: Running, numbers: Iterator[int]) -> Team:
    """Four people and two channels that no other test knows."""
    return found_team(house, next(numbers))


@pytest.fixture
def open_page(chromium: Browser, house: Running) -> Iterator[Open]:
    """Opens pages, each of a browser profile of its own; none may have reached elsewhere or told of an error."""
    with watched(chromium) as visit:

        def open_one(size: tuple[int, int] = DESKTOP, *, scheme: str = "light", at: Running = house) -> Player:
            page = visit(at.address, size, scheme)
            page.set_default_timeout(TIMEOUT)
            return Player(page, at)

        yield open_one


@pytest.fixture(scope="module")
def watched_page(chromium: Browser, house: Running) -> Iterator[tuple[Page, Watch]]:
    """One page that the tests of a module use in turn, since opening one costs most."""
    watch = Watch(house.address)
    page = opened(chromium, watch, DESKTOP, "light")
    page.set_default_timeout(TIMEOUT)
    yield page, watch
    page.context.close()


@pytest.fixture
def player(watched_page: tuple[Page, Watch], house: Running, team: Team) -> Iterator[Player]:
    """The page as Mara sees it, in her team's garden."""
    page, watch = watched_page
    player = Player(page, house)
    player.visit(team.mara, team.garden)
    yield player
    page.evaluate("localStorage.clear(), sessionStorage.clear()")
    page.goto("about:blank")
    watch.check()


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Running]:
    """Understudy with the sample team, for one test alone."""
    with running(tmp_path, command=BOT, WORKSPACE="sample") as process:
        yield process
