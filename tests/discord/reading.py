"""What people see in the local Discord: messages, what they alone are shown, and modals, as words and as they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.discord.component_limits import BUTTON, LINK, every
from tests.discord.forms import fields_of, is_called
from tests.discord.interactions import Interactions
from tests.discord.limits import EPHEMERAL
from tests.discord.team import Json, Team

SHOWN = ("title", "content", "label", "description", "placeholder", "value")
HOLDING = ("components", "component", "accessory", "options")
_MARKUP = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<mention><(?:@!?|#)[0-9]+>)"
    r"|<(?P<url>https?://[^>\s]+)>"
    r"|\[(?P<label>(?:\\.|[^\]\\\n])*)\]\(<?https?://[^)\s]+\)"
    r"|\*\*|__|~~|`+|\|\||^(?:>>> |> |-# |#{1,3} )+",
    re.MULTILINE,
)


class Reading:
    """Reads the state as somebody sits before it."""

    def __init__(self, team: Team, interactions: Interactions) -> None:
        self._team = team
        self._interactions = interactions

    def words(self, shown: Json) -> str:
        """Return every word that a person reads in a message or a modal, people and channels by their names."""
        return words(shown, self._named)

    def _named(self, mention: str) -> str:
        id_ = int(mention.strip("<@!#>"))
        if mention.startswith("<#"):
            found = self._team.channels.get(id_)
            return f"#{found.name}" if found else mention
        person = self._team.people.get(id_)
        return f"@{person.name or person.handle}" if person else mention

    def messages(self, channel: int) -> list[Json]:
        """Return what stands in a channel or a thread, oldest first."""
        return [message for _, message in sorted(self._team.channels[channel].messages.items())]

    def channel(self, channel: int) -> list[tuple[int, str]]:
        """Return what stands in a channel or a thread as (id, words), oldest first."""
        return [(int(message["id"]), self.words(message)) for message in self.messages(channel)]

    def replies(self, channel: int) -> list[Json]:
        """Return what the app posted in a channel, by itself or by its webhook, oldest first."""
        bot, app = str(self._team.bot), str(self._team.app)
        return [m for m in self.messages(channel) if m["author"]["id"] == bot or m.get("application_id") == app]

    def direct(self, person: int) -> list[Json]:
        """Return somebody's direct messages with the app, oldest first."""
        return self.messages(self._team.direct(person).id)

    def alone(self, person: int) -> list[Json]:
        """Return the messages that somebody alone is shown now, oldest first."""
        return [shown.message for shown in self._interactions.alone if shown.person == person]

    def last(self, person: int) -> Json:
        """Return the newest message that somebody alone is shown."""
        assert self.alone(person), "nothing is shown to them alone"
        return self.alone(person)[-1]

    def told(self, person: int) -> list[str]:
        """Return the words that somebody was told: directly, and alone."""
        return [self.words(message) for message in [*self.direct(person), *self.alone(person)]]

    def modal(self, person: int) -> Json:
        """Return the modal that is open before somebody."""
        assert person in self._interactions.forms, "no modal is open"
        return self._interactions.forms[person].data

    def has_modal(self, person: int) -> bool:
        """Whether a modal is open before somebody."""
        return person in self._interactions.forms

    def typed(self, person: int, name: str) -> Any:
        """Return what stands in a field of the open modal, by its name or the beginning of its label."""
        modal = self.modal(person)
        fields = [f for label, f in fields_of(modal) if is_called(f["custom_id"], name) or label.startswith(name)]
        assert fields, f"no field {name!r} among {fields_in(modal)}"
        return self._interactions.forms[person].typed[fields[0]["custom_id"]]


def words(shown: Json, names: Callable[[str], str] = str) -> str:
    """Return every word that a person reads in a message or a modal, one text a line, as it is displayed.

    `names` tells what stands for a mention: `<@1>`, `<#1>`.
    """
    return _as_displayed("\n".join(_texts(shown)), names)


def _as_displayed(text: str, names: Callable[[str], str]) -> str:
    """Return a text without its markup; what is escaped stays as it is."""

    def shown(found: re.Match[str]) -> str:
        escaped, label, url, mention = found["escaped"], found["label"], found["url"], found["mention"]
        if label is not None:
            return _as_displayed(label, names)
        return escaped or url or (names(mention) if mention else "")

    return _MARKUP.sub(shown, text)


def _texts(part: Json) -> list[str]:
    own = [part[key] for key in SHOWN if isinstance(part.get(key), str) and part[key] and not _is_hidden(part, key)]
    held = [one for key in HOLDING for one in _listed(part.get(key))]
    return [*own, *(text for one in held for text in _texts(one))]


def _listed(part: Any) -> list[Json]:
    return part if isinstance(part, list) else [part] if isinstance(part, dict) else []


def _is_hidden(part: Json, key: str) -> bool:
    """An option's value is the app's own; a box's is what stands in it."""
    return key == "value" and part.get("type") != 4


def buttons(message: Json) -> list[Json]:
    """Return the buttons on a message, in their order, without links."""
    return [dict(one) for one in every(message["components"]) if one["type"] == BUTTON and one["style"] != LINK]


def labels(message: Json) -> list[str]:
    """Return the labels of the buttons on a message, in their order, without links."""
    return [button.get("label") or "" for button in buttons(message)]


def links(message: Json) -> list[str]:
    """Return where the link buttons on a message lead."""
    return [one["url"] for one in every(message["components"]) if one["type"] == BUTTON and one["style"] == LINK]


def fields_in(modal: Json) -> list[str]:
    """Return the labels of a modal's fields, in their order."""
    return [label for label, _ in fields_of(modal)]


def is_alone(message: Json) -> bool:
    """Whether a message is marked as one that a person alone sees."""
    return bool(message["flags"] & EPHEMERAL)
