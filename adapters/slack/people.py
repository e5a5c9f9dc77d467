"""The people of a Slack workspace, as Slack tells of them; in memory alone, for minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from adapters.chat.short_memory import ShortMemory
from adapters.slack.calls import Calls
from adapters.slack.ids import Installation
from adapters.slack.translate import is_guest
from bot.errors import PlatformError
from bot.platform_ports import Person

MOST_PEOPLE = 20_000
"""So many are found by their names; in a larger workspace the others are found by a mention."""

_MOST_ACCOUNTS, _SECONDS, _LIST_SECONDS = 2000, 300.0, 900.0
UNKNOWN = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_EVERYBODY = "everybody"
_MOST_UNLISTED = 50


@dataclass(frozen=True, slots=True)
class Account:
    """One account of this organisation: a person's, or a program's. `status` is the emoji of a status that stands.

    `status_ends` is when it ends, in seconds since 1970; 0 for one without an end.
    """

    id: str
    person: Person
    is_bot: bool
    status: str
    status_ends: int


class People:
    """Who there is, asked for when it is needed. `note` keeps in step with what events tell."""

    def __init__(self, calls: Calls, here: Installation) -> None:
        self._calls = calls
        self._here = here
        self._accounts: ShortMemory[Account | None] = ShortMemory(_SECONDS, _MOST_ACCOUNTS)
        self._lists: ShortMemory[dict[str, Account]] = ShortMemory(_LIST_SECONDS, 1)
        self._listed: dict[str, Account] = {}
        self._news: dict[str, Account] = {}  # told by events while the list was read

    async def account(self, user: str) -> Account | None:
        """Return an account; None for an id that Slack does not know, or that is another organisation's."""
        return await self._accounts.get(user, lambda: self._ask(user))

    async def everybody(self) -> tuple[Account, ...]:
        """Return the accounts of the workspace, the closed ones among them, at most `MOST_PEOPLE` of them."""
        listed = await self._lists.get(_EVERYBODY, self._ask_for_all)
        return tuple(listed.values())

    async def outsiders_among(self, people: frozenset[str]) -> frozenset[str] | None:
        """Return those of some accounts that are guests' or another organisation's; None where that cannot be told.

        Whoever came since the list was read is asked for one by one.
        """
        listed = {account.id: account for account in await self.everybody()}
        unlisted = people - listed.keys()
        if len(listed) >= MOST_PEOPLE or len(unlisted) > _MOST_UNLISTED:
            return None
        asked = {user: await self.account(user) for user in sorted(unlisted)}
        return frozenset(user for user in people if _is_outsider(listed.get(user) or asked.get(user)))

    def note(self, user: Mapping[str, Any]) -> None:
        """Take note of what an event tells of one account, as it is now."""
        told = _account(user, self._here)
        if told is None:
            return
        self._accounts.drop(told.id)
        before = self._listed.get(told.id)
        if before is not None or len(self._listed) < MOST_PEOPLE:
            locale = user.get("locale") or (before.person.locale if before else told.person.locale)
            told = replace(told, person=replace(told.person, locale=locale))
            self._listed[told.id] = self._news[told.id] = told

    def forget(self) -> None:
        """Ask anew for everything: events may have been missed."""
        self._accounts.clear()
        self._lists.clear()

    async def _ask(self, user: str) -> Account | None:
        try:
            answer = await self._calls.call("users.info", user=user, include_locale=True)
        except PlatformError as error:
            if error.code in UNKNOWN:
                return None
            raise
        found = answer.get("user")
        return _account(found, self._here) if isinstance(found, dict) else None

    async def _ask_for_all(self) -> dict[str, Account]:
        """Read the list; what events tell meanwhile and later is put right in the very same dictionary."""
        found: dict[str, Account] = {}
        self._news = {}
        async for page in self._calls.pages("users.list", include_locale=True):
            accounts = (_account(user, self._here) for user in page.get("members") or ())
            found.update((account.id, account) for account in accounts if account is not None)
            if len(found) >= MOST_PEOPLE:
                found = dict(islice(found.items(), MOST_PEOPLE))
                break
        found.update(self._news)
        self._listed, self._news = found, {}
        return found


def _is_outsider(account: Account | None) -> bool:
    return account is None or (account.person.is_guest and account.person.is_active)


def _account(user: Mapping[str, Any], here: Installation) -> Account | None:
    """Read an account; None for a stranger's: somebody of another organisation whom a shared channel shows."""
    found, home = user.get("id"), user.get("team_id")
    if not isinstance(found, str) or user.get("is_stranger") or home not in {*here.organisation, None}:
        return None
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or ""
    person = Person(
        here.person(found),
        name,
        profile.get("display_name") or user.get("name") or "",
        user.get("locale") or "en",
        user.get("tz") or "UTC",
        is_active=not user.get("deleted"),
        is_guest=is_guest(user),
    )
    is_bot = bool(user.get("is_bot")) or found in {here.user, "USLACKBOT"}
    return Account(found, person, is_bot, profile.get("status_emoji") or "", int(profile.get("status_expiration") or 0))
