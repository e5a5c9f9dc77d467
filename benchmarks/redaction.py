"""How much of what is secret is found, on strings the table was not written for, and what is found in ordinary words.

`tests/data/redaction_unseen.json` is a list of lines, each an object. Somebody who has not read the table writes them,
so that no line is in the table's favour. A line is either written out in parts or made after a recipe:

    {"text_parts": ["the wifi word is ", "blue", "berry42"], "value_parts": [1, 2], "kind": "password", "lang": "en"}
    {"recipe": {"prefix": "ghp_", "alphabet": "alnum", "length": 36, "template": "use {} please"}, "kind": "key",
     "lang": "en"}
    {"text_parts": ["the password is wrong"], "kind": "none", "lang": "en"}

- `text_parts`: strings that are joined when the benchmark runs, so that nothing like a real token stands in the file.
- `value_parts`: which of the parts (counted from 0) are the secret, joined in their order. Without it the line counts
  as found if anything at all is taken out of it.
- `recipe`: `template` holds `{}` where the value goes; the value is `prefix` + `length` characters of `alphabet` +
  `suffix` (prefix and suffix may be left out). `alphabet` is one of `benchmarks.fake_secrets.ALPHABETS` – alnum,
  base64, digits, hex, lower, mixed, printable, upper, urlsafe – or the characters themselves. Instead of `alphabet`
  and `length` there may be `check` and `shape` (`benchmarks.fake_secrets`), for numbers that add up.
- `kind`: what the secret is, in one word of the writer's choice (password, key, phone, card, …), by which recall is
  told; `none` for an ordinary line, out of which nothing may be taken.
- `lang`: the language of the words around it: `en`, `zh`, or another.
- `regions`, if it is there: region codes whose telephone numbers are known beside those of the setting's default.

A value is found if neither it stands in what is kept nor any run of eight of its characters (all of them, if it is
shorter). An export given with `--export` is read too: how many of its messages are touched, and by which row.
"""

from __future__ import annotations

import json
import random
import statistics
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fake_secrets import ALPHABETS, made
from benchmarks.figures import Figure, Run
from bot.phone_numbers import DEFAULT_REGIONS
from bot.redaction import Redaction, redact

UNSEEN = Path(__file__).parent.parent / "tests" / "data" / "redaction_unseen.json"
NONE = "none"
TRACE = 8
MOST_TOUCHED = 0.2
"""Per cent of the messages of an export that may be touched."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text, the secret in it (empty if it is not told which part that is), its kind and language."""

    text: str
    value: str
    kind: str
    language: str
    regions: tuple[str, ...] = ()

    @property
    def is_caught(self) -> bool:
        redacted = redact(self.text, Redaction((*DEFAULT_REGIONS, *self.regions)))
        if not self.value or self.kind == NONE:
            return bool(redacted.removed)
        size = min(TRACE, len(self.value))
        return not any(self.value[at : at + size] in redacted for at in range(len(self.value) - size + 1))


def measure(run: Run) -> list[Figure]:
    """Recall by kind and language, false alarms, the time a message takes, and an export's share."""
    lines = list(read(UNSEEN, random.Random(run.seed)))
    figures = [*_recall(run, lines), *_false_alarms(lines)]
    spent = [_milliseconds(line.text) for line in lines for _ in range(5)]
    figures.append(Figure("redaction: a message, mean", statistics.mean(spent), "ms"))
    if run.export is not None:
        figures += _touched(run, run.export)
    return figures


def read(path: Path, chance: random.Random) -> Iterator[Line]:
    """Yield the lines of a file; one that is not as the docstring above says is a `KeyError` or a `ValueError`."""
    for written in json.loads(path.read_text("utf8")):
        regions = tuple(written.get("regions", ()))
        text, value = _by_recipe(written["recipe"], chance) if "recipe" in written else _by_parts(written)
        yield Line(text, value, written["kind"], written["lang"], regions)


def _by_parts(written: dict[str, Any]) -> tuple[str, str]:
    parts = written["text_parts"]
    return "".join(parts), "".join(parts[number] for number in written.get("value_parts", ()))


def _by_recipe(recipe: dict[str, Any], chance: random.Random) -> tuple[str, str]:
    if "shape" in recipe:
        body = made({"shape": recipe["shape"], "check": recipe["check"]}, chance)
    else:
        letters = ALPHABETS.get(recipe["alphabet"], recipe["alphabet"])
        body = "".join(chance.choices(letters, k=recipe["length"]))
    value = f"{recipe.get('prefix', '')}{body}{recipe.get('suffix', '')}"
    return recipe["template"].replace("{}", value), value


def _recall(run: Run, lines: list[Line]) -> list[Figure]:
    groups: dict[str, list[bool]] = defaultdict(list)
    missed: Counter[str] = Counter()
    for line in lines:
        if line.kind != NONE:
            caught = line.is_caught
            for group in ("all", f"language {line.language}", f"kind {line.kind}"):
                groups[group].append(caught)
            missed[f"{line.kind} ({line.language})"] += not caught
    told = ", ".join(f"{count} {what}" for what, count in missed.most_common() if count)
    run.note(f"missed on unseen strings: {told or 'none'}.")
    return [
        Figure(f"redaction: recall on unseen strings, {group} ({sum(found)} of {len(found)})", _per_cent(found), "%")
        for group, found in sorted(groups.items())
    ]


def _false_alarms(lines: list[Line]) -> list[Figure]:
    ordinary = [line.is_caught for line in lines if line.kind == NONE]
    if not ordinary:
        return []
    return [Figure(f"redaction: false alarms ({sum(ordinary)} of {len(ordinary)})", _per_cent(ordinary), "%")]


def _touched(run: Run, export: Path) -> list[Figure]:
    rows: Counter[str] = Counter()
    touched, spent = list[bool](), list[float]()
    for text in _messages(export):
        begun = time.perf_counter()
        removed = redact(text).removed
        spent.append((time.perf_counter() - begun) * 1_000)
        touched.append(bool(removed))
        rows.update({removal.rule for removal in removed})
    run.note(f"messages touched, by row: {', '.join(f'{row} {n}' for row, n in rows.most_common()) or 'none'}.")
    name = f"redaction: messages of the export touched ({sum(touched)} of {len(touched):,})"
    return [
        Figure(name, _per_cent(touched), "%", ceiling=MOST_TOUCHED),
        Figure("redaction: a message of the export, mean", statistics.mean(spent), "ms"),
    ]


def _messages(export: Path) -> Iterator[str]:
    with zipfile.ZipFile(export) as archive:
        for name in archive.namelist():
            if name.count("/") == 1 and name.endswith(".json"):
                for message in json.loads(archive.read(name)):
                    if message.get("type") == "message" and message.get("text"):
                        yield message["text"]


def _milliseconds(text: str) -> float:
    begun = time.perf_counter()
    redact(text)
    return (time.perf_counter() - begun) * 1_000


def _per_cent(found: list[bool]) -> float:
    return 100 * sum(found) / len(found)
