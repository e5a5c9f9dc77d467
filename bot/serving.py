"""Running Understudy: the platforms that the settings name, side by side over one core, until it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from adapters.timer import Timer
from adapters.web.platform import LocalWorkspace
from adapters.web.records import WORKSPACE
from adapters.web.sample_team import JoinForm, joining_forms, load_sample
from adapters.web.translate import PLATFORM
from adapters.web.workspace import reset_workspace
from bot.clock import Clock, SystemClock
from bot.compose import (
    Core,
    compose_core,
    discord_access,
    language_model,
    open_store,
    running,
    slack_access,
    workspace_folder,
)
from bot.errors import BotError, NotPermitted, PlatformError, SettingsError, Unreachable
from bot.events import ActionTaken
from bot.pipeline import Pipeline
from bot.platform_ports import ChatPlatform
from bot.refs import PersonRef
from bot.settings import Settings
from bot.views import Refusal

if TYPE_CHECKING:
    from adapters.discord.platform import DiscordWorkspaces
    from adapters.slack.platform import SlackWorkspace

WAKE_SECONDS = 15
_RESET = "open Bot in the developer portal, press Reset Token, and copy the new one"
_REFUSED_LATER = {
    "no_socket": "SLACK_APP_TOKEN is refused by slack: make one anew, with connections:write",
    "unauthorized": f"DISCORD_TOKEN is not taken by discord any more: {_RESET}",
}
"""What a setting has to do with a platform that ends by itself, by the code of its failure."""


async def run(settings: Settings, clock: Clock, ready: Callable[[str], None], said: Callable[[str], None]) -> None:
    """Run Understudy on every platform that the settings name until cancelled, or until one of them fails.

    `ready` gets the address of each once it listens, `said` what the operator should know. A rehearsal is deleted,
    workspace and doubles, when it stops; one that never began, because the port is taken, say, stays. Raises
    `BotError`.
    """
    store = open_store(settings, said, serves=True)
    local: LocalWorkspace | None = None
    slack: SlackWorkspace | None = None
    discord: DiscordWorkspaces | None = None
    try:
        local = _local_workspace(settings, clock) if settings.runs_local else None
        slack = await _slack_workspace(settings, clock)
        discord = await _discord_workspaces(settings, clock)
        platforms = [platform for platform in (local, slack, discord) if platform is not None]
        core = compose_core(store, clock, settings.policy(), *platforms, model=language_model(settings))
    except BaseException:
        store.close()
        await _close(local, slack, discord)
        raise
    if settings.what_stays_off:
        said(settings.what_stays_off)
    if settings.slack_signing_secret is not None:
        said("whoever has SLACK_SIGNING_SECRET can forge clicks in Slack: keep it as you keep a password")
    is_over = False
    try:
        async with running(core):
            is_rehearsal = local is not None and await local.is_rehearsal()
            try:
                await _serve(settings, local, platforms, core, clock, ready)
            except BotError:
                is_rehearsal = False
                raise
            finally:
                if is_rehearsal:
                    await _erase_local(core)
                    is_over = True
    finally:
        await _close(local, slack, discord)
        if is_over:
            reset_workspace(workspace_folder(settings))
            said("the rehearsal is over: its workspace and its doubles are deleted")


async def _close(*platforms: LocalWorkspace | SlackWorkspace | DiscordWorkspaces | None) -> None:
    for platform in reversed(platforms):
        if platform is not None:
            await platform.close()


def _local_workspace(settings: Settings, clock: Clock) -> LocalWorkspace:
    folder = workspace_folder(settings)
    return LocalWorkspace(folder, clock, settings.port, locale=settings.locale, time_zone=settings.time_zone)


async def _slack_workspace(settings: Settings, clock: Clock) -> SlackWorkspace | None:
    """Sign in to Slack, if the settings name it. A token that is refused is a `SettingsError`."""
    access = slack_access(settings)
    if access is None:
        return None
    from adapters.slack.platform import SlackWorkspace  # noqa: PLC0415 - the SDK is loaded only where it is used

    slack = SlackWorkspace(access, clock, locale=settings.locale, lets_guests=settings.guests)
    try:
        await slack.sign_in()
    except NotPermitted as error:
        await slack.close()
        raise SettingsError(f"SLACK_BOT_TOKEN is refused by slack ({error.code}): install the app anew") from None
    except BaseException:
        await slack.close()
        raise
    return slack


async def _discord_workspaces(settings: Settings, clock: Clock) -> DiscordWorkspaces | None:
    """Sign in to Discord, if the settings switch it on. A token that is refused is a `SettingsError`."""
    access = discord_access(settings)
    if access is None:
        return None
    from adapters.discord.platform import DiscordWorkspaces  # noqa: PLC0415 - the library is loaded only where used

    discord = DiscordWorkspaces(access, clock, locale=settings.locale)
    try:
        await discord.sign_in()
    except NotPermitted as error:
        await discord.close()
        raise SettingsError(f"DISCORD_TOKEN is refused by discord ({error.code}): {_RESET}") from None
    except Unreachable:
        await discord.close()
        raise Unreachable(f"discord cannot be reached: check this machine's network{access.or_its_address}") from None
    except BaseException:
        await discord.close()
        raise
    return discord


async def _serve(
    settings: Settings,
    local: LocalWorkspace | None,
    platforms: Sequence[ChatPlatform],
    core: Core,
    clock: Clock,
    ready: Callable[[str], None],
) -> None:
    """Take up what is due, and serve until cancelled; a test clock needs nobody to wake.

    People are heard, and files looked after, once every platform listens.
    """
    if local is not None:
        await _begin_sample(settings, local, core.pipeline, clock)
    await core.pipeline.settle()
    waited_for = len(platforms)

    def is_ready(address: str) -> None:
        nonlocal waited_for
        waited_for -= 1
        if not waited_for:
            core.jobs.open()
        ready(address)

    timer = Timer(core.jobs.round, WAKE_SECONDS) if isinstance(clock, SystemClock) else None
    if timer:
        timer.start()
    try:
        await _side_by_side([platform.run(core.pipeline, is_ready) for platform in platforms])
    finally:
        if timer:
            timer.stop()


async def _side_by_side(running: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run all until one ends; then the others are stopped and waited for, and what ended it is raised."""
    tasks = [asyncio.ensure_future(one) for one in running]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, PlatformError) and outcome.code in _REFUSED_LATER:
            raise SettingsError(_REFUSED_LATER[outcome.code]) from None
        if isinstance(outcome, Exception):
            raise outcome


async def _erase_local(core: Core) -> None:
    await core.stage.work.idle()
    for worker in await core.stage.store.workers():
        if worker.platform == PLATFORM:
            await core.stage.store.erase(worker)


async def _begin_sample(settings: Settings, platform: LocalWorkspace, pipeline: Pipeline, clock: Clock) -> None:
    """Fill an empty workspace with the sample team, and let those who joined do so through the real form."""
    now = clock.now()
    if settings.workspace == "sample":
        await platform.workspace.run(lambda w: load_sample(w, now) if w.is_empty else ())
    facts = await platform.workspace.run(lambda w: (w.fact("is_sample"), w.fact("has_joined")))
    if facts != ("yes", ""):
        return
    for form in joining_forms():
        await _join(pipeline, form, clock)
    await platform.workspace.run(lambda w: w.note("has_joined", "yes"))


async def _join(pipeline: Pipeline, form: JoinForm, clock: Clock) -> None:
    values = {
        "learn": form.learn,
        "draft": form.draft,
        "channels": list(form.channels),
        "until": (clock.now() + timedelta(days=form.days)).date().isoformat(),
        "earlier": form.earlier,
        "is_scripted": True,  # nobody reads the answer: no recovery code is made that nobody would see
    }
    person = PersonRef(PLATFORM, WORKSPACE, form.person)
    answer = await pipeline.act(ActionTaken(person, "consent", "consent", values))
    if isinstance(answer, Refusal):
        raise BotError("the sample team could not join: reset the workspace and start again", code="sample")
