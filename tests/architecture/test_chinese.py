"""The Chinese of the catalogue: all of it is Chinese, and written as Chinese is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.words import FALLBACK, catalogue

CHINESE = "zh-Hans"
HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
WIDE = rf"[{HAN}，。、；：？！“”‘’（）…]"
PLACEHOLDER = re.compile(r"\{\w+\}")

# What is the same in every language: marks and names alone, and what is typed letter by letter.
SAME = frozenset({"page.title", "page.title_waiting", "page.double_name", "profile.from_to", "windows.title_said"})
TYPED = re.compile(r"/double(?: [a-z]+)?")
WRITTEN_OUT = re.compile(r"(?:/double [a-z]+|@Understudy) \S+ \S+$")  # what is typed, its parts apart


def said(locale: str) -> Iterator[tuple[str, str]]:
    """Every sentence and every plural form, by its key."""
    for key, sentence in catalogue(locale).items():
        for form in sentence.values() if isinstance(sentence, dict) else [sentence]:
            yield key, form


def may_stand_in_any_language(key: str, form: str) -> bool:
    return key in SAME or TYPED.fullmatch(form) is not None


def english(key: str) -> list[str]:
    sentence = catalogue(FALLBACK)[key]
    return list(sentence.values()) if isinstance(sentence, dict) else [sentence]


def without_placeholders(form: str) -> str:
    return PLACEHOLDER.sub("", form)


SENTENCES = list(said(CHINESE))


def test_no_sentence_is_left_in_english() -> None:
    left = [key for key, form in SENTENCES if form in english(key) and not may_stand_in_any_language(key, form)]
    assert not left


def test_every_sentence_with_letters_holds_chinese() -> None:
    foreign = [
        key
        for key, form in SENTENCES
        if re.search(r"[A-Za-z]", without_placeholders(form))
        and not re.search(f"[{HAN}]", form)
        and not may_stand_in_any_language(key, form)
    ]
    assert not foreign


def test_what_may_stay_as_it_is_is_there_and_is_the_same() -> None:
    assert all(catalogue(CHINESE)[key] == catalogue(FALLBACK)[key] for key in SAME)


def test_a_plural_has_one_form_since_chinese_has_one() -> None:
    forms = {key: set(sentence) for key, sentence in catalogue(CHINESE).items() if isinstance(sentence, dict)}
    assert all(names == {"other"} for names in forms.values())
    assert set(forms) == {key for key, sentence in catalogue(FALLBACK).items() if isinstance(sentence, dict)}


@pytest.mark.parametrize("mark", ["`", "*", "/double", "@Understudy", "#{", "SHA-256", "JSON", "<", ">"])
def test_marks_and_names_stand_as_often_as_in_english(mark: str) -> None:
    for key, form in SENTENCES:
        assert form.count(mark) in {one.count(mark) for one in english(key)}, key


def test_quotes_come_in_pairs() -> None:
    for key, form in SENTENCES:
        marks = re.sub("[^“”]", "", form)
        assert re.fullmatch("(“”)*", marks), key
        assert "".join(re.findall("[（）]", form)) in {"", "（）", "（）（）"}, key


def test_nothing_of_latin_type_stands_beside_a_chinese_character() -> None:
    """No narrow comma, stop, colon, bracket or quote; a `…` at the end of a button is the same in both."""
    for key, form in SENTENCES:
        found = re.search(rf"(?<={WIDE})[,.;:!?\"'()]|[,;:!?\"'()](?={WIDE})", form)
        assert not found, (key, form)
        if not WRITTEN_OUT.match(form):
            assert not re.search(rf"{WIDE} (?={WIDE})", form), (key, "a blank between Chinese characters")


def test_a_blank_stands_between_chinese_and_latin_or_digits() -> None:
    for key, form in SENTENCES:
        assert not re.search(rf"[{HAN}][A-Za-z0-9@#/]|[A-Za-z0-9][{HAN}]", form), (key, form)


def test_the_reader_is_called_the_same_throughout() -> None:
    assert {key for key, form in SENTENCES if "您" in form} <= {"lessons.polite_you"}, "but where it is spoken of"


def test_a_double_is_always_called_by_its_word() -> None:
    assert not [key for key, form in SENTENCES if re.search("替身|克隆|数字人|双胞胎", form)]
    assert catalogue(CHINESE)["reply.label"] == "{name}的 AI 分身"


def test_the_agreement_says_as_many_clauses_as_the_english_one() -> None:
    """Sentence for sentence: nobody agrees to less in one language than in the other."""
    chinese, agreed = (str(catalogue(locale)["consent.agreement"]) for locale in (CHINESE, FALLBACK))
    assert chinese.count("。") == len(re.findall(r"\.(?= |$)", agreed))
    assert chinese.count("；") == agreed.count(";")
