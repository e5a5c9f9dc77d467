"""Seeded chat: words by Zipf's law, the commonest of them those of the sample team, with its own sentences mixed in.

The vocabulary is that of the sample's messages by their frequency there, then made-up words of English shape, 30,000 in
all; a word's weight is 1 / (rank + 2.7). Messages have a median of about twelve words and a long tail; one in ten ends
with a sentence of the sample (code, paths and Chinese included), one in fifty names a made-up identifier.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections import Counter
from pathlib import Path

from bot.sentences import sentences

SAMPLE = Path(__file__).parent.parent / "adapters" / "web" / "sample"
VOCABULARY = 30_000
_WORD = re.compile(r"[a-z]+")
_ONSETS = "b bl br c cl cr d dr f fl g gr h j k l m n p pl pr qu r s sc sh sl sp st str t th tr v w z".split()
_VOWELS = "a e i o u ai ea ee io ou".split()
_CODAS = ["", "", "", *"b ck d g l ll m n nd ng nt p r rk rt s sk st t x".split()]
_ENDINGS = ["", "", "", "", "er", "ing", "ed", "s", "ion", "able", "ly", "ment"]
_ASKING = ("How do we", "What did we decide about", "Where is", "Why does")


class Speech:
    """One speaker with a vocabulary; the same seed says the same words."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        said = "\n".join(_sample_texts())
        self._sentences = [piece for piece in sentences(said) if len(piece) < 200]
        words = [word for word, _ in Counter(_WORD.findall(said.lower())).most_common()]
        made = dict.fromkeys(words)
        while len(made) < VOCABULARY:
            made[self._made_up()] = None
        self._words = list(made)
        self._weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))

    def message(self) -> str:
        """Say something."""
        count = min(400, max(1, round(self._dice.lognormvariate(2.5, 0.8))))
        words = self._dice.choices(self._words, cum_weights=self._weights, k=count)
        if self._dice.random() < 0.02:
            words.append("_".join(self._dice.choices(self._words, k=2)))
        if self._dice.random() < 0.1:
            words.append(self._dice.choice(self._sentences))
        return " ".join(words)

    def question(self, about: str) -> str | None:
        """Ask about something that was said: its words in another order, thirty at most; None if it has under six."""
        words = _WORD.findall(about.lower())
        if len(words) < 6:
            return None
        asked = self._dice.sample(words, min(len(words), 30))
        return f"{self._dice.choice(_ASKING)} {' '.join(asked)}?"

    def _made_up(self) -> str:
        choice = self._dice.choice
        syllables = self._dice.choices((1, 2, 3), weights=(2, 5, 2))[0]
        return "".join(choice(_ONSETS) + choice(_VOWELS) + choice(_CODAS) for _ in range(syllables)) + choice(_ENDINGS)


def _sample_texts() -> list[str]:
    files = sorted(SAMPLE.glob("messages-*.json"))
    return [row["text"] for file in files for row in json.loads(file.read_text("utf8"))["messages"]]
