"""A Slack export becomes a rehearsal: whole, under other names, or not at all."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.web import archive
from adapters.web.archive import ExportError
from adapters.web.export import load_export
from adapters.web.pseudonyms import Pseudonyms, RealNames, pseudonym
from adapters.web.records import ChannelRecord, MessageRecord, PersonRecord
from adapters.web.slack_text import plain_text
from adapters.web.workspace import Workspace
from bot.clock import TestClock

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
USERS: list[dict[str, Any]] = [
    {
        "id": "UHEDWIG",
        "name": "hedwig",
        "tz": "Europe/Vienna",
        "profile": {"real_name": "Hedwig Zollner", "display_name": "hedi"},
    },
    {"id": "UPIM", "name": "pim.k", "real_name": "Pim Kaartje", "profile": {}},
    {"id": "UBOT", "name": "buildbot", "is_bot": True},
]
CHANNELS: list[dict[str, Any]] = [
    {"id": "CGEN", "name": "general", "members": ["UHEDWIG", "UGONE"], "purpose": {"value": "Hedwig's place"}}
]
GROUPS: list[dict[str, Any]] = [{"id": "GSEC", "name": "secret", "members": ["UPIM"]}]
ROOT = "1515148233.000032"


def said(text: str, ts: str = ROOT, user: str = "UHEDWIG", **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "text": text, "ts": ts, **more}


def export_of(path: Path, *messages: Any, **files: Any) -> Path:
    """Write an export with some messages in #general; `files` replace or add files by their name before `.json`."""
    contents: dict[str, Any] = {"users": USERS, "channels": CHANNELS, "general/2018-01-05": list(messages), **files}
    with zipfile.ZipFile(path / "export.zip", "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in contents.items():
            if content is not None:
                written.writestr(f"{name}.json", content if isinstance(content, bytes) else json.dumps(content))
    return path / "export.zip"


def archive_of(path: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    """Write an export with further files beside the needed ones."""
    found = export_of(path, said("hello"))
    with zipfile.ZipFile(found, "a", zipfile.ZIP_DEFLATED) as written:
        for name, content in entries:
            written.writestr(name, content)
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace(tmp_path / "workspace", TestClock(NOW))
    yield opened
    opened.close()


def texts(workspace: Workspace, channel: str = "CGEN") -> list[str]:
    return [message.text for message in workspace.conversation.all_of(channel)]


def test_ids_stay_and_names_do_not(workspace: Workspace, tmp_path: Path) -> None:
    report = load_export(workspace, export_of(tmp_path, said("hello")))
    assert (report.people, report.channels, report.messages, report.skipped) == (2, 1, 1, {})
    people = {p.id: p for p in workspace.team.people() if not p.is_bot}
    assert set(people) == {"UHEDWIG", "UPIM"}
    assert people["UHEDWIG"].time_zone == "Europe/Vienna"
    everything = json.dumps([[p.name, p.handle] for p in people.values()]).lower()
    assert not any(name in everything for name in ("hedwig", "hedi", "zollner", "pim", "kaartje"))
    message = workspace.conversation.find("CGEN", ROOT)
    assert message is not None
    assert (message.id, message.author) == (f"CGEN/{ROOT}", "UHEDWIG")
    assert workspace.is_rehearsal


def test_pseudonyms_are_the_same_at_every_loading_and_never_shared(workspace: Workspace, tmp_path: Path) -> None:
    load_export(workspace, export_of(tmp_path, said("hello")))
    first = workspace.team.people()
    load_export(workspace, export_of(tmp_path, said("hello again")), replace=True)
    assert workspace.team.people() == first
    assert texts(workspace) == ["hello again"]
    assert len({pseudonym(n).name for n in range(9_000)}) == 9_000
    assert len({pseudonym(n).handle for n in range(9_000)}) == 9_000


def test_names_in_texts_become_pseudonyms_where_they_are_obvious() -> None:
    names = Pseudonyms([RealNames("U1", "hedwig", ("Hedwig Zollner",)), RealNames("U2", "will", ("Will Rosette",))])
    first, second = names.of("U1"), names.of("U2")
    assert names.replace_in("thanks Hedwig!") == f"thanks {first.first}!"
    assert names.replace_in("@hedwig's idea, @HEDWIG") == f"@{first.handle}'s idea, @{first.handle}"
    assert names.replace_in("Hedwig Zollner’s") == f"{first.name}’s"
    assert names.replace_in("@will said: Will it rain on rosette") == f"@{second.handle} said: Will it rain on rosette"


@pytest.mark.parametrize(
    ("slack", "plain"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<@UPIM|pim> and <#CGEN|general>", "<@UPIM> and <#CGEN>"),
        ("see <https://a.example/?x=1&amp;y=2>", "see https://a.example/?x=1&y=2"),
        ("<https://a.example|the page>", "the page (https://a.example)"),
        ("<http://a.example|a.example>", "http://a.example"),
        ("<!here> <!subteam^S1|@crew>", "@here @crew"),
        ("<mailto:a@b.example|a@b.example>", "✉"),
        ("<tel:+49301234567|+49 30 1234567>", "☎"),
        ("<a@b.example> <https://b.example/?to=a@b.example|mail a@b.example>", "✉ mail ✉ (https://b.example/?to=✉)"),
    ],
)
def test_slacks_notation_is_undone(slack: str, plain: str) -> None:
    assert plain_text(slack, lambda text: text) == plain


@pytest.mark.parametrize(
    "written", ["mail me at {}, please", "({})", "`{}`", "邮箱:{},谢谢", "to:{}.", "<{}>", "{}: hi"]
)
@pytest.mark.parametrize(
    "mail", ["bob@corp.example", "b.o-b+x@mail.corp.example", "müller@163.example", "BOB@CORP.EXAMPLE"]
)
def test_a_mail_address_is_covered_wherever_it_is_written(written: str, mail: str) -> None:
    covered = written.replace("<{}>", "{}").format("✉")
    assert plain_text(written.format(mail), lambda text: text) == covered


@pytest.mark.parametrize("written", ["call {}!", "({}) or {}", "电话{}。", "tel:{}", "{}\n12 boats"])
@pytest.mark.parametrize("telephone", ["+4930123456", "+49 (0)30 123-456", "+1.415.555.0100", "+86 138\u00a00013 8000"])
def test_a_telephone_number_is_covered_wherever_it_is_written(written: str, telephone: str) -> None:
    assert plain_text(written.format(telephone, telephone), lambda text: text) == written.format("☎", "☎")


@pytest.mark.parametrize(
    "text",
    [
        "left-pad@1.3.0 and ui@2.0.0-beta.one",
        "git clone git@code.example:crew/boat.git",
        "@hedwig and <@UPIM>",
        "1.0.0+20260101093000 on 2026-01-02",
        "+2026-01-02 10:00:00",
        "+120 lines, +1 (415)",
        "order 4930123456, ticket HB-20260101",
        "c++11 1+1 +08:00 2 + 2",
    ],
)
def test_versions_days_and_codes_are_left_alone(text: str) -> None:
    assert plain_text(text, lambda text: text) == text


def test_a_long_line_of_almost_addresses_takes_no_time() -> None:
    for text in (
        "a" * 40_000,
        "a." * 20_000,
        "a@" * 20_000,
        "a@" + "b." * 20_000,
        "+1 " * 13_000,
        "+" + "1  " * 13_000,
    ):
        plain_text(text, lambda text: text)


def test_threads_stay_and_a_reply_without_its_root_stands_alone(workspace: Workspace, tmp_path: Path) -> None:
    root = said("root", thread_ts=ROOT)
    reply = said("reply", "1515148300.000001", "UPIM", thread_ts=ROOT)
    orphan = said("orphan", "1515148400.000001", "UPIM", thread_ts="1515140000.000001")
    load_export(workspace, export_of(tmp_path, root, reply, orphan))
    assert [m.thread for m in workspace.conversation.all_of("CGEN")] == ["", ROOT, ""]


def test_private_channels_are_private_and_authors_are_members(workspace: Workspace, tmp_path: Path) -> None:
    files = {"groups": GROUPS, "secret/2018-01-05": [said("psst")], "general/2018-01-06": [said("hi", user="UPIM")]}
    load_export(workspace, export_of(tmp_path, **files))
    channels = {c.id: c for c in workspace.team.channels()}
    assert channels["GSEC"].is_private
    assert channels["GSEC"].members == ("UHEDWIG", "UPIM")
    assert channels["CGEN"].members == ("UHEDWIG", "UPIM")
    assert "Hedwig" not in channels["CGEN"].purpose


def test_what_nobody_said_is_passed_over_and_counted(workspace: Workspace, tmp_path: Path) -> None:
    report = load_export(
        workspace,
        export_of(
            tmp_path,
            said("joined", subtype="channel_join"),
            said("beep", user="UBOT"),
            said("beep", bot_id="B1"),
            said("who?", user="UGONE"),
            said(" \u200b"),
            said("x" * 40_001),
            said("once"),
            said("twice"),
            said("also in the channel", "1515148234.000000", subtype="thread_broadcast", thread_ts=ROOT),
        ),
    )
    assert report.messages == 2
    assert report.skipped == {
        "not_spoken": 1,
        "unknown_author": 2,
        "bot": 1,
        "empty": 1,
        "too_long": 1,
        "repeated": 1,
    }
    assert texts(workspace) == ["once", "also in the channel"]


def test_new_messages_come_after_the_loaded_ones(workspace: Workspace, tmp_path: Path) -> None:
    load_export(workspace, export_of(tmp_path, said("from the future", "1999999999.000001")))
    assert workspace.stamper.next() == "1999999999.000002"


def test_progress_tells_how_many_messages_there_are_so_far(workspace: Workspace, tmp_path: Path) -> None:
    heard: list[int] = []
    days = {"general/2018-01-06": [said("two", "1515234633.000001")]}
    load_export(workspace, export_of(tmp_path, said("one"), **days), heard.append)
    assert heard == [1, 2]


def test_files_of_no_known_channel_are_counted(workspace: Workspace, tmp_path: Path) -> None:
    files = {"D0456/2018-01-06": [said("between two people")], "canvases": []}
    report = load_export(workspace, export_of(tmp_path, said("hello"), **files))
    assert (report.messages, report.skipped) == (1, {"file_of_no_channel": 1})


def test_a_workspace_with_people_in_it_is_not_loaded_over_by_accident(workspace: Workspace, tmp_path: Path) -> None:
    workspace.team.add_people([PersonRecord("U1", "Ada", "ada")])
    with pytest.raises(ExportError, match="not empty"):
        load_export(workspace, export_of(tmp_path, said("hello")))


def zip_info(name: str, mode: int = 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


NESTED = io.BytesIO()
with zipfile.ZipFile(NESTED, "w") as inner:
    inner.writestr("users.json", "[]")


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (("../outside.json", b"[]"), "leads out"),
        (("/etc/outside.json", b"[]"), "leads out"),
        (("general\\..\\x.json", b"[]"), "leads out"),
        (("C:/x.json", b"[]"), "leads out"),
        (("general/\u202ex.json", b"[]"), "leads out"),
        ((zip_info("link.json", stat.S_IFLNK | 0o777), b"/etc/passwd"), "is a link"),
        (("more.zip", NESTED.getvalue()), "archive itself"),
        (("general/2018-01-07.json", b" " * 3_000_000), "unbelievable size"),
        (("general/2018-01-07.json", b" " * (16 * 1024 * 1024 + 1)), "more than 16 MB"),
    ],
)
def test_a_hostile_zip_is_refused_before_anything_is_read(
    workspace: Workspace, tmp_path: Path, entry: tuple[str | zipfile.ZipInfo, bytes], sentence: str
) -> None:
    with pytest.raises(ExportError, match=sentence):
        load_export(workspace, archive_of(tmp_path, entry))
    assert workspace.is_empty
    assert not workspace.is_rehearsal


def test_two_files_of_one_name_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = archive_of(tmp_path, ("users.json", b"[]"))
    with pytest.raises(ExportError, match="same name"):
        load_export(workspace, path)


def test_too_many_files_are_refused(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FILES_LIMIT", 2)
    with pytest.raises(ExportError, match="more than 2 files"):
        load_export(workspace, export_of(tmp_path, said("hello")))


def test_too_much_in_all_is_refused(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "TOTAL_LIMIT", 100)
    with pytest.raises(ExportError, match="unpacks to more"):
        load_export(workspace, export_of(tmp_path, said("hello")))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"users": None}, "holds no users.json"),
        ({"channels": None}, "holds no channels.json"),
        ({"users": b"{"}, "'users.json' is not valid JSON"),
        ({"users": b"[" * 50_000}, "'users.json' is not valid JSON"),
        ({"users": b"\xff\xfe"}, "'users.json' is not valid JSON"),
        ({"users": {}}, "'users.json' is not a list of objects"),
        ({"users": [1]}, "'users.json' is not a list of objects"),
        ({"users": [{"id": 7, "name": "x"}]}, "person 1 of users.json has no id"),
        ({"users": [{"id": "UNDERSTUDY", "name": "x"}]}, "person 1 of users.json has no id"),
        ({"users": [{"id": "U1"}]}, "person 1 of users.json has no name"),
        ({"users": [*USERS, USERS[0]]}, "same person twice"),
        ({"channels": [{"id": "C1", "name": "a", "members": 5}]}, "channel 1 of channels.json has members"),
        ({"channels": [*CHANNELS, *CHANNELS]}, "same channel twice"),
        (
            {"general/2018-01-06": [said("x", "yesterday")]},
            "message 1 of 'general/2018-01-06.json' has a wrong timestamp",
        ),
        ({"general/2018-01-06": [said("x", 5)]}, "wrong timestamp"),  # type: ignore[arg-type]
        ({"general/2018-01-06": [said("x", thread_ts="?")]}, "wrong timestamp"),
        ({"general/2018-01-06": [said("x"), {"type": "message", "user": [], "text": "x"}]}, "message 2 of"),
        ({"general/2018-01-06": [said("\ud800")]}, "cannot be read"),
    ],
)
def test_a_wrong_file_is_one_sentence_that_names_it_and_nothing_is_loaded(
    workspace: Workspace, tmp_path: Path, files: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ExportError) as caught:
        load_export(workspace, export_of(tmp_path, said("hello", "1515140000.000001"), **files))
    assert sentence in str(caught.value)
    assert workspace.is_empty
    assert workspace.conversation.count() == 0


def test_a_failed_loading_leaves_what_was_there(workspace: Workspace, tmp_path: Path) -> None:
    workspace.team.add_people([PersonRecord("U1", "Ada", "ada")])
    workspace.team.add_channels([ChannelRecord("C1", "garden", members=("U1",))])
    workspace.conversation.add(MessageRecord("C1", ROOT, "U1", "still here"))
    with pytest.raises(ExportError):
        load_export(workspace, export_of(tmp_path, said("x", "wrong")), replace=True)
    assert texts(workspace, "C1") == ["still here"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip at all", bytes(1000)])
def test_what_is_no_zip_is_refused(workspace: Workspace, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.zip").write_bytes(content)
    with pytest.raises(ExportError, match="not a zip file"):
        load_export(workspace, tmp_path / "broken.zip")


def test_a_zip_that_is_not_there_is_one_sentence(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be read"):
        load_export(workspace, tmp_path / "missing.zip")


def test_a_zip_cut_or_flipped_anywhere_is_refused_whole_or_loaded_whole(workspace: Workspace, tmp_path: Path) -> None:
    whole = export_of(tmp_path, said("hello")).read_bytes()
    damaged = tmp_path / "damaged.zip"
    for place in range(0, len(whole), 7):
        for content in (whole[:place], whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]):
            damaged.write_bytes(content)
            before = (workspace.team.people(), workspace.conversation.count())
            try:
                load_export(workspace, damaged, replace=True)
            except ExportError:
                assert (workspace.team.people(), workspace.conversation.count()) == before
            else:
                assert not workspace.is_empty
