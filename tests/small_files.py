"""Spare files of a size and number that tests can pay, where neither is what they are about."""

from __future__ import annotations

import pytest

import storage.cover
import storage.files


def keep_few_small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let four files be kept of 256 KiB each, in place of sixteen of 1 MiB, in this process."""
    monkeypatch.setattr(storage.files, "FILES_AT_A_TIME", 4)
    monkeypatch.setattr(storage.files, "FEWEST_SPARES", 2)
    monkeypatch.setattr(storage.cover, "STEP_PAGES", 64)
