"""Audience: who can read where an answer will stand, and whether they could all read what it rests on. Pure.

What everybody of the workspace could read may be read again by any of them; what only some could read, or what people
from outside can read too, stays in its own channel.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.consent import Shelf
from bot.ports import Channel
from bot.profile.claims import Claim

EVERYONE = "everyone"
"""The audience of a channel that exactly the workspace can read."""

_MEMBERS = "members of "


def audience_of(channel: Channel) -> str:
    """Return which kind of people can read a channel at this moment, in a few words.

    Only of `EVERYONE` there are several channels: any other audience names its own.
    """
    if channel.has_outsiders:
        return f"{EVERYONE if channel.public else 'members'} and outsiders of {channel.ref}"
    return EVERYONE if channel.public else f"{_MEMBERS}{channel.ref}"


def readers_of(channel: Channel) -> str:
    """Return who exactly can read a channel at this moment: the kind of people, and the mark of who they are."""
    return f"{audience_of(channel)} {channel.readers}".strip()


def may_be_read_by(approved_for: str, audience: str) -> bool:
    """Whether who can read a place is no more than those an answer was approved for."""
    return approved_for == audience or (approved_for == EVERYONE and audience.startswith(_MEMBERS))


def claims_may_stand(claims: Iterable[Claim], wanted: Collection[str], shelves: Collection[Shelf]) -> bool:
    """Whether all the claims with the wanted ids are used, and stand on one of some shelves with all their evidence.

    A claim never mixes shelves; what the worker told their double stands on none and may be read anywhere.
    """
    found = {claim.id: claim.shelf for claim in claims if claim.is_used}
    return all(claim_id in found and found[claim_id] in {None, *shelves} for claim_id in wanted)
