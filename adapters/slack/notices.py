"""A notice as Slack shows it to one person: its words, its links, its buttons, and an answer approved before. Pure.

The buttons' blocks say whose notice they are of, so that a press is known by its notice's key.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from adapters.chat.open_windows import OpenWindows
from adapters.slack import replies
from adapters.slack.blocks import Block, context, sections
from adapters.slack.buttons import DO, button, rows
from adapters.slack.marking import escaped, link, pieces
from bot.refs import ThreadRef
from bot.views import Notice
from bot.words import Words

BLOCK = "notice"
_MOST_KEY = 200


def shown(notice: Notice, words: Words, windows: OpenWindows, now: datetime) -> dict[str, Any]:
    """Return text and blocks of a notice that has a text."""
    blocks: list[Block] = sections(escaped(notice.text))
    said = notice.text
    if notice.reply is not None:
        blocks += [{"type": "divider"}, *replies.blocks(notice.reply, {}, words, now)]
        said = f"{said}\n\n{notice.reply.text}"
    links = " · ".join(link(one.url, one.label) for one in notice.links)
    blocks += context(links) if links else []
    made = [button(one, f"{DO}{n}", "", words, windows) for n, one in enumerate(notice.buttons)]
    key = notice.key[:_MOST_KEY]
    blocks += [{**row, "block_id": f"{BLOCK}:{n}:{key}"} for n, row in enumerate(rows(made))]
    return {"text": next(pieces(escaped(said), replies.MOST_TEXT)), "blocks": blocks}


def links_alone(notice: Notice) -> dict[str, Any]:
    """Return the links of a notice whose words were shown a moment ago; nothing where it has none."""
    if not notice.links:
        return {}
    blocks = context(" · ".join(link(one.url, one.label) for one in notice.links))
    return {
        "text": next(pieces(escaped(" · ".join(one.label for one in notice.links)), replies.MOST_TEXT)),
        "blocks": blocks,
    }


def ephemeral(notice: Notice, body: dict[str, Any]) -> dict[str, Any]:
    """Return what `chat.postEphemeral` is given, in the place the notice is about; without such a place, nothing."""
    near = notice.near
    if near is None:
        return {}
    channel = near.channel if isinstance(near, ThreadRef) else near
    thread = {"thread_ts": near.root} if isinstance(near, ThreadRef) and near.root else {}
    return {"channel": channel.channel, "user": notice.to.person, **thread, **body}


def direct(channel: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return what `chat.postMessage` is given for a person's direct messages."""
    return {"channel": channel, "unfurl_links": False, "unfurl_media": False, **body}


def plain(sentence: str) -> dict[str, Any]:
    """Return text and blocks of a sentence, in which nothing is a ping or a link."""
    return {"text": escaped(sentence), "blocks": sections(escaped(sentence))}
