"""The one button beneath a double's posted reply, the same on every platform that puts buttons into messages. Pure."""

from __future__ import annotations

from bot.labelling import LabelledReply
from bot.views import Button
from bot.words import Words


def not_right_button(reply: LabelledReply, words: Words) -> Button:
    """Return *Not right*: its target is the reply's key, its values name the worker, and whoever reads it may press."""
    return Button("not_right", words.say("reply.doubt_button"), reply.key, {"worker": reply.worker.person})
