"""Whatever is sent to the running server: a 4xx with a code and a sentence, nothing half-kept, and it goes on."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.faults.process import Reply, Running, kept, running

MARK = "quicksilver"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server in whose channel Mara's words are learnt; at its end it must have told nothing of what it was sent."""
    folder = tmp_path_factory.mktemp("input")
    with running(folder, LOG_LEVEL="debug") as started:
        started.found_team()
        started.join("MARA", "C1")
        yield started
        done = started.stop()
        assert done.code == 0
        assert "Traceback" not in done.err
        assert MARK not in done.err + done.out
    assert not [text for text in kept(folder).texts if MARK in text]


def say(bot: Running, text: Any, **more: Any) -> Reply:
    return bot.ask("POST", "/api/messages", {"as": "MARA", "channel": "C1", "text": text, **more})


WRONG_TEXTS: dict[str, tuple[Any, str]] = {
    "a megabyte": (f"{MARK} " * 90_000, "body_large"),
    "too long": (f"{MARK} " * 400, "text_long"),
    "empty": ("", "text_empty"),
    "blank": (" \n\t ", "text_empty"),
    "invisible": ("\u200b\u2060\u202e\u2066\ufeff", "text_empty"),
    "control characters": ("\x01\x02\x7f\x9b", "text_empty"),
    "NUL": (f"{MARK}\x00", "text_broken"),
    "half a surrogate pair": (f"{MARK}\ud83d", "text_broken"),
    "a number": (7, "field_text"),
    "nothing": (None, "field_text"),
    "a list": ([MARK], "field_text"),
}


@pytest.mark.parametrize("wrong", WRONG_TEXTS)
def test_a_text_that_cannot_be_kept_is_refused(bot: Running, wrong: str) -> None:
    text, code = WRONG_TEXTS[wrong]
    before = bot.get("/api/channels/C1/messages")
    assert say(bot, text).code == code
    assert bot.get("/api/channels/C1/messages") == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"as": "MARA", "channel": "C1", "text": "quicksilver',
        b'{"as": NaN}',
        b"[]",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"as": 1e999, "text": {"quicksilver": []}}',
    ],
    ids=range(9),
)
def test_a_body_that_is_no_message_is_refused(bot: Running, body: bytes) -> None:
    for path in ("/api/messages", "/api/commands", "/api/actions", "/api/people", "/api/clock"):
        assert bot.ask("POST", path, raw=body).code


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/messages", {"as": "NOBODY", "channel": "C1", "text": MARK}),
        ("/api/messages", {"as": "MARA", "channel": "quicksilver", "text": MARK}),
        ("/api/messages", {"as": "MARA", "channel": "C1", "text": MARK, "thread": "C1/yesterday"}),
        ("/api/messages", {"as": "MARA", "channel": "C1", "text": MARK, "thread": "C1/1.000001"}),
        ("/api/messages", {"as": "UNDERSTUDY", "channel": "C1", "text": MARK}),
        ("/api/commands", {"as": "MARA", "channel": "C1", "text": f"/double {MARK}"}),
        ("/api/actions", {"as": "MARA", "id": MARK, "action": "approve"}),
        ("/api/actions", {"as": "MARA", "id": MARK, "action": "undo"}),
        ("/api/actions", {"as": "MARA", "id": "'; DROP TABLE drafts; --", "action": "deny", "values": {"reason": 7}}),
        ("/api/actions", {"as": "MARA", "id": MARK, "action": "delete_message"}),
        ("/api/actions", {"as": "MARA", "id": "consent", "action": "consent", "values": {"channels": {"a": MARK}}}),
        ("/api/actions", {"as": "MARA", "id": "consent", "action": "consent", "values": {"until": "9" * 400}}),
        ("/api/actions", {"as": "MARA", "id": "forget", "action": "forget", "values": {"channels": [["C1"]]}}),
        ("/api/actions", {"as": "MARA", "id": "leave", "action": "leave", "values": {"retract": "yes"}}),
        ("/api/clock", {"advance_seconds": -1}),
        ("/api/clock", {"advance_seconds": "1"}),
        ("/api/clock", {"advance_seconds": 1e300}),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(bot: Running, path: str, body: dict[str, Any]) -> None:
    people, messages = bot.get("/api/people"), bot.get("/api/channels/C1/messages")
    assert bot.ask("POST", path, body).code
    assert (bot.get("/api/people"), bot.get("/api/channels/C1/messages")) == (people, messages)


def test_what_turns_the_reading_direction_is_taken_out_before_it_is_kept(bot: Running) -> None:
    reply = say(bot, "left \u202eright\u202c \u2066here\u2069 \x07bell\x1b[31m 你好 e\u0301 👩\u200d🌾")
    assert reply.status == 201
    shown = json.dumps(bot.post("/api/commands", **{"as": "MARA", "channel": "C1", "text": "mine"}), ensure_ascii=False)
    for text in (reply.body["text"], shown):
        assert not any(sign in text for sign in "\u202e\u202c\u2066\u2069\x07\x1b")
        assert "你好" in text
        assert "right here" in text


def test_strange_commands_are_answered(bot: Running) -> None:
    for text in (
        "mine " + "(" * 500,
        'mine "',
        "mine NEAR/5 AND OR NOT *",
        "try " + "?" * 900,
        "try \u202e",
        "ask",
        "ask @",
    ):
        reply = bot.ask("POST", "/api/commands", {"as": "MARA", "channel": "C1", "text": text})
        assert reply.status == 200 or reply.code, text


@pytest.mark.parametrize(
    "line",
    [
        b"quicksilver\r\n\r\n",
        b"GET /quicksilver HTTP/9.9\r\n\r\n",
        b"POST /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: quicksilver\r\n\r\n",
        b"GET /" + b"quicksilver" * 3_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nquicksilver: \x00\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /api/people HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    ],
    ids=range(7),
)
def test_what_is_no_http_is_refused_and_the_server_goes_on(bot: Running, line: bytes) -> None:
    address = urlsplit(bot.address)
    assert address.hostname is not None
    assert address.port is not None
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(line)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(4096)
    assert not answer or answer.split(b" ", 2)[1].startswith(b"4"), answer
    assert bot.get("/healthz") == {"status": "ok"}
