"""What every text passes before it is kept in a worker's file: the table of redaction, and what they want never learnt.

Units of work within a transaction in that worker's file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.drafts import Draft
from bot.marks import reasons_in
from bot.never_learn import finder
from bot.phone_numbers import DEFAULT_REGIONS
from bot.ports import Transaction
from bot.redaction import RedactedText, Redaction, Removal, redact


def redaction_for(tx: Transaction, regions: Sequence[str] = DEFAULT_REGIONS) -> Redaction:
    """Return what is looked for in the words that are kept for this worker."""
    return Redaction(tuple(regions), finder(tx.keepsakes.preferences().never_learn), tx.removals.key)


def cleared(tx: Transaction, text: str, regions: Sequence[str] = DEFAULT_REGIONS) -> RedactedText:
    """Return a text as it may be kept here."""
    return redact(text, redaction_for(tx, regions))


def without_secrets(tx: Transaction, draft: Draft, regions: Sequence[str] = DEFAULT_REGIONS) -> Draft:
    """Return a reply as it is kept once it is posted for good: without what its worker may have told by it."""
    return replace(draft, written=cleared(tx, draft.written, regions))


def note_removed(tx: Transaction, text: RedactedText, before: str = "") -> None:
    """Count what was taken out of a text that is kept now; what it replaces (`before`) is not counted twice."""
    if not text.removed:
        return
    known = reasons_in(before)
    tx.removals.note(_beyond(text.removed, known))


def _beyond(removed: Sequence[Removal], known: Counter[str]) -> list[Removal]:
    """What was taken out beyond what was known of each sort before."""
    left, new = known.copy(), []
    for removal in removed:
        if left[removal.reason] > 0:
            left[removal.reason] -= 1
        else:
            new.append(removal)
    return new
