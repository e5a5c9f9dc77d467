"""What a worker agreed to before: to be shown again, renewed as it is, or read against the words of today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.agreed_words import AgreedWords
from bot.agreement import STANDS_FROM, Terms, agreement_text, present_hashes, terms_in_force, text_agreed_to
from bot.consent import Grant
from bot.ports import Transaction
from bot.sentences import sentences
from bot.stage import Stage
from bot.standing import last_agreed
from bot.views import Element, Fold, Text
from bot.words import Words, shipped_locales

FIRST_VERSION = 1


class Before:
    """The permissions that hold, or held until they ended or were paused, and the words of the newest of them."""

    def __init__(self, tx: Transaction, now: datetime) -> None:
        self.grants = last_agreed(tx.consent.all(), now)
        newest = max(self.grants, key=lambda grant: grant.given_at, default=None)
        self.words_hash = newest.words_hash if newest else ""
        self.kept = tx.keepsakes.agreed().get(self.words_hash)

    def terms(self, stage: Stage, until: date) -> Terms | None:
        """Return the terms as the form would show them, to a new end; None where nothing was agreed to."""
        if not self.grants:
            return None
        as_given = [replace(grant, closed_at=None, closure=None) for grant in self.grants]
        then = max(grant.given_at for grant in self.grants)
        terms = terms_in_force(as_given, then, "UTC", stage.identity)
        return terms and replace(terms, until=until)

    def text(self, stage: Stage) -> str:
        """Return the exact words; empty for those that were agreed to before they were kept, and have changed since."""
        return self.kept.text if self.kept else text_agreed_to(self.words_hash, stage.policy, stage.identity)

    def is_of_today(self, stage: Stage) -> bool:
        """Whether the words are still those that the form shows, in whatever language."""
        return self.words_hash in present_hashes(stage.policy, stage.identity)

    def mark_of_today(self, stage: Stage) -> str:
        """Return what stands for the words of today in every language."""
        return min(present_hashes(stage.policy, stage.identity))


def what_changed(stage: Stage, before: Before, words: Words) -> tuple[Element, ...]:
    """Return, sentence by sentence, what is new in the words of today and what is not in them any more."""
    old = before.text(stage)
    if not before.grants or before.is_of_today(stage):
        return ()
    if not old:
        return (Text(words.say("lapsing.words_changed"), look="notice"),)
    gone, new = sentences_changed(old, _present_text(stage, old))
    elements: list[Element] = []
    for heading, changed in (("lapsing.words_new", new), ("lapsing.words_gone", gone)):
        if changed:
            elements += [Text(words.say(heading), look="strong"), Text(words.in_a_row(changed), look="quote")]
    return (Fold(words.say("lapsing.words_changed"), tuple(elements), is_open=True),)


def sentences_changed(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sentences that are in the old text alone, and those that are in the new one alone."""
    before, after = sentences(old), sentences(new)
    return tuple(s for s in before if s not in after), tuple(s for s in after if s not in before)


def holds_no_more(kept: AgreedWords | None) -> bool:
    """Whether words promise what this program does not keep any more."""
    return (kept.version if kept else FIRST_VERSION) < STANDS_FROM


def outdated(tx: Transaction, grants: tuple[Grant, ...]) -> tuple[str, ...]:
    """Return the ids of those grants whose words do not hold any more."""
    if STANDS_FROM == FIRST_VERSION:
        return ()
    agreed = tx.keepsakes.agreed()
    return tuple(grant.id for grant in grants if holds_no_more(agreed.get(grant.words_hash)))


def _present_text(stage: Stage, old: str) -> str:
    """The words of today in the language of the old ones: the one that has most sentences in common with them."""
    texts = [agreement_text(Words(locale), stage.policy, stage.identity) for locale in shipped_locales()]
    known = set(sentences(old))
    return max(texts, key=lambda text: len(known.intersection(sentences(text))))
