"""What people press and fill in: commands, buttons, forms, shortcuts, the app's home, with what the app answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.slack.chat_methods import with_ids
from tests.slack.deliveries import Deliveries
from tests.slack.judging import buttons_of, judge_message
from tests.slack.news import News
from tests.slack.shapes import Json, filled
from tests.slack.team import Conversation, Ephemeral
from tests.slack.view_methods import ViewMethods
from tests.slack.web_api import WebApi

RESPONSES = 5


@dataclass
class ResponseAddress:
    """Where the app may answer a press: five times, in place of the message pressed or beside it."""

    person: str
    channel: str
    pressed: Json | None
    uses: int = 0


class Acting:
    """People use the app. Each call returns once the app has acknowledged it."""

    def __init__(self, api: WebApi, news: News, deliveries: Deliveries, views: ViewMethods, address: str) -> None:
        self.form_errors: dict[str, Json] = {}
        self.responses: dict[str, ResponseAddress] = {}
        self._api = api
        self._team = api.team
        self._news = news
        self._deliveries = deliveries
        self._views = views
        self._address = address

    async def command(self, person: str, channel: str, text: str, command: str = "/double") -> None:
        """Type a slash command."""
        place = self._team.conversations[channel]
        facts = self._facts(person, place, None)
        payload = filled("slash_command", command=command, text=text, channel_name=place.name, **facts)
        answer = await self._deliveries.once("slash_commands", {**payload, "channel_id": channel})
        if answer.get("text") or answer.get("blocks"):
            self._answer(self.responses[facts["response_url"].rsplit("/", 1)[1]], answer)

    async def press_message(self, person: str, channel: str, ts: str, button: Json) -> None:
        """Press a button on a message, or on what a person alone sees."""
        place = self._team.conversations[channel]
        message = place.messages.get(ts) or next(e.message for e in self._team.ephemerals if e.ts == ts)
        is_ephemeral = ts not in place.messages
        container = {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": is_ephemeral}
        if message.get("thread_ts"):
            container["thread_ts"] = message["thread_ts"]
        await self._pressed(person, button, container, place, message=message)

    async def press_view(self, person: str, view: Json, button: Json) -> None:
        """Press a button in a modal or in the home tab."""
        container = {"type": "view", "view_id": view["id"]}
        await self._pressed(person, button, container, None, view=view)

    async def _pressed(
        self, person: str, button: Json, container: Json, place: Conversation | None, **more: Json
    ) -> None:
        message, view = more.get("message"), more.get("view")
        facts = self._facts(person, place, message)
        if view is not None:
            facts["response_url"] = None
        action = {name: button[name] for name in ("action_id", "block_id", "text", "value", "type") if name in button}
        state = view["state"] if view else {"values": {}}
        payload = filled(
            "block_actions",
            **{**facts, "channel": {"id": place.id, "name": place.name} if place else None},
            container=container,
            message=message,
            view=view,
            state=state,
            actions=[{**action, "action_ts": self._team.stamp()}],
        )
        await self._deliveries.once("interactive", payload)
        await self._news.quiet()

    async def submit(self, person: str) -> None:
        """Send the form that is on top; what must be filled in must be."""
        view = self._team.modals[person][-1]
        missing = [label for label, value in _required(view) if value in {None, ""}]
        assert not missing, f"to be filled in first: {missing}"
        self.form_errors.pop(person, None)
        payload = filled("view_submission", type="view_submission", view=view, response_urls=[], **self._facts(person))
        answer = await self._deliveries.once("interactive", payload)
        stack = self._team.modals[person]
        action = answer.get("response_action")
        if action == "errors":
            self.form_errors[person] = answer["errors"]
        elif action == "update":
            place = next(i for i, shown in enumerate(stack) if shown["id"] == view["id"])
            stack[place] = self._views.shown(answer["view"], {**view, "state": {"values": {}}})
        elif action == "push":
            self._views.pushed(person, answer["view"])
        elif action == "clear":
            stack.clear()
        else:
            assert not action, action
            self._team.modals[person] = [shown for shown in stack if shown["id"] != view["id"]]

    async def close(self, person: str) -> None:
        """Close the modal that is on top."""
        view = self._team.modals[person].pop()
        if view.get("notify_on_close"):
            facts = self._facts(person)
            payload = filled("view_submission", type="view_closed", view=view, is_cleared=False, **facts)
            await self._deliveries.once("interactive", payload)

    async def shortcut(self, person: str, callback: str, channel: str, ts: str) -> None:
        """Choose a message shortcut on a message."""
        place = self._team.conversations[channel]
        message = place.messages[ts]
        facts = {**self._facts(person, place, message), "channel": {"id": place.id, "name": place.name}}
        more = {"type": "message_action", "callback": callback, "message_ts": ts, "ts": self._team.stamp()}
        await self._deliveries.once("interactive", filled("shortcut", message=message, **more, **facts))
        await self._news.quiet()

    async def open_home(self, person: str, tab: str = "home") -> None:
        """Look at the app's home."""
        view = self._team.homes.get(person)
        facts = {"user": person, "channel": self._team.direct(person).id, "tab": tab, "view": view}
        await self._news.tell(filled("app_home_opened", ts=self._team.stamp(), **facts))
        await self._news.quiet()

    def _facts(self, person: str, place: Conversation | None = None, pressed: Json | None = None) -> Json:
        team = self._team
        id_ = team.number("response-")
        self.responses[id_] = ResponseAddress(person, place.id if place else team.direct(person).id, pressed)
        return {
            "user": person,
            "handle": team.people[person].handle,
            "team": team.id,
            "domain": team.domain,
            "enterprise": team.enterprise,
            "enterprise_object": {"id": team.enterprise, "name": "Gardens"} if team.enterprise else None,
            "app": team.app,
            "trigger": self._views.trigger(person),
            "response_url": f"{self._address}/respond/{id_}",
        }

    # ------------------------------------------------------------ what the app answers later

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Take what the app posts to a `response_url`."""
        address = self.responses.get(request.match_info["response"])
        if address is None or address.uses >= RESPONSES:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        address.uses += 1
        answer = await request.json()
        if not answer.get("delete_original"):
            judge_message(answer)
        self._answer(address, answer)
        self._api.woken()
        return web.json_response({"ok": True})

    def _answer(self, address: ResponseAddress, answer: Json) -> None:
        pressed, team = address.pressed, self._team
        place = team.conversations[address.channel]
        is_over_it = pressed is not None and (answer.get("replace_original") or answer.get("delete_original"))
        if not is_over_it:
            self._beside(address, place, answer)
        elif answer.get("delete_original"):
            place.messages.pop(pressed["ts"], None)  # type: ignore[index]  # `is_over_it` says that something was pressed
            team.ephemerals = [e for e in team.ephemerals if e.message is not pressed]
        else:
            changed = {"text": answer.get("text", ""), "blocks": with_ids(team, answer.get("blocks") or [])}
            pressed.update(changed)  # type: ignore[union-attr]  # as above

    def _beside(self, address: ResponseAddress, place: Conversation, answer: Json) -> None:
        team, ts = self._team, self._team.stamp()
        blocks = with_ids(team, answer.get("blocks") or [])
        facts: dict[str, Any] = {"bot": team.bot, "app": team.app, "team": team.id, "user": team.bot_user}
        message = filled("bot_post", text=answer.get("text", ""), ts=ts, blocks=blocks, **facts)
        if answer.get("response_type") == "in_channel":
            place.messages[ts] = message
        else:
            team.ephemerals.append(Ephemeral(address.person, address.channel, ts, message))


def _required(view: Json) -> list[tuple[str, object]]:
    """Return the fields that must be filled in, with what stands in them: None for nothing."""
    found: list[tuple[str, object]] = []
    values = view["state"]["values"]
    for block in view["blocks"]:
        if block["type"] == "input" and not block.get("optional"):
            field = values[block["block_id"]][block["element"]["action_id"]]
            filled_in = next((value for name, value in field.items() if name != "type"), None)
            found.append((block["label"]["text"], None if filled_in == [] else filled_in))
    return found


def labelled(blocks: list[Json], label: str) -> Json:
    """Return the button with a label, or whose label begins so."""
    found = [b for b in buttons_of(blocks) if b["type"] == "button" and b["text"]["text"].startswith(label)]
    assert found, f"no button {label!r} among {[b['text']['text'] for b in buttons_of(blocks) if 'text' in b]}"
    return found[0]
