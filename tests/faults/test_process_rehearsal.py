"""A chat export as a rehearsal, from the zip to the last byte: other names, a banner, real answers, all deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.faults.exports import ANSWERS, PEOPLE, TALK, team, written
from tests.faults.process import Running, joined, running, understudy

REAL_NAMES = tuple(part for name in PEOPLE.values() for part in name.split())
WORKERS = ("UHEDWIG", "UPIM", "UYARA")
ASKER = "UTOMAS"


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    """A folder in which the small export was loaded."""
    done = understudy(tmp_path, "workspace", "load", written(tmp_path / "export.zip", team()))
    assert (done.code, done.err) == (0, "")
    return tmp_path


def everything(bot: Running) -> dict[str, Any]:
    """All that a person can see of people and talk."""
    channels = bot.get("/api/channels")["channels"]
    talk = [bot.get(f"/api/channels/{c['id']}/messages") for c in channels]
    return {"people": bot.get("/api/people"), "channels": channels, "talk": talk}


def files_of(folder: Path) -> dict[str, set[str]]:
    return {kind: {p.name for p in (folder / "data" / kind).iterdir()} for kind in ("double", "workspace")}


def join_all(bot: Running) -> None:
    for worker in WORKERS:
        bot.join(worker, "CBUILD", "CHOUSE", earlier=True)
    bot.get("/api/idle")


def test_a_rehearsal_answers_under_other_names_and_is_deleted_when_it_stops(loaded: Path) -> None:
    with running(loaded) as bot:
        state = bot.get("/api/state")
        assert state["rehearsal"] is True
        assert state["story"] is None
        names = {p["id"]: p["name"] for p in bot.get("/api/people")["people"]}
        assert set(names) == {*PEOPLE, "UNDERSTUDY"}
        join_all(bot)
        for (channel, _, question, worker), answer in zip(TALK, ANSWERS, strict=True):
            place = {"build": "CBUILD", "house": "CHOUSE"}[channel]
            asked = bot.say(ASKER, place, f"@Understudy <@{worker}> {question}")
            (draft,) = bot.drafts(worker)
            assert answer in draft["text"]
            assert draft["sources"]
            assert bot.act(worker, "approve", draft["id"]).status == 200
            (reply,) = [r for r in bot.replies(place) if r["thread"] == asked]
            assert reply["label"] == f"{names[worker]}'s AI double"
            assert answer in reply["text"]
        seen = json.dumps(everything(bot))
        assert not [name for name in REAL_NAMES if name.lower() in _without_ids(seen)]
        done = bot.stop()
    assert (done.code, done.err) == (0, "")
    assert done.out == "the rehearsal is over: its workspace and its doubles are deleted\nstopped\n"
    left = files_of(loaded)
    assert left["workspace"] == set()
    assert joined(loaded) == 0
    with running(loaded) as bot:
        assert bot.get("/api/state")["rehearsal"] is False
        assert [p["id"] for p in bot.get("/api/people")["people"]] == ["UNDERSTUDY"]
        bot.stop()


def test_a_killed_rehearsal_is_taken_up_and_still_deleted_in_the_end(loaded: Path) -> None:
    with running(loaded) as bot:
        join_all(bot)
        bot.kill()
    with running(loaded) as bot:
        assert bot.get("/api/state")["rehearsal"] is True
        bot.say(ASKER, "CHOUSE", "@Understudy <@UYARA> where is the spare key for the bike cellar?")
        assert ANSWERS[3] in bot.drafts("UYARA")[0]["text"]
        assert bot.stop().code == 0
    assert files_of(loaded)["workspace"] == set()
    assert joined(loaded) == 0


def test_a_second_signal_does_not_cut_the_deleting_short(loaded: Path) -> None:
    with running(loaded, step="interrupted SqliteStore.erase") as bot:
        join_all(bot)
        done = bot.stop()
    assert (done.code, done.err) == (0, "")
    assert files_of(loaded)["workspace"] == set()
    assert joined(loaded) == 0


def test_a_rehearsal_that_could_not_begin_is_not_deleted(loaded: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with running(other) as bot:
        port = bot.address.rpartition(":")[2]
        assert "is taken" in understudy(loaded, "run", PORT=port).sentence
        bot.stop()
    with running(loaded) as bot:
        assert bot.get("/api/state")["rehearsal"] is True
        bot.stop()


def test_another_load_takes_a_rehearsals_place_and_its_doubles_go(loaded: Path) -> None:
    with running(loaded) as bot:
        join_all(bot)
        bot.kill()
    assert understudy(loaded, "workspace", "load", loaded / "export.zip").code == 0
    with running(loaded) as bot:
        for worker in WORKERS:
            assert bot.get("/api/inbox", **{"as": worker})["items"] == []
        bot.say(ASKER, "CHOUSE", "@Understudy <@UYARA> where is the spare key for the bike cellar?")
        assert bot.drafts("UYARA") == []
        bot.stop()


def _without_ids(text: str) -> str:
    """What is read, without the ids that an export keeps."""
    for person in PEOPLE:
        text = text.replace(person, "")
    return text.lower()
