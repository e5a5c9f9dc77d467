"""Taking one's double along: the window that asks for a passphrase, the sealed file, and the recovery code."""

from __future__ import annotations

import asyncio

from bot.apart import apart
from bot.audit import AuditEntry, Happening
from bot.errors import PlatformError
from bot.events import ActionTaken
from bot.ports import Transaction
from bot.receipt_rows import Receipts, receipts_fold
from bot.recovery import new_code, seal_of
from bot.refs import ChannelRef, PersonRef
from bot.stage import Stage
from bot.vault.contents import Contents, channels_of, gather
from bot.vault.packing import pack
from bot.vault.sealing import FEWEST_CHARACTERS, MOST_CHARACTERS, is_strong_enough, seal
from bot.views import Answer, Button, Element, Facts, HandedFile, Heading, Item, Refusal, SecretField, Text, View
from bot.words import Words

MEDIA_TYPE = "application/octet-stream"


class Exporting:
    """The worker's receipts, and their way out with everything."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def section(self, person: PersonRef, words: Words) -> list[Element]:
        """Return what stands on the worker's own page."""
        kept = await self._stage.store.read(person, lambda tx: (Receipts(tx), tx.vault.recovery_seal()))
        if kept is None:
            return []
        receipts, recovery_seal = kept
        note = words.say("vault.code_kept" if recovery_seal else "vault.no_code")
        label = "vault.new_code_button" if recovery_seal else "vault.first_code_button"
        confirm = words.say("vault.new_code_confirm") if recovery_seal else ""
        return [
            Heading(words.say("vault.heading")),
            await self._offer(person, words),
            Item(note, buttons=(Button("recovery_code", words.say(label), confirm=confirm),)),
            *await receipts_fold(self._stage, receipts, words),
        ]

    async def window(self, person: PersonRef) -> Answer:
        """Ask for the passphrase, and say what is to be said before."""
        words = await self._stage.platforms.words_for(person)
        if await self._stage.platforms.of(person).is_rehearsal():
            return Answer(words.say("vault.rehearsal"))
        if await self._stage.store.read(person, lambda tx: tx.worker) is None:
            return Answer(words.say("vault.nothing_to_export"))
        hint = words.say("vault.passphrase_hint", n=FEWEST_CHARACTERS)
        view = View(
            "export",
            words.say("vault.export_title"),
            (
                Text(words.say("vault.export_text")),
                SecretField("passphrase", words.say("vault.passphrase_label"), hint, MOST_CHARACTERS),
                SecretField("again", words.say("vault.again_label"), limit=MOST_CHARACTERS),
                Text(words.say("vault.nobody_can_open")),
                Text(words.say("vault.if_ordered"), look="notice"),
            ),
            (
                Button("export", words.say("vault.export_button"), "export", look="primary"),
                Button("close", words.say("vault.not_now_button")),
            ),
            "export",
        )
        return Answer(view=view)

    async def export(self, action: ActionTaken) -> Answer | Refusal:
        """Seal everything with the worker's passphrase and hand it to them; nothing of it is kept here."""
        person, words = action.person, await self._stage.platforms.words_for(action.person)
        if await self._stage.platforms.of(person).is_rehearsal():
            return Refusal("rehearsal", words.say("vault.rehearsal"))
        passphrase, again = action.values.get("passphrase"), action.values.get("again")
        if not isinstance(passphrase, str) or not is_strong_enough(passphrase):
            return Refusal("bad_value", words.say("vault.passphrase_weak", n=FEWEST_CHARACTERS))
        if again != passphrase:
            return Refusal("bad_value", words.say("vault.passphrases_differ"))
        contents = await self._contents(person)
        if contents is None:
            return Refusal("not_found", words.say("vault.nothing_to_export"))
        now = self._stage.now()
        sealed = await apart(seal, await asyncio.to_thread(pack, contents, person, now), passphrase)
        return Answer(file=HandedFile(f"understudy-{now.date().isoformat()}.age", MEDIA_TYPE, sealed))

    async def new_code(self, person: PersonRef) -> Answer | Refusal:
        """Make another recovery code, show it once, and let the one before be void."""
        words = await self._stage.platforms.words_for(person)
        code = await self.make_code(person)
        if code is None:
            return Refusal("not_found", words.say("vault.nothing_to_export"))
        done = Button("close", words.say("vault.code_written_button"), look="primary")
        return Answer(view=View("recovery", words.say("vault.code_title"), code_elements(code, words), (done,)))

    async def make_code(self, person: PersonRef) -> str | None:
        """Make another recovery code and return it; None for who has no file. Only what it is told by is kept."""
        code, now = new_code(), self._stage.now()
        code_seal = await asyncio.to_thread(seal_of, code)

        def keep(tx: Transaction) -> str:
            tx.vault.set_recovery_seal(code_seal)
            tx.audit.append(AuditEntry(Happening.RECOVERY_CODE, now, "", {}))
            return code

        return await self._stage.store.run(person, keep)

    async def _offer(self, person: PersonRef, words: Words) -> Item:
        if await self._stage.platforms.of(person).is_rehearsal():
            return Item(words.say("vault.rehearsal"))
        export = Button("export_window", words.say("vault.export_window_button"))
        return Item(words.say("vault.offer"), buttons=(export,))

    async def _contents(self, person: PersonRef) -> Contents | None:
        now = self._stage.now()

        def note(tx: Transaction) -> frozenset[ChannelRef]:
            tx.audit.append(AuditEntry(Happening.EXPORTED, now, "", {}))
            return channels_of(tx)

        channels = await self._stage.store.run(person, note)
        if channels is None:
            return None
        names = await self._names(channels)
        return await self._stage.store.read(person, lambda tx: gather(tx, names))

    async def _names(self, channels: frozenset[ChannelRef]) -> dict[ChannelRef, str]:
        """What the channels are called; a platform that does not answer holds up no export."""
        names = {}
        for ref in channels:
            try:
                found = await self._stage.platforms.channel(ref)
            except PlatformError:
                continue
            if found is not None:
                names[ref] = found.name
        return names


def code_elements(code: str, words: Words) -> tuple[Element, ...]:
    """Return the one showing of a recovery code, and what it is for."""
    return (
        Facts(((words.say("vault.fact_code"), code),)),
        Text(words.say("vault.code_text"), look="notice"),
    )
