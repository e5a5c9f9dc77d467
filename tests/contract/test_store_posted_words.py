"""What the double posted lately is read again at each new message: two fields of the latest replies, no more."""

from __future__ import annotations

from bot.drafts import DraftState
from bot.ports import Store
from tests.contract.store_makers import WORKER, draft, read, ref


def test_what_was_posted_is_told_newest_first(store: Store) -> None:
    place = ref(77)
    posted = [draft(n, state=DraftState.POSTED, written=f"reply {n}", posted_ref=place) for n in (1, 2, 3)]
    with store.writing(WORKER) as tx:
        for one in (draft(9, state=DraftState.PENDING), *posted, draft(8, state=DraftState.POSTED)):
            tx.drafts.add(one)
    said = tuple((place, f"reply {n}") for n in (3, 2, 1))
    assert read(store, lambda tx: tx.drafts.posted_words(9)) == said
    assert read(store, lambda tx: tx.drafts.posted_words(3))[:2] == said[:2]
    assert read(store, lambda tx: tx.drafts.posted_words(0)) == ()
