"""What a model says against what it cites: lies made of the cited words are cut, honest paraphrases stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.citing import check_answer
from bot.model import Completion, Finish, Prompt, Usage
from bot.prompting import Asked, Given

DATA = Path(__file__).parents[1] / "data"


def cases(name: str) -> list[list[str]]:
    """A file's lines: the question, the words that are cited, and what is said to rest on them."""
    return [line.split(" | ") for line in (DATA / name).read_text("utf8").splitlines()]


def stands(question: str, cited: str, sentence: str) -> bool:
    answer = {"answered": True, "sentences": [{"text": sentence, "rests_on": ["p1"]}]}
    completion = Completion(json.dumps(answer, ensure_ascii=False), Finish.COMPLETE, Usage(1, 1))
    checked = check_answer(completion, Asked(Prompt("answer.1", "", "", {}), {"p1": Given("p1", cited)}), question)
    return checked is not None and checked.text == sentence


@pytest.mark.parametrize(("question", "cited", "sentence"), cases("bearing_false.txt"))
def test_what_turns_the_cited_words_round_or_adds_to_them_is_cut(question: str, cited: str, sentence: str) -> None:
    assert not stands(question, cited, sentence)


@pytest.mark.parametrize(("question", "cited", "sentence"), cases("bearing_honest.txt"))
def test_an_honest_paraphrase_stands(question: str, cited: str, sentence: str) -> None:
    assert stands(question, cited, sentence)
