"""The window "What your double has learnt of you": all of the profile, for its worker alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.claim_rows import ClaimRows, evidence_of
from bot.consent import Purpose, channels_in_force
from bot.ports import Transaction
from bot.profile.claims import LEARNT, RULES, Claim, ClaimChange, ClaimKind, ClaimState
from bot.profile.traits import rows, voice_of
from bot.profile.voice import merge
from bot.refreshing import Refreshing, last_refresh
from bot.refs import PersonRef
from bot.settling import awaits_word, mark_of
from bot.stage import Stage
from bot.views import Button, Element, Empty, Fold, Heading, Item, Text, View
from bot.words import Words

AT_ONCE = 8
"""Questions put to the worker at a time; the next ones come up when these are decided."""

KEPT_SHOWN = 40


class _Profile:
    """Everything the window shows, read in one view of the file."""

    def __init__(self, tx: Transaction, stage: Stage) -> None:
        channels = channels_in_force(tx.consent.all(), Purpose.PROFILE, stage.now())
        self.claims = tx.profile.claims()
        self.voice = voice_of(merge(tx.profile.voice().values()))
        self.is_allowed = bool(channels)
        self.unread = tx.usage.unread_count(channels)
        self.refreshed_at = last_refresh(tx)
        self.versions = len(tx.profile.versions())
        self.messages = {m.ref: m for m in tx.messages.find(evidence_of(c for c in self.claims if c.is_used))}

    def of_kinds(self, *kinds: ClaimKind) -> list[Claim]:
        """The claims of some kinds that are used, the last seen first."""
        found = [claim for claim in self.claims if claim.kind in kinds and claim.is_used]
        return sorted(found, key=lambda claim: (claim.last_seen, claim.id), reverse=True)

    def rival_of(self, claim: Claim) -> Claim | None:
        return next((c for c in self.claims if c.id == claim.rival and c.is_used), None)


class ProfileWindow:
    """Shows a worker their profile. For anybody else it is empty."""

    def __init__(self, stage: Stage, refreshing: Refreshing) -> None:
        self._stage = stage
        self._refreshing = refreshing

    async def page(self, person: PersonRef, *, is_whole: bool = False) -> View:
        """Return the window; `is_whole` shows every claim however many there are."""
        words = await self._stage.platforms.words_for(person)
        profile = await self._stage.store.read(person, lambda tx: _Profile(tx, self._stage))
        return View(
            "profile", words.say("profile.title"), await self._elements(person, profile, words, is_whole=is_whole)
        )

    async def section(self, person: PersonRef, words: Words) -> list[Element]:
        """Return what "My double" says of the profile, and the way to it."""

        def count(tx: Transaction) -> tuple[int, int]:
            claims = tx.profile.claims()
            return sum(map(awaits_word, claims)), sum(c.state is ClaimState.KEPT for c in claims)

        waiting, kept = await self._stage.store.read(person, count) or (0, 0)
        text = words.say("profile.summary_waiting", n=waiting) if waiting else words.say("profile.summary_nothing")
        details = (words.say("profile.summary_kept", n=kept),) if kept else ()
        look = Button("profile", words.say("profile.look_button"), look="primary" if waiting else "plain")
        return [Heading(words.say("profile.heading")), Item(text, details=details, buttons=(look,))]

    async def _elements(
        self, person: PersonRef, profile: _Profile | None, words: Words, *, is_whole: bool
    ) -> tuple[Element, ...]:
        join = Button("join", words.say("consent.join_button"), look="primary")
        if profile is None:
            return (Empty(words.say("profile.not_joined"), (join,)),)
        if not (profile.is_allowed or profile.claims or profile.voice.messages):
            change = Button("join", words.say("home.change_button"), look="primary")
            return (Empty(words.say("profile.not_learning"), (change, self._correct_button(words))),)
        made = ClaimRows(self._stage, person, words, profile.messages)
        return (
            *self._how_far(person, profile, words),
            *await self._waiting(profile, made, words),
            *await self._known(profile, made, words, is_whole=is_whole),
            *self._corrections(profile, made, words),
            *await self._rules(profile, made, words),
            *self._voice(profile, words),
            *self._dropped(profile, made, words, is_whole=is_whole),
        )

    def _how_far(self, person: PersonRef, profile: _Profile, words: Words) -> list[Element]:
        """How much was read, and the ways to read on and to look back."""
        told = []
        if profile.refreshed_at is not None:
            when = words.moment(profile.refreshed_at, self._stage.now())
            told.append(words.say("profile.read", n=profile.voice.messages, when=when))
        told.append(words.say("profile.unread", n=profile.unread) if profile.unread else words.say("profile.all_read"))
        refresh = Button("refresh_profile", words.say("profile.refresh_button"))
        versions = Button("profile_versions", words.say("profile.versions_button"))
        buttons = ((refresh,) if profile.unread else ()) + ((versions,) if profile.versions else ())
        elements: list[Element] = [Item(words.in_a_row(told), buttons=buttons)]
        if not profile.is_allowed:
            elements.append(Text(words.say("profile.not_allowed"), look="notice"))
        elif self._refreshing.is_running(person):
            elements.append(Text(words.say("profile.goes_on"), look="notice"))
        elif self._refreshing.is_model_silent(person):
            elements.append(Text(words.say("profile.model_silent"), look="notice"))
        return elements

    async def _waiting(self, profile: _Profile, made: ClaimRows, words: Words) -> list[Element]:
        """What waits for the worker's word: questions first, then what changed, what is new, what has faded."""
        waiting = [c for c in profile.of_kinds(*LEARNT) if awaits_word(c)]
        heading = Heading(words.say("profile.waiting_heading"))
        if not waiting:
            return [heading, Empty(words.say("profile.nothing_waits"))]
        pairs = _pairs(waiting, profile)
        asked = {claim.id for pair in pairs for claim in pair}
        single = sorted((c for c in waiting if c.id not in asked), key=_urgency)
        elements: list[Element] = [heading, Text(words.say("profile.waiting_text"), look="small")]
        for older, newer in pairs[:AT_ONCE]:
            elements += await made.to_choose(older, newer)
        shown = single[: max(0, AT_ONCE - len(pairs))]
        for claim in shown:
            elements += await made.to_decide(claim, profile.rival_of(claim))
        if len(shown) > 1:
            elements.append(_all_of(shown, words))
        left = len(pairs) + len(single) - len(pairs[:AT_ONCE]) - len(shown)
        return [*elements, *([Text(words.say("profile.more_wait", n=left), look="small")] if left else [])]

    async def _known(self, profile: _Profile, made: ClaimRows, words: Words, *, is_whole: bool) -> list[Element]:
        """What is kept, kind by kind."""
        elements: list[Element] = []
        for kind in LEARNT:
            kept = [c for c in profile.of_kinds(kind) if not awaits_word(c)]
            if kept:
                inner: list[Element] = []
                for claim in kept if is_whole else kept[:KEPT_SHOWN]:
                    inner += await made.kept(claim)
                inner += _show_all(len(kept), words, is_whole=is_whole)
                elements.append(Fold(words.say(f"profile.kept_{kind}", n=len(kept)), tuple(inner), is_open=is_whole))
        heading = Heading(words.say("profile.kept_heading"))
        return [heading, *(elements or [Empty(words.say("profile.nothing_kept"))])]

    def _corrections(self, profile: _Profile, made: ClaimRows, words: Words) -> list[Element]:
        told = [made.correction(claim) for claim in profile.of_kinds(ClaimKind.CORRECTION)]
        text = "" if told else words.say("profile.nothing_put_right")
        return [Heading(words.say("profile.put_right_heading")), *told, Empty(text, (self._correct_button(words),))]

    @staticmethod
    def _correct_button(words: Words) -> Button:
        return Button("correct", words.say("profile.correct_button"))

    async def _rules(self, profile: _Profile, made: ClaimRows, words: Words) -> list[Element]:
        """What edits of drafts seem to ask for; nothing where none was ever made."""
        elements: list[Element] = []
        for rule in profile.of_kinds(*RULES):
            elements += await (made.to_decide(rule, None) if awaits_word(rule) else made.kept(rule))
        return [Heading(words.say("profile.rules_heading")), *elements] if elements else []

    @staticmethod
    def _voice(profile: _Profile, words: Words) -> list[Element]:
        lines = [words.say(key, **values) for key, values in rows(profile.voice)]
        return [
            Heading(words.say("profile.voice_heading")),
            Text(words.say("profile.voice_text"), look="small"),
            Text("\n".join(lines)),
        ]

    @staticmethod
    def _dropped(profile: _Profile, made: ClaimRows, words: Words, *, is_whole: bool) -> list[Element]:
        gone = sorted((c for c in profile.claims if not c.is_used), key=lambda c: (c.last_seen, c.id), reverse=True)
        if not gone:
            return []
        shown = [made.dropped(claim) for claim in (gone if is_whole else gone[:KEPT_SHOWN])]
        more = _show_all(len(gone), words, is_whole=is_whole)
        return [Fold(words.say("profile.dropped_heading", n=len(gone)), (*shown, *more))]


def _pairs(waiting: Sequence[Claim], profile: _Profile) -> list[tuple[Claim, Claim]]:
    """Each two claims that contradict each other once, the older of them first."""
    found: dict[frozenset[str], tuple[Claim, Claim]] = {}
    for claim in waiting:
        rival = profile.rival_of(claim) if claim.change is ClaimChange.CONTRADICTED else None
        if rival is not None:
            older, newer = sorted((claim, rival), key=lambda c: (c.last_seen, c.id))
            found.setdefault(frozenset((claim.id, rival.id)), (older, newer))
    return list(found.values())


def _urgency(claim: Claim) -> tuple[int, int, float]:
    """What changed comes before what is new, the best supported and the newest first; what has faded comes last."""
    rank = {ClaimChange.CHANGED: 0, ClaimChange.FADED: 2}.get(claim.change, 1)
    return rank, -claim.support, -claim.last_seen.timestamp()


def _all_of(shown: Iterable[Claim], words: Words) -> Empty:
    """Buttons that decide on the claims that stand on this page, and on no other."""
    values = {"claims": " ".join(f"{claim.id}:{mark_of(claim)}" for claim in shown)}
    return Empty(
        "",
        (
            Button("keep_claims", words.say("profile.keep_all_button"), values=values),
            Button("drop_claims", words.say("profile.drop_all_button"), values=values),
        ),
    )


def _show_all(count: int, words: Words, *, is_whole: bool) -> list[Element]:
    if is_whole or count <= KEPT_SHOWN:
        return []
    button = Button("profile", words.say("profile.show_all_button", n=count), values={"whole": "yes"})
    return [Empty("", (button,))]
