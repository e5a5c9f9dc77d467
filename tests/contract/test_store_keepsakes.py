"""Every promise of the keepsakes a worker takes along, over every store."""

from __future__ import annotations

from bot.agreed_words import AgreedWords
from bot.ports import Store
from tests.contract.store_makers import read, write


def test_the_words_agreed_to_are_kept_as_they_were_read(store: Store) -> None:
    first, second = AgreedWords("I agree.", "en"), AgreedWords("我同意。", "zh-Hans")
    for words in (first, second, first):
        write(store, lambda tx, words=words: tx.keepsakes.keep_agreed(words))  # type: ignore[misc]
    assert read(store, lambda tx: tx.keepsakes.agreed()) == {words.digest: words for words in (first, second)}
