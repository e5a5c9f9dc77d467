"""Settings: what is wrong is refused with the variable's name, and a value is never told."""

from __future__ import annotations

import base64
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.pacing import BEAT
from bot.policy import Policy
from bot.settings import PREFIX, Settings, load_settings, variable_name

KEY = bytes(range(32))
ALL = {variable_name(field): field for field in Settings.model_fields}
SHARED = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL", "EMBEDDING_MODEL")


def refusal(name: str, value: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings({name: value}, None)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings({}, None)
    assert (settings.data, settings.port, settings.workspace, settings.master_key_bytes) == (
        Path("data"),
        8080,
        "sample",
        None,
    )


def test_the_defaults_are_those_of_the_policy() -> None:
    assert load_settings({}, None).policy() == Policy(beat=BEAT)


def test_every_limit_reaches_the_policy() -> None:
    policy = load_settings(
        {
            "UNDERSTUDY_WORKING_HOURS": "8:30-16:00",
            "UNDERSTUDY_WORKING_DAYS": "sun,mon-thu",
            "UNDERSTUDY_DRAFTS_A_DAY": "7",
            "UNDERSTUDY_ASKS_A_DAY": "4",
            "UNDERSTUDY_REPLIES_A_THREAD": "6",
            "UNDERSTUDY_LAPSE_AFTER_WORKING_DAYS": "3",
            "UNDERSTUDY_UNDO_SECONDS": "20",
            "UNDERSTUDY_CONSENT_DAYS": "30",
            "UNDERSTUDY_CONSENT_DAYS_MAX": "60",
            "UNDERSTUDY_FROZEN_DAYS": "9",
            "UNDERSTUDY_MODEL_TOKENS_A_DAY": "5000",
            "UNDERSTUDY_MODEL_TOKENS_A_DAY_PER_WORKER": "3000",
            "UNDERSTUDY_PROFILE_AFTER_MESSAGES": "7",
            "UNDERSTUDY_PROFILE_COOLDOWN_HOURS": "24",
            "UNDERSTUDY_PROFILE_QUIET_MINUTES": "5",
        },
        None,
    ).policy()
    assert (policy.hours.opens, policy.hours.closes) == (time(8, 30), time(16))
    assert policy.hours.days == {6, 0, 1, 2, 3}
    assert (policy.drafts_a_day, policy.asks_a_day, policy.lapse_after_working_days) == (7, 4, 3)
    assert policy.replies_a_thread == 6
    assert policy.undo == timedelta(seconds=20)
    assert (policy.consent_days, policy.consent_days_max, policy.frozen) == (30, 60, timedelta(days=9))
    assert (policy.tokens_a_day, policy.tokens_a_day_per_worker, policy.profile_after_messages) == (5000, 3000, 7)
    assert (policy.profile_cooldown, policy.profile_quiet) == (timedelta(days=1), timedelta(minutes=5))


@pytest.mark.parametrize("days", ["sat-mon", "mon, sat,SUN"])
def test_a_range_of_days_may_run_over_sunday(days: str) -> None:
    assert load_settings({"UNDERSTUDY_WORKING_DAYS": days}, None).working_days == {5, 6, 0}


@pytest.mark.parametrize("port", ["0", "65535"])
def test_any_port_may_be_asked_for(port: str) -> None:
    assert load_settings({"UNDERSTUDY_PORT": port}, None).port == int(port)


@pytest.mark.parametrize(
    "written", [KEY.hex(), KEY.hex().upper(), base64.b64encode(KEY).decode(), base64.urlsafe_b64encode(KEY).decode()]
)
def test_a_master_key_is_read_as_hexadecimal_or_base64(written: str) -> None:
    settings = load_settings({"UNDERSTUDY_MASTER_KEY": written}, None)
    assert settings.master_key_bytes == KEY
    assert written not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UNDERSTUDY_PORT", "65536"),
        ("UNDERSTUDY_PORT", "-1"),
        ("UNDERSTUDY_PORT", "eighty-eighty"),
        ("UNDERSTUDY_DATA", "a\0b"),
        ("UNDERSTUDY_MASTER_KEY", KEY.hex()[:-2]),
        ("UNDERSTUDY_MASTER_KEY", "correct horse battery staple"),
        ("UNDERSTUDY_MASTER_KEY", "schlüssel" * 4),
        ("UNDERSTUDY_WORKSPACE", "real"),
        ("UNDERSTUDY_WORKING_HOURS", "18:00-09:00"),
        ("UNDERSTUDY_WORKING_HOURS", "09:00-09:00"),
        ("UNDERSTUDY_WORKING_HOURS", "09:00-25:00"),
        ("UNDERSTUDY_WORKING_HOURS", "9-5"),
        ("UNDERSTUDY_WORKING_DAYS", "weekdays"),
        ("UNDERSTUDY_WORKING_DAYS", "mon-"),
        ("UNDERSTUDY_WORKING_DAYS", "mon-wed-fri"),
        ("UNDERSTUDY_DRAFTS_A_DAY", "0"),
        ("UNDERSTUDY_ASKS_A_DAY", "2.5"),
        ("UNDERSTUDY_LAPSE_AFTER_WORKING_DAYS", "11"),
        ("UNDERSTUDY_UNDO_SECONDS", "0"),
        ("UNDERSTUDY_CONSENT_DAYS", "366"),
        ("UNDERSTUDY_CONSENT_DAYS_MAX", "100000"),
        ("UNDERSTUDY_TIME_ZONE", "Europe"),
        ("UNDERSTUDY_TIME_ZONE", "Mars/Olympus_Mons"),
        ("UNDERSTUDY_TIME_ZONE", "../etc/passwd"),
        ("UNDERSTUDY_LOCALE", "tlh"),
        ("UNDERSTUDY_LOG_LEVEL", "chatty"),
        ("OPENAI_BASE_URL", "model.example.org/v1"),
        ("OPENAI_BASE_URL", "ftp://model.example.org"),
        ("OPENAI_BASE_URL", "https://ada:secret@model.example.org/v1"),
        ("OPENAI_BASE_URL", "https://model.example.org/v1?key=secret"),
        ("OPENAI_BASE_URL", "https://model.example.org:65536/v1"),
        ("OPENAI_BASE_URL", "https://"),
        ("OPENAI_API_KEY", "two words"),
        ("OPENAI_API_KEY", "clé"),
        ("OPENAI_API_KEY", "one\nX-Other: two"),
        ("OPENAI_MODEL", "m" * 201),
        ("OPENAI_MODEL", "one\ntwo"),
        ("EMBEDDING_MODEL", "one\ttwo"),
        ("UNDERSTUDY_MODEL_VENDOR", "v" * 61),
        ("UNDERSTUDY_MODEL_VENDOR", "one|two"),
        ("UNDERSTUDY_MODEL_REGION", "one\ntwo"),
        ("UNDERSTUDY_MODEL_TIMEOUT_SECONDS", "4"),
        ("UNDERSTUDY_MODEL_TIMEOUT_SECONDS", "301"),
        ("UNDERSTUDY_MODEL_TOKENS_A_DAY", "999"),
        ("UNDERSTUDY_MODEL_TOKENS_A_DAY_PER_WORKER", "100000001"),
        ("UNDERSTUDY_PROFILE_AFTER_MESSAGES", "0"),
        ("UNDERSTUDY_PROFILE_COOLDOWN_HOURS", "169"),
        ("UNDERSTUDY_PROFILE_QUIET_MINUTES", "0"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_never_told(name: str, value: str) -> None:
    expected = Settings.model_fields[ALL[name]].description
    assert refusal(name, value) == f"{name} must be {expected}"


@pytest.mark.parametrize("name", sorted(name for name in ALL if name.startswith(PREFIX)))
def test_an_empty_value_is_refused(name: str) -> None:
    assert refusal(name, " ") == f"{name} is empty: give it a value or leave it out"


def test_an_unknown_setting_is_refused_with_the_one_that_may_be_meant() -> None:
    sentence = refusal("UNDERSTUDY_PROT", "0")
    assert sentence == "there is no setting 'UNDERSTUDY_PROT', perhaps UNDERSTUDY_PORT is meant"


@pytest.mark.parametrize("name", ["understudy_port", "UNDERSTUDY_", "UNDERSTUDY_LABEL", "UNDERSTUDY_AUTOMATIC"])
def test_a_name_that_only_looks_like_a_setting_is_refused(name: str) -> None:
    assert f"there is no setting {name!r}" in refusal(name, "1")


@pytest.mark.parametrize("name", SHARED)
def test_an_empty_variable_that_other_programs_know_counts_as_unset(name: str, tmp_path: Path) -> None:
    assert load_settings({name: " "}, None) == load_settings({}, None)
    file = tmp_path / ".env"
    file.write_text(f"{name}=https://model.example.org/v1\n", "utf-8")
    assert load_settings({name: ""}, file) == load_settings({name: "https://model.example.org/v1"}, None)


@pytest.mark.parametrize("name", ["OPENAI_ORG_ID", "OPENAI_LOG", "openai_model", "EMBEDDING_MODEL_DIR"])
def test_other_variables_of_the_models_library_are_ignored(name: str) -> None:
    assert load_settings({name: "x"}, None) == load_settings({}, None)


def test_a_key_and_an_address_alone_make_no_model() -> None:
    assert load_settings({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, None).model() is None


@pytest.mark.parametrize("name", ["OPENAI_MODEL", "EMBEDDING_MODEL"])
def test_one_name_makes_a_model(name: str) -> None:
    model = load_settings({name: " small "}, None).model()
    assert model is not None
    assert sorted([model.model, model.embedding]) == ["", "small"]


def test_all_that_a_model_is_built_from_is_handed_over_and_the_key_is_not_shown() -> None:
    settings = load_settings(
        {
            "OPENAI_MODEL": "large",
            "EMBEDDING_MODEL": "near",
            "OPENAI_BASE_URL": "https://model.example.org:8443/v1",
            "OPENAI_API_KEY": " quicksilver ",
            "UNDERSTUDY_MODEL_VENDOR": "Example 公司",
            "UNDERSTUDY_MODEL_REGION": "EU",
            "UNDERSTUDY_MODEL_TIMEOUT_SECONDS": "30",
        },
        None,
    )
    model = settings.model()
    assert model is not None
    assert (model.model, model.embedding, model.base_url) == ("large", "near", "https://model.example.org:8443/v1")
    assert (model.vendor, model.region, model.timeout_seconds) == ("Example 公司", "EU", 30)
    assert model.api_key is not None
    assert model.api_key.get_secret_value() == "quicksilver"
    assert "quicksilver" not in repr(settings) + repr(model)


def test_other_variables_are_nobodys_business(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DATABASE_URL=x\n", "utf-8")
    assert load_settings({"PATH": "/bin", "PORT": "none"}, file) == load_settings({}, None)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('# ours\nUNDERSTUDY_PORT=1001\nexport UNDERSTUDY_DATA="my $HOME"\n', "utf-8")
    settings = load_settings({"UNDERSTUDY_PORT": "1002"}, file)
    assert (settings.port, settings.data) == (1002, Path("my $HOME"))


def test_the_process_environment_is_not_read_behind_the_callers_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_PORT", "1003")
    assert load_settings({}, None).port == 8080


def test_a_missing_file_is_no_error(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path / ".env") == load_settings({}, None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"UNDERSTUDY_PROT=1\n", "there is no setting 'UNDERSTUDY_PROT', perhaps UNDERSTUDY_PORT is meant"),
        (b"UNDERSTUDY_PORT\n", "UNDERSTUDY_PORT is empty: give it a value or leave it out"),
        (b"UNDERSTUDY_PORT=x1\n", "UNDERSTUDY_PORT must be a port number from 0 to 65535, 0 for any that is free"),
        (b"# fine\nsecret words = of mine = 1 '\n", "line 2 of '.env' is no NAME=value"),
        (b"UNDERSTUDY_DATA=\xff\xfe\n", "the settings file '.env' cannot be read as UTF-8 text"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings({}, file)
    assert str(caught.value) == expected


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({}, tmp_path / ".env")
