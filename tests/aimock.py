"""`@copilotkit/aimock` as the suites use it: a strict OpenAI-compatible server with a journal, on Node.js."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

PROGRAM = Path(__file__).parent / "npm" / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
_ADDRESS = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")


@dataclass(frozen=True)
class Aimock:
    """A running server; what it has not been told to answer, it refuses with 503."""

    root: str

    @property
    def address(self) -> str:
        return f"{self.root}/v1"

    async def will(self, *fixtures: dict[str, Any]) -> None:
        """Forget everything, and from now on know these fixtures alone."""
        await self._post("reset", {})
        if fixtures:
            await self._post("fixtures", {"fixtures": list(fixtures)})

    async def spoil(self, **chances: float) -> None:
        """Let answers fail by chance: `malformedRate`, `disconnectRate`, `dropRate`, each from 0 to 1."""
        await self._post("chaos", chances)

    async def journal(self) -> list[dict[str, Any]]:
        """Return the requests since the last `will`: path, headers, body, response."""
        async with ClientSession() as session, session.get(f"{self.root}/__aimock/journal") as answer:
            entries: list[dict[str, Any]] = await answer.json()
            return entries

    async def _post(self, name: str, body: dict[str, Any]) -> None:
        async with ClientSession() as session, session.post(f"{self.root}/__aimock/{name}", json=body) as answer:
            assert answer.status == 200, await answer.text()


def find_node() -> str | None:
    """Return where Node.js is, None without it or without npm: `make` then installs no aimock."""
    return shutil.which("node") if shutil.which("npm") else None


@contextmanager
def running_aimock(node: str, folder: Path) -> Iterator[Aimock]:
    """Run the server until the end of the block; `folder` holds the one fixture that it needs to start."""
    assert PROGRAM.exists(), "aimock is not installed: `make test` installs it"
    (folder / "start.json").write_text('{"fixtures": [{"match": {}, "response": {"content": "started"}}]}', "utf-8")
    command = [node, str(PROGRAM), "--port", "0", "--fixtures", str(folder), "--strict", "--validate-on-load"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            found = next(filter(None, map(_ADDRESS.search, process.stdout)), None)
            assert found is not None, "aimock did not start"
            yield Aimock(found.group(1))
        finally:
            process.terminate()
