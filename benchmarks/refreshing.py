"""Refreshing a profile: what a hundred new messages cost with a small log and a large one, and what a model is sent."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import islice

from adapters.model.scripted import ScriptedModel
from adapters.model.trial import TrialModel
from adapters.web.platform import LocalWorkspace
from adapters.web.records import PersonRecord
from benchmarks.figures import ROUNDS, BuiltLog, Figure, Run, median_ratio
from benchmarks.large_log import GRANTS, NOW, WORKER, built
from bot.clock import TestClock
from bot.compose import Core, compose_core
from bot.consent import Purpose
from bot.events import ActionTaken
from bot.extracting import extractions
from bot.messages import Span, by_time
from bot.model import Prompt, tokens_in
from bot.policy import Policy
from bot.ports import Transaction
from bot.refs import MessageRef
from bot.taking_up import BATCH
from bot.views import Refusal
from storage.store import SqliteStore

SMALL, LARGE = 10_000, 200_000
NEW, NEW_FOR_MODEL = 100, 1_000
READ_BEFORE = 2_000
AT_MOST = 1.2
A_ROUND = 5
A_BLOCK = 5_000
POLICY = Policy(tokens_a_day=10**9, tokens_a_day_per_worker=10**9)


def measure(run: Run) -> list[Figure]:
    """Medians of five rounds, in each of which both logs have a hundred new messages read five times, in turn."""
    logs = {size: built(run, size) for size in (SMALL, LARGE)}
    rounds = asyncio.run(_rounds(run, logs))
    new, everything = asyncio.run(_tokens(run, logs[SMALL]))
    run.note(
        f"refreshing: all but the {READ_BEFORE:,} newest messages count as read, those are read first; then {NEW} at a "
        "time, by the button: which are new, statements, claims beside those there are, the voice, the version, the "
        "entry – transactions and threads included, without a language model."
    )
    run.note(
        f"tokens: estimated (bot.model.tokens_in) over every prompt that a refresh of {NEW_FOR_MODEL:,} new messages "
        f"sent with {SMALL:,} logged, and over the prompts that would show the model all of them."
    )
    small, large = ([times[which] for times in rounds] for which in (0, 1))
    return [
        Figure(
            f"refresh of {NEW} new messages at {LARGE:,} logged, of that at {SMALL:,}",
            median_ratio(large, small),
            "times",
            ceiling=AT_MOST,
        ),
        Figure(f"  at {SMALL:,} logged", statistics.median(small), "ms"),
        Figure(f"  at {LARGE:,} logged", statistics.median(large), "ms"),
        Figure(f"model tokens for {NEW_FOR_MODEL:,} new messages", new, "tokens"),
        Figure(f"  for all {SMALL:,} again", everything, "tokens"),
        Figure("  new, of all again", new / everything, "times", ceiling=0.15),
    ]


async def _rounds(run: Run, logs: dict[int, BuiltLog]) -> list[tuple[float, float]]:
    async with _core(run, logs[SMALL], "refresh-small") as small, _core(run, logs[LARGE], "refresh-large") as large:
        houses = [(small, logs[SMALL]), (large, logs[LARGE])]
        for core, log in houses:
            run.said(f"refreshing at {len(log.said):,}: reading what was said last")
            await _prepare(core, log)
        rounds = []
        for number in range(ROUNDS + 1):
            run.said(f"refreshing: {f'round {number} of {ROUNDS}' if number else 'warming up'}")
            times = [
                [await _timed(core, log, number * A_ROUND + turn) for core, log in houses] for turn in range(A_ROUND)
            ]
            rounds.append((statistics.mean(t[0] for t in times), statistics.mean(t[1] for t in times)))
        for core, _ in houses:
            await core.stage.work.idle()
    return rounds[1:]  # the first warms up


async def _tokens(run: Run, log: BuiltLog) -> tuple[int, int]:
    """Return the tokens of the prompts that new messages were sent in, and of those that would show all of the log."""
    model = ScriptedModel(lambda _prompt: '{"notes": []}')
    async with _core(run, log, "refresh-tokens", model) as core:
        await _write(core, lambda tx: _grant(tx, model))
        await _mark(core, _refs(log, len(log.said) - NEW_FOR_MODEL, len(log.said)), read=False)
        await _refresh(core)
        await core.stage.work.idle()
        everything = await core.stage.store.read(WORKER, lambda tx: tx.messages.page(Span(), SMALL)) or ()
    batches = iter(sorted(everything, key=by_time))
    again: list[Prompt] = []
    while batch := list(islice(batches, BATCH)):
        again += [extraction.prompt for extraction in extractions(batch, WORKER.person)]
    return _tokens_of(model.prompts), _tokens_of(again)


def _tokens_of(prompts: Sequence[Prompt]) -> int:
    return sum(tokens_in(prompt.system) + tokens_in(prompt.user) for prompt in prompts)


@asynccontextmanager
async def _core(run: Run, log: BuiltLog, name: str, model: TrialModel | None = None) -> AsyncIterator[Core]:
    """Build the core over a log, and close all of it in the end."""
    platform = LocalWorkspace(run.folder / name, TestClock(NOW), 0)
    worker = PersonRecord(WORKER.person, "Worker", WORKER.person)
    await platform.workspace.run(lambda workspace: workspace.team.add_people([worker]))
    core = compose_core(SqliteStore(log.folder), TestClock(NOW), POLICY, platform, model=model)
    try:
        yield core
    finally:
        await core.stage.store.close()
        await platform.close()


async def _prepare(core: Core, log: BuiltLog) -> None:
    """Let the newest messages alone be unread, and have them read, so that there are claims and a voice."""
    await _write(core, _grant)
    await _mark(core, _refs(log, 0, len(log.said)), read=True)
    await _mark(core, _refs(log, len(log.said) - READ_BEFORE, len(log.said)), read=False)
    await _refresh(core)
    await core.stage.work.idle()


async def _timed(core: Core, log: BuiltLog, number: int) -> float:
    """Milliseconds for reading a hundred messages that were not read before."""
    start = len(log.said) - READ_BEFORE - NEW * (number + 1)
    await _mark(core, _refs(log, start, start + NEW), read=False)
    begun = time.perf_counter()
    await _refresh(core)
    return (time.perf_counter() - begun) * 1000


async def _refresh(core: Core) -> None:
    answer = await core.pipeline.act(ActionTaken(WORKER, "refresh_profile", "", {}))
    if isinstance(answer, Refusal):
        raise SystemExit(f"the refresh was refused: {answer.code}")


def _grant(tx: Transaction, model: TrialModel | None = None) -> None:
    """Let the profile be made of every channel, by the model too if there is one."""
    recipient = model.identity.recipient if model else ""
    prefix = "m" if model else "p"
    given = [replace(g, id=f"{prefix}{g.id}", purpose=Purpose.PROFILE, recipient=recipient) for g in GRANTS]
    standing = {grant.id for grant in tx.consent.all()}
    tx.consent.add([grant for grant in given if grant.id not in standing])


def _refs(log: BuiltLog, start: int, stop: int) -> list[MessageRef]:
    return [message.ref for message in log.said[start:stop]]


async def _mark(core: Core, refs: Sequence[MessageRef], *, read: bool) -> None:
    for start in range(0, len(refs), A_BLOCK):
        block = refs[start : start + A_BLOCK]
        await _write(core, lambda tx, block=block: tx.usage.mark_read(block, read=read))  # type: ignore[misc]


async def _write(core: Core, work: Callable[[Transaction], object]) -> None:
    await core.stage.store.run(WORKER, work)
