"""The command `understudy`: for the operator. No command shows a worker's words, or who has joined."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.web.export import load_export
from adapters.web.workspace import Workspace, reset_workspace
from bot import checkup
from bot.clock import Clock, SystemClock, TestClock
from bot.compose import erase_local, open_store, workspace_folder
from bot.discord_commands import add_discord
from bot.errors import BotError, SettingsError
from bot.log_lines import begin_log
from bot.ports import Store
from bot.refs import PersonRef
from bot.safekeeping import back_up, bring_back, give_up, rotate
from bot.serving import run
from bot.settings import Settings, load_settings
from bot.slack_commands import add_slack
from bot.vault_commands import open_vault, recover_erase, recover_export, verify_export

FAILED, WRONG_USE = 1, 2
PARTS = 3  # of a worker's whole id
SWITCH_SECONDS = 0.001
"""How soon a thread gives way to another: storing a message takes some fifteen statements, and after each the store's
thread would wait up to Python's own 5 ms for the event loop's."""

Command = Callable[[Settings, argparse.Namespace], int]
Offline = Callable[[argparse.Namespace], int | None]

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse gives it no other name


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. Whatever goes wrong is one sentence on standard error."""
    chosen = _parser().parse_args(arguments)
    try:
        offline: Offline | None = getattr(chosen, "offline", None)  # runs anywhere, whatever is set up there
        if offline and (code := offline(chosen)) is not None:
            return code
        settings = load_settings(os.environ, Path(".env"))
        begin_log(settings.log_level)
        command: Command = chosen.command
        return command(settings, chosen)
    except SettingsError as error:
        return _sorry(str(error), WRONG_USE)
    except BotError as error:
        return _sorry(str(error), FAILED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever listened has gone: say no more
        return FAILED
    except OSError as error:
        return _sorry(f"the data folder cannot be used: {error.strerror or type(error).__name__}", FAILED)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - a traceback could hold somebody's words
        return _sorry(f"something failed that should not have ({type(error).__name__}): please report it", FAILED)


def _run(settings: Settings, chosen: argparse.Namespace) -> int:
    clock: Clock = TestClock(SystemClock().now()) if chosen.test_clock else SystemClock()

    async def until_stopped() -> None:
        running = asyncio.create_task(run(settings, clock, _ready, _say))
        loop = asyncio.get_running_loop()

        def stop() -> None:
            if not running.cancelling():  # pressed once more, it must not cut the tidying short
                running.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
        try:
            await running
        except asyncio.CancelledError:
            _say("stopped")

    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.run(until_stopped())
    return 0


def _load(settings: Settings, chosen: argparse.Namespace) -> int:
    if not chosen.export.is_file():
        return _sorry(f"there is no file {chosen.export.name!r}: name a Slack export, a .zip", FAILED)
    store = open_store(settings, _say)
    try:
        workspace = Workspace(workspace_folder(settings), SystemClock())
        try:
            makes_room = _what_makes_room(workspace)
            report = load_export(
                workspace,
                chosen.export,
                _progress,
                replace=bool(makes_room),
                locale=settings.locale,
                time_zone=settings.time_zone,
            )
        finally:
            workspace.close()
        erase_local(store)
    finally:
        store.close()
    _progress_done()
    if makes_room:
        _say(f"{makes_room} and its doubles made room")
    messages, channels = _count(report.messages, "message"), _count(report.channels, "channel")
    _say(f"loaded {messages} of {_count(report.people, 'person', 'people')} in {channels}, as a rehearsal")
    for reason, count in sorted(report.skipped.items()):
        _say(f"  passed over {count}: {reason.replace('_', ' ')}")
    _say("everyone has another name now; it is all deleted when the rehearsal stops")
    return 0


def _what_makes_room(workspace: Workspace) -> str:
    """Return what a rehearsal may take the place of; empty where there is nothing, or what people made themselves."""
    if workspace.is_rehearsal:
        return "the earlier rehearsal"
    return "the sample team" if workspace.fact("is_sample") == "yes" else ""


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _reset(settings: Settings, _: argparse.Namespace) -> int:
    store = open_store(settings, _say, to_erase=True)
    try:
        erase_local(store)
        reset_workspace(workspace_folder(settings))
    finally:
        store.close()
    _say("the local workspace and its doubles are deleted; the next start begins afresh")
    return 0


def _doctor(settings: Settings, chosen: argparse.Namespace) -> int:
    findings = (checkup.try_names(settings, chosen.try_names),) if chosen.try_names else checkup.examine(settings)
    for finding in findings:
        _say(f"{'ok  ' if finding.is_well else 'FAIL'}  {finding.sentence}")
    return 0 if all(finding.is_well for finding in findings) else FAILED


def _verify(settings: Settings, _: argparse.Namespace) -> int:
    """Tell whether every chain is sound, and nothing else: not how many there are, nor whose."""
    store = open_store(settings, _say)
    try:
        faults = [fault for worker in store.workers() if (fault := _fault_of(store, worker))]
        store.open_spares()
    finally:
        store.close()
    if faults:
        return _sorry("an audit chain is broken: somebody changed a file, or a disk failed; restore a backup", FAILED)
    _say("every audit chain is sound")
    return 0


def _fault_of(store: Store, worker: PersonRef) -> str | None:
    with store.reading(worker) as tx:
        return tx.audit.check()


def _erase(settings: Settings, chosen: argparse.Namespace) -> int:
    parts = chosen.worker.split("/")
    worker = PersonRef(*parts) if len(parts) == PARTS and all(parts) else PersonRef("local", "local", chosen.worker)
    store = open_store(settings, _say, to_erase=True)
    try:
        store.erase(worker)
        store.tend_backups(SystemClock().now())  # whether or not anything was held
    finally:
        store.close()
    _say("whatever was held for that id is erased; if nothing was, nothing changed")
    return 0


def _backup(settings: Settings, chosen: argparse.Namespace) -> int:
    _say((give_up if chosen.forget else back_up)(settings, chosen.folder, _say))
    return 0


def _restore(settings: Settings, chosen: argparse.Namespace) -> int:
    _say(bring_back(settings, chosen.folder, replace=chosen.replace))
    return 0


def _rotate(settings: Settings, chosen: argparse.Namespace) -> int:
    _say(rotate(settings, _say, workers=chosen.workers))
    return 0


def _recover(settings: Settings, chosen: argparse.Namespace) -> int:
    store = open_store(settings, _say, to_erase=chosen.export is None)
    try:
        return recover_erase(store) if chosen.export is None else recover_export(store, chosen.export)
    finally:
        store.close()


def _version(_: Settings, __: argparse.Namespace) -> int:
    _say(f"understudy {version('understudy')}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="understudy", description="An AI double that its worker owns.")
    commands = parser.add_subparsers(required=True, metavar="command")

    running = _add(commands, "run", "start Understudy on every platform that is set", _run)
    running.add_argument("--test-clock", action="store_true", help="a clock that scripts move by POST /api/clock")
    workspace = commands.add_parser("workspace", help="the local workspace").add_subparsers(required=True)
    loading = _add(workspace, "load", "load a Slack workspace export as a rehearsal; stop Understudy first", _load)
    loading.add_argument("export", type=Path, metavar="EXPORT.zip")
    _add(workspace, "reset", "delete the local workspace and its doubles", _reset)
    examining = _add(
        commands, "doctor", "check this machine, the settings, the data folder, Slack and Discord", _doctor
    )
    examining.add_argument("--try-names", metavar="CHANNEL", help="try in Slack whether posts may bear another name")
    add_slack(commands)
    add_discord(commands)
    audit = commands.add_parser("audit", help="the audit chains").add_subparsers(required=True)
    verifying = _add(audit, "verify", "check every audit chain, or that of an export", _verify)
    verifying.add_argument("export", type=Path, nargs="?", metavar="EXPORT", help="a sealed file, or an opened folder")
    verifying.add_argument("--head", help="a head from a weekly note: the chain must have passed through it")
    verifying.set_defaults(offline=verify_export)
    vault = commands.add_parser("vault", help="an export sealed with its worker's passphrase")
    told = "open a sealed export into a new folder"
    opening = vault.add_subparsers(required=True).add_parser("open", help=told, description=told)
    opening.add_argument("file", type=Path, metavar="FILE")
    opening.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
    opening.set_defaults(offline=open_vault)
    recovering = commands.add_parser("recover", help="with a recovery code, typed by its worker: export, or erase")
    ways = recovering.add_subparsers(required=True)
    _add(ways, "export", "seal everything the code opens into a new file", _recover).add_argument("export", type=Path)
    _add(ways, "erase", "erase everything the code opens", _recover).set_defaults(export=None)
    erasing = _add(commands, "erase", "erase whatever is held for a worker; the answer is the same for any id", _erase)
    erasing.add_argument("worker", help="the worker's id: platform/workspace/person, or a local person's id")
    backing = _add(commands, "backup", "back up every double, encrypted; stop Understudy first", _backup)
    backing.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="into this folder, not DATA/backups")
    backing.add_argument("--forget", action="store_true", help="make none: those in the folder are gone for good")
    restoring = _add(commands, "restore", "bring missing or damaged doubles back; stop Understudy first", _restore)
    restoring.add_argument("folder", type=Path, metavar="FOLDER", help="a folder of backups, or one backup in it")
    restoring.add_argument(
        "--replace", action="store_true", help="even though there are doubles now; what is sound stays"
    )
    key = commands.add_parser("key", help="the master key").add_subparsers(required=True)
    rotating = _add(key, "rotate", "take another master key; stop Understudy first", _rotate)
    rotating.add_argument("--workers", action="store_true", help="and another key for each double's file")
    _add(commands, "version", "say which version this is", _version)
    return parser


def _add(under: Subparsers, name: str, told: str, command: Command) -> argparse.ArgumentParser:
    added = under.add_parser(name, help=told, description=told)
    added.set_defaults(command=command)
    return added


def _ready(address: str) -> None:
    _say(f"Understudy is ready at {address}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _progress(messages: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{messages} messages")
        sys.stderr.flush()


def _progress_done() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r" + " " * min(40, shutil.get_terminal_size().columns - 1) + "\r")


def _sorry(sentence: str, code: int) -> int:
    sys.stderr.write(f"understudy: {sentence}\n")
    return code
