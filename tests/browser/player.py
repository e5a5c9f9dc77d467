"""What a person does at the page: found by roles and by the catalogue's words, not by how it is built."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from bot.words import Words
from tests.faults.process import Running

say = Words("en", "UTC").say
KEY = "The greenhouse key hangs behind the tool shed door."
QUESTION = "where does the greenhouse key hang?"
WATER = "The rain barrel is emptied every Sunday at noon because of the mosquitoes."
WATER_QUESTION = "how often is the rain barrel emptied?"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of a test's team."""

    id: str
    name: str
    handle: str


@dataclass(frozen=True, slots=True)
class Room:
    """A channel of a test's team."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    """Mara, whose double it is; Jonas and Pia, who ask; Wei, who writes Chinese; a public and a private channel."""

    mara: Someone
    jonas: Someone
    pia: Someone
    wei: Someone
    garden: Room
    shed: Room


def found_team(house: Running, number: int) -> Team:
    """Let a team in whose names nobody else has."""
    people = {"mara": "Mara Lind", "jonas": "Jonas Weir", "pia": "Pia Novak", "wei": "陈伟"}
    found = {
        key: Someone(f"{key.upper()}-{number}", f"{name}-{number}", f"{key}{number}") for key, name in people.items()
    }
    for person in found.values():
        house.post("/api/people", id=person.id, name=person.name, handle=person.handle, time_zone="Europe/Berlin")
    garden, shed = Room(f"C{number}", f"garden-{number}"), Room(f"G{number}", f"shed-{number}")
    members = [person.id for person in found.values()]
    house.post("/api/channels", id=garden.id, name=garden.name, members=members, purpose="What grows")
    house.post("/api/channels", id=shed.id, name=shed.name, private=True, members=[found["mara"].id, found["pia"].id])
    return Team(**found, garden=garden, shed=shed)


class Player:
    """Somebody at the keyboard, who can be everybody in turn."""

    def __init__(self, page: Page, house: Running) -> None:
        self.page = page
        self.house = house
        self.say = say  # what is looked for, in the language of whoever is played

    # going about

    def visit(self, person: Someone, room: Room) -> None:
        """Come to a public channel, and become somebody."""
        self.page.goto(f"{self.house.address}/#/c/{room.id}")
        self.play(person)
        expect(self.page.get_by_role("heading", level=1, name=room.name)).to_be_visible()

    def play(self, person: Someone) -> None:
        """Become somebody else, by typing their name."""
        self.playing.click()
        box = self.page.get_by_role("combobox", name=self.say("page.choose_person"))
        box.fill(person.name)
        box.press("Enter")
        # Where the left side is a drawer, choosing closes it: what it says is looked at wherever it is.
        told = self.page.get_by_role("button", name=re.compile(self.say("page.playing_as")), include_hidden=True)
        expect(told).to_contain_text(person.name)

    def enter(self, room: Room) -> None:
        """Go to a channel."""
        self.sidebar.get_by_role("link", name=room.name).click()
        expect(self.page.get_by_role("heading", level=1, name=room.name)).to_be_visible()

    def open_double(self) -> None:
        """Go to one's own page."""
        self.sidebar.get_by_role("link", name=self.say("page.my_double")).click()
        expect(self.page.get_by_role("heading", level=1, name=self.say("home.title"))).to_be_visible()

    # doing

    def write(self, text: str) -> None:
        """Write in the channel, and wait until it was sent."""
        self.try_to_write(text)
        expect(self.box).to_have_value("")

    def try_to_write(self, text: str) -> None:
        """Write in the channel what may be refused."""
        self.box.fill(text)
        self.box.press("Enter")

    def reply(self, text: str) -> None:
        """Write in the open thread."""
        box = self.page.get_by_role("textbox", name=self.say("page.write_reply"))
        box.fill(text)
        box.press("Enter")
        expect(box).to_have_value("")

    def press(self, key: str, within: Locator | None = None, **values: str) -> None:
        """Press a button by the words of the catalogue."""
        (within or self.page).get_by_role("button", name=self.say(key, **values), exact=True).click()

    def confirm(self, key: str) -> None:
        """Say yes to being asked once more."""
        self.press(key, self.page.get_by_role("alertdialog"))

    def tool(self, message: Locator, key: str) -> None:
        """Use one of the tools that stand at a message under the pointer."""
        message.hover()
        self.press(key, message)

    def settle(self) -> None:
        """Wait until no work is under way."""
        self.house.get("/api/idle")

    def join(self, *rooms: Room) -> None:
        """Join by the form, in these channels, and read no further."""
        self.write("/double join")
        self.tick(*(room.name for room in rooms))
        self.press("consent.agree_button", self.window)
        expect(self.window).to_contain_text(self.say("consent.joined_title"))
        self.press("page.close", self.window)
        expect(self.window).to_have_count(0)

    def tick(self, *rooms: str) -> None:
        """Tick both purposes and these channels in the open form."""
        for label in (self.say("consent.learn_label"), self.say("consent.draft_label"), *rooms):
            self.window.get_by_role("checkbox", name=label).check()

    # what is seen

    @property
    def sidebar(self) -> Locator:
        return self.page.get_by_role("navigation", name=self.say("page.sidebar_label"))

    @property
    def playing(self) -> Locator:
        return self.sidebar.get_by_role("button", name=re.compile(self.say("page.playing_as")))

    @property
    def window(self) -> Locator:
        """The open window, which has a title; what asks once more is not meant."""
        return self.page.get_by_role("dialog")

    @property
    def room(self) -> Locator:
        """The channel's messages."""
        return self.page.get_by_role("log", name=self.say("page.messages_label"))

    @property
    def box(self) -> Locator:
        """Where one writes in the channel."""
        return self.page.get_by_role(
            "textbox", name=re.compile(f"^{re.escape(self.say('page.write_in', channel='…').partition('…')[0])}")
        )

    @property
    def thread(self) -> Locator:
        """The thread beside it."""
        return self.page.get_by_role("complementary", name=self.say("page.thread_label"))

    @property
    def badge(self) -> Locator:
        """How many drafts wait, at My double."""
        return self.sidebar.get_by_text(re.compile(r"^\d+ drafts? (is|are) waiting$"))

    def message(self, text: str, within: Locator | None = None) -> Locator:
        return (within or self.room).get_by_role("article").filter(has_text=text)

    def notice(self, text: str | re.Pattern[str] = "") -> Locator:
        """What only the played person sees."""
        seen = self.page.get_by_role("note").filter(has_text=self.say("page.only_you"))
        return seen.filter(has_text=text) if text else seen

    def toast(self, text: str) -> Locator:
        """A sentence at the foot of the page."""
        return self.page.get_by_role("status").filter(has_text=text)


Open = Callable[..., Player]
