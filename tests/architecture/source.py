"""Reading the project's own source, for the tests that ask whether its shape holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("bot", "adapters", "storage")


def files(*folders: str) -> list[Path]:
    """Return every Python file under some folders of the project, in order; what came from npm is not ours."""
    found = (file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    return sorted(file for file in found if "node_modules" not in file.parts)


@cache
def tree(file: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(file.read_text("utf-8"), str(file))


def shown(file: Path) -> str:
    """Return a file's path as a reader of the project knows it."""
    return file.relative_to(ROOT).as_posix()


def module_name(file: Path) -> str:
    """Return the dotted name of a module's file."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def known_modules() -> frozenset[str]:
    """Return the names of the product's own modules."""
    return frozenset(map(module_name, files(*PRODUCT)))


def imports(file: Path) -> Iterator[str]:
    """Yield the full name of everything a file imports, at its top or within a function, for types or to run.

    `from bot import drafts` gives `bot.drafts`, `from bot.drafts import Draft` gives `bot.drafts`.
    """
    package = module_name(file).split(".")
    if file.name != "__init__.py":
        package.pop()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{origin}.{alias.name}"
                yield full if full in known_modules() else origin


def called_name(call: ast.Call) -> str:
    """Return the last name of what is called: `drafts.Draft(…)` gives `Draft`."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
