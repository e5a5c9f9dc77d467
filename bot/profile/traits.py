"""What a tally says of a worker's writing: features in figures, and sentences about them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log2

from bot.profile.counting import LENGTHS, SENTENCES
from bot.profile.manners import CHINESE_HABITS, FUNCTION_WORDS, HABITUAL, LAYOUT, MARKS, PICTOGRAMS
from bot.profile.voice import Tally

FEWEST_MESSAGES = 10
"""Below this, figures are noise and nothing is said."""
MOST_EMOJI = 3
MOST_HABITS = 4
MOST_SHOWN_PHRASES = 8

_LANGUAGES = ("english", "chinese", "mixed", "other")
_ENDS = ("bare", "stop", "exclaiming", "asking", "trailing", "colon", "bracket")
_OF_PROSE = (*MARKS, *_LANGUAGES, *(f"ends_{end}" for end in _ENDS))
_OF_ALL = (*LAYOUT, "emoji", "emoji_another", *(f"emoji_{name}" for name in PICTOGRAMS))
_NEVER_A_HABIT = frozenset(
    "and but so like still now only very all just yes no yet too already again since both though".split()
)

Row = tuple[str, dict[str, str | int]]
"""A key of the catalogue, and the values that its sentence takes."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How somebody writes: figures by name (`voice_of` says which), and set phrases, the most used first."""

    messages: int
    traits: dict[str, float]
    phrases: tuple[str, ...] = ()

    def share(self, name: str) -> float:
        """Return a trait's figure, nothing where it was never seen."""
        return self.traits.get(name, 0.0)

    @property
    def is_known(self) -> bool:
        """Whether there is enough to say anything."""
        return self.messages >= FEWEST_MESSAGES


def voice_of(tally: Tally) -> Voice:
    """Return the features of a tally.

    `message_words` and `sentence_words` are medians, `…_spread` how many times longer the third quarter ends than the
    first, `…_at_most_N` shares of lengths, `sentences` the mean number a message; `word_…` and `char_…` are uses in a
    hundred words (characters); all else are shares of the messages, of those with prose, or of those that begin with a
    letter.
    """
    counts = tally.counts
    return Voice(tally.messages, _lengths(counts) | _shares(counts, tally.messages) | _rates(counts), tally.phrases)


def traits(tally: Tally) -> dict[str, float]:
    """Return the features of a tally as a version of the profile keeps them; none of them holds words of a message."""
    return {name: round(figure, 4) for name, figure in voice_of(tally).traits.items() if figure}


def describe(voice: Voice) -> tuple[str, ...]:
    """Return how somebody writes as short English sentences for a prompt; none where too little is known."""
    if not voice.is_known:
        return ()
    said = [sentence for holds, sentence in _PROMPT if holds(voice)]
    half = round(voice.share("message_words"))
    said.insert(0, f"Half of the messages have at most {half} words; sentences have about {_sentence(voice)}")
    for name, head in _LISTED:
        if items := _LISTS[name](voice):
            said.append(f"{head}: {', '.join(items)}")
    return tuple(said)


def rows(voice: Voice) -> tuple[Row, ...]:
    """Return how somebody writes as sentences of the catalogue, for the worker's own page."""
    if not voice.is_known:
        return (("profile.voice_too_little", {"n": FEWEST_MESSAGES}),)
    lengths: dict[str, str | int] = {
        "n": max(1, round(voice.share("message_words"))),
        "sentence": str(_sentence(voice)),
    }
    told: list[Row] = [("profile.voice_length", lengths)]
    told += [
        (key, {"share": _percent(voice.share(name))}) for key, name, least in _SHARES if voice.share(name) >= least
    ]
    told += [(key, {}) for key, holds in _SEEN if holds(voice)]
    told += [(key, {"list": ", ".join(items)}) for name, key in _LISTED_KEYS if (items := _LISTS[name](voice))]
    return tuple(told)


# ---------------------------------------------------------------- features


def _lengths(counts: Mapping[str, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, prefix in (("message", "length"), ("sentence", "sentence")):
        buckets = [counts.get(f"{prefix}_{number}", 0) for number in range(len(LENGTHS) + 1)]
        if total := sum(buckets):
            first, middle, third = (_quantile(buckets, total * share) for share in (0.25, 0.5, 0.75))
            found |= {f"{name}_words": middle, f"{name}_spread": log2(third / first)}
            found |= {
                f"{name}_at_most_{bound}": sum(buckets[: number + 1]) / total for number, bound in enumerate(LENGTHS)
            }
    if prose := counts.get("prose", 0):
        found["sentences"] = counts.get("sentences", 0) / prose
        found |= {f"sentences_in_{n}": counts.get(f"sentences_{n}", 0) / prose for n in range(len(SENTENCES) + 1)}
    return found


def _quantile(buckets: list[int], rank: float) -> float:
    """The length at a rank, as if lengths lay evenly within their bucket; the last one ends at twice its beginning."""
    bounds = (0, *LENGTHS, 2 * LENGTHS[-1])
    passed = 0
    for number, count in enumerate(buckets):
        if count and passed + count >= rank:
            low, high = bounds[number], bounds[number + 1]
            return max(1.0, low + (high - low) * (rank - passed) / count)
        passed += count
    return float(bounds[-1])


def _shares(counts: Mapping[str, int], messages: int) -> dict[str, float]:
    found = {name: counts.get(name, 0) / messages for name in _OF_ALL if messages > 0}
    if prose := counts.get("prose", 0):
        found |= {name: counts.get(name, 0) / prose for name in _OF_PROSE}
    if cased := counts.get("begins_small", 0) + counts.get("begins_large", 0):
        found["begins_small"] = counts.get("begins_small", 0) / cased
    return found


def _rates(counts: Mapping[str, int]) -> dict[str, float]:
    found: dict[str, float] = {}
    if words := counts.get("words", 0):
        found |= {f"word_{word}": 100 * counts.get(f"word_{word}", 0) / words for word in HABITUAL | FUNCTION_WORDS}
    if characters := counts.get("characters", 0):
        found |= {f"char_{habit}": 100 * counts.get(f"char_{habit}", 0) / characters for habit in CHINESE_HABITS}
    return found


# ---------------------------------------------------------------- what is said of them


def _sentence(voice: Voice) -> int:
    return max(1, round(voice.share("sentence_words")))


def _percent(share: float) -> str:
    return f"{round(100 * share)}"


def _emoji(voice: Voice) -> list[str]:
    used = sorted(PICTOGRAMS, key=lambda name: -voice.share(f"emoji_{name}"))[:MOST_EMOJI]
    return [PICTOGRAMS[name] for name in used if voice.share(f"emoji_{name}") >= 0.01]


def _habits(voice: Voice) -> list[str]:
    """Words used markedly often: at least once in two hundred, which few words that mean little alone are."""
    words = sorted(HABITUAL - _NEVER_A_HABIT, key=lambda word: (-voice.share(f"word_{word}"), word))
    return [word for word in words[:MOST_HABITS] if voice.share(f"word_{word}") >= 0.5]


def _phrases(voice: Voice) -> list[str]:
    return [f"“{phrase}”" for phrase in voice.phrases[:MOST_SHOWN_PHRASES]]


def _languages(voice: Voice) -> list[str]:
    return [name for name in ("english", "chinese") if voice.share(name) + voice.share("mixed") >= 0.05]


def _at_least(name: str, least: float) -> Callable[[Voice], bool]:
    return lambda voice: voice.share(name) >= least


def _at_most(name: str, most: float) -> Callable[[Voice], bool]:
    return lambda voice: voice.share(name) <= most


def _is_direct(voice: Voice) -> bool:
    return voice.share("orders") + voice.share("advises") >= max(0.2, 1.5 * voice.share("hedges"))


def _is_cautious(voice: Voice) -> bool:
    return voice.share("hedges") >= max(0.2, 1.5 * (voice.share("orders") + voice.share("advises")))


_Test = Callable[[Voice], bool]
_PROMPT: tuple[tuple[_Test, str], ...] = (
    (_at_least("sentences_in_0", 0.7), "Usually one sentence a message"),
    (_at_least("begins_small", 0.3), "Often begins messages in lower case"),
    (_at_most("begins_small", 0.1), "Begins messages with a capital"),
    (_at_least("ends_bare", 0.5), "Mostly leaves out the full stop at the end of a message"),
    (_at_least("ends_stop", 0.5), "Ends messages with a full stop"),
    (_at_least("exclaims", 0.15), "Uses exclamation marks"),
    (_at_most("exclaims", 0.01), "Uses no exclamation marks"),
    (_at_least("trails_off", 0.08), "Trails off with an ellipsis now and then"),
    (_at_least("dashes", 0.1), "Uses dashes"),
    (_at_least("brackets", 0.15), "Adds remarks in brackets"),
    (_at_least("greets", 0.15), "Often greets first"),
    (_at_most("greets", 0.03), "Rarely greets"),
    (_at_least("takes_leave", 0.1), "Often closes with thanks or a farewell"),
    (_at_most("takes_leave", 0.02), "Rarely closes with a farewell"),
    (_at_most("emoji", 0.01), "Uses no emoji"),
    (_at_least("smileys", 0.05), "Writes smileys as punctuation"),
    (_at_least("inline_code", 0.15), "Sets names and commands in `code`"),
    (_at_least("code_blocks", 0.05), "Shows code in blocks"),
    (_at_least("links", 0.1), "Adds links"),
    (_at_least("lists", 0.05), "Makes lists"),
    (_at_least("contracts", 0.25), "Uses contractions"),
    (_at_least("bare_contractions", 0.05), "Writes contractions without the apostrophe"),
    (_at_least("says_i", 0.4), "Speaks in the first person"),
    (_at_least("says_we", 0.15), "Speaks of we"),
    (_is_direct, "Direct: says what to do"),
    (_is_cautious, "Careful: says that something is a guess or an opinion"),
    (lambda voice: _languages(voice) == ["chinese"], "Writes Chinese"),
    (lambda voice: len(_languages(voice)) == 2, "Writes English and Chinese"),
    (_at_least("mixed", 0.15), "Mixes English into Chinese sentences"),
)
_LISTS: dict[str, Callable[[Voice], list[str]]] = {"emoji": _emoji, "habits": _habits, "phrases": _phrases}
_LISTED = (("emoji", "Emoji used"), ("habits", "Words used often"), ("phrases", "Set phrases"))

_SHARES: tuple[tuple[str, str, float], ...] = (
    ("profile.voice_one_sentence", "sentences_in_0", 0.6),
    ("profile.voice_begins_small", "begins_small", 0.15),
    ("profile.voice_no_stop", "ends_bare", 0.4),
    ("profile.voice_exclaims", "exclaims", 0.1),
    ("profile.voice_asks", "asks", 0.25),
    ("profile.voice_trails_off", "trails_off", 0.05),
    ("profile.voice_brackets", "brackets", 0.15),
    ("profile.voice_greets", "greets", 0.1),
    ("profile.voice_takes_leave", "takes_leave", 0.05),
    ("profile.voice_emoji", "emoji", 0.05),
    ("profile.voice_code", "inline_code", 0.15),
    ("profile.voice_blocks", "code_blocks", 0.05),
    ("profile.voice_links", "links", 0.1),
    ("profile.voice_lists", "lists", 0.05),
    ("profile.voice_hedges", "hedges", 0.15),
    ("profile.voice_orders", "orders", 0.1),
    ("profile.voice_chinese", "chinese", 0.05),
    ("profile.voice_mixed", "mixed", 0.05),
)
_SEEN: tuple[tuple[str, _Test], ...] = (
    ("profile.voice_capital", _at_most("begins_small", 0.05)),
    ("profile.voice_never_exclaims", _at_most("exclaims", 0.01)),
    ("profile.voice_rarely_greets", _at_most("greets", 0.03)),
    ("profile.voice_no_emoji", _at_most("emoji", 0.01)),
    ("profile.voice_direct", _is_direct),
    ("profile.voice_cautious", _is_cautious),
)
_LISTED_KEYS = (
    ("emoji", "profile.voice_favourite_emoji"),
    ("habits", "profile.voice_habits"),
    ("phrases", "profile.voice_phrases"),
)
