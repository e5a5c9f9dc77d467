"""The voice: what is counted of how somebody writes, and that nothing can be read back from it."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.profile.manners import EVERYDAY
from bot.profile.openings import MOST_OPENINGS, MOST_PHRASES, opening_phrases
from bot.profile.traits import FEWEST_MESSAGES, describe, rows, traits, voice_of
from bot.profile.voice import Tally, merge
from bot.words import Words

SALT = "a salt of this test"
TEXTS = (
    "I think that works, thanks!",
    "hey <@U1> see `retry_budget_ms` at https://example.org/a?b",
    "好的,没问题",
    "这个 `wx_notify` 要先入队,我觉得可能会超时 😄",
    "You should rebase first.\n- then push\n- then wait",
    "```\nmake ship\n``` done…",
    ":+1: :team-mara: :slightly_smiling_face:",
    "> quoted words\nI think so too",
    "Das ist leider nicht richtig und sollte morgen geprüft werden",
    "",
)
chatter = st.one_of(st.sampled_from(TEXTS), st.text(max_size=60))
messages = st.lists(st.tuples(chatter, st.sampled_from("abcde")), max_size=12)


def tallied(*said: tuple[str, str]) -> Tally:
    tally = Tally.blank(SALT)
    for text, thread in said:
        tally = tally.add(text, thread)
    return tally


def in_threads(text: str, times: int, threads: int = 7) -> list[tuple[str, str]]:
    return [(text, f"thread {number % threads}") for number in range(times)]


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text.replace("’", "'").casefold())


def longest_run_shown(tally: Tally, text: str, *, end_to_end: bool = False) -> int:
    """How many words of a message in a row the JSON shows, phrases laid over each other, or even end to end."""
    shown = json.loads(tally.to_json())["openings"]["words"].values()
    own = words_of(text)
    spans = [
        (start, start + len(phrase))
        for phrase in map(words_of, shown)
        for start in range(len(own) - len(phrase) + 1)
        if own[start : start + len(phrase)] == phrase
    ]
    longest, begin, end = 0, 0, -1
    for start, stop in sorted(spans):
        if start > end or (start == end and not end_to_end):
            begin = start
        end = max(end, stop) if begin < start else stop
        longest = max(longest, end - begin)
    return longest


# ---------------------------------------------------------------- counting


@given(messages, st.randoms(use_true_random=False))
def test_what_is_subtracted_in_any_order_was_never_added(said: list[tuple[str, str]], order: random.Random) -> None:
    kept, gone = said[::2], said[1::2]
    order.shuffle(gone)
    tally = tallied(*said)
    for text, thread in gone:
        tally = tally.subtract(text, thread)
    assert tally.counts == tallied(*kept).counts
    assert tally.messages == len(kept)


@given(messages)
def test_a_tally_without_all_its_messages_is_empty(said: list[tuple[str, str]]) -> None:
    tally = tallied(*said)
    for text, thread in said:
        tally = tally.subtract(text, thread)
    assert tally.is_empty
    assert tally == Tally.blank(SALT)


@given(messages, messages)
def test_merging_is_adding_all(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    merged = merge([tallied(*one), tallied(*other)])
    assert (merged.messages, merged.counts) == (len(one + other), tallied(*one, *other).counts)
    assert set(merged.openings.table) == set(tallied(*one, *other).openings.table)


@given(messages)
def test_a_tally_survives_json(said: list[tuple[str, str]]) -> None:
    tally = tallied(*said)
    assert Tally.from_json(tally.to_json()) == tally
    assert Tally.from_json(tally.to_json()).to_json() == tally.to_json()


def test_tallies_of_different_salts_are_not_merged() -> None:
    with pytest.raises(ValueError, match="different salts"):
        merge([Tally.blank("one"), Tally.blank("another")])


def test_nothing_merged_is_empty() -> None:
    assert merge([]).is_empty


@pytest.mark.timeout(60)
def test_a_tally_stays_small_however_much_is_said() -> None:
    draw = random.Random(7)
    everyday = sorted(EVERYDAY)
    tally = Tally.blank(SALT)
    sizes = []
    for number in range(20_000):
        text = " ".join(draw.choices(everyday, k=6)) + draw.choice((".", "!", "…", " :smile:", f" :own-{number}:"))
        tally = tally.add(text, f"thread {number // 3}")
        if number in {4_999, 19_999}:
            sizes.append(len(tally.to_json()))
    assert tally.messages == 20_000
    assert len(tally.openings.table) == MOST_OPENINGS
    assert len(tally.phrases) <= MOST_PHRASES
    assert sizes[1] < 60_000
    assert sizes[1] < 1.1 * sizes[0]


# ---------------------------------------------------------------- nothing to read back


def test_a_sentence_said_fifty_times_shows_three_of_its_words_at_most() -> None:
    sentence = "I think so, that works for me. Makes sense, let me know what you need then."
    tally = tallied(*in_threads(sentence, 50))
    assert tally.phrases == ("I think so",)
    assert longest_run_shown(tally, sentence, end_to_end=True) == 3


def test_phrases_that_could_be_chained_are_refused() -> None:
    pieces = ("I think so", "so far good", "think so far", "far good enough", "good enough now")
    tally = tallied(*(said for piece in pieces for said in in_threads(piece, 20)))
    assert longest_run_shown(tally, "I think so far good enough now") <= 3


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(st.sampled_from("makes sense good work right now think so try again".split()), min_size=2, max_size=7),
        min_size=1,
        max_size=4,
    )
)
@pytest.mark.promise(7, "what is counted of a voice")
def test_no_run_of_four_words_can_be_read_back(sentences: list[list[str]]) -> None:
    spoken = [" ".join(words) for words in sentences]
    tally = tallied(*((text, str(number)) for number in range(6) for text in spoken))
    shown = [words_of(phrase) for phrase in tally.phrases]
    for one in shown:
        assert len(one) <= 3
        for other in shown:
            if one is not other:
                assert not any(one[-size:] == other[:size] for size in range(1, 4))
    assert all(longest_run_shown(tally, text) <= 3 for text in spoken)


def test_even_who_knows_the_salt_finds_only_the_first_words() -> None:
    assert opening_phrases("Makes sense: we wait until they know") == ["makes sense"]
    assert opening_phrases("let me know what you think about it") == ["let me know"]
    tally = tallied(("makes sense again. good work today", "a"))
    assert len(tally.openings.table) == len(opening_phrases("makes sense again")) == 2


def test_the_json_holds_no_word_of_what_was_said_below_the_bar() -> None:
    said = [("makes sense to me, Wilhelmina", "a"), ("let me check the kraken", "b"), ("收到,明天见", "c")]
    kept = json.loads(tallied(*said).to_json())["openings"]
    assert not kept["words"]
    assert all(re.fullmatch(r"[0-9a-f]{12}", key) for key in kept["table"])
    assert not re.search("wilhelmina|kraken|makes|收到|明天", tallied(*said).to_json(), re.IGNORECASE)


@pytest.mark.promise(7, "what is counted of a voice")
def test_no_feature_looks_at_a_clock() -> None:
    named = set(traits(tallied(*((text, "a") for text in TEXTS))))
    assert named
    assert not [name for name in named if re.search(r"hour|clock|time$|day|night|week|mood|sentiment", name)]


def test_no_more_phrases_are_kept_than_there_is_room_for() -> None:
    words = sorted(EVERYDAY)
    pairs = (f"{first} {second}" for first, second in zip(words[::2], words[1::2], strict=False))
    phrases = [pair for pair in pairs if opening_phrases(pair) == [pair]][:40]
    assert len(phrases) > MOST_PHRASES
    tally = tallied(*(said for phrase in phrases for said in in_threads(phrase, 6)))
    assert len(tally.phrases) == MOST_PHRASES


# ---------------------------------------------------------------- set phrases


def test_a_phrase_is_set_when_used_five_times_in_three_threads() -> None:
    four_times = in_threads("Sounds good to me", 4, threads=3)
    assert tallied(*four_times).phrases == ()
    assert tallied(*four_times, ("sounds good", "thread 0")).phrases == ("sounds good",)
    assert tallied(*in_threads("Sounds good", 30, threads=2)).phrases == ()


def test_a_phrase_goes_when_subtracting_takes_it_below_the_bar() -> None:
    said = in_threads("sounds good", 6, threads=3)
    tally = tallied(*said)
    tally = tally.subtract(*said[0])
    assert tally.phrases == ("sounds good",)
    tally = tally.subtract(*said[1])
    assert tally.phrases == ()
    assert "sounds" not in tally.to_json()


def test_a_phrase_goes_when_too_few_threads_are_left() -> None:
    tally = tallied(*in_threads("sounds good", 20, threads=2), ("sounds good", "another"))
    assert tally.phrases == ("sounds good",)
    assert tally.subtract("sounds good", "another").phrases == ()


@pytest.mark.parametrize(
    "text",
    [
        "Thanks Mara, will do",
        "wilhelmina said so",
        "<@U123> <@U456>",
        "see https://example.org",
        "`make ship` again",
        "version 7 works",
        "ship the relay",
        "I think that",  # breaks off
        "晓雨你好",  # a name
        "我们明天去数据中心看一下",  # too long to be a phrase
    ],
)
def test_names_and_whatever_else_is_not_everyday_talk_makes_no_phrase(text: str) -> None:
    assert not [phrase for phrase in tallied(*in_threads(text, 12)).phrases if phrase != "I think"]


def test_a_short_clause_is_a_chinese_phrase() -> None:
    assert tallied(*in_threads("没问题,我看一下数据库", 6)).phrases == ("没问题",)
    assert tallied(*in_threads("没问题,好的,收到", 50)).phrases == ("没问题",)


def test_a_phrase_counted_on_either_of_two_shelves_stays_in_what_is_merged() -> None:
    one, other = tallied(*in_threads("makes sense", 6)), tallied(*in_threads("sense of humor", 6), ("sounds good", "a"))
    assert merge([one, other]).phrases == ("makes sense",)


def test_a_phrase_is_never_set_by_what_it_may_have_inherited() -> None:
    tally = Tally.blank(SALT)
    draw = random.Random(7)
    everyday = sorted(EVERYDAY)
    for number in range(4_000):
        tally = tally.add(" ".join(draw.choices(everyday, k=2)), str(number))
    before = set(tally.phrases)
    for number in range(4):
        tally = tally.add("wow awesome", str(number))
    assert set(tally.phrases) <= before


# ---------------------------------------------------------------- features


@pytest.mark.parametrize(
    ("text", "trait", "figure"),
    [
        ("that works", "begins_small", 1),
        ("That works", "begins_small", 0),
        ("<@U1> that works", "begins_small", 1),
        ("That works", "ends_bare", 1),
        ("That works.", "ends_bare", 0),
        ("没问题。", "ends_stop", 1),
        ("Hello all, it works", "greets", 1),
        ("大家好,上线了", "greets", 1),
        ("It works, thanks!", "takes_leave", 1),
        ("帮我看下,谢谢~", "takes_leave", 1),
        ("thanks to the cache it is quick", "takes_leave", 0),
        ("It works 👍🏽", "emoji_+1", 1),
        ("It works :thumbsup:", "emoji_+1", 1),
        ("It works :team-mara:", "emoji_another", 1),
        ("at 10:30:15 it works", "emoji", 0),
        ("run `make`", "inline_code", 1),
        ("```\nmake\n```", "code_blocks", 1),
        ("```\n- not a list: code\n```", "greets", 0),
        ("see https://example.org", "links", 1),
        ("- one\n- two", "lists", 1),
        ("I think it works", "hedges", 1),
        ("我觉得可以", "hedges", 1),
        ("You should rebase", "advises", 1),
        ("Please restart the relay", "orders", 1),
        ("请先重启", "orders", 1),
        ("it's fine", "contracts", 1),
        ("I did it", "says_i", 1),
        ("我们上线了", "says_i", 0),
        ("上线了", "chinese", 1),
        ("I deployed the build 昨天", "mixed", 1),
        ("用 relay 部署 staging 就可以了", "chinese", 1),
        ("Das Wetter heute ist leider wieder schlecht", "other", 1),
        ("it works", "english", 1),
    ],
)
def test_a_habit_is_seen_where_it_is(text: str, trait: str, figure: float) -> None:
    assert voice_of(tallied((text, "a"))).share(trait) == figure


def test_lengths_are_known_to_their_bucket() -> None:
    voice = voice_of(tallied(*in_threads("one two three. Four five six seven", 10), *in_threads("yes", 4)))
    assert 5 <= voice.share("message_words") <= 8
    assert 2 < voice.share("sentence_words") <= 4
    assert voice.share("sentences") == pytest.approx(24 / 14)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["\n", " ", "`", "<", ":", "a ", "> ", "- ", "*a ", "(a ", "在", "word'", "http://"])
def test_no_message_holds_the_counting_up(piece: str) -> None:
    assert tallied(*(("x" + piece * 20_000 + "y", "a"),) * 5).messages == 5


@given(messages)
def test_traits_are_figures_and_bounded(said: list[tuple[str, str]]) -> None:
    assert all(0 <= figure <= 200 for figure in traits(tallied(*said)).values())


def test_a_voice_is_described_in_sentences() -> None:
    voice = voice_of(tallied(*in_threads("i think `relay` works now :smile:", 12)))
    said = describe(voice)
    assert said[0].startswith("Half of the messages have at most")
    assert "Often begins messages in lower case" in said
    assert "Set phrases: “I think”" in said
    assert "Emoji used: 😄" in said


def test_too_few_messages_say_nothing_of_a_voice() -> None:
    voice = voice_of(tallied(*in_threads("i think so", FEWEST_MESSAGES - 1)))
    assert describe(voice) == ()
    assert [Words().say(key, **values) for key, values in rows(voice)] == ["How you write shows from 10 messages on."]


@given(messages)
def test_every_row_can_be_said(said: list[tuple[str, str]]) -> None:
    for key, values in rows(voice_of(tallied(*said, *said, *said))):
        assert Words().say(key, **values)


def test_the_page_says_what_is_so() -> None:
    told = rows(voice_of(tallied(*in_threads("i think that's fine :tada:", 12))))
    sentences = [Words().say(key, **values) for key, values in told]
    assert "You begin 100 % of your messages with a small letter." in sentences
    assert "Your emoji: 🎉" in sentences
    assert "Ways you like to begin: “I think”" in sentences
