"""Reading what a request sends: JSON of bounded size and depth, each field of its type. Anything else is refused."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from aiohttp import BodyPartReader, web

from adapters.web.refusals import ApiRefusal
from adapters.web.text import clean, is_storable, is_visible

BODY_LIMIT = 256 * 1024
FILES_LIMIT = 128 << 20
TEXT_LIMIT = 4_000
_DEPTH_LIMIT = 12
_MOST_FILES = 4
_CHUNK = 1 << 16
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Fields:
    """The fields of a JSON object, read by name; unknown ones are passed over."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def has(self, name: str) -> bool:
        """Whether a field was sent and is not null."""
        return self._values.get(name) is not None

    def word(self, name: str, default: str | None = None, limit: int = 200) -> str:
        """Return a short string, without blanks around it; without a default it must be there and be seen."""
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise ApiRefusal(400, "field_text", field=name)
        value = clean(value)
        if len(value) > limit:
            raise ApiRefusal(400, "field_long", field=name, n=limit)
        if default is None and not is_visible(value):
            raise ApiRefusal(400, "field_text", field=name)
        return value

    def identity(self, name: str) -> str:
        """Return an id of a new person or channel."""
        value = self.word(name)
        if not _ID.fullmatch(value):
            raise ApiRefusal(400, "field_id", field=name)
        return value

    def text(self) -> str:
        """Return the words of a message, cleaned."""
        value = self._values.get("text")
        if not isinstance(value, str):
            raise ApiRefusal(400, "field_text", field="text")
        value = clean(value)
        if not is_visible(value):
            raise ApiRefusal(400, "text_empty")
        if len(value) > TEXT_LIMIT:
            raise ApiRefusal(400, "text_long", n=TEXT_LIMIT)
        return value

    def flag(self, name: str) -> bool:
        """Return true or false; false if it was not sent."""
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise ApiRefusal(400, "field_flag", field=name)
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of strings."""
        value = self._values.get(name)
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise ApiRefusal(400, "field_list", field=name)
        return tuple(dict.fromkeys(value))

    def seconds(self, name: str, limit: float) -> float:
        """Return a number of seconds between 0 and a limit."""
        value = self._values.get(name)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not 0 <= value <= limit:  # type: ignore[arg-type,operator]
            raise ApiRefusal(400, "field_seconds", field=name, n=int(limit))
        return float(value)  # type: ignore[arg-type]

    def mapping(self, name: str) -> dict[str, Any]:
        """Return an object; an empty one if it was not sent."""
        value = self._values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise ApiRefusal(400, "field_object", field=name)
        return value


async def read_fields(request: web.Request) -> Fields:
    """Return the fields of a request's body; a body that is no JSON object is refused."""
    if request.content_type != "application/json":
        raise ApiRefusal(415, "json_only")
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise ApiRefusal(413, "body_large", n=BODY_LIMIT // 1024) from None
    return _fields(body)


async def read_form(request: web.Request) -> tuple[Fields, dict[str, bytes]]:
    """Return the fields of a request, and the files sent with it by the names of their fields.

    With files the body is `multipart/form-data`: the JSON object as the part `request` first, then a part a file.
    """
    if request.content_type != "multipart/form-data":
        return await read_fields(request), {}
    try:
        parts = await request.multipart()
        first = await parts.next()
        if not isinstance(first, BodyPartReader) or first.name != "request":
            raise ApiRefusal(400, "json_wrong")
        fields = _fields(await _read_part(first, BODY_LIMIT))
        files: dict[str, bytes] = {}
        left = FILES_LIMIT
        while (part := await parts.next()) is not None:
            if not isinstance(part, BodyPartReader) or not part.name or len(files) == _MOST_FILES:
                raise ApiRefusal(400, "json_wrong")
            files[part.name] = await _read_part(part, left)
            left -= len(files[part.name])
    except (ValueError, AssertionError):  # what aiohttp raises for a body that is no multipart after all
        raise ApiRefusal(400, "json_wrong") from None
    return fields, files


async def _read_part(part: BodyPartReader, most: int) -> bytes:
    read = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        read += chunk
        if len(read) > most:
            raise ApiRefusal(413, "body_large", n=most // 1024)
    return bytes(read)


def _fields(body: bytes) -> Fields:
    try:
        values = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ApiRefusal(400, "json_wrong") from None
    if not isinstance(values, dict):
        raise ApiRefusal(400, "json_object")
    _check_parts(values, 0)
    return Fields(values)


def query_word(request: web.Request, name: str) -> str:
    """Return a query parameter; empty if it was not sent."""
    value = request.query.get(name, "")
    if not is_storable(value):
        raise ApiRefusal(400, "text_broken")
    return value


def query_number(request: web.Request, name: str, default: int, limit: int) -> int:
    """Return a whole number from the query, between 0 and a limit."""
    value = query_word(request, name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 20) or int(value) > limit:
        raise ApiRefusal(400, "field_number", field=name, n=limit)
    return int(value)


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("not JSON")


def _check_parts(value: Any, depth: int) -> None:
    if depth > _DEPTH_LIMIT:
        raise ApiRefusal(400, "json_deep")
    if isinstance(value, str) and not is_storable(value):
        raise ApiRefusal(400, "text_broken")
    if isinstance(value, dict):
        for key, part in value.items():
            _check_parts(key, depth + 1)
            _check_parts(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            _check_parts(part, depth + 1)
