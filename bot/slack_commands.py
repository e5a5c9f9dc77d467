"""The command line's words with Slack: the app manifest, and what doctor looks at there."""

from __future__ import annotations

import argparse
import json
import re
import sys
from typing import TYPE_CHECKING

from adapters.slack.features import OPTIONAL
from adapters.slack.manifest import manifest
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
