"""docs/promises.md, made of the catalogue and of what a run found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tests.promises.catalogue import Chapter
from tests.promises.record import Figure
from tests.promises.verdicts import Finding, Trial, Verdict

HEAD = """# The promises to the worker

What Understudy promises whoever lets it learn from them, and what shows that it is so. `make promises` tries every
promise in full and writes this page; a broken promise, or a part that is built and that nothing shows, fails the
command. `make test` tries the same in small. What is *not built* yet says so.

"""
HOW_TO_READ = """
*Tests* counts the cases that ran; whole numbers of several cases are added up. Nobody's data is used: people and
messages are made up or made by seeded chance, what is planted is searched for before it is erased (the control), and
secrets are built while a test runs.
"""


def page(chapters: Sequence[Chapter], findings: Mapping[int, Finding], facts: Sequence[tuple[str, str]]) -> str:
    """Return the whole page. `facts` say of what the run was: its day, its seed, its versions."""
    written = HEAD + "\n".join(f"- {what}: {value}" for what, value in facts) + "\n" + HOW_TO_READ
    for chapter in chapters:
        written += f"\n## {chapter.title}\n\n| | promise | verdict | tests |\n|---|---|---|---|\n"
        written += "".join(_line(findings[promise.number]) for promise in chapter.promises)
    for chapter in chapters:
        written += "".join(_section(findings[promise.number]) for promise in chapter.promises)
    return written


def _line(finding: Finding) -> str:
    promise, tests = finding.promise, sum(trial.tests for trial in finding.trials)
    title = f"[{promise.title}](#{_anchor(f'{promise.number}. {promise.title}')})"
    return f"| {promise.number} | {title} | {_shown(finding.verdict)} | {tests or '–'} |\n"


def _section(finding: Finding) -> str:
    promise = finding.promise
    written = f"\n### {promise.number}. {promise.title}\n\n{promise.sentence}\n\n| part | verdict |\n|---|---|\n"
    written += "".join(f"| {_cell(part.says)} | {_shown(verdict)} |\n" for part, verdict in finding.parts)
    if finding.trials:
        written += "\n| what was tried | tests | figures |\n|---|---|---|\n"
        written += "".join(_row(trial) for trial in finding.trials)
    for reason in finding.broken_by:
        written += f"\nBroken: {reason}\n"
    return written


def _row(trial: Trial) -> str:
    tests = str(trial.tests)
    if trial.skipped:
        tests += f", {trial.skipped} could not run here"
    if trial.failed:
        tests += f", **{trial.failed} failed**"
    return f"| {_cell(trial.tried)} | {tests} | {_cell('; '.join(map(_figure, trial.figures)))} |\n"


def _figure(figure: Figure) -> str:
    what, value = figure
    shown = f"{value:,}" if isinstance(value, int) else f"{value:,.3g}" if isinstance(value, float) else value
    return f"{what}: {shown}"


def _shown(verdict: Verdict) -> str:
    marks = {Verdict.KEPT: "kept", Verdict.BROKEN: "**broken**"}
    return marks.get(verdict, f"*{verdict.value}*")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _anchor(heading: str) -> str:
    """The address under which a page's reader finds a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
