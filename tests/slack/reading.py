"""What people see in the local Slack: messages, what they alone are shown, and views, as words."""

from __future__ import annotations

import html
from typing import Any

from tests.slack.judging import buttons_of
from tests.slack.shapes import Json
from tests.slack.team import Team
from tests.slack.view_methods import INITIAL

NOT_WORDS = frozenset(
    """action_id app_id block_id bot_id bot_profile callback_id edited hash icons id metadata parent_user_id
    private_metadata state style team team_id thread_ts ts type url user username value""".split()
)


class Reading:
    """Reads the team's state as somebody sits before it."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def channel(self, channel: str) -> list[tuple[str, str]]:
        """Return what stands in a channel, threads too: (ts, text), oldest first."""
        messages = sorted(self._team.conversations[channel].messages.items())
        return [(ts, html.unescape(m["text"])) for ts, m in messages if not m.get("hidden")]

    def message(self, channel: str, ts: str) -> Json:
        """Return a message, or what somebody alone was shown."""
        found = self._team.conversations[channel].messages.get(ts)
        return found or next(e.message for e in self._team.ephemerals if e.ts == ts)

    def replies(self, channel: str) -> list[Json]:
        """Return the doubles' replies that stand in a channel, oldest first."""
        messages = sorted(self._team.conversations[channel].messages.items())
        return [m for _, m in messages if m.get("metadata")]

    def alone(self, person: str) -> list[Json]:
        """Return the messages that somebody alone was shown, oldest first."""
        return [e.message for e in self._team.ephemerals if e.person == person]

    def direct(self, person: str) -> list[Json]:
        """Return somebody's direct messages with the app, oldest first."""
        return [m for _, m in sorted(self._team.direct(person).messages.items())]

    def told(self, person: str) -> list[str]:
        """Return the words that somebody was told: directly and alone."""
        return [html.unescape(m["text"]) for m in [*self.direct(person), *self.alone(person)]]

    def modal(self, person: str) -> Json:
        """Return the modal on top."""
        assert self._team.modals[person], f"{person} sees no modal"
        return self._team.modals[person][-1]

    def type_in(self, person: str, label: str, value: Any) -> None:
        """Fill in the field of the modal on top whose label begins so: text, a day, or the options' labels."""
        view = self.modal(person)
        block = next(b for b in view["blocks"] if b["type"] == "input" and b["label"]["text"].startswith(label))
        element = block["element"]
        key = INITIAL[element["type"]][0]
        if key in {"selected_options", "selected_option"}:
            chosen = [o for o in options_of(element) if o["text"]["text"] in value]
            assert len(chosen) == len(value), f"not all of {value} are offered"
            value = chosen if key == "selected_options" else chosen[0]
        view["state"]["values"][block["block_id"]][element["action_id"]] = {"type": element["type"], key: value}

    def typed(self, person: str, label: str) -> Any:
        """Return what stands in a field of the modal on top."""
        view = self.modal(person)
        block = next(b for b in view["blocks"] if b["type"] == "input" and b["label"]["text"].startswith(label))
        element = block["element"]
        return view["state"]["values"][block["block_id"]][element["action_id"]][INITIAL[element["type"]][0]]


def options_of(element: Json) -> list[Json]:
    """Return what may be chosen, groups or none."""
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group.get("options", [])]


def words(part: Any) -> str:
    """Return every word that a person reads in a view or a message, one text a line, as it is displayed."""
    return html.unescape("\n".join(_texts(part)))


def _texts(part: Any) -> list[str]:
    if isinstance(part, str):
        return [part]
    if isinstance(part, list):
        return [text for item in part for text in _texts(item)]
    if isinstance(part, dict):
        return [t for key, item in part.items() if key not in NOT_WORDS for t in _texts(item)]
    return []


def labels(part: Json) -> list[str]:
    """Return the labels of the buttons in a view or on a message."""
    return [b["text"]["text"] for b in buttons_of(part["blocks"]) if b["type"] == "button"]
