"""`understudy doctor`: is everything here that Understudy needs? Each finding says what to do where it is not."""

from __future__ import annotations

import shutil
import socket
import sys
from dataclasses import dataclass

from bot.compose import look_through
from bot.errors import BotError
from bot.settings import Settings

ROOM_NEEDED = 200 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and the sentence about it."""

    is_well: bool
    sentence: str


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at the interpreter, the data folder with its key and files, the room on the disk, and the port."""
    data, is_running = _data(settings)
    return (_python(), *data, _room(settings), _port(settings, is_running=is_running))


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


def _port(settings: Settings, *, is_running: bool) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.port))
        except OSError:
            if is_running:
                return Finding(is_well=True, sentence=f"port {settings.port} is taken, most likely by that Understudy")
            sentence = f"port {settings.port} is taken: stop what uses it, or set UNDERSTUDY_PORT"
            return Finding(is_well=False, sentence=sentence)
    return Finding(is_well=True, sentence="the port is free")
