"""The team: people, channels and who is in them. Runs on the workspace's thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from sqlite_utils import Database

from adapters.web.records import UNDERSTUDY, UNDERSTUDY_PERSON, ChannelRecord, PersonRecord


class Team:
    """Who is here and where they talk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def people(self) -> tuple[PersonRecord, ...]:
        """Return everyone in the order they came, Understudy last."""
        rows = self._database.query("SELECT * FROM people ORDER BY number")
        return (*map(_person, rows), UNDERSTUDY_PERSON)

    def person(self, person_id: str) -> PersonRecord | None:
        """Return a person, Understudy among them."""
        if person_id == UNDERSTUDY:
            return UNDERSTUDY_PERSON
        return next(map(_person, self._database.query("SELECT * FROM people WHERE id = ?", [person_id])), None)

    def add_people(self, people: Iterable[PersonRecord]) -> None:
        """Let people come; ids and handles must be new."""
        count = self._database.execute("SELECT count(*) FROM people").fetchone()[0]
        rows = ({**asdict(person), "number": number} for number, person in enumerate(people, count + 1))
        self._database.table("people").insert_all(rows)

    def set_deactivated(self, person_id: str, *, is_deactivated: bool) -> None:
        """Close a person's account, or open it again."""
        values = [int(is_deactivated), person_id]
        self._database.execute("UPDATE people SET is_deactivated = ? WHERE id = ?", values)

    def handles(self) -> dict[str, str]:
        """Return the id behind each handle."""
        rows = self._database.query("SELECT handle, id FROM people")
        return {UNDERSTUDY_PERSON.handle: UNDERSTUDY} | {row["handle"]: row["id"] for row in rows}

    def channels(self) -> tuple[ChannelRecord, ...]:
        """Return every channel by name."""
        return self._channels("", [])

    def channel(self, channel_id: str) -> ChannelRecord | None:
        """Return a channel."""
        return next(iter(self._channels("WHERE id = ?", [channel_id])), None)

    def add_channels(self, channels: Iterable[ChannelRecord]) -> None:
        """Open channels with their members; ids and names must be new."""
        for channel in channels:
            row = {
                "id": channel.id,
                "name": channel.name,
                "private": int(channel.is_private),
                "purpose": channel.purpose,
                "shared": int(channel.is_shared),
            }
            self._database.table("channels").insert(row)
            self.join(channel.id, channel.members)

    def join(self, channel_id: str, people: Iterable[str]) -> None:
        """Let people into a channel; those who are in it already stay."""
        rows = ({"channel": channel_id, "person": person} for person in people)
        self._database.table("members").insert_all(rows, ignore=True)

    def leave(self, channel_id: str, people: Iterable[str]) -> None:
        """Let people go out of a channel; those who are not in it are passed over."""
        for person in people:
            self._database.execute("DELETE FROM members WHERE channel = ? AND person = ?", [channel_id, person])

    def change_channel(self, channel_id: str, *, is_private: bool, is_shared: bool) -> None:
        """Open a channel to everyone or close it, share it with another organisation or end that."""
        values = [int(is_private), int(is_shared), channel_id]
        self._database.execute("UPDATE channels SET private = ?, shared = ? WHERE id = ?", values)

    def _channels(self, where: str, values: list[str]) -> tuple[ChannelRecord, ...]:
        # S608: `where` is one of two constants of this class.
        rows = list(self._database.query(f"SELECT * FROM channels {where} ORDER BY name", values))  # noqa: S608
        guests = frozenset(row["id"] for row in self._database.query("SELECT id FROM people WHERE is_guest"))
        members: dict[str, list[str]] = {row["id"]: [] for row in rows}
        one = "WHERE channel = ?" if where else ""
        for row in self._database.query(f"SELECT * FROM members {one} ORDER BY person", values):  # noqa: S608
            members.setdefault(row["channel"], []).append(row["person"])
        return tuple(
            ChannelRecord(
                row["id"],
                row["name"],
                bool(row["private"]),
                row["purpose"],
                tuple(members[row["id"]]),
                bool(row["shared"]),
                guests,
            )
            for row in rows
        )


def _person(row: dict[str, str]) -> PersonRecord:
    return PersonRecord(
        row["id"],
        row["name"],
        row["handle"],
        row["locale"],
        row["time_zone"],
        row["role"],
        is_guest=bool(row["is_guest"]),
        is_deactivated=bool(row["is_deactivated"]),
    )
