"""How places change under a double's feet, and the moments at which they can."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.drafts import DraftState
from tests.scenario.stage_door import StageDoor

Change = Callable[[StageDoor], Awaitable[object]]

SOURCE_CHANGES: dict[str, Change] = {
    "the source is closed": lambda door: door.set_private("general", private=True),
    "a guest joins the source": lambda door: door.let_in("general", "gus"),
    "the source is shared": lambda door: door.share("general"),
    "the source is archived": lambda door: door.archive("general"),
}
"""What was said in #general may not be read in #build after each of these."""

OUTSIDE_CHANGES: dict[str, Change] = {
    "a guest joins the destination": lambda door: door.let_in("build", "gus"),
    "the destination is shared": lambda door: door.share("build"),
}
"""No other channel's words may be read in #build after each of these."""

READER_CHANGES: dict[str, Change] = {
    "the destination is closed": lambda door: door.set_private("build", private=True),
    "the destination is archived": lambda door: door.archive("build"),
}
"""Other people read #build after each of these, so that an approval does not hold."""


async def once_in(door: StageDoor, draft_id: str, state: DraftState, then: Callable[[], Awaitable[object]]) -> None:
    """Let something happen elsewhere, once, while the draft is in a state and the platform is being asked."""

    async def meanwhile() -> None:
        if (await door.draft(draft_id)).state is state:
            door.line.meanwhile = None
            await then()

    door.line.meanwhile = meanwhile
