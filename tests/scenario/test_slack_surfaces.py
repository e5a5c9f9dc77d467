"""Everything that the core shows, as Slack gets it: each window, notice and refusal, in both languages, judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.slack import fields, notices, windows
from adapters.slack.buttons import FOLD, FOOT, PAGE, read
from bot.refs import PersonRef
from bot.views import Notice, View
from tests.measures import units
from tests.promised import Figures
from tests.scenario.surfaces import TYPED, Judge, Press, a_full_house, judge_everything
from tests.slack.filling_in import buttons_in, state_of, words_in
from tests.slack.limits import BUTTON_LABEL, CORNER, faults_in_message, faults_in_view

pytestmark = pytest.mark.anyio


class SlackJudge(Judge):
    """Looks at everything as Slack gets it."""

    async def view(self, view: View, reader: PersonRef) -> list[Press]:
        """Judge a view on all its pages, as it opens and unfolded, as modal and as home tab."""
        words = await self.door.core.stage.platforms.words_for(reader)
        self.kinds.add(view.kind)
        place = self.windows.open(view, reader)
        self._judge(windows.home_tab(place, words, self.windows), view.kind)
        found: list[Press] = []
        while True:
            place.page = 0
            pages = [windows.modal(place, words, self.windows)]
            while any(b["action_id"] == f"{PAGE}{place.page + 1}" for b in buttons_in(pages[-1])):
                place.page += 1
                pages.append(windows.modal(place, words, self.windows))
            folds = {b["action_id"] for p in pages for b in buttons_in(p) if b["text"]["text"].startswith("▸")}
            for page in pages:
                self._judge(page, view.kind)
                found += self._presses(page, reader.person)
            if not folds:
                return found
            place.toggled |= {fold.removeprefix(FOLD) for fold in folds}

    async def notice(self, notice: Notice) -> list[Press]:
        """Judge a notice."""
        words = await self.door.core.stage.platforms.words_for(notice.to)
        body = notices.shown(notice, words, self.windows, self.door.clock.now())
        self.shown += 1
        self.faults += [f"{notice.kind}: {fault}" for fault in faults_in_message(body)]
        return self._presses(body, notice.to.person)

    def _judge(self, made: dict[str, Any], kind: str) -> None:
        self.shown += 1
        self.faults += [f"{kind}: {fault}" for fault in faults_in_view(made)]
        texts = [(made[corner]["text"], CORNER) for corner in ("title", "submit", "close") if corner in made]
        for shown in buttons_in(made):
            texts.append((shown["text"]["text"], BUTTON_LABEL))
            if "confirm" in shown:
                texts += [(shown["confirm"]["text"]["text"], 300), (shown["confirm"]["confirm"]["text"], 30)]
        self.faults += [f"{kind}: cut: {text}" for text, most in texts if text.endswith("…") and units(text) > most - 4]
        if "<!" in words_in(made) or "<http" in words_in(made).replace("<http://127.0.0.1", ""):
            self.faults.append(f"{kind}: a ping, or a foreign link")

    def _presses(self, made: dict[str, Any], person: str) -> list[Press]:
        state = state_of(made)
        typed = state_of(made, TYPED)
        found = []
        submit = windows.read_metadata(made)[1]
        for value, is_foot in [(b.get("value"), b["action_id"].startswith(FOOT)) for b in buttons_in(made)] + [
            (submit, True)
        ]:
            held = read(value, self.windows) if value else None
            if held is None or held[0] == "close":
                continue
            found.append(Press(person, held, fields.values(state) if is_foot else {}))
            if is_foot and typed != state:
                found.append(Press(person, held, fields.values(typed)))
        return found


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
async def test_slack_takes_everything_that_the_core_shows(tmp_path: Path, locale: str, figures: Figures) -> None:
    async with a_full_house(tmp_path, locale) as (door, receipt):
        await judge_everything(SlackJudge(door), receipt, figures)
