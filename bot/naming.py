"""What people and channels are called where it stands in a sentence, a label or a prompt. Pure.

A display name is whatever its bearer typed. As it is shown here it is one short line that marks nothing up, mentions
nobody, links nowhere, and cannot be taken for the label of a double.
"""

from __future__ import annotations

import re
import unicodedata

from bot.visible import visible

LONGEST_NAME, LONGEST_CHANNEL, LONGEST_LABEL = 60, 80, 160

_OURS = ("aldouble", "al分身")
"""What every label says of itself (`reply.label` of each language), squeezed: no name may say it too."""

_MARKUP = re.compile(r"[`*~|<>\[\]{}\\#@＠·•:：“”\"]")
_ADDRESS = re.compile(r"\bwww\.", re.IGNORECASE)
_LOOKS_LIKE = str.maketrans("iıі1ιӏ|аαɑԁоο0օυսьеε", "lllllllaaadoooouubee")


def name_of_person(name: str, handle: str, person_id: str) -> str:
    """Return what a person is called: their name if it can be shown, otherwise their handle, otherwise their id."""
    for called in (name, handle):
        shown = _in_a_sentence(called, LONGEST_NAME).strip("_ ")
        if _says_something(shown) and not bears_a_label(shown):
            return shown
    return person_id


def name_of_channel(name: str, channel_id: str) -> str:
    """Return what a channel is called: its name if it can be shown, otherwise its id."""
    shown = _in_a_sentence(name, LONGEST_CHANNEL)
    return shown if _says_something(shown) and not bears_a_label(shown) else channel_id


def set_off_labels(text: str) -> str:
    """Return a text in which every line that reads like a label is quoted: beneath one label there is no second one."""
    return "\n".join(f"> {line}" if _reads_like_a_label(line) else line for line in text.split("\n"))


def bears_a_label(text: str) -> bool:
    """Whether a text says of itself what only a label says, look-alike letters and signs in between included."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_LOOKS_LIKE)
    squeezed = "".join(character for character in plain if character.isalnum())
    return any(own in squeezed for own in _OURS)


def is_a_label_line(line: str) -> bool:
    """Whether a line is the first one of a double's reply: its label, and how it was approved."""
    before, separator, manner = line.partition(" · ")
    return bool(separator and manner.strip()) and len(before) <= LONGEST_LABEL and bears_a_label(before)


def _reads_like_a_label(line: str) -> bool:
    return not line.startswith(">") and bears_a_label(line[:LONGEST_LABEL])


def _in_a_sentence(name: str, longest: int) -> str:
    """One line without markup, in composed form, cut where it is too long."""
    plain = _ADDRESS.sub("www ", _MARKUP.sub(" ", visible(unicodedata.normalize("NFC", name))))
    return " ".join(visible(" ".join(plain.split())[:longest]).split())  # a mark that stood on markup leaves a gap


def _says_something(name: str) -> bool:
    """Whether there is a letter, a digit or an emoji in it to be called by."""
    return any(unicodedata.category(character)[0] in "LN" or ord(character) > 0x2190 for character in name)
