"""The guard: posted words ping nobody, link nowhere foreign and hide nothing."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.guard import LIMIT, Ruling, Verdict, check, links_in
from bot.words import catalogue

OWN = "https://wiki.example/limits"
ALLOWED = frozenset({OWN, "www.own.example"})
NAMES = {"U1": "Mara", "U2": "@here", "U3": "<@U1>", "U4": "a\u202eb", "U5": "https://evil.example"}

PING = re.compile(
    r"<@!?[A-Za-z0-9_-]+(?:\|[^>]*)?>|<!(?:here|channel|everyone)(?:\|[^>]*)?>|<!subteam\^[^>]*>"
    r"|(?<!\w)[@＠](?:here|channel|everyone|all)\b",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>|)\]]+|(?:www\.|mailto:)[^\s<>|)\]]+", re.IGNORECASE)
PICTURE_OR_MARKED = re.compile(r"!\[[^\]]*\]\([^)]*\)|\]\(\s*<?(?:[a-z][a-z0-9+.-]*:|//)[^)\s>]", re.IGNORECASE)


def cleaned(text: str, allowed: frozenset[str] | None = ALLOWED) -> str:
    return check(text, allowed, NAMES).text


# ---------------------------------------------------------------- pings


@pytest.mark.parametrize(
    ("written", "inert"),
    [
        ("ask <@U1>", "ask Mara"),
        ("ask <@!U1>", "ask Mara"),
        ("ask <@U1|mara>", "ask Mara"),
        ("ask <@U9>", "ask U9"),
        ("<!here> look", "here look"),
        ("<!channel|@channel> look", "channel look"),
        ("<!everyone> look", "everyone look"),
        ("<!subteam^S1|@platform> look", "platform look"),
        ("the <!subteam^S1> look", "the  look"),
        ("@here look", "here look"),
        ("(@Everyone) look", "(Everyone) look"),
        ("＠all look", "all look"),
        ("@@channel look", "channel look"),
        ("done.@here", "done.here"),
        ("<@U2> look", "here look"),  # a name that is a broadcast
        ("<@U3> look", "Mara look"),  # a name that is a mention
        ("<@<@U1>U1> look", "MaraU1 look"),  # a mention made of what is left of another
        ("@\u200bhere and @\u200dhere", "here and here"),
    ],
)
@pytest.mark.promise(12, "every way of pinging")
def test_nobody_is_pinged(written: str, inert: str) -> None:
    assert cleaned(written, None) == inert


@pytest.mark.parametrize("text", ["write to ops@all.example", "@overall", "the @hereafter", "a < b @ 5 > c", "#build"])
def test_what_is_no_ping_stays(text: str) -> None:
    assert cleaned(text) == text


# ---------------------------------------------------------------- what hides


@pytest.mark.parametrize(
    "hidden",
    [
        "\u202e",  # right-to-left override
        "\u2066",  # isolate
        "\u200f",
        "\u200b",  # zero width space
        "\u200d",  # a joiner that joins no emoji
        "\ufe0f",
        "\ufeff",
        "\u00ad",  # soft hyphen
        "\u2028",
        "\x00",
        "\x1b",
        "\x7f",
        "\x85",
        "\ue000",  # private use
        "\ud800",  # half a pair
        "\U000e0041",  # a tag
        "\U000e0101",  # a variation selector that may carry a byte
        "\u3164",  # a filler
        "\u2800",
        "\u034f",
    ],
)
@pytest.mark.promise(9, "every character that hides or reorders")
def test_a_character_that_hides_or_reorders_is_taken_out(hidden: str) -> None:
    assert cleaned(f"pay{hidden}roll{hidden}") == "payroll"


@pytest.mark.parametrize("emoji", ["👩🏽‍💻", "❤️‍🔥", "🏳️‍🌈", "#️⃣ 1️⃣", "☀️", "‼️"])
def test_emoji_stay_whole(emoji: str) -> None:
    assert cleaned(f"done {emoji}!") == f"done {emoji}!"


def test_lines_and_tabs_stay_and_have_one_ending() -> None:
    assert cleaned("one\r\ntwo\rthree\tfour") == "one\ntwo\nthree\tfour"


@pytest.mark.parametrize(
    "text", ["限流是每分钟 40 单。", "Straße, naïve, ñ", "```\nif a < b:\n    f[x](y)\n```", "x <= 3 & y"]
)
def test_plain_words_are_not_touched(text: str) -> None:
    assert check(text, frozenset(), {}).text == text
    assert check(text, frozenset(), {}).reasons == ()


# ---------------------------------------------------------------- links and images


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("see https://evil.example/x?q=1 now", "see … now"),
        ("see HtTpS://Evil.example now", "see … now"),
        ("see ftp://evil.example, slack://x and www.evil.example", "see … … and …"),
        ("write mailto:eve@evil.example", "write …"),
        (f"see {OWN}.evil.example", "see …"),
        (f"see {OWN}/..", "see …"),
        ("[the wiki](https://evil.example)", "the wiki (…)"),
        ("[the wiki]( <HTTPS://evil.example> 'title' )", "the wiki (…)"),
        (f"[{OWN}](https://evil.example)", f"{OWN} (…)"),
        ("[run](javascript:alert)", "run (…)"),
        ("[the wiki](//evil.example)", "the wiki (…)"),
        ("<https://evil.example|the wiki>", "<…|the wiki>"),
        ("![chart](https://evil.example/x.png)", "chart"),
        (f"![chart]({OWN})", "chart"),  # an image is fetched without a click: not even an own one
        ("ht![](x)tps://evil.example", "…"),
        ("https:<![](x)!subteam^a|>//evil.example", "…"),
        ("<@U5>", "…"),  # a name that is a link
        ("https\u200b://evil.example", "…"),
    ],
)
@pytest.mark.promise(12, "every way of writing a link")
def test_a_foreign_link_or_image_is_taken_out_and_said(written: str, left: str) -> None:
    verdict = check(written, ALLOWED, NAMES)
    assert (verdict.ruling, verdict.text, verdict.reasons) == (Ruling.ALLOW, left, ("guard.links_removed",))


@pytest.mark.parametrize("text", [f"see {OWN}.", f"({OWN})", f"{OWN}, www.own.example!", f"<{OWN}|wiki>"])
def test_a_link_of_the_workers_own_messages_stays(text: str) -> None:
    verdict = check(text, ALLOWED, NAMES)
    assert (verdict.text, verdict.reasons) == (text, ())


def test_a_marked_link_of_the_workers_own_shows_where_it_leads() -> None:
    assert cleaned(f"[wiki]({OWN})") == f"wiki ({OWN})"


def test_links_the_worker_wrote_themself_stay_and_their_pings_do_not() -> None:
    verdict = check("see https://new.example, <@U1>\u202e", None, NAMES)
    assert (verdict.text, verdict.reasons) == ("see https://new.example, Mara", ())


def test_the_addresses_in_a_text_are_found_without_the_stop_behind_them() -> None:
    assert links_in(f"See {OWN}. Or WWW.own.example? (https://a.example/b)") == {
        OWN,
        "WWW.own.example",
        "https://a.example/b",
    }


# ---------------------------------------------------------------- rulings


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u202e", "\u3000", "\u2800"])
def test_nothing_to_read_is_blocked(text: str) -> None:
    assert check(text, ALLOWED, NAMES) == check("", ALLOWED, NAMES)
    assert check(text, None, NAMES).reasons == ("guard.empty",)


def test_an_answer_is_as_long_as_the_limit_and_no_longer() -> None:
    assert check("a" * LIMIT, ALLOWED, NAMES).ruling is Ruling.ALLOW
    assert check(f"  {'a' * LIMIT}\n", ALLOWED, NAMES).ruling is Ruling.ALLOW
    verdict = check("a" * (LIMIT + 1), ALLOWED, NAMES)
    assert (verdict.ruling, verdict.reasons) == (Ruling.BLOCK, ("guard.too_long",))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["![", "[x", "<@a|", "<!subteam^", "<@", "@", "https://", "\u202e", "[a](b:"])
def test_ten_megabytes_of_hostile_text_are_refused_in_no_time(piece: str) -> None:
    text = piece * (10_000_000 // len(piece))
    assert check(text, ALLOWED, NAMES).ruling is Ruling.BLOCK
    assert len(check(text, None, NAMES).text) <= 4 * LIMIT


@pytest.mark.timeout(10)
def test_marks_nested_deeper_than_anyone_writes_lose_every_sign() -> None:
    assert set(cleaned("<@" * 200 + "U1" + ">" * 200)) <= set("U1Mara")
    assert not PICTURE_OR_MARKED.search(cleaned("![" * 200 + "x" + "](x)" * 200))
    assert not links_in(cleaned("![" * 200 + "https://evil.example" + "](x)" * 200))


def test_what_is_read_of_a_text_has_an_end_whatever_is_taken_out_of_it() -> None:
    assert LIMIT == 3000
    longest = "a" + "\u200b" * (4 * LIMIT - 1)
    assert check(longest, ALLOWED, NAMES) == Verdict(Ruling.ALLOW, "a")
    assert check(longest + "\u200b", ALLOWED, NAMES) == Verdict(Ruling.BLOCK, "a", ("guard.too_long",))
    assert check("\u200b" * (4 * LIMIT) + "a", ALLOWED, NAMES) == Verdict(Ruling.BLOCK, "", ("guard.empty",))


@pytest.mark.parametrize("allowed", [ALLOWED, None])
def test_a_text_that_settles_keeps_its_honest_marks_and_one_that_does_not_keeps_none(
    allowed: frozenset[str] | None,
) -> None:
    def nested(depth: int) -> str:
        return f"a < b {'<@' * depth}U1{'>' * depth}"

    assert cleaned(nested(1), allowed) == cleaned(nested(3), allowed) == "a < b Mara"
    assert cleaned(nested(4), allowed) == "a  b Mara"
    assert check(nested(4), allowed, NAMES).reasons == ()


def test_links_are_said_to_be_gone_in_whichever_pass_they_went() -> None:
    for text in (f"https://evil.example {'<@' * 4}U1{'>' * 4}", f"{'<@' * 2}U5{'>' * 2}", f"{'<@' * 4}U5{'>' * 4}"):
        assert check(text, ALLOWED, NAMES).reasons == ("guard.links_removed",), text
        assert not links_in(cleaned(text))
        assert check(text, None, NAMES).reasons == ()


def test_every_reason_can_be_said() -> None:
    assert {"guard.empty", "guard.too_long", "guard.links_removed"} <= catalogue("en").keys()


# ---------------------------------------------------------------- whatever comes

PIECES = st.sampled_from(
    [
        *"<@U1> <@U2> <@U3> <@U4> <@U5> <@ <! ! > | [ ] ( ) ]( @ ＠ here everyone channel all <!here>".split(),
        *"subteam^S1 U1 https:// HTTPS:// http : // www. mailto: javascript: evil.example wiki.example/limits".split(),
        *"![ ![](x) … . ``` * _ 分 🔥".split(),
        *(" ", "\n", "\r", "\u200b", "\u200d", "\ufe0f", "\u202e", "\x00", "\U000e0041", "\u3164", OWN),
    ]
)
HOSTILE = st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join)


@given(HOSTILE)
@example("@![](x)here")
@example("](//<@U1>")
@example("<![](z)@x>")
@example("[a]<!subteam^S1|(javascript:x)>")
@pytest.mark.promise(9, "fuzzed drafts: hidden and reordering characters")
@pytest.mark.promise(12, "fuzzed text: foreign links, images, pings")
def test_fuzzed_text_keeps_no_hidden_character_no_ping_and_no_foreign_link(text: str) -> None:
    left = cleaned(text)
    for character in left:
        category = unicodedata.category(character)
        assert character in "\n\t\u200d" or category not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}, ascii(left)
    assert not PING.search(left), ascii(left)
    assert not PICTURE_OR_MARKED.search(left), ascii(left)
    assert {found.rstrip(".,;:!?'\"") for found in ADDRESS.findall(left)} <= ALLOWED, ascii(left)


@given(HOSTILE)
@pytest.mark.promise(9, "fuzzed edits: hidden and reordering characters")
def test_words_the_worker_wrote_keep_no_hidden_character_and_no_ping(text: str) -> None:
    left = cleaned(text, None)
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs"} or c in "\n\t\u200d" for c in left)
    assert not PING.search(left), ascii(left)


@given(HOSTILE)
def test_what_was_cleaned_is_clean(text: str) -> None:
    once = check(text, ALLOWED, NAMES)
    assert check(once.text, ALLOWED, NAMES).text == once.text
