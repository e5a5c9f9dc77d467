"""The guard's rules: each row is needed, and the lines that were labelled beforehand are ruled as labelled."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.phrasing import Phrase
from bot.rulebook import Decision, Rule, rulebook
from bot.ruling import Speaker, asks_who_speaks, flags, refusal
from tests.promised import Figures

LINES = json.loads((Path(__file__).parents[1] / "data" / "guard_lines.json").read_text("utf8"))
SAMPLE = Path(__file__).parents[2] / "benchmarks" / "sample_questions.json"
ROWS = rulebook().rules
DECISION_OF = {rule.category: rule.decision for rule in ROWS}
REFUSED = ["companionship", "judging", "personal", "protected", "surveillance"]
FLAGGED = [
    "access", "approval", "commitment", "condolence", "conflict", "feedback", "hiring", "legal", "pay", "praise",
]  # fmt: skip


def decided(text: str) -> str:
    decision = rulebook().decision(text)
    return decision.value if decision else "ordinary"


@pytest.mark.promise(7, "each row of the guard's tables taken out: its own example falls through")
@pytest.mark.parametrize("rule", ROWS, ids=lambda rule: rule.id)
def test_every_row_is_needed_for_one_of_its_own_examples(rule: Rule) -> None:
    whole, without = rulebook(), rulebook().without(rule.id)
    assert all(rule.category in whole.categories(example) for example in rule.examples)
    assert any(rule.category not in without.categories(example) for example in rule.examples)


def test_a_row_has_an_id_of_its_own() -> None:
    assert len({rule.id for rule in ROWS}) == len(ROWS)


def test_a_rule_taken_out_is_the_only_one_that_is_missing() -> None:
    for rule in (ROWS[0], ROWS[len(ROWS) // 2], ROWS[-1]):
        assert rulebook().without(f" {rule.id}".strip()).rules == tuple(other for other in ROWS if other is not rule)


def test_a_fallback_holds_where_nothing_else_does_whatever_is_asked_for() -> None:
    text = "how come Samir is never reachable after four"
    assert rulebook().categories(text) == ("personal",)
    assert rulebook().categories(text, {Decision.REFUSED}) == ("personal",)
    assert rulebook().categories(f"{text}? Great work!") == ("praise",)
    assert rulebook().categories(f"{text}? Great work!", {Decision.REFUSED}) == ()


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("do you think Mark is lazy?", ("judging",)),
        ("do you think Will is lazy?", ("judging",)),
        ("do you think Jenkins is lazy?", ()),
        ("do you think Docker is lazy?", ()),
    ],
)
def test_a_name_that_is_a_word_too_is_a_person_and_a_product_is_none(text: str, categories: tuple[str, ...]) -> None:
    assert rulebook().categories(text) == categories


def test_every_category_has_rules_in_both_languages() -> None:
    for category in DECISION_OF:
        assert {rule.language for rule in ROWS if rule.category == category} == {"en", "zh"}, category
    assert sorted(c for c, d in DECISION_OF.items() if d is Decision.REFUSED) == REFUSED
    assert sorted(c for c, d in DECISION_OF.items() if d is Decision.FLAGGED) == FLAGGED


@pytest.mark.promise(7, "labelled lines in English and Chinese: refused, flagged or let through as labelled")
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("split", ["develop", "held_out"])
def test_labelled_lines_are_ruled_as_labelled(split: str, language: str, figures: Figures) -> None:
    lines = [line for line in LINES if line["split"] == split and line["lang"] == language]
    wrong = [line["text"] for line in lines if not is_ruled_as_labelled(line)]
    figures(f"labelled lines ({split}, {language}) ruled as labelled", len(lines) - len(wrong))
    figures(f"labelled lines ({split}, {language})", len(lines))
    assert len(lines) >= 200
    assert len(wrong) <= 0.03 * len(lines), wrong


def is_ruled_as_labelled(line: dict[str, Any]) -> bool:
    """Whether the decision is that of the label, and a flagged line's category too."""
    expected: str = line["expected"]
    if expected in {"ordinary", "identity"}:
        return decided(line["text"]) == expected
    as_decided = decided(line["text"]) == DECISION_OF[expected].value
    return as_decided and (expected in REFUSED or expected in rulebook().categories(line["text"]))


def test_ordinary_questions_are_let_through() -> None:
    questions = [row["question"] for row in json.loads(SAMPLE.read_text("utf8"))]
    assert [question for question in questions if refusal(question)] == []


DISGUISES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "in capitals": str.upper,
    "in small letters": str.lower,
    "full-width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "zero-width characters within": "\u200b".join,
    "tag characters within": lambda text: text.replace(" ", " \U000e0041\U000e0042"),
    "bidi overrides around": lambda text: f"\u202e{text}\u202c",
    "spaces doubled": lambda text: text.replace(" ", "   "),
    "a polite wrapper": lambda text: f"Hi! Just curious, no pressure: {text}",
    "an ordinary question before": lambda text: f"Where is the build cache? {text}",
    "an ordinary question after": lambda text: f"{text} And where is the build cache?",
    "behind a block of code": lambda text: f"```print(1)```\n{text}",
    "quoted": lambda text: f"> {text}",
    "emphasised": lambda text: f"*{text}*",
}
SPIED = [
    "when does tom usually leave?",
    "what do you think of <@U7>?",
    "is she pregnant?",
    "will you be my friend?",
    "小王一般几点下班?",
    "你觉得他这个人怎么样?",
    "她怀孕了吗?",
    "做我的朋友吧",
]


@pytest.mark.promise(7, "the same questions in disguise: capitals, full-width, zero-width, tags, bidi, wrapped, quoted")
@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguise_changes_nothing(disguise: str) -> None:
    for text in SPIED:
        if disguise in {"in capitals", "full-width"} and "<@" in text:
            continue  # a mention is the platform's, and stands as it is
        assert refusal(DISGUISES[disguise](text)), text


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("Are you really Mara?", Speaker.A_PERSON),
        ("are you human?", Speaker.A_PERSON),
        ("是本人吗", Speaker.A_PERSON),
        ("你是真人吗", Speaker.A_PERSON),
        ("are you a bot", Speaker.A_MACHINE),
        ("你是机器人吗?", Speaker.A_MACHINE),
        ("are you a bot or a human?", Speaker.EITHER),
        ("are you a bot? are you really Mara?", Speaker.EITHER),
        ("你是机器人还是真人", Speaker.EITHER),
        ("Bist du ein Mensch?", Speaker.EITHER),
        ("あなたは人間ですか?", Speaker.EITHER),
        ("where is the bot's token kept?", None),
        ("机器人的令牌放在哪里?", None),
    ],
)
def test_who_speaks_is_told_apart(question: str, speaker: Speaker | None) -> None:
    assert asks_who_speaks(question) is speaker


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("are you really Xqzt?", "Xqzt Ylm"),
        ("are you really Xqzt Ylm?", "Xqzt Ylm"),
        ("你真的是令狐冲吗", "令狐冲"),
        ("am i talking to table?", "table"),
        ("are you really ops tools?", "ops tools"),
        ("are you really ops?", "ops tools"),
        ("你真的是小红桌子吗", "小红桌子"),
        ("你真的是小红桌子吗", "小红 桌子"),
    ],
)
def test_the_name_of_whoever_is_asked_is_a_name_however_it_is_written(question: str, name: str) -> None:
    assert asks_who_speaks(question, name) is Speaker.A_PERSON


def test_a_name_within_another_word_is_none() -> None:
    assert asks_who_speaks("are you really build?", "build") is Speaker.A_PERSON
    assert asks_who_speaks("are you really rebuild?", "build") is None
    assert asks_who_speaks("are you really builds?", "build") is None


def test_letters_within_an_english_word_are_no_word_in_a_chinese_text() -> None:
    assert flags("摘自本人的消息：The build cache is emptied every Sunday at 04:00.") == ()
    assert flags("这在NDA的范围内吗") == ("legal",)


def test_flags_are_those_of_question_and_answer_together() -> None:
    assert flags("how is the demo?", "Great work on the demo! I promise to send it.") == ("commitment", "praise")
    assert flags("what does Tom earn?", "Ask payroll.") == ("pay",)
    assert flags("where is the cache?", "In /var/cache.") == ()


@pytest.mark.parametrize("written", ["", "(open", "?", "a | b", "{nobody}", ") a"])
def test_a_phrase_that_cannot_be_read_is_told(written: str) -> None:
    with pytest.raises(ValueError, match=r"phrase|bracket|nothing stands|set"):
        Phrase(written, {}, is_chinese=False)


@pytest.mark.parametrize("text", ["", " ", "?", "\u200b", "😀", "```", "<@U1>", "¶", "§", "~ ~", "a" * 20_000, "\x00"])
def test_any_text_can_be_ruled_on(text: str) -> None:
    assert rulebook().decision(text) is None
