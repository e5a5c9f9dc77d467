from __future__ import annotations

import pytest

from adapters.slack.history import Cursor, read_cursor


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor("1772442000.000100"),
        Cursor("1772442000.000100", ("1772442000.000100", "1772442000.000050"), "1772442000.000200"),
        Cursor("1772442000.000100", ("1772442000.000100",), is_last=True),
    ],
)
def test_a_cursor_is_read_as_it_was_written(cursor: Cursor) -> None:
    written = cursor.written()
    assert written is not None
    assert read_cursor(written) == cursor


def test_nothing_is_left_to_read_after_the_last_page_and_its_threads() -> None:
    assert Cursor("1772442000.000100", is_last=True).written() is None


@pytest.mark.parametrize("text", [None, "", "page-2", "[]", "{}", "5", '["a"]', "[1,2,3,4]"])
def test_a_cursor_that_is_none_of_ours_begins_anew(text: str | None) -> None:
    assert read_cursor(text) == Cursor()
