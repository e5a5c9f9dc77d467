"""What the core's commands and buttons mean for what a person has before them. Pure."""

from __future__ import annotations

from bot.events import ActionTaken, Command

OPENING = frozenset(
    "join mine home profile never never_learn weekly profile_versions review forget_window leave_window "
    "export_window change_answer".split()
)
"""Actions that only show something: doing one again changes nothing, and nothing needs to be shown anew after it."""

ERASING = frozenset({"leave", "delete_message", "forget", "forget_everything"})
"""After these, nothing of what was kept may stay before anybody."""

OVER = frozenset({"too_late", "not_found"})
"""The codes of a refusal after which nothing is left to press."""

_OPENING_COMMANDS = frozenset(
    ["", *"home help join leave status mine profile answers export forget never never-learn".split()]
)


def is_opening(asked: Command | ActionTaken) -> bool:
    """Whether something only shows a window, so that doing it again changes nothing."""
    if isinstance(asked, ActionTaken):
        return asked.name in OPENING
    word, _, rest = asked.text.strip().partition(" ")
    return word.lower() in _OPENING_COMMANDS and not (word.lower() == "profile" and rest.strip())


def is_export(asked: Command | ActionTaken) -> bool:
    """Whether a file is wanted, or the window in which one is."""
    if isinstance(asked, Command):
        return asked.text.split()[:1] == ["export"]
    return asked.name in {"export_window", "export"}
