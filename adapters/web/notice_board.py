"""Notices: words for one person's eyes only, as the platform keeps them; no question, draft or passage is in them.

A reply that was approved for the same question before may stand in one, with its label and sources.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from adapters.web.translate import channel_ref, message_ref, person_ref
from bot.labelling import CitedSource, LabelledReply, label
from bot.refs import ThreadRef
from bot.views import Button, Link, Notice

_SHOWN = 50


class NoticeBoard:
    """The notices of everyone, one for each person and key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, notice: Notice) -> None:
        """Keep a notice in place of the person's earlier one with the same key; one without text only takes it down."""
        if not notice.text:
            self.drop(notice.to.person, notice.key)
            return
        near = notice.near
        channel = near.channel if isinstance(near, ThreadRef) else near
        number = self._database.execute("SELECT coalesce(max(number), 0) + 1 FROM notices").fetchone()[0]
        row = {
            "person": notice.to.person,
            "key": notice.key,
            "number": number,
            "kind": notice.kind,
            "text": notice.text,
            "at": notice.at.isoformat(),
            "buttons": json.dumps([asdict(button) for button in notice.buttons]),
            "links": json.dumps([asdict(link) for link in notice.links]),
            "channel": channel.channel if channel else "",
            "thread": near.root if isinstance(near, ThreadRef) else "",
            "quiet": int(notice.quiet),
            "over": int(notice.is_over),
            "reply": _packed(notice.reply) if notice.reply else "",
        }
        self._database.table("notices").upsert(row)

    def of(self, person: str) -> tuple[Notice, ...]:
        """Return a person's newest notices, the last told first."""
        rows = self._database.query(
            "SELECT * FROM notices WHERE person = ? ORDER BY number DESC LIMIT ?", [person, _SHOWN]
        )
        return tuple(map(_notice, rows))

    def drop(self, person: str, key: str) -> bool:
        """Take a person's notice down; say whether there was one."""
        cursor = self._database.execute("DELETE FROM notices WHERE person = ? AND key = ?", [person, key])
        return bool(cursor.rowcount)


def _notice(row: dict[str, Any]) -> Notice:
    channel = channel_ref(row["channel"]) if row["channel"] else None
    return Notice(
        to=person_ref(row["person"]),
        key=row["key"],
        kind=row["kind"],
        text=row["text"],
        at=datetime.fromisoformat(row["at"]),
        buttons=tuple(Button(**button) for button in json.loads(row["buttons"])),
        links=tuple(Link(**link) for link in json.loads(row["links"])),
        near=ThreadRef(channel, row["thread"]) if channel and row["thread"] else channel,
        quiet=bool(row["quiet"]),
        is_over=bool(row["over"]),
        reply=_unpacked(json.loads(row["reply"])) if row["reply"] else None,
    )


def _packed(reply: LabelledReply) -> str:
    first, _, body = reply.text.partition("\n")
    return json.dumps(
        {
            "worker": reply.worker.person,
            "channel": reply.thread.channel.channel,
            "root": reply.thread.root,
            "key": reply.key,
            "label": reply.label,
            "manner": first.removeprefix(f"{reply.label} · "),
            "body": body,
            "sources": [[s.ref.channel.channel, s.ref.stamp, s.url, s.said_at.isoformat()] for s in reply.sources],
        },
        ensure_ascii=False,
    )


def _unpacked(kept: dict[str, Any]) -> LabelledReply:
    return label(
        worker=person_ref(kept["worker"]),
        thread=ThreadRef(channel_ref(kept["channel"]), kept["root"]),
        key=kept["key"],
        label_text=kept["label"],
        manner=kept["manner"],
        body=kept["body"],
        sources=tuple(
            CitedSource(message_ref(channel, stamp), url, datetime.fromisoformat(said))
            for channel, stamp, url, said in kept["sources"]
        ),
    )
