"""Every sentence that is said stands in the catalogue, and every sentence of the catalogue is said."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.words import FALLBACK, catalogue, shipped_locales
from tests.architecture.source import ROOT, called_name, files, shown, tree

KEYS = frozenset(catalogue(FALLBACK))
AREAS = frozenset(file.stem for file in (ROOT / "bot" / "catalogue" / FALLBACK).glob("*.toml"))
_AREA = "|".join(sorted(AREAS)) or "$"
WHOLE_KEY = re.compile(rf"(?:{_AREA})\.[a-z0-9_]+")
KEY_IN_SCRIPT = re.compile(rf"""["'`]((?:{_AREA})\.[a-z0-9_]+)["'`]""")
SCRIPTS = sorted(file for kind in ("*.js", "*.html") for file in (ROOT / "adapters").rglob(kind))
PRODUCT = files("bot", "adapters")


def placeholders(sentence: str | dict[str, str]) -> set[str]:
    forms = sentence.values() if isinstance(sentence, dict) else [sentence]
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name is not None}


def whole_keys(node: ast.AST) -> Iterator[str]:
    pieces = {id(piece) for part in ast.walk(node) if isinstance(part, ast.JoinedStr) for piece in part.values}
    for part in ast.walk(node):
        if not isinstance(part, ast.Constant) or id(part) in pieces:
            continue
        if isinstance(part.value, str) and WHOLE_KEY.fullmatch(part.value):
            yield part.value


def pieced_keys(node: ast.AST) -> Iterator[re.Pattern[str]]:
    """Yield a pattern for every key that is put together: f"asking.{outcome}" stands for every sentence of its form."""
    for part in ast.walk(node):
        if isinstance(part, ast.JoinedStr):
            pieces = [str(p.value) if isinstance(p, ast.Constant) else None for p in part.values]
            if pieces[0] is not None and re.match(rf"(?:{_AREA})\.", pieces[0]):
                yield re.compile("".join("[a-z0-9_]+" if piece is None else re.escape(piece) for piece in pieces))


@pytest.mark.parametrize("file", PRODUCT, ids=shown)
def test_every_sentence_said_stands_in_the_catalogue(file: Path) -> None:
    assert set(whole_keys(tree(file))) <= KEYS
    for pattern in pieced_keys(tree(file)):
        assert any(pattern.fullmatch(key) for key in KEYS), pattern.pattern


@pytest.mark.parametrize("file", SCRIPTS, ids=shown)
def test_every_sentence_the_page_says_stands_in_the_catalogue(file: Path) -> None:
    assert set(KEY_IN_SCRIPT.findall(file.read_text("utf-8"))) <= KEYS


def test_every_sentence_of_the_catalogue_is_said_somewhere() -> None:
    said = {key for file in PRODUCT for key in whole_keys(tree(file))}
    said |= {key for file in SCRIPTS for key in KEY_IN_SCRIPT.findall(file.read_text("utf-8"))}
    patterns = [pattern for file in PRODUCT for pattern in pieced_keys(tree(file))]
    silent = {key for key in KEYS - said if not any(pattern.fullmatch(key) for pattern in patterns)}
    assert not silent


@pytest.mark.parametrize("file", PRODUCT, ids=shown)
def test_what_a_sentence_needs_is_given_where_it_is_said(file: Path) -> None:
    for call in (node for node in ast.walk(tree(file)) if isinstance(node, ast.Call) and called_name(node) == "say"):
        given = {keyword.arg for keyword in call.keywords}
        if not call.args or None in given:  # values handed on as a whole are not seen from here
            continue
        for key in whole_keys(call.args[0]):
            needed = placeholders(catalogue(FALLBACK)[key]) if key in KEYS else set()
            needed |= {"n"} if isinstance(catalogue(FALLBACK).get(key), dict) else set()
            assert needed <= given, f"{key} at line {call.lineno}"


@pytest.mark.parametrize("locale", shipped_locales())
def test_a_locale_says_the_same_things_with_the_same_facts(locale: str) -> None:
    sentences = catalogue(locale)
    assert set(sentences) == KEYS
    for key, sentence in sentences.items():
        assert placeholders(sentence) | {"n"} == placeholders(catalogue(FALLBACK)[key]) | {"n"}, key
        assert all((sentence if isinstance(sentence, dict) else {"only": sentence}).values()), key
        assert not isinstance(sentence, dict) or "other" in sentence, key
