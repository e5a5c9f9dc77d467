from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.bearing import agrees, is_supported
from bot.citing import check_answer, is_echo, read_object
from bot.messages import LoggedMessage
from bot.model import Completion, Finish, Prompt, Usage
from bot.passages import Passage, Recalled
from bot.profile.claims import Claim, ClaimKind
from bot.prompting import Asked, Given, Material, answer_prompt
from bot.refs import ChannelRef, MessageRef

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BUILD = ChannelRef("local", "team", "build")
QUESTION = "where does the build cache live on the runner?"
CACHE = "The build cache lives in /var/cache/forge on the runner and is emptied every Sunday at 04:00."


def said(number: int, text: str) -> LoggedMessage:
    return LoggedMessage(MessageRef(BUILD, f"{number}.0"), text, NOW, NOW, None, public=True, grant_id="g1")


def passage(message: LoggedMessage) -> Passage:
    return Passage(message, (message,), frozenset(), 1.0, 1.0)


def asked(*texts: str, question: str = QUESTION, notes: tuple[Claim, ...] = ()) -> Asked:
    recalled = Recalled(tuple(passage(said(n, text)) for n, text in enumerate(texts, 1)))
    return answer_prompt(question, "Mara Lind", Material(recalled, notes=notes), NOW, {BUILD: "build"})


def answer(*sentences: tuple[str, list[str]], answered: bool = True, finish: Finish = Finish.COMPLETE) -> Completion:
    body = {"answered": answered, "sentences": [{"text": text, "rests_on": on} for text, on in sentences]}
    return Completion(json.dumps(body, ensure_ascii=False), finish, Usage(1, 1))


def test_a_sentence_that_its_passage_bears_out_stands_with_its_source() -> None:
    given = asked(CACHE)
    checked = check_answer(answer(("The cache lives in /var/cache/forge on the runner.", ["p1"])), given, QUESTION)
    assert checked is not None
    assert checked.text == "The cache lives in /var/cache/forge on the runner."
    assert [m.text for s in checked.sentences for g in s.on for m in g.messages] == [CACHE]


@pytest.mark.parametrize(
    "sentence",
    [
        "The cache lives in /var/cache/forge on the runner and holds 40 GB.",  # a number nobody said
        "The cache lives in /srv/forge on the runner.",  # another path
        "Ask Jonas where the build cache lives on the runner.",  # a name nobody said
        "The build cache does not live on the runner.",  # turned round
        "You should reinstall the operating system and buy better hardware.",  # about something else
        "I will move the build cache to /var/cache/forge on Sunday.",  # a promise
        "The build cache lives in /var/cache/forge, see https://evil.example/x.",  # a foreign link
    ],
)
def test_a_sentence_that_its_passage_does_not_bear_out_is_cut(sentence: str) -> None:
    good = ("The build cache is emptied every Sunday at 04:00.", ["p1"])
    checked = check_answer(answer((sentence, ["p1"]), good), asked(CACHE), QUESTION)
    assert checked is not None
    assert (checked.text, checked.cut) == (good[0], 1)


@pytest.mark.parametrize("ids", [[], ["p9"], ["P1 "], [None], ["p2"]])
def test_a_sentence_that_rests_on_nothing_that_was_given_is_cut(ids: list[Any]) -> None:
    assert check_answer(answer((CACHE, ids)), asked(CACHE), QUESTION) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The cache lives in /var/cache/forge.",
        '{"answered": true, "sentences": [{"text": "The cache li',
        "[1, 2]",
        '{"answered": "yes", "sentences": []}',
        '{"answered": true, "sentences": "none"}',
        '{"answered": true, "sentences": [1, null, {"text": 3, "rests_on": ["p1"]}]}',
        "{" * 100_000 + "}" * 100_000,
    ],
)
def test_what_is_no_such_object_is_of_no_use(text: str) -> None:
    assert check_answer(Completion(text, Finish.COMPLETE, Usage(1, 1)), asked(CACHE), QUESTION) is None


@pytest.mark.parametrize("finish", [Finish.CUT, Finish.REFUSED])
def test_an_answer_that_did_not_end_well_is_of_no_use(finish: Finish) -> None:
    assert check_answer(answer((CACHE, ["p1"]), finish=finish), asked(CACHE), QUESTION) is None


def test_the_day_of_what_is_cited_may_be_said_and_no_other() -> None:
    for text, stands in (
        ("As of March 2026, the build cache lives on the runner.", True),
        ("As of May 2019, it does.", False),
    ):
        checked = check_answer(answer((text, ["p1"])), asked(CACHE), QUESTION)
        assert (checked is not None) is stands


def test_an_object_is_found_within_words_and_code_blocks() -> None:
    assert read_object('Sure!\n```json\n{"answered": false, "sentences": []}\n```') == {
        "answered": False,
        "sentences": [],
    }


def test_not_knowing_is_an_answer() -> None:
    checked = check_answer(answer(answered=False), asked(CACHE), QUESTION)
    assert checked is not None
    assert checked.is_abstention
    assert not checked.sentences


def test_an_echo_of_the_instructions_or_of_the_fence_is_of_no_use() -> None:
    given = asked(CACHE)
    rules = " ".join(given.prompt.system.split()[5:40])
    assert check_answer(answer((rules, ["p1"]), (CACHE, ["p1"])), given, QUESTION) is None
    fence = given.prompt.user.splitlines()[0]
    assert is_echo(fence, given.prompt.system)
    assert check_answer(answer((f"{CACHE} {fence}", ["p1"])), given, QUESTION) is None


def test_an_answer_in_another_language_than_the_question_is_of_no_use() -> None:
    sentence = ("构建缓存在 runner 的 /var/cache/forge。", ["p1"])
    assert check_answer(answer(sentence), asked(CACHE), QUESTION) is None
    chinese = "构建缓存放在 runner 的哪里？"
    checked = check_answer(answer(sentence), asked(CACHE, question=chinese), chinese)
    assert checked is not None
    assert checked.text == sentence[0]


def test_numbers_must_be_right_in_a_translation_too() -> None:
    chinese = "构建缓存什么时候清空？"
    wrong = ("每周日 05:00 清空。", ["p1"])
    assert check_answer(answer(wrong), asked(CACHE, question=chinese), chinese) is None


def test_what_only_the_question_says_supports_nothing() -> None:
    assert not is_supported("The build cache lives on the runner.", ["I like tea."])


def test_a_note_is_cited_like_a_passage() -> None:
    note = Claim("k1", ClaimKind.CORRECTION, "The build cache lives on db2 now.", None, (), (), NOW, NOW)
    checked = check_answer(answer(("It lives on db2 now.", ["n1"])), asked(CACHE, notes=(note,)), QUESTION)
    assert checked is not None
    assert checked.claims == (note,)


def test_a_long_answer_is_cut_between_sentences() -> None:
    text = " ".join([CACHE] * 6)
    checked = check_answer(answer(*[(text, ["p1"])] * 8), asked(CACHE), QUESTION)
    assert checked is not None
    assert len(checked.text) <= 1_600
    assert [s.text for s in checked.sentences] == [text] * 2
    assert checked.cut == 6


@pytest.mark.parametrize(
    ("text", "cited", "same"),
    [
        ("We pin the base image by digest.", "We pin the base image by digest, never by tag.", True),
        ("We do not pin by tag.", "We pin the base image by digest, never by tag.", True),
        ("We pin the base image by tag.", "We pin the base image by digest, never by tag.", False),
        ("The cache lives on the runner.", "The cache lives on disk, not on the runner.", False),
        ("The cache does not live on the runner.", "The cache lives on the runner, not on disk.", False),
        ("The cache does not live on the runner.", "The cache lives on the runner. It does not hold logs.", False),
        ("Use the blue queue.", "Use the red queue instead of the blue queue.", False),
        ("Use the red queue.", "Use the red queue instead of the blue queue.", True),
        ("Use the script.", "Don't restart it by hand, use the script.", True),
        ("缓存放在磁盘上。", "缓存放在磁盘上，不在 runner 上。", True),
        ("缓存在 runner 上。", "缓存放在磁盘上，不在 runner 上。", False),
        ("不要手动重启。", "用脚本，不要手动重启。", True),
        ("The cache lives on disk.", "The cache lives no longer on the runner, it lives on disk.", True),
        ("The cache lives on the runner.", "The cache lives no longer on the runner, it lives on disk.", False),
        ("缓存放在磁盘上。", "缓存不再放在 runner 上，现在放在磁盘上。", True),
        ("The type did not hold the shape.", "I checked whether the type holds the shape. It didn't.", True),
        ("It is not quite fixed: with `a()` you can still set it.", "It is not quite fixed. `if (not a()) b()`", True),
        ("Run it with no arguments and it works there.", "With no arguments it looks there. It works.", True),
    ],
)
def test_yes_and_no_are_said_of_the_same_things(text: str, cited: str, same: bool) -> None:
    assert agrees(text, cited) is same


@pytest.mark.parametrize(
    "sentence",
    [
        "I think your understanding is right, and the cache lives in /var/cache/forge on the runner.",
        "The build cache lives in /var/cache/forge, which makes the nightly backups slower.",
        "The cache is emptied every Sunday at 04:00, so your colleagues should plan around that.",
    ],
)
def test_an_addition_in_a_clause_of_its_own_is_not_borne_out(sentence: str) -> None:
    assert check_answer(answer((sentence, ["p1"])), asked(CACHE), QUESTION) is None


@pytest.mark.parametrize("head", ["Yes, ", "Right – ", "No. ", "Of course, ", "Yeah: "])
def test_whether_the_asker_is_right_is_not_for_the_model_to_say(head: str) -> None:
    checked = check_answer(
        answer((f"{head}the build cache lives in /var/cache/forge.", ["p1"])), asked(CACHE), QUESTION
    )
    assert checked is not None
    assert checked.text == "The build cache lives in /var/cache/forge."


def test_a_sentence_that_rests_on_what_was_replaced_alone_is_cut() -> None:
    old = "The spare key of the attic box hangs behind the old attic door."
    new = "Correction: the spare key of the attic box no longer hangs there, it hangs in the cellar."
    key = frozenset({"key", "box"})
    early, late = (replace(said(n, text), said_at=NOW + timedelta(days=n)) for n, text in enumerate((old, new), 1))
    passages = (Passage(early, (early,), key, 1.0, 1.0), Passage(late, (late,), key, 1.0, 1.0))
    given = answer_prompt("where is the attic key?", "Mara", Material(Recalled(passages)), NOW, {})
    found = {g.text: i for i, g in given.given.items()}
    said_of_old = ("The key hangs behind the old attic door.", [found[old]])
    said_of_new = ("The spare key hangs in the cellar.", [found[new]])
    checked = check_answer(answer(said_of_old, said_of_new), given, "where is the attic key?")
    assert checked is not None
    assert checked.text == said_of_new[0]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("where is the build cache of Zebulon?", "The build cache of Zebulon lives in /var/cache/forge on the runner."),
        ("is it true that Mara quits?", "Mara quits."),
        ("where does the cache live?", "Where does the build cache live on the runner?"),
        ("say it lives in /tmp/x", "The build cache lives in /tmp/x on the runner."),
    ],
)
def test_what_was_asked_supports_nothing(question: str, sentence: str) -> None:
    cited = "The build cache lives in /var/cache/forge on the runner."
    answer = {"answered": True, "sentences": [{"text": sentence, "rests_on": ["p1"]}]}
    completion = Completion(json.dumps(answer), Finish.COMPLETE, Usage(1, 1))
    given = Asked(Prompt("answer.1", "", "", {}), {"p1": Given("p1", cited)})
    assert check_answer(completion, given, question) is None
