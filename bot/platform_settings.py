"""Which chat platforms Understudy is on, and with what tokens. Half of a platform's settings is refused, with a remedy.

A part of `bot.settings`, where the rules of reading them stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from bot.setting_values import guarded_address, guarded_socket, sendable

_HOST = re.compile(r"[0-9A-Za-z.:_-]{1,253}")
_TOKEN_BODY = re.compile(r"[0-9A-Za-z-]+")
_SIGNING_SECRET = re.compile(r"[0-9A-Za-z]{16,128}")
_DISCORD_TOKEN = re.compile(r"[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+")

ACKNOWLEDGEMENT = "developer-policy-on-profiling-users"
"""What an operator writes who has read what Discord's Developer Policy forbids: profiling its users."""

_AN_ADDRESS = "an https:// address, or an http:// one of this machine, without a name, a password or a query"


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What Slack is spoken to with: over Socket Mode with an app token, over HTTP with a signing secret and a port.

    `api_url` None is the SDK's own address; a given one ends with a slash. `shows_names`: post under the double's name.
    """

    bot_token: SecretStr
    app_token: SecretStr | None
    signing_secret: SecretStr | None
    host: str
    port: int
    api_url: str | None
    shows_names: bool

    @property
    def is_http(self) -> bool:
        """Whether Slack reaches us by HTTP requests, and not through a socket that we open."""
        return self.app_token is None


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """What Discord is spoken to with. An address that is None is the usual one; none ends with a slash."""

    token: SecretStr
    api_url: str | None
    gateway_url: str | None
    web_url: str | None


class PlatformSettings(BaseSettings):
    """The settings of chat platforms; a part of `bot.settings.Settings`."""

    local: Literal["auto", "on", "off"] = Field(default="auto", description="auto, on or off")
    slack_bot_token: SecretStr | None = Field(
        default=None, description="the Slack app's bot token, which begins with xoxb-"
    )
    slack_app_token: SecretStr | None = Field(
        default=None, description="the Slack app's app-level token, which begins with xapp-"
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="the Slack app's signing secret, letters and digits alone"
    )
    slack_host: str = Field(
        default="127.0.0.1", description="an address of this machine to listen on, such as 127.0.0.1"
    )
    slack_port: int | None = Field(
        default=None, ge=0, le=65535, description="a port number from 0 to 65535, 0 for any that is free"
    )
    slack_api_url: str | None = Field(default=None, description=_AN_ADDRESS)
    slack_names: bool = Field(default=False, description="true or false")
    discord_token: SecretStr | None = Field(
        default=None, description="the Discord bot's token, three parts with dots between them"
    )
    discord_enabled: bool = Field(default=False, description="true or false")
    discord_acknowledged: Literal["", "developer-policy-on-profiling-users"] = Field(
        default="",
        description=f"{ACKNOWLEDGEMENT}, word for word, from whoever has read in the README what Discord's "
        "Developer Policy forbids",
    )
    discord_api_url: str | None = Field(default=None, description=_AN_ADDRESS)
    discord_gateway_url: str | None = Field(
        default=None,
        description="a wss:// address, or a ws:// one of this machine, without a name, a password or a query",
    )
    discord_web_url: str | None = Field(default=None, description=_AN_ADDRESS)

    @field_validator("slack_bot_token", mode="after")
    @classmethod
    def _bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _begins(token, "xoxb-")

    @field_validator("slack_app_token", mode="after")
    @classmethod
    def _app_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _begins(token, "xapp-")

    @field_validator("slack_signing_secret", mode="after")
    @classmethod
    def _secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is None:
            return None
        written = sendable(secret.get_secret_value())
        if not _SIGNING_SECRET.fullmatch(written):
            raise ValueError
        return SecretStr(written)

    @field_validator("slack_host", mode="after")
    @classmethod
    def _host_name(cls, host: str) -> str:
        if not _HOST.fullmatch(host.strip()):
            raise ValueError
        return host.strip()

    @field_validator("slack_api_url", mode="after")
    @classmethod
    def _api(cls, address: str | None) -> str | None:
        return None if address is None else guarded_address(address).rstrip("/") + "/"

    @field_validator("discord_token", mode="after")
    @classmethod
    def _discord_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None:
            return None
        written = token.get_secret_value().strip()
        if not _DISCORD_TOKEN.fullmatch(written):
            raise ValueError
        return SecretStr(written)

    @field_validator("discord_acknowledged", mode="before")
    @classmethod
    def _word(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("discord_api_url", "discord_web_url", mode="after")
    @classmethod
    def _discord_address(cls, address: str | None) -> str | None:
        return None if address is None else guarded_address(address).rstrip("/")

    @field_validator("discord_gateway_url", mode="after")
    @classmethod
    def _gateway(cls, address: str | None) -> str | None:
        return None if address is None else guarded_socket(address)

    @property
    def runs_local(self) -> bool:
        """Whether the local workspace runs: if asked for, and by itself where there is no other platform."""
        return self.local == "on" or (self.local == "auto" and not self._has_another)

    @property
    def _has_another(self) -> bool:
        return self.slack() is not None or self.discord() is not None

    def slack(self) -> SlackSettings | None:
        """Return what Slack is spoken to with; None if no bot token is set, whatever else is."""
        if self.slack_bot_token is None:
            return None
        return SlackSettings(
            bot_token=self.slack_bot_token,
            app_token=self.slack_app_token,
            signing_secret=self.slack_signing_secret,
            host=self.slack_host,
            port=self.slack_port or 0,
            api_url=self.slack_api_url,
            shows_names=self.slack_names,
        )

    def discord(self) -> DiscordSettings | None:
        """Return what Discord is spoken to with; None unless it was switched on and its policy acknowledged."""
        if self.discord_token is None or not self.discord_enabled or not self.discord_acknowledged:
            return None
        return DiscordSettings(
            token=self.discord_token,
            api_url=self.discord_api_url,
            gateway_url=self.discord_gateway_url,
            web_url=self.discord_web_url,
        )

    @property
    def what_stays_off(self) -> str:
        """Say that Discord stays off although a token is there, and what switches it on; empty where that is not so."""
        if self.discord_token is None or self.discord_enabled:
            return ""
        how = f"set DISCORD_ENABLED=true and DISCORD_ACKNOWLEDGED={ACKNOWLEDGEMENT}"
        return f"DISCORD_TOKEN is set, but Discord stays off: read in the README why, then {how}"

    def lack_of_platforms(self) -> str:
        """Say what is missing or too much in the settings of platforms, and what to do; empty where all is well."""
        if lack := self._lack_of_slack() or self._lack_of_discord():
            return lack
        if self.local == "off" and not self._has_another:
            also = f"; {self.what_stays_off}" if self.what_stays_off else ""
            return f"UNDERSTUDY_LOCAL is off and no other platform is set: add SLACK_BOT_TOKEN, or leave it out{also}"
        return ""

    def _lack_of_discord(self) -> str:
        if not self.discord_enabled:
            return ""
        if self.discord_token is None:
            return "DISCORD_ENABLED is true without DISCORD_TOKEN: add the token from Bot in Discord's developer portal"
        if not self.discord_acknowledged:
            forbids = "Discord's Developer Policy forbids profiling its users, and the README says what follows"
            return f"DISCORD_ENABLED is true without DISCORD_ACKNOWLEDGED={ACKNOWLEDGEMENT}: {forbids}"
        return ""

    def _lack_of_slack(self) -> str:
        app, secret, port = self.slack_app_token, self.slack_signing_secret, self.slack_port
        if self.slack_bot_token is None:
            given = "SLACK_APP_TOKEN" if app is not None else "SLACK_SIGNING_SECRET" if secret is not None else ""
            return f"{given} is set without SLACK_BOT_TOKEN: add the token that begins with xoxb-" if given else ""
        if app is not None and (secret is not None or port is not None):
            other = "SLACK_SIGNING_SECRET" if secret is not None else "SLACK_PORT"
            return f"SLACK_APP_TOKEN and {other} are both set: keep the first for Socket Mode, the second for HTTP"
        if app is None and secret is None and port is None:
            ways = "SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET and SLACK_PORT for HTTP"
            return f"SLACK_BOT_TOKEN is set alone: add {ways}"
        if app is None and port is None:
            return "SLACK_SIGNING_SECRET is set without SLACK_PORT: add the port that Slack's requests are led to"
        if app is None and secret is None:
            return "SLACK_PORT is set without SLACK_SIGNING_SECRET: add the secret that Slack signs its requests with"
        return ""


SHARED_BY_PLATFORMS = frozenset(
    name for name in PlatformSettings.model_fields if name.startswith(("slack_", "discord_"))
)
"""Settings that bear the platform's own name and no prefix of ours; an empty one counts as not set."""


def _begins(token: SecretStr | None, prefix: str) -> SecretStr | None:
    if token is None:
        return None
    written = sendable(token.get_secret_value())
    if not written.startswith(prefix) or not _TOKEN_BODY.fullmatch(written.removeprefix(prefix)):
        raise ValueError
    return SecretStr(written)
