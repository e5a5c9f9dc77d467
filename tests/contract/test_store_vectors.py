"""Every promise of `bot.ports.VectorIndex`, over every store."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from math import fsum, sqrt
from pathlib import Path

import pytest

from bot.consent import Shelf
from bot.errors import StoreError
from bot.model import Vector
from bot.ports import Near, Store, Transaction
from bot.refs import ChannelRef
from tests.contract.store_makers import (
    GENERAL,
    NOON,
    PRIVATE,
    PUBLIC,
    SECRET,
    WORKER,
    learn,
    message,
    read,
    ref,
    write,
)

MODEL, OTHER_MODEL = "small-1", "small-2"
SIZE = 96


def unit(*components: float) -> Vector:
    length = sqrt(fsum(c * c for c in components))
    return tuple(c / length for c in components)


def some_vector(seed: int, size: int = SIZE) -> Vector:
    chance = random.Random(seed)
    return unit(*(chance.gauss(0, 1) for _ in range(size)))


def between(one: Vector, other: Vector, share: float) -> Vector:
    return unit(*(a * (1 - share) + b * share for a, b in zip(one, other, strict=True)))


def cosine(one: Vector, other: Vector) -> float:
    return fsum(a * b for a, b in zip(one, other, strict=True))


def embed(store: Store, *numbers: int, shelf: Shelf = PUBLIC, model: str = MODEL) -> int:
    """Keep for each message the vector of its number."""
    vectors = {ref(number, shelf.channel): some_vector(number) for number in numbers}
    return write(store, lambda tx: tx.vectors.put(model, vectors))


def nearest(store: Store, vector: Vector, *shelves: Shelf, limit: int = 9, model: str = MODEL) -> tuple[Near, ...]:
    return read(store, lambda tx: tx.vectors.search(shelves or (PUBLIC,), model, vector, limit))


def numbers_found(store: Store, number: int, *shelves: Shelf) -> list[int]:
    return sorted(int(near.ref.stamp[:8]) for near in nearest(store, some_vector(number), *shelves))


# ---------------------------------------------------------------- keeping


def test_vectors_are_kept_and_counted(store: Store) -> None:
    learn(store, "one", "two", "three")
    assert embed(store, 1, 3) == 2
    assert read(store, lambda tx: tx.vectors.count(MODEL)) == 2
    assert embed(store, 1, 2) == 2
    assert read(store, lambda tx: tx.vectors.count(MODEL)) == 3


def test_a_vector_of_what_is_not_stored_or_stands_on_no_shelf_is_passed_over(store: Store) -> None:
    learn(store, "one", "two")
    write(store, lambda tx: tx.messages.remove([ref(2)], NOON))
    write(store, lambda tx: tx.index.put(ref(4), PUBLIC, ["only", "indexed"]))
    write(store, lambda tx: tx.messages.record(message(5)))
    write(store, lambda tx: tx.index.put(ref(5), PUBLIC, ["hello"]))
    write(store, lambda tx: tx.index.remove([ref(5)]))
    assert embed(store, 1, 2, 3, 4, 5) == 1
    assert read(store, lambda tx: tx.vectors.count(MODEL)) == 1
    assert numbers_found(store, 2) == [1]


def test_a_vector_put_again_takes_the_place_of_the_old_one(store: Store) -> None:
    learn(store, "one", "two")
    embed(store, 1, 2)
    assert nearest(store, some_vector(1))[0].ref == ref(1)
    write(store, lambda tx: tx.vectors.put(MODEL, {ref(1): some_vector(7), ref(2): some_vector(1)}))
    assert [near.ref for near in nearest(store, some_vector(1))] == [ref(2), ref(1)]
    assert nearest(store, some_vector(7))[0].ref == ref(1)


def test_the_first_vector_of_another_model_drops_all_the_others(store: Store) -> None:
    learn(store, "one", "two")
    embed(store, 1, 2)
    assert nearest(store, some_vector(1), model=OTHER_MODEL) == ()
    assert embed(store, 2, model=OTHER_MODEL) == 1
    assert read(store, lambda tx: (tx.vectors.count(MODEL), tx.vectors.count(OTHER_MODEL))) == (0, 1)
    assert read(store, lambda tx: tx.vectors.count()) == 1
    assert nearest(store, some_vector(1)) == ()
    assert [near.ref for near in nearest(store, some_vector(1), model=OTHER_MODEL)] == [ref(2)]
    assert embed(store, 1) == 1
    assert numbers_found(store, 1) == [1]


def test_a_model_that_changes_the_length_of_its_vectors_is_another_one(store: Store) -> None:
    learn(store, "one", "two")
    embed(store, 1, 2)
    write(store, lambda tx: tx.vectors.put(MODEL, {ref(2): some_vector(2, 40)}))
    assert read(store, lambda tx: tx.vectors.count(MODEL)) == 1
    assert nearest(store, some_vector(2)) == ()
    assert [near.ref for near in nearest(store, some_vector(2, 40))] == [ref(2)]


def test_vectors_of_two_lengths_at_once_are_refused(store: Store) -> None:
    learn(store, "one", "two")
    vectors = {ref(1): some_vector(1), ref(2): some_vector(2, 40)}
    with pytest.raises(StoreError):
        write(store, lambda tx: tx.vectors.put(MODEL, vectors))
    assert read(store, lambda tx: tx.vectors.count(MODEL)) == 0


@pytest.mark.parametrize("odd", [(0.0,) * SIZE, (float("nan"),) * SIZE, (float("inf"),) + (0.0,) * (SIZE - 1)])
def test_a_vector_without_a_direction_is_near_to_nothing(store: Store, odd: Vector) -> None:
    learn(store, "one", "two")
    embed(store, 2)
    write(store, lambda tx: tx.vectors.put(MODEL, {ref(1): odd}))
    assert {near.ref: near.cosine for near in nearest(store, some_vector(1))}[ref(1)] == 0
    assert [near.cosine for near in nearest(store, odd)] == [0, 0]


def test_what_is_put_in_a_block_that_fails_never_was(store: Store) -> None:
    learn(store, "one", "two", "three")
    embed(store, 1)

    def fail(tx: Transaction) -> None:
        tx.vectors.put(MODEL, {ref(2): some_vector(2)})
        assert len(tx.vectors.search([PUBLIC], MODEL, some_vector(2), 9)) == 2
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(store, fail)
    embed(store, 3)
    found = write(store, lambda tx: tx.vectors.search([PUBLIC], MODEL, some_vector(2), 9))
    assert sorted(near.ref for near in found) == [ref(1), ref(3)]
    assert numbers_found(store, 2) == [1, 3]


def test_what_a_failed_block_put_on_one_shelf_is_not_taken_for_anothers(store: Store) -> None:
    learn(store, "one")
    learn(store, "secret", shelf=PRIVATE)

    def fail(tx: Transaction) -> None:
        tx.vectors.put(MODEL, {ref(1, SECRET): some_vector(1)})
        assert len(tx.vectors.search([PRIVATE], MODEL, some_vector(1), 9)) == 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(store, fail)
    embed(store, 1)
    assert write(store, lambda tx: tx.vectors.search([PRIVATE], MODEL, some_vector(1), 9)) == ()


# ---------------------------------------------------------------- missing


def test_missing_are_those_on_a_shelf_without_a_vector_newest_first(store: Store) -> None:
    learn(store, "one", "two", "three", "four")
    learn(store, "secret", shelf=PRIVATE, first=9)
    withhold(store, 4)
    embed(store, 2)

    def missing(*channels: ChannelRef, model: str = MODEL, limit: int = 9) -> list[int]:
        found = read(store, lambda tx: tx.vectors.missing(model, channels, limit))
        return [int(m.ref.stamp[:8]) for m in found]

    assert missing(GENERAL) == [3, 1]
    assert missing(GENERAL, limit=0) == []
    assert missing(SECRET) == [9]
    assert missing(SECRET, GENERAL)[0] == 9
    assert missing(SECRET, GENERAL, limit=1) == [9]
    assert missing() == []
    assert missing(ChannelRef("local", "team", "unknown")) == []
    assert missing(GENERAL, model=OTHER_MODEL) == [3, 2, 1]


def test_nothing_is_missing_once_all_have_a_vector_until_one_loses_it(store: Store) -> None:
    learn(store, "one", "two")
    embed(store, 1, 2)
    assert read(store, lambda tx: tx.vectors.missing(MODEL, [GENERAL], 9)) == ()
    learn_again(store, 1, "one edited")
    (left,) = read(store, lambda tx: tx.vectors.missing(MODEL, [GENERAL], 9))
    assert (left.ref, left.text) == (ref(1), "one edited")


def learn_again(store: Store, number: int, text: str) -> None:
    """Edit a message."""
    with store.writing(WORKER) as tx:
        edited = message(number, text, revised_at=NOON + timedelta(days=1))
        tx.messages.record(edited)
        tx.index.put(edited.ref, PUBLIC, text.split())


# ---------------------------------------------------------------- searching


def test_the_nearest_come_first_with_their_cosines(store: Store) -> None:
    learn(store, *(f"m{number}" for number in range(40)))
    asked, away = some_vector(500), some_vector(501)
    vectors = {ref(number): between(asked, away, (number * 7 % 40) / 40) for number in range(1, 41)}
    write(store, lambda tx: tx.vectors.put(MODEL, vectors))
    found = nearest(store, asked, limit=40)
    assert [near.ref for near in found] == sorted(vectors, key=lambda r: -cosine(vectors[r], asked))
    assert all(near.cosine == pytest.approx(cosine(vectors[near.ref], asked), abs=0.01) for near in found)
    assert nearest(store, asked, limit=3) == found[:3]
    assert nearest(store, asked, limit=0) == ()


def test_the_nearest_of_very_many_is_found(store: Store) -> None:
    learn(store, *["word"] * 1_000)
    embed(store, *range(1, 1_001))
    for number in (1, 500, 1_000):
        nearly = between(some_vector(number), some_vector(9_999), 0.3)
        assert nearest(store, nearly, limit=1)[0].ref == ref(number)


def test_equally_near_ones_come_in_the_order_of_their_references(store: Store) -> None:
    learn(store, "a", "b", "c")
    with store.writing(WORKER) as tx:
        for number in (2, 3, 1):
            tx.vectors.put(MODEL, {ref(number): some_vector(1)})
    assert [near.ref for near in nearest(store, some_vector(1))] == [ref(1), ref(2), ref(3)]


def test_only_the_shelves_asked_for_are_searched(store: Store) -> None:
    then_private = Shelf(GENERAL, public=False)
    learn(store, "open")
    learn(store, "closed", shelf=then_private, first=2)
    learn(store, "secret", shelf=PRIVATE, first=3)
    embed(store, 1, 2)
    embed(store, 3, shelf=PRIVATE)
    assert numbers_found(store, 2) == [1]
    assert numbers_found(store, 2, then_private) == [2]
    assert numbers_found(store, 2, PUBLIC, PRIVATE, PUBLIC) == [1, 3]
    assert numbers_found(store, 2, Shelf(SECRET, public=True)) == []
    assert read(store, lambda tx: tx.vectors.search([], MODEL, some_vector(1), 9)) == ()


@pytest.mark.parametrize("comes", ["first", "between", "last"])
def test_what_stands_on_other_shelves_changes_not_a_byte(
    tmp_path: Path, store: Store, comes: str, request: pytest.FixtureRequest
) -> None:
    """The same public messages with and without a flood of private ones, very near ones among them."""
    make: Callable[[Path], Store] = request.node.callspec.params["store"]
    asked = some_vector(77)

    def fill(into: Store, *, flooded: bool) -> None:
        def flood() -> None:
            if not flooded:
                return
            learn(into, *["word"] * 400, shelf=PRIVATE)
            near = {ref(n, SECRET): between(asked, some_vector(2_000 + n), n / 800) for n in range(1, 401)}
            write(into, lambda tx: tx.vectors.put(MODEL, near))
            write(into, lambda tx: tx.messages.remove([ref(1, SECRET)], NOON))

        if comes == "first":
            flood()
        learn(into, *["word"] * 300)
        embed(into, *range(1, 150))
        if comes == "between":
            flood()
        embed(into, *range(150, 301))
        if comes == "last":
            flood()

    with closing(make(tmp_path / "flooded")) as flooded:
        flooded.enrol(WORKER)
        fill(store, flooded=False)
        fill(flooded, flooded=True)
        assert repr(nearest(flooded, asked, limit=50)) == repr(nearest(store, asked, limit=50))


# ---------------------------------------------------------------- going with the message


def record_again(store: Store, number: int) -> None:
    edited = message(number, "edited", revised_at=NOON + timedelta(days=1))
    write(store, lambda tx: tx.messages.record(edited))


def delete(store: Store, number: int) -> None:
    write(store, lambda tx: tx.messages.remove([ref(number)], NOON))


def withhold(store: Store, number: int) -> None:
    write(store, lambda tx: tx.index.remove([ref(number)]))


def move(store: Store, number: int) -> None:
    write(store, lambda tx: tx.index.put(ref(number), Shelf(GENERAL, public=False), ["two"]))


GOING: dict[str, Callable[[Store], None]] = {
    "edited": lambda store: learn_again(store, 2, "edited"),
    "only recorded anew": lambda store: record_again(store, 2),
    "deleted": lambda store: delete(store, 2),
    "withheld": lambda store: withhold(store, 2),
    "put on another shelf": lambda store: move(store, 2),
}


@pytest.mark.parametrize("how", GOING)
def test_a_vector_goes_when_its_message_is(store: Store, how: str) -> None:
    learn(store, "one", "two", "three")
    embed(store, 1, 2, 3)
    store.compact(WORKER)
    assert numbers_found(store, 2) == [1, 2, 3]
    GOING[how](store)
    assert numbers_found(store, 2, PUBLIC, Shelf(GENERAL, public=False)) == [1, 3]
    assert read(store, lambda tx: tx.vectors.count(MODEL)) == 2
    assert store.compact(WORKER, only_if_due=True) is not None
    assert numbers_found(store, 2, PUBLIC, Shelf(GENERAL, public=False)) == [1, 3]


def test_many_that_went_leave_no_gap_among_the_nearest(store: Store) -> None:
    asked, away = some_vector(77), some_vector(78)
    learn(store, *["word"] * 500)
    near = {ref(n): between(asked, away, n / 1_000) for n in range(1, 501)}
    write(store, lambda tx: tx.vectors.put(MODEL, near))
    assert nearest(store, asked, limit=1)[0].ref == ref(1)
    write(store, lambda tx: tx.messages.remove([ref(n) for n in range(1, 451)], NOON))
    assert len(nearest(store, asked, limit=60)) == 50


def test_the_last_vector_put_anew_is_searched_as_it_is_now(store: Store) -> None:
    asked, away = some_vector(77), some_vector(78)
    learn(store, *["word"] * 400)
    near = {ref(n): between(asked, away, n / 1_000) for n in range(100, 400)}
    write(store, lambda tx: tx.vectors.put(MODEL, near | {ref(400): away}))
    assert nearest(store, asked, limit=1)[0].ref == ref(100)
    write(store, lambda tx: tx.vectors.put(MODEL, {ref(400): asked}))
    assert nearest(store, asked, limit=1)[0].ref == ref(400)


def test_vectors_go_in_the_transaction_that_deletes_their_message(store: Store) -> None:
    learn(store, "one", "two")
    embed(store, 1, 2)
    with store.writing(WORKER) as tx:
        tx.messages.remove([ref(2)], NOON)
        assert [near.ref for near in tx.vectors.search([PUBLIC], MODEL, some_vector(2), 9)] == [ref(1)]


def test_a_reader_sees_the_vectors_of_its_own_moment(store: Store) -> None:
    learn(store, "one", "two", "three")
    embed(store, 1, 2)
    assert numbers_found(store, 1) == [1, 2]
    with store.reading(WORKER) as tx:
        embed(store, 3)
        write(store, lambda tx: tx.messages.remove([ref(1)], NOON))
        assert {near.ref for near in tx.vectors.search([PUBLIC], MODEL, some_vector(1), 9)} == {ref(1), ref(2)}
    assert numbers_found(store, 1) == [2, 3]


def test_vectors_that_come_and_go_in_any_order_are_those_that_are_kept(store: Store) -> None:
    chance, standing, held = random.Random(5), set(range(1, 31)), set[int]()
    learn(store, *["word"] * 30)
    for _ in range(12):
        some = chance.sample(range(1, 31), 6)
        embed(store, *some)
        gone = chance.choice(some)
        withhold(store, gone)
        standing.discard(gone)
        held = (held | set(some)) & standing
        assert sorted(near.ref for near in nearest(store, some_vector(1), limit=99)) == [ref(n) for n in sorted(held)]
