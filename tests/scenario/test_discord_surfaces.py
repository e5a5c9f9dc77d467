"""Everything that the core shows, as Discord gets it: each window, notice and refusal, in both languages, judged."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from discord import ui

from adapters.chat.open_windows import Place
from adapters.discord import notices, windows
from adapters.discord.buttons import DO, FOLD, FOOT, OPEN, PAGE, SEND, TOLD, Holding, read
from adapters.discord.sheets import filled_in, standing
from bot.refs import PersonRef
from bot.views import Notice, View
from bot.words import Words
from tests.discord.component_limits import HINT, LABEL_TEXT, OPTION, every
from tests.discord.drawn import buttons_in, components_of, faults_in, held_in, submitted, texts_in
from tests.discord.limits import TITLE
from tests.measures import units
from tests.promised import Figures
from tests.scenario.surfaces import TYPED, Judge, Press, a_full_house, judge_everything

pytestmark = pytest.mark.anyio
GUILD = "1130645829374828544"
LENGTHS = {"label": LABEL_TEXT, "description": HINT, "title": TITLE}
ADDRESS = re.compile(r"(?<!\\):(?=//)(?!//127\.0\.0\.1)")


class DiscordJudge(Judge):
    """Looks at everything as Discord gets it: in messages, and in the modals that their buttons open."""

    async def view(self, view: View, reader: PersonRef) -> list[Press]:
        """Judge a view on all its pages, as it opens and unfolded, with every modal of it."""
        words = await self.door.core.stage.platforms.words_for(reader)
        self.kinds.add(view.kind)
        place = self.windows.open(view, _in_discord(reader))
        found: list[Press] = []
        at_once = windows.at_once(place, words, self.windows)
        if at_once is not None:
            self._judge_modal(at_once, view.kind)
        while True:
            held = self._pages(place, words)
            for _, one in held:
                found += self._presses(place, one, words, reader.person)
            folds = {one.part for label, one in held if label.startswith("▸")}
            if not folds:
                return found
            place.toggled |= folds

    async def notice(self, notice: Notice) -> list[Press]:
        """Judge a notice."""
        words = await self.door.core.stage.platforms.words_for(notice.to)
        here = replace(notice, to=_in_discord(notice.to), near=None)
        made = notices.shown(here, words, self.windows, self.door.clock.now())
        self._judge(made, notice.kind)
        held = [one for _, one in held_in(made, self.windows)]
        assert all(one.kind == TOLD and one.guild == GUILD and one.key == notice.key for one in held)
        return [_press(notice.to.person, one) for one in held]

    def _pages(self, place: Place, words: Words) -> list[tuple[str, Holding]]:
        """Judge every page of a place; return the labels of all its buttons, and what they hold."""
        place.page = 0
        found: list[tuple[str, Holding]] = []
        while True:
            made = windows.message(place, words, self.windows)
            self._judge(made, place.view.kind)
            here = list(held_in(made, self.windows))
            found += here
            if not any((one.kind, one.part) == (PAGE, str(place.page + 1)) for _, one in here):
                return found
            place.page += 1

    def _presses(self, place: Place, held: Holding, words: Words, person: str) -> list[Press]:
        if held.name == "close":
            return []
        if held.kind == OPEN:
            return self._sent(place, held, words, person)
        if held.kind in {DO, FOOT}:
            return [_press(person, held, standing(place) if held.kind == FOOT else {})]
        assert held.kind in {PAGE, FOLD}, held
        return []

    def _sent(self, place: Place, opening: Holding, words: Words, person: str) -> list[Press]:
        """Send a modal as it opens, and filled in; what only notes is noted, so that it is sent with the others."""
        modal = windows.form(place, opening.part, words, self.windows)
        assert modal is not None
        self._judge_modal(modal, place.view.kind)
        sending = read(modal.custom_id, self.windows)
        assert sending is not None
        presses = []
        for typed in ({}, _fitting(modal)):
            given = filled_in(place, submitted(modal, typed))
            presses += [_press(person, sending, given)] if sending.kind == SEND else []
        return presses

    def _judge(self, made: ui.LayoutView, kind: str) -> None:
        self.shown += 1
        self.faults += [f"{kind}: {fault}" for fault in faults_in(made)]
        for one in buttons_in(made):
            self._cut(one["label"], 80, kind)
        if ADDRESS.search(texts_in(made)) or "@everyone" in texts_in(made).replace(r"\@everyone", ""):
            self.faults.append(f"{kind}: a ping, or a foreign link")
        assert all(one["type"] != 1 or one["components"] for one in every(components_of(made)))

    def _judge_modal(self, made: ui.Modal, kind: str) -> None:
        self.shown += 1
        modal = made.to_dict()
        self.faults += [f"{kind}: {fault}" for fault in faults_in(made)]
        self._cut(modal["title"], TITLE, kind)
        for one in every(modal["components"]):
            for part, most in LENGTHS.items():
                self._cut(one.get(part) or "", most, kind)
            for option in one.get("options") or ():
                self._cut(option["label"], OPTION, kind)
                self._cut(option.get("description") or "", HINT, kind)

    def _cut(self, text: str, most: int, kind: str) -> None:
        if text.endswith("…") and units(text) > most - 4:
            self.faults.append(f"{kind}: cut: {text}")


def _in_discord(reader: PersonRef) -> PersonRef:
    """The same person with the ids of Discord, which are what has to fit into a button."""
    return PersonRef("discord", GUILD, reader.person)


def _press(person: str, held: Holding, given: dict[str, Any] | None = None) -> Press:
    return Press(person, (held.name, held.target, held.values), given or {})


def _fitting(modal: ui.Modal) -> dict[str, Any]:
    """What is typed into those fields that a modal has."""
    ids = {one["custom_id"].partition(":")[2] for one in every(modal.to_dict()["components"]) if "custom_id" in one}
    names = {name for one in ids for name in one.split(",")}
    return {name: value for name, value in TYPED.items() if name in names}


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
async def test_discord_takes_everything_that_the_core_shows(tmp_path: Path, locale: str, figures: Figures) -> None:
    async with a_full_house(tmp_path, locale) as (door, receipt):
        await judge_everything(DiscordJudge(door), receipt, figures)
