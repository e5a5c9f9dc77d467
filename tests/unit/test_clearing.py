"""What is counted of what was taken out of a text: nothing that was counted in the words it replaces."""

from __future__ import annotations

import pytest

from bot.clearing import cleared, note_removed
from bot.refs import PersonRef
from storage.memory import MemoryStore

MARA = PersonRef("local", "team", "mara")


@pytest.mark.parametrize(
    ("before", "now", "counted"), [(0, 0, 0), (0, 3, 3), (1, 3, 2), (2, 3, 1), (3, 3, 0), (3, 1, 0)]
)
def test_only_what_is_new_is_counted(before: int, now: int, counted: int) -> None:
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as tx:
        texts = ["\n".join(f"my password is hunter{n}hunter2" for n in range(many)) for many in (before, now)]
        old, new = (cleared(tx, text) for text in texts)
        assert len(new.removed) == now, "there was nothing to take out"
        note_removed(tx, new, old)
        assert sum(tx.removals.counts().values()) == counted
