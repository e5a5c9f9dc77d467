"""An app of the real library on the local Discord, which answers what people do by what its test tells it to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
from discord import app_commands, ui

from bot.clock import TestClock
from tests.discord.listening import Heard, connected
from tests.discord.server import GARDEN, SHED, LocalDiscord, local_discord
from tests.local_platform import MONDAY

Answering = Callable[[discord.Interaction[Any]], Awaitable[object]]
QUIET = discord.AllowedMentions.none()


@dataclass
class App:
    """An app that answers each act by what its test has put in `answers`, under a custom id or a command's name."""

    place: LocalDiscord
    clock: TestClock
    client: Heard
    answers: dict[str, Answering] = field(default_factory=dict)
    acts: list[discord.Interaction[Any]] = field(default_factory=list)

    @property
    def last(self) -> discord.Interaction[Any]:
        """The newest act."""
        return self.acts[-1]

    async def take(self, interaction: discord.Interaction[Any], name: str) -> None:
        """Note an act and answer it."""
        self.acts.append(interaction)
        await self.answers[name](interaction)


@asynccontextmanager
async def answering_app() -> AsyncIterator[App]:
    """Let the app sign in and register its commands."""
    clock = TestClock(MONDAY)
    async with local_discord(clock.now) as place:
        place.found_team()
        async with connected(place) as client:
            found = App(place, clock, client)
            await _commands(found).sync()
            client.event(_listener(found))
            yield found


def _commands(app: App) -> app_commands.CommandTree[Any]:
    tree: app_commands.CommandTree[Any] = app_commands.CommandTree(app.client)
    where = app_commands.AppCommandContext(guild=True)
    group = app_commands.Group(name="double", description="An AI double", allowed_contexts=where)

    @group.command(name="ask", description="Ask somebody's double")
    async def ask(interaction: discord.Interaction[Any], person: discord.Member, question: str) -> None:
        interaction.extras |= {"person": person, "question": question}
        await app.take(interaction, "ask")

    @group.command(name="zone", description="Your time zone")
    async def zone(interaction: discord.Interaction[Any], zone: str) -> None:
        await app.take(interaction, zone)

    @zone.autocomplete("zone")
    async def offered(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        app.acts.append(interaction)
        return [app_commands.Choice(name=f"{typed}…", value="Europe/Berlin")]

    @tree.context_menu(name="Never use this")
    @app_commands.allowed_contexts(guilds=True)
    async def never(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        interaction.extras["message"] = message
        await app.take(interaction, "never")

    tree.add_command(group)
    return tree


def _listener(app: App) -> Any:
    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        if interaction.type in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            data: Any = interaction.data
            await app.take(interaction, data["custom_id"])

    return on_interaction


def saying(content: str, **more: Any) -> Answering:
    """Answer with words."""
    return lambda interaction: interaction.response.send_message(
        content, ephemeral=True, allowed_mentions=QUIET, **more
    )


def window(*texts: str, press: str = "press") -> ui.LayoutView:
    """Return a layout of texts over a button and a link."""
    view: ui.LayoutView = ui.LayoutView(timeout=None)
    container: ui.Container[Any] = ui.Container()
    for text in texts:
        container.add_item(ui.TextDisplay(text))
    row: ui.ActionRow[Any] = ui.ActionRow()
    row.add_item(ui.Button(label="Press me", custom_id=press))
    row.add_item(ui.Button(label="Read more", url="https://understudy.example"))
    container.add_item(row)
    return view.add_item(container)


def showing(*texts: str, press: str = "press") -> Answering:
    """Answer with a layout."""
    return lambda interaction: interaction.response.send_message(
        view=window(*texts, press=press), ephemeral=True, allowed_mentions=QUIET
    )


def form() -> ui.Modal:
    """Return a modal with a field of each kind that this project uses."""
    modal = ui.Modal(title="A form", custom_id="form")
    ticks: ui.CheckboxGroup[Any] = ui.CheckboxGroup(custom_id="field:ticks", required=False)
    ticks.add_option(label="Learn from me", value="learn", default=True)
    ticks.add_option(label="Draft for me", value="draft")
    menu: ui.Select[Any] = ui.Select(custom_id="field:channels", required=False, max_values=2)
    menu.add_option(label="#garden", value=str(GARDEN), default=True)
    menu.add_option(label="#shed", value=str(SHED))
    modal.add_item(ui.TextDisplay("What it does"))
    modal.add_item(ui.Label(text="Your words", component=ui.TextInput(custom_id="field:text", max_length=20)))
    modal.add_item(ui.Label(text="What it may", component=ticks))
    modal.add_item(ui.Label(text="Where", component=menu))
    modal.add_item(ui.Label(text="A vault", component=ui.FileUpload(custom_id="field:vault", required=False)))
    return modal


def asking() -> Answering:
    """Answer with the modal."""
    return lambda interaction: interaction.response.send_modal(form())


async def refused(app: App, method: str, path: str, body: object = None) -> tuple[int, int]:
    """Return by which status and code a call is refused that the library would not let through."""
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{app.place.api_url}{path}", json=body) as answer,
    ):
        return answer.status, (await answer.json())["code"]
