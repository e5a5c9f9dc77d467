"""docs/data-map.md tells of everything that is kept, and of nothing else."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.data_map import PAGE, gaps, log_lines, page, schema, words
from tests.promised import Figures

CODES = ("code", "name", "__name__", "method", "_route(request)")


@pytest.mark.promise(5, "every table and column of every file described, and the page compared with the schema")
def test_every_table_and_column_is_described(figures: Figures) -> None:
    found = schema()
    assert list(gaps(found, words())) == []
    figures("tables described", sum(map(len, found.values())))
    figures("columns described", sum(len(columns) for tables in found.values() for columns in tables.values()))


def test_the_page_is_what_is_written_from_the_schema() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make data-map`"


def test_a_new_column_and_a_new_table_without_words_are_missed() -> None:
    found, said = schema(), words()
    more = deepcopy(found)
    more["worker"]["messages"] += ("mood",)
    more["control"]["roster"] = ("worker",)
    assert list(gaps(more, said)) == ["worker.messages.mood", "control.roster"]
    fewer = deepcopy(said)
    fewer["workspace"]["tables"]["people"]["columns"]["gone"] = "what went"
    assert list(gaps(found, fewer)) == ["workspace.people.gone"]


@pytest.mark.promise(7, "schema and pages searched for emotion, mood, health, score and ranking of people")
@pytest.mark.parametrize("word", ["emotion", "mood", "health", "score", "rank", "sentiment", "personality", "rating"])
def test_no_table_or_column_judges_a_person(word: str) -> None:
    names = [n for tables in schema().values() for t, columns in tables.items() for n in (t, *columns)]
    assert not [name for name in names if word in name.lower()]


@pytest.mark.promise(5, "every log line of the source: filled by codes, routes and class names alone")
def test_every_log_line_is_filled_by_codes_alone(figures: Figures) -> None:
    lines = log_lines()
    assert lines
    for line, file in lines:
        _, _, filling = line.partition(" ← ")
        for value in filter(None, filling.split(", ")):
            assert value.endswith(CODES), (file, line)
    figures("log lines in the source", len(lines))
