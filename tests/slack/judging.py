"""What Slack would refuse of a message or a view: judged by `slack_sdk.models`, and by the limits those miss."""

from __future__ import annotations

from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.slack.shapes import Json
from tests.slack.team import Refused

TEXT_LIMIT = 4_000  # comfortable: beyond it Slack may cut


def judge_message(arguments: Json) -> None:
    """Refuse, as `invalid_blocks` or by the code Slack has for it, what cannot be posted."""
    blocks = arguments.get("blocks")
    text = arguments.get("text")
    if not text and not blocks:
        raise Refused("no_text")
    if len(text or "") > TEXT_LIMIT:
        raise Refused("msg_too_long")
    if blocks:
        _judge_blocks(blocks)
        if len(blocks) > 50:
            raise Refused("invalid_blocks", response_metadata={"messages": ["more than 50 blocks"]})


def judge_view(view: Json) -> None:
    """Refuse, as `invalid_arguments`, a view that cannot be shown."""
    try:
        View(**view).to_dict()
    except (SlackObjectFormationError, TypeError) as error:
        raise Refused("invalid_arguments", response_metadata={"messages": [str(error)]}) from error
    _judge_blocks(view.get("blocks", []), "invalid_arguments")
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_input and not view.get("submit"):
        raise Refused("invalid_arguments", response_metadata={"messages": ["missing submit"]})


def _judge_blocks(blocks: list[Json], code: str = "invalid_blocks") -> None:
    try:
        for block in blocks:
            parsed = Block.parse(block)
            if parsed is None:
                raise Refused(code, response_metadata={"messages": [f"unsupported block {block.get('type')}"]})
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError) as error:
        raise Refused(code, response_metadata={"messages": [str(error)]}) from error
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        raise Refused(code, response_metadata={"messages": ["block_id already exists"]})


def buttons_of(blocks: list[Json]) -> list[Json]:
    """Return every interactive element of blocks, each with its `block_id`."""
    found: list[Json] = []
    for block in blocks:
        elements: list[Any] = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        found += [{**e, "block_id": block.get("block_id", "")} for e in elements if isinstance(e, dict)]
    return [element for element in found if "action_id" in element]
