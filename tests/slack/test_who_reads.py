"""Who can read a channel: whoever came meanwhile counts, and what cannot be told counts as read by others."""

from __future__ import annotations

import pytest

from tests.slack.installed import SOCKET
from tests.slack.under_test import slack_heard
from tests.slack.web_api import Trouble

pytestmark = pytest.mark.anyio


async def test_a_guest_who_came_after_the_people_were_listed_is_an_outsider_at_once() -> None:
    async with slack_heard(SOCKET) as (slack, platform, _):
        ref = platform.installation.channel("C1")
        before = await platform.directory.channel(ref)
        slack.team.person("U9", "Gus Guest", "gus", is_guest=True)
        await slack.talking.join("U9", "C1")
        after = await platform.directory.channel(ref)
        assert before is not None
        assert after is not None
        assert (before.has_outsiders, after.has_outsiders) == (False, True)
        assert before.readers != after.readers


async def test_where_slack_does_not_tell_who_is_in_a_channel_others_read_it() -> None:
    async with slack_heard(SOCKET) as (slack, platform, _):
        slack.api.trouble["conversations.members"].append(Trouble("fetch_members_failed"))
        found = await platform.directory.channel(platform.installation.channel("C1"))
        assert found is not None
        assert found.has_outsiders
