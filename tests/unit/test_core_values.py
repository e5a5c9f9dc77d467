"""What the trust core hands from room to room cannot be changed on its way, nor given more than it says."""

from __future__ import annotations

import dataclasses
import importlib

import pytest

from tests.architecture.source import ROOT
from tests.trust_core.modules import TRUST_CORE

NAMES = [path.removesuffix(".py").replace("/", ".") for path in TRUST_CORE]


@pytest.mark.parametrize("name", NAMES)
def test_a_value_cannot_be_changed_nor_given_more_than_it_says(name: str) -> None:
    values = [v for v in vars(importlib.import_module(name)).values() if dataclasses.is_dataclass(v)]
    for value in (v for v in values if isinstance(v, type) and v.__module__ == name):
        assert value.__dataclass_params__.frozen, value  # type: ignore[attr-defined]
        assert "__dict__" not in dir(value), value


@pytest.mark.parametrize("path", TRUST_CORE)
def test_every_module_of_the_trust_core_and_the_tests_named_for_it_are_there(path: str) -> None:
    assert not [name for name in (path, *TRUST_CORE[path]) if not (ROOT / name).is_file()]
