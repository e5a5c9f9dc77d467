"""Discord's permissions, by the bits that its documentation gives them."""

from __future__ import annotations

from enum import IntFlag


class Can(IntFlag):
    """What somebody may do."""

    KICK = 1 << 1
    BAN = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    REACT = 1 << 6
    VIEW = 1 << 10
    SEND = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    CONNECT = 1 << 20
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_IN_THREADS = 1 << 38


NOTHING = Can(0)
EVERYTHING = Can(~0)

EVERYONE = (
    Can.VIEW
    | Can.SEND
    | Can.SEND_IN_THREADS
    | Can.HISTORY
    | Can.REACT
    | Can.EMBED_LINKS
    | Can.ATTACH_FILES
    | Can.USE_COMMANDS
    | Can.CREATE_PUBLIC_THREADS
    | Can.CREATE_PRIVATE_THREADS
)
"""What everyone may do in a new guild."""

INSTALLED = Can.VIEW | Can.SEND | Can.SEND_IN_THREADS | Can.HISTORY | Can.MANAGE_WEBHOOKS
"""What the bot's own role gives it, as its invitation asked."""
