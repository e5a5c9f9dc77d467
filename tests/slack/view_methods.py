"""The local Slack's methods that show views, and what stands in their fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.slack.chat_methods import with_ids
from tests.slack.judging import buttons_of, judge_view
from tests.slack.shapes import Json
from tests.slack.team import Refused, Team
from tests.slack.web_api import WebApi

INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "radio_buttons": ("selected_option", "initial_option"),
    "static_select": ("selected_option", "initial_option"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "file_input": ("files", ""),
}
STACK = 3


@dataclass
class Trigger:
    """One person's press: good for one view, for three seconds."""

    person: str
    is_used: bool = False
    is_expired: bool = False


class ViewMethods:
    """`views.*`, with every person's open modals and home tab in the team's state."""

    def __init__(self, team: Team, api: WebApi, now: Callable[[], float]) -> None:
        self.triggers: dict[str, Trigger] = {}
        self.opened_after: list[float] = []
        self._team = team
        self._now = now
        self._given: dict[str, float] = {}
        for name in ("open", "push", "update", "publish"):
            api.add(f"views.{name}", getattr(self, name))

    def trigger(self, person: str) -> str:
        """Return the trigger of somebody's press."""
        id_ = f"{self._team.number('')}.{self._team.number('')}.abcdef"
        self.triggers[id_] = Trigger(person)
        self._given[id_] = self._now()
        return id_

    async def open(self, arguments: Json) -> Json:
        person = self._exchanged(arguments)
        view = self.shown(arguments["view"])
        self._team.modals[person] = [view]
        return {"view": view}

    async def push(self, arguments: Json) -> Json:
        person = self._exchanged(arguments)
        return {"view": self.pushed(person, arguments["view"])}

    async def update(self, arguments: Json) -> Json:
        for stack in self._team.modals.values():
            for place, view in enumerate(stack):
                if view["id"] == arguments.get("view_id") or view.get("external_id", "") == arguments.get(
                    "external_id"
                ):
                    if arguments.get("hash") not in {None, view["hash"]}:
                        raise Refused("hash_conflict")
                    stack[place] = self.shown(arguments["view"], view)
                    return {"view": stack[place]}
        raise Refused("not_found")

    async def publish(self, arguments: Json) -> Json:
        person, view = str(arguments.get("user_id", "")), arguments["view"]
        if person not in self._team.people:
            raise Refused("user_not_found")
        if view.get("type") != "home":
            raise Refused("invalid_arguments")
        before = self._team.homes.get(person)
        if before and arguments.get("hash") not in {None, before["hash"]}:
            raise Refused("hash_conflict")
        self._team.homes[person] = self.shown(view, before)
        return {"view": self._team.homes[person]}

    def pushed(self, person: str, view: Json) -> Json:
        """Put a view on top of somebody's modals."""
        stack = self._team.modals[person]
        if len(stack) >= STACK:
            raise Refused("push_limit_reached")
        stack.append(self.shown(view))
        return stack[-1]

    def shown(self, view: Json, before: Json | None = None) -> Json:
        """Return a view as Slack keeps it; what was typed stays in fields that keep both of their ids."""
        judge_view(view)
        team = self._team
        kept = {**view, "blocks": with_ids(team, view["blocks"])}
        typed = before["state"]["values"] if before else {}
        return {
            "private_metadata": "",
            "callback_id": "",
            **kept,
            "id": before["id"] if before else team.number("V"),
            "team_id": team.id,
            "state": {"values": _values(kept["blocks"], typed)},
            "hash": f"{team.stamp()}.hash",
            "app_id": team.app,
            "bot_id": team.bot,
        }

    def _exchanged(self, arguments: Json) -> str:
        trigger = self.triggers.get(str(arguments.get("trigger_id", "")))
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.is_expired:
            raise Refused("expired_trigger_id")
        if trigger.is_used:
            raise Refused("exchanged_trigger_id")
        judge_view(arguments["view"])
        trigger.is_used = True
        self.opened_after.append(self._now() - self._given[arguments["trigger_id"]])
        return trigger.person


def _values(blocks: list[Json], typed: Json) -> Json:
    """Return the state of a view's fields: what was typed, else what it began with."""
    values: Json = {}
    for element in buttons_of(blocks):
        if element["type"] not in INITIAL:
            continue
        key, initial = INITIAL[element["type"]]
        block, action = element["block_id"], element["action_id"]
        empty: object = [] if key in {"selected_options", "files"} else None
        begun = {"type": element["type"], key: element.get(initial, empty)}
        values.setdefault(block, {})[action] = typed.get(block, {}).get(action, begun)
    return values
