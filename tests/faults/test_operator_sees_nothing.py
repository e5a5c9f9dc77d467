"""Nothing that an operator, or a bystander, can run, read or list tells joining from opening the form and closing it.

The commands are found in the parser itself: one that is added is tried here without anybody thinking of it.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from bot import cli
from tests.faults.process import Running, running, understudy
from tests.promised import Figures, Sized

PEOPLE = [f"P{number}" for number in range(10)]
BYSTANDER = "JONAS"
MARKS = ("marmalade", "Quillfeather", "passwort-heron")
GIVEN: dict[str, list[str]] = {"recover export": ["out.age"], "recover erase": [], "vault open": ["nothing.age"]}
"""What some commands are given in place of what their parser's positional arguments suggest."""


def leaves(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Every command of the parser, with a value for each argument it must have."""
    below = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not below:
        needed = [a for a in parser._actions if not a.option_strings and a.nargs != "?"]
        yield words, GIVEN.get(" ".join(words), ["given" if a.type is Path else "P0" for a in needed])
    for action in below:
        for name, child in action.choices.items():
            yield from leaves(child, (*words, name))


COMMANDS = [[*words, *given] for words, given in leaves(cli._parser()) if words != ("run",)]


@dataclass(frozen=True, slots=True)
class Seen:
    """All that can be seen from outside of one state of affairs."""

    said: str
    logged: str
    bystander: str
    files: tuple[tuple[str, int], ...]
    commands: dict[str, tuple[int, str, str, tuple[str, ...]]]


def looks(folder: Path) -> tuple[tuple[str, int], ...]:
    """What `ls -lR` shows of the doubles' folder, with the process stopped."""
    double = folder / "data" / "double"
    return tuple(sorted((p.relative_to(double).as_posix(), p.stat().st_size) for p in double.rglob("*") if p.is_file()))


def as_anybody_sees_it(told: object) -> str:
    """A text without moments and numbers, which differ from one run to the next."""
    return re.sub(r"\d+", "0", json.dumps(told, ensure_ascii=False, sort_keys=True))


def undated(path: Path) -> str:
    """A file's path without the moment that stands in the name of a backup."""
    return re.sub(r"\d{8}T\d{6}Z", "then", path.as_posix())


def live(bot: Running, joining: int, *, leaving: bool) -> None:
    """Everybody opens the form; some send it, the others close it; all talk and are asked; then some leave."""
    for number, person in enumerate(PEOPLE):
        bot.act(person, "join")
        if number < joining:
            bot.join(person, "C1")
    for person in PEOPLE:
        bot.say(person, "C1", f"The {MARKS[0]} jar of {person} stands in cupboard nine, says {MARKS[1]}.")
        bot.post("/api/commands", **{"as": person, "channel": "C1", "text": f"never {MARKS[2]}"})
    bot.get("/api/idle")
    for person in PEOPLE if leaving else ():
        bot.act(person, "leave", "leave")
    bot.get("/api/idle")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with its people, in which nobody has opened anything yet."""
    folder = tmp_path_factory.mktemp("before")
    with running(folder) as bot:
        bot.found_team()
        for person in PEOPLE:
            bot.post("/api/people", id=person, name=f"{person} {MARKS[1]}", handle=person.lower())
        assert bot.stop().code == 0
    return folder


def seen(before: Path, folder: Path, joining: int, commands: list[list[str]], *, leaving: bool = False) -> Seen:
    shutil.copytree(before / "data", folder / "data")
    with running(folder, LOG_LEVEL="debug") as bot:
        live(bot, joining, leaving=leaving)
        told = as_anybody_sees_it(
            [bot.get(path, **{"as": BYSTANDER}) for path in ("/api/inbox", "/api/home", "/api/people", "/api/channels")]
        )
        done = bot.stop()
    files = looks(folder)
    carried_out = {}
    for words in commands:
        copy = folder / "-".join(words).replace("/", "_")
        shutil.copytree(folder / "data", copy / "data")
        ended = understudy(copy, *words, LOG_LEVEL="debug")
        left = tuple(
            sorted(f"{undated(p.relative_to(copy))} {p.stat().st_size}" for p in copy.rglob("*") if p.is_file())
        )
        out, err = (as_anybody_sees_it(text.replace(str(copy), "")) for text in (ended.out, ended.err))
        carried_out[" ".join(words)] = (ended.code, out, err, left)
        shutil.rmtree(copy)
    return Seen(done.out, done.err, told, files, carried_out)


@pytest.mark.promise(
    1, "every operator command, log line, file name and size, with nobody, one and nine joined, and left"
)
def test_nothing_tells_joining_from_opening_the_form_and_closing_it(
    before: Path, tmp_path: Path, figures: Figures, sized: Sized
) -> None:
    states = [(0, False), (9, False), (1, False), (9, True)][: sized(quick=2, full=4)]
    commands = COMMANDS[:: sized(quick=3, full=1)]
    found = [
        seen(before, tmp_path / f"{joining}{leaving}", joining, commands, leaving=leaving)
        for joining, leaving in states
    ]
    nobody, *others = found
    assert len(COMMANDS) >= 8
    assert len(nobody.commands) == len(commands)
    for other in others:
        assert other.commands == nobody.commands
        assert other == nobody
    words = " ".join([nobody.said, nobody.logged, str(nobody.commands), str(nobody.files)])
    assert not [mark for mark in (*MARKS, "P3") if mark in words]
    figures("commands compared", len(commands) * len(others))
    figures("states compared with nobody's joining", len(others))


@cache
def paths_and_names() -> frozenset[str]:
    return frozenset(name for words, _ in leaves(cli._parser()) for name in words)


@pytest.mark.promise(1, "every command looked through for a way to let somebody join")
def test_no_command_speaks_of_joining() -> None:
    assert not paths_and_names() & {"join", "enrol", "add", "list", "workers", "stats", "count", "show", "users"}
