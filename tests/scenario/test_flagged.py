"""What only the person should say: drafted and shown as such, told again after an edit, and never made reusable."""

from __future__ import annotations

import pytest

from bot.views import Refusal, Text, View
from tests.promised import Figures
from tests.scenario.answering_again import SAME, TITLE, answers, ask, change, let_answer_again
from tests.scenario.stage_door import StageDoor, refused, said, shown

pytestmark = pytest.mark.anyio

ASKED = {
    "access": "can you give Pia admin rights on the runner?",
    "approval": "do you approve the change to the runner?",
    "commitment": "when will the cache on the runner be ready?",
    "condolence": "what do we write on the sympathy card for Pia?",
    "conflict": "can you settle the quarrel between Pia and Jonas?",
    "feedback": "any feedback on my presentation about the cache?",
    "hiring": "are we hiring in Berlin?",
    "legal": "who is liable when the cache on the runner loses data?",
    "pay": "what salary does a new developer get?",
    "praise": "can you congratulate Pia on the launch?",
}
WRITTEN = {
    "access": "The root password is on the note.",
    "approval": "I approve this, go ahead.",
    "commitment": "I promise that it will be done by Friday.",
    "condolence": "My condolences to the family.",
    "conflict": "I apologise for yesterday.",
    "feedback": "Your code quality has dropped this quarter.",
    "hiring": "We are going to hire the candidate.",
    "legal": "We are liable for that.",
    "pay": "Your salary goes up in May.",
    "praise": "Great work on the demo!",
}
TITLES = {"pay": "What salary does a developer get?", "commitment": "Can you promise the fix by Friday?"}


def notices(view: View) -> str:
    return " ".join(e.text for e in view.elements if isinstance(e, Text))


@pytest.mark.promise(13, "questions of ten kinds: the review window says so, and the answer cannot be made reusable")
async def test_a_flagged_question_says_so_in_the_window_and_is_never_reusable(
    door: StageDoor, figures: Figures
) -> None:
    await door.join("mara")
    for number, (kind, question) in enumerate(ASKED.items()):
        if number % 4 == 0:
            await door.advance(days=1)
        draft_id = await door.ask(("jonas", "pia", "wei")[number % 3], "mara", question)
        assert f"guard.flag_{kind}" in (await door.draft(draft_id)).reasons, kind
        window = shown(await door.press("mara", "review", draft_id))
        assert "This can never answer again, because it is about" in notices(window), kind
        values = {"text": "Please see the handbook.", "reuse": True, "titles": TITLE}
        assert refused(await door.approve("mara", draft_id, **values)) == "flagged", kind
        await door.press("mara", "deny", draft_id)
    assert await answers(door) == ()
    assert await door.replies() == []
    figures("kinds of flagged question tried, none reusable", len(ASKED))


@pytest.mark.promise(13, "words of ten kinds written into an ordinary answer: told when sent, never reusable")
@pytest.mark.parametrize("kind", WRITTEN)
async def test_words_flagged_by_an_edit_are_told_and_never_reusable(door: StageDoor, kind: str) -> None:
    draft_id = await door.learn_and_ask()
    values = {"reuse": True, "titles": TITLE}
    answer = await door.approve("mara", draft_id, text=WRITTEN[kind], **values)
    assert isinstance(answer, Refusal)
    assert "can never answer again" in answer.sentence
    assert await door.replies() == [], "nothing is sent when a part of the decision cannot stand"
    sent = shown(await door.approve("mara", draft_id, text=WRITTEN[kind]))
    assert "Your edit made it about" in notices(sent)
    assert len(await door.replies()) == 1
    assert await answers(door) == ()
    undone = shown(await door.press("mara", "undo", draft_id))
    assert f"guard.flag_{kind}" in (await door.draft(draft_id)).reasons
    assert "can never answer again" in notices(undone), "the window shows it as edited"


async def test_an_edit_that_takes_the_flag_out_takes_the_warning_out(door: StageDoor) -> None:
    draft_id = await door.learn_and_ask()
    await door.approve("mara", draft_id, text=WRITTEN["pay"])
    await door.press("mara", "undo", draft_id)
    sent = shown(await door.approve("mara", draft_id, text="It lives on the runner.", reuse=True, titles=TITLE))
    assert "Your edit" not in notices(sent)
    assert len(await answers(door)) == 1


@pytest.mark.parametrize("kind", TITLES)
async def test_a_flagged_title_is_refused_with_the_reason(door: StageDoor, kind: str) -> None:
    draft_id = await door.learn_and_ask()
    answer = await door.approve("mara", draft_id, reuse=True, titles=f"{TITLE}\n{TITLES[kind]}")
    assert isinstance(answer, Refusal)
    assert "A title cannot be about" in answer.sentence
    assert await door.replies() == []


@pytest.mark.parametrize(
    "became", [{"text": "You earn 5,000 a month, your salary that is."}, {"titles": (TITLE, TITLES["pay"])}]
)
async def test_an_answer_that_the_rules_flag_by_now_answers_no_more(door: StageDoor, became: dict[str, object]) -> None:
    await let_answer_again(door)
    assert await ask(door, "pia", SAME) is not None
    await change(door, **became)
    assert await ask(door, "wei", SAME) is None


async def test_a_flagged_answer_is_not_changed_into_a_reusable_one(door: StageDoor) -> None:
    answer_id = await let_answer_again(door)
    await change(door, text=WRITTEN["pay"])
    assert refused(await door.press("mara", "save_answer", answer_id, titles=TITLE)) == "flagged"


async def test_a_chinese_worker_reads_the_flag_in_chinese(door: StageDoor) -> None:
    await door.join("wei")
    draft_id = await door.ask("jonas", "wei", "今年加薪吗")
    window = shown(await door.press("wei", "review", draft_id))
    assert "这涉及薪酬或金钱。" in notices(window)
    assert "这条永远不能再次使用，因为涉及薪酬或金钱。请每次亲自回答。" in notices(window)


async def test_an_ordinary_draft_says_nothing_of_the_kind(door: StageDoor) -> None:
    window = shown(await door.press("mara", "review", await door.learn_and_ask()))
    assert "never answer again" not in notices(window)
    assert said(await door.command("mara", "try where does the build cache live?")) == ""
