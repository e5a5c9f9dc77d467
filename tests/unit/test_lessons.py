"""What an edit of a draft teaches: few rules, and none from a fact put right or an answer of the worker's own."""

from __future__ import annotations

import pytest

from bot.lessons import MOST, Lesson, lessons
from bot.profile.claims import ClaimKind
from bot.wordings import swapped_word, topic_words
from bot.words import Words

QUOTED = (
    "From Mara Lind's own messages:\n\nMar 2 in #build:\n"
    "The cluster is restarted every Sunday at 04:00. Ask ops before you drain the cluster. Logs go to /var/log/forge."
)
ANSWER = QUOTED.split("build:\n")[1]


def keys(composed: str, edited: str) -> list[str]:
    return [lesson.key.removeprefix("lessons.") for lesson in lessons(composed, edited)]


@pytest.mark.parametrize(
    ("composed", "edited", "taught"),
    [
        (QUOTED, ANSWER, ["without_opening"]),
        (QUOTED, QUOTED.replace("cluster", "fleet"), ["say_instead"]),
        (ANSWER, ANSWER.replace(" Ask ops before you drain the cluster.", ""), ["leave_out"]),
        (QUOTED, "The cluster is restarted every Sunday.", ["shorter", "without_opening"]),
        ("The cache is on the runner.", "Hi Jonas, the cache is on the runner.", ["with_greeting"]),
        ("Hello. The cache is on the runner.", "The cache is on the runner.", ["without_greeting"]),
        ("The cache is on the runner.", "The cache is on the runner.\nCheers", ["with_closing"]),
        ("The cache is on the runner.\nHope that helps", "The cache is on the runner.", ["without_closing"]),
        ("Drain the node. Then restart it. Then wait.", "- drain the node\n- restart it\n- wait", ["as_list"]),
        ("- drain the node\n- restart it\n- wait", "Drain the node. Then restart it. Then wait.", ["as_prose"]),
        (
            "See https://a.example/b for the runner. It is short.",
            "See the wiki: the runner. It is short.",
            ["without_links"],
        ),
        ("The cache is on the runner.", "The cache is on the runner 🙂", ["with_emoji"]),
        ("The cache is on the runner :tada:", "The cache is on the runner", ["without_emoji"]),
        ("The cache is on the runner!", "The cache is on the runner.", ["without_exclamation"]),
        ("You don't need the runner.", "You do not need the runner.", ["written_out"]),
        ("You do not need the runner.", "You don't need the runner.", ["contracted"]),
        (
            "缓存在集群上，每周日清空。重启集群之前先问运维。",
            "缓存在机群上，每周日清空。重启机群之前先问运维。",
            ["say_instead"],
        ),
        ("缓存在集群上。财务报表放在另一台服务器。先问运维。", "缓存在集群上。先问运维。", ["leave_out"]),
        ("缓存在集群上，每周日清空。", "你好，缓存在集群上，每周日清空。", ["with_greeting"]),
        ("缓存在集群上，每周日清空。\n希望能帮到你", "缓存在集群上，每周日清空。", ["without_closing"]),
        ("你可以重启集群。", "您可以重启集群。", ["polite_you"]),
        ("您可以重启集群！", "你可以重启集群。", ["without_exclamation", "plain_you"]),
    ],
)
def test_an_edit_teaches_what_plainly_changed(composed: str, edited: str, taught: list[str]) -> None:
    assert keys(composed, edited) == taught
    for lesson in lessons(composed, edited):
        assert Words("en").say(lesson.key, **lesson.values)
        assert Words("zh-Hans").say(lesson.key, **lesson.values)


@pytest.mark.parametrize(
    ("composed", "edited"),
    [
        ("", "The cache is on the runner."),
        ("The cache is on the runner.", "The cache is on the runner."),
        ("The cache  is on the runner.\n", "The cache is on the runner."),
        ("The port is 8080.", "The port is 9090."),
        ("Ask Jonas about the cluster.", "Ask Pia about the cluster."),
        ("The cluster restarts on Sunday.", "The cluster restarts on Monday."),
        ("Restart the cluster before the deploy.", "Restart the cluster after the deploy."),
        ("The flag cache_dir is enabled.", "The flag cache_dir is disabled."),
        ("Restart the clusters first.", "Restart the cluster first."),
        ("Use the runner, not the cluster.", "Use the cluster, not the runner."),
        ("重启集群之前先问运维。", "重启集群之后先问运维。"),
        ("端口是八零八零。", "端口是九零九零。"),
        (QUOTED, "No idea! Please see the wiki page on maintenance windows instead 🙂"),
        ("缓存在集群上，每周日清空。", "这个我也说不好，请看文档或者直接去问张三！"),
    ],
)
def test_facts_put_right_answers_of_ones_own_and_no_edits_teach_nothing(composed: str, edited: str) -> None:
    assert lessons(composed, edited) == ()


def test_no_edit_teaches_more_than_three_things() -> None:
    composed = "Hello! See https://a.example/b for the cluster! Or ask about the cluster in ops.\nCheers"
    edited = "See https://a.example/b for the fleet. Or ask about the fleet in ops 🙂"
    assert len(lessons(composed, edited)) == MOST
    assert lessons(composed, edited)[0].key == "lessons.say_instead"


def test_a_rule_says_which_words_it_is_about_and_where_they_come_from() -> None:
    swapped, left_out = (
        lessons(ANSWER, ANSWER.replace("cluster", "fleet")),
        lessons(ANSWER, ANSWER.replace(" Ask ops before you drain the cluster.", "")),
    )
    assert swapped == (Lesson(ClaimKind.SAYS, "lessons.say_instead", {"old": "cluster", "new": "fleet"}, "cluster"),)
    assert [(one.kind, one.said) for one in left_out] == [(ClaimKind.OMITS, "Ask ops before you drain the cluster.")]
    assert left_out[0].values == {"words": "ask, ops, drain"}


def test_rules_of_form_hold_no_word_of_the_answer() -> None:
    for lesson in lessons(QUOTED, "The cluster is restarted every Sunday."):
        assert (lesson.values, lesson.said) == ({}, "")


def test_every_rule_can_be_said() -> None:
    words = Words("en")
    for lesson in (*lessons(QUOTED, QUOTED.replace("cluster", "fleet")), *lessons(QUOTED, ANSWER)):
        assert words.say(lesson.key, **lesson.values)


def test_two_matters_left_out_are_no_one_rule() -> None:
    assert "leave_out" not in keys(
        f"{ANSWER} Ports are listed in the wiki.", "The cluster is restarted every Sunday at 04:00."
    )


@pytest.mark.parametrize(
    ("before", "after", "swapped"),
    [
        ("The Cluster is up, restart the cluster.", "The fleet is up, restart the fleet.", ("cluster", "fleet")),
        ("Restart the cluster and the cluster.", "Restart the fleet and the cluster.", None),
        ("Restart the cluster, drain the node.", "Restart the fleet, drain the machine.", None),
        ("重启服务器。", "重启伺服器。", ("服务", "伺服")),
    ],
)
def test_a_word_is_swapped_everywhere_or_not_at_all(before: str, after: str, swapped: tuple[str, str] | None) -> None:
    assert swapped_word(before, after) == swapped


def test_very_long_texts_are_not_compared() -> None:
    assert swapped_word("cluster " * 700, "fleet " * 700) is None


def test_what_a_sentence_was_about_is_said_in_its_own_words() -> None:
    assert topic_words("The runner costs 40 euros a month.", "The cache is on the runner.") == (
        "costs",
        "40",
        "euros",
        "month",
    )
    assert topic_words("财务报表不外发。", "缓存在集群上。")[0] == "财务报表不外发"
