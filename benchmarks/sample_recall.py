"""Recall and abstention on the shipped sample team: `python -m benchmarks.sample_recall [--json] [--verbose]`.

Each question names the worker asked, the channel, and the messages that answer it, or none. Words that the destination
may not see count as no answer. The questions were written by the sample's own author: these figures show that nothing
is broken, not how good recall is on real chats (`benchmarks.recall_quality` does).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.worker_log import WorkerLog
from bot.events import MessageSaid
from bot.quoting import Composition, best_confidence, compose
from bot.recall import permitted_shelves, recall
from bot.refs import ChannelRef, MessageRef, PersonRef, ThreadRef
from bot.words import Words

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "adapters" / "web" / "sample"
NOW = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what came of it. `rank` is that of the first passage that answers, from 1; None if none does."""

    question: str
    answers: tuple[str, ...]
    rank: int | None
    confidence: float
    quotes_answer: bool
    text: str | None


def read_sample() -> tuple[dict[str, Any], dict[str, MessageSaid]]:
    """Return the team, and every message by its key (or a made-up one)."""
    team = json.loads((SAMPLE / "team.json").read_text("utf8"))
    private = {c["id"] for c in team["channels"] if c.get("private")}
    rows = [
        m for file in sorted(SAMPLE.glob("messages-*.json")) for m in json.loads(file.read_text("utf8"))["messages"]
    ]
    keyed = {row.get("key") or f"#{number}": row for number, row in enumerate(rows)}
    said: dict[str, MessageSaid] = {}
    for number, (key, row) in enumerate(keyed.items()):
        channel = ChannelRef("sample", "W", row["channel"])
        at = _moment(row["at"]) + timedelta(microseconds=number)
        thread = ThreadRef(channel, row["thread"]) if row.get("thread") else None
        author = PersonRef("sample", "W", row["author"])
        said[key] = MessageSaid(
            MessageRef(channel, key), author, row["text"], at, at, thread, channel.channel not in private
        )
    return team, said


def _moment(words: str) -> datetime:
    found = re.match(r"-(\d+)d (\d+):(\d+)$", words)
    if not found:
        raise ValueError(words)
    days, hours, minutes = map(int, found.groups())
    return NOW.replace(hour=hours, minute=minutes) - timedelta(days=days)


def ask_all() -> list[Asked]:
    """Ask every sample question of a double that learnt everything its worker said."""
    team, said = read_sample()
    channels = {c["id"]: ChannelRef("sample", "W", c["id"]) for c in team["channels"]}
    public = frozenset(channels[c["id"]] for c in team["channels"] if not c.get("private"))
    names = {channels[c["id"]]: c["name"] for c in team["channels"]}
    people = {p["id"]: p["name"] for p in team["people"]}
    logs: dict[str, WorkerLog] = {}
    results = []
    for row in json.loads((HERE / "sample_questions.json").read_text("utf8")):
        worker = row["worker"]
        if worker not in logs:
            logs[worker] = WorkerLog(PersonRef("sample", "W", worker), channels.values(), NOW)
            logs[worker].learn((m for m in said.values() if m.author.person == worker), NOW)
        tx, place = logs[worker].tx, channels[row["channel"]]
        shelves = permitted_shelves(
            frozenset(tx.index.shelves()),
            log_channels=frozenset(channels.values()),
            public_now=public,
            destination=place,
            destination_is_public=place in public,
        )
        found = recall(tx, row["question"], shelves, NOW)
        answers = set(row["answers"])
        ranks = [i for i, p in enumerate(found.passages, 1) if answers & {m.ref.stamp for m in p.messages}]
        made = compose(
            row["question"], found, Words(), NOW, name=people[worker], channel_names=names, destination=place
        )
        sources = {s.ref.stamp for s in made.sources} if isinstance(made, Composition) else set()
        results.append(
            Asked(
                row["question"],
                tuple(row["answers"]),
                ranks[0] if ranks else None,
                best_confidence(row["question"], found),
                bool(sources & answers),
                made.text if isinstance(made, Composition) else None,
            )
        )
    return results


def figures(results: list[Asked]) -> dict[str, int]:
    """Count what became of the questions."""
    answerable = [r for r in results if r.answers]
    hopeless = [r for r in results if not r.answers]
    return {
        "answerable": len(answerable),
        "found first": sum(r.rank == 1 for r in answerable),
        "found among five": sum(r.rank is not None for r in answerable),
        "answered with the right words": sum(r.quotes_answer for r in answerable),
        "answered with other words": sum(r.text is not None and not r.quotes_answer for r in answerable),
        "unanswerable": len(hopeless),
        "answered all the same": sum(r.text is not None for r in hopeless),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Recall and abstention on the sample team.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="show each question and its draft")
    options = parser.parse_args()
    results = ask_all()
    if options.verbose:
        for r in results:
            sys.stdout.write(f"\n== {r.question}  {r.answers} rank {r.rank} confidence {r.confidence:.2f}\n{r.text}\n")
    counts = figures(results)
    if options.json:
        sys.stdout.write(json.dumps(counts) + "\n")
    else:
        sys.stdout.writelines(f"{name:32} {count:4}\n" for name, count in counts.items())


if __name__ == "__main__":
    main()
