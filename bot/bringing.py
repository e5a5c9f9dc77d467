"""Bringing one's double along: opening the sealed file that came with the joining form, and saying what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.agreement import Terms
from bot.apart import apart
from bot.errors import VaultError
from bot.ports import Channel, Transaction
from bot.refs import PersonRef
from bot.stage import Stage
from bot.vault.contents import Contents
from bot.vault.packing import Manifest, check_parts, read_contents, read_manifest, unpack
from bot.vault.sealing import LARGEST_FILE, MOST_CHARACTERS, unseal
from bot.vault.taking_in import Here, TakenIn, begin, blocks_of, finish, is_partly_here, take_block
from bot.vault.verifying import faults_in
from bot.views import Element, FileField, Fold, Refusal, SecretField, Text
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Vault:
    """A vault that was opened, looked through and found whole."""

    manifest: Manifest
    contents: Contents


class Bringing:
    """What the joining form has to do with a vault."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._come: dict[PersonRef, tuple[int, int]] = {}  # how many messages of how many, while they are taken up

    @staticmethod
    def fields(words: Words) -> Fold:
        """Return the part of the form in which the file is chosen."""
        return Fold(
            words.say("vault.bring_title"),
            (
                Text(words.say("vault.bring_text")),
                FileField("vault", words.say("vault.bring_file_label"), ".age", LARGEST_FILE),
                SecretField("passphrase", words.say("vault.bring_passphrase_label"), limit=MOST_CHARACTERS),
            ),
        )

    async def read(
        self, person: PersonRef, values: Mapping[str, Any], terms: Terms, words: Words
    ) -> Vault | Refusal | None:
        """Open the file that a form brings; None if it brings none. Nothing is stored, nobody is enrolled."""
        sealed, passphrase = values.get("vault"), values.get("passphrase", "")
        if sealed is None:
            return None
        if not isinstance(sealed, bytes) or not isinstance(passphrase, str) or len(passphrase) > MOST_CHARACTERS:
            return Refusal("bad_value", words.say("vault.bring_file_wrong"))
        if not (terms.learn and terms.earlier):
            return Refusal("bad_value", words.say("vault.bring_needs_earlier"))
        if await self._stage.platforms.of(person).is_rehearsal():
            return Refusal("rehearsal", words.say("vault.rehearsal"))
        if await self._stage.store.read(person, lambda tx: tx.worker) is not None:
            return Refusal("already", words.say("vault.bring_not_empty"))
        try:
            vault = await asyncio.to_thread(looked_through, await apart(unseal, sealed, passphrase))
        except VaultError as error:
            return Refusal(error.code, words.say(f"vault.bring_{error.code}"))
        if not _is_of(vault.manifest.worker, person):
            return Refusal("not_yours", words.say("vault.bring_not_yours"))
        return vault

    def take(self, tx: Transaction, vault: Vault, channels: tuple[Channel, ...]) -> TakenIn:
        """Take up a vault in the transaction in which its owner has just joined; of a large one the beginning."""
        return begin(tx, vault.manifest, vault.contents, self._here(channels), self._stage.now())

    def go_on(self, worker: PersonRef, vault: Vault, channels: tuple[Channel, ...], taken: TakenIn) -> None:
        """Take up the rest of a large vault in the background, a block a transaction, if there is any."""
        if taken.run:
            self._come[worker] = (taken.messages, len(vault.contents.messages))
            self._stage.work.start("bringing", self._take_rest(worker, vault, self._here(channels), taken))

    async def progress(self, person: PersonRef, words: Words) -> list[Element]:
        """Say how far a large vault has come, or that it was cut short; nothing where all is taken up."""
        if person in self._come:
            done, total = self._come[person]
            return [Text(words.say("vault.bringing_so_far", done=done, total=total), look="small")]
        if await self._stage.store.read(person, is_partly_here):
            return [Text(words.say("vault.bringing_cut_short"), look="notice")]
        return []

    async def _take_rest(self, worker: PersonRef, vault: Vault, here: Here, taken: TakenIn) -> None:
        run, store, total = taken.run, self._stage.store, len(vault.contents.messages)
        messages, now = taken.messages, self._stage.now
        try:
            for block in blocks_of(vault.contents):
                count = await store.run(worker, lambda tx, b=block: take_block(tx, run, b, here, now()))  # type: ignore[misc]
                if count is None:
                    return  # they left, or erased something: nothing comes back out of the file
                messages += count
                self._come[worker] = (messages, total)
            given = vault.manifest, vault.contents
            await store.run(worker, lambda tx: finish(tx, run, *given, here, now(), messages))
        finally:
            self._come.pop(worker, None)

    def _here(self, channels: tuple[Channel, ...]) -> Here:
        return Here(frozenset(c.ref for c in channels if c.public), self._stage.policy.phone_regions)

    @staticmethod
    def told(taken: TakenIn, words: Words) -> list[Element]:
        """Say what came of it, in counts."""
        if taken.elsewhere:
            return [Text(words.say("vault.bring_elsewhere"), look="notice")]
        if taken.run:
            return [Text(words.say("vault.bringing_goes_on"))]
        lines = [words.say("vault.brought_messages", n=taken.messages)]
        if taken.claims:
            lines.append(words.say("vault.brought_claims", n=taken.claims))
        if taken.left:
            lines.append(words.say("vault.left_in_file", n=taken.left))
        if taken.answers:
            lines.append(words.say("vault.bring_answers"))
        lines.append(words.say("vault.brought_before", n=taken.receipts))
        return [Text(line) for line in lines]


def opened(sealed: bytes, passphrase: str) -> Vault:
    """Open a sealed vault, and look through all of it. Raises `VaultError`."""
    return looked_through(unseal(sealed, passphrase))


def looked_through(data: bytes) -> Vault:
    """Look through all of a vault that was opened. Raises `VaultError`."""
    parts = unpack(data)
    manifest = read_manifest(parts)
    check_parts(parts, manifest)
    contents = read_contents(parts)
    if faults_in(contents):
        raise VaultError("its audit chain is broken: somebody changed it", "damaged")
    return Vault(manifest, contents)


def _is_of(owner: PersonRef, person: PersonRef) -> bool:
    """Whether a vault may be its bringer's: within one workspace, their own account's alone.

    In another workspace nobody can tell who was who; from there comes nothing that rests on messages.
    """
    is_here = (owner.platform, owner.workspace) == (person.platform, person.workspace)
    return owner == person or not is_here
