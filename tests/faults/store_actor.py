"""Plays a process that uses the store and is killed, or meets a full disk; run by itself."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import storage.files
from bot.audit import AuditEntry, Happening
from bot.consent import Grant, Purpose, Shelf, admit
from bot.errors import StoreError
from bot.events import MessageSaid
from bot.messages import Span
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.refs import ChannelRef, MessageRef, PersonRef
from storage.control import Control
from storage.disk import front_of
from storage.files import FILES_AT_A_TIME
from storage.store import SqliteStore
from tests.contract.store_makers import answer, claim, contents, draft, tally, topic

WORKER = PersonRef("local", "team", "mara")
CHANNEL = ChannelRef("local", "team", "C1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GRANT = Grant("g1", WORKER, Purpose.LOG, CHANNEL, NOON, NOON, NOON + timedelta(days=90), "ab")


def log(tx: Transaction, number: int, text: str) -> str:
    """Record a message, its index and an audit entry; return its stamp."""
    at = NOON + timedelta(seconds=number)
    ref = MessageRef(CHANNEL, str(number))
    grant = replace(GRANT, worker=tx.worker)
    said = admit(MessageSaid(ref, tx.worker, text, at, at, None, channel_is_public=True), [grant], NOON)
    assert said is not None
    tx.messages.record(said)
    tx.index.put(ref, said.shelf, ["word", "messag", f"w{number}"])
    tx.audit.append(AuditEntry(Happening.LEARNED, at, "", {"n": number}))
    return ref.stamp


def keep_logging(folder: Path, start: str) -> NoReturn:
    store = SqliteStore(folder)
    store.enrol(WORKER)
    for number in itertools.count(int(start)):
        with store.writing(WORKER) as tx:
            stamp = log(tx, number, f"message {number}")
        print(stamp, flush=True)
    raise AssertionError


def keep_compacting(folder: Path) -> NoReturn:
    store = SqliteStore(folder)
    store.enrol(WORKER)
    with store.writing(WORKER) as tx:
        for number in range(400):
            log(tx, number, f"message {number}")
    for number in range(200):
        with store.writing(WORKER) as tx:
            tx.messages.remove([MessageRef(CHANNEL, str(number))], NOON)
        print("removed", flush=True)
        store.compact(WORKER)
    raise AssertionError


def come_and_go(folder: Path) -> NoReturn:
    store = SqliteStore(folder)
    for number in itertools.count():
        worker = PersonRef("local", "team", f"p{number}")
        store.enrol(worker)
        print("came", flush=True)
        if number % 3:
            store.erase(worker)
            print("went", flush=True)
    raise AssertionError


def die_erasing(folder: Path, step: str) -> None:
    """Die right after one step of an erasure."""
    store = SqliteStore(folder)
    store.enrol(WORKER)
    print("enrolled", flush=True)
    owner = storage.files if step == "sync_folder" else Control
    real: Callable[..., object] = getattr(owner, step)

    def step_then_die(*values: object) -> None:
        real(*values)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, step, step_then_die)
    store.erase(WORKER)


def fill_the_disk(folder: Path, deed: str) -> None:
    """Log until the disk is full, fill up the rest, then do one deed; tell what happened as JSON."""
    store = SqliteStore(folder / "double", ballast_bytes=1 << 20)
    store.enrol(WORKER)
    acknowledged, refused = list[str](), ""
    for number in itertools.count():
        try:
            with store.writing(WORKER) as tx:
                stamp = log(tx, number, "x" * 20_000)
            acknowledged.append(stamp)
        except StoreError as error:
            refused = error.code
            break
    fill_up(folder / "filler")
    use_up(store)
    with store.reading(WORKER) as tx:
        stored = [ref.stamp for ref in tx.messages.refs(Span())]
    seen = {"acknowledged": len(acknowledged), "stored": len(stored), "refused": refused}
    print(json.dumps({**seen, "done": stored == acknowledged and done(store, folder, deed)}))


def leave_covered(folder: Path) -> None:
    """With spare files standing by, fill the disk, leave, make room again; tell each step that went as it should."""
    store = SqliteStore(folder / "double", ballast_bytes=1 << 20)
    while store.look_after():
        pass
    store.enrol(WORKER)
    fill_up(folder / "filler")
    try:
        with store.writing(WORKER) as tx:
            log(tx, 1, "x" * 8_000_000)
    except StoreError as error:
        print(error.code)
    if store.erase(WORKER) and not store.holds(WORKER):
        print("left")
    (folder / "filler").unlink()
    while store.look_after():
        pass
    sizes = [path.stat().st_size for path in (folder / "double").glob("*.db") if path.name != "control.db"]
    if len(sizes) == FILES_AT_A_TIME and len(set(sizes)) == 1:
        print("restored")


def leave_backed_up(folder: Path) -> None:
    """Leave on a full disk that holds a backup too, while another folder of backups is away; tell what came of it."""
    store = SqliteStore(folder / "double", ballast_bytes=1 << 20)
    store.enrol(WORKER)
    with store.writing(WORKER) as tx:
        log(tx, 1, "please see")
    for place in ("near", "far"):
        store.back_up(folder / place, NOON)
    entry = store._control.find(WORKER)
    assert entry is not None
    front = store._control.id_of(entry)
    shutil.rmtree(folder / "far")
    fill_up(folder / "filler")
    use_up(store)
    proof = store.erase(WORKER)
    store.close()
    copies = [path for path in (folder / "near").rglob("*.db") if path.is_file() and front_of(path) == front]
    said = {"held": store.holds(WORKER), "copies": len(copies)}
    print(json.dumps(said | (asdict(proof) if proof else {})))


def fill_up(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1 << 10)):
                pass
        except OSError:
            return


def use_up(store: SqliteStore) -> None:
    """Take what room the file has of its own: free pages, and the part of its log that a refused write had filled.

    Something short is rightly kept in these, disk full or not, long after something longer was refused.
    """
    for length in (20_000, 3_000, 1):
        with suppress(StoreError):
            while True:
                with store.writing(WORKER) as tx:
                    tx.audit.append(AuditEntry(Happening.ASKED, NOON, "z" * length, {}))


LONG = "y" * 20_000
OPERATIONS: dict[str, Callable[[Transaction], object]] = {
    "agree": lambda tx: tx.consent.add([replace(GRANT, id=f"{number}{LONG}") for number in range(3)]),
    "ask": lambda tx: tx.drafts.add(draft(1, worker=WORKER, question=LONG)),
    "note a claim": lambda tx: tx.profile.put([claim(1, statement=LONG)]),
    "count a voice": lambda tx: tx.profile.put_voice(Shelf(CHANNEL, public=True), tally(5, LONG)),
    "keep an answer": lambda tx: tx.reusable.put(answer(1, text=LONG)),
    "write down": lambda tx: tx.audit.append(AuditEntry(Happening.ASKED, NOON, LONG, {})),
    "set preferences": lambda tx: tx.keepsakes.set_preferences(Preferences(topics=(topic(1, LONG),))),
    "embed": lambda tx: tx.vectors.put("m", {MessageRef(CHANNEL, str(n)): (1.0,) * 1_536 for n in range(100)}),
    "hold back": lambda tx: tx.usage.withhold(tx.messages.refs(Span()), LONG),
}


def refused_in_full(store: SqliteStore) -> bool:
    """Try everything that makes a file grow; each is refused as `full`, and nothing of it is left."""
    with store.reading(WORKER) as tx:
        before = contents(tx)
    for operation in OPERATIONS.values():
        try:
            with store.writing(WORKER) as tx:
                operation(tx)
        except StoreError as error:
            if error.code != "full":
                return False
        else:
            return False
        with store.reading(WORKER) as tx:
            if contents(tx) != before or tx.audit.check() is not None:
                return False
    return True


def done(store: SqliteStore, folder: Path, deed: str) -> bool:
    if deed == "anything":
        return refused_in_full(store)
    if deed == "remove":
        with store.writing(WORKER) as tx:
            return tx.messages.remove([MessageRef(CHANNEL, "0")], NOON) == 1
    if deed == "leave":
        left = store.erase(WORKER) is not None and not store.holds(WORKER)
        store.close()
        names = [path.name for path in (folder / "double").iterdir() if len(path.name) > 32]
        again = SqliteStore(folder / "double", ballast_bytes=1 << 20)
        return left and names == [] and again.workers() == ()
    try:
        with store.writing(WORKER) as tx:
            log(tx, 1 << 20, "y" * 20_000)
    except StoreError as error:
        return error.code == "full"
    return False


DEEDS: dict[str, Callable[..., object]] = {
    "log": keep_logging,
    "compact": keep_compacting,
    "come-and-go": come_and_go,
    "erase": die_erasing,
    "full": fill_the_disk,
    "leave-covered": leave_covered,
    "leave-backed-up": leave_backed_up,
}

if __name__ == "__main__":
    DEEDS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
