"""Watching a browser: what it asks for, and what it complains of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, cast
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

Visit = Callable[[str, tuple[int, int], str], Page]


class Watch:
    """Notes every request to another address, every error and every broken rule of the page's security policy."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self.troubles: list[str] = []

    def over(self, page: Page) -> None:
        page.on("request", self._asked)
        page.on("console", self._complained)
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self._address}/", "data:")):
            self.troubles.append(f"request: {request.url}")

    def _complained(self, message: ConsoleMessage) -> None:
        is_refusal = urlsplit(message.location["url"]).path.startswith("/api/")  # a 4xx that the page tells in words
        if message.type in {"error", "warning"} and not is_refusal:
            self.troubles.append(f"{message.type}: {message.text}")

    def check(self) -> None:
        """Fail if there was any trouble since the last time."""
        troubles, self.troubles = self.troubles, []
        assert not troubles, "\n".join(troubles)


def open_page(browser: Browser, watch: Watch, size: tuple[int, int], scheme: str) -> Page:
    """Open a page in a browser profile of its own, and watch it."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=cast('Literal["light", "dark"]', scheme),
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    page = context.new_page()
    watch.over(page)
    return page


@contextmanager
def watched(browser: Browser) -> Iterator[Visit]:
    """Open pages until the block ends, then close them; any trouble that one of them had fails the test."""
    watches: list[Watch] = []
    pages: list[Page] = []

    def visit(address: str, size: tuple[int, int], scheme: str) -> Page:
        watches.append(Watch(address))
        pages.append(open_page(browser, watches[-1], size, scheme))
        return pages[-1]

    yield visit
    for page in pages:
        page.context.close()
    for watch in watches:
        watch.check()
