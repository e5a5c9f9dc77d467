"""What the pages say is there, is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, variable_name
from tests.architecture.source import ROOT, shown

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FIELDS = {variable_name(field): field for field in Settings.model_fields}
SETTINGS = sorted(FIELDS)
VARIABLE = rf"\b(?:{PREFIX}[A-Z_]+[A-Z]|OPENAI_[A-Z_]+[A-Z]|EMBEDDING_[A-Z]+|(?:SLACK|DISCORD)_[A-Z_]+[A-Z])\b"


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    assert not [target for target in LINK.findall(page.read_text("utf-8")) if not (page.parent / target).exists()]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_example_and_in_the_docs(name: str) -> None:
    assert re.search(rf"^# {name}=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    assert f"| `{name}` |" in (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_the_example_and_the_docs_know_no_other_setting() -> None:
    text = (ROOT / ".env.example").read_text("utf-8") + (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert set(re.findall(VARIABLE, text)) == set(SETTINGS)


def test_the_example_shows_the_defaults() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    shown_values = dict(line[2:].split("=", 1) for line in lines if re.match(rf"# {VARIABLE}=", line))
    assert shown_values.keys() == FIELDS.keys()
    settings = Settings.model_validate({FIELDS[name]: value for name, value in shown_values.items() if value})
    assert settings == Settings()


def test_the_example_sets_nothing() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    assert all(line.startswith("#") or not line for line in lines)
