"""Hostile text made by seeded chance, and a look at a posted reply that shares nothing with the code that made it."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from pathlib import Path

from adapters.web.records import MessageRecord

LIMITS = (120, 2_000, 3_000, 4_000, 40_000)
"""Where platforms cut: a notification's preview, Discord, a Slack block, a Slack message, its longest."""

_PIECES: dict[str, list[str]] = json.loads((Path(__file__).parent / "data" / "hostile.json").read_text("utf-8"))
UNSEEN, NAMES = _PIECES["unseen"], _PIECES["names"]

_SECOND_LABEL = re.compile(r"\bA[.\s-]*I[.\s-]*double|AI\s*分身", re.IGNORECASE)
_PING = re.compile(r"<[@!]\w|(?<!\w)[@＠](?:here|channel|everyone|all)\b", re.IGNORECASE)
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://|\bwww\.|mailto:|\]\(\s*(?://|[a-z]+:))[^\s)|<>\]]*", re.IGNORECASE)


def hostile_text(chance: random.Random, most: int = 12) -> str:
    """Return some words with all kinds of tricks between them."""
    kinds = ("unseen", "marks", "lures", "plain")
    parts = [chance.choice(_PIECES[chance.choice(kinds)]) for _ in range(chance.randint(1, most))]
    if chance.random() < 0.3:
        parts.insert(0, chance.choice(_PIECES["lures"]))
    text = chance.choice(("", " ", "\n")).join(parts)
    return unicodedata.normalize(chance.choice(("NFC", "NFD")), text) if chance.random() < 0.3 else text


def hostile_name(chance: random.Random) -> str:
    """Return what somebody may call themself."""
    name = chance.choice(NAMES)
    return name if chance.random() < 0.6 else chance.choice(UNSEEN).join((name, chance.choice(NAMES)))


def unseen_in(text: str) -> list[str]:
    """Return the characters of a text that nobody sees, but for what makes an emoji of several."""
    found = []
    for at, character in enumerate(text):
        if character in "\n\t":
            continue
        dresses = (
            character in "\u200d\ufe0f" and at > 0 and (ord(text[at - 1]) > 0x2000 or text[at - 1] in "#*0123456789")
        )
        hidden = (
            unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} or character in "\u034f\u2800\u3164"
        )
        if (hidden or 0xFE00 <= ord(character) <= 0xFE0E or 0xE0000 <= ord(character) <= 0xE0FFF) and not dresses:
            found.append(f"U+{ord(character):04X}")
    return found


def faults_of(post: MessageRecord, label: str, own_links: frozenset[str] | None = None) -> list[str]:
    """Return what is wrong with a reply as it stands in the chat, whose label should be this.

    `own_links` are the addresses it may hold; None where its worker wrote it, who may link to anything.
    """
    first, *rest = post.text.split("\n")
    faults = [] if first.startswith(f"{label} · ") and post.label == label else [f"the label is {post.text[:60]!r}"]
    if not (post.key and post.worker):
        faults.append("the metadata does not say whose double it is")
    faults += [f"{character} is in it" for character in unseen_in(post.text)]
    faults += [f"a second label: {line[:60]!r}" for line in rest if _reads_like_a_label(line)]
    faults += [f"pings: {found.group()!r}" for found in _PING.finditer(post.text)]
    faults += [f"cut at {limit} it has no label" for limit in LIMITS if not post.text[:limit].startswith(f"{label} · ")]
    if own_links is not None:
        faults += ["an image" for _ in re.finditer(r"!\[[^\]]*\]\(", post.text)]
        faults += [f"links to {link!r}" for link in foreign_links(post.text, own_links)]
    return faults


def foreign_links(text: str, own: frozenset[str]) -> list[str]:
    """Return the addresses in a text that begin like none of its own."""
    found = [match.group().rstrip(".,;:!?'\"…") for match in _LINK.finditer(text)]
    return [link for link in found if not any(one.startswith(link) for one in own)]


def _reads_like_a_label(line: str) -> bool:
    plain = unicodedata.normalize("NFKC", line).translate(str.maketrans("оО", "oO"))
    return bool(_SECOND_LABEL.search(plain[:100])) and not line.startswith(">")
