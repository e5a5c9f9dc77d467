"""The profile and the reusable answers in the memory store."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.consent import Shelf
from bot.profile.claims import Claim
from bot.profile.versions import Cause, ProfileVersion
from bot.profile.voice import Tally
from bot.reusable import ReusableAnswer
from storage.errors import stored_already
from storage.memory_state import Room
from storage.values import (
    loses_words,
    settled_answer,
    settled_claim,
    settled_tally,
    settled_version,
    words_of_answer,
)


class MemoryProfileRepository(Room):
    """`bot.ports.ProfileRepository` in memory."""

    def claims(self) -> tuple[Claim, ...]:
        """Return every claim."""
        return tuple(sorted(self._state.claims.values(), key=lambda claim: claim.first_seen))

    def put(self, claims: Iterable[Claim]) -> None:
        """Keep claims."""
        self._check_changing()
        for claim in map(settled_claim, claims):
            old = self._state.claims.get(claim.id)
            self._state.claims[claim.id] = claim
            self._state.is_due |= old is not None and old.statement != claim.statement

    def drop(self, ids: Collection[str]) -> int:
        """Erase claims."""
        self._check_changing()
        gone = [self._state.claims.pop(claim_id) for claim_id in set(ids) & self._state.claims.keys()]
        self._state.is_due |= bool(gone)
        return len(gone)

    def voice(self) -> dict[Shelf, Tally]:
        """Return what was counted, by shelf."""
        return {shelf: settled_tally(tally) for shelf, tally in self._state.voice.items()}

    def put_voice(self, shelf: Shelf, tally: Tally) -> None:
        """Replace what was counted on one shelf."""
        self._check_changing()
        old = self._state.voice.pop(shelf, None)
        if not tally.is_empty:
            self._state.voice[shelf] = settled_tally(tally)
        self._state.is_due |= loses_words(old, tally)

    def versions(self) -> tuple[ProfileVersion, ...]:
        """Return every version."""
        return tuple(settled_version(version) for _, version in sorted(self._state.versions.items()))

    def last_version(self, cause: Cause | None = None) -> ProfileVersion | None:
        """Return the last version, or the last with a cause."""
        numbers = (number for number, v in self._state.versions.items() if cause is None or v.cause is cause)
        last = max(numbers, default=None)
        return settled_version(self._state.versions[last]) if last is not None else None

    def add_version(self, version: ProfileVersion) -> None:
        """Keep a new version."""
        self._check_changing()
        if version.number in self._state.versions:
            raise stored_already()
        self._state.versions[version.number] = settled_version(version)

    def drop_versions(self, before: int) -> int:
        """Erase the versions before a number, but for the last of each cause."""
        self._check_changing()
        versions = self._state.versions
        last = {version.cause: number for number, version in sorted(versions.items())}.values()
        gone = [number for number in versions if number < before and number not in last]
        for number in gone:
            del versions[number]
        return len(gone)

    def erase_versions(self) -> int:
        """Erase every version."""
        self._check_changing()
        count = len(self._state.versions)
        self._state.versions.clear()
        self._state.is_due |= count > 0
        return count


class MemoryReusableRepository(Room):
    """`bot.ports.ReusableRepository` in memory."""

    def all(self) -> tuple[ReusableAnswer, ...]:
        """Return every reusable answer."""
        return tuple(sorted(self._state.reusable.values(), key=lambda answer: answer.approved_at))

    def put(self, answer: ReusableAnswer) -> None:
        """Keep an answer."""
        self._check_changing()
        new, old = settled_answer(answer), self._state.reusable.get(answer.id)
        self._state.reusable[new.id] = new
        self._state.is_due |= old is not None and not words_of_answer(old) <= words_of_answer(new)

    def drop(self, ids: Collection[str]) -> int:
        """Erase answers."""
        self._check_changing()
        gone = [self._state.reusable.pop(answer_id) for answer_id in set(ids) & self._state.reusable.keys()]
        self._state.is_due |= bool(gone)
        return len(gone)
