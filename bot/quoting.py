"""The quoting composer: an answer made of nothing but the worker's own sentences, with dates. It needs no model.

It abstains readily: what is unsure goes to the worker without a draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import fsum

from bot.confidence import ENOUGH, confidence, covers_part_only
from bot.drafts import Source, text_digest
from bot.excerpts import Excerpt, excerpts
from bot.passages import Passage, Recalled, supersedes
from bot.profile.claims import Claim
from bot.refs import ChannelRef
from bot.unanswerable import unanswerable
from bot.words import Words

COMPOSER = "quoting"
OLD = timedelta(days=90)
MOST_PASSAGES = 3
BUDGET = 600
AS_GOOD = 0.6
WORTH_ADDING = 0.2


@dataclass(frozen=True, slots=True)
class Composition:
    """A proposed answer, what it rests on, and what its worker should know before sending it (catalogue keys)."""

    text: str
    sources: tuple[Source, ...]
    reasons: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Abstention:
    """Nothing good enough was found; why, as catalogue keys."""

    reasons: tuple[str, ...]


def compose(
    question: str,
    recalled: Recalled,
    words: Words,
    now: datetime,
    *,
    name: str,
    channel_names: Mapping[ChannelRef, str],
    destination: ChannelRef | None = None,
) -> Composition | Abstention:
    """Quote what answers the question best, newest first where two are equally good, or abstain.

    `words` are those of whoever will read the answer, `name` stands in the opening line; a channel without a name is
    not named.
    """
    if refused := unanswerable(question):
        return Abstention((refused,))
    if not recalled.passages:
        return Abstention(("quoting.reason_nothing_found",))
    if best_confidence(question, recalled) < ENOUGH:
        return Abstention(("quoting.reason_unsure",))
    chosen = _chosen(recalled)
    quoted = _quoted(chosen, recalled.weights)
    text = "\n".join([words.say("quoting.opening", name=name), *_paragraphs(quoted, words, now, channel_names)])
    sources = tuple(Source(e.message.ref, text_digest(e.message.text), e.message.said_at, e.text) for e in quoted)
    return Composition(text, sources, _reasons(quoted, chosen, now, destination))


def best_confidence(question: str, recalled: Recalled) -> float:
    """How likely what would be quoted of the best passage answers, from 0 to 1; to decide by, never to be shown."""
    if unanswerable(question) or not recalled.passages:
        return 0.0
    best = excerpts(recalled.passages[0], recalled.weights, BUDGET)
    return confidence(question, recalled, "\n".join(excerpt.text for excerpt in best))


def _chosen(recalled: Recalled) -> list[Passage]:
    """The best passage, those that add another part of the question, and first of all a newer one that replaces it."""
    best, *others = recalled.passages
    newer = [passage for passage in others if supersedes(passage, best)]
    chosen = [*newer[:1], best]
    covered = frozenset().union(*(p.matched for p in chosen))
    whole = fsum(recalled.weights.values()) or 1.0
    for passage in others:
        if len(chosen) == MOST_PASSAGES or passage in chosen or passage.score < AS_GOOD * best.score:
            continue
        added = fsum(recalled.weights[term] for term in passage.matched - covered) / whole
        if added >= WORTH_ADDING:
            chosen.append(passage)
            covered |= passage.matched
    return chosen


def _quoted(chosen: Sequence[Passage], weights: Mapping[str, float]) -> list[Excerpt]:
    quoted: list[Excerpt] = []
    left = BUDGET
    for passage in chosen:
        if quoted and left < 80:
            break
        taken = excerpts(passage, weights, left)
        left -= sum(len(excerpt.text) for excerpt in taken)
        quoted.extend(taken)
    return quoted


def _paragraphs(
    quoted: Sequence[Excerpt], words: Words, now: datetime, channel_names: Mapping[ChannelRef, str]
) -> list[str]:
    """The excerpts, with when and where before each that differs in it from the one above."""
    lines: list[str] = []
    heading = ""
    for excerpt in quoted:
        said = _said(excerpt, words, now, channel_names)
        if said != heading:
            lines.append(f"\n{said}")
        lines.append(f"{words.say('quoting.left_out')} {excerpt.text}" if excerpt.is_cut else excerpt.text)
        heading = said
    return lines


def _said(excerpt: Excerpt, words: Words, now: datetime, channel_names: Mapping[ChannelRef, str]) -> str:
    said_at = excerpt.message.said_at
    day = words.day(said_at, now)
    months = (now - said_at).days // 30
    if now - said_at > OLD:
        age = (
            words.say("quoting.years_ago", n=months // 12)
            if months >= 12
            else words.say("quoting.months_ago", n=months)
        )
        day = words.say("quoting.day_and_age", day=day, age=age)
    channel = channel_names.get(excerpt.message.ref.channel)
    return words.say("quoting.when_where", day=day, channel=channel) if channel else words.say("quoting.when", day=day)


def _reasons(
    quoted: Sequence[Excerpt],
    chosen: Sequence[Passage],
    now: datetime,
    destination: ChannelRef | None,
) -> tuple[str, ...]:
    """What the worker should look at, worst first."""
    noted = {
        "quoting.reason_newer": any(supersedes(chosen[0], p) for p in chosen[1:]),
        "quoting.reason_old": any(now - e.message.said_at > OLD for e in quoted),
        "quoting.reason_partly": all(covers_part_only(p) for p in chosen),
        "quoting.reason_other_channel": destination is not None
        and any(e.message.ref.channel != destination for e in quoted),
    }
    return tuple(key for key, holds in noted.items() if holds)
