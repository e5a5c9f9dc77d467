"""What happens in the local Slack, told to the app: only what it subscribed to and may see."""

from __future__ import annotations

import asyncio
import itertools

from tests.slack.deliveries import Deliveries
from tests.slack.shapes import Json, filled
from tests.slack.team import Conversation, Team

SCOPED = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "app_mention": "app_mentions:read",
}


class News:
    """Wraps events and hands them to the deliveries: at once where people act, behind a call where the app does."""

    def __init__(self, team: Team, deliveries: Deliveries, scopes: set[str]) -> None:
        self.subscribed = set[str]()
        self._team = team
        self._deliveries = deliveries
        self._scopes = scopes
        self._numbers = itertools.count(1)
        self._under_way: set[asyncio.Task[None]] = set()

    async def tell(self, event: Json, channel: Conversation | None = None) -> None:
        """Bring an event, if the app hears of such in that conversation."""
        if not self._is_heard(event, channel):
            return
        await self._deliveries.event(self.wrapped(event, is_shared=channel is not None and channel.is_shared))

    def tell_later(self, event: Json, channel: Conversation | None = None) -> None:
        """Bring an event without being waited for: its cause is a call that must be answered first."""
        task = asyncio.ensure_future(self.tell(event, channel))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def quiet(self) -> None:
        """Return once nothing is under way."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    def wrapped(self, event: Json, *, is_shared: bool = False) -> Json:
        """Return an event in its envelope, with an id of its own."""
        team = self._team
        return filled(
            "event_callback",
            event=event,
            id=f"Ev{next(self._numbers):08d}",
            time=int(float(team.stamp())),
            team=team.id,
            enterprise=team.enterprise,
            app=team.app,
            bot_user=team.bot_user,
            is_shared=is_shared,
        )

    def _is_heard(self, event: Json, channel: Conversation | None) -> bool:
        kind = event["type"]
        if kind == "message":
            assert channel is not None
            kind = f"message.{channel.scope_word}"
        if kind not in self.subscribed or SCOPED.get(kind, kind) not in {kind, *self._scopes}:
            return False
        concerns_members = kind.startswith("message.") or kind in {"app_mention", "member_joined_channel"}
        return channel is None or not concerns_members or self._team.bot_user in channel.members
