"""The forms in which endpoints take one request: not every one knows JSON schemas, or both names of a token limit."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from adapters.model.texts import encodable
from bot.model import Prompt

TEMPERATURE = 0.2
_UNNAMEABLE = re.compile(r"[^A-Za-z0-9_-]+")
_TOKEN_LIMITS = ("max_completion_tokens", "max_tokens")


class Shape(Enum):
    """How an answer's shape is asked for, from the strictest on."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    FREE = "free"


_LOOSER = {Shape.SCHEMA: Shape.OBJECT, Shape.OBJECT: Shape.FREE}


@dataclass(frozen=True, slots=True)
class Form:
    """One form. `token_limit` is the name under which the limit is sent."""

    shape: Shape
    token_limit: str = _TOKEN_LIMITS[0]
    has_temperature: bool = True


def first_form(prompt: Prompt) -> Form:
    """Return the form to begin with: the strictest."""
    return Form(Shape.SCHEMA if prompt.schema else Shape.FREE)


def simpler_form(form: Form, complaint: str, *, is_proven: bool) -> Form | None:
    """Return the form to try after an endpoint refused one, None if there is none left.

    `complaint` is the endpoint's error text in lower case: what it names is changed. One that names nothing may be
    about anything, so that shapes are tried first and the other limit last; but a form that has once worked
    (`is_proven`) is then not to blame. Every form leads to a simpler one, so that a call ends after a few requests.
    """
    if form.has_temperature and "temperature" in complaint:
        return replace(form, has_temperature=False)
    is_first_limit = form.token_limit == _TOKEN_LIMITS[0]
    if is_first_limit and any(limit in complaint for limit in _TOKEN_LIMITS):
        return replace(form, token_limit=_TOKEN_LIMITS[1])
    names_shape = any(word in complaint for word in ("response_format", "json", "schema", "structured"))
    if form.shape in _LOOSER and (names_shape or not is_proven):
        return replace(form, shape=_LOOSER[form.shape])
    if is_first_limit and not is_proven:
        return replace(form, token_limit=_TOKEN_LIMITS[1])
    return None


def request_body(model: str, prompt: Prompt, form: Form) -> dict[str, Any]:
    """Return what is sent. A schema that is not sent as one stands in the system message: the model must know it."""
    system = encodable(prompt.system)
    if prompt.schema and form.shape is not Shape.SCHEMA:
        schema = encodable(json.dumps(prompt.schema, ensure_ascii=False))
        system += f"\n\nAnswer with one JSON object and nothing else, by this JSON schema:\n{schema}"
    messages = [{"role": "system", "content": system}, {"role": "user", "content": encodable(prompt.user)}]
    body: dict[str, Any] = {"model": model, "messages": messages, form.token_limit: prompt.most_tokens}
    if form.has_temperature:
        body["temperature"] = TEMPERATURE
    if prompt.schema and form.shape is not Shape.FREE:
        body["response_format"] = _response_format(prompt, form.shape)
    return body


def _response_format(prompt: Prompt, shape: Shape) -> dict[str, Any]:
    if shape is Shape.OBJECT:
        return {"type": shape.value}
    name = _UNNAMEABLE.sub("-", prompt.name)[:64] or "answer"
    return {"type": shape.value, "json_schema": {"name": name, "strict": True, "schema": prompt.schema}}
