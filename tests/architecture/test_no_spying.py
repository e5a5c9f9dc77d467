"""No emotion, mood, health, score or ranking of a person has a name anywhere in the program, nor in what it says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.words import FALLBACK, catalogue
from tests.architecture.source import files, tree
from tests.promised import Figures

JUDGING = re.compile(
    r"emotion|mood|sentiment|wellbeing|well_being|health|stress|burnout|happiness|morale|attrition|churn|engagement|"
    r"productiv|performance|personality|rating|score|ranking|leaderboard|percentile|punctual|attendance|presence|lateness"
)
OF_A_MESSAGE = {"Hit.score": "how well a message matches", "Passage.score": "how well a passage matches"}
"""Fields that count how well words match a question, and are of no person."""


def fields() -> Iterator[tuple[str, str]]:
    """Every field of every class, as `Class.field`, with where it stands."""
    for file in files("bot", "storage", "adapters"):
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.ClassDef):
                for line in node.body:
                    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                        yield f"{node.name}.{line.target.id}", _shown(file)


def _shown(file: Path) -> str:
    return "/".join(file.parts[-2:])


@pytest.mark.promise(7, "every field of every class, and every sentence's name, searched for a judgement of people")
def test_no_field_and_no_sentence_is_a_judgement_of_a_person(figures: Figures) -> None:
    found = list(fields())
    assert found
    judging = {name: where for name, where in found if JUDGING.search(name.lower()) and name not in OF_A_MESSAGE}
    assert judging == {}
    keys = [key for key in catalogue(FALLBACK) if JUDGING.search(key)]
    assert keys == []
    figures("fields searched", len(found))
    figures("sentences' names searched", len(catalogue(FALLBACK)))


def test_the_exceptions_are_still_there() -> None:
    assert OF_A_MESSAGE.keys() <= {name for name, _ in fields()}
