"""The time zone that a worker chooses, where their platform tells none, and the language that they joined in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.events import Command
from bot.ports import Person, Transaction
from bot.preferences import Preferences
from bot.refs import PersonRef
from bot.schedule import written_zone
from bot.stage import Stage
from bot.views import Answer, Refusal, TextField
from bot.words import Words

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a worker's own step tells of them that their platform does not; empty where it tells nothing."""

    time_zone: str = ""
    locale: str = ""

    def note(self, tx: Transaction) -> None:
        """Keep it in the worker's file; what is not told stays as it was."""
        old = tx.keepsakes.preferences()
        new = replace(old, time_zone=self.time_zone or old.time_zone, locale=self.locale or old.locale)
        if new != old:
            tx.keepsakes.set_preferences(new)


async def lacks_zone(stage: Stage, person: PersonRef) -> bool:
    """Whether the platform tells no time zone of a person, who may choose one therefore."""
    return not (await stage.platforms.told(person)).time_zone


def zone_field(told: Person, person: Person, words: Words) -> tuple[TextField, ...]:
    """Return the field for a time zone, with the one that counts now; none where the platform tells it."""
    if told.time_zone:
        return ()
    hint = words.say("time_zone.hint")
    return (TextField("time_zone", words.say("time_zone.label"), person.time_zone, hint, limit=_LONGEST),)


def read_whereabouts(values: Mapping[str, Any], told: Person, words: Words) -> Whereabouts | Refusal:
    """Read the field; where the platform tells a time zone, nothing is noted."""
    if told.time_zone:
        return Whereabouts()
    locale = told.locale if told.is_locale_own else ""
    written = values.get("time_zone", "")
    if written == "":
        return Whereabouts(locale=locale)
    zone = _read(written, words)
    return zone if isinstance(zone, Refusal) else Whereabouts(zone, locale)


def zone_fact(told: Person, person: Person, words: Words) -> tuple[tuple[str, str], ...]:
    """Return the row that says by which time zone a worker's days go, where they can change it."""
    return () if told.time_zone else ((words.say("time_zone.fact"), person.time_zone),)


class TimeZones:
    """`/double timezone`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def command(self, command: Command, rest: str) -> Answer | Refusal:
        """Show the time zone that counts for a worker, or take another one."""
        person = await self._stage.platforms.person(command.person)
        words = Words(person.locale, person.time_zone)
        if not await lacks_zone(self._stage, command.person):
            return Refusal("told_elsewhere", words.say("time_zone.told_elsewhere", zone=person.time_zone))
        if rest:
            return await self._choose(person, rest, words)
        kept = await self._stage.store.read(command.person, lambda tx: tx.keepsakes.preferences())
        if kept is None:
            return Refusal("not_found", words.say("double.join_first"))
        key = "time_zone.is_chosen" if kept.time_zone else "time_zone.is_of_the_house"
        return Answer(self._told(key, person.time_zone, words))

    async def _choose(self, person: Person, written: str, words: Words) -> Answer | Refusal:
        zone = _read(written, words)
        if isinstance(zone, Refusal):
            return zone

        def keep(tx: Transaction) -> Preferences:
            Whereabouts(zone).note(tx)
            return tx.keepsakes.preferences()

        if await self._stage.store.run(person.ref, keep) is None:
            return Refusal("not_found", words.say("double.join_first"))
        return Answer(self._told("time_zone.is_now", zone, Words(person.locale, zone)))

    def _told(self, key: str, zone: str, words: Words) -> str:
        now = self._stage.now()
        return words.say(key, zone=zone, clock=words.moment(now, now))


def _read(written: object, words: Words) -> str | Refusal:
    if not isinstance(written, str) or len(written) > _LONGEST or (zone := written_zone(written)) is None:
        shown = written[:_LONGEST] if isinstance(written, str) else ""
        return Refusal("bad_value", words.say("time_zone.unknown", zone=shown))
    return zone
