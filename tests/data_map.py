"""`make data-map`: writes docs/data-map.md from the schema itself and the words beside it.

The words stand in `storage/data_map.toml` and `adapters/web/data_map.toml`; the tables are read from files made now,
the log lines from the source. What is in one and not in the other is a gap, of which a test allows none.
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from adapters.web.workspace import Workspace
from bot.clock import SystemClock
from bot.consent import Shelf
from bot.refs import ChannelRef, MessageRef, PersonRef
from storage.store import SqliteStore
from tests.architecture.source import PRODUCT, ROOT, files, tree

PAGE = ROOT / "docs" / "data-map.md"
Tables = dict[str, tuple[str, ...]]
Rows = Callable[[str], Iterable[tuple[Any, ...]]]

_INTRODUCTION = """\
# What is kept, where, and whose it is

Written by `make data-map` from the schema and from the words beside it (`storage/data_map.toml`,
`adapters/web/data_map.toml`); a test compares. A column that nobody described fails the build.
"""
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})


def words() -> dict[str, Any]:
    """Return everything that is said about what is kept."""
    said: dict[str, Any] = {}
    for file in (ROOT / "storage" / "data_map.toml", ROOT / "adapters" / "web" / "data_map.toml"):
        said |= tomllib.loads(file.read_text("utf-8"))
    return said


def schema() -> dict[str, Tables]:
    """Return the tables and columns of a worker's file, the control file and the workspace, from files made now."""
    with tempfile.TemporaryDirectory() as name:
        folder, worker = Path(name), PersonRef("local", "local", "somebody")
        with closing(SqliteStore(folder / "double", ballast_bytes=4096)) as store:
            store.enrol(worker)
            channel = ChannelRef("local", "local", "somewhere")
            with store.writing(worker) as tx:
                tx.index.put(MessageRef(channel, "1"), Shelf(channel, public=True), ["term"])
            with store._turn, store._writer(worker) as file:
                found = {"worker": _tables(file._connection.rows)}
            found["control"] = _tables(store._control._connection.rows)
        with closing(Workspace(folder / "workspace", SystemClock())) as workspace:
            found["workspace"] = _tables(workspace._database.execute)
        return found


def _tables(rows: Rows) -> Tables:
    found: Tables = {}
    for (name,) in list(rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")):
        shelf = re.fullmatch(r"shelf_\d+(_\w+)?", name)
        if shelf and shelf[1]:
            found["shelf_#_*"] = ("*",)
        else:
            columns = tuple(row[1] for row in rows(f"PRAGMA table_info({name})"))
            found["shelf_#" if shelf else name] = columns
    return found


def log_lines() -> tuple[tuple[str, str], ...]:
    """Return every line that the program may log, as its source writes it, with the file it stands in."""
    found = {
        (_template(node), file.relative_to(ROOT).as_posix())
        for file in files(*PRODUCT)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _LOGGING
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
    }
    return tuple(sorted(found))


def _template(call: ast.Call) -> str:
    """Return the constant of a call that logs; one whose text is put together otherwise is told as such."""
    constants = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    values = ", ".join(ast.unparse(a) for a in call.args[-2:] if not isinstance(a, ast.Constant))
    return f"{constants[0] if constants else '(made elsewhere)'} ← {values}"


def gaps(found: dict[str, Tables], said: dict[str, Any]) -> Iterator[str]:
    """Tell of each table and column that stands in the schema or in the words alone."""
    for part, tables in found.items():
        told = said[part]["tables"]
        for table in sorted(tables.keys() ^ told.keys()):
            yield f"{part}.{table}"
        for table in sorted(tables.keys() & told.keys()):
            for column in sorted(set(tables[table]) ^ told[table]["columns"].keys()):
                yield f"{part}.{table}.{column}"


def page() -> str:
    """Return the whole page."""
    found, said = schema(), words()
    parts = [_INTRODUCTION, _files(said), *(_part(said[part], tables) for part, tables in found.items()), _lines(said)]
    parts.append(f"## What goes to a language model\n\n{said['model']['about'].strip()}\n")
    return "\n".join(parts)


def _files(said: dict[str, Any]) -> str:
    rows = "\n".join(f"| `{name}` | {what} |" for name, what in said["files"].items())
    return f"## Files in DATA\n\n| file | what it is |\n|---|---|\n{rows}\n"


def _part(said: dict[str, Any], tables: Tables) -> str:
    chapters = [f"## {said['title']}\n\n{said['about'].strip()}\n"]
    for name, columns in tables.items():
        told = said["tables"][name]
        rows = "; ".join(f"`{column}` {told['columns'][column]}" for column in columns)
        chapters.append(
            f"**`{name}`** – {told['what']}. *Whose:* {told['whose']}. *Why:* {told['why']}. "
            f"*How long:* {told['until']}. *Erased:* {told['erased']}.<br>{rows}.\n"
        )
    return "\n".join(chapters)


def _lines(said: dict[str, Any]) -> str:
    rows = "\n".join(f"| `{line}` | `{file}` |" for line, file in log_lines())
    return (
        f"## Log lines\n\n{said['log_lines']['about'].strip()}\n\n| line ← what fills it | from |\n|---|---|\n{rows}\n"
    )


def main() -> int:
    """Write the page, if nothing is missing."""
    missing = list(gaps(schema(), words()))
    for gap in missing:
        sys.stderr.write(f"data-map: {gap} is in the schema or in the words alone\n")
    if missing:
        return 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
