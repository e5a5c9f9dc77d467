"""Backup, restore and another key as they are typed: what they say, what they refuse, and that words survive."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from storage.generation import files_in, generations_in
from tests.faults.backed_up import everything_in, newest
from tests.faults.process import BOT, MARK, Done, environment, kept, running, understudy
from tests.faults.test_cli_data import KEY, OTHER_KEY, all_words, on_disk_of

BACKED_UP = "the backup is made, encrypted; it opens with the master key alone, so keep a copy of that elsewhere\n"
GIVEN_UP = "no backup in that folder is waited for any more; if none was, nothing changed\n"
RESTORED = "what was missing or damaged is restored: every file opens, and every audit chain is sound\n"
ROTATED = "the master key is another one now, in master.key: keep a copy of it elsewhere\n"


def contents(backup: Path) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in files_in(backup).items()}


@pytest.mark.promise(23, "backup, loss of the disk, restore on another machine by command")
def test_a_backup_made_by_command_is_restored_by_command(folder: Path, tmp_path: Path) -> None:
    before = kept(folder)
    assert understudy(folder, "backup") == Done(0, BACKED_UP, "")
    key = (folder / "data" / "double" / "master.key").read_text().strip()
    (folder / "data" / "double").rename(folder / "lost")
    assert "the master key is missing" in understudy(folder, "restore", "data/backups").sentence
    (folder / "data" / "double" / "master.key").write_text(key)
    assert understudy(folder, "restore", "data/backups") == Done(0, RESTORED, "")
    assert kept(folder) == before
    assert MARK.encode() not in everything_in(folder / "data" / "backups")


def test_what_cannot_be_restored_is_told_in_one_sentence_and_nothing_changes(folder: Path) -> None:
    understudy(folder, "backup", "elsewhere")
    before = kept(folder)
    (folder / "letter.txt").write_text("a letter to my aunt")
    for words, told in (
        (["restore", "nowhere"], "there is no backup in that folder"),
        (["restore", "letter.txt"], "there is no backup in that folder"),
        (["restore", "data"], "there is no backup in that folder"),
        (["restore", "elsewhere"], "say --replace"),
        (["backup", "letter.txt"], "could not be used"),
        (["backup", "data/double"], "cannot stand in the doubles' own folder"),
        (["backup", "letter.txt/deeper"], "could not be used"),
    ):
        done = understudy(folder, *words)
        assert told in done.sentence, done
        assert done.out == ""
    wrong = understudy(folder, "restore", "elsewhere", "--replace", MASTER_KEY=OTHER_KEY)
    assert "the master key does not fit this backup" in wrong.sentence
    assert OTHER_KEY not in all_words(wrong)
    for words in (
        ["restore"],
        ["backup", "one", "two"],
        ["key"],
        ["key", "rotate", "now"],
        ["restore", "x", "--force"],
    ):
        assert understudy(folder, *words).code == 2
    assert kept(folder) == before


def test_while_it_runs_each_of_them_says_so_and_does_nothing(folder: Path) -> None:
    understudy(folder, "backup")
    with running(folder) as bot:
        for words in (["backup"], ["restore", "data/backups", "--replace"], ["key", "rotate"]):
            assert understudy(folder, *words).sentence == "another Understudy uses this data folder: stop it first"
        assert bot.stop().code == 0


@pytest.mark.promise(23, "leaving and erasing on the page: the worker's backups follow at once")
def test_what_a_worker_erases_on_their_page_goes_from_the_backups(folder: Path) -> None:
    understudy(folder, "backup")
    backup = newest(folder / "data" / "backups")

    def changed_since(was: dict[str, bytes]) -> list[str]:
        return [name for name, content in contents(backup).items() if content != was.get(name)]

    before = contents(backup)
    with running(folder) as bot:
        reply = bot.act("MARA", "forget", "forget", text=MARK)
        assert reply.status == 200
        assert "Backups of it replaced" in str(reply.body)
        (copy,) = changed_since(before)
        between = contents(backup)
        left = bot.act("MARA", "leave", "leave")
        assert left.status == 200
        assert "Its copy in 1 backup went too." in str(left.body)
        assert changed_since(between) == [copy]
        assert contents(backup).keys() == before.keys()
        assert bot.stop().code == 0
    assert understudy(folder, "restore", "data/backups", "--replace").code == 0
    assert understudy(folder, "audit", "verify").code == 0


def test_a_folder_that_is_gone_is_given_up_in_the_same_words_whatever_there_was(folder: Path) -> None:
    understudy(folder, "backup", "disk")
    assert "can be reached" in understudy(folder, "backup", "--forget", "disk").sentence
    (folder / "disk").rename(folder / "lost")
    answers = [understudy(folder, "backup", "--forget", name) for name in ("disk", "disk", "nowhere")]
    assert answers == [Done(0, GIVEN_UP, "")] * 3
    assert not (folder / "data" / "backups").exists(), "none is made"


def test_a_daily_backup_is_made_while_it_runs_if_a_folder_is_named(folder: Path) -> None:
    with running(folder, BACKUP_FOLDER=str(folder / "daily")) as bot:
        bot.get("/api/idle")
        assert bot.stop().code == 0
    assert len(generations_in(folder / "daily")) == 1


@pytest.mark.promise(19, "a backup on a full disk: one sentence, nothing by halves")
def test_a_backup_onto_a_full_disk_leaves_nothing_by_halves(folder: Path) -> None:
    """The data folder's own disk is full, and so is the backup folder on it."""
    script = '"$@"; code=$?; ls data/backups/*/ 2>/dev/null | head -3; exit $code'
    command = [*on_disk_of("full", folder / "data"), "sh", "-c", script, "sh", *BOT, "backup"]
    ran = subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False, timeout=60
    )
    done = Done(ran.returncode, ran.stdout, ran.stderr)
    assert "full" in done.sentence
    assert done.out == ""


@pytest.mark.parametrize("options", [[], ["--workers"]])
def test_another_master_key_opens_everything_and_the_old_one_nothing(folder: Path, options: list[str]) -> None:
    key = folder / "data" / "double" / "master.key"
    before, old = kept(folder), key.read_text()
    understudy(folder, "backup")
    assert understudy(folder, "key", "rotate", *options) == Done(0, ROTATED, "")
    assert key.read_text() != old
    assert kept(folder) == before
    assert understudy(folder, "audit", "verify").code == 0
    assert "does not fit" in understudy(folder, "audit", "verify", MASTER_KEY=old.strip()).sentence
    assert understudy(folder, "restore", "data/backups", "--replace").code == 0
    assert kept(folder) == before
    with running(folder) as bot:
        bot.say("MARA", "C1", "And it is made of brass.")
        assert bot.stop().code == 0
    assert len(kept(folder).texts) == 2


def test_a_key_from_the_environment_is_followed_by_another_one_from_there(tmp_path: Path) -> None:
    with running(tmp_path, MASTER_KEY=KEY) as bot:
        bot.found_team()
        bot.join("MARA", "C1")
        bot.stop()
    asked = understudy(tmp_path, "key", "rotate", MASTER_KEY=KEY)
    assert "give the next one in UNDERSTUDY_NEW_MASTER_KEY" in asked.sentence
    same = understudy(tmp_path, "key", "rotate", MASTER_KEY=KEY, NEW_MASTER_KEY=KEY)
    assert "is the key in use" in same.sentence
    done = understudy(tmp_path, "key", "rotate", MASTER_KEY=KEY, NEW_MASTER_KEY=OTHER_KEY)
    assert done.code == 0
    assert "put it into UNDERSTUDY_MASTER_KEY" in done.out
    for text in map(all_words, (asked, same, done)):
        assert not any(secret in text for secret in (KEY, OTHER_KEY))
    assert understudy(tmp_path, "audit", "verify", MASTER_KEY=OTHER_KEY).code == 0
    assert "does not fit" in understudy(tmp_path, "audit", "verify", MASTER_KEY=KEY).sentence
    assert not (tmp_path / "data" / "double" / "master.key").exists()
    assert "UNDERSTUDY_NEW_MASTER_KEY" in understudy(tmp_path, "version", NEW_MASTER_KEY="hunter2").sentence
