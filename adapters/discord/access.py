"""With what Discord is spoken to."""

from __future__ import annotations

from dataclasses import dataclass, field

WEB_URL = "https://discord.com"
"""Where the permalinks of messages lead, unless a setting says otherwise."""


@dataclass(frozen=True, slots=True)
class Access:
    """A bot's token, and addresses: None is the library's own. `api_url` has the version in it and no slash at its end.

    `web_url` is what permalinks begin with.
    """

    token: str = field(repr=False)
    api_url: str | None = None
    gateway_url: str | None = None
    web_url: str = WEB_URL

    @property
    def or_its_address(self) -> str:
        """What else may be wrong where nothing answers, as the end of a sentence."""
        return ", or DISCORD_API_URL" if self.api_url else ""
