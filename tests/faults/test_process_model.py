"""The real process with a language model at an endpoint on loopback: what is sent when, and what a broken one costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.faults.process import MARK, Running, running, understudy

pytestmark = pytest.mark.faults
KEY = f"The {MARK} key hangs behind the tool shed door."
QUESTION = f"where does the {MARK} key hang?"
WORDED = f"The {MARK} key hangs behind the shed door."


@dataclass
class Model:
    """An endpoint that answers as it is told, and keeps what it was asked."""

    address: str = ""
    status: int = 200
    content: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str) -> Any:
        if path.endswith("/embeddings"):
            return {"object": "list", "data": [{"index": 0, "embedding": [0.6, 0.8]}], "model": "m"}
        message = {"role": "assistant", "content": self.content}
        return {
            "id": "1",
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        }


@pytest.fixture
def model() -> Iterator[Model]:
    known = Model()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

        def do_POST(self) -> None:
            known.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps(known.answer(self.path)).encode()
            self.send_response(known.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield known
    server.shutdown()
    server.server_close()
    thread.join()


def says(*sentences: str) -> str:
    body = {"answered": True, "partly": False, "sentences": [{"text": s, "rests_on": ["p1"]} for s in sentences]}
    return json.dumps(body)


def ask(bot: Running) -> dict[str, Any]:
    """Mara joins and says where the key hangs; Jonas asks her double. Return what he is told first."""
    bot.found_team()
    bot.join("MARA", "C1")
    bot.say("MARA", "C1", KEY)
    bot.say("JONAS", "C1", f"@Understudy @mara {QUESTION}")
    bot.get("/api/idle")
    (told,) = [item for item in bot.get("/api/inbox", **{"as": "JONAS"})["items"] if item["kind"] == "waiting"]
    return dict(told)


def test_a_question_goes_to_the_model_once_its_asker_says_so_and_no_word_into_the_log(
    tmp_path: Path, model: Model
) -> None:
    model.content = says(WORDED)
    with running(
        tmp_path, OPENAI_BASE_URL=model.address, OPENAI_MODEL="small-talk", OPENAI_API_KEY="sk-quite-secret"
    ) as bot:
        told = ask(bot)
        assert "small-talk" in told["text"]
        assert not model.asked, "sent before its asker went on"
        assert bot.act("JONAS", "go_on", told["id"]).status == 200
        (draft,) = bot.drafts("MARA")
        assert draft["text"] == WORDED
        assert MARK in json.dumps(model.asked)
        assert bot.act("MARA", "approve", draft["id"]).status == 200
        (reply,) = bot.replies("C1")
        assert reply["text"].startswith("Mara Lind's AI double")
        done = bot.stop()
    assert done.code == 0
    for secret in (MARK, "sk-quite-secret"):
        assert secret not in done.err
        assert secret not in done.out


@pytest.mark.sparse(6)
@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, "{}"),
        (429, "{}"),
        (401, "{}"),
        (200, "I would rather not."),
        (200, '{"answered": true, "sent'),
        (200, "x" * 3_000_000),
    ],
)
@pytest.mark.promise(19, "models that are slow, down, cut off, mad, endless, at the real process")
def test_a_broken_model_costs_the_wording_and_nothing_else(
    tmp_path: Path, model: Model, status: int, content: str
) -> None:
    model.status, model.content = status, content
    with running(tmp_path, OPENAI_BASE_URL=model.address, OPENAI_MODEL="small-talk") as bot:
        bot.act("JONAS", "go_on", ask(bot)["id"])
        (draft,) = bot.drafts("MARA")
        assert KEY in draft["text"]
        assert draft["reasons"]
        assert not bot.replies("C1")
        bot.say("MARA", "C1", "The log goes on.")
        done = bot.stop()
    assert MARK not in done.err


def test_without_a_model_named_nothing_is_sent_whatever_else_is_set(tmp_path: Path, model: Model) -> None:
    with running(tmp_path, OPENAI_BASE_URL=model.address, OPENAI_API_KEY="sk-quite-secret") as bot:
        told = ask(bot)
        assert "decides" in told["text"]
        (draft,) = bot.drafts("MARA")
        assert KEY in draft["text"]
        bot.stop()
    assert not model.asked


def test_the_doctor_asks_the_model_for_a_word_and_says_what_to_do_where_none_comes(
    tmp_path: Path, model: Model
) -> None:
    model.content = "yes"
    names = {"OPENAI_BASE_URL": model.address, "OPENAI_MODEL": "small-talk", "EMBEDDING_MODEL": "small-sense"}
    done = understudy(tmp_path, "doctor", **names)
    assert done.code == 0, done
    assert "ok    the model 'small-talk' answers, on this organisation's own machines" in done.out
    assert "ok    the model 'small-sense' answers" in done.out
    model.status = 401
    done = understudy(tmp_path, "doctor", **names)
    assert done.code == 1
    assert "FAIL  the model 'small-talk' does not take the key: check OPENAI_API_KEY" in done.out
