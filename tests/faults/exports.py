"""A small Slack export, written by the tests: four people, three channels, threads that ask and answer."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PEOPLE = {"UHEDWIG": "Hedwig Zollner", "UPIM": "Pim Kaartje", "UYARA": "Yara Okonjo", "UTOMAS": "Tomas Brekke"}
CHANNELS = {"CBUILD": "build", "CHOUSE": "house"}

TALK: tuple[tuple[str, str, str, str], ...] = (
    # channel, who asks, what, and who answered how
    ("build", "UPIM", "how do I rotate the staging certificate?", "UHEDWIG"),
    ("build", "UTOMAS", "which port does the metrics collector listen on?", "UHEDWIG"),
    ("build", "UYARA", "why does the nightly benchmark fail on arm?", "UPIM"),
    ("house", "UTOMAS", "where is the spare key for the bike cellar?", "UYARA"),
)
ANSWERS = (
    "Rotate the staging certificate with certctl renew --staging, then restart the ingress gateway.",
    "The metrics collector listens on port 9464, the dashboard reads it from there every minute.",
    "The nightly benchmark fails on arm because the runner has only two cores and the timeout is too short.",
    "The spare key for the bike cellar hangs in the blue cabinet beside the kitchen door.",
)


def said(user: str, text: str, ts: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "text": text, "ts": ts, **more}


def team(*messages: dict[str, Any]) -> dict[str, Any]:
    """The files of the export by name before `.json`; `messages` stand in #build besides."""
    days: dict[str, list[dict[str, Any]]] = {name: [] for name in CHANNELS.values()}
    for (channel, asker, question, answerer), answer, root in zip(TALK, ANSWERS, _stamps(), strict=False):
        days[channel].append(said(asker, question, root, thread_ts=root))
        days[channel].append(said(answerer, answer, root.replace(".0", ".1"), thread_ts=root))
        days[channel].append(said(asker, "Thanks, Hedwig, that helps a lot!", root.replace(".0", ".2"), thread_ts=root))
    days["build"] += messages
    return {
        "users": [{"id": i, "name": n.split()[0].lower(), "profile": {"real_name": n}} for i, n in PEOPLE.items()],
        "channels": [{"id": i, "name": n, "members": list(PEOPLE)} for i, n in CHANNELS.items()],
        **{f"{name}/2026-01-1{number}": day for number, (name, day) in enumerate(days.items())},
    }


def written(path: Path, files: dict[str, Any]) -> Path:
    """Write an export: what is bytes as it is, anything else as JSON."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.json", content if isinstance(content, bytes) else json.dumps(content))
    return path


def zip_within() -> bytes:
    """An archive, to be put into another one."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("users.json", "[]")
    return inner.getvalue()


def _stamps() -> Iterator[str]:
    for number in range(len(TALK)):
        yield f"{1768000000 + number * 3600}.000100"
