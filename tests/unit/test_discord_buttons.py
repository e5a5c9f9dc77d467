"""What a button holds: known again from its custom id alone, after a restart too, and told from every other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.open_windows import OpenWindows
from adapters.discord import buttons
from adapters.discord.buttons import CUSTOM_ID, DO, FOLD, FOOT, SEND, TOLD, Holding, read, written
from bot.views import Button
from tests.measures import units

GUILD, MARA, CHANNEL, MESSAGE = (
    "1130645829374828544",
    "1130645829374828545",
    "9223372036854775807",
    "18446744073709551615",
)
DRAFT = "d_0123456789abcdef0123"
ids = st.one_of(st.integers(1, 2**64 - 1).map(str), st.sampled_from([GUILD, MARA, CHANNEL, MESSAGE, "7", "000123"]))
texts = st.one_of(st.text(max_size=20), st.text("~|^&:?0123456789", max_size=30), ids)
holdings = st.builds(
    Holding,
    st.sampled_from([DO, FOOT, SEND, TOLD]),
    st.integers(1, 2**64 - 1).map(str),
    st.one_of(st.just(""), st.text("abcXYZ0189-_:", max_size=30)),
    st.one_of(st.just(""), st.text("abc019.?", max_size=12)),
    st.text("abcdef_", min_size=1, max_size=20),
    texts,
    st.dictionaries(st.text("abc", max_size=5), texts, max_size=3),
)


@given(holdings)
@settings(max_examples=300)
def test_whatever_a_button_holds_comes_back_from_its_id(held: Holding) -> None:
    windows = OpenWindows()
    custom_id = written(held, windows)
    assert 1 <= units(custom_id) <= CUSTOM_ID
    found = read(custom_id, windows)
    assert found is not None
    if held.kind == TOLD and found.key != held.key:  # its key is what it can do without
        assert found.key == ""
        held = replace(held, key="")
    assert (found, found.values) == (held, held.values)


def test_what_does_not_fit_is_kept_aside_and_is_known_to_be_gone_after_a_restart() -> None:
    windows = OpenWindows()
    held = Holding(SEND, GUILD, "aaaaaaaaaaaa", "2", "consent", "consent", {"words": "f" * 64})
    custom_id = written(held, windows)
    assert "f" * 64 not in custom_id
    assert read(custom_id, windows) == held
    assert read(custom_id, OpenWindows()) == replace(held, name="", target="", values={})


@pytest.mark.parametrize(
    "held",
    [
        Holding(TOLD, GUILD, DRAFT, "", "go_on_without", DRAFT),
        Holding(TOLD, GUILD, f"outage:{DRAFT}", "", "ask_yourself", DRAFT),
        Holding(TOLD, GUILD, "drafts", "", "review", DRAFT),
        Holding(TOLD, GUILD, "o_0123456789ab", "", "ask_double", "o_0123456789ab"),
        Holding(TOLD, GUILD, "c_0123456789ab", "", "choose", "c_0123456789ab", {"worker": MARA}),
        Holding(TOLD, GUILD, "consent", "", "renew", "", {"until": "2026-12-31"}),
        Holding(DO, GUILD, "aaaaaaaaaaaa", "?2", "delete_message", f"{CHANNEL}/{MESSAGE}.{CHANNEL}"),
        Holding(FOOT, GUILD, "aaaaaaaaaaaa", "", "deny", DRAFT),
    ],
)
def test_what_matters_after_a_restart_needs_no_memory(held: Holding) -> None:
    nothing = SimpleNamespace(keep=None)
    assert read(written(held, nothing), OpenWindows()) == held  # type: ignore[arg-type]  # no memory to keep it in


def test_a_part_too_long_for_an_id_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="part"):
        written(Holding(FOLD, GUILD, "aaaaaaaaaaaa", "m" * 90), OpenWindows())


@pytest.mark.parametrize("foreign", ["", "d", "reply:1:2:d_1", "d|x", "hello|world", "d|7|k|p|n|t|odd", "D|7", "abc|7"])
def test_a_foreign_id_is_none_of_ours(foreign: str) -> None:
    assert read(foreign, OpenWindows()) is None


def test_buttons_that_hold_the_same_have_ids_of_their_own() -> None:
    before: Counter[str] = Counter()
    held = Holding(DO, GUILD, "aaaaaaaaaaaa", "", "review", DRAFT, {"a": "1"})
    made = [buttons.numbered(one, before) for one in (held, held, replace(held, values={"a": "2"}), held)]
    assert len({written(one, OpenWindows()) for one in made}) == 4
    assert [one.meant() for one in made] == [held, held, replace(held, values={"a": "2"}), held]


def test_a_button_that_asks_first_says_so_until_it_was_meant() -> None:
    asking = buttons.of_button(Button("leave", "Leave", confirm="All of it?"), FOOT, GUILD, "k", "leave")
    found = read(written(asking, OpenWindows()), OpenWindows())
    assert found is not None
    assert found.asks
    assert not found.meant().asks
    assert not buttons.of_button(Button("leave", "Leave"), FOOT, GUILD, "k").asks
    assert not Holding(FOLD, GUILD, "k", "?").asks


def test_a_label_is_cut_to_what_a_button_takes_and_is_never_empty() -> None:
    shown = buttons.button(Holding(DO, GUILD, "k", "", "go", "t"), "🎭" * 80, OpenWindows(), "danger")
    assert units(str(shown.label)) <= 80
    assert shown.style is discord.ButtonStyle.danger
    assert buttons.fitting(" ") == "–"


def test_rows_have_five_buttons_each() -> None:
    made = [buttons.button(Holding(DO, GUILD, "k", str(n), "go"), "Go", OpenWindows()) for n in range(12)]
    assert [len(row.children) for row in buttons.rows(made)] == [5, 5, 2]
    assert list(buttons.rows([])) == []
