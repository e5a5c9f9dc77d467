"""What people do with the app in the local Discord: acts that it has to answer, and what one person alone is shown."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.discord.ids import moment_of
from bot.clock import Stopwatch
from tests.discord.forms import Form
from tests.discord.gateway import Gateway
from tests.discord.limits import EPHEMERAL, PRESS, SUBMIT
from tests.discord.messages import by_person, made
from tests.discord.objects import channel_object, member_object, user_object
from tests.discord.team import DM, Channel, Json, Team

TOKEN_LIVES = timedelta(minutes=15)
LOADING = 1 << 7
UPLOAD = 10 * 1024**2


@dataclass(eq=False)
class Interaction:
    """One act of one person. `answer` is the kind of its answer, 0 while there is none; `original` the message it has.

    `message` is what was pressed, or what the form was opened from; `made` the ids of the messages that it may change.
    """

    id: int
    kind: int
    person: int
    channel: Channel
    data: Json
    message: Json | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(64), repr=False)
    answer: int = 0
    original: Json | None = None
    made: set[int] = field(default_factory=set)
    choices: list[Json] = field(default_factory=list)
    is_lapsed: bool = False
    seconds: float = 0.0
    watch: Stopwatch = field(default_factory=Stopwatch, repr=False)
    answered: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def given_at(self) -> datetime:
        """When it was begun, by the test clock."""
        return moment_of(self.id)

    def answered_with(self, kind: int) -> None:
        """Note that the app has answered, and how soon."""
        self.answer, self.seconds = kind, self.watch.seconds
        self.answered.set()


@dataclass(eq=False)
class Alone:
    """A message that one person alone sees, in the channel where they acted."""

    person: int
    channel: Channel
    message: Json


class Interactions:
    """Every act, and what came of it. An act that is not answered within `patience` seconds has failed."""

    def __init__(self, team: Team, gateway: Gateway) -> None:
        self.patience = 10.0  # Discord gives three; a machine that runs tests may be slow
        self.given: dict[str, Interaction] = {}
        self.alone: list[Alone] = []
        self.forms: dict[int, Form] = {}
        self._team = team
        self._gateway = gateway

    async def act(
        self, person: int, channel: Channel, kind: int, data: Json, message: Json | None = None
    ) -> Interaction:
        """Tell the app what somebody does, and return once it has answered."""
        interaction = Interaction(self._team.snowflake(), kind, person, channel, data, message)
        self.given[interaction.token] = interaction
        assert self._gateway.is_connected, "the application did not respond: it has no line"
        self._gateway.send("INTERACTION_CREATE", interaction_object(self._team, interaction))
        try:
            async with asyncio.timeout(self.patience):
                await interaction.answered.wait()
        except TimeoutError:
            interaction.is_lapsed = True
            raise AssertionError("the application did not respond") from None
        await self._gateway.quiet()
        return interaction

    def is_over(self, interaction: Interaction) -> bool:
        """Whether an act's token is good no more."""
        return interaction.is_lapsed or self._team.moment() - interaction.given_at > TOKEN_LIVES

    def show_alone(self, interaction: Interaction, **facts: Any) -> Json:
        """Show whoever acted a message that nobody else sees."""
        apart = replace(interaction.channel, messages={})
        facts["flags"] = facts.get("flags", 0) | EPHEMERAL
        app = str(self._team.app)
        author = by_person(self._team, self._team.bot)
        message = made(self._team, apart, author, webhook_id=app, application_id=app, **facts)
        self.alone.append(Alone(interaction.person, interaction.channel, message))
        return message

    def is_alone(self, message: Json) -> bool:
        """Whether a message is one that one person alone sees."""
        return any(shown.message is message for shown in self.alone)

    def hide(self, message: Json) -> bool:
        """Take a message away that one person alone sees; whether there was one."""
        before = len(self.alone)
        self.alone = [shown for shown in self.alone if shown.message is not message]
        return len(self.alone) < before


def interaction_object(team: Team, interaction: Interaction) -> Json:
    """Return an act as the gateway brings it."""
    person, channel = interaction.person, interaction.channel
    permissions = str(int(team.may(person, channel)))
    found: Json = {
        "id": str(interaction.id),
        "application_id": str(team.app),
        "type": interaction.kind,
        "data": interaction.data,
        "token": interaction.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": {**channel_object(team, channel), "permissions": permissions},
        "app_permissions": str(int(team.may(team.bot, channel))),
        "locale": team.people[person].locale,
        "entitlements": [],
        "attachment_size_limit": UPLOAD,
        **_where(team, channel),
    }
    if channel.kind == DM:
        found["user"] = user_object(team.people[person])
    else:
        member = team.guilds[channel.guild].members[person]
        found["member"] = {**member_object(team, member), "permissions": permissions}
    if interaction.message is not None and interaction.kind in {PRESS, SUBMIT}:
        found["message"] = dict(interaction.message)
    return found


def _where(team: Team, channel: Channel) -> Json:
    if channel.kind == DM:
        return {"context": 1, "authorizing_integration_owners": {"0": "0"}}
    guild = team.guilds[channel.guild]
    return {
        "context": 0,
        "guild_id": str(guild.id),
        "guild_locale": guild.locale,
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": sorted(guild.features)},
        "authorizing_integration_owners": {"0": str(guild.id)},
    }
