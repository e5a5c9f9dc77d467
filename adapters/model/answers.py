"""Reading what an endpoint sent, as a stranger's: anything but what was asked for is `broken`."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import struct
from collections.abc import Sequence
from typing import Any

from adapters.model.texts import encodable, trusted_usage
from bot.errors import ModelError
from bot.model import Completion, Embeddings, Finish, Prompt, Usage, Vector

MOST_ANSWER_BYTES = 1_000_000
_THINKING = re.compile(r"\s*<think>(?:.*?</think>\s*|.*)", re.DOTALL)
_FINISHES = {"stop": Finish.COMPLETE, "content_filter": Finish.REFUSED}
_SMALLEST_LENGTH = 1e-100


def read_completion(body: bytes, prompt: Prompt) -> Completion:
    """Return the first answer of a chat completion. What ended in any way but `stop` counts as cut."""
    told = _read_object(body)
    choice = _first(told.get("choices"))
    message = choice.get("message")
    if not isinstance(message, dict):
        raise _broken()
    text = _text_of(message.get("content"))
    finish = _FINISHES.get(str(choice.get("finish_reason")), Finish.CUT)
    if message.get("refusal"):
        finish = Finish.REFUSED
    if text is None and finish is Finish.COMPLETE:
        raise _broken()
    said = encodable(text or "")
    if len(said.encode()) > MOST_ANSWER_BYTES:
        raise ModelError("the model's answer is too large", "too_large")
    sent = (prompt.system, prompt.user, json.dumps(prompt.schema, ensure_ascii=False) if prompt.schema else "")
    return Completion(without_thinking(said), finish, trusted_usage(told.get("usage"), sent, said))


def read_embeddings(body: bytes, texts: Sequence[str]) -> Embeddings:
    """Return one vector of length one for each text, in the texts' order, whichever order they came in."""
    told = _read_object(body)
    items = told.get("data")
    if not isinstance(items, list) or len(items) != len(texts) or not all(isinstance(item, dict) for item in items):
        raise _broken()
    places = [item.get("index", place) for place, item in enumerate(items)]
    if not all(type(place) is int for place in places) or sorted(places) != list(range(len(texts))):
        raise _broken()
    by_place = dict(zip(places, items, strict=True))
    vectors = tuple(_unit(_components(by_place[place].get("embedding"))) for place in range(len(texts)))
    if len(set(map(len, vectors))) > 1:
        raise _broken()
    return Embeddings(vectors, Usage(trusted_usage(told.get("usage"), texts, "").prompt, 0))


def without_thinking(text: str) -> str:
    """Return an answer without the `<think>…</think>` that some models begin with; one never closed is all of it."""
    thought = _THINKING.match(text)
    return text[thought.end() :] if thought else text


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise _broken()
    return told


def _first(choices: object) -> dict[str, Any]:
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise _broken()
    return choices[0]


def _text_of(content: object) -> str | None:
    """Return a message's text, None if it has none; some endpoints send it in parts."""
    if not isinstance(content, list):
        return content if isinstance(content, str) else None
    parts = [part.get("text") if isinstance(part, dict) else None for part in content]
    return "".join(part for part in parts if isinstance(part, str))


def _components(embedding: object) -> list[float]:
    """Return a vector's components, sent as numbers or as base64 of 32-bit floats (little-endian)."""
    if isinstance(embedding, list) and all(type(number) in (int, float) for number in embedding):
        return embedding
    if isinstance(embedding, str):
        try:
            packed = base64.b64decode(embedding, validate=True)
            return list(struct.unpack(f"<{len(packed) // 4}f", packed))
        except (binascii.Error, ValueError, struct.error):
            pass
    raise _broken()


def _unit(components: Sequence[float]) -> Vector:
    try:
        length = math.hypot(*components)  # not finite if any component is not
    except OverflowError:
        length = math.inf
    if not math.isfinite(length) or length < _SMALLEST_LENGTH:
        raise _broken()
    return tuple(number / length for number in components)


def _broken() -> ModelError:
    return ModelError("the model's endpoint sent nothing that can be read", "broken")
