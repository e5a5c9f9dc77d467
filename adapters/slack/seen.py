"""What a look at Slack brings."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.slack.access import Access


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was looked at, and the sentence about it, for whoever runs Understudy."""

    is_well: bool
    sentence: str


def or_its_address(access: Access) -> str:
    """Say what else may be wrong where nothing answers."""
    return ", or SLACK_API_URL" if access.api_url else ""


def well(sentence: str) -> Seen:
    """Say that something is as it should be, or what is good to know."""
    return Seen(is_well=True, sentence=sentence)


def ill(sentence: str) -> Seen:
    """Say what is not as it should be, and what to do about it."""
    return Seen(is_well=False, sentence=sentence)
