"""People, guilds, channels and webhooks as Discord's API and its gateway show them."""

from __future__ import annotations

from collections.abc import Iterable

from tests.discord.team import DM, Channel, Guild, Json, Member, Overwrite, Person, Role, Team, Webhook


def user_object(person: Person) -> Json:
    """Return an account."""
    return {
        "id": str(person.id),
        "username": person.handle,
        "discriminator": "0000" if person.is_bot else "0",
        "global_name": person.name,
        "avatar": None,
        "bot": person.is_bot,
        "system": False,
        "public_flags": 0,
    }


def member_object(team: Team, member: Member, *, with_user: bool = True) -> Json:
    """Return a member of a guild; a message's author stands beside it instead of in it."""
    found = {
        "nick": member.nick,
        "avatar": None,
        "roles": [str(role) for role in sorted(member.roles)],
        "joined_at": member.joined_at.isoformat(),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    return {"user": user_object(team.people[member.person]), **found} if with_user else found


def role_object(guild: Guild, role: Role) -> Json:
    """Return a role; a managed one tells whose bot's it is."""
    tags = {"tags": {"bot_id": str(next(iter(_holders(guild, role)), 0))}} if role.is_managed else {}
    return {
        "id": str(role.id),
        "name": role.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 0 if role.id == guild.id else 1,
        "permissions": str(int(role.permissions)),
        "managed": role.is_managed,
        "mentionable": False,
        "flags": 0,
        **tags,
    }


def _holders(guild: Guild, role: Role) -> Iterable[int]:
    return (person for person, member in guild.members.items() if role.id in member.roles)


def overwrite_object(overwrite: Overwrite) -> Json:
    """Return what a channel allows and denies somebody."""
    allow, deny = str(int(overwrite.allow)), str(int(overwrite.deny))
    return {"id": str(overwrite.target), "type": int(overwrite.is_member), "allow": allow, "deny": deny}


def channel_object(team: Team, channel: Channel) -> Json:
    """Return a channel, a thread or direct messages, each with what it alone has."""
    found: Json = {"id": str(channel.id), "type": channel.kind, "flags": 0, "last_message_id": _last(channel)}
    if channel.kind == DM:
        return {**found, "recipients": [user_object(team.people[channel.partner])]}
    found |= {"guild_id": str(channel.guild), "name": channel.name, "rate_limit_per_user": 0}
    found |= {"parent_id": str(channel.parent) if channel.parent else None}
    if channel.is_thread:
        return {**found, **_thread_facts(team, channel)}
    return {
        **found,
        "position": channel.position,
        "permission_overwrites": [overwrite_object(o) for o in channel.overwrites.values()],
        "topic": None,
        "nsfw": False,
        "bitrate": 64000,
        "user_limit": 0,
        "available_tags": [],
        "default_reaction_emoji": None,
        "default_sort_order": None,
        "default_forum_layout": 0,
    }


def _last(channel: Channel) -> str | None:
    return str(max(channel.messages)) if channel.messages else None


def _thread_facts(team: Team, thread: Channel) -> Json:
    is_private = {"invitable": True} if thread.kind == 12 else {}
    count = sum(message != thread.id for message in thread.messages)
    return {
        "owner_id": str(thread.owner),
        "message_count": count,
        "total_message_sent": count,
        "member_count": min(len(thread.participants), 50),
        "thread_metadata": {
            "archived": thread.is_archived,
            "auto_archive_duration": 4320,
            "archive_timestamp": thread.archived_at.isoformat(),
            "locked": thread.is_locked,
            **is_private,
        },
        "applied_tags": [],
    }


def guild_object(guild: Guild) -> Json:
    """Return a guild as the API shows it."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "owner_id": str(guild.owner),
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role_object(guild, role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": sorted(guild.features),
        "mfa_level": 0,
        "system_channel_id": str(guild.system_channel) if guild.system_channel else None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "premium_tier": 0,
        "preferred_locale": guild.locale,
        "public_updates_channel_id": None,
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "safety_alerts_channel_id": None,
    }


def guild_created(team: Team, guild: Guild) -> Json:
    """Return a guild as the gateway brings it: with all its channels, the bot as its member, and threads it can see."""
    threads = [c for c in team.channels.values() if c.guild == guild.id and c.is_thread and not c.is_archived]
    return {
        **guild_object(guild),
        "joined_at": guild.members[team.bot].joined_at.isoformat(),
        "large": len(guild.members) >= 250,
        "member_count": len(guild.members),
        "members": [member_object(team, guild.members[team.bot])],
        "channels": [channel_object(team, channel) for channel in team.channels_of(guild.id)],
        "threads": [channel_object(team, thread) for thread in threads if team.may(team.bot, thread)],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def members_called(team: Team, guild: Guild, beginning: str) -> list[Json]:
    """Return the members of whose names one begins like this, whatever the case."""
    found = []
    for member in guild.members.values():
        person = team.people[member.person]
        if any(
            (name or "").casefold().startswith(beginning.casefold())
            for name in (member.nick, person.name, person.handle)
        ):
            found.append(member_object(team, member))
    return found


def attachment_object(team: Team, file: int) -> Json:
    """Return a file as a message or a form shows it."""
    name, content = team.files[file]
    url = f"{team.files_at}/{file}/{name}"
    facts = {"content_type": "application/octet-stream", "url": url, "proxy_url": url}
    return {"id": str(file), "filename": name, "size": len(content), **facts}


def webhook_object(team: Team, webhook: Webhook) -> Json:
    """Return a webhook with its token, which its application sees."""
    creator = {"user": user_object(team.people[webhook.creator])} if webhook.creator else {}
    is_own = webhook.application == team.app
    return {
        "id": str(webhook.id),
        "type": 1,
        "guild_id": str(team.channels[webhook.channel].guild),
        "channel_id": str(webhook.channel),
        "name": webhook.name,
        "avatar": webhook.avatar,
        "application_id": str(webhook.application) if webhook.application else None,
        **({"token": webhook.token} if is_own or not webhook.application else {}),
        **creator,
    }


def application_object(team: Team) -> Json:
    """Return the application that the bot is of, with what was set in the developer portal."""
    owner = Person(1_400_000_000_000_000_999, "Operator", "operator")
    return {
        "id": str(team.app),
        "name": "Understudy",
        "icon": None,
        "description": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "owner": user_object(owner),
        "team": None,
        "verify_key": "0" * 64,
        "flags": team.app_flags,
        "bot": user_object(team.people[team.bot]),
        "interactions_endpoint_url": None,
        "integration_types_config": {"0": {}},
        **team.app_settings,
    }
