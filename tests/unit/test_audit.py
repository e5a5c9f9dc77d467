"""The audit chain: whatever is done to it is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.audit import START, AuditEntry, ChainedEntry, ChainHead, Happening, link, verify

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Chain = tuple[ChainedEntry, ...]


def entry(number: int) -> AuditEntry:
    kinds = list(Happening)
    facts: dict[str, str | int | list[str]] = {"count": number, "sources": ["c/1", "c/2"], "by": "asker"}
    return AuditEntry(kinds[number % len(kinds)], NOON + timedelta(minutes=number), f"d_{number}", facts)


def chain_of(entries: Sequence[AuditEntry], key: bytes = KEY) -> tuple[Chain, ChainHead | None]:
    head: ChainHead | None = None
    chained = []
    for each in entries:
        linked, head = link(key, head, each)
        chained.append(linked)
    return tuple(chained), head


def sound(length: int, key: bytes = KEY) -> tuple[Chain, ChainHead | None]:
    return chain_of([entry(number) for number in range(length)], key)


CHAIN, HEAD = sound(6)


def altered(place: int, **changes: Any) -> Chain:
    """The chain with one entry changed in place."""
    changed = replace(CHAIN[place], entry=replace(CHAIN[place].entry, **changes))
    return (*CHAIN[:place], changed, *CHAIN[place + 1 :])


def flipped(mac: str) -> str:
    return f"{int(mac, 16) ^ 1:064x}"


@pytest.mark.parametrize("length", [0, 1, 2, 40])
@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_chain_left_alone_is_sound(length: int) -> None:
    chain, head = sound(length)
    assert verify(KEY, chain, head) is None
    assert [each.number for each in chain] == list(range(1, length + 1))


@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_each_entry_is_linked_to_the_one_before_and_the_first_to_the_start() -> None:
    assert CHAIN[0].previous == START
    assert all(later.previous == earlier.mac for earlier, later in pairwise(CHAIN))
    assert HEAD is not None
    assert (HEAD.length, HEAD.mac) == (6, CHAIN[-1].mac)


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize(
    "changes",
    [
        {"happening": Happening.MUTED},
        {"at": NOON - timedelta(microseconds=1)},
        {"subject": "d_x"},
        {"facts": {}},
        {"facts": {"count": 99, "sources": ["c/1", "c/2"], "by": "asker"}},
        {"facts": {"count": "0", "sources": ["c/1", "c/2"], "by": "asker"}},
        {"facts": {"count": 0, "sources": ["c/2", "c/1"], "by": "asker"}},
    ],
)
@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_flipped_entry_is_found(place: int, changes: dict[str, Any]) -> None:
    chain = altered(place, **changes)
    assert chain != CHAIN
    assert verify(KEY, chain, HEAD) == "altered"


@pytest.mark.parametrize("place", range(6))
@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_flipped_link_is_found(place: int) -> None:
    for changed in (
        replace(CHAIN[place], mac=flipped(CHAIN[place].mac)),
        replace(CHAIN[place], previous=flipped(CHAIN[place].previous)),
    ):
        assert verify(KEY, (*CHAIN[:place], changed, *CHAIN[place + 1 :]), HEAD) == "altered"


@pytest.mark.parametrize("place", range(5))
@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_dropped_entry_is_found(place: int) -> None:
    assert verify(KEY, CHAIN[:place] + CHAIN[place + 1 :], HEAD) == "order"


@pytest.mark.parametrize("place", range(5))
@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_dropped_entry_is_found_though_the_rest_is_numbered_anew(place: int) -> None:
    rest = CHAIN[:place] + CHAIN[place + 1 :]
    assert verify(KEY, [replace(each, number=n) for n, each in enumerate(rest, 1)], HEAD) == "altered"


@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_swapped_entries_are_found() -> None:
    one, two, *rest = CHAIN
    assert verify(KEY, (two, one, *rest), HEAD) == "order"
    assert verify(KEY, (replace(two, number=1), replace(one, number=2), *rest), HEAD) == "altered"
    contents = (replace(one, entry=two.entry), replace(two, entry=one.entry), *rest)
    assert verify(KEY, contents, HEAD) == "altered"


@pytest.mark.parametrize("place", range(6))
@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_doubled_entry_is_found(place: int) -> None:
    doubled = (*CHAIN[: place + 1], *CHAIN[place:])
    assert verify(KEY, doubled, HEAD) == "order"
    assert verify(KEY, [replace(each, number=n) for n, each in enumerate(doubled, 1)], HEAD) == "altered"


@pytest.mark.parametrize("kept", range(6))
@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_cut_tail_is_found(kept: int) -> None:
    assert verify(KEY, CHAIN[:kept], HEAD) == "cut"


@pytest.mark.parametrize("kept", range(1, 6))
@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_cut_tail_is_found_though_the_head_was_put_back_by_somebody_without_the_key(kept: int) -> None:
    last = CHAIN[kept - 1]
    assert HEAD is not None
    for seal in (HEAD.seal, flipped(HEAD.seal), sealed_with(OTHER_KEY, kept), ""):
        assert verify(KEY, CHAIN[:kept], ChainHead(kept, last.mac, seal)) == "head"


def sealed_with(key: bytes, length: int) -> str:
    _, head = sound(length, key)
    assert head is not None
    return head.seal


@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_head_taken_away_is_found() -> None:
    assert verify(KEY, CHAIN, None) == "head"


@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_chain_with_more_than_its_head_knows_is_found() -> None:
    _, head = sound(5)
    assert verify(KEY, CHAIN, head) == "cut"


@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_a_chain_made_anew_with_another_key_is_found() -> None:
    chain, head = sound(6, OTHER_KEY)
    assert verify(OTHER_KEY, chain, head) is None
    assert verify(KEY, chain, head) == "altered"
    assert verify(KEY, CHAIN, head) == "head"
    assert verify(KEY, (*CHAIN[:5], chain[5]), HEAD) == "altered"


@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_an_entry_from_another_copy_of_the_same_chain_is_found() -> None:
    other, _ = chain_of([*(entry(number) for number in range(3)), entry(99), entry(4), entry(5)])
    assert other[2].mac == CHAIN[2].mac
    spliced = (*CHAIN[:3], other[3], replace(CHAIN[4], previous=other[3].mac), CHAIN[5])
    assert verify(KEY, spliced, HEAD) == "altered"


@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_another_workers_sound_chain_is_no_replacement() -> None:
    others, head = sound(6, OTHER_KEY)
    assert verify(KEY, others, head) is not None


texts = st.text(max_size=4)
entries = st.builds(
    AuditEntry,
    st.sampled_from(list(Happening)),
    st.integers(0, 10**6).map(lambda seconds: NOON + timedelta(seconds=seconds)),
    texts,
    st.dictionaries(texts, st.integers(-9, 9) | texts | st.lists(texts, max_size=2), max_size=2),
)

DAMAGES: list[Callable[[list[ChainedEntry], int, int], object]] = [
    lambda chain, one, other: chain.pop(one),
    lambda chain, one, other: chain.insert(other, chain[one]),
    lambda chain, one, other: chain.__setitem__(slice(one, None), []),
    lambda chain, one, other: chain.__setitem__(one, chain[other]),
    lambda chain, one, other: chain.__setitem__(one, replace(chain[one], entry=chain[other].entry)),
    lambda chain, one, other: chain.__setitem__(one, replace(chain[one], number=other)),
    lambda chain, one, other: chain.reverse(),
]


@given(st.lists(entries, min_size=1, max_size=6), st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=3), st.data())
@pytest.mark.promise(14, "flip, drop, swap, double, cut, another key, and damage by chance")
def test_no_damage_goes_unseen(
    kept: list[AuditEntry], damages: list[Callable[[list[ChainedEntry], int, int], object]], data: st.DataObject
) -> None:
    chain, head = chain_of(kept)
    damaged = list(chain)
    for damage in damages:
        if damaged:
            places = st.integers(0, len(damaged) - 1)
            damage(damaged, data.draw(places), data.draw(places))
    assume(tuple(damaged) != chain)
    assert verify(KEY, damaged, head) in {"altered", "order", "cut"}
