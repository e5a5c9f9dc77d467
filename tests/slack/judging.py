"""What Slack would refuse of a message or a view, as the local Slack refuses it: by `limits`, with Slack's codes."""

from __future__ import annotations

from typing import Any

from tests.slack.limits import faults_in_message, faults_in_view
from tests.slack.shapes import Json
from tests.slack.team import Refused

TEXT_LIMIT = 4_000  # comfortable: beyond it Slack may cut
JUDGED = frozenset({"blocks", "metadata", "text"})


def judge_message(arguments: Json) -> None:
    """Refuse what cannot be posted."""
    text, blocks = arguments.get("text"), arguments.get("blocks")
    if not text and not blocks:
        raise Refused("no_text")
    if len(text or "") > TEXT_LIMIT:
        raise Refused("msg_too_long")
    if blocks:
        _refuse("invalid_blocks", faults_in_message({key: arguments[key] for key in JUDGED & set(arguments)}))


def judge_view(view: Json) -> None:
    """Refuse a view that cannot be shown."""
    _refuse("invalid_arguments", faults_in_view(view))


def _refuse(code: str, faults: list[str]) -> None:
    if faults:
        raise Refused(code, response_metadata={"messages": faults})


def buttons_of(blocks: list[Json]) -> list[Json]:
    """Return every interactive element of blocks, each with its `block_id`."""
    found: list[Json] = []
    for block in blocks:
        elements: list[Any] = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        found += [{**e, "block_id": block.get("block_id", "")} for e in elements if isinstance(e, dict)]
    return [element for element in found if "action_id" in element]
