"""With a recovery code in place of an account: finding the file that it opens, and sealing it for its owner.

For the command line: everything is synchronous, over a store that no other process has open.
"""

from __future__ import annotations

from datetime import datetime

from bot.audit import AuditEntry, Happening
from bot.ports import Store
from bot.recovery import fits, seal_of
from bot.refs import WorkerRef
from bot.vault.contents import gather
from bot.vault.packing import pack
from bot.vault.sealing import seal


def worker_of(store: Store, code: str) -> WorkerRef | None:
    """Return whose file a code opens; None if there is none.

    Whatever is typed, the same is done: one costly computation, and every file looked into to the last.
    """
    code_seal = seal_of(code)
    found = [worker for worker in store.workers() if fits(_seal_kept(store, worker), code_seal)]
    return found[0] if found else None


def export_sealed(store: Store, worker: WorkerRef, passphrase: str, now: datetime) -> bytes:
    """Return everything of a worker's, sealed; that it was exported is noted in their chain."""
    with store.writing(worker) as tx:
        tx.audit.append(AuditEntry(Happening.EXPORTED, now, "", {"by": "recovery code"}))
    with store.reading(worker) as tx:
        contents = gather(tx, {})
    return seal(pack(contents, worker, now), passphrase)


def _seal_kept(store: Store, worker: WorkerRef) -> str:
    with store.reading(worker) as tx:
        return tx.vault.recovery_seal()
