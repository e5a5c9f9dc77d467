"""The local Discord's routes by which the app answers what people do: at once, later, with more, or by a change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.discord import limits
from tests.discord.forms import Form, begun
from tests.discord.interactions import LOADING, Interaction, Interactions
from tests.discord.message_routes import changes, contents
from tests.discord.messages import by_person, changed, with_ids
from tests.discord.rest import Asked, RestApi, unknown
from tests.discord.rooms import Rooms
from tests.discord.team import Json, Refused, Team


class AnswerRoutes:
    """`/interactions/…` and the part of `/webhooks/…` that takes an interaction's token; by names for `api.trouble`."""

    def __init__(self, team: Team, api: RestApi, rooms: Rooms, interactions: Interactions) -> None:
        self.callback = "POST /interactions/{interaction}/{token}/callback"
        self.follow_ups = f"POST /webhooks/{team.app}/{{token}}"
        self.original = f"PATCH /webhooks/{team.app}/{{token}}/messages/@original"
        self.later = f"PATCH /webhooks/{team.app}/{{token}}/messages/{{message}}"
        self._team = team
        self._rooms = rooms
        self._interactions = interactions
        api.add("POST", _address(self.callback), self.answer, is_open=True)
        api.add("POST", _address(self.follow_ups), self.follow_up, is_open=True)
        for template in (_address(self.original), _address(self.later)):
            for method, handler in (("GET", self.get), ("PATCH", self.change), ("DELETE", self.remove)):
                api.add(method, template, handler, is_open=True)

    async def answer(self, asked: Asked) -> Json | None:
        interaction = self._interactions.given.get(asked.path["token"])
        if interaction is None or interaction.id != asked.id("interaction") or interaction.is_lapsed:
            raise unknown("interaction", 10062)
        if interaction.answer:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        self._take(interaction, asked.body["type"], replace(asked, body=asked.body.get("data") or {}))
        interaction.answered_with(asked.body["type"])
        return _called_back(interaction) if asked.query.get("with_response") in {"1", "true"} else None

    def _take(self, interaction: Interaction, kind: int, said: Asked) -> None:
        match kind:
            case limits.SAID:
                interaction.original = self._show(interaction, **contents(self._team, said))
            case limits.SAID_LATER:
                interaction.original = self._show(interaction, flags=LOADING | (said.body.get("flags") or 0))
            case limits.UPDATED_LATER:
                interaction.original = interaction.message
            case limits.UPDATED:
                interaction.original = interaction.message
                self._update(interaction, self._made_by(interaction, "@original"), said)
            case limits.OFFERED:
                interaction.choices = said.body["choices"]
            case limits.ASKED:
                form = {**said.body, "components": with_ids(said.body["components"])}
                self._interactions.forms[interaction.person] = Form(interaction, form, begun(form))

    async def follow_up(self, asked: Asked) -> Json:
        interaction = self._held(asked)
        original = interaction.original
        if original is not None and original["flags"] & LOADING:  # then Discord takes it for the answer that is awaited
            return self._update(interaction, original, asked)
        message = self._show(interaction, **contents(self._team, asked))
        interaction.made.add(int(message["id"]))
        return message

    async def get(self, asked: Asked) -> Json:
        return self._asked_for(asked)[1]

    async def change(self, asked: Asked) -> Json:
        interaction, message = self._asked_for(asked)
        return self._update(interaction, message, asked)

    async def remove(self, asked: Asked) -> None:
        interaction, message = self._asked_for(asked)
        if not self._interactions.hide(message):
            self._rooms.remove(interaction.channel, int(message["id"]))

    # ------------------------------------------------------------ what an answer does

    def _show(self, interaction: Interaction, **facts: Any) -> Json:
        """Show an answer: to whoever acted alone, or for all to see."""
        if facts["flags"] & limits.EPHEMERAL:
            return self._interactions.show_alone(interaction, **facts)
        app = str(self._team.app)
        author = by_person(self._team, self._team.bot)
        facts = {"content": "", **facts, "webhook_id": app, "application_id": app}
        return self._rooms.post(interaction.channel, author, **facts)

    def _update(self, interaction: Interaction, message: Json, asked: Asked) -> Json:
        """Change a message; one that was awaited is there now, and who sees it stays as it is."""
        facts = changes(message, asked.body)
        flags, before = facts.get("flags") or message["flags"], message["flags"]
        facts["flags"] = flags & ~LOADING | before & limits.EPHEMERAL
        if asked.files:
            facts["attachments"] = contents(self._team, asked)["attachments"]
        if self._interactions.is_alone(message):
            return changed(self._team, interaction.channel, message, **facts)
        return self._rooms.edit(interaction.channel, message, **facts)

    # ------------------------------------------------------------ what there is

    def _held(self, asked: Asked) -> Interaction:
        """Return the act of a token; it has to be answered first, and within a quarter of an hour of it."""
        interaction = self._interactions.given.get(asked.path["token"])
        if interaction is None or self._interactions.is_over(interaction):
            raise Refused(401, 50027, "Invalid Webhook Token")
        if not interaction.answer:
            raise unknown("Webhook", 10015)
        return interaction

    def _asked_for(self, asked: Asked) -> tuple[Interaction, Json]:
        interaction = self._held(asked)
        return interaction, self._made_by(interaction, asked.path.get("message", "@original"))

    def _made_by(self, interaction: Interaction, id_: str) -> Json:
        """Return a message that an act may change, if it still stands."""
        original = interaction.original
        if id_ == "@original":
            id_ = original["id"] if original else "0"
        if int(id_) in interaction.made or (original is not None and id_ == original["id"]):
            apart = {shown.message["id"]: shown.message for shown in self._interactions.alone}
            found = apart.get(id_) or interaction.channel.messages.get(int(id_))
            if found is not None:
                return found
        raise unknown("Message", 10008)


def _address(route: str) -> str:
    return route.partition(" ")[2]


def _called_back(interaction: Interaction) -> Json:
    """Return what an answer brought about, for whoever asked."""
    about: Json = {"id": str(interaction.id), "type": interaction.kind}
    what: Json = {"type": interaction.answer}
    original = interaction.original
    if original is not None:
        flags = original["flags"]
        about |= {
            "response_message_id": original["id"],
            "response_message_loading": bool(flags & LOADING),
            "response_message_ephemeral": bool(flags & limits.EPHEMERAL),
        }
        what |= {"message": original} if interaction.answer in {limits.SAID, limits.UPDATED} else {}
    return {"interaction": about, "resource": what}
