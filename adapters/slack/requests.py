"""From what Slack sends of a person's own steps – command, button, form, shortcut – to what the core hears. Pure.

A payload that names nobody of this workspace, or that is shaped otherwise than Slack's, gives None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.ids import Installation
from adapters.slack.notation import common
from adapters.slack.replies import EVENT_TYPE
from adapters.slack.windows import read_metadata
from bot.events import Command
from bot.refs import ChannelRef, PersonRef, ThreadRef

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a person did, and where Slack lets us answer it.

    `trigger` opens one window within three seconds; `url` answers beside what was pressed, or in its place.
    """

    person: PersonRef
    trigger: str = ""
    url: str = field(default="", repr=False)
    channel: ChannelRef | None = None
    thread: str = ""
    view: Payload | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """The key of the window or home tab in which it was done; empty where that is none of ours."""
        return read_metadata(dict(self.view))[0] if self.view else ""

    @property
    def is_at_home(self) -> bool:
        """Whether it was done in the home tab."""
        return bool(self.view and self.view.get("type") == "home")

    @property
    def window(self) -> str:
        """The id of the modal in which it was done; empty for anywhere else."""
        return "" if self.view is None or self.is_at_home else str(self.view.get("id", ""))

    @property
    def state(self) -> dict[str, Any]:
        """What stands in the fields of the window."""
        state = (self.view or {}).get("state")
        values = state.get("values") if isinstance(state, dict) else None
        return values if isinstance(values, dict) else {}


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed: its action id, what it holds, and the notice it stands on, if it does on one."""

    step: Step
    action_id: str
    value: str = field(repr=False)
    notice: str = ""
    message: tuple[str, str] = ("", "")  # the message it stands on: its channel and its stamp
    is_ephemeral: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A message shortcut: its name, and the message it was chosen on."""

    step: Step
    name: str
    stamp: str
    author: str
    root: str
    reply_key: str


def command(payload: Payload, here: Installation) -> tuple[Step, Command] | None:
    """Return `/double …` as the core hears it."""
    user, channel = _word(payload, "user_id"), _word(payload, "channel_id")
    if not user or not channel or not _is_here(payload.get("team_id"), payload, here):
        return None
    step = Step(here.person(user), _word(payload, "trigger_id"), _word(payload, "response_url"), here.channel(channel))
    return step, Command(step.person, here.channel(channel), common(_word(payload, "text")).strip())


def press(payload: Payload, here: Installation) -> Press | None:
    """Return the first button that was pressed."""
    step, actions = step_of(payload, here), payload.get("actions")
    if step is None or not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        return None
    pressed, container = actions[0], _part(payload, "container")
    kind, _, key = _word(pressed, "block_id").partition(":")
    return Press(
        step,
        _word(pressed, "action_id"),
        _word(pressed, "value"),
        key.partition(":")[2] if kind == "notice" else "",
        (_word(container, "channel_id"), _word(container, "message_ts")),
        container.get("is_ephemeral") is True,
    )


def shortcut(payload: Payload, here: Installation) -> Shortcut | None:
    """Return a message shortcut."""
    step, message = step_of(payload, here), _part(payload, "message")
    stamp = _word(message, "ts") or _word(payload, "message_ts")
    if step is None or step.channel is None or not stamp:
        return None
    metadata = _part(message, "metadata")
    reply = _part(metadata, "event_payload") if metadata.get("event_type") == EVENT_TYPE else {}
    root = _word(message, "thread_ts") or stamp
    return Shortcut(step, _word(payload, "callback_id"), stamp, _word(message, "user"), root, _word(reply, "key"))


def step_of(payload: Payload, here: Installation) -> Step | None:
    """Return who did something and where; None for somebody of another organisation."""
    user, channel = _part(payload, "user"), _word(_part(payload, "channel"), "id")
    who = _word(user, "id")
    home = _word(user, "team_id") or _word(_part(payload, "team"), "id")
    if not who or not _is_here(home, payload, here):
        return None
    view = payload.get("view")
    thread = _word(_part(payload, "container"), "thread_ts") or _word(_part(payload, "message"), "thread_ts")
    return Step(
        here.person(who),
        _word(payload, "trigger_id"),
        _word(payload, "response_url"),
        here.channel(channel) if channel else None,
        thread,
        view if isinstance(view, dict) else None,
    )


def thread_of(chosen: Shortcut, here: Installation) -> ThreadRef:
    """Return the thread in which the message of a shortcut stands."""
    channel = chosen.step.channel
    return here.thread(channel.channel if channel else "", chosen.root)


def _is_here(team: Any, payload: Payload, here: Installation) -> bool:
    """Whether an account is of this organisation: a team of its enterprise counts as one workspace's own people do."""
    if team in here.organisation:
        return True
    enterprise = payload.get("enterprise")
    found = enterprise.get("id") if isinstance(enterprise, dict) else payload.get("enterprise_id")
    return bool(here.enterprise) and found == here.enterprise


def _part(payload: Payload, name: str) -> Payload:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def _word(payload: Payload, name: str) -> str:
    found = payload.get(name)
    return found if isinstance(found, str) else ""
