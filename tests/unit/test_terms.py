"""Terms: what was said is found again by another form of the same word, in every script."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.terms import LONGEST_TERM, MOST_QUERY_TERMS, query_terms, terms


def test_forms_of_an_english_word_meet_in_one_term() -> None:
    assert set(terms("deploys deployed Deploying")) == {"deploy"}


@pytest.mark.parametrize(
    ("written", "whole", "parts"),
    [
        ("retry_budget_ms", "retry_budget_ms", {"retri", "budget", "ms"}),
        ("retryBudgetMs", "retrybudgetm", {"retri", "budget", "ms"}),
        ("HTTPServer", "httpserver", {"http", "server"}),
        ("bot.terms.query_terms", "bot.terms.query_terms", {"bot", "term", "query_terms", "queri"}),
        ("src/relay/config.py", "src/relay/config.py", {"src", "relay", "config.py", "config", "py"}),
        ("ERR_CONN_RESET", "err_conn_reset", {"err", "conn", "reset"}),
        ("string->list", "string->list", {"string", "list"}),
        ("v2.3.1", "v2.3.1", set()),
        ("C++", "c++", set()),
        ("#123", "#123", {"123"}),
        ("E4290", "e4290", set()),
    ],
)
def test_an_identifier_is_found_whole_and_by_its_parts(written: str, whole: str, parts: set[str]) -> None:
    found = set(terms(f"please see `{written}`, thanks"))
    assert {whole, *parts} <= found


def test_a_whole_identifier_is_not_stemmed() -> None:
    assert "retry_budgets" in terms("retry_budgets")
    assert "retry_budget" not in terms("retry_budgets")


def test_chinese_is_cut_into_pairs_and_a_lone_character_stays() -> None:
    assert terms("部署脚本") == ["部署", "署脚", "脚本"]
    assert terms("好") == ["好"]


def test_japanese_and_korean_are_cut_into_pairs() -> None:
    assert terms("テスト") == ["テス", "スト"]
    assert terms("한국어") == ["한국", "국어"]


def test_mixed_text_keeps_both_scripts_apart() -> None:
    assert terms("把retry_budget_ms调到250") == ["把", "retry_budget_ms", "retri", "budget", "ms", "调到", "250"]


def test_full_width_and_accented_spellings_meet_the_plain_ones() -> None:
    assert terms("ＡＰＩ ﬁne") == terms("API fine")


def test_code_in_a_block_is_found() -> None:
    assert "make_slot" in terms("like so:\n```\nmake_slot(dock=3)\n```")


def test_ids_of_mentions_and_emoji_shortcodes_leave_nothing() -> None:
    assert terms("<@U0ABC123> <#C9> :tada: :+1: :white_check_mark:") == []


def test_a_clock_time_is_no_emoji() -> None:
    assert "12:30:45" in terms("at 12:30:45 sharp")


def test_the_words_of_an_address_are_found_and_its_query_string_is_not() -> None:
    found = terms("see https://www.docs.example.org/guide/Deploy.html?session=abc#top")
    assert {"docs.example.org", "guid", "deploy.html", "deploy"} <= set(found)
    assert not {"http", "https", "www", "session", "abc", "top"} & set(found)


def test_a_heap_of_letters_and_digits_is_passed_over() -> None:
    assert terms("4f9a1c0d4f9a1c0d4f9a1c0d4f9a1c0d") == []


def test_stop_words_are_left_out_of_a_question_unless_nothing_else_is_there() -> None:
    assert query_terms("How do I deploy the relay?") == ["deploy", "relay"]
    assert query_terms("what is it?") == ["what", "is", "it"]


def test_chinese_question_words_are_left_out_of_a_question() -> None:
    assert query_terms("请问部署脚本怎么回滚?") == ["部署", "署脚", "脚本", "回滚"]


def test_a_question_gives_no_term_twice_and_at_most_so_many() -> None:
    found = query_terms(" ".join(f"word{n} word{n}" for n in range(100)))
    assert len(found) == len(set(found)) == MOST_QUERY_TERMS


def test_code_pasted_into_a_question_does_not_drown_it() -> None:
    assert "banana" not in query_terms("why does the relay gateway refuse orders?\n```\nbanana(1)\n```")
    assert "banana" in query_terms("why?\n```\nbanana(1)\n```")


@given(st.text(max_size=300))
def test_any_text_gives_terms_without_blanks_and_always_the_same(text: str) -> None:
    found = terms(text)
    assert found == terms(text)
    assert all(term and len(term) <= LONGEST_TERM + 8 and not term.isspace() for term in found)


def test_several_threads_get_the_same_terms() -> None:
    text = "Deploying the relays failed repeatedly, because retries were exhausted. " * 20
    expected = terms(text)
    seen: list[bool] = []
    threads = [
        threading.Thread(target=lambda: seen.extend(terms(text) == expected for _ in range(20))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 80


@pytest.mark.parametrize(
    "hostile",
    [
        "a_" * 20_000,
        "<@" * 20_000,
        ":" * 40_000,
        ":" + "a" * 40_000,
        "aB" * 20_000,
        "->" * 20_000,
        "https://" * 5_000,
        "中" * 40_000,
    ],
)
def test_hostile_text_is_read_in_no_time(hostile: str) -> None:
    begin = time.process_time()
    terms(hostile)
    query_terms(hostile)
    assert time.process_time() - begin < 2
