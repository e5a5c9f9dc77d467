"""The window in which a worker says what is to be erased, sees what that is, and gets the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.erasing import Erasing
from bot.erasure import KINDS, Receipt, What
from bot.events import ActionTaken
from bot.log_pages import Page, look_through
from bot.messages import by_time
from bot.ports import Transaction
from bot.profile.topics import LONGEST, touches
from bot.refs import MessageRef, PersonRef
from bot.selecting import Log, Selection, look_at_log, read_selection
from bot.showing import message_row, read_source_id, to_show, where
from bot.stage import Stage
from bot.views import (
    Answer,
    Button,
    Choices,
    DateField,
    Element,
    Empty,
    Facts,
    Fold,
    Item,
    Refusal,
    Text,
    TextField,
    Tick,
    View,
)
from bot.words import Words

FIRST, RECEIPTS = 5, 20


@dataclass(frozen=True, slots=True)
class _Found:
    """What a selection holds: the messages, the newest of them, and how much else is about its topic."""

    refs: tuple[MessageRef, ...] = ()
    newest: Page = ()
    in_doubt: int = 0

    def __add__(self, other: _Found) -> _Found:
        newest = (*self.newest, *other.newest)[:FIRST]
        return _Found(self.refs + other.refs, newest, self.in_doubt + other.in_doubt)


class ErasingWindow:
    """Erasing as its worker sees it. For anybody else there is nothing to erase."""

    def __init__(self, stage: Stage, erasing: Erasing) -> None:
        self._stage = stage
        self._erasing = erasing

    async def window(self, person: PersonRef) -> View:
        """Ask what is to be erased: which channels, from which days, and about what."""
        words, log = await self._stage.platforms.words_for(person), await self._log(person)
        everything = Button(
            "forget_everything",
            words.say("erasing.everything_button"),
            "forget",
            look="danger",
            confirm=words.say("erasing.everything_confirm"),
        )
        if log is None:
            is_joined = await self._stage.store.read(person, lambda _: True)
            buttons = (everything,) if is_joined else ()
            return View("forget", words.say("mine.forget_title"), (Empty(words.say("mine.nothing")),), buttons)
        options = tuple(
            [
                (ref.channel, words.say("mine.forget_option", n=n, where=await where(self._stage, ref)), True)
                for ref, n in log.channels
            ]
        )
        return View(
            "forget",
            words.say("mine.forget_title"),
            (
                Text(words.say("mine.forget_text")),
                Choices("channels", words.say("mine.forget_label"), options),
                DateField("since", words.say("erasing.since_label"), log.first, log.first, log.last),
                DateField("until", words.say("erasing.until_label"), log.last, log.first, log.last),
                TextField("text", words.say("erasing.words_label"), "", words.say("erasing.words_hint"), limit=LONGEST),
                Tick("is_pattern", words.say("never.pattern_label"), words.say("never.pattern_hint")),
            ),
            (Button("forget_try", words.say("erasing.try_button"), "forget", look="primary"), everything),
            "forget",
        )

    async def back(self, action: ActionTaken) -> Answer | Refusal:
        """Open the window."""
        return Answer(view=await self.window(action.person))

    async def try_out(self, action: ActionTaken) -> Answer | Refusal:
        """Show what would be erased, before anything is."""
        person, words = action.person, await self._stage.platforms.words_for(action.person)
        chosen = await self._chosen(action, words)
        if isinstance(chosen, Refusal):
            return chosen
        selection, found = chosen
        more = await self._stage.store.read(person, lambda tx: _concluded(tx, selection)) or 0
        elements: list[Element] = [Text(words.say("erasing.touches", n=len(found.refs)))]
        if selection.topic is not None:
            elements.insert(0, Text(selection.topic.text, look="quote"))
        if more:
            elements.append(Text(words.say("erasing.concluded", n=more)))
        if found.newest:
            elements.append(Text(words.say("never.try_more"), look="small"))
            now = self._stage.now()
            elements += [message_row(m, words, now) for m in await to_show(self._stage, person, found.newest)]
        back = Button("forget_window", words.say("mine.keep_button"))
        label, sure = words.say("erasing.erase_button"), words.say("erasing.erase_confirm")
        go_on = Button("forget", label, "forget", selection.values, "danger", sure)
        return Answer(
            view=View(
                "forget",
                words.say("erasing.try_title"),
                tuple(elements),
                (go_on, back) if found.refs or more else (back,),
            )
        )

    async def erase(self, action: ActionTaken) -> Answer | Refusal:
        """Erase what the form, or the button beneath what it showed, says; without any choice, every message."""
        person, words = action.person, await self._stage.platforms.words_for(action.person)
        chosen = await self._chosen(action, words)
        if isinstance(chosen, Refusal):
            return chosen
        selection, found = chosen
        about = selection.topic if selection.is_whole else None
        what = What.TOPIC if selection.topic else What.SELECTION
        return self._answer(await self._erasing.erase(person, what, found.refs, about), words)

    async def everything(self, action: ActionTaken) -> Answer | Refusal:
        """Erase all that is kept of a worker who stays joined."""
        words = await self._stage.platforms.words_for(action.person)
        return self._answer(await self._erasing.erase_everything(action.person), words)

    async def delete(self, action: ActionTaken) -> Answer | Refusal:
        """Erase one message."""
        words = await self._stage.platforms.words_for(action.person)
        ref = read_source_id(action.person, action.target)
        refs = [ref] if ref is not None else []
        stored = await self._stage.store.read(action.person, lambda tx: tx.messages.find(refs)) or ()
        if not stored:
            return Refusal("not_found", words.say("mine.not_found"))
        receipt = await self._erasing.erase(action.person, What.MESSAGE, [m.ref for m in stored])
        return Answer(_sentence(receipt, words))

    def section(self, kept: Sequence[Receipt], words: Words) -> list[Element]:
        """Return what was erased, newest first, folded away; nothing where nothing was."""
        rows = [self._row(receipt, words) for receipt in kept[:RECEIPTS]]
        return [Fold(words.say("erasing.receipts_heading"), tuple(rows))] if rows else []

    def _row(self, receipt: Receipt, words: Words) -> Item:
        return Item(
            words.say(f"erasing.what_{receipt.what}"),
            details=(words.date_and_time(receipt.at, self._stage.now()), _state(receipt, words)),
            facts=(*_counts(receipt, words), *_proof(receipt, words)),
        )

    def _answer(self, receipt: Receipt | None, words: Words) -> Answer:
        if receipt is None:
            return Answer(_sentence(None, words))
        elements: list[Element] = [Text(_state(receipt, words), look="notice" if receipt.proof is None else "strong")]
        elements.append(Facts((*_counts(receipt, words), *_proof(receipt, words))))
        elements.append(Text(words.say("erasing.kept_here"), look="small"))
        view = View("receipt", words.say("erasing.receipt_title"), tuple(elements))
        return Answer(_sentence(receipt, words), view)

    async def _log(self, person: PersonRef) -> Log | None:
        time_zone = (await self._stage.platforms.person(person)).time_zone
        now = self._stage.now()
        return await self._stage.store.read(person, lambda tx: look_at_log(tx, time_zone, now))

    async def _chosen(self, action: ActionTaken, words: Words) -> tuple[Selection, _Found] | Refusal:
        """Return what the form says and what that holds; a refusal where it cannot be told."""
        selection = await self._read(action, words)
        if isinstance(selection, Refusal):
            return selection
        found = await self._find(action.person, selection)
        return Refusal("bad_value", words.say("never.too_slow")) if found.in_doubt else (selection, found)

    async def _read(self, action: ActionTaken, words: Words) -> Selection | Refusal:
        person, now = await self._stage.platforms.person(action.person), self._stage.now()
        log = await self._log(action.person)
        if log is None:
            today = now.date()
            log = Log((), today, today)
        read = read_selection(action.values, log, action.person, person.time_zone, now)
        if read == "consent.no_channel" and not log.channels and "channels" not in action.values:
            return Selection((), log.first, log.last, None, (), is_whole=True)
        return Refusal("bad_value", words.say(read)) if isinstance(read, str) else read

    async def _find(self, person: PersonRef, selection: Selection) -> _Found:
        """Return what a selection holds; with a topic the whole log is gone over, without one it is not read."""
        if selection.topic is None:
            return await self._stage.store.read(person, lambda tx: _all_of(tx, selection)) or _Found()
        found = _Found()
        async for part in look_through(self._stage, person, lambda page: _look(selection, page)):
            found = found + part
        return found


def _all_of(tx: Transaction, selection: Selection) -> _Found:
    refs = selection.refs(tx)
    newest = [m for span in selection.spans for m in tx.messages.page(span, FIRST)]
    return _Found(refs, tuple(sorted(newest, key=by_time, reverse=True)[:FIRST]))


def _look(selection: Selection, page: Page) -> _Found:
    held = tuple(m for m in page if selection.holds(m))
    return _Found(tuple(m.ref for m in held), held[:FIRST], sum(selection.is_in_doubt(m) for m in held))


def _concluded(tx: Transaction, selection: Selection) -> int:
    """Count the claims and reusable answers about a topic, if they would go too."""
    topic = selection.topic
    if topic is None or not selection.is_whole:
        return 0
    claims = sum(touches(topic, claim.statement) for claim in tx.profile.claims())
    return claims + sum(any(touches(topic, w) for w in (*a.titles, a.text)) for a in tx.reusable.all())


def _sentence(receipt: Receipt | None, words: Words) -> str:
    if receipt is not None and receipt.proof is None:
        return words.say("erasing.not_yet")
    return words.say("mine.forgotten", n=receipt.counts["messages"] if receipt else 0)


def _state(receipt: Receipt, words: Words) -> str:
    return words.say("erasing.proved" if receipt.proof else "erasing.not_yet")


def _counts(receipt: Receipt, words: Words) -> tuple[tuple[str, str], ...]:
    kinds = [kind for kind in KINDS if receipt.counts.get(kind)]
    return tuple((words.say(f"erasing.count_{kind}"), str(receipt.counts[kind])) for kind in kinds)


def _proof(receipt: Receipt, words: Words) -> tuple[tuple[str, str], ...]:
    proof = receipt.proof
    if proof is None:
        return ()
    pages = words.say("erasing.pages", before=proof.pages_before, after=proof.pages_after)
    rows = [(words.say("erasing.proof_pages"), pages), (words.say("erasing.proof_log"), str(proof.wal_bytes))]
    if proof.backups:
        rows.append((words.say("erasing.proof_backups"), str(proof.backups)))
    if proof.backups_waiting:
        rows.append((words.say("erasing.proof_waiting"), str(proof.backups_waiting)))
    if proof.backups_followed:
        rows.append((words.say("erasing.proof_followed"), str(proof.backups_followed)))
    return tuple(rows)
