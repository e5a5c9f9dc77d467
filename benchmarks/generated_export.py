"""A Slack export made of seeded chat, for those who have none at hand: one channel, as many people as a lively one."""

from __future__ import annotations

import json
import random
import zipfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.speech import Speech

MESSAGES, PEOPLE = 9_709, 144
BEGIN = datetime(2018, 1, 1, tzinfo=UTC)
A_STEP = timedelta(minutes=50)


def write_export(path: Path, seed: int) -> None:
    """Write the export; a third of the messages stand in threads."""
    speech, dice = Speech(seed), random.Random(seed)
    ids = [f"U{number:07}" for number in range(PEOPLE)]
    days: dict[str, list[dict[str, str]]] = defaultdict(list)
    root = ""
    for number in range(MESSAGES):
        at = BEGIN + number * A_STEP
        stamp = f"{int(at.timestamp())}.000100"
        root = stamp if not root or dice.random() < 0.15 else root
        (author,) = dice.choices(ids, weights=[1 / (place + 3) for place in range(PEOPLE)])
        said = {"type": "message", "user": author, "text": speech.message(), "ts": stamp}
        if dice.random() < 0.33 and root != stamp:
            said["thread_ts"] = root
        days[at.date().isoformat()].append(said)
    users = [{"id": person, "name": person.lower(), "profile": {"real_name": f"Person {person}"}} for person in ids]
    channel = {"id": "C0000001", "name": "general", "members": ids}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.json", json.dumps(users))
        archive.writestr("channels.json", json.dumps([channel]))
        for day, rows in sorted(days.items()):
            archive.writestr(f"general/{day}.json", json.dumps(rows))
