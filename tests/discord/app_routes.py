"""The local Discord's routes about the application itself: who it is, where the gateway is, its commands, its DMs."""

from __future__ import annotations

from tests.discord.gateway import Gateway
from tests.discord.objects import application_object, channel_object, user_object
from tests.discord.rest import Asked, RestApi, invalid, is_true, snowflake_in, unknown
from tests.discord.team import Json, Refused, Team


class AppRoutes:
    """`/users/…`, `/applications/…` and `/gateway/bot`. `commands` stand by their guild, 0 for the global ones."""

    def __init__(self, team: Team, api: RestApi, gateway: Gateway) -> None:
        self._team = team
        self._gateway = gateway
        self.commands: dict[int, list[Json]] = {}
        api.add("GET", "/users/@me", self.me)
        api.add("GET", "/users/{user}", self.user)
        api.add("POST", "/users/@me/channels", self.open_direct)
        api.add("GET", "/gateway/bot", self.where)
        for template in ("/applications/@me", "/oauth2/applications/@me"):
            api.add("GET", template, self.application)
        for template in ("/applications/{app}/commands", "/applications/{app}/guilds/{guild}/commands"):
            api.add("GET", template, self.list_commands)
            api.add("PUT", template, self.overwrite_commands)

    async def me(self, _asked: Asked) -> Json:
        return {**user_object(self._team.people[self._team.bot]), "verified": True, "mfa_enabled": True, "flags": 0}

    async def user(self, asked: Asked) -> Json:
        person = self._team.people.get(asked.id("user"))
        if person is None:
            raise unknown("User", 10013)
        return user_object(person)

    async def where(self, _asked: Asked) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
        return {"url": self._gateway.url, "shards": 1, "session_start_limit": limit}

    async def application(self, _asked: Asked) -> Json:
        return application_object(self._team)

    async def open_direct(self, asked: Asked) -> Json:
        person = self._team.people.get(snowflake_in(asked.body["recipient_id"]))
        if person is None:
            raise invalid("Value is not a known user.")
        if person.is_bot:
            raise Refused(403, 50007, "Cannot send messages to this user")
        return channel_object(self._team, self._team.direct(person.id))

    async def list_commands(self, asked: Asked) -> list[Json]:
        with_localizations = is_true(asked.query.get("with_localizations"))
        found = self.commands.get(self._scope(asked), [])
        return found if with_localizations else [_without_localizations(command) for command in found]

    async def overwrite_commands(self, asked: Asked) -> list[Json]:
        scope = self._scope(asked)
        before = {(command["type"], command["name"]): command for command in self.commands.get(scope, [])}
        self.commands[scope] = [self._command(given, scope, before) for given in asked.body]
        return self.commands[scope]

    def _scope(self, asked: Asked) -> int:
        if asked.id("app") != self._team.app:
            raise Refused(403, 20012, "You are not authorized to perform this action on this application")
        guild = asked.id("guild") if "guild" in asked.path else 0
        if guild and self._team.bot not in getattr(self._team.guilds.get(guild), "members", {}):
            raise Refused(403, 50001, "Missing Access")
        return guild

    def _command(self, given: Json, scope: int, before: dict[tuple[int, str], Json]) -> Json:
        kind = given.get("type", 1)
        old = before.get((kind, given["name"]), {})
        usual: Json = {
            "name_localizations": None,
            "description": "",
            "description_localizations": None,
            "options": [],
            "default_member_permissions": None,
            "dm_permission": True,
            "nsfw": False,
            "contexts": None,
            "integration_types": [0],
        }
        ids = {"id": old.get("id") or str(self._team.snowflake()), "version": str(self._team.snowflake())}
        where = {"guild_id": str(scope)} if scope else {}
        return {**usual, **given, "type": kind, "application_id": str(self._team.app), **ids, **where}


def _without_localizations(part: Json) -> Json:
    """Return a command or an option as a list shows it that did not ask for its translations."""
    found = {key: value for key, value in part.items() if not key.endswith("_localizations")}
    if "options" in found:
        found["options"] = [_without_localizations(option) for option in found["options"]]
    return found
