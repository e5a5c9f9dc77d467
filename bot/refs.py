"""References: identities that hold across platforms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class PersonRef:
    """One person's account on one platform; `person` is the platform's own id."""

    platform: str
    workspace: str
    person: str

    def __str__(self) -> str:
        return f"{self.platform}/{self.workspace}/{self.person}"


WorkerRef = PersonRef
"""The person whose double it is. The same identity as any person's; the name says the role."""


@dataclass(frozen=True, slots=True, order=True)
class ChannelRef:
    """One channel; `channel` is the platform's own id."""

    platform: str
    workspace: str
    channel: str

    def __str__(self) -> str:
        return f"{self.platform}/{self.workspace}/{self.channel}"


@dataclass(frozen=True, slots=True, order=True)
class MessageRef:
    """One message: its channel and the platform's own stamp within it (Slack: `ts`)."""

    channel: ChannelRef
    stamp: str

    def __str__(self) -> str:
        return f"{self.channel}/{self.stamp}"


@dataclass(frozen=True, slots=True, order=True)
class ThreadRef:
    """One thread: its channel and the stamp of the message it hangs from; no root means the channel itself."""

    channel: ChannelRef
    root: str

    def __str__(self) -> str:
        return f"{self.channel}/{self.root}"
