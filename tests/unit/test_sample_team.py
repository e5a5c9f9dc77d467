"""The sample team is believable and whole: every reference in it resolves, and its questions have answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters import web
from adapters.web.sample_team import load_sample, moment_told
from adapters.web.stamps import moment_of
from adapters.web.workspace import Workspace
from bot.clock import TestClock

SAMPLE = Path(web.__file__).parent / "sample"
QUESTIONS = Path(__file__).parents[2] / "benchmarks" / "sample_questions.json"
WHEN = re.compile(r"-(?P<days>[1-9]\d?)d (?P<clock>[0-2]\d:[0-5]\d)")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE_BLOCK = re.compile(r"```\n.+?\n```", re.DOTALL)
SEASONS = (date(2026, 1, 20), date(2026, 4, 10), date(2026, 7, 20), date(2026, 11, 10))
"""First starts in winter and in summer: the clocks of Europe and Shanghai lie differently far apart."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the sample, as its file has it."""

    channel: str
    at: str
    author: str
    text: str
    key: str | None = None
    thread: str | None = None

    def moment(self, first_start: date) -> datetime:
        """When it was said, if the workspace started first on that day."""
        assert WHEN.fullmatch(self.at), self.at
        return moment_told(self.at, people()[self.author]["time_zone"], datetime.combine(first_start, time(), UTC))


def read(file: Path) -> Any:
    return json.loads(file.read_text("utf8"))


@lru_cache
def team() -> dict[str, Any]:
    loaded: dict[str, Any] = read(SAMPLE / "team.json")
    return loaded


@lru_cache
def people() -> dict[str, dict[str, Any]]:
    return {person["id"]: person for person in team()["people"]}


@lru_cache
def channels() -> dict[str, dict[str, Any]]:
    return {channel["id"]: channel for channel in team()["channels"]}


@lru_cache
def messages() -> tuple[Said, ...]:
    files = sorted(SAMPLE.glob("messages-*.json"))
    return tuple(Said(**message) for file in files for message in read(file)["messages"])


@lru_cache
def by_key() -> dict[str, Said]:
    return {message.key: message for message in messages() if message.key is not None}


@lru_cache
def questions() -> tuple[dict[str, Any], ...]:
    return tuple(read(QUESTIONS))


def channels_learned(worker: str) -> set[str]:
    return {channel for joined in team()["joined"] if joined["person"] == worker for channel in joined["channels"]}


def test_every_id_handle_and_name_is_used_once() -> None:
    for things, field in (("people", "id"), ("people", "handle"), ("channels", "id"), ("channels", "name")):
        values = [thing[field] for thing in team()[things]]
        assert len(values) == len(set(values)), (things, field)
    assert all(re.fullmatch(r"[A-Z0-9-]{2,32}", each) for each in [*people(), *channels()])
    assert all(re.fullmatch(r"[a-z]+", person["handle"]) for person in people().values())


def test_every_channel_has_members_of_the_team_and_one_file_of_messages() -> None:
    assert all(set(channel["members"]) <= set(people()) for channel in channels().values())
    names = {channel["name"] for channel in channels().values()}
    assert {file.stem.removeprefix("messages-") for file in SAMPLE.glob("messages-*.json")} == names
    for channel in channels().values():
        said = read(SAMPLE / f"messages-{channel['name']}.json")["messages"]
        assert said
        assert {message["channel"] for message in said} == {channel["id"]}


def test_there_are_public_and_private_channels() -> None:
    assert {channel["private"] for channel in channels().values()} == {True, False}


def test_four_people_have_joined_channels_they_are_in() -> None:
    assert len({joined["person"] for joined in team()["joined"]}) == len(team()["joined"]) == 4
    for joined in team()["joined"]:
        assert joined["learn"]
        assert joined["draft"]
        assert all(joined["person"] in channels()[channel]["members"] for channel in joined["channels"])
        spoken = {message.channel for message in messages() if message.author == joined["person"]}
        assert set(joined["channels"]) <= spoken


def test_exactly_one_worker_has_joined_one_private_channel() -> None:
    private = [c for joined in team()["joined"] for c in joined["channels"] if channels()[c]["private"]]
    assert len(private) == 1


@pytest.mark.parametrize("days", range(8))
@pytest.mark.parametrize("midnight", [time(0, 0, 5), time(23, 59, 55)], ids=["first", "last"])
def test_the_talk_ends_on_the_wednesday_before_whenever_the_workspace_starts(
    tmp_path: Path, days: int, midnight: time
) -> None:
    now = datetime.combine(date(2026, 11, 19) + timedelta(days=days), midnight, UTC)  # the first is a Thursday
    workspace = Workspace(tmp_path, TestClock(now))
    load_sample(workspace, now)
    zones = {person.id: ZoneInfo(person.time_zone) for person in workspace.team.people() if not person.is_bot}
    said = [
        moment_of(message.ts).astimezone(zones[message.author])
        for channel in workspace.team.channels()
        for message in workspace.conversation.all_of(channel.id)
    ]
    workspace.close()
    assert len(said) == len(messages())
    assert {moment.weekday() for moment in said} == {0, 1, 2, 3, 4}
    assert max(said) < now
    assert max(said).weekday() == 2
    assert max(said).date() >= now.date() - timedelta(days=7)


def test_no_text_names_a_day_of_the_year_which_would_be_wrong_at_most_starts() -> None:
    months = "january february march april june july august september october november december".split()
    dated = re.compile(
        rf"\b(\d{{1,2}}(st|nd|rd|th)?( of)? ({'|'.join(months)}|may)|in ({'|'.join(months[5:])}))\b", re.IGNORECASE
    )
    assert not [message.text for message in messages() if dated.search(message.text)]


def test_at_least_three_hundred_messages_are_spread_over_six_weeks() -> None:
    assert len(messages()) >= 300
    days = {message.at.split("d")[0] for message in messages()}
    assert {"-31", "-1"} <= days
    assert len(days) >= 26


def test_every_message_is_said_by_a_member_in_words_of_a_readable_length() -> None:
    for message in messages():
        assert message.author in channels()[message.channel]["members"], message
        assert 0 < len(message.text) <= 1200, message.key
        assert message.text == message.text.strip(), message.key


def test_every_person_speaks_often_enough_to_be_known() -> None:
    for person in people():
        assert sum(message.author == person for message in messages()) >= 20, person


def test_every_mention_in_a_text_is_of_the_team() -> None:
    mentioned = {found for message in messages() for found in re.findall(r"<[@#]([^>]*)>", message.text)}
    assert mentioned
    assert mentioned <= {*people(), *channels()}


def test_keys_are_used_once() -> None:
    keys = [message.key for message in messages() if message.key is not None]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("first_start", SEASONS, ids=str)
def test_every_reply_comes_after_its_root_in_the_same_channel(first_start: date) -> None:
    replies = [message for message in messages() if message.thread is not None]
    assert len(replies) >= 50
    for reply in replies:
        root = by_key()[reply.thread or ""]
        assert root.thread is None, reply
        assert root.channel == reply.channel, reply
        assert root.moment(first_start) < reply.moment(first_start), reply


@pytest.mark.parametrize("first_start", SEASONS, ids=str)
def test_a_channel_reads_in_the_order_of_its_file_at_any_season(first_start: date) -> None:
    for channel in channels():
        moments = [message.moment(first_start) for message in messages() if message.channel == channel]
        assert moments == sorted(set(moments)), channel


def test_there_is_code_and_chinese() -> None:
    assert sum(bool(CODE_BLOCK.search(message.text)) for message in messages()) >= 8
    chinese = [message for message in messages() if CHINESE.search(message.text)]
    assert len(chinese) >= 45
    assert any(re.search(r"`[a-z_./-]+`", message.text) for message in chinese)


def test_every_address_is_an_example() -> None:
    texts = " ".join(message.text for message in messages())
    hosts = re.findall(r"https?://([^/\s]+)|[\w.]+@([\w.-]+\w)", texts)
    assert hosts
    assert all((link or mail).endswith(".example") for link, mail in hosts if "<" not in link)


def test_the_tour_asks_what_its_worker_has_answered_in_that_channel() -> None:
    tour = read(SAMPLE / "tour.json")
    assert {tour["asker"], tour["worker"]} <= set(channels()[tour["channel"]]["members"])
    assert tour["asker"] != tour["worker"]
    assert tour["channel"] in channels_learned(tour["worker"])
    told = [m for m in messages() if m.author == tour["worker"] and m.channel == tour["channel"]]
    (identifier,) = re.findall(r"\w+_\w+", tour["question"])
    assert any(identifier in message.text for message in told)


def test_the_tours_joiner_has_spoken_and_not_joined() -> None:
    joiner = read(SAMPLE / "tour.json")["joiner"]
    assert joiner not in {joined["person"] for joined in team()["joined"]}
    assert sum(message.author == joiner for message in messages()) >= 20


def test_an_answerable_question_is_answered_by_its_worker_where_its_readers_are() -> None:
    for question in questions():
        assert question["channel"] in channels_learned(question["worker"]), question
        assert bool(question["answers"]) == (question["kind"] == "answerable"), question
        for key in question["answers"]:
            answer = by_key()[key]
            assert answer.author == question["worker"], question
            assert answer.channel in channels_learned(question["worker"]), question
            assert not channels()[answer.channel]["private"] or answer.channel == question["channel"], question


def test_every_worker_has_enough_questions_of_both_kinds() -> None:
    for joined in team()["joined"]:
        kinds = [question["kind"] for question in questions() if question["worker"] == joined["person"]]
        assert kinds.count("answerable") >= 25, joined["person"]
        assert kinds.count("unanswerable") >= 5, joined["person"]
    asked = [(question["worker"], question["channel"], question["question"]) for question in questions()]
    assert len(asked) == len(set(asked))


def test_what_was_said_in_private_stands_in_no_public_channel() -> None:
    open_words = " ".join(m.text.casefold() for m in messages() if not channels()[m.channel]["private"])
    closed_words = " ".join(m.text.casefold() for m in messages() if channels()[m.channel]["private"])
    dates = ("in seven weeks", "week after the trade fair", "first day of next quarter")
    for canary in ("heron", "pentest", "vega", "59 €", *dates):
        assert canary in closed_words, canary
        assert canary not in open_words, canary
