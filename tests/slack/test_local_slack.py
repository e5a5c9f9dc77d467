"""The local Slack behaves as Slack does, seen through the SDK and a bare Bolt app: what the other tests rest on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.reading import labels, words
from tests.slack.server import LocalSlack, local_slack
from tests.slack.shapes import FOLDER, Json, filled
from tests.slack.web_api import Trouble, limited

pytestmark = pytest.mark.anyio
MODAL = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "A form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Your words"},
            "element": {"type": "plain_text_input", "action_id": "text", "initial_value": "as it was"},
        },
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "do:1", "value": "v", "text": {"type": "plain_text", "text": "Again"}}
            ],
        },
    ],
}


class Heard:
    """A Bolt app that takes notes."""

    def __init__(self, slack: LocalSlack) -> None:
        self.client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        self.app = AsyncApp(client=self.client, signing_secret=slack.signing_secret)
        self.bodies: list[Json] = []
        self.fails = False
        self.app.use(self._note)
        for matcher in ("message", "app_mention", "user_change"):
            self.app.event(matcher)(self._nothing)
        self.app.command("/double")(self._open)
        self.app.action("do:1")(self._acknowledge)
        self.app.view("form")(self._acknowledge)

    @property
    def events(self) -> list[Json]:
        return [body["event"] for body in self.bodies if "event" in body]

    async def _note(self, body: Json, next_: Any) -> None:
        if self.fails:
            raise RuntimeError
        self.bodies.append(body)
        await next_()

    async def _nothing(self) -> None:
        pass

    async def _acknowledge(self, ack: Any) -> None:
        await ack()

    async def _open(self, ack: Any, body: Json) -> None:
        await ack()
        await self.client.views_open(trigger_id=body["trigger_id"], view=MODAL)


@asynccontextmanager
async def by_socket() -> AsyncIterator[tuple[LocalSlack, Heard]]:
    async with local_slack() as slack:
        slack.found_team()
        heard = Heard(slack)
        handler = AsyncSocketModeHandler(heard.app, slack.app_token, web_client=heard.client)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await slack.listening()
        try:
            yield slack, heard
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def by_http() -> AsyncIterator[tuple[LocalSlack, Heard]]:
    async with local_slack() as slack:
        slack.found_team()
        heard = Heard(slack)

        async def take(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await heard.app.async_dispatch(await to_bolt_request(request)))

        served = web.Application()
        served.router.add_post("/slack/events", take)
        runner = web.AppRunner(served)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.deliveries.endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        try:
            yield slack, heard
        finally:
            await runner.cleanup()


WAYS = pytest.mark.parametrize("way", [by_socket, by_http])


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def templates() -> Iterator[str]:
    return (path.stem for path in sorted(FOLDER.glob("*.json")))


@pytest.mark.parametrize("name", list(templates()))
async def test_a_payload_holds_nothing_that_was_not_filled_in(name: str) -> None:
    assert '"$' not in json.dumps(filled(name))


@WAYS
async def test_what_people_say_reaches_the_app_as_slack_shapes_it(way: Any) -> None:
    async with way() as (slack, heard):
        first = await slack.talking.say("U1", "C1", "salt & <pepper>, see http://127.0.0.1/x")
        await slack.talking.say("U2", "C1", f"<@{slack.team.bot_user}> where?", first)
        await slack.talking.say("U2", "C1", "elsewhere")
        said = heard.events[0]
        assert said["text"] == "salt &amp; &lt;pepper&gt;, see <http://127.0.0.1/x>"
        assert (said["channel"], said["channel_type"], said["ts"], said["user"]) == ("C1", "channel", first, "U1")
        assert [event["type"] for event in heard.events] == ["message", "message", "app_mention", "message"]
        assert {event.get("thread_ts") for event in heard.events[1:3]} == {first}
        assert len({body["event_id"] for body in heard.bodies}) == 4


@WAYS
async def test_a_message_with_replies_leaves_a_tombstone(way: Any) -> None:
    async with way() as (slack, heard):
        first = await slack.talking.say("U1", "C1", "one")
        await slack.talking.say("U2", "C1", "two", first)
        await slack.talking.edit("C1", first, "one!")
        await slack.talking.delete("C1", first)
        changed, gone = heard.events[2:]
        assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("one!", "one")
        assert (gone["subtype"], gone["message"]["subtype"]) == ("message_changed", "tombstone")
        assert [text for _, text in slack.reading.channel("C1")] == ["two"]


@WAYS
async def test_what_is_not_acknowledged_is_brought_again(way: Any) -> None:
    async with way() as (slack, heard):
        slack.deliveries.patience = 0.05 if way is by_socket else slack.deliveries.patience
        heard.fails = True
        await slack.talking.say("U1", "C1", "one")
        assert (len(heard.events), len(slack.deliveries.owed)) == (0, 1)
        heard.fails = False
        slack.deliveries.patience = 30.0
        await slack.talking.say("U1", "C1", "two")
        assert [event["text"] for event in heard.events] == ["one", "two"]
        assert slack.deliveries.owed == []


@WAYS
async def test_a_command_a_form_and_a_button_go_through(way: Any) -> None:
    async with way() as (slack, heard):
        await slack.acting.command("U1", "C1", "join")
        await slack.api.until(lambda: slack.team.modals["U1"])
        assert words(slack.reading.modal("U1")).splitlines() == ["A form", "Send", "Your words", "as it was", "Again"]
        assert labels(slack.reading.modal("U1")) == ["Again"]
        slack.reading.type_in("U1", "Your words", "better")
        await slack.press("U1", "Again")
        await slack.acting.submit("U1")
        assert slack.team.modals["U1"] == []
        pressed, submitted = heard.bodies[1:]
        assert pressed["view"]["state"]["values"]["words"]["text"]["value"] == "better"
        assert submitted["view"]["state"]["values"]["words"]["text"]["value"] == "better"
        assert pressed["actions"][0]["value"] == "v"


async def test_sockets_are_refreshed_and_cut_and_the_app_comes_back() -> None:
    async with by_socket() as (slack, heard):
        await slack.deliveries.disconnect("refresh_requested", is_closing=False)
        await slack.listening()
        await slack.talking.say("U1", "C1", "after the refresh")
        assert [event["text"] for event in heard.events] == ["after the refresh"]
        assert slack.deliveries.links == 2


async def test_tokens_scopes_and_rates_are_those_of_slack() -> None:
    async with local_slack() as slack:
        slack.found_team()
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        answer = await client.auth_test()
        assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
        assert await refused(AsyncWebClient(token="xoxb-no", base_url=slack.api_url).auth_test()) == "invalid_auth"
        assert await refused(client.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"
        slack.api.scopes.discard("groups:history")
        assert await refused(client.conversations_history(channel="C2")) == "missing_scope"
        assert await refused(client.chat_postMessage(channel="C9", text="x")) == "channel_not_found"
        slack.api.trouble["users.info"].append(limited(7))
        with pytest.raises(SlackApiError) as caught:
            await client.users_info(user="U1")
        assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
        slack.api.trouble["chat.postMessage"].append(Trouble(is_cut=True, takes_effect=True))
        with pytest.raises(Exception, match="disconnected"):
            await client.chat_postMessage(channel="C1", text="posted all the same")
        assert [text for _, text in slack.reading.channel("C1")] == ["posted all the same"]


async def test_files_go_up_in_three_steps_and_come_down_with_the_token() -> None:
    async with local_slack() as slack:
        slack.found_team()
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        direct = slack.team.direct("U1").id
        answer = await client.files_upload_v2(filename="a.age", content=b"sealed", channel=direct)
        (file,) = slack.team.files.values()
        assert (file.content, file.shared_in, answer["file"]["name"]) == (b"sealed", [direct], "a.age")


async def test_what_slack_would_refuse_is_refused() -> None:
    async with local_slack() as slack:
        slack.found_team()
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        divider: list[Json] = [{"type": "divider"}] * 51
        assert await refused(client.chat_postMessage(channel="C1", text="x", blocks=divider)) == "invalid_blocks"
        long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
        assert await refused(client.chat_postMessage(channel="C1", text="x", blocks=long)) == "invalid_blocks"
        trigger = slack.views.trigger("U1")
        without = {name: value for name, value in MODAL.items() if name != "submit"}
        assert await refused(client.views_open(trigger_id=trigger, view=without)) == "invalid_arguments"
        await client.views_open(trigger_id=trigger, view=MODAL)
        assert await refused(client.views_open(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
