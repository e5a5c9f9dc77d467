"""State, time and waiting: what the page needs to keep up, and what scripts need to play."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from adapters.web import render
from adapters.web.context import context_of
from adapters.web.reading import query_number, query_word, read_fields
from adapters.web.records import UNDERSTUDY_PERSON
from adapters.web.refusals import ApiRefusal
from adapters.web.sample_team import tour_story
from adapters.web.workspace import Workspace
from bot.clock import TestClock
from bot.words import FALLBACK, Words, catalogue

_WAIT_SECONDS = 25
_TEN_YEARS = 10 * 366 * 24 * 3600
_LARGEST = 2**53
routes = web.RouteTableDef()


@routes.get("/healthz")
async def healthz(_: web.Request) -> web.Response:
    """Whether the server answers."""
    return web.json_response({"status": "ok"})


@routes.get("/api/state")
async def state(request: web.Request) -> web.Response:
    """What kind of workspace this is, where its clock stands, and how far the tour has come."""
    platform = context_of(request).platform

    def read(workspace: Workspace) -> dict[str, object]:
        is_sample = workspace.fact("is_sample") == "yes"
        return {
            "name": workspace.fact("name"),
            "rehearsal": workspace.is_rehearsal,
            "tour": workspace.fact("tour"),
            "story": tour_story() if is_sample else None,
        }

    facts = await platform.workspace.run(read)
    return web.json_response(
        {
            **facts,
            "revision": platform.changes.revision,
            "now": platform.clock.now().isoformat(),
            "test_clock": isinstance(platform.clock, TestClock),
            "understudy": render.person(UNDERSTUDY_PERSON),
        }
    )


@routes.post("/api/tour")
async def tour(request: web.Request) -> web.Response:
    """Note how far the first-run tour has come, in the page's own word."""
    fields = await read_fields(request)
    step = fields.word("tour", "", limit=40)
    await context_of(request).platform.workspace.run(lambda w: w.note("tour", step))
    return web.json_response({"tour": step})


@routes.get("/api/changes")
async def changes(request: web.Request) -> web.Response:
    """Answer with the revision once it is another than `since`, at the latest after 25 seconds (or `wait`)."""
    since = query_number(request, "since", 0, _LARGEST)
    wait = query_number(request, "wait", _WAIT_SECONDS, _WAIT_SECONDS)
    revision = await context_of(request).platform.changes.later_than(since, wait)
    return web.json_response({"revision": revision})


@routes.get("/api/idle")
async def idle(request: web.Request) -> web.Response:
    """Answer when no work is under way."""
    context = context_of(request)
    await context.telling.catch_up()
    await context.handler.settle()
    return web.json_response({"idle": True, "now": context.platform.clock.now().isoformat()})


@routes.post("/api/clock")
async def advance(request: web.Request) -> web.Response:
    """Move the test clock forward; answered when all that came due has run."""
    context = context_of(request)
    clock = context.platform.clock
    fields = await read_fields(request)
    if not isinstance(clock, TestClock):
        raise ApiRefusal(403, "no_test_clock")
    clock.advance(timedelta(seconds=fields.seconds("advance_seconds", _TEN_YEARS)))
    await context.telling.catch_up()
    await context.handler.settle()
    context.platform.changes.announce()
    return web.json_response({"now": clock.now().isoformat()})


@routes.get("/api/words")
async def words(request: web.Request) -> web.Response:
    """The page's own sentences in the language asked for, or the nearest one there is."""
    locale = Words(query_word(request, "locale") or FALLBACK).locale
    sentences = {**catalogue(FALLBACK), **catalogue(locale)}
    page = {key: sentence for key, sentence in sentences.items() if key.startswith("page.")}
    return web.json_response({"locale": locale, "words": page})
