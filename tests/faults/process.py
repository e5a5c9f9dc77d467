"""Starts Understudy as a process of its own, speaks with it over HTTP, and ends it as a test wants it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from bot.drafts import Draft, DraftState
from bot.messages import Span
from bot.refs import PersonRef
from storage.store import SqliteStore
from tests.faults.forking import Forked

ROOT = Path(__file__).parent.parent.parent
BOT = (sys.executable, "-m", "bot")
READY = "Understudy is ready at "
MARK = "quicksilver"  # a word that must turn up nowhere but in the file of who said it
SHARED = ("OPENAI_", "EMBEDDING_MODEL", "SLACK_", "DISCORD_")  # settings without a prefix of ours
OURS = ("UNDERSTUDY_", *SHARED)
ALWAYS = {"WORKING_HOURS": "00:00-23:59", "WORKING_DAYS": "mon-sun", "DRAFTS_A_DAY": "100", "ASKS_A_DAY": "100"}


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one sentence a refused command leaves on standard error, and nothing besides."""
        lines = self.err.splitlines()
        assert self.code in {1, 2}, self
        assert len(lines) == 1, self.err
        assert lines[0].startswith("understudy: "), self.err
        assert not lines[0].endswith("."), self.err
        return lines[0].removeprefix("understudy: ")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    body: Any

    @property
    def code(self) -> str:
        """The code of a refusal, which is a 4xx with a sentence."""
        assert 400 <= self.status < 500, self.body
        assert self.body["error"]["sentence"]
        return str(self.body["error"]["code"])


class Gone(Exception):
    """The process is not there any more, or went before it answered."""


@dataclass
class Running:
    """A process that serves, and what it told before it was ready."""

    process: subprocess.Popen[str] | Forked
    address: str
    errors: Path
    told: list[str] = field(default_factory=list)

    def get(self, path: str, **query: str) -> Any:
        reply = self.ask("GET", f"{path}?{urlencode(query)}" if query else path)
        assert reply.status == 200, reply.body
        return reply.body

    def post(self, path: str, **body: Any) -> Any:
        reply = self.ask("POST", path, body)
        assert reply.status in {200, 201}, reply.body
        return reply.body

    def ask(self, method: str, path: str, body: object = None, raw: bytes | None = None) -> Reply:
        """Ask for anything; `Gone` if no whole answer came."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        with closing(HTTPConnection(urlsplit(self.address).netloc, timeout=60)) as connection:
            try:
                connection.request(method, path, data, {"Content-Type": "application/json"} if data is not None else {})
                answer = connection.getresponse()
                return Reply(answer.status, json.loads(answer.read()))
            except (OSError, HTTPException, ValueError) as error:
                raise Gone from error

    def say(self, person: str, channel: str, text: str, thread: str | None = None) -> str:
        """Say something; return the message's id."""
        body = {"as": person, "channel": channel, "text": text, **({"thread": thread} if thread else {})}
        return str(self.post("/api/messages", **body)["id"])

    def act(self, person: str, action: str, target: str = "", **values: Any) -> Reply:
        return self.ask("POST", "/api/actions", {"as": person, "id": target, "action": action, "values": values})

    def join(self, person: str, *channels: str, earlier: bool = False) -> None:
        reply = self.act(person, "consent", "consent", learn=True, draft=True, channels=channels, earlier=earlier)
        assert reply.status == 200, reply.body

    def drafts(self, person: str) -> list[dict[str, Any]]:
        """What waits for a worker's decision, settled."""
        self.get("/api/idle")
        items = self.get("/api/inbox", **{"as": person})["items"]
        return [item for item in items if item["kind"] == "draft" and item["question"]]

    def replies(self, channel: str) -> list[dict[str, Any]]:
        """The doubles' replies that stand in a channel."""
        return [m for m in self.get(f"/api/channels/{channel}/messages")["messages"] if m["label"]]

    def found_team(self) -> None:
        """Let Mara (the worker) and Jonas (who asks) in, and the public channel C1."""
        self.post("/api/people", id="MARA", name="Mara Lind", handle="mara")
        self.post("/api/people", id="JONAS", name="Jonas Weir", handle="jonas")
        self.post("/api/channels", id="C1", name="garden")

    def stop(self) -> Done:
        """End it politely; return all it told after it was ready."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def kill(self) -> None:
        """End it without warning."""
        self.process.kill()
        assert self.ended().code == -signal.SIGKILL

    def ended(self) -> Done:
        out, _ = self.process.communicate(timeout=60)
        return Done(self.process.returncode, out, self.errors.read_text())


def environment(folder: Path, **settings: str | None) -> dict[str, str]:
    """The environment of a process whose data lies in a test's folder; a setting that is None is left out."""
    clean = {name: value for name, value in os.environ.items() if not name.upper().startswith(OURS)}
    given = {"DATA": str(folder / "data"), "PORT": "0", "WORKSPACE": "empty", **ALWAYS, **settings}
    return {
        **clean,
        "PYTHONPATH": str(ROOT),
        **{_variable(name): value for name, value in given.items() if value is not None},
    }


def _variable(name: str) -> str:
    return name if name.startswith(SHARED) else f"UNDERSTUDY_{name}"


def understudy(folder: Path, *words: str | Path, step: str | None = None, **settings: str | None) -> Done:
    """Run one command to its end; with a step it dies there."""
    errors = folder / "command-stderr"
    with Forked([str(word) for word in words], folder, environment(folder, **settings), errors, step or "") as process:
        out, _ = process.communicate(timeout=60)
        done = Done(process.returncode, out, errors.read_text())
    errors.unlink()
    return done


@contextmanager
def running(folder: Path, *, step: str = "", command: Sequence[str] = (), **settings: str | None) -> Iterator[Running]:
    """Run the server with a test clock until the block ends; one that still runs then is killed.

    With a step it dies there. With a `command`, such as `BOT`, it is started by that.
    """
    errors, given, words = folder / "stderr", environment(folder, **settings), ["run", "--test-clock"]
    with errors.open("w") as told, _started(words, folder, given, told, step, command) as process:
        try:
            yield _ready(process, errors)
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def running_beside(folder: Path, other: str, **settings: str) -> Iterator[Running]:
    """Run the server with the local workspace, for its clock, beside a platform that says it listens at `other`."""
    folder.mkdir()
    given: dict[str, Any] = {**settings, "LOCAL": "on"}
    with running(folder, **given) as bot:
        assert bot.process.stdout is not None
        if bot.address.startswith(other):
            told = next(line for line in bot.process.stdout if line.startswith(READY))
            bot.address = told.removeprefix(READY).strip()
        yield bot


def _started(
    words: Sequence[str], folder: Path, given: dict[str, str], told: IO[str], step: str, command: Sequence[str]
) -> subprocess.Popen[str] | Forked:
    if not command:
        return Forked(words, folder, given, Path(told.name), step)
    return subprocess.Popen([*command, *words], cwd=folder, env=given, stdout=subprocess.PIPE, stderr=told, text=True)


def _ready(process: subprocess.Popen[str] | Forked, errors: Path) -> Running:
    """Wait for the readiness line."""
    assert process.stdout is not None
    told: list[str] = []
    for line in process.stdout:
        if line.startswith(READY):
            return Running(process, line.removeprefix(READY).strip(), errors, told)
        told.append(line.strip())
    raise AssertionError(errors.read_text())


@dataclass(frozen=True, slots=True)
class Kept:
    """What a double holds, read from its file once nobody else uses it."""

    texts: list[str]
    drafts: tuple[Draft, ...]
    fault: str | None


def joined(folder: Path) -> int:
    """How many have joined, which only the control file tells."""
    with closing(SqliteStore(folder / "data" / "double")) as store:
        return len(store.workers())


def kept(folder: Path, person: str = "MARA", platform: str = "local", workspace: str = "local") -> Kept:
    """Read a worker's file."""
    with (
        closing(SqliteStore(folder / "data" / "double")) as store,
        store.reading(PersonRef(platform, workspace, person)) as tx,
    ):
        messages = tx.messages.find(tx.messages.refs(Span()))
        return Kept([m.text for m in messages], tx.drafts.in_states(frozenset(DraftState)), tx.audit.check())
