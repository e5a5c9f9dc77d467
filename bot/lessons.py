"""What an edit teaches: from the difference between what a double wrote and what its worker sent, at most three rules.

Few and careful: an edit that keeps hardly anything teaches nothing, a number or a name put right is a fact and no rule,
and what is not plainly one thing is passed over. The worker keeps or drops each. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.guard import links_in
from bot.patterns import Pattern
from bot.profile.claims import ClaimKind
from bot.sentences import introduces, is_code, is_item, sentences
from bot.terms import telling_words, terms
from bot.wordings import swapped_word, topic_words

MOST = 3
SHORTER = 0.6
"""An edit this long or shorter, in parts of what was written, shortened it."""

KEPT = 0.5
"""The share of the sent words that the double had written, below which an edit is an answer of its own."""

_GREETING = Pattern(
    r"\W*(?:hi|hey|hello|dear|good (?:morning|afternoon|evening))\b[^.!?\n]{0,30}"
    r"|\W*(?:你好|您好|嗨|哈喽|大家好|早上好|下午好)",
    re.IGNORECASE,
)
_CLOSING = Pattern(
    r"\W*(?:cheers|thanks|thank you|best|kind regards|regards|hope (?:that|this|it) helps|let me know|"
    r"(?:just )?(?:ask|ping|tell) me|happy to help|feel free)\b.{0,80}"
    r"|\W*(?:谢谢|希望(?:能|对你|对您|这)|有(?:问题|疑问).{0,12}(?:问我|找我|联系)|随时.{0,4}(?:问我|找我|联系)|祝好).{0,40}",
    re.IGNORECASE,
)
_EMOJI = Pattern(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]|(?<![\w:]):[a-z][a-z0-9_+-]*:(?!\w)")
_SHORT_FORM = Pattern(r"\b\w+(?:n['’]t|['’](?:ll|re|ve|m))\b", re.IGNORECASE)
_LONG_FORM = Pattern(
    r"\b(?:do|does|did|is|are|was|were|can|could|would|should|have|has|had) ?not\b"
    r"|\b(?:i|we|you|they|it) (?:will|have|am|are)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One rule: what it is about, the key of its sentence in the catalogue, and the words that stand in it.

    `said` is what of the double's text it was seen in, where it holds words of it; empty for a rule of form alone.
    """

    kind: ClaimKind
    key: str
    values: dict[str, str] = field(default_factory=dict)
    said: str = ""


@dataclass(frozen=True, slots=True)
class _Edit:
    """What was written and what was sent, as texts and in sentences."""

    composed: str
    edited: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def dropped(self) -> tuple[str, ...]:
        """Sentences of which nothing was sent."""
        return tuple(s for s in self.before if not any(_is_from(sent, s) for sent in self.after))

    @property
    def has_new(self) -> bool:
        """Whether a sentence was sent that the double had not written, in whole or at greater length."""
        return any(not any(_is_from(sent, s) for s in self.before) for sent in self.after)


def lessons(composed: str, edited: str) -> tuple[Lesson, ...]:
    """Return what an edit seems to teach, the most telling first: words, what is left out, then form."""
    edit = _Edit(composed, edited, tuple(map(_flat, sentences(composed))), tuple(map(_flat, sentences(edited))))
    if not composed.strip() or edit.before == edit.after or not _keeps_enough(edit):
        return ()
    found = [lesson for look in _LOOKS if (lesson := look(edit))]
    return tuple(found[:MOST])


def _keeps_enough(edit: _Edit) -> bool:
    sent, written = terms(edit.edited), set(terms(edit.composed))
    return bool(sent) and sum(term in written for term in sent) >= KEPT * len(sent)


def _words(edit: _Edit) -> Lesson | None:
    swapped = swapped_word(edit.composed, edit.edited)
    if swapped is None:
        return None
    old, new = swapped
    return Lesson(ClaimKind.SAYS, "lessons.say_instead", {"old": old, "new": new}, old)


def _left_out(edit: _Edit) -> Lesson | None:
    """One sentence that says something of its own was left out, and all others stand."""
    dropped = [s for s in edit.dropped if not _is_frame(s)]
    if len(dropped) != 1 or edit.has_new or is_code(dropped[0]):
        return None
    rest = set(telling_words(edit.edited.casefold()))
    own = [word for word in telling_words(dropped[0]) if word not in rest]
    words = topic_words(dropped[0], edit.edited)
    if len(own) < 2 or not words:
        return None
    return Lesson(ClaimKind.OMITS, "lessons.leave_out", {"words": ", ".join(words)}, dropped[0])


def _shorter(edit: _Edit) -> Lesson | None:
    is_short = 0 < len(edit.edited.strip()) <= SHORTER * len(edit.composed.strip())
    if not is_short or edit.has_new or _left_out(edit):
        return None
    return Lesson(ClaimKind.SAYS, "lessons.shorter")


def _opening(edit: _Edit) -> Lesson | None:
    first = edit.before[0]
    is_gone = introduces(first) and len(edit.before) > 1 and first in edit.dropped and not introduces(edit.after[0])
    return Lesson(ClaimKind.OMITS, "lessons.without_opening") if is_gone else None


def _greeting(edit: _Edit) -> Lesson | None:
    return _with_or_without("greeting", bool(_GREETING.match(edit.before[0])), bool(_GREETING.match(edit.after[0])))


def _closing(edit: _Edit) -> Lesson | None:
    before, after = (len(row) > 1 and bool(_CLOSING.match(row[-1])) for row in (edit.before, edit.after))
    return _with_or_without("closing", before, after)


def _list(edit: _Edit) -> Lesson | None:
    before, after = (sum(is_item(s) for s in row) for row in (edit.before, edit.after))
    if before >= 2 and not after and len(edit.after) > 1:
        return Lesson(ClaimKind.SAYS, "lessons.as_prose")
    if after >= 2 and not before:
        return Lesson(ClaimKind.SAYS, "lessons.as_list")
    return None


def _links(edit: _Edit) -> Lesson | None:
    is_gone = links_in(edit.composed) and not links_in(edit.edited)
    return Lesson(ClaimKind.OMITS, "lessons.without_links") if is_gone else None


def _emoji(edit: _Edit) -> Lesson | None:
    return _with_or_without("emoji", bool(_EMOJI.search(edit.composed)), bool(_EMOJI.search(edit.edited)))


def _exclamation(edit: _Edit) -> Lesson | None:
    before, after = (bool(re.search(r"[!！](?!\[)", text)) for text in (edit.composed, edit.edited))
    return Lesson(ClaimKind.SAYS, "lessons.without_exclamation") if before and not after else None


def _formality(edit: _Edit) -> Lesson | None:
    """Short forms written out, or the other way round; 您 for 你, or the other way round."""
    pairs: tuple[tuple[Pattern, Pattern, str], ...] = (
        (_SHORT_FORM, _LONG_FORM, "lessons.written_out"),
        (_LONG_FORM, _SHORT_FORM, "lessons.contracted"),
        (Pattern("你"), Pattern("您"), "lessons.polite_you"),
        (Pattern("您"), Pattern("你"), "lessons.plain_you"),
    )
    for old, new, key in pairs:
        had = old.search(edit.composed) and not new.search(edit.composed)
        has = new.search(edit.edited) and not old.search(edit.edited)
        if had and has:
            return Lesson(ClaimKind.SAYS, key)
    return None


_LOOKS: Sequence[Callable[[_Edit], Lesson | None]] = (
    _words,
    _left_out,
    _shorter,
    _opening,
    _greeting,
    _closing,
    _list,
    _links,
    _emoji,
    _exclamation,
    _formality,
)


def _with_or_without(what: str, before: bool, after: bool) -> Lesson | None:
    if before == after:
        return None
    if after:
        return Lesson(ClaimKind.SAYS, f"lessons.with_{what}")
    return Lesson(ClaimKind.OMITS, f"lessons.without_{what}")


def _is_frame(sentence: str) -> bool:
    """Whether a sentence stands around what is said: an announcement, a greeting, a closing."""
    return introduces(sentence) or bool(_GREETING.fullmatch(sentence) or _CLOSING.match(sentence))


def _is_from(sent: str, written: str) -> bool:
    """Whether a sent sentence is one that was written, or what is left of it."""
    if sent == written:
        return True
    own, held = terms(sent), set(terms(written))
    return bool(own) and len(sent) <= len(written) * 1.15 + 4 and sum(t in held for t in own) >= 0.75 * len(own)


def _flat(sentence: str) -> str:
    return sentence if is_code(sentence) else " ".join(sentence.split())
