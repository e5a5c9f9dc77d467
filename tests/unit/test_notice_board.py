"""Notices in the local workspace: one with a reply is read back as it was told, over an older workspace too."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.web import render
from adapters.web.notice_board import NoticeBoard
from adapters.web.tables import FILE_NAME, open_database
from bot.errors import PlatformError
from bot.labelling import CitedSource, label
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.views import Notice
from tests.unit.small_team import NOON

BUILD = ChannelRef("local", "local", "build")
JONAS, MARA = PersonRef("local", "local", "jonas"), PersonRef("local", "local", "mara")
REPLY = label(
    worker=MARA,
    thread=ThreadRef(BUILD, "1.0"),
    key="a_1",
    label_text="Mara's AI double",
    manner="approved for “Where · is the key?”, 3 March",
    body="In the shed.\n\nBehind the door.",
    sources=(CitedSource(MessageRef(BUILD, "0.5"), "https://small.example/build/0.5", NOON),),
)
NOTICE = Notice(JONAS, "a_1", "reused", "Mara approved this before.", NOON, near=ThreadRef(BUILD, "1.0"), reply=REPLY)


def test_a_reply_is_read_back_as_it_was_told(tmp_path: Path) -> None:
    board = NoticeBoard(open_database(tmp_path))
    board.put(NOTICE)
    assert board.of("jonas") == (NOTICE,)
    assert board.of("mara") == ()


def test_a_reply_is_sent_to_the_page_with_its_label_its_words_and_its_sources(tmp_path: Path) -> None:
    shown = render.notice(NOTICE)["reply"]
    assert shown["text"].startswith("Mara's AI double · approved for")
    assert shown["label"] == "Mara's AI double"
    assert [source["id"] for source in shown["sources"]] == ["build/0.5"]


def test_a_workspace_of_the_first_version_is_opened_and_holds_replies_from_then_on(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    NoticeBoard(database).put(Notice(JONAS, "old", "no", "Please ask them.", NOON))
    for column in (
        "notices DROP COLUMN reply",
        "people DROP COLUMN is_guest",
        "channels DROP COLUMN shared",
        "people DROP COLUMN is_deactivated",
    ):
        database.execute(f"ALTER TABLE {column}")
    database.execute("PRAGMA user_version = 1")
    database.close()
    board = NoticeBoard(open_database(tmp_path))
    board.put(NOTICE)
    assert [(notice.key, notice.reply) for notice in board.of("jonas")] == [("a_1", REPLY), ("old", None)]


def test_a_workspace_of_a_later_version_is_left_as_it_is(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(PlatformError) as caught:
        open_database(tmp_path)
    assert caught.value.code == "workspace_damaged"
    assert (tmp_path / FILE_NAME).read_bytes() == before
