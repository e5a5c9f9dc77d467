"""What an operator may set, read from the environment and from a `.env` file, and refused whole if any of it is wrong.

Each setting's description says what is expected; it stands in the error sentence too, so that it is written once. An
error names the variable and never its value, for a value may be a key.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError
from bot.pacing import BEAT
from bot.phone_numbers import DEFAULT_REGIONS, known_regions
from bot.platform_settings import SHARED_BY_PLATFORMS, PlatformSettings
from bot.policy import Policy
from bot.schedule import WorkingHours
from bot.setting_values import day_numbers, hours_of_a_day, key_bytes, plain_address, sendable
from bot.words import shipped_locales

PREFIX = "UNDERSTUDY_"
KEY_BYTES = 32
_MOST_TOKENS = 100_000_000
_A_NAME = "one line of at most {} characters"
_TOKENS = "a whole number from 1000 to 100000000"

_SHARED = SHARED_BY_PLATFORMS | {"openai_base_url", "openai_api_key", "openai_model", "embedding_model"}
"""Settings without our prefix: other programs know these variables too, and export them empty where they mean none."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """What a language model is built from. `base_url` None is the library's own; one of the two names may be empty."""

    model: str
    embedding: str
    base_url: str | None
    api_key: SecretStr | None
    vendor: str
    region: str
    timeout_seconds: int


class Settings(PlatformSettings):
    """Every setting, checked; `load_settings` is the way to get one."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    data: Path = Field(default=Path("data"), description="a folder that Understudy may write to")
    port: int = Field(default=8080, ge=0, le=65535, description="a port number from 0 to 65535, 0 for any that is free")
    master_key: SecretStr | None = Field(default=None, description="32 bytes, as 64 hexadecimal digits or as base64")
    new_master_key: SecretStr | None = Field(
        default=None, description="32 bytes, as 64 hexadecimal digits or as base64"
    )
    backup_folder: Path | None = Field(default=None, description="a folder that Understudy may write to")
    workspace: Literal["sample", "empty"] = Field(default="sample", description="sample or empty")
    working_hours: tuple[time, time] = Field(
        default=(time(9), time(18)), description="two times of one day with a hyphen between them, such as 09:00-18:00"
    )
    working_days: frozenset[int] = Field(
        default=frozenset(range(5)), description="days of the week, such as mon-fri or sun,mon-thu"
    )
    drafts_a_day: int = Field(default=5, ge=1, le=100, description="a whole number from 1 to 100")
    asks_a_day: int = Field(default=3, ge=1, le=100, description="a whole number from 1 to 100")
    replies_a_thread: int = Field(default=5, ge=1, le=100, description="a whole number from 1 to 100")
    guests: bool = Field(default=False, description="true or false")
    lapse_after_working_days: int = Field(default=2, ge=1, le=10, description="a whole number from 1 to 10")
    undo_seconds: int = Field(default=10, ge=1, le=60, description="a whole number of seconds from 1 to 60")
    consent_days: int = Field(
        default=90, ge=1, description="a whole number from 1 to what UNDERSTUDY_CONSENT_DAYS_MAX allows"
    )
    consent_days_max: int = Field(default=365, ge=1, le=730, description="a whole number from 1 to 730")
    frozen_days: int = Field(default=30, ge=1, le=365, description="a whole number of days from 1 to 365")
    time_zone: str = Field(default="UTC", description="a time zone by its IANA name, such as Europe/Berlin")
    locale: str = Field(default="en", description=f"a language that Understudy speaks: {', '.join(shipped_locales())}")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error"
    )

    openai_base_url: str | None = Field(
        default=None,
        description="an address that begins with http:// or https://, without a name, a password or a query in it",
    )
    openai_api_key: SecretStr | None = Field(default=None, description="a key of plain characters without spaces")
    openai_model: str = Field(default="", max_length=200, description=_A_NAME.format(200))
    embedding_model: str = Field(default="", max_length=200, description=_A_NAME.format(200))
    model_vendor: str = Field(default="", max_length=60, description=f"{_A_NAME.format(60)}, none of them |")
    model_region: str = Field(default="", max_length=60, description=f"{_A_NAME.format(60)}, none of them |")
    model_timeout_seconds: int = Field(default=60, ge=5, le=300, description="a whole number of seconds from 5 to 300")
    model_tokens_a_day: int = Field(default=1_000_000, ge=1_000, le=_MOST_TOKENS, description=_TOKENS)
    model_tokens_a_day_per_worker: int = Field(default=200_000, ge=1_000, le=_MOST_TOKENS, description=_TOKENS)
    profile_after_messages: int = Field(default=20, ge=1, le=1000, description="a whole number from 1 to 1000")
    profile_cooldown_hours: int = Field(default=12, ge=1, le=168, description="a whole number of hours from 1 to 168")
    profile_quiet_minutes: int = Field(default=15, ge=1, le=240, description="a whole number of minutes from 1 to 240")
    phone_regions: tuple[str, ...] = Field(
        default=DEFAULT_REGIONS, description="regions by their two letters, such as US,GB,CN"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        *_others: PydanticBaseSettingsSource,
        **_named: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take nothing but what is handed over: `load_settings` is given the environment and reads no other."""
        return (init_settings,)

    @field_validator("data", "backup_folder", mode="after")
    @classmethod
    def _at_home(cls, folder: Path | None) -> Path | None:
        if "\0" in str(folder):
            raise ValueError
        return folder.expanduser() if folder else None

    @field_validator("master_key", "new_master_key", mode="after")
    @classmethod
    def _key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key_bytes(key.get_secret_value())) != KEY_BYTES:
            raise ValueError
        return key

    @field_validator("working_hours", mode="before")
    @classmethod
    def _hours(cls, value: object) -> object:
        return hours_of_a_day(value) if isinstance(value, str) else value

    @field_validator("working_hours", mode="after")
    @classmethod
    def _in_order(cls, hours: tuple[time, time]) -> tuple[time, time]:
        WorkingHours(*hours)
        return hours

    @field_validator("working_days", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        return day_numbers(value) if isinstance(value, str) else value

    @field_validator("phone_regions", mode="before")
    @classmethod
    def _regions(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        regions = tuple(dict.fromkeys(part.strip().upper() for part in value.split(",")))
        if not known_regions().issuperset(regions):
            raise ValueError
        return regions

    @field_validator("time_zone", mode="after")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, OSError):  # the latter for a folder of zones, such as "Europe"
            raise ValueError from None

    @field_validator("locale", mode="after")
    @classmethod
    def _shipped(cls, locale: str) -> str:
        if locale not in shipped_locales():
            raise ValueError
        return locale

    @field_validator("log_level", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("openai_base_url", mode="after")
    @classmethod
    def _plain_address(cls, address: str | None) -> str | None:
        return None if address is None else plain_address(address)

    @field_validator("openai_api_key", mode="after")
    @classmethod
    def _sendable(cls, key: SecretStr | None) -> SecretStr | None:
        return None if key is None else SecretStr(sendable(key.get_secret_value()))

    @field_validator("openai_model", "embedding_model", "model_vendor", "model_region", mode="before")
    @classmethod
    def _stripped(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("openai_model", "embedding_model", "model_vendor", "model_region", mode="after")
    @classmethod
    def _one_line(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError
        return name

    @field_validator("model_vendor", "model_region", mode="after")
    @classmethod
    def _unbarred(cls, name: str) -> str:
        if "|" in name:  # it parts the two in what a consent is bound to
            raise ValueError
        return name

    @property
    def master_key_bytes(self) -> bytes | None:
        """The master key, 32 bytes; None if it is to be kept in a file beside the data."""
        return None if self.master_key is None else key_bytes(self.master_key.get_secret_value())

    @property
    def master_key_written(self) -> str | None:
        """The master key as it was given; None if it is to be kept in a file beside the data."""
        return self.master_key.get_secret_value() if self.master_key else None

    def policy(self) -> Policy:
        """Return the limits and spans that the core goes by."""
        opens, closes = self.working_hours
        return Policy(
            hours=WorkingHours(opens, closes, self.working_days),
            time_zone=self.time_zone,
            locale=self.locale,
            drafts_a_day=self.drafts_a_day,
            asks_a_day=self.asks_a_day,
            replies_a_thread=self.replies_a_thread,
            lets_guests=self.guests,
            lapse_after_working_days=self.lapse_after_working_days,
            undo=timedelta(seconds=self.undo_seconds),
            consent_days=self.consent_days,
            consent_days_max=self.consent_days_max,
            frozen=timedelta(days=self.frozen_days),
            tokens_a_day=self.model_tokens_a_day,
            tokens_a_day_per_worker=self.model_tokens_a_day_per_worker,
            profile_after_messages=self.profile_after_messages,
            profile_cooldown=timedelta(hours=self.profile_cooldown_hours),
            profile_quiet=timedelta(minutes=self.profile_quiet_minutes),
            phone_regions=self.phone_regions,
            beat=BEAT,
        )

    def model(self) -> ModelSettings | None:
        """Return what a language model is built from; None, whatever else is set, if no model is named."""
        if not self.openai_model and not self.embedding_model:
            return None
        return ModelSettings(
            model=self.openai_model,
            embedding=self.embedding_model,
            base_url=self.openai_base_url,
            api_key=self.openai_api_key,
            vendor=self.model_vendor,
            region=self.model_region,
            timeout_seconds=self.model_timeout_seconds,
        )


def variable_name(field: str) -> str:
    """Return the environment variable of a setting."""
    return field.upper() if field in _SHARED else PREFIX + field.upper()


def load_settings(environ: Mapping[str, str], env_file: Path | None) -> Settings:
    """Read the settings; what stands in `environ` goes before what stands in the file, which need not exist.

    A name that begins with `UNDERSTUDY_` and is no setting, an empty value or a wrong one is a `SettingsError`. Of the
    variables that are shared with other programs (`OPENAI_MODEL`, say) an empty one counts as unset.
    """
    given = _ours(_in_file(env_file)) if env_file is not None else {}
    given |= _ours(environ)
    fields = {variable_name(field): field for field in Settings.model_fields}
    for name in sorted(given):
        _check_name(name, fields)
        if not given[name].strip():
            raise SettingsError(f"{name} is empty: give it a value or leave it out")
    values: dict[str, Any] = {fields[name]: value for name, value in given.items()}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise SettingsError(_expectation(str(error.errors()[0]["loc"][0]))) from None
    if settings.consent_days > settings.consent_days_max:
        raise SettingsError(_expectation("consent_days"))
    if lack := settings.lack_of_platforms():
        raise SettingsError(lack)
    return settings


def _ours(given: Mapping[str, str]) -> dict[str, str]:
    """Return what may be meant for us."""
    shared = {variable_name(field) for field in _SHARED}
    return {
        name: value
        for name, value in given.items()
        if name.upper().startswith(PREFIX) or (name in shared and value.strip())
    }


def _check_name(name: str, fields: Mapping[str, str]) -> None:
    if name not in fields:
        near = difflib.get_close_matches(name.upper(), fields, 1)
        raise SettingsError(f"there is no setting {name!r}" + (f", perhaps {near[0]} is meant" if near else ""))


def _expectation(field: str) -> str:
    return f"{variable_name(field)} must be {Settings.model_fields[field].description}"


def _in_file(path: Path) -> dict[str, str]:
    """Read the assignments of a `.env` file; `$` has no meaning in it."""
    try:
        with path.open(encoding="utf-8") as stream:
            bindings = list(parse_stream(stream))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"the settings file {path.name!r} cannot be read as UTF-8 text") from None
    for binding in bindings:
        if binding.error:
            raise SettingsError(f"line {binding.original.line} of {path.name!r} is no NAME=value")
    return {binding.key: binding.value or "" for binding in bindings if binding.key is not None}
