"""Who is asked, told from the settings alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from adapters.model.connection import default_address, is_default
from adapters.model.identity import identify


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:11434/v1",
        "http://LOCALHOST./v1",
        "http://model.localhost/v1",
        "http://127.0.0.1:8080/v1",
        "http://127.8.9.10",
        "http://[::1]:8080/v1",
        "http://10.0.0.7/v1",
        "http://172.16.0.1/v1",
        "http://172.31.255.255/v1",
        "https://192.168.1.20:1234/v1",
        "http://169.254.1.1/v1",
        "http://[fd00::7]/v1",
        "http://[fe80::1]/v1",
        "http://[::ffff:10.0.0.1]/v1",
    ],
)
def test_this_machine_and_a_private_network_are_local(address: str) -> None:
    identity = identify("small", "near", address, vendor="Somebody", region="EU")
    assert identity.is_local
    assert identity.recipient == "local"
    assert (identity.vendor, identity.region) == ("", "")


@pytest.mark.parametrize(
    "address",
    [
        "https://model.example.org/v1",
        "https://localhost.example.org/v1",
        "https://127.0.0.1.example.org/v1",
        "http://172.32.0.1/v1",
        "http://11.0.0.1/v1",
        "http://192.169.0.1/v1",
        "http://[2001:db8::1]/v1",
        "http://[::ffff:192.0.2.1]/v1",
        "http://2130706433/v1",
        "http://gpu.lan/v1",
        "http://notlocalhost/v1",
    ],
)
def test_any_other_name_or_address_is_a_vendors(address: str) -> None:
    assert not identify("small", "near", address).is_local


def test_a_vendor_is_named_by_the_operator_or_by_its_host() -> None:
    address = "https://ada:secret@model.example.org:8443/v1"
    assert identify("m", "e", address).recipient == "model.example.org|"
    named = identify("m", "e", address, "Example 公司", "EU")
    assert (named.recipient, named.model, named.embedding) == ("Example 公司|EU", "m", "e")


def test_without_an_address_the_librarys_own_host_is_the_vendor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "OPENAI_BASE_URL", "http://127.0.0.1/v1"
    )  # set for another program, say, and not in our settings
    default_address.cache_clear()
    identity = identify("m", "", None)
    assert not identity.is_local
    assert identity.vendor in default_address()
    assert "127.0.0.1" not in default_address()


def test_the_librarys_own_address_is_known_again() -> None:
    assert is_default(None)
    assert is_default(default_address().rstrip("/"))
    assert not is_default("http://127.0.0.1/v1")


def test_neither_the_settings_nor_the_shipped_models_load_the_library() -> None:
    script = "import sys, adapters.model.scripted, adapters.model.echo, bot.settings; print('openai' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
