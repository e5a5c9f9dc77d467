"""The judge of all that goes to Discord: what it would refuse, and what this project has sworn never to send.

`faults_in_…` return what Discord would refuse, in words, by its documentation of autumn 2026; `breaches_in_…` what it
would take and nobody may ever send: a message that could ping, links that unfold in public, an answer for all to see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.discord.component_limits import CUSTOM_ID, HINT, faults_in_components, faults_in_fields
from tests.measures import count, over, units

SUPPRESS_EMBEDS, EPHEMERAL, SILENT, LAID_OUT = 1 << 2, 1 << 6, 1 << 12, 1 << 15
CONTENT, TITLE, NONCE, NAME, CHOICES = 2000, 45, 25, 80, 25
FORBIDDEN_NAMES = ("discord", "clyde")
OLD_FORM = ("content", "embeds", "poll", "sticker_ids")  # what a laid out message cannot have
SAID, SAID_LATER, UPDATED_LATER, UPDATED, OFFERED, ASKED = 4, 5, 6, 7, 8, 9  # the kinds of an answer
COMMAND, PRESS, COMPLETION, SUBMIT = 2, 3, 4, 5  # the kinds of an interaction
ANSWERS = {
    COMMAND: {SAID, SAID_LATER, ASKED},
    PRESS: {SAID, SAID_LATER, UPDATED_LATER, UPDATED, ASKED},
    COMPLETION: {OFFERED},
    SUBMIT: {SAID, SAID_LATER},
}


def faults_in_message(body: Mapping[str, Any], *, flags: int = SUPPRESS_EMBEDS | SILENT | LAID_OUT) -> list[str]:
    """Return why Discord would refuse a new message; `flags` are those that may be set on it."""
    found = list(_shown(body, body.get("flags") or 0))
    if (body.get("flags") or 0) & ~flags:
        found.append(f"flags {body['flags']}")
    if not any(body.get(part) for part in (*OLD_FORM, "components", "attachments")):
        found.append("an empty message")
    nonce = body.get("nonce")
    found += over(str(nonce), NONCE, "nonce") if nonce is not None else []
    if body.get("enforce_nonce") and not nonce:
        found.append("enforce_nonce without a nonce")
    return found


def faults_in_edit(body: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """Return why Discord would refuse that a message becomes what `body` says; `before` is the message as it stands."""
    flags = body.get("flags")
    was_laid_out = bool((before.get("flags") or 0) & LAID_OUT)
    if flags is None:
        flags = before.get("flags") or 0
    found = list(_shown(body, flags))
    if was_laid_out and not flags & LAID_OUT:
        found.append("a layout that is taken from a message")
    after = {**before, **body}
    if flags & LAID_OUT and not was_laid_out and any(after.get(part) for part in OLD_FORM):
        found.append("a layout on a message that has content")
    if not any(after.get(part) for part in (*OLD_FORM, "components", "attachments")):
        found.append("an empty message")
    return found


def faults_in_webhook(body: Mapping[str, Any]) -> list[str]:
    """Return why Discord would refuse a webhook, or a message by one, for the name it is to have."""
    name = body.get("username", body.get("name", "?"))
    if not isinstance(name, str) or not 1 <= units(name) <= NAME or not name.strip():
        return [f"a webhook's name of {units(name) if isinstance(name, str) else name!r} characters"]
    return [f"{word!r} in a webhook's name" for word in FORBIDDEN_NAMES if word in name.casefold()]


def faults_in_answer(answer: Mapping[str, Any], interaction: int, *, on_message: bool) -> list[str]:
    """Return why Discord would refuse an answer to an interaction; `on_message`: it came of a message's components."""
    kind, data = answer.get("type"), answer.get("data") or {}
    allowed = set(ANSWERS[interaction])
    if interaction == SUBMIT and on_message:
        allowed |= {UPDATED_LATER, UPDATED}
    if kind not in allowed:
        return [f"an answer of type {kind!r} to an interaction of type {interaction}"]
    if kind == SAID:
        return faults_in_message(data, flags=SUPPRESS_EMBEDS | EPHEMERAL | SILENT | LAID_OUT)
    if kind == SAID_LATER:
        return [f"flags {data['flags']}"] if (data.get("flags") or 0) & ~EPHEMERAL else []
    if kind == OFFERED:
        return list(_choices(data.get("choices")))
    return faults_in_modal(data) if kind == ASKED else []  # an update is judged with the message that it changes


def faults_in_modal(modal: Mapping[str, Any]) -> list[str]:
    """Return why Discord would refuse a modal; nothing if it would take it."""
    found = [f"a modal's {key!r}" for key in set(modal) - {"custom_id", "title", "components"}]
    for part, most in (("title", TITLE), ("custom_id", CUSTOM_ID)):
        text = modal.get(part)
        if not isinstance(text, str) or not text.strip() or units(text) > most:
            found.append(f"{units(text) if isinstance(text, str) else text!r} characters in a modal's {part}")
    return found + list(faults_in_fields(modal.get("components")))


def breaches_in_message(body: Mapping[str, Any], *, is_public: bool, is_edit: bool = False) -> list[str]:
    """Return what nobody may send of a message: pings, links that unfold where others read, embeds."""
    if is_edit and not {"content", "components"} & set(body):
        return []
    allowed = body.get("allowed_mentions")
    found = []
    if not isinstance(allowed, Mapping) or allowed.get("parse") != []:
        found.append("a message without an empty allowed_mentions")
    elif any(allowed.get(part) for part in ("users", "roles", "replied_user")):
        found.append("a message that may ping")
    if body.get("embeds"):
        found.append("an embed of ours")
    is_laid_out = any(component.get("type") != 1 for component in body.get("components") or ())
    if is_public and not is_edit and not is_laid_out and not (body.get("flags") or 0) & SUPPRESS_EMBEDS:
        found.append("a public message whose links unfold")
    return found


def breaches_in_answer(answer: Mapping[str, Any]) -> list[str]:
    """Return what nobody may answer an interaction with: words for all to see, or ones that ping."""
    kind, data = answer.get("type"), answer.get("data") or {}
    found = [] if kind not in {SAID, SAID_LATER} or (data.get("flags") or 0) & EPHEMERAL else ["an answer for all"]
    if kind in {SAID, UPDATED}:
        found += breaches_in_message(data, is_public=False, is_edit=kind == UPDATED)
    return found


def _shown(body: Mapping[str, Any], flags: int) -> Iterator[str]:
    """Judge what is displayed of a message: its words and components."""
    is_laid_out = bool(flags & LAID_OUT)
    yield from over(body.get("content") or "", CONTENT, "content")
    if is_laid_out and any(body.get(part) for part in OLD_FORM):
        yield "content or embeds beside a layout"
    if body.get("components") is not None:
        yield from faults_in_components(body["components"], laid_out=is_laid_out)
    elif is_laid_out and "components" in body:
        yield "a layout without components"
    yield from count(body["embeds"], 10, "embeds", least=0) if body.get("embeds") is not None else ()


def _choices(choices: Any) -> Iterator[str]:
    yield from count(choices, CHOICES, "choices", least=0)
    for choice in choices or ():
        for part in ("name", "value"):
            if part == "name" or isinstance(choice.get(part), str):
                text = choice.get(part) or ""
                yield from [] if 1 <= units(text) <= HINT else [f"{units(text)} characters in a choice's {part}"]
