"""The commands of a worker, typed on a machine with no data at all: opening, verifying, recovering."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.audit import AuditEntry, Happening
from bot.cli import main
from bot.consent import Grant, Purpose
from bot.recovery import new_code, seal_of
from bot.refs import ChannelRef, PersonRef
from bot.vault.contents import Contents, gather
from bot.vault.packing import NAMES, pack, read_manifest, unpack
from bot.vault.sealing import unseal
from storage.store import SqliteStore
from tests.age_file import seal_cheaply
from tests.contract.store_makers import fill, learn
from tests.faults.process import ROOT, Done
from tests.promised import Figures

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARA = PersonRef("local", "team", "mara")
PASSPHRASE = "plum orbit kettle sandal"


Typed = Callable[..., Done]


def typed_alone(folder: Path, *words: str | Path, told: str = "") -> Done:
    """Run a command in a process of its own, in an environment that knows nothing of Understudy."""
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "bot", *map(str, words)]
    known |= {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=known, input=told, capture_output=True, text=True, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Run a command as somebody types it, with what they answer."""

    def run(folder: Path, *words: str | Path, told: str = "", data: Path | None = None) -> Done:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "stdin", io.StringIO(told))
        monkeypatch.setenv("UNDERSTUDY_DATA", str(data or folder / "no-data"))
        capsys.readouterr()
        code = main([str(word) for word in words])
        assert not (folder / "no-data").exists()
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """Something of everything."""
    with closing(SqliteStore(tmp_path_factory.mktemp("store"), ballast_bytes=4096)) as store:
        store.enrol(MARA)
        learn(store, "quicksilver first")
        with store.writing(MARA) as tx:
            fill(tx)
            for number in range(5):
                tx.audit.append(AuditEntry(Happening.ASKED, NOON, f"d{number}", {"n": number}))
        with store.reading(MARA) as tx:
            return replace(gather(tx, {}), weekly_notes=())  # those of `fill` tell of no chain there ever was


@pytest.fixture
def sealed(tmp_path: Path, contents: Contents) -> Path:
    """A vault on a machine where nothing else is."""
    (tmp_path / "desk").mkdir()
    path = tmp_path / "desk" / "mine.age"
    path.write_bytes(seal_cheaply(pack(contents, MARA, NOON), PASSPHRASE))
    return path


@pytest.mark.promise(6, "a vault opened and verified by command on a machine without data, settings or network")
def test_a_vault_is_opened_on_any_machine_for_its_owner_alone(sealed: Path, figures: Figures) -> None:
    done = typed_alone(sealed.parent, "vault", "open", sealed, told=f"{PASSPHRASE}\n")
    folder = sealed.parent / "mine-opened"
    assert done == Done(0, f"opened into {folder}: begin with README.md\n", "")
    assert {path.name for path in folder.iterdir()} == NAMES
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    rows = [json.loads(line) for line in (folder / "messages.jsonl").read_text("utf8").splitlines()]
    assert rows
    assert sorted(path.name for path in sealed.parent.iterdir()) == ["mine-opened", "mine.age"]
    for place in (sealed, folder):
        told = typed_alone(sealed.parent, "audit", "verify", place, told=f"{PASSPHRASE}\n")
        assert (told.code, told.err) == (0, "")
        assert told.out.startswith("the audit chain is sound: ")
    figures("parts opened", len(NAMES))


def test_a_folder_with_anything_in_it_is_left_alone(sealed: Path, typed: Typed) -> None:
    folder = sealed.parent / "there"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    for place in (folder, sealed):
        done = typed(sealed.parent, "vault", "open", sealed, place, told=f"{PASSPHRASE}\n")
        assert "name a new folder" in done.sentence
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert typed(sealed.parent, "vault", "open", sealed, sealed.parent / "new", told=f"{PASSPHRASE}\n").code == 0


@pytest.mark.parametrize(
    ("change", "told", "sentence"),
    [
        (lambda data: data, "another passphrase\n", "the passphrase does not open this file"),
        (lambda data: data, "", "the passphrase does not open this file"),
        (lambda data: data[:-1], f"{PASSPHRASE}\n", "the file is damaged or was cut short: take another copy"),
        (lambda data: data[:60], f"{PASSPHRASE}\n", "the file is damaged or was cut short: take another copy"),
        (
            lambda _: b"PK\x03\x04",
            f"{PASSPHRASE}\n",
            "the file is no vault: it was not sealed with a passphrase by Understudy",
        ),
        (lambda _: b"", f"{PASSPHRASE}\n", "the file is no vault: it was not sealed with a passphrase by Understudy"),
        (
            lambda _: seal_cheaply(b"a diary", PASSPHRASE),
            f"{PASSPHRASE}\n",
            "the file is damaged or was cut short: take another copy",
        ),
    ],
    ids=["wrong", "nothing typed", "cut", "its header cut", "a zip", "empty", "another thing sealed"],
)
def test_what_cannot_be_opened_is_told_in_one_sentence(
    sealed: Path, typed: Typed, change: Callable[[bytes], bytes], told: str, sentence: str
) -> None:
    sealed.write_bytes(change(sealed.read_bytes()))
    for words in (["vault", "open", sealed], ["audit", "verify", sealed]):
        assert typed(sealed.parent, *words, told=told).sentence == sentence
    assert [path.name for path in sealed.parent.iterdir()] == ["mine.age"]


def test_what_is_not_there_or_is_no_vault_is_told_too(tmp_path: Path, typed: Typed) -> None:
    assert (
        typed(tmp_path, "vault", "open", "nowhere.age").sentence == "the file cannot be read: No such file or directory"
    )
    assert typed(tmp_path, "audit", "verify", tmp_path).sentence == "there is no vault in it: manifest.json is missing"
    assert "name the export" in typed(tmp_path, "audit", "verify", "--head", f"1 · {'0' * 64}").sentence
    assert "a head is a number" in typed(tmp_path, "audit", "verify", tmp_path, "--head", "soon").sentence


@pytest.mark.promise(14, "an export tampered with by its folder, verified by command")
def test_a_tampered_export_is_found_by_command(
    sealed: Path, typed: Typed, contents: Contents, figures: Figures
) -> None:
    head = contents.audit_head[0]
    one, other = contents.audit[0], contents.audit[1]
    tamperings = {
        "an entry was changed": (replace(one, subject="x"), *contents.audit[1:]),
        "an entry is missing, doubled or out of its place": (other, one, *contents.audit[2:]),
        "entries are missing at its end": contents.audit[:-1],
    }
    for told, audit in tamperings.items():
        sealed.write_bytes(seal_cheaply(pack(replace(contents, audit=audit), MARA, NOON), PASSPHRASE))
        done = typed(sealed.parent, "audit", "verify", sealed, told=f"{PASSPHRASE}\n")
        assert done.sentence == f"the audit chain is broken: {told}"
    sealed.write_bytes(seal_cheaply(pack(contents, MARA, NOON), PASSPHRASE))
    right, wrong = f"{head.length} · {head.mac}", f"{head.length} · {'0' * 64}"
    assert typed(sealed.parent, "audit", "verify", sealed, "--head", right, told=f"{PASSPHRASE}\n").code == 0
    done = typed(sealed.parent, "audit", "verify", sealed, "--head", wrong, told=f"{PASSPHRASE}\n")
    assert done.sentence.endswith("it is not the chain whose head you were told")
    longer = typed(sealed.parent, "audit", "verify", sealed, "--head", f"99 · {head.mac}", told=f"{PASSPHRASE}\n")
    assert longer.sentence.endswith("entries are missing at its end")
    typed(sealed.parent, "vault", "open", sealed, told=f"{PASSPHRASE}\n")
    part = sealed.parent / "mine-opened" / "audit.jsonl"
    part.write_text(part.read_text("utf8").replace("asked", "posted", 1), "utf8")
    done = typed(sealed.parent, "audit", "verify", part.parent)
    assert done.sentence == "the part audit.jsonl is missing or is not as it was exported"
    figures("tamperings tried by command", len(tamperings) + 3)
    figures("tamperings not found by command", 0)


# ---------------------------------------------------------------- with a recovery code


@pytest.fixture
def house(tmp_path: Path) -> tuple[Path, str]:
    """A data folder with two doubles, and the recovery code of Mara's."""
    data, code = tmp_path / "data", new_code()
    with closing(SqliteStore(data / "double", ballast_bytes=4096)) as store:
        for person in ("mara", "jonas"):
            worker = replace(MARA, person=person)
            store.enrol(worker)
            with store.writing(worker) as tx:
                channel = ChannelRef("local", "team", "build")
                tx.consent.add([Grant("g1", worker, Purpose.LOG, channel, NOON, NOON, NOON, "ab")])
                tx.vault.set_recovery_seal(seal_of(code if person == "mara" else new_code()))
    return data, code


@pytest.mark.promise(6, "export and erasure by recovery code, without the platform and the account")
def test_a_recovery_code_exports_and_erases_its_own_double_and_names_nobody(
    tmp_path: Path, typed: Typed, house: tuple[Path, str], figures: Figures
) -> None:
    data, code = house
    answers = f"{code.lower().replace('-', ' ')}\n{PASSPHRASE}\n{PASSPHRASE}\n"
    done = typed(tmp_path, "recover", "export", "mine.age", told=answers, data=data)
    assert (done.code, done.err) == (0, "")
    assert "mara" not in done.out.lower()
    assert oct((tmp_path / "mine.age").stat().st_mode & 0o777) == "0o600"
    assert read_manifest(unpack(unseal((tmp_path / "mine.age").read_bytes(), PASSPHRASE))).worker == MARA
    again = typed(tmp_path, "recover", "export", "mine.age", told=answers, data=data)
    assert again.sentence == "there is something at 'mine.age' already: name a new file"
    done = typed(tmp_path, "recover", "erase", told=f"{code}\n", data=data)
    assert (done.code, done.err) == (0, "")
    assert "mara" not in done.out.lower()
    with closing(SqliteStore(data / "double", ballast_bytes=4096)) as store:
        assert [worker.person for worker in store.workers()] == ["jonas"]
    gone = typed(tmp_path, "recover", "erase", told=f"{code}\n", data=data)
    assert gone.sentence == "that code opens nothing here"
    figures("doubles recovered and erased by code", 1)


@pytest.mark.promise(1, "a wrong recovery code before and after a joining: the same answer")
def test_a_wrong_code_gets_the_same_answer_whoever_joined(
    tmp_path: Path, typed: Typed, house: tuple[Path, str]
) -> None:
    data, code = house
    nobody = tmp_path / "nobody"
    with closing(SqliteStore(nobody / "double", ballast_bytes=4096)):
        pass
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    heard = {
        typed(tmp_path, "recover", "erase", told=f"{wrong}\n", data=place)
        for place in (data, nobody)
        for wrong in (new_code(), slip, "no code", "")
    }
    assert heard == {Done(1, "", "understudy: that code opens nothing here\n")}
    with closing(SqliteStore(data / "double", ballast_bytes=4096)) as store:
        assert len(store.workers()) == 2


def test_a_passphrase_that_will_not_do_is_refused_before_anything_is_looked_for(
    tmp_path: Path, typed: Typed, house: tuple[Path, str]
) -> None:
    data, code = house
    for typed_in, told in ((f"{code}\nshort\nshort\n", "too easy"), (f"{code}\n{PASSPHRASE}\nother\n", "not the same")):
        done = typed(tmp_path, "recover", "export", "mine.age", told=typed_in, data=data)
        assert told in done.sentence
    assert not (tmp_path / "mine.age").exists()
