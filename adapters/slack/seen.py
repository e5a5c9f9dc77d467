"""What a look at Slack is made with, and what it brings."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """The tokens and the address to look with; `app_token` None is HTTP, `api_url` None the SDK's own."""

    bot_token: str = field(repr=False)
    app_token: str | None = field(repr=False)
    api_url: str | None
    shows_names: bool = False

    @property
    def or_its_address(self) -> str:
        """What else may be wrong where nothing answers."""
        return ", or SLACK_API_URL" if self.api_url else ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was looked at, and the sentence about it, for whoever runs Understudy."""

    is_well: bool
    sentence: str


def well(sentence: str) -> Seen:
    """Say that something is as it should be, or what is good to know."""
    return Seen(is_well=True, sentence=sentence)


def ill(sentence: str) -> Seen:
    """Say what is not as it should be, and what to do about it."""
    return Seen(is_well=False, sentence=sentence)
