"""With what Slack is spoken to, and where it reaches us."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """Tokens and addresses. With an app token it is Socket Mode, otherwise HTTP with a signing secret.

    `api_url` None is the SDK's own address. `shows_names`: replies bear the double's name, where Slack lets them.
    """

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 0
    api_url: str | None = None
    shows_names: bool = False

    @property
    def or_its_address(self) -> str:
        """What else may be wrong where nothing answers, as the end of a sentence."""
        return ", or SLACK_API_URL" if self.api_url else ""
