"""What the local Discord refuses of each request by `limits`, and what it complains of where the app has sworn more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.discord import limits
from tests.discord.command_limits import breaches_in_commands, faults_in_commands
from tests.discord.interactions import Interactions
from tests.discord.rest import Asked
from tests.discord.team import DM, Json, Team

ANSWERED = limits.SUPPRESS_EMBEDS | limits.EPHEMERAL | limits.SILENT | limits.LAID_OUT


class Judging:
    """The judge of every request. While `is_sworn`, what this project may never send is a complaint too."""

    def __init__(self, team: Team, interactions: Interactions) -> None:
        self.is_sworn = True
        self._team = team
        self._interactions = interactions
        webhook, one = "/webhooks/{webhook}/{token}", "/channels/{channel}/messages/{message}"
        own = f"/webhooks/{team.app}/{{token}}"
        self._judges: dict[str, Callable[[Asked, Any], list[str]]] = {
            "POST /channels/{channel}/messages": self._new,
            f"PATCH {one}": self._edited,
            "POST /channels/{channel}/webhooks": lambda _, body: limits.faults_in_webhook(body),
            f"POST {webhook}": self._new_by_webhook,
            f"PATCH {webhook}/messages/{{message}}": self._edited,
            "POST /interactions/{interaction}/{token}/callback": self._answer,
            f"POST {own}": self._follow_up,
            f"PATCH {own}/messages/@original": self._edited_answer,
            f"PATCH {own}/messages/{{message}}": self._edited_answer,
            "PUT /applications/{app}/commands": self._commands,
            "PUT /applications/{app}/guilds/{guild}/commands": self._commands,
        }

    def __call__(self, asked: Asked) -> list[str]:
        """Return what is wrong with a request; nothing where all is well."""
        judge = self._judges.get(asked.route)
        return [] if judge is None else judge(asked, asked.body or {})

    def _sworn(self, found: list[str], breaches: list[str]) -> list[str]:
        return [*found, *breaches] if self.is_sworn else found

    def _new(self, asked: Asked, body: Json) -> list[str]:
        place = self._team.channels.get(asked.id("channel"))
        is_public = place is not None and place.kind != DM
        return self._sworn(_in_message(asked, body), limits.breaches_in_message(body, is_public=is_public))

    def _new_by_webhook(self, asked: Asked, body: Json) -> list[str]:
        found = [*_in_message(asked, body), *limits.faults_in_webhook(body)]
        return self._sworn(found, limits.breaches_in_message(body, is_public=True))

    def _edited(self, asked: Asked, body: Json) -> list[str]:
        id_ = asked.id("message")
        before = next((c.messages[id_] for c in self._team.channels.values() if id_ in c.messages), None)
        return self._changed(body, before)

    def _answer(self, asked: Asked, body: Json) -> list[str]:
        interaction = self._interactions.given.get(asked.path["token"])
        if interaction is None or interaction.answer:
            return []  # refused without a look at it
        message = interaction.message
        data = body.get("data") or {}
        if body.get("type") == limits.UPDATED and message is not None:
            return self._sworn(limits.faults_in_edit(data, message), limits.breaches_in_answer(body))
        found = limits.faults_in_answer(_with_files(asked, body), interaction.kind, on_message=message is not None)
        return self._sworn(found, limits.breaches_in_answer(body))

    def _follow_up(self, asked: Asked, body: Json) -> list[str]:
        said = {"type": limits.SAID, "data": body}
        return self._sworn(_in_message(asked, body, flags=ANSWERED), limits.breaches_in_answer(said))

    def _edited_answer(self, asked: Asked, body: Json) -> list[str]:
        interaction = self._interactions.given.get(asked.path["token"])
        if interaction is None:
            return []
        id_ = asked.path.get("message") or (interaction.original or {}).get("id")
        stands = [*(shown.message for shown in self._interactions.alone), *interaction.channel.messages.values()]
        return self._changed(body, next((one for one in stands if one["id"] == id_), None))

    def _changed(self, body: Json, before: Json | None) -> list[str]:
        if before is None:
            return []  # refused without a look at it
        breaches = limits.breaches_in_message(body, is_public=True, is_edit=True)
        return self._sworn(limits.faults_in_edit(body, before), breaches)

    def _commands(self, _asked: Asked, body: Any) -> list[str]:
        return self._sworn(faults_in_commands(body), breaches_in_commands(body))


def _in_message(asked: Asked, body: Json, flags: int = ANSWERED & ~limits.EPHEMERAL) -> list[str]:
    return limits.faults_in_message({**body, **_files(asked)}, flags=flags)


def _with_files(asked: Asked, body: Json) -> Json:
    return {**body, "data": {**(body.get("data") or {}), **_files(asked)}} if asked.files else body


def _files(asked: Asked) -> Json:
    return {"attachments": [{"filename": name} for name, _ in asked.files]} if asked.files else {}
