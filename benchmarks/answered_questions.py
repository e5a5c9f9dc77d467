"""Questions that a worker really answered, found in the threads of a Slack export.

A question is a message of somebody else that asks something in at least four words. Its
answer is what the worker said next in the same thread, in one breath, at least five words, no question itself, within
three messages of others and two hours.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.events import MessageSaid
from bot.passages import BURST_GAP, is_question
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.sentences import without_address

_LINK = re.compile(r"<((?:https?|mailto):[^>|]*)(?:\|[^>]*)?>")
_WORD = re.compile(r"\w+")
PATIENCE = timedelta(hours=2)
OTHERS_BETWEEN = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """One question and what the worker answered."""

    worker: PersonRef
    question: MessageSaid
    answer: tuple[MessageSaid, ...]

    @property
    def answer_text(self) -> str:
        """The answer's words, without whom they were addressed to."""
        return "\n".join(without_address(m.text) for m in self.answer)


def read_export(path: str) -> list[MessageSaid]:
    """Return every message that a person said in an export's channels, oldest first."""
    messages: list[MessageSaid] = []
    with zipfile.ZipFile(path) as export:
        for name in export.namelist():
            folder, _, file = name.partition("/")
            if file.endswith(".json"):
                channel = ChannelRef("slack", "export", folder)
                messages.extend(_said(channel, row) for row in json.loads(export.read(name)) if row.get("user"))
    return sorted(messages, key=lambda m: (m.said_at, m.ref))


def _said(channel: ChannelRef, row: dict[str, str]) -> MessageSaid:
    at = datetime.fromtimestamp(float(row["ts"]), UTC)
    thread = ThreadRef(channel, row["thread_ts"]) if row.get("thread_ts") else None
    text = _LINK.sub(r"\1", row.get("text", "")).replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    author = PersonRef("slack", "export", row["user"])
    return MessageSaid(MessageRef(channel, row["ts"]), author, text, at, at, thread, channel_is_public=True)


def most_active(messages: list[MessageSaid], number: int) -> list[PersonRef]:
    """Return the people who said most, the busiest first."""
    return [person for person, _ in Counter(m.author for m in messages).most_common(number)]


def answered_questions(messages: list[MessageSaid], workers: list[PersonRef]) -> list[Answered]:
    """Return the questions that these workers answered, oldest first."""
    threads: dict[ThreadRef, list[MessageSaid]] = defaultdict(list)
    for message in messages:
        if message.thread:
            threads[message.thread].append(message)
    found = [answered for thread in threads.values() for answered in _in_thread(thread, frozenset(workers))]
    return sorted(found, key=lambda a: (a.question.said_at, a.worker))


def asked_in(messages: list[MessageSaid]) -> list[MessageSaid]:
    """Return the messages that ask something, answered or not."""
    return [message for message in messages if _is_asked(message)]


def _in_thread(thread: list[MessageSaid], workers: frozenset[PersonRef]) -> Iterator[Answered]:
    taken: set[MessageRef] = set()
    for place, message in enumerate(thread):
        if not _is_asked(message):
            continue
        for worker in dict.fromkeys(m.author for m in thread[place + 1 : place + 12]):
            answer = _answer(thread[place:], worker)
            if worker in workers and worker != message.author and answer and answer[0].ref not in taken:
                taken.add(answer[0].ref)
                yield Answered(worker, message, answer)


def _is_asked(message: MessageSaid) -> bool:
    text = without_address(message.text)
    return is_question(text) and len(_WORD.findall(text)) >= 4


def _answer(rest: list[MessageSaid], worker: PersonRef) -> tuple[MessageSaid, ...]:
    """What the worker said after the first of these, before anyone asked again."""
    begin = next((i for i, m in enumerate(rest) if m.author == worker), None)
    if begin is None or begin > OTHERS_BETWEEN + 1 or rest[begin].said_at - rest[0].said_at > PATIENCE:
        return ()
    if any(_is_asked(m) for m in rest[1:begin]):
        return ()
    answer = [rest[begin]]
    for message in rest[begin + 1 :]:
        if message.author != worker or message.said_at - answer[-1].said_at > BURST_GAP:
            break
        answer.append(message)
    text = " ".join(without_address(m.text) for m in answer)
    return tuple(answer) if len(_WORD.findall(text)) >= 5 and not is_question(text) else ()
