"""Which of a worker's words may be used for an answer that everyone in one channel will read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.audience import audience_of, claims_may_stand, readers_of
from bot.consent import Purpose, Shelf, channels_in_force
from bot.drafts import Draft
from bot.message_log import stands
from bot.ports import Channel, Transaction
from bot.recall import permitted_shelves
from bot.refs import ChannelRef, PersonRef, WorkerRef
from bot.stage import Stage


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer will stand, and which channels exactly the workspace can read now, as the platform says."""

    channel: Channel
    public_now: frozenset[ChannelRef]
    names: dict[ChannelRef, str]

    @property
    def audience(self) -> str:
        """What kind of people will be able to read it: what a reusable answer is bound to."""
        return audience_of(self.channel)

    @property
    def readers(self) -> str:
        """Who exactly will be able to read it, in one word: what an approval is bound to."""
        return readers_of(self.channel)


async def look_at(
    stage: Stage, worker: WorkerRef, destination: ChannelRef, asker: PersonRef | None = None
) -> Place | None:
    """Ask the platform about the destination and every channel the worker lets be logged.

    None if the destination is gone, or if the asker, where one is named, cannot read it (any more). A channel that the
    platform no longer shows counts as not public, and so does one that outsiders can read: its words stay in it.
    """
    now = stage.now()
    logged = await stage.store.read(worker, lambda tx: channels_in_force(tx.consent.all(), Purpose.LOG, now))
    channel = await stage.platforms.channel(destination)
    if logged is None or channel is None or not (asker is None or await can_read(stage, asker, destination)):
        return None
    known = [c for ref in sorted(logged | {destination}) if (c := await stage.platforms.channel(ref))]
    public_now = frozenset(c.ref for c in known if c.public and not c.has_outsiders)
    return Place(channel, public_now, {c.ref: c.name for c in known})


async def can_read(stage: Stage, person: PersonRef, channel: ChannelRef) -> bool:
    """Whether a person can read a channel at this moment."""
    return await stage.platforms.of(channel).directory.is_member(person, channel)


def shelves_for(tx: Transaction, stage: Stage, place: Place) -> frozenset[Shelf]:
    """Return the shelves whose words may stand in that place now: the one rule of recall, drafting and delivery."""
    return permitted_shelves(
        frozenset(tx.index.shelves()),
        log_channels=channels_in_force(tx.consent.all(), Purpose.LOG, stage.now()),
        public_now=place.public_now,
        destination=place.channel.ref,
        destination_is_public=place.channel.public,
        has_outsiders=place.channel.has_outsiders,
    )


def sources_stand(tx: Transaction, stage: Stage, draft: Draft, place: Place) -> bool:
    """Whether all that a draft rests on is still there, unchanged, to be used, and may be read where it will stand."""
    shelves = shelves_for(tx, stage, place)
    claims = tx.profile.claims() if draft.claims else ()
    return claims_may_stand(claims, draft.claims, shelves) and stands(tx, draft.sources, shelves)
