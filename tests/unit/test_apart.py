"""Work in a process of its own: what comes of it, what fails in it, and that this process is free meanwhile."""

from __future__ import annotations

import asyncio
import os

import pytest

from bot.apart import apart
from bot.errors import VaultError
from bot.vault.sealing import seal, unseal

pytestmark = pytest.mark.anyio


async def test_the_work_is_done_in_another_process() -> None:
    assert await apart(os.getpid) != os.getpid()


async def test_what_fails_there_fails_here_with_its_code() -> None:
    with pytest.raises(VaultError) as caught:
        await apart(unseal, b"no vault", "correct horse battery staple")
    assert caught.value.code == "not_a_vault"


async def test_others_are_served_while_a_vault_is_sealed() -> None:
    sealing = asyncio.create_task(apart(seal, b"words", "correct horse battery staple"))
    turns = 0
    while not sealing.done():
        await asyncio.wait({sealing}, timeout=0.01)
        turns += 1
    assert turns > 10
    assert (await sealing).startswith(b"age-encryption.org/v1")
