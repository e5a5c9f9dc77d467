"""The command line's words with Slack: the app manifest, and what doctor looks at there."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from typing import TYPE_CHECKING

from adapters.chat.seen import Seen
from adapters.slack.features import OPTIONAL
from adapters.slack.manifest import manifest
from bot.compose import slack_access
from bot.errors import SettingsError
from bot.settings import Settings
from bot.words import FALLBACK, Words, shipped_locales

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse gives it no other name

_FEATURES = {feature.name: feature for feature in OPTIONAL}
_ADDRESS = re.compile(r"https://[^\s/@?#]+(?:/[^\s@?#]*)?")


def add_slack(commands: Subparsers) -> None:
    """Add what stands under `understudy slack`; none of it needs settings or data."""
    slack = commands.add_parser("slack", help="the Slack app").add_subparsers(required=True)
    told = "print the manifest that Slack makes the app of"
    printing = slack.add_parser("manifest", help=told, description=told)
    named = ",".join(_FEATURES)
    printing.add_argument("--with", type=_features, default=(), dest="features", metavar=named, help="what to add")
    printing.add_argument("--http", type=_address, metavar="URL", help="where Slack is to send requests to")
    printing.add_argument("--locale", choices=shipped_locales(), default=FALLBACK, help="the language of its words")
    printing.set_defaults(offline=_print_manifest)


def look_at_slack(settings: Settings, *, is_running: bool) -> tuple[tuple[bool, str], ...]:
    """Look at Slack, if it is set: each thing, whether it is well, and the sentence about it.

    No second connection is opened beside an Understudy that is running: it would take some of its events.
    """
    access = slack_access(settings)
    if access is None:
        return ()
    from adapters.slack.checkup import look_over  # noqa: PLC0415 - the SDK is loaded only where it is used

    return tuple(_pair(seen) for seen in asyncio.run(look_over(access, opens_socket=not is_running)))


def try_slack_names(settings: Settings, channel: str) -> tuple[bool, str]:
    """Try a post under another name in a channel. Raises `SettingsError` where Slack is not set."""
    access = slack_access(settings)
    if access is None:
        raise SettingsError("names are tried in Slack: set SLACK_BOT_TOKEN first")
    from adapters.slack.name_trial import try_names  # noqa: PLC0415 - as above

    return _pair(asyncio.run(try_names(access, channel, Words(settings.locale))))


def _pair(seen: Seen) -> tuple[bool, str]:
    return seen.is_well, seen.sentence


def _print_manifest(chosen: argparse.Namespace) -> int:
    features = [_FEATURES[name] for name in _FEATURES if name in chosen.features]
    written = manifest(features, Words(chosen.locale), address=chosen.http or "")
    sys.stdout.write(json.dumps(written, indent=2, ensure_ascii=False) + "\n")
    return 0


def _features(written: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in written.split(",") if part.strip())
    if unknown := [name for name in names if name not in _FEATURES]:
        raise argparse.ArgumentTypeError(f"there is no feature {unknown[0]!r}: choose among {', '.join(_FEATURES)}")
    return names


def _address(written: str) -> str:
    if not _ADDRESS.fullmatch(written):
        raise argparse.ArgumentTypeError("name an address that begins with https://, without a query")
    return written
