"""The examples of a worker's tone: the newest of a shelf, found in a bounded look, whatever other shelves hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.consent import Grant, Purpose, Shelf, admit
from bot.events import MessageSaid
from bot.material import PAGES, gather
from bot.ports import Transaction
from bot.refs import MessageRef
from storage.memory import MemoryStore
from tests.unit.small_team import BUILD, MARA, NOON

PUBLIC = frozenset({Shelf(BUILD, public=True)})
GRANT = Grant("g", MARA, Purpose.LOG, BUILD, NOON, NOON, NOON + timedelta(days=90), "w")


@pytest.fixture
def tx() -> Iterator[Transaction]:
    """Mara's empty file."""
    store = MemoryStore()
    store.enrol(MARA)
    with store.writing(MARA) as transaction:
        yield transaction


def said(tx: Transaction, number: int, text: str, at: datetime = NOON, *, public: bool = True) -> None:
    event = MessageSaid(MessageRef(BUILD, f"{number:06}"), MARA, text, at, at, None, channel_is_public=public)
    admitted = admit(event, [GRANT], at)
    assert admitted is not None
    tx.messages.record(admitted)


def example(number: int) -> str:
    return f"The relay number {number} was restarted by the night shift."


def examples(tx: Transaction, *, with_examples: bool = True) -> list[str]:
    material = gather(tx, "where is the relay?", PUBLIC, NOON, with_examples=with_examples)
    return [message.text for message in material.examples]


def test_what_other_shelves_of_the_channel_hold_changes_nothing_even_in_the_same_moment(tx: Transaction) -> None:
    for number in range(3):
        said(tx, number, example(number))
    before = examples(tx)
    assert before == [example(2), example(1), example(0)]
    for number in range(3 * PAGES[-1]):
        said(tx, 100 + number, "Private words.", public=False)
    assert examples(tx) == before


def test_messages_of_one_moment_are_not_lost_where_a_page_ends(tx: Transaction) -> None:
    for number in range(3):
        said(tx, number, example(number))
    for number in range(PAGES[0]):
        said(tx, 100 + number, "Done.")
    assert examples(tx) == [example(2), example(1), example(0)]


def test_only_the_newest_of_a_shelf_are_looked_through(tx: Transaction) -> None:
    said(tx, 0, example(0))
    said(tx, 1, example(1), NOON + timedelta(seconds=1))
    for number in range(PAGES[-1] - 1):
        said(tx, 100 + number, "Done.", NOON + timedelta(minutes=1))
    assert examples(tx) == [example(1)]


def test_without_a_model_none_are_gathered(tx: Transaction) -> None:
    said(tx, 0, example(0))
    assert examples(tx) == [example(0)]
    assert examples(tx, with_examples=False) == []
