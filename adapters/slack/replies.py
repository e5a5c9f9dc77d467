"""A labelled reply as Slack posts it: label first, in the text that screen readers and notifications read too. Pure.

Nobody is pinged, nothing but its sources is a link, and nothing is unfurled.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.chat.lengths import cut
from adapters.chat.mentions import written_out
from adapters.chat.open_windows import OpenWindows
from adapters.slack.blocks import Block, context, sections
from adapters.slack.buttons import DO, button, rows
from adapters.slack.marking import escaped, link
from bot.labelling import LabelledReply
from bot.views import Button
from bot.words import Words

EVENT_TYPE = "understudy_reply"
ICON = ":robot_face:"
BLOCK = "reply"
MOST_TEXT, MOST_NAME = 4000, 80
_MOST_BODY_BLOCKS = 40


def arguments(
    reply: LabelledReply,
    names: Mapping[str, str],
    words: Words,
    now: datetime,
    buttons: tuple[Button, ...] = (),
    *,
    under_its_name: bool = False,
) -> dict[str, Any]:
    """Return what `chat.postMessage` is given; `names` are those of the people and channels that the text mentions.

    `under_its_name` posts it as "…'s AI double", where that was granted; otherwise it comes from the app.
    """
    thread = {"thread_ts": reply.thread.root} if reply.thread.root else {}
    name = {"username": cut(reply.label, MOST_NAME), "icon_emoji": ICON} if under_its_name else {}
    made = [button(one, f"{DO}{n}", reply.key, words, OpenWindows()) for n, one in enumerate(buttons)]
    foot = [{**row, "block_id": f"{BLOCK}:{n}"} for n, row in enumerate(rows(made))]
    return {
        "channel": reply.thread.channel.channel,
        **thread,
        "text": text(reply, names),
        "blocks": [*blocks(reply, names, words, now), *foot],
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": reply.key, "worker": reply.worker.person}},
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "mrkdwn": False,
        "parse": "none",
        **name,
    }


def text(reply: LabelledReply, names: Mapping[str, str]) -> str:
    """Return all that a reply says as one text, its sources as plain addresses; beyond 4,000 the end is cut."""
    addresses = "\n".join(escaped(source.url) for source in reply.sources)
    room = MOST_TEXT - len(addresses) - 2
    if room < MOST_TEXT // 2:  # the label and what was said come before a long list of addresses
        addresses, room = "", MOST_TEXT
    said = written_out(reply.text, names)
    while len(escaped(said)) > room:
        said = cut(said, len(said) - max(1, (len(escaped(said)) - room) // 5))
    return "\n\n".join(filter(None, (escaped(said), addresses)))


def blocks(reply: LabelledReply, names: Mapping[str, str], words: Words, now: datetime) -> list[Block]:
    """Return a reply as it is seen: the label by itself, the words, and the days of its sources as links to them."""
    label, _, body = escaped(written_out(reply.text, names)).partition("\n")
    days = " · ".join(link(source.url, words.day(source.said_at, now)) for source in reply.sources)
    sources = context(f"{escaped(words.say('windows.sources'))} {days}") if days else []
    return [*sections(label), *sections(body)[:_MOST_BODY_BLOCKS], *sources[:2]]
