"""The container file and the service of systemd name what is there, run as nobody in particular, and hold no secret."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import Settings, variable_name
from tests.architecture.source import ROOT

CONTAINER = (ROOT / "Containerfile").read_text("utf-8")
UNIT = ROOT / "deploy" / "understudy.service"
SCRIPTS = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"])
SETTINGS = {variable_name(field) for field in Settings.model_fields}


def instructions() -> list[tuple[str, str]]:
    joined = CONTAINER.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def of(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


class Unit(ConfigParser):
    """A file of systemd's, which tells its words apart by case."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def unit() -> Unit:
    parser = Unit(strict=True, interpolation=None, delimiters=("=",))
    parser.read_string(UNIT.read_text("utf-8"))
    return parser


def test_what_is_copied_into_the_container_is_there_and_is_not_held_back() -> None:
    copied = [source for rest in of("COPY") if not rest.startswith("--from") for source in rest.split()[:-1]]
    let_through = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert copied
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}" in let_through
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]["find"]
    assert {name for name in packages["include"] if "." not in name} <= set(copied)


def test_every_package_of_the_container_has_the_hash_of_the_lock_and_no_index_is_named() -> None:
    installs = [command for rest in of("RUN") for command in rest.split("&&") if "pip install" in command]
    assert installs
    assert all("--require-hashes" in command or "--no-index" in command for command in installs)
    assert "://" not in CONTAINER
    assert {rest.split()[0] for rest in of("FROM")} == {"python:3.11-slim"}


def test_the_container_is_not_root_and_keeps_its_data_in_a_volume() -> None:
    last = [name for name, _ in instructions()]
    assert [int(user) for user in of("USER")] == [10001]
    assert last.index("USER") > max(place for place, name in enumerate(last) if name == "RUN")
    assert of("VOLUME") == ["/data"]
    assert "UNDERSTUDY_DATA=/data" in of("ENV")[0]


def test_the_container_starts_a_command_that_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    command = [part.strip(' "') for part in of("CMD")[0].strip("[]").split(",")]
    assert command[0] in SCRIPTS
    with pytest.raises(SystemExit) as ended:
        main([*command[1:], "--help"])
    assert ended.value.code == 0
    assert "usage: understudy run" in capsys.readouterr().out


def test_the_service_starts_the_same_command_in_a_folder_of_its_own() -> None:
    service = unit()["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert Path(program).name in SCRIPTS
    assert Path(program).parts[-3:-1] == (".venv", "bin")
    assert words == ["run"]
    assert service["Environment"] == f"UNDERSTUDY_DATA=/var/lib/{service['StateDirectory']}"
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"


@pytest.mark.parametrize(
    ("name", "value"),
    {
        "DynamicUser": "yes",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "CapabilityBoundingSet": "",
        "LimitCORE": "0",
        "UMask": "0077",
        "StateDirectoryMode": "0700",
        "RestartPreventExitStatus": "2",
    }.items(),
)
def test_the_service_is_shut_in(name: str, value: str) -> None:
    assert unit()["Service"][name] == value


def test_neither_holds_a_secret_or_a_setting_that_there_is_not() -> None:
    text = CONTAINER + UNIT.read_text("utf-8")
    assert set(re.findall(r"\b(?:UNDERSTUDY|SLACK|OPENAI)_[A-Z_]+", text)) == {"UNDERSTUDY_DATA"}
    assert "UNDERSTUDY_DATA" in SETTINGS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_service(tmp_path: Path) -> None:
    there = tmp_path / UNIT.name
    there.write_text(UNIT.read_text("utf-8").replace("/opt/understudy/.venv/bin/understudy", "/bin/true"), "utf-8")
    checked = subprocess.run(["systemd-analyze", "verify", str(there)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
