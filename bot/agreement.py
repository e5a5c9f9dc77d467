"""What a worker agrees to: reading the form, the exact words, and the grants that come of it. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.agreed_words import AgreedWords
from bot.consent import Grant, Purpose
from bot.drafts import text_digest
from bot.model import ModelIdentity
from bot.policy import Policy
from bot.ports import Channel
from bot.refs import ChannelRef, WorkerRef
from bot.schedule import end_of_day, last_day, read_day
from bot.views import Refusal
from bot.words import Words, shipped_locales

VERSION = 2
"""Of the agreement's words. A change of what they promise is a new version, with a line in docs/consent.md."""

STANDS_FROM = 1
"""The oldest version whose promises this program still keeps. What was agreed under an older one rests until its worker
has read the new words: a change that takes something from them never goes on silently."""

MOST_SPREAD = 6
LEARN = (Purpose.LOG, Purpose.PROFILE)
DRAFT = (Purpose.ANSWER,)
BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
"""What `covers_from` says for a worker who wants all their earlier messages learnt."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the form says: the two ticks, the channels, the last day, and whether earlier messages count.

    `model` says whether the language model that there is may read the worker's words.
    """

    learn: bool
    draft: bool
    channels: tuple[ChannelRef, ...]
    until: date
    earlier: bool
    model: bool = False

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """The purposes the ticks stand for."""
        return (LEARN if self.learn else ()) + (DRAFT if self.draft else ())


def agreement_text(words: Words, policy: Policy, identity: ModelIdentity | None = None) -> str:
    """Return the exact words a worker agrees to; their hash stands in every grant.

    They name the language model that may read the worker's words, whose it is and where it runs, if there is one.
    """
    return words.say(
        "consent.agreement",
        days=str(policy.asleep.days),
        frozen=str(policy.frozen.days),
        model=_about(identity, words),
    )


def _about(identity: ModelIdentity | None, words: Words) -> str:
    if identity is None:
        return words.say("consent.agreement_no_model")
    model = shown_model(identity)
    if identity.is_local:
        return words.say("consent.agreement_local_model", model=model)
    return words.say("consent.agreement_vendor_model", model=model, vendor=shown_vendor(identity, words))


def shown_model(identity: ModelIdentity) -> str:
    """Return the names of the models that read words, as people are told them."""
    return " + ".join(dict.fromkeys(name for name in (identity.model, identity.embedding) if name))


def shown_vendor(identity: ModelIdentity, words: Words) -> str:
    """Return who runs the model and in which region, as people are told it."""
    if identity.region:
        return words.say("consent.vendor_and_region", vendor=identity.vendor, region=identity.region)
    return identity.vendor


def words_to_agree(words: Words, policy: Policy, identity: ModelIdentity | None = None) -> AgreedWords:
    """Return the exact words as they are kept once they were agreed to, with what in them binds this program."""
    text = agreement_text(words, policy, identity)
    return AgreedWords(text, words.locale, VERSION, policy.asleep.days, policy.frozen.days)


def agreement_hash(words: Words, policy: Policy, identity: ModelIdentity | None = None) -> str:
    """Return the SHA-256 of the exact words, as hex."""
    return text_digest(agreement_text(words, policy, identity))


def text_agreed_to(words_hash: str, policy: Policy, identity: ModelIdentity | None = None) -> str:
    """Return the present text with this hash in whichever language; empty if the words have changed since."""
    texts = (agreement_text(Words(locale), policy, identity) for locale in shipped_locales())
    return next((text for text in texts if text_digest(text) == words_hash), "")


def present_hashes(policy: Policy, identity: ModelIdentity | None = None) -> frozenset[str]:
    """Return the hashes of the present words, one for each language: whoever agreed to one of them agrees to these."""
    return frozenset(agreement_hash(Words(locale), policy, identity) for locale in shipped_locales())


def proposed_until(today: date, policy: Policy, worker: WorkerRef) -> date:
    """Return the last day that is proposed to a worker: ends are spread, so that they do not come at once.

    It is never later than the house's span, stays the same all day, and tells nothing of who joined: anybody's name has
    such a day.
    """
    spread = min(MOST_SPREAD, policy.consent_days // 15)
    drawn = int(text_digest(f"{worker}|{today.isoformat()}"), 16) % (spread + 1)
    return today + timedelta(days=policy.consent_days - drawn)


def read_form(
    values: Mapping[str, Any],
    open_to: Iterable[Channel],
    words: Words,
    today: date,
    policy: Policy,
    identity: ModelIdentity | None = None,
    *,
    proposed: date,
) -> Terms | Refusal:
    """Parse what a form sent; a wrong or missing part is refused with the one sentence that says what to do."""
    learn, draft, earlier = values.get("learn", False), values.get("draft", False), values.get("earlier", False)
    model = values.get("model", lets_model_read_by_default(identity))
    if not all(isinstance(tick, bool) for tick in (learn, draft, earlier, model)):
        return Refusal("bad_value", words.say("consent.tick_wrong"))
    if not (learn or draft):
        return Refusal("bad_value", words.say("consent.nothing_ticked"))
    chosen = values.get("channels", [])
    if not isinstance(chosen, list) or not all(isinstance(c, str) for c in chosen):
        return Refusal("bad_value", words.say("consent.channels_wrong"))
    by_id = {channel.ref.channel: channel.ref for channel in open_to}
    if not chosen:
        return Refusal("bad_value", words.say("consent.no_channel"))
    if any(c not in by_id for c in chosen):
        return Refusal("bad_value", words.say("consent.channel_unknown"))
    until = read_until(values, words, today, policy, proposed)
    if isinstance(until, Refusal):
        return until
    channels_chosen = tuple(by_id[c] for c in dict.fromkeys(chosen))
    return Terms(learn, draft, channels_chosen, until, earlier, model=model and identity is not None)


def read_until(values: Mapping[str, Any], words: Words, today: date, policy: Policy, proposed: date) -> date | Refusal:
    """Return the last day that was sent, or the proposed one where none was; a day out of bounds is refused."""
    until = read_day(values.get("until"), proposed)
    latest = today + timedelta(days=policy.consent_days_max)
    if until is None or not today <= until <= latest:
        return Refusal("bad_value", words.say("consent.until_wrong", latest=words.day(latest, today)))
    return until


def lets_model_read_by_default(identity: ModelIdentity | None) -> bool:
    """Whether the form proposes that the model reads the worker's words: one on the organisation's own machines.

    To send words to somebody else is asked for apart, and never proposed.
    """
    return identity is not None and identity.is_local


def grants_for(
    worker: WorkerRef,
    terms: Terms,
    before: Iterable[Grant],
    now: datetime,
    time_zone: str,
    words_hash: str,
    identity: ModelIdentity | None = None,
) -> tuple[Grant, ...]:
    """Make the grants for some terms. A channel that was logged without a break keeps covering from where it did.

    Where earlier messages are not wanted any more, it covers from the moment the standing grant was given.
    """
    held = tuple(before)
    ends_at = end_of_day(terms.until, time_zone)
    made = []
    for channel in terms.channels:
        since = [
            g.given_at if g.covers_from == BEGINNING else g.covers_from
            for g in held
            if g.purpose is Purpose.LOG and g.channel == channel and g.is_open(now)
        ]
        covers_from = BEGINNING if terms.earlier else min([*since, now])
        made += [
            Grant(
                id=f"g_{secrets.token_hex(8)}",
                worker=worker,
                purpose=purpose,
                channel=channel,
                given_at=now,
                covers_from=covers_from if purpose is Purpose.LOG else now,
                ends_at=ends_at,
                words_hash=words_hash,
                recipient=identity.recipient if identity is not None and terms.model else "",
            )
            for purpose in terms.purposes
        ]
    return tuple(made)


def first_given(grants: Iterable[Grant], channel: ChannelRef) -> datetime | None:
    """Return when a channel was first let be logged: what was said before then was learnt as earlier messages."""
    return min((g.given_at for g in grants if g.purpose is Purpose.LOG and g.channel == channel), default=None)


def terms_in_force(
    grants: Iterable[Grant], now: datetime, time_zone: str, identity: ModelIdentity | None = None
) -> Terms | None:
    """Return the terms that hold now, as the form would show them; None if none hold.

    That a model may read the words holds for the recipient it was agreed for alone.
    """
    standing = tuple(grants)
    holding = [g for g in standing if g.is_open(now)]
    if not holding:
        return None
    log, answer = ({g.channel for g in holding if g.purpose is p} for p in (Purpose.LOG, Purpose.ANSWER))
    return Terms(
        learn=bool(log),
        draft=bool(answer),
        channels=tuple(sorted(log | answer)),
        until=last_day(max(g.ends_at for g in holding), time_zone),
        earlier=any(g.covers_from == BEGINNING for g in holding),
        model=identity is not None and any(g.recipient == identity.recipient for g in holding),
    )
