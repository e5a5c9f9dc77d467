"""A file of an earlier version opens, is brought up to date, and nothing of it is lost."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.audit import AuditEntry, Happening
from bot.consent import Grant, Purpose, Shelf
from bot.drafts import DraftState
from bot.messages import WORKER_SAID, LoggedMessage, Span
from bot.ports import Store
from bot.preferences import Preferences
from bot.refs import ChannelRef, MessageRef, PersonRef
from storage import migrations
from storage.channels import Channels
from storage.connection import Connection
from storage.shelves import SqlPassageIndex
from storage.store import SqliteStore

WORKER = PersonRef("local", "team", "mara")
ASKER = PersonRef("local", "team", "asker")
CHANNEL = ChannelRef("local", "team", "C1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AT = int(NOON.timestamp()) * 1_000_000
MESSAGES = 300
DRAFT_BODY = {
    "thread": ["local", "team", "C1", "1"],
    "question_ref": None,
    "question": "where?",
    "lapses_at": AT + 1,
    "composer": "quoting",
    "written": "here",
    "sources": [[["local", "team", "C1", "000001"], "ab", AT, "a quote"]],
    "reasons": [],
    "is_edited": False,
    "announced_at": None,
    "decided_at": None,
    "approved_digest": "",
    "claimed_at": None,
    "posted_ref": None,
    "posted_at": None,
}


def ref(number: int) -> MessageRef:
    return MessageRef(CHANNEL, f"{number:06}")


def fill_as_the_first_version_did(connection: Connection) -> None:
    channels = Channels(connection)
    index = SqlPassageIndex(connection, channels)
    channel = channels.number(CHANNEL)
    with connection.transaction():
        connection.change(
            "INSERT INTO grants (id, purpose, channel, given_at, covers_from, ends_at, words_hash) "
            "VALUES ('g1', 'log', ?, ?, ?, ?, 'ab')",
            (channel, AT, AT, AT + 1),
        )
        for number in range(MESSAGES):
            connection.change(
                "INSERT INTO messages (channel, stamp, is_removed, said_at, revised_at, public, grant_id, text) "
                "VALUES (?, ?, 0, ?, ?, 1, 'g1', ?)",
                (channel, ref(number).stamp, AT + number, AT + number, f"text {number}"),
            )
            index.put(ref(number), Shelf(CHANNEL, public=True), ["text", f"n{number}"])
        connection.change("INSERT INTO messages (channel, stamp, is_removed) VALUES (?, 'gone', 1)", (channel,))
        connection.change(
            "INSERT INTO drafts (id, state, revision, asked_at, asker, body) VALUES ('d1', 'pending', 2, ?, ?, ?)",
            (AT, json.dumps(["local", "team", "asker"]), json.dumps(DRAFT_BODY)),
        )
        body = json.dumps({"muted": [["local", "team", "asker"]], "links_allowed": False})
        connection.change("INSERT INTO preferences (id, body) VALUES (1, ?)", (body,))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder as the first version left it."""
    with monkeypatch.context() as earlier, closing(SqliteStore(tmp_path)) as store:
        earlier.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:1])
        store.enrol(WORKER)
        with store._turn, store._writer(WORKER) as file:
            fill_as_the_first_version_did(file._connection)
            assert file._connection.row("PRAGMA user_version") == (1,)
    return tmp_path


def check_all_is_there(store: Store) -> None:
    with store.reading(WORKER) as tx:
        (grant,) = tx.consent.all()
        assert grant == Grant("g1", WORKER, Purpose.LOG, CHANNEL, NOON, NOON, grant.ends_at, "ab", recipient="")
        assert tx.messages.count(Span()) == MESSAGES
        at = NOON + timedelta(microseconds=7)
        first = LoggedMessage(ref(7), "text 7", at, at, None, public=True, grant_id="g1", is_withheld=False, lowered=0)
        assert tx.messages.find([ref(7)]) == (first,)
        assert [hit.ref for hit in tx.index.search(tx.index.shelves(), ["n7"], 9)] == [ref(7)]
        draft = tx.drafts.get("d1")
        assert draft is not None
        assert (draft.state, draft.written, draft.sources[0].quote) == (DraftState.PENDING, "here", "a quote")
        assert (draft.composed, draft.claims, draft.awaits_asker, draft.prompt_digest) == ("", (), False, "")
        assert tx.keepsakes.preferences() == Preferences(muted=frozenset({ASKER}), links_allowed=False)
        assert [m.ref for m in tx.usage.unread([CHANNEL], 3)] == [ref(0), ref(1), ref(2)]
        assert tx.usage.unread_count([CHANNEL]) == MESSAGES
        assert (tx.profile.claims(), tx.profile.voice(), tx.profile.versions(), tx.reusable.all()) == ((), {}, (), ())


def test_a_file_of_the_first_version_that_is_only_read_is_brought_up_to_date(folder: Path) -> None:
    with closing(SqliteStore(folder)) as store:
        check_all_is_there(store)
    with closing(SqliteStore(folder)) as store:
        check_all_is_there(store)


def test_a_file_of_the_first_version_is_written_to_like_a_new_one(folder: Path) -> None:
    with closing(SqliteStore(folder)) as store:
        with store.writing(WORKER) as tx:
            tx.usage.mark_read([ref(0)])
            tx.usage.withhold([ref(1)], WORKER_SAID)
            tx.audit.append(AuditEntry(Happening.LEARNED, NOON, "", {}))
        with store.reading(WORKER) as tx:
            assert [m.ref for m in tx.usage.unread([CHANNEL], 1)] == [ref(2)]
            assert tx.audit.check() is None
        assert store.compact(WORKER) is not None


def test_a_file_of_the_first_version_may_be_read_within_the_first_block_that_writes_to_it(folder: Path) -> None:
    with closing(SqliteStore(folder)) as store, store.writing(WORKER) as tx:
        assert tx.usage.unread_count([CHANNEL]) == MESSAGES
        check_all_is_there(store)


def test_both_ways_to_today_end_in_the_same_shape(folder: Path, tmp_path: Path) -> None:
    shapes = []
    for place in (folder, tmp_path / "new"):
        with closing(SqliteStore(place)) as store:
            store.enrol(WORKER)
            with store._turn, store._writer(WORKER) as file:
                sql = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'shelf%' ORDER BY name"
                shapes.append(file._connection.rows(sql))
    assert shapes[0] == shapes[1]
