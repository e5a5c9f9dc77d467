"""What an operator may set, read from the environment and from a `.env` file, and refused whole if any of it is wrong.

Each setting's description says what is expected; it stands in the error sentence too, so that it is written once. An
error names the variable and never its value, for a value may be a key.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import re
from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError
from bot.policy import Policy
from bot.schedule import WorkingHours
from bot.words import shipped_locales

PREFIX = "UNDERSTUDY_"
KEY_BYTES = 32
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")


class Settings(BaseSettings):
    """Every setting, checked; `load_settings` is the way to get one."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, enable_decoding=False, hide_input_in_errors=True
    )

    data: Path = Field(default=Path("data"), description="a folder that Understudy may write to")
    port: int = Field(default=8080, ge=0, le=65535, description="a port number from 0 to 65535, 0 for any that is free")
    master_key: SecretStr | None = Field(default=None, description="32 bytes, as 64 hexadecimal digits or as base64")
    workspace: Literal["sample", "empty"] = Field(default="sample", description="sample or empty")
    working_hours: tuple[time, time] = Field(
        default=(time(9), time(18)), description="two times of one day with a hyphen between them, such as 09:00-18:00"
    )
    working_days: frozenset[int] = Field(
        default=frozenset(range(5)), description="days of the week, such as mon-fri or sun,mon-thu"
    )
    drafts_a_day: int = Field(default=5, ge=1, le=100, description="a whole number from 1 to 100")
    asks_a_day: int = Field(default=3, ge=1, le=100, description="a whole number from 1 to 100")
    lapse_after_working_days: int = Field(default=2, ge=1, le=10, description="a whole number from 1 to 10")
    undo_seconds: int = Field(default=10, ge=1, le=60, description="a whole number of seconds from 1 to 60")
    consent_days: int = Field(
        default=90, ge=1, description="a whole number from 1 to what UNDERSTUDY_CONSENT_DAYS_MAX allows"
    )
    consent_days_max: int = Field(default=365, ge=1, le=730, description="a whole number from 1 to 730")
    time_zone: str = Field(default="UTC", description="a time zone by its IANA name, such as Europe/Berlin")
    locale: str = Field(default="en", description=f"a language that Understudy speaks: {', '.join(shipped_locales())}")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error"
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

    @field_validator("data", mode="after")
    @classmethod
    def _at_home(cls, data: Path) -> Path:
        if "\0" in str(data):
            raise ValueError
        return data.expanduser()

    @field_validator("master_key", mode="after")
    @classmethod
    def _key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(_key_bytes(key)) != KEY_BYTES:
            raise ValueError
        return key

    @field_validator("working_hours", mode="before")
    @classmethod
    def _hours(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        match = _HOURS.fullmatch(value.strip())
        if match is None:
            raise ValueError
        return tuple(time(int(hour), int(minute)) for hour, minute in (match.group(1, 2), match.group(3, 4)))

    @field_validator("working_hours", mode="after")
    @classmethod
    def _in_order(cls, hours: tuple[time, time]) -> tuple[time, time]:
        WorkingHours(*hours)
        return hours

    @field_validator("working_days", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        return _days_of(value) if isinstance(value, str) else value

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

    @property
    def master_key_bytes(self) -> bytes | None:
        """The master key, 32 bytes; None if it is to be kept in a file beside the data."""
        return None if self.master_key is None else _key_bytes(self.master_key)

    def policy(self) -> Policy:
        """Return the limits and spans that the core goes by."""
        opens, closes = self.working_hours
        return Policy(
            hours=WorkingHours(opens, closes, self.working_days),
            drafts_a_day=self.drafts_a_day,
            asks_a_day=self.asks_a_day,
            lapse_after_working_days=self.lapse_after_working_days,
            undo=timedelta(seconds=self.undo_seconds),
            consent_days=self.consent_days,
            consent_days_max=self.consent_days_max,
        )


def load_settings(environ: Mapping[str, str], env_file: Path | None) -> Settings:
    """Read the settings; what stands in `environ` goes before what stands in the file, which need not exist.

    A name that begins with `UNDERSTUDY_` and is no setting, an empty value or a wrong one is a `SettingsError`.
    """
    given = _in_file(env_file) if env_file is not None else {}
    given |= {name: value for name, value in environ.items() if _is_ours(name)}
    for name in sorted(given):
        _check_name(name)
        if not given[name].strip():
            raise SettingsError(f"{name} is empty: give it a value or leave it out")
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): value for name, value in given.items()}
    try:
        settings = Settings(**source())
    except ValidationError as error:
        raise SettingsError(_expectation(str(error.errors()[0]["loc"][0]))) from None
    if settings.consent_days > settings.consent_days_max:
        raise SettingsError(_expectation("consent_days"))
    return settings


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX)


def _check_name(name: str) -> None:
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    if name not in known:
        near = difflib.get_close_matches(name.upper(), known, 1)
        raise SettingsError(f"there is no setting {name!r}" + (f", perhaps {near[0]} is meant" if near else ""))


def _expectation(field: str) -> str:
    return f"{PREFIX}{field.upper()} must be {Settings.model_fields[field].description}"


def _in_file(path: Path) -> dict[str, str]:
    """Read the assignments of a `.env` file that are ours; `$` has no meaning in it."""
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
    return {b.key: b.value or "" for b in bindings if b.key is not None and _is_ours(b.key)}


def _key_bytes(key: SecretStr) -> bytes:
    """Decode a key; what is neither hexadecimal nor base64 has no bytes."""
    written = key.get_secret_value().strip()
    if _HEX_KEY.fullmatch(written):
        return bytes.fromhex(written)
    try:
        return base64.b64decode(written.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _days_of(written: str) -> frozenset[int]:
    """Read days and ranges of days, Monday as 0; a range may run over Sunday. Anything else is a `ValueError`."""
    days: set[int] = set()
    for part in written.lower().split(","):
        first, hyphen, last = part.partition("-")
        start, stop = _DAYS.index(first.strip()), _DAYS.index((last if hyphen else first).strip())
        days |= {(start + step) % 7 for step in range((stop - start) % 7 + 1)}
    return frozenset(days)
