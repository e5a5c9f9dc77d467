"""Another master key: the control file is written anew with it, and takes the old one's place at one stroke.

Where the key stands in a file, the next key is written beside it first. A rotation cut short is settled at the next
start: the key that fits the control file is the one that counts.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from bot.errors import StoreError
from bot.private_files import keep_folder_private
from storage.connection import fits_key, is_filled
from storage.control import CONTROL_FILE, Control
from storage.disk import parts_of, put_in_place
from storage.keys import MASTER_FILE, MasterKey, new_key, parse_key, write_durably

NEXT_KEY = f"{MASTER_FILE}.next"
_NEXT = "rotating"


def next_master(master: MasterKey, given: str | None, *, in_file: bool) -> MasterKey:
    """Return the key to come: the one given, or a random one where it is kept in a file and nobody has to be told it.

    Raises `StoreError` (`wrong_key`) if there is none, or if it is the one in use.
    """
    if given is None and not in_file:
        sentence = "the master key is given by UNDERSTUDY_MASTER_KEY: give the next one in UNDERSTUDY_NEW_MASTER_KEY"
        raise StoreError(sentence, "wrong_key")
    value = parse_key(given, "the key in UNDERSTUDY_NEW_MASTER_KEY") if given is not None else new_key()
    if value == master.value:
        raise StoreError("UNDERSTUDY_NEW_MASTER_KEY is the key in use: give another one", "wrong_key")
    return MasterKey(value)


def write_next(folder: Path, control: Control, master: MasterKey, *, in_file: bool) -> None:
    """Write the next control file, whole, and then the next key; nothing counts yet."""
    settle_rotation(folder)
    keep_folder_private(folder / _NEXT)
    rows = control.rewrapped(master)
    with closing(Control(folder / _NEXT, master)) as new:
        new.adopt(rows)
        new.ledger.adopt(control.ledger, [new.id_of(entry) for *_, entry in rows])
        new.ledger.adopt_folders(control.ledger)
        new.ledger.adopt_heard(control.ledger)
    if in_file:
        write_durably(folder / NEXT_KEY, f"{master.value.hex()}\n")


def put_control(folder: Path) -> None:
    """Put the next control file in place of the one that is closed by now: from here on the next key counts."""
    for part in parts_of(folder / CONTROL_FILE)[1:]:
        part.unlink(missing_ok=True)  # SQLite has emptied it; what it left would be taken for the new file's
    put_in_place(folder / _NEXT / CONTROL_FILE, folder / CONTROL_FILE)


def settle_rotation(folder: Path) -> None:
    """Let the one key that fits the control file stand; a rotation that did not come so far leaves nothing."""
    beside = folder / NEXT_KEY
    if beside.exists():
        master = MasterKey(parse_key(beside.read_text("ascii", "replace"), f"the key in {NEXT_KEY}"))
        control = folder / CONTROL_FILE
        if is_filled(control) and fits_key(control, master.control):
            put_in_place(beside, folder / MASTER_FILE)
        else:
            beside.unlink()
    shutil.rmtree(folder / _NEXT, ignore_errors=True)
