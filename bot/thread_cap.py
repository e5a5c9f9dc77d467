"""How many replies of doubles may stand in one thread: beyond that, people talk to each other."""

from __future__ import annotations

from bot.errors import PlatformError
from bot.refs import ThreadRef
from bot.stage import Stage


async def is_full(stage: Stage, thread: ThreadRef) -> bool:
    """Whether a thread holds as many replies as it may, of all doubles together.

    The channel itself is no thread. One that the platform does not show now is looked at again before anything is
    posted in it; if it is not shown then either, nothing speaks against the reply that its worker sent.
    """
    if not thread.root:
        return False
    try:
        posted = await stage.platforms.of(thread.channel).posted_in(thread)
    except PlatformError:
        return False
    return len(posted) >= stage.policy.replies_a_thread
