"""The Chromium that browser tests drive: an installed one, never a download.

`python -m tests.browser.chromium` makes sure that one is there: as root on Debian it is installed with the fonts that
Chinese text and pictograms need; elsewhere a missing one is said in one sentence, with exit code 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FONTS = ("fonts-noto-cjk", "fonts-noto-color-emoji")
MISSING = "the browser tests need Chromium: install it, or set CHROMIUM to the path of a Chromium or Chrome"


def find_chromium() -> str | None:
    """Return the path of an installed Chromium: the one `CHROMIUM` names, or the first that is found."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((found for name in NAMES if (found := shutil.which(name))), None) or next(
        (path for path in ELSEWHERE if Path(path).exists()), None
    )


def _may_install() -> bool:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and all(shutil.which(tool) for tool in ("apt-get", "dpkg-query"))


def _has_package(package: str) -> bool:
    found = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, check=False)
    return found.stdout == b"installed"


def _missing_packages() -> list[str]:
    """Return what Debian would have to install."""
    wanted = [] if find_chromium() else ["chromium"]
    return wanted + [font for font in FONTS if not _has_package(font)]


def _install(packages: list[str]) -> bool:
    print(f"installing {', '.join(packages)} …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    commands = (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages])
    return all(
        subprocess.run(["apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0
        for command in commands
    )


def main() -> int:
    """Make sure of a Chromium; return the exit code."""
    packages = _missing_packages() if _may_install() and not os.environ.get("CHROMIUM") else []
    if packages and not _install(packages):
        print(f"{', '.join(packages)} could not be installed: see what apt-get says above", file=sys.stderr)
        return 1
    if find_chromium() is None:
        print(MISSING, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
