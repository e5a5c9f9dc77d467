"""What goes from the profile when messages go, change or are held back: their part of the voice, and claims.

Units of work within a transaction, called while the old words still stand in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from bot.messages import LoggedMessage
from bot.ports import Transaction
from bot.profile.claims import Claim, without
from bot.profile.voice import Tally


def unlearn(tx: Transaction, messages: Sequence[LoggedMessage]) -> tuple[str, ...]:
    """Take messages out of the profile; return the ids of the claims that went with them.

    What else spoke for such a claim is to be read again: the claim may come back in the words that are left.
    """
    gone = frozenset(m.ref for m in messages)
    dropped: list[Claim] = []
    changed: list[Claim] = []
    for claim in tx.profile.claims():
        left = without(claim, gone)
        if left is None:
            dropped.append(claim)
        elif left is not claim:
            changed.append(left)
    tx.profile.put(changed)
    tx.profile.drop([claim.id for claim in dropped])
    again = set(chain.from_iterable(claim.evidence for claim in dropped)) - gone
    unread(tx, [*messages, *tx.messages.find(again)])
    return tuple(claim.id for claim in dropped)


def unread(tx: Transaction, messages: Iterable[LoggedMessage]) -> None:
    """Let messages count as never read by the profile: their part of the voice is taken back."""
    by_ref = {m.ref: m for m in messages}
    read = tx.usage.are_read(by_ref)
    if not read:
        return
    voice = tx.profile.voice()
    for shelf in {by_ref[ref].shelf for ref in read}:
        tally = voice.get(shelf, Tally())
        for ref in sorted(read):
            if by_ref[ref].shelf == shelf:
                tally = tally.subtract(by_ref[ref].text, thread_key(by_ref[ref]))
        tx.profile.put_voice(shelf, tally)
    tx.usage.mark_read(read, read=False)


def thread_key(message: LoggedMessage) -> str:
    """What tells one thread from another in the voice's counts."""
    return str(message.thread or message.ref)
