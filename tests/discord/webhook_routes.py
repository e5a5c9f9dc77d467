"""The local Discord's routes about webhooks: as the bot manages them, and as their token's holder posts by them."""

from __future__ import annotations

from tests.discord.gateway import Gateway
from tests.discord.message_routes import changes, contents
from tests.discord.messages import as_read, by_webhook
from tests.discord.objects import webhook_object
from tests.discord.permissions import Can
from tests.discord.rest import Asked, RestApi, is_true, snowflake_in, unknown
from tests.discord.rooms import Rooms
from tests.discord.team import DM, FORUM, Channel, Json, Refused, Team, Webhook

MOST = 15


class WebhookRoutes:
    """`/channels/{channel}/webhooks` and `/webhooks/…`."""

    def __init__(self, team: Team, api: RestApi, gateway: Gateway, rooms: Rooms) -> None:
        self._team = team
        self._gateway = gateway
        self._rooms = rooms
        managed, held = "/webhooks/{webhook}", "/webhooks/{webhook}/{token}"
        one = f"{held}/messages/{{message}}"
        api.add("GET", "/channels/{channel}/webhooks", self.list)
        api.add("POST", "/channels/{channel}/webhooks", self.create)
        api.add("GET", managed, self.show)
        api.add("DELETE", managed, self.delete)
        for method, template, handler in (
            ("GET", held, self.show_held),
            ("DELETE", held, self.delete_held),
            ("POST", held, self.execute),
            ("GET", one, self.get),
            ("PATCH", one, self.change),
            ("DELETE", one, self.take_back),
        ):
            api.add(method, template, handler, is_open=True)

    # ------------------------------------------------------------ managing

    async def list(self, asked: Asked) -> list[Json]:
        channel = self._managed(asked.id("channel"))
        return [webhook_object(self._team, w) for w in self._team.webhooks.values() if w.channel == channel.id]

    async def create(self, asked: Asked) -> Json:
        channel = self._managed(asked.id("channel"))
        if channel.is_thread or channel.kind == DM:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        if sum(w.channel == channel.id for w in self._team.webhooks.values()) >= MOST:
            raise Refused(400, 30007, "Maximum number of webhooks reached (15)")
        team, name = self._team, str(asked.body["name"])
        avatar = "0123456789abcdef0123456789abcdef" if asked.body.get("avatar") else None
        webhook = Webhook(team.snowflake(), channel.id, name, team.app, team.bot, avatar)
        team.webhooks[webhook.id] = webhook
        self._updated(channel)
        return webhook_object(team, webhook)

    async def show(self, asked: Asked) -> Json:
        webhook = self._found(asked)
        self._managed(webhook.channel)
        return webhook_object(self._team, webhook)

    async def delete(self, asked: Asked) -> None:
        webhook = self._found(asked)
        self._managed(webhook.channel)
        self._remove(webhook)

    # ------------------------------------------------------------ by its token

    async def show_held(self, asked: Asked) -> Json:
        found = webhook_object(self._team, self._held(asked))
        return {key: value for key, value in found.items() if key != "user"}

    async def delete_held(self, asked: Asked) -> None:
        self._remove(self._held(asked))

    async def execute(self, asked: Asked) -> Json | None:
        webhook = self._held(asked)
        place = self._place(webhook, asked)
        if place.kind == FORUM:
            raise Refused(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")
        facts = contents(self._team, asked)
        if not webhook.application:
            facts["components"] = []  # only an application's webhook can have buttons
        name = asked.body.get("username")
        author = by_webhook(webhook, name or None, asked.body.get("avatar_url"))
        owned = {"application_id": str(webhook.application)} if webhook.application else {}
        message = self._rooms.post(place, author, **facts, webhook_id=str(webhook.id), **owned)
        return as_read(self._team, place, message) if is_true(asked.query.get("wait")) else None

    async def get(self, asked: Asked) -> Json:
        place, message = self._own(asked)
        return as_read(self._team, place, message)

    async def change(self, asked: Asked) -> Json:
        place, message = self._own(asked)
        self._rooms.check_open(place)
        return as_read(self._team, place, self._rooms.edit(place, message, **changes(message, asked.body)))

    async def take_back(self, asked: Asked) -> None:
        place, message = self._own(asked)
        self._rooms.check_open(place)
        self._rooms.remove(place, int(message["id"]))

    # ------------------------------------------------------------ what there is

    def _managed(self, channel: int) -> Channel:
        found = self._rooms.visible(channel)
        self._rooms.check(found, Can.MANAGE_WEBHOOKS)
        return found

    def _found(self, asked: Asked) -> Webhook:
        webhook = self._team.webhooks.get(asked.id("webhook"))
        if webhook is None or webhook.channel not in self._team.channels:
            raise unknown("Webhook", 10015)
        return webhook

    def _held(self, asked: Asked) -> Webhook:
        webhook = self._found(asked)
        if webhook.token != asked.path["token"]:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return webhook

    def _place(self, webhook: Webhook, asked: Asked) -> Channel:
        """Return where a call posts: the webhook's channel, or a thread of it that is not locked."""
        if "thread_id" not in asked.query:
            return self._team.channels[webhook.channel]
        thread = self._team.channels.get(snowflake_in(asked.query["thread_id"]))
        if thread is None or not thread.is_thread or thread.parent != webhook.channel:
            raise unknown("Channel", 10003)
        if thread.is_locked:
            raise Refused(400, 160005, "Thread is locked")
        return thread

    def _own(self, asked: Asked) -> tuple[Channel, Json]:
        webhook = self._held(asked)
        place = self._place(webhook, asked)
        message = self._rooms.message(place, asked.id("message"))
        if message.get("webhook_id") != str(webhook.id):
            raise unknown("Message", 10008)
        return place, message

    def _remove(self, webhook: Webhook) -> None:
        del self._team.webhooks[webhook.id]
        self._updated(self._team.channels[webhook.channel])

    def _updated(self, channel: Channel) -> None:
        self._gateway.send("WEBHOOKS_UPDATE", {"guild_id": str(channel.guild), "channel_id": str(channel.id)})
