from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.slack.ids import Installation, is_stamp, moment_of, stamp_at, workspace_of
from bot.refs import ChannelRef, PersonRef

HERE = Installation("T1", "E1", "UBOT", "BBOT", "understudy", "https://team.example/")


def test_a_workspace_within_an_enterprise_is_named_by_both() -> None:
    assert workspace_of("T1") == "T1"
    assert workspace_of("T1", "E1") == "E1.T1"
    assert HERE.person("U1") == PersonRef("slack", "E1.T1", "U1")


def test_a_reference_of_another_workspace_or_platform_is_not_of_here() -> None:
    assert HERE.is_home_of(HERE.channel("C1"))
    assert not HERE.is_home_of(ChannelRef("slack", "E2.T1", "C1"))
    assert not HERE.is_home_of(PersonRef("local", "E1.T1", "U1"))


def test_a_stamp_is_a_moment_to_the_microsecond_and_back() -> None:
    moment = moment_of("1515449522.000016")
    assert moment == datetime(2018, 1, 8, 22, 12, 2, 16, tzinfo=UTC)
    assert stamp_at(moment) == "1515449522.000016"
    assert stamp_at(moment_of("1772442000.123457")) == "1772442000.123457"


@pytest.mark.parametrize("text", ["", "1515449522", "1515449522.16", "x", "1515449522.000016\n", None, 5])
def test_what_is_no_stamp_is_told_apart(text: object) -> None:
    assert not is_stamp(text)
    if isinstance(text, str):
        with pytest.raises(ValueError, match="not a stamp"):
            moment_of(text)


def test_nothing_of_an_installation_is_shown_that_is_secret() -> None:
    assert "xoxb" not in repr(HERE)
