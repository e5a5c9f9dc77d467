"""Which of a worker's words may be used for an answer that everyone in one channel will read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.consent import Purpose, Shelf, channels_in_force
from bot.drafts import Draft
from bot.message_log import stands
from bot.ports import Channel, Transaction
from bot.recall import permitted_shelves
from bot.refs import ChannelRef, WorkerRef
from bot.stage import Stage


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer will stand, and which channels are public at this moment, as the platform says."""

    channel: Channel
    public_now: frozenset[ChannelRef]
    names: dict[ChannelRef, str]

    @property
    def audience(self) -> str:
        """Who will be able to read it, in one word that an approval is bound to."""
        return audience_of(self.channel)


def audience_of(channel: Channel) -> str:
    """Return who can read a channel at this moment, in one word."""
    return "everyone" if channel.public else f"members of {channel.ref}"


async def look_at(stage: Stage, worker: WorkerRef, destination: ChannelRef) -> Place | None:
    """Ask the platform about the destination and every channel the worker lets be logged; None if it is gone.

    A channel that the platform no longer shows counts as not public.
    """
    now = stage.now()
    logged = await stage.store.read(worker, lambda tx: channels_in_force(tx.consent.all(), Purpose.LOG, now))
    channel = await stage.platforms.channel(destination)
    if logged is None or channel is None:
        return None
    known = [c for ref in sorted(logged | {destination}) if (c := await stage.platforms.channel(ref))]
    return Place(channel, frozenset(c.ref for c in known if c.public), {c.ref: c.name for c in known})


def shelves_for(tx: Transaction, stage: Stage, place: Place) -> frozenset[Shelf]:
    """Return the shelves whose words may stand in that place now: the one rule of recall, drafting and delivery."""
    return permitted_shelves(
        frozenset(tx.index.shelves()),
        log_channels=channels_in_force(tx.consent.all(), Purpose.LOG, stage.now()),
        public_now=place.public_now,
        destination=place.channel.ref,
        destination_is_public=place.channel.public,
    )


def sources_stand(tx: Transaction, stage: Stage, draft: Draft, place: Place) -> bool:
    """Whether all that a draft rests on is still there, unchanged, to be used, and may be read where it will stand."""
    used = {claim.id for claim in tx.profile.claims() if claim.is_used} if draft.claims else set[str]()
    if not used.issuperset(draft.claims):
        return False
    return stands(tx, draft.sources, shelves_for(tx, stage, place))
