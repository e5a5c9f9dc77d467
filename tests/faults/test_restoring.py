"""Restoring onto doubles that are there: what is sound stays, what is damaged is brought back no richer than it was."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.consent import Closure, Grant, Purpose
from bot.drafts import Draft, DraftState
from bot.errors import StoreError
from bot.lapsing import freeze
from bot.ports import Transaction
from bot.preferences import Preferences
from bot.profile.topics import Topic, TopicKind
from bot.refs import PersonRef, ThreadRef
from bot.standing import paused_grants
from storage.control import CONTROL_FILE, Control
from storage.generation import generations_in
from storage.restoring import restore
from storage.store import SqliteStore
from tests.faults.backed_up import DAY, OTHER, everything_in, opened, texts, write_words
from tests.faults.test_store_erasure import CHANNEL, NOON, WORKER, message, planted_words
from tests.promised import Figures

pytestmark = pytest.mark.usefixtures("few_small_files")

ENDS = NOON + 90 * DAY


def grants(*ids: str, given_at: datetime = NOON) -> list[Grant]:
    return [Grant(i, WORKER, p, CHANNEL, given_at, given_at, ENDS, "ab") for i, p in zip(ids, Purpose, strict=False)]


def spoil(folder: Path, worker: PersonRef = WORKER) -> None:
    """Damage a page of the audit chain, so that the file opens, tells its grants, and is not sound."""
    with opened(folder) as store, store._writer(worker) as file:
        row = file._connection.row("SELECT rootpage FROM sqlite_master WHERE name = 'audit'")
        path = folder / "double" / store._entry(worker).name
    assert row is not None
    spoil_page(path, row[0])


def spoil_page(path: Path, page: int) -> None:
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 + 100] ^= 1
    path.write_bytes(content)


def spoil_pages(path: Path) -> None:
    for page in range(2, path.stat().st_size // 4096 + 1):
        spoil_page(path, page)


def take(folder: Path, *, replaces: bool = True, place: str = "backups") -> None:
    restore(folder / place, folder / "double", None, replace=replaces)


def paused_and_backed_up(folder: Path) -> None:
    with opened(folder) as store:
        write_words(store, WORKER, planted_words(31, 20))
        with store.writing(WORKER) as tx:
            tx.consent.add(grants("g1", "g2"))
            tx.consent.close(["g1"], NOON + DAY / 24, Closure.PAUSED)
            tx.vault.set_recovery_seal("the first")
        store.back_up(folder / "backups", NOON)


def withdrawn_since(store: SqliteStore) -> None:
    with store.writing(WORKER) as tx:
        freeze(tx, CHANNEL, "left_channel", NOON + 2 * DAY)
        tx.vault.set_recovery_seal("the second")
        kept_out = Topic("n_1", TopicKind.WORDS, "Project Bluebird", NOON + 2 * DAY)
        tx.keepsakes.set_preferences(Preferences(never_learn=(kept_out,), cleared_by="today's"))


def resumable_open_and_seal(folder: Path) -> tuple[int, int, str]:
    with opened(folder) as store, store.reading(WORKER) as tx:
        kept = tx.consent.all()
        still_open = sum(grant.is_open(NOON + 3 * DAY) for grant in kept)
        assert tx.audit.check() is None
        return len(paused_grants(kept)), still_open, tx.vault.recovery_seal()


@pytest.mark.promise(4, "a message erased and not yet rewritten, the program stopped, a backup restored over it")
def test_a_message_erased_a_moment_ago_does_not_come_back(tmp_path: Path, figures: Figures) -> None:
    words = planted_words(30, 20)
    with opened(tmp_path) as store:
        write_words(store, WORKER, words)
        store.back_up(tmp_path / "backups", NOON)
        with store.writing(WORKER) as tx:
            assert tx.messages.remove([message(0, "").ref], NOON) == 1
    take(tmp_path)
    with opened(tmp_path) as store:
        back = words[:1].count(texts(store)[0])
        assert texts(store) == words[1:]
    figures("erased things that came back", back)


@pytest.mark.parametrize("damage", [False, True], ids=["sound", "damaged"])
@pytest.mark.promise(2, "a backup restored over a pause that was frozen since: it cannot be resumed, nothing is open")
def test_what_was_frozen_since_the_backup_stays_frozen(tmp_path: Path, *, damage: bool) -> None:
    paused_and_backed_up(tmp_path)
    with opened(tmp_path) as store:
        withdrawn_since(store)
    if damage:
        spoil(tmp_path)
    take(tmp_path)
    assert resumable_open_and_seal(tmp_path) == (0, 0, "the second")
    with opened(tmp_path) as store, store.reading(WORKER) as tx:
        chosen = tx.keepsakes.preferences()
        assert [topic.text for topic in chosen.never_learn] == ["Project Bluebird"]
        assert chosen.cleared_by == ("" if damage else "today's"), "the older log is gone over with it again"


def test_a_grant_given_since_is_not_taken_over_from_a_damaged_file(tmp_path: Path) -> None:
    paused_and_backed_up(tmp_path)
    with opened(tmp_path) as store, store.writing(WORKER) as tx:
        tx.consent.add(grants("g3", given_at=NOON + DAY))
    spoil(tmp_path)
    take(tmp_path)
    with opened(tmp_path) as store, store.reading(WORKER) as tx:
        assert [grant.id for grant in tx.consent.all()] == ["g1", "g2"]


@pytest.mark.promise(4, "spare files that a backup knew and that were used up since: who joins next is restored again")
def test_whoever_joins_after_a_restoration_is_there_after_the_next_one(tmp_path: Path, figures: Figures) -> None:
    with opened(tmp_path) as store:
        while store.look_after():
            pass
        store.back_up(tmp_path / "backups", NOON)
    shutil.copytree(tmp_path / "backups", tmp_path / "copy")
    (tmp_path / "backups").rename(tmp_path / "drawer")
    with opened(tmp_path) as store:
        for _ in range(30):
            store.erase(OTHER)  # nobody's: a spare file goes each time
    (tmp_path / "drawer").rename(tmp_path / "backups")
    take(tmp_path, place="copy")
    people = [PersonRef("local", "team", f"p{number}") for number in range(2)]
    with opened(tmp_path) as store:
        for person in people:
            store.enrol(person)
        store.back_up(tmp_path / "backups", NOON + DAY)
    for path in (tmp_path / "double").iterdir():
        if path.name != "master.key":
            path.unlink()
    take(tmp_path, replaces=False)
    with opened(tmp_path) as store:
        lost = len(people) - len(store.workers())
    figures("doubles lost", lost)
    assert lost == 0


@pytest.mark.promise(1, "names, number and times of the files before and after a restoration: the same for all files")
def test_a_restoration_tells_by_no_name_or_time_which_files_are_somebodys(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        while store.look_after():
            pass
        write_words(store, WORKER, ["one"])
        write_words(store, OTHER, ["two"])
        store.back_up(tmp_path / "backups", NOON)
        store.erase(OTHER)

    def names() -> set[str]:
        return {path.name for path in (tmp_path / "double").glob("*.db")}

    before = names()
    take(tmp_path)
    files = [path for path in (tmp_path / "double").glob("*.db") if path.name != CONTROL_FILE]
    assert names() == before
    assert len({path.stat().st_mtime_ns for path in files}) == 1
    assert len(files) == 4


def test_with_another_master_key_nothing_at_hand_is_replaced_unasked(tmp_path: Path) -> None:
    """The former key opens the backup, but not the doubles at hand, which remember what was erased since."""
    with opened(tmp_path) as store:
        write_words(store, WORKER, ["one"])
        store.back_up(tmp_path / "backups", NOON)
    former = (tmp_path / "double" / "master.key").read_text().strip()
    (tmp_path / "backups").rename(tmp_path / "drawer")
    with opened(tmp_path) as store:
        store.erase(WORKER)
        store.rotate_keys(None, NOON, in_file=True, workers=False)
    before = everything_in(tmp_path / "double")
    with pytest.raises(StoreError, match="move them away first") as told:
        restore(tmp_path / "drawer", tmp_path / "double", former, replace=True)
    assert told.value.code == "wrong_key"
    assert everything_in(tmp_path / "double") == before


@pytest.mark.parametrize("table", ["erased", "numbers", "files", "folders"])
def test_a_damaged_control_file_at_hand_keeps_no_restoration_from_its_end(tmp_path: Path, table: str) -> None:
    with opened(tmp_path) as store:
        write_words(store, WORKER, ["one"])
        write_words(store, OTHER, ["two"])
        store.back_up(tmp_path / "backups", NOON)
        (tmp_path / "backups").rename(tmp_path / "drawer")
        while store.look_after():
            pass
        store.erase(OTHER)
        write_words(store, WORKER, ["later"], first=1)
        row = store._control._connection.row("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,))
    assert row is not None
    spoil_page(tmp_path / "double" / CONTROL_FILE, row[0])
    take(tmp_path, place="drawer")
    with opened(tmp_path) as store:
        assert store.workers() == (WORKER,), "who was erased stays away, for another file has that name now"
        assert texts(store) == ["one", "later"]


def draft_in(tx: Transaction, state: DraftState, draft_id: str) -> None:
    thread = ThreadRef(CHANNEL, message(0, "").ref.stamp)
    draft = Draft(draft_id, WORKER, OTHER, thread, None, "when?", DraftState.ASKED, NOON, ENDS, approved_digest="ab")
    tx.drafts.add(draft)
    for step in (DraftState.PENDING, DraftState.APPROVED, DraftState.POSTING):
        draft, was = replace(draft, state=step), draft
        assert tx.drafts.move(draft, was.state, was.revision)
        if step is state:
            return


@pytest.mark.promise(8, "a backup in which a reply is approved or on its way: its worker is asked before it is posted")
def test_no_reply_that_was_approved_in_a_backup_is_posted_unasked(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.enrol(WORKER)
        with store.writing(WORKER) as tx:
            draft_in(tx, DraftState.APPROVED, "d1")
            draft_in(tx, DraftState.POSTING, "d2")
        store.back_up(tmp_path / "backups", NOON)
    spoil(tmp_path)
    take(tmp_path)
    with opened(tmp_path) as store, store.reading(WORKER) as tx:
        kept = [tx.drafts.get(draft_id) for draft_id in ("d1", "d2")]
        assert [draft.state for draft in kept if draft] == [DraftState.PENDING, DraftState.UNSURE]
        assert kept[0] is not None
        assert kept[0].approved_digest == ""


@pytest.mark.promise(4, "one file damaged: what another worker erases goes from every backup all the same")
def test_a_damaged_file_keeps_nobody_elses_erasure_from_the_backups(tmp_path: Path, figures: Figures) -> None:
    with opened(tmp_path) as store:
        write_words(store, WORKER, planted_words(33, 10))
        write_words(store, OTHER, ["two"])
        for day in range(2):
            store.back_up(tmp_path / "backups", NOON + day * DAY)
        names = [store._entry(person).name for person in (WORKER, OTHER)]
    spoil(tmp_path)
    made = generations_in(tmp_path / "backups")
    with opened(tmp_path) as store:
        store._control.ledger.count_up(store._control.id_of(store._entry(WORKER)))
        spoil_pages(tmp_path / "double" / names[0])
        store.tend_backups(NOON + 2 * DAY)
        assert all((generation / names[0]).exists() for generation in made), "the one copy that opens stays"
        proof = store.erase(OTHER)
        assert proof is not None
        assert (proof.backups, proof.backups_waiting) == (2, 0)
        for generation in made:
            with closing(Control(generation, store._master)) as control:
                assert control.workers() == (WORKER,)
    figures("backups that still hold it", 0)


def test_a_damaged_file_is_brought_back_and_a_sound_one_beside_it_stays(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        write_words(store, WORKER, planted_words(32, 20))
        write_words(store, OTHER, ["hello"])
        store.back_up(tmp_path / "backups", NOON)
        write_words(store, WORKER, ["later"], first=50)
        write_words(store, OTHER, ["later"])
    spoil(tmp_path)
    take(tmp_path)
    with opened(tmp_path) as store:
        assert texts(store) == planted_words(32, 20)
        with store.reading(OTHER) as tx:
            assert len(tx.audit.entries()) == 2


def test_with_the_control_file_lost_the_files_at_hand_stay_and_open_with_the_backups_keys(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        write_words(store, WORKER, ["one"])
        store.back_up(tmp_path / "backups", NOON)
        write_words(store, WORKER, ["two"], first=1)
    (tmp_path / "double" / CONTROL_FILE).unlink()
    take(tmp_path, replaces=False)
    with opened(tmp_path) as store:
        assert texts(store) == ["one", "two"]


def test_a_data_folder_older_than_the_backup_gives_back_nothing_that_the_backup_knows_as_erased(tmp_path: Path) -> None:
    """As after a machine was set back: the data folder is older, and knows nothing of what was erased since."""
    with opened(tmp_path) as store:
        write_words(store, WORKER, ["one", "two"])
        write_words(store, OTHER, ["hello"])
        store.back_up(tmp_path / "backups", NOON)
    shutil.copytree(tmp_path / "double", tmp_path / "older")
    with opened(tmp_path) as store:
        with store.writing(WORKER) as tx:
            tx.messages.remove([message(0, "").ref], NOON)
        store.compact(WORKER)
        store.erase(OTHER)
    shutil.rmtree(tmp_path / "double")
    (tmp_path / "older").rename(tmp_path / "double")
    take(tmp_path)
    with opened(tmp_path) as store:
        assert store.workers() == (WORKER,)
        assert texts(store) == ["two"]


def test_a_file_of_a_newer_program_is_not_taken_for_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paused_and_backed_up(tmp_path)
    monkeypatch.setattr("storage.migrations.MIGRATIONS", ())
    with pytest.raises(StoreError) as told:
        take(tmp_path)
    assert told.value.code == "too_old"
    monkeypatch.undo()
    assert resumable_open_and_seal(tmp_path) == (1, 1, "the first")


def test_a_name_that_is_taken_by_a_sound_file_costs_nobody_their_double(tmp_path: Path) -> None:
    """Two backups restored one after the other: the first knows a file as spare that is somebody's in the second."""
    with opened(tmp_path) as store:
        while store.look_after():
            pass
        store.back_up(tmp_path / "first", NOON)
        write_words(store, WORKER, ["one"])
        store.back_up(tmp_path / "second", NOON + DAY)
        name = store._entry(WORKER).name
    shutil.copy(tmp_path / "double" / "master.key", tmp_path / "key")
    shutil.rmtree(tmp_path / "double")
    (tmp_path / "double").mkdir()
    shutil.copy(tmp_path / "key", tmp_path / "double" / "master.key")
    take(tmp_path, replaces=False, place="first")
    with opened(tmp_path) as store:
        spare = next(entry for entry in store._control.spares() if entry.name == name)
        store._control.take(OTHER, spare)
    take(tmp_path, place="second")
    with opened(tmp_path) as store:
        assert store.workers() == (OTHER, WORKER)
        assert texts(store) == ["one"]
