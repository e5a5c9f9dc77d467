"""Claims as their worker sees them: what is claimed, since when, and the very messages that speak for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.messages import LoggedMessage, by_time
from bot.profile.claims import Claim, ClaimChange, ClaimOrigin
from bot.refs import ChannelRef, MessageRef, PersonRef
from bot.settling import Holds, mark_of
from bot.showing import message_row, source_id, where
from bot.stage import Stage
from bot.views import Button, Element, Fold, Item, SourceShown
from bot.words import Words

MOST_EVIDENCE = 5


class ClaimRows:
    """Makes the rows of one page. `messages` are those that speak for its claims, as they are stored now."""

    def __init__(
        self, stage: Stage, person: PersonRef, words: Words, messages: Mapping[MessageRef, LoggedMessage]
    ) -> None:
        self._stage = stage
        self._person = person
        self._words = words
        self._messages = messages
        self._names: dict[ChannelRef, str] = {}

    async def to_decide(self, claim: Claim, replaced: Claim | None) -> list[Element]:
        """Return a claim to keep or to drop; of one that changed, with what it said before beside it."""
        say = self._words.say
        text = claim.statement
        if claim.change is ClaimChange.CHANGED and replaced is not None:
            text = say("profile.instead_of", new=claim.statement, old=replaced.statement)
        title = say(f"profile.title_{_change_shown(claim, replaced)}", kind=say(f"profile.kind_{claim.kind}"))
        buttons = (self._button("keep_claim", claim), self._button("drop_claim", claim))
        item = Item(text, title, details=await self._details(claim), buttons=buttons)
        return [item, *await self._evidence(claim)]

    async def to_choose(self, older: Claim, newer: Claim) -> list[Element]:
        """Return one question about two claims of which only one seems to hold."""
        say, now = self._words.say, self._stage.now()
        days = {"older_day": self._words.day(older.last_seen, now), "newer_day": self._words.day(newer.last_seen, now)}
        text = say("profile.either_or", older=older.statement, newer=newer.statement, **days)
        buttons = tuple(
            Button("settle_claims", say(f"profile.{holds}_button"), newer.id, {"rival": older.id, "holds": holds.value})
            for holds in Holds
        )
        places = [await self._where(newer.shelf.channel)] if newer.shelf else []
        item = Item(text, say("profile.which_holds"), details=tuple(places), buttons=buttons)
        return [item, *await self._evidence(older, newer)]

    async def kept(self, claim: Claim) -> list[Element]:
        """Return a claim that is used, with the way out."""
        item = Item(
            claim.statement,
            details=await self._details(claim),
            buttons=(self._button("drop_claim", claim, "never_use"),),
        )
        return [item, *await self._evidence(claim)]

    def dropped(self, claim: Claim) -> Item:
        """Return a claim that is not used, with the way back."""
        title = self._words.say(f"profile.kind_{claim.kind}")
        return Item(claim.statement, title, buttons=(self._button("keep_claim", claim, "use_again"),))

    def correction(self, claim: Claim) -> Item:
        """Return what the worker put right."""
        told = self._words.say("profile.told", day=self._words.day(claim.first_seen, self._stage.now()))
        confirm = self._words.say("profile.remove_confirm")
        remove = Button("remove_correction", self._words.say("profile.remove_button"), claim.id, confirm=confirm)
        return Item(claim.statement, details=(told,), buttons=(remove,))

    def _button(self, name: str, claim: Claim, label: str = "") -> Button:
        """A decision, bound to how the claim stands on this page."""
        return Button(name, self._words.say(f"profile.{label or name}_button"), claim.id, {"seen": mark_of(claim)})

    async def _details(self, claim: Claim) -> tuple[str, ...]:
        say, now = self._words.say, self._stage.now()
        seen = say("profile.seen", n=max(1, claim.support), day=self._words.day(claim.last_seen, now))
        origin = (say("profile.by_model"),) if claim.origin is ClaimOrigin.MODEL else ()
        return (seen, *((await self._where(claim.shelf.channel),) if claim.shelf else ()), *origin)

    async def _evidence(self, *claims: Claim) -> list[Element]:
        """The messages themselves, the newest first, folded away."""
        refs = dict.fromkeys(ref for claim in claims for ref in claim.evidence)
        found = sorted((self._messages[r] for r in refs if r in self._messages), key=by_time, reverse=True)
        if not found:
            return []
        rows = [await self._message(message) for message in found[:MOST_EVIDENCE]]
        return [Fold(self._words.say("profile.evidence", n=len(found)), tuple(rows))]

    async def _message(self, message: LoggedMessage) -> Item:
        ref, link = message.ref, self._stage.platforms.of(self._person).directory.link(message.ref)
        shown = SourceShown(source_id(ref), link, message.text, message.said_at, await self._where(ref.channel))
        button = Button("never_use", self._words.say("never.never_use_button"), shown.id)
        return message_row(shown, self._words, self._stage.now(), buttons=(button,))

    async def _where(self, channel: ChannelRef) -> str:
        if channel not in self._names:
            self._names[channel] = await where(self._stage, channel)
        return self._names[channel]


def evidence_of(claims: Iterable[Claim]) -> set[MessageRef]:
    """Return every message that speaks for some claims."""
    return {ref for claim in claims for ref in claim.evidence}


def _change_shown(claim: Claim, replaced: Claim | None) -> str:
    """What a row says of why it is there; what lost the claim it stood against is as good as new."""
    if claim.change is ClaimChange.FADED or (claim.change is ClaimChange.CHANGED and replaced is not None):
        return claim.change.value
    return ClaimChange.NEW.value
