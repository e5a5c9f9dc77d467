"""Order and repeats do not matter: whatever way messages come, the same is stored and found in the end."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.consent import Grant, Purpose, admit
from bot.events import MessageSaid
from bot.messages import Recorded, Span
from bot.ports import Store, Transaction
from bot.refs import ChannelRef, MessageRef, PersonRef
from storage.memory import MemoryStore
from storage.store import SqliteStore
from tests.promised import Sized

WORKER = PersonRef("local", "team", "mara")
CHANNEL = ChannelRef("local", "team", "C1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GRANT = Grant("g1", WORKER, Purpose.LOG, CHANNEL, NOON, NOON, NOON + timedelta(days=90), "ab")


@dataclass(frozen=True)
class Arrival:
    """Revision `revision` of message `number` arrives, or its deletion if that is None."""

    number: int
    revision: int | None

    @property
    def ref(self) -> MessageRef:
        return MessageRef(CHANNEL, str(self.number))

    def take_in(self, tx: Transaction) -> None:
        if self.revision is None:
            tx.messages.remove([self.ref], NOON)
            tx.index.remove([self.ref])
            return
        text = f"word{self.number} text{self.number}x{self.revision}"
        revised_at = NOON + timedelta(seconds=self.revision)
        public = self.revision != 2  # the channel was made private before the second edit, and public again later
        message = admit(MessageSaid(self.ref, WORKER, text, NOON, revised_at, None, public), [GRANT], NOON)
        assert message is not None
        if tx.messages.record(message) in {Recorded.NEW, Recorded.REVISED}:
            tx.index.put(self.ref, message.shelf, text.split())


arrivals = st.lists(st.builds(Arrival, st.integers(0, 3), st.none() | st.integers(0, 3)), min_size=1, max_size=10)


def final_state(store: Store, came: list[Arrival]) -> tuple[object, ...]:
    """Take everything in, one transaction each; return all that can be seen afterwards, and leave an empty file."""
    store.enrol(WORKER)
    for arrival in came:
        with store.writing(WORKER) as tx:
            arrival.take_in(tx)
    with store.reading(WORKER) as tx:
        shelves = tx.index.shelves()
        terms = sorted({f"text{n}x{r}" for n in range(4) for r in range(4)} | {f"word{n}" for n in range(4)})
        hits = [{(h.ref, round(h.score, 9)) for h in tx.index.search([shelf], terms, 99)} for shelf in shelves]
        seen = (tx.messages.page(Span(), 99), shelves, hits, tx.index.frequencies(shelves, terms))
    store.erase(WORKER)
    return seen


@pytest.mark.parametrize("make", [lambda _: MemoryStore(), SqliteStore], ids=["memory", "sqlite"])
@pytest.mark.promise(18, "events in one to four copies, shuffled, by chance")
def test_any_order_with_any_copies_ends_the_same(make: Callable[[Path], Store], sized: Sized) -> None:
    tries = sized(quick=6, full=40)
    with tempfile.TemporaryDirectory() as folder, closing(make(Path(folder))) as store, closing(MemoryStore()) as plain:

        @settings(max_examples=tries, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(arrivals, st.data())
        def holds(came: list[Arrival], data: st.DataObject) -> None:
            in_order = sorted(set(came), key=lambda a: (a.number, a.revision is None, a.revision or 0))
            copies = data.draw(st.lists(st.sampled_from(in_order), max_size=3 * len(in_order)))
            shuffled = data.draw(st.permutations([*in_order, *copies]))
            assert final_state(store, shuffled) == final_state(plain, in_order)

        holds()
