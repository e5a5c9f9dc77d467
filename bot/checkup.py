"""`understudy doctor`: is everything here that Understudy needs? Each finding says what to do where it is not."""

from __future__ import annotations

import asyncio
import errno
import shutil
import socket
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from bot.compose import language_model, look_through
from bot.discord_commands import look_at_discord
from bot.errors import BotError, ModelError
from bot.model import LanguageModel, Prompt
from bot.settings import Settings
from bot.slack_commands import look_at_slack, try_slack_names

ROOM_NEEDED = 200 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and the sentence about it."""

    is_well: bool
    sentence: str


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at the interpreter, the data folder with its key and files, the disk, the ports, platforms, the model."""
    data, is_running = _data(settings)
    ports = _ports(settings, is_running=is_running)
    platforms = (*look_at_slack(settings, is_running=is_running), *look_at_discord(settings, is_running=is_running))
    return (_python(), *data, _room(settings), *ports, *(Finding(*seen) for seen in platforms), *_model(settings))


def try_names(settings: Settings, channel: str) -> Finding:
    """Try in a Slack channel whether replies may stand under a double's name. Raises `SettingsError` without Slack."""
    return Finding(*try_slack_names(settings, channel))


def _model(settings: Settings) -> tuple[Finding, ...]:
    """Ask the language model, if one is named, for a word, and for the embedding of one; nobody's words are sent."""
    try:
        model = language_model(settings)
    except BotError as error:
        return (Finding(is_well=False, sentence=str(error)),)
    return asyncio.run(_ask(model)) if model else ()


async def _ask(model: LanguageModel) -> tuple[Finding, ...]:
    identity = model.identity
    asked: list[tuple[str, Coroutine[Any, Any, object]]] = []
    if identity.model:
        asked.append((identity.model, model.complete(Prompt("doctor", "Answer with one word.", "Are you there?"))))
    if identity.embedding:
        asked.append((identity.embedding, model.embed(["there"])))
    place = "on this organisation's own machines" if identity.is_local else f"at {identity.vendor}"
    findings = []
    try:
        for name, call in asked:
            try:
                await call
                findings.append(Finding(is_well=True, sentence=f"the model {name!r} answers, {place}"))
            except ModelError as error:
                findings.append(Finding(is_well=False, sentence=f"the model {name!r} {_MENDS.get(error.code, _OTHER)}"))
    finally:
        await model.close()
    return tuple(findings)


_MENDS = {
    "wrong_key": "does not take the key: check OPENAI_API_KEY",
    "no_model": "is not known at that address: check OPENAI_MODEL and EMBEDDING_MODEL",
    "unreachable": "cannot be reached: check OPENAI_BASE_URL, and whether it runs",
    "timed_out": "does not answer in time: check it, or raise UNDERSTUDY_MODEL_TIMEOUT_SECONDS",
    "busy": "takes no requests now: try again later",
}
_OTHER = "does not answer as an OpenAI-compatible endpoint does: check OPENAI_BASE_URL"


def _python() -> Finding:
    is_well = sys.version_info >= (3, 11)
    return Finding(is_well, "Python is new enough" if is_well else "Python 3.11 or newer is needed: install it")


def _data(settings: Settings) -> tuple[tuple[Finding, ...], bool]:
    """Return what was found, and whether another Understudy has the folder: then no file in it is opened."""
    notes: list[str] = []
    try:
        look_through(settings, notes.append)
    except BotError as error:
        if error.code == "in_use":
            return (Finding(is_well=True, sentence="Understudy is running on this data folder"),), True
        return (Finding(is_well=False, sentence=str(error)),), False
    sound = "the data folder opens with its key, and every file in it opens too"
    return tuple(Finding(is_well=True, sentence=n) for n in (*notes, sound)), False


def _room(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data).free if settings.data.exists() else ROOM_NEEDED
    if free < ROOM_NEEDED:
        return Finding(is_well=False, sentence="less than 200 MB are free on the disk of the data folder: make room")
    return Finding(is_well=True, sentence="there is room on the disk")


def _ports(settings: Settings, *, is_running: bool) -> tuple[Finding, ...]:
    """Look at the ports that Understudy would listen at."""
    slack = settings.slack()
    wanted = [("127.0.0.1", settings.port, "UNDERSTUDY_PORT")] if settings.runs_local else []
    wanted += [(slack.host, slack.port, "SLACK_PORT")] if slack and slack.is_http else []
    return tuple(_port(host, port, name, is_running=is_running) for host, port, name in wanted)


def _port(host: str, port: int, name: str, *, is_running: bool) -> Finding:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                sentence = f"nothing can listen at {host}, port {port}: check {name} and where it listens"
                return Finding(is_well=False, sentence=sentence)
            if is_running:
                return Finding(is_well=True, sentence=f"port {port} is taken, most likely by that Understudy")
            return Finding(is_well=False, sentence=f"port {port} is taken: stop what uses it, or set {name}")
    return Finding(is_well=True, sentence="the port is free")
