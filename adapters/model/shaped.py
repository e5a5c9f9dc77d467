"""Saying something in the shape that a JSON schema asks for, as a model with structured output has to."""

from __future__ import annotations

import json
from typing import Any

_DEEPEST = 20


def say(text: str, schema: dict[str, Any]) -> str:
    """Return a text as it is, or in every free string of an object by the schema where there is one."""
    return json.dumps(_instance(schema, text, schema, 0), ensure_ascii=False) if schema else text


def _instance(schema: dict[str, Any], text: str, root: dict[str, Any], depth: int) -> Any:
    """Return something that fits: first choices, arrays of one item, the least number allowed but at least 1."""
    schema = _chosen(schema, root)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if depth > _DEEPEST or kind == "null":
        return None
    if kind == "object" or "properties" in schema:
        return {name: _instance(part, text, root, depth + 1) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [_instance(schema.get("items", {}), text, root, depth + 1)]
    if kind in {"integer", "number"}:
        return max(1, schema.get("minimum", 1))
    return True if kind == "boolean" else text


def _chosen(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference within the schema and take the first of several alternatives."""
    for _ in range(_DEEPEST):
        choices = schema.get("anyOf") or schema.get("oneOf")
        if choices:
            schema = choices[0]
        elif "$ref" in schema:
            schema = root.get("$defs", {}).get(str(schema["$ref"]).rpartition("/")[2], {})
        else:
            break
    return schema
