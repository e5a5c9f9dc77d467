"""Settings of platforms: one whole way to Slack or none, and a sentence that says what to do about the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load_settings, variable_name

MARK = "quicksilver"
BOT = f"xoxb-1111-2222-{MARK}"
APP = f"xapp-1-A111-2222-{MARK}"
SECRET = MARK + "0" * 21
WAYS = "SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET and SLACK_PORT for HTTP"
CHOICE = "keep the first for Socket Mode, the second for HTTP"
SOCKET = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}
HTTP = {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SECRET, "SLACK_PORT": "3000"}
TOKEN = f"MTQwMDAw.G-x_1a.{MARK}_-0000"
WORD = "developer-policy-on-profiling-users"
DISCORD = {"DISCORD_TOKEN": TOKEN, "DISCORD_ENABLED": "true", "DISCORD_ACKNOWLEDGED": WORD}
FORBIDS = "Discord's Developer Policy forbids profiling its users, and the README says what follows"
OFF = (
    "DISCORD_TOKEN is set, but Discord stays off: read in the README why, then set DISCORD_ENABLED=true and "
    f"DISCORD_ACKNOWLEDGED={WORD}"
)


def refusal(given: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(given, None)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_without_slack_the_local_workspace_runs() -> None:
    settings = load_settings({}, None)
    assert settings.slack() is None
    assert settings.runs_local


def test_two_tokens_make_socket_mode() -> None:
    settings = load_settings({"SLACK_BOT_TOKEN": f" {BOT} ", "SLACK_APP_TOKEN": f"{APP}\n"}, None)
    slack = settings.slack()
    assert slack is not None
    assert slack.app_token is not None
    assert (slack.bot_token.get_secret_value(), slack.app_token.get_secret_value()) == (BOT, APP)
    assert (slack.is_http, slack.signing_secret, slack.api_url, slack.shows_names) == (False, None, None, False)


def test_a_secret_and_a_port_make_http() -> None:
    slack = load_settings({**HTTP, "SLACK_HOST": " 0.0.0.0 ", "SLACK_NAMES": "true"}, None).slack()
    assert slack is not None
    assert slack.signing_secret is not None
    assert slack.signing_secret.get_secret_value() == SECRET
    assert (slack.is_http, slack.app_token, slack.host, slack.port) == (True, None, "0.0.0.0", 3000)
    assert slack.shows_names


def test_over_http_it_listens_on_this_machine_alone_unless_told_otherwise() -> None:
    slack = load_settings(HTTP, None).slack()
    assert slack is not None
    assert slack.host == "127.0.0.1"


@pytest.mark.parametrize("given", [SOCKET, HTTP, DISCORD])
def test_no_secret_is_ever_shown(given: dict[str, str]) -> None:
    settings = load_settings(given, None)
    assert "quicksilver" not in repr(settings) + str(settings) + repr(settings.slack()) + repr(settings.discord())


@pytest.mark.parametrize("local", [None, "auto", "on", "off"])
@pytest.mark.parametrize("given", [{}, SOCKET, HTTP, DISCORD, {**SOCKET, **DISCORD}])
def test_the_local_workspace_runs_where_asked_for_or_where_nothing_else_does(
    local: str | None, given: dict[str, str]
) -> None:
    asked = {**given, "UNDERSTUDY_LOCAL": local} if local else given
    if local == "off" and not given:
        assert refusal(asked) == (
            "UNDERSTUDY_LOCAL is off and no other platform is set: add SLACK_BOT_TOKEN, or leave it out"
        )
    else:
        assert load_settings(asked, None).runs_local == (local == "on" or (not given and local != "off"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1111-quicksilver"),
        ("SLACK_BOT_TOKEN", "xoxe.xoxb-1-quicksilver"),
        ("SLACK_BOT_TOKEN", "xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-1111 quicksilver"),
        ("SLACK_BOT_TOKEN", "xoxb-1111\nX-Other: quicksilver"),
        ("SLACK_BOT_TOKEN", "xoxb-ключ"),
        ("SLACK_APP_TOKEN", "xoxb-1111-quicksilver"),
        ("SLACK_APP_TOKEN", "xapp-"),
        ("SLACK_SIGNING_SECRET", "xapp-1-quicksilver-0000"),
        ("SLACK_SIGNING_SECRET", "quicksilver"),
        ("SLACK_PORT", "65536"),
        ("SLACK_PORT", "-1"),
        ("SLACK_PORT", "quicksilver"),
        ("SLACK_HOST", "quick silver"),
        ("SLACK_HOST", "http://127.0.0.1"),
        ("SLACK_API_URL", "slack.example.org/api/"),
        ("SLACK_API_URL", "http://slack.example.org/api/"),
        ("SLACK_API_URL", "http://localhost.example.org/api/"),
        ("SLACK_API_URL", "https://ada:quicksilver@slack.example.org/api/"),
        ("SLACK_API_URL", "https://slack.example.org/api/?token=quicksilver"),
        ("SLACK_NAMES", "quicksilver"),
        ("DISCORD_TOKEN", "quicksilver"),
        ("DISCORD_TOKEN", "one.two"),
        ("DISCORD_TOKEN", "one..quicksilver"),
        ("DISCORD_TOKEN", "Bot one.two.quicksilver"),
        ("DISCORD_TOKEN", "one.two.quick\nX-Other: silver"),
        ("DISCORD_ENABLED", "quicksilver"),
        ("DISCORD_ACKNOWLEDGED", "true"),
        ("DISCORD_ACKNOWLEDGED", "yes, quicksilver"),
        ("DISCORD_ACKNOWLEDGED", "Developer-Policy-16-Profiling-Users"),
        ("DISCORD_API_URL", "http://discord.example.org/api/v10"),
        ("DISCORD_API_URL", "https://ada:quicksilver@discord.example.org/api/v10"),
        ("DISCORD_GATEWAY_URL", "https://gateway.example.org/"),
        ("DISCORD_GATEWAY_URL", "ws://gateway.example.org/"),
        ("DISCORD_GATEWAY_URL", "wss://gateway.example.org/?token=quicksilver"),
        ("DISCORD_GATEWAY_URL", "wss://ada:quicksilver@gateway.example.org/"),
        ("DISCORD_WEB_URL", "discord.example.org"),
        ("UNDERSTUDY_LOCAL", "quicksilver"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_never_told(name: str, value: str) -> None:
    fields = {variable_name(field): field for field in Settings.model_fields}
    assert refusal({**SOCKET, name: value}) == f"{name} must be {Settings.model_fields[fields[name]].description}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://slack-gov.example.org/api", "https://slack-gov.example.org/api/"),
        ("https://slack-gov.example.org/api/", "https://slack-gov.example.org/api/"),
        ("http://127.0.0.1:4001/api/", "http://127.0.0.1:4001/api/"),
        ("http://[::1]:4001", "http://[::1]:4001/"),
    ],
)
def test_another_cloud_is_reached_over_tls_or_on_this_machine(written: str, read: str) -> None:
    slack = load_settings({**SOCKET, "SLACK_API_URL": written}, None).slack()
    assert slack is not None
    assert slack.api_url == read


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"SLACK_BOT_TOKEN": BOT},
            f"SLACK_BOT_TOKEN is set alone: add {WAYS}",
        ),
        (
            {"SLACK_APP_TOKEN": APP},
            "SLACK_APP_TOKEN is set without SLACK_BOT_TOKEN: add the token that begins with xoxb-",
        ),
        (
            {"SLACK_SIGNING_SECRET": SECRET},
            "SLACK_SIGNING_SECRET is set without SLACK_BOT_TOKEN: add the token that begins with xoxb-",
        ),
        (
            {**SOCKET, "SLACK_SIGNING_SECRET": SECRET},
            f"SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: {CHOICE}",
        ),
        (
            {**SOCKET, "SLACK_PORT": "0"},
            f"SLACK_APP_TOKEN and SLACK_PORT are both set: {CHOICE}",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SECRET},
            "SLACK_SIGNING_SECRET is set without SLACK_PORT: add the port that Slack's requests are led to",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT, "SLACK_PORT": "3000"},
            "SLACK_PORT is set without SLACK_SIGNING_SECRET: add the secret that Slack signs its requests with",
        ),
    ],
)
def test_both_ways_or_half_of_one_is_refused_with_what_to_do(given: dict[str, str], sentence: str) -> None:
    assert refusal(given) == sentence


@pytest.mark.parametrize("name", ["SLACK_PORT", "SLACK_HOST", "SLACK_API_URL", "SLACK_NAMES"])
def test_what_other_programs_say_about_slack_is_nothing_without_a_token(name: str) -> None:
    value = {"SLACK_PORT": "1", "SLACK_HOST": "::1", "SLACK_API_URL": "https://a.example/", "SLACK_NAMES": "true"}[name]
    settings = load_settings({name: value}, None)
    assert settings.slack() is None
    assert settings.runs_local


def test_an_empty_token_counts_as_not_set(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"SLACK_BOT_TOKEN={BOT}\nSLACK_APP_TOKEN={APP}\n", "utf-8")
    assert load_settings({"SLACK_BOT_TOKEN": " ", "SLACK_APP_TOKEN": ""}, None).slack() is None
    assert load_settings({"SLACK_BOT_TOKEN": " "}, file).slack() is not None


# ---------------------------------------------------------------- Discord


def test_a_token_a_switch_and_an_acknowledgement_together_switch_discord_on() -> None:
    settings = load_settings({**DISCORD, "DISCORD_TOKEN": f" {TOKEN}\n", "DISCORD_ACKNOWLEDGED": f"{WORD} "}, None)
    discord = settings.discord()
    assert discord is not None
    assert discord.token.get_secret_value() == TOKEN
    assert (discord.api_url, discord.gateway_url, discord.web_url) == (None, None, None)
    assert settings.what_stays_off == ""
    assert not settings.runs_local


@pytest.mark.parametrize("more", [{}, {"DISCORD_ENABLED": "false"}, {"DISCORD_ACKNOWLEDGED": WORD}])
def test_a_token_alone_starts_nothing_and_says_so(more: dict[str, str]) -> None:
    settings = load_settings({"DISCORD_TOKEN": TOKEN, **more}, None)
    assert settings.discord() is None
    assert settings.runs_local
    assert settings.what_stays_off == OFF


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"DISCORD_TOKEN": TOKEN, "DISCORD_ENABLED": "true"},
            f"DISCORD_ENABLED is true without DISCORD_ACKNOWLEDGED={WORD}: {FORBIDS}",
        ),
        (
            {"DISCORD_ENABLED": "true", "DISCORD_ACKNOWLEDGED": WORD},
            "DISCORD_ENABLED is true without DISCORD_TOKEN: add the token from Bot in Discord's developer portal",
        ),
        (
            {"DISCORD_TOKEN": TOKEN, "UNDERSTUDY_LOCAL": "off"},
            f"UNDERSTUDY_LOCAL is off and no other platform is set: add SLACK_BOT_TOKEN, or leave it out; {OFF}",
        ),
    ],
)
def test_discord_switched_on_by_half_is_refused_with_what_to_do(given: dict[str, str], sentence: str) -> None:
    assert refusal(given) == sentence


def test_without_a_token_nothing_is_said_of_discord() -> None:
    settings = load_settings({"DISCORD_ACKNOWLEDGED": WORD, "DISCORD_API_URL": "https://a.example/api/v10"}, None)
    assert (settings.discord(), settings.what_stays_off, settings.runs_local) == (None, "", True)
    assert load_settings({"DISCORD_TOKEN": " ", "DISCORD_ENABLED": ""}, None).discord() is None


def test_another_discord_is_reached_over_tls_or_on_this_machine() -> None:
    near = {
        "DISCORD_API_URL": "http://127.0.0.1:4001/api/v10/",
        "DISCORD_GATEWAY_URL": " ws://127.0.0.1:4001/gateway/ ",
        "DISCORD_WEB_URL": "http://[::1]:4001/",
    }
    far = {
        "DISCORD_API_URL": "https://discord.example.org/api/v10",
        "DISCORD_GATEWAY_URL": "wss://gateway.example.org/",
        "DISCORD_WEB_URL": "https://discord.example.org",
    }
    for given in (near, far):
        discord = load_settings({**DISCORD, **given}, None).discord()
        assert discord is not None
        assert (discord.api_url, discord.gateway_url, discord.web_url) == (
            given["DISCORD_API_URL"].rstrip("/"),
            given["DISCORD_GATEWAY_URL"].strip(),
            given["DISCORD_WEB_URL"].rstrip("/"),
        )
