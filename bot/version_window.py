"""Versions of the profile as their worker sees them: the list, what differs between two, and the way back to one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from bot.events import ActionTaken
from bot.ports import Transaction
from bot.profile.claims import Claim, ClaimState
from bot.profile.traits import Voice, rows
from bot.profile.versions import Cause, ProfileVersion
from bot.refs import PersonRef
from bot.stage import Stage
from bot.versioning import Difference, compare
from bot.views import Answer, Button, Element, Empty, Facts, Heading, Item, Refusal, Text, View
from bot.words import Words

SHOWN = 25
SITTING = timedelta(hours=1)
COUNTED = (ClaimState.KEPT, ClaimState.WAITING, ClaimState.GONE)


class VersionWindow:
    """Shows a worker how their profile came to be what it is."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def window(self, person: PersonRef) -> View:
        """List the versions, the newest first."""
        words = await self._stage.platforms.words_for(person)
        versions = await self._stage.store.read(person, lambda tx: tx.profile.versions()) or ()
        sittings = _sittings(versions)
        newest = versions[-1].number if versions else 0
        before = {later.number: earlier.number for earlier, later in pairwise(versions)}
        elements: list[Element] = [
            self._row(sitting, newest, before.get(sitting[0].number), words) for sitting in sittings[: -SHOWN - 1 : -1]
        ]
        if not elements:
            elements.append(Empty(words.say("profile.no_versions")))
        elif older := sum(map(len, sittings[:-SHOWN])):
            elements.append(Text(words.say("profile.older_versions", n=older), look="small"))
        back = Button("profile", words.say("profile.back_button"))
        return View("profile_versions", words.say("profile.versions_title"), tuple(elements), (back,))

    async def compare(self, action: ActionTaken) -> Answer | Refusal:
        """Show what differs between one version and another, the newest if none is named."""
        words = await self._stage.platforms.words_for(action.person)
        found = await self._stage.store.read(action.person, _versions_and_claims)
        versions, claims = found or ((), ())
        by_number = {str(version.number): version for version in versions}
        one = by_number.get(action.target)
        other = by_number.get(str(action.values.get("with", versions[-1].number if versions else "")))
        if one is None or other is None:
            return Refusal("not_found", words.say("profile.no_such_version"))
        earlier, later = sorted((one, other), key=lambda version: version.number)
        title = words.say("profile.compare_title", earlier=earlier.number, later=later.number)
        elements = (*self._claims(compare(earlier, later, claims), words), *self._voice(earlier, later, words))
        if not elements:
            elements = (Empty(words.say("profile.nothing_differs")),)
        buttons = [Button("profile_versions", words.say("profile.all_versions_button"))]
        if later.number != versions[-1].number:
            now = words.say("profile.compare_now_button")
            buttons.append(Button("compare_versions", now, str(earlier.number)))
        return Answer(view=View("profile_compared", title, elements, tuple(buttons)))

    def _row(self, sitting: Sequence[ProfileVersion], newest: int, before: int | None, words: Words) -> Item:
        """What came of one or several decisions, or of one refresh: when, why, and how many claims stood how.

        `before` is the version that it can be compared with, the last one that is kept from before it.
        """
        version = sitting[-1]
        counts = Counter(version.states.values())
        details = [words.say(f"profile.count_{state}", n=counts[state]) for state in COUNTED if counts[state]]
        number = str(version.number)
        buttons = []
        if before is not None:
            earlier = {"with": str(before)}
            buttons.append(Button("compare_versions", words.say("profile.compare_before_button"), number, earlier))
        if version.number != newest:
            confirm = words.say("profile.roll_back_confirm")
            buttons.append(Button("roll_back", words.say("profile.roll_back_button"), number, confirm=confirm))
        return Item(
            words.say(f"profile.cause_{version.cause}", n=len(sitting)),
            words.say("profile.version", number=version.number, when=words.moment(version.at, self._stage.now())),
            details=(words.say("profile.count_messages", n=version.messages), *details),
            buttons=tuple(buttons),
        )

    @staticmethod
    def _claims(differing: Difference, words: Words) -> list[Element]:
        elements: list[Element] = []
        if differing.came:
            elements.append(Heading(words.say("profile.came_heading")))
            elements += [Item(claim.statement, details=(_state(state, words),)) for claim, state in differing.came]
        if differing.changed:
            elements.append(Heading(words.say("profile.changed_heading")))
            elements += [_moved(*changed, words) for changed in differing.changed]
        if differing.erased:
            elements.append(Text(words.say("profile.erased_since", n=differing.erased), look="small"))
        return elements

    @staticmethod
    def _voice(earlier: ProfileVersion, later: ProfileVersion, words: Words) -> list[Element]:
        """The sentences on how the worker writes that read differently."""
        before, after = (
            {key: words.say(key, **values) for key, values in rows(Voice(v.messages, v.traits))}
            for v in (earlier, later)
        )
        nothing = words.say("profile.not_said")
        moved = [
            (
                (words.say("profile.before"), before.get(key, nothing)),
                (words.say("profile.after"), after.get(key, nothing)),
            )
            for key in dict.fromkeys((*before, *after))
            if before.get(key) != after.get(key)
        ]
        return [Heading(words.say("profile.voice_heading")), *map(Facts, moved)] if moved else []


def _sittings(versions: Sequence[ProfileVersion]) -> list[list[ProfileVersion]]:
    """Versions, oldest first, with decisions that followed each other within an hour put together."""
    sittings: list[list[ProfileVersion]] = []
    for version in versions:
        last = sittings[-1][-1] if sittings else None
        is_same = last is not None and last.cause is version.cause is Cause.DECIDED and version.at - last.at < SITTING
        if is_same:
            sittings[-1].append(version)
        else:
            sittings.append([version])
    return sittings


def _versions_and_claims(tx: Transaction) -> tuple[tuple[ProfileVersion, ...], tuple[Claim, ...]]:
    return tx.profile.versions(), tx.profile.claims()


def _state(state: ClaimState, words: Words) -> str:
    return words.say(f"profile.state_{state}")


def _moved(claim: Claim, before: ClaimState, after: ClaimState, words: Words) -> Item:
    return Item(
        claim.statement,
        details=(words.say("profile.from_to", before=_state(before, words), after=_state(after, words)),),
    )
