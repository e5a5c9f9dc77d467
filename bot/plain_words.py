"""Writing a text down so that rules can be matched against it: plain words, people marked, one form for each language.

English is a line of lower-case words with one space after each; Chinese a line of characters without spaces. `¶`
stands around each sentence. Case, full-width forms, invisible characters, commas and markup are gone. A word that names
a person begins with `§`, one that may name a person with `~`; a mention is `§@`. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.phrasing import SENTENCE
from bot.visible import visible

LONGEST = 8_000
"""Characters of a text that are looked at: more than twice what an answer may have."""

CERTAIN, LIKELY = "§", "~"

_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_MENTION = re.compile(r"<@[^>]{0,120}>|(?<![\w@])@[\w.-]+")
_REFERENCE = re.compile(r"<#[^>|]{0,80}\|([^>]{0,80})>|<[^>|\s]{1,400}\|([^>]{0,200})>")
_ADDRESS = re.compile(r"<?(?:https?://|www\.|mailto:)[^\s>]+>?|:[a-z0-9_+-]{2,40}:")
_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_HAS_CJK = re.compile(f"[{_CJK}]")
_HAS_WORD = re.compile(f"[^\\W\\d_{_CJK}]")
_STOP = re.compile(r"[.!?;…]+(?=\s|$|[\"')\]”’])|[。！？；\n]+|(?<=[!?;])")
_WORD = re.compile(rf"§@|[^\W{_CJK}]+(?:['’.][^\W{_CJK}]+)*['’]?")
_PIECE = re.compile(rf"§@|[{_CJK}]|[^\W{_CJK}]+(?:['’.][^\W{_CJK}]+)*")
_SPELT_OUT = re.compile(r"(?<!\w)(?:[A-Za-z] ){3,}[A-Za-z](?!\w)")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What tells a name from a word. All in lower case.

    `names` name people whatever their case, `ambiguous` only where they are capitalised within a sentence. `things` are
    written with a capital and name nobody; a name among them (`julia`) may be either. `contractions` gives what a short
    form stands for.
    """

    names: frozenset[str]
    ambiguous: frozenset[str]
    things: frozenset[str]
    contractions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plain:
    """A text written down; a language that does not occur in it is empty."""

    english: str
    chinese: str


def write_down(text: str, lexicon: Lexicon) -> Plain:
    """Return a text as rules read it. Of code blocks only what stands around them counts, unless nothing does."""
    text = unicodedata.normalize("NFKC", visible(text[:LONGEST]))
    without_code = _CODE.sub("\n", text)
    text = without_code if _HAS_CJK.search(without_code) or _HAS_WORD.search(without_code) else text
    text = _REFERENCE.sub(lambda found: found.group(1) or found.group(2) or " ", _MENTION.sub(" §@ ", text))
    text = _SPELT_OUT.sub(lambda found: found.group().replace(" ", ""), _ADDRESS.sub(" ", text))
    pieces = [piece for piece in _STOP.split(text) if piece.strip()]
    return Plain(_english(pieces, lexicon), _chinese(pieces, lexicon))


def _english(pieces: list[str], lexicon: Lexicon) -> str:
    lines = [" ".join(_words(piece, lexicon)) for piece in pieces]
    lines = [line for line in lines if line]
    return f"{SENTENCE} {f' {SENTENCE} '.join(lines)} {SENTENCE} " if lines else ""


def _words(sentence: str, lexicon: Lexicon) -> list[str]:
    words: list[str] = []
    for number, word in enumerate(_WORD.findall(sentence.replace("’", "'"))):
        words.extend(_expanded(word, lexicon, is_first=number == 0))
    return words


def _expanded(word: str, lexicon: Lexicon, *, is_first: bool) -> list[str]:
    """One word as it stands in the line: a short form in full, a possessive apart, a name marked."""
    lower = word.lower()
    if lower in lexicon.contractions:
        return lexicon.contractions[lower].split()
    if lower.endswith("'s"):
        return [_marked(word[:-2], lexicon, is_first=is_first), "'s"]
    if lower.endswith("'"):
        return [_marked(word[:-1], lexicon, is_first=is_first), "'s"]
    return [_marked(word, lexicon, is_first=is_first)]


def _marked(word: str, lexicon: Lexicon, *, is_first: bool) -> str:
    lower = word.lower()
    if lower in lexicon.names and lower not in lexicon.things:
        return f"{CERTAIN}{lower}"
    if is_first or not _is_capitalised(word) or lower in lexicon.things - lexicon.names:
        return lower
    return f"{CERTAIN}{lower}" if lower in lexicon.ambiguous else f"{LIKELY}{lower}"


def _is_capitalised(word: str) -> bool:
    """Whether it is written as a name is: one capital, then small letters; not `JSON`, `iOS` or `PostgreSQL`."""
    return word[0].isupper() and word[1:].replace("'", "").replace("’", "").islower()


def _chinese(pieces: list[str], lexicon: Lexicon) -> str:
    if not any(_HAS_CJK.search(piece) for piece in pieces):
        return ""
    return SENTENCE + SENTENCE.join(_characters(piece, lexicon) for piece in pieces) + SENTENCE


def _characters(sentence: str, lexicon: Lexicon) -> str:
    """The characters in a row; a word in Latin letters keeps a space to its like, and a mark if it names a person."""
    written = ""
    for piece in _PIECE.findall(sentence):
        is_word = not _HAS_CJK.match(piece)
        joint = " " if is_word and written and not _HAS_CJK.match(written[-1]) else ""
        written += joint + (_marked(piece, lexicon, is_first=False) if is_word else piece)
    return written
