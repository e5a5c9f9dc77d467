"""What Slack sends, by the files in `payloads/`: shaped by Slack's documentation, filled with a test's own content."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]
FOLDER = Path(__file__).parent / "payloads"


@cache
def _template(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text("utf-8")


def filled(name: str, /, **values: Any) -> Json:
    """Return a payload with each `"$name"` replaced by its value; what is None or not given is left out."""
    payload: Json = _filled(json.loads(_template(name)), values)
    return payload


def _filled(part: Any, values: Json) -> Any:
    if isinstance(part, str) and part.startswith("$"):
        return values.get(part[1:])
    if isinstance(part, dict):
        found = {key: _filled(value, values) for key, value in part.items()}
        return {key: value for key, value in found.items() if value is not None}
    if isinstance(part, list):
        return [_filled(item, values) for item in part]
    return part
