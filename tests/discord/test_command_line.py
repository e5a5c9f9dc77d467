"""`understudy doctor` and `understudy discord invite`, as an operator types them, against the local Discord."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.discord.server import APP, LocalDiscord

pytestmark = pytest.mark.anyio
WORD = "developer-policy-on-profiling-users"


async def process(folder: Path, discord: LocalDiscord, *words: str, **settings: str) -> asyncio.subprocess.Process:
    """Start a command with Discord switched on, or as told."""
    given = {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_ENABLED": "true",
        "DISCORD_ACKNOWLEDGED": WORD,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "UNDERSTUDY_PORT": "0",  # another Understudy may run on this machine
        **settings,
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UNDERSTUDY_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=folder,
        env={**environment, **given, "PYTHONPATH": str(ROOT), "UNDERSTUDY_DATA": str(folder / "data")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def understudy(folder: Path, discord: LocalDiscord, *words: str, **settings: str) -> tuple[int, str, str]:
    """Run a command; return its exit code and what it said, here and there."""
    running = await process(folder, discord, *words, **settings)
    out, err = await running.communicate()
    assert discord.token.encode() not in out + err
    return running.returncode or 0, out.decode(), err.decode()


async def test_run_says_that_it_is_ready_and_stops_when_it_is_told_to(tmp_path: Path, discord: LocalDiscord) -> None:
    running = await process(tmp_path, discord, "run")
    assert running.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("Understudy is ready"):
        lines.append((await running.stdout.readline()).decode())
        assert lines[-1], "it ended before it was ready"
    assert lines[-1] == "Understudy is ready at https://discord.com\n"
    assert discord.gateway.is_connected
    running.send_signal(signal.SIGTERM)
    out, err = await running.communicate()
    assert (running.returncode, out.decode(), err) == (0, "stopped\n", b"")
    await discord.gateway.until(lambda: not discord.gateway.is_connected)


async def test_invite_prints_the_address_at_the_web_address_that_is_set(tmp_path: Path, discord: LocalDiscord) -> None:
    code, out, err = await understudy(tmp_path, discord, "discord", "invite")
    assert (code, err) == (0, "")
    assert out.startswith(f"https://discord.com/oauth2/authorize?client_id={APP}&scope=bot+applications.commands&")
    _, elsewhere, _ = await understudy(
        tmp_path, discord, "discord", "invite", DISCORD_WEB_URL="https://chat.example.org/"
    )
    assert elsewhere == out.replace("https://discord.com/", "https://chat.example.org/")
    assert not (tmp_path / "data").exists()


async def test_invite_says_what_to_do_where_discord_is_off_or_refuses(tmp_path: Path, discord: LocalDiscord) -> None:
    code, out, err = await understudy(tmp_path, discord, "discord", "invite", DISCORD_ENABLED="")
    assert (code, out) == (2, "")
    assert err.startswith("understudy: DISCORD_TOKEN is set, but Discord stays off")
    assert (await understudy(tmp_path, discord, "discord", "invite", DISCORD_TOKEN="", DISCORD_ENABLED=""))[0] == 2
    discord.api.is_revoked = True
    code, out, err = await understudy(tmp_path, discord, "discord", "invite")
    assert (code, out) == (1, "")
    assert err.startswith("understudy: Discord does not take the token: open Bot in the developer portal")


async def test_the_doctor_looks_at_discord(tmp_path: Path, discord: LocalDiscord) -> None:
    code, out, err = await understudy(tmp_path, discord, "doctor")
    assert (code, err) == (0, "")
    assert "ok    Discord takes the token, for the application Understudy\n" in out
    assert "ok    in Garden, Understudy is in #garden and 1 private channel\n" in out
    discord.team.app_flags = 0
    code, out, _ = await understudy(tmp_path, discord, "doctor")
    assert code == 1
    assert "FAIL  the Message Content Intent is off" in out


async def test_the_doctor_says_that_discord_is_off_and_asks_it_nothing(tmp_path: Path, discord: LocalDiscord) -> None:
    code, out, _ = await understudy(tmp_path, discord, "doctor", DISCORD_ENABLED="")
    assert code == 0
    assert "ok    DISCORD_TOKEN is set, but Discord stays off" in out
    assert discord.api.calls == []
