"""The review window: what a worker reads before deciding, good on a phone and the same on every platform."""

from __future__ import annotations

from bot.composing import BY_MODEL
from bot.drafts import Draft, DraftState
from bot.never_use import Mark, message_buttons
from bot.reuse_form import reuse_fold
from bot.showing import as_shown, shown_sources, where
from bot.stage import Stage
from bot.views import Button, Element, Facts, Fold, Item, Link, Text, TextField, View
from bot.words import Words


async def review_window(stage: Stage, draft: Draft, words: Words) -> View:
    """Return the window for a draft that waits for its worker: pending, refused by the platform, or unsure."""
    if draft.state is DraftState.UNSURE:
        return await _unsure(stage, draft, words)
    if draft.state is DraftState.FAILED:
        return await _failed(stage, draft, words)
    return await _pending(stage, draft, words)


async def _pending(stage: Stage, draft: Draft, words: Words) -> View:
    now = stage.now()
    asker = (await stage.platforms.person(draft.asker)).name
    place = await where(stage, draft.channel)
    sources = await shown_sources(stage, draft)
    reasons = tuple(Text(words.say(key), look="notice") for key in draft.reasons)
    passages = tuple(
        Item(
            s.text,
            details=(words.say("review.passage_detail", day=words.day(s.said_at, now), where=s.where),),
            links=(Link(s.url, words.say("review.passage_link")),),
            buttons=message_buttons(s.id, Mark(), words),
        )
        for s in sources
    )
    folded = (Fold(words.say("review.passages", n=len(passages)), passages),) if passages else ()
    longest = stage.platforms.of(draft.channel).room_for("")
    hint = words.say("review.edit_hint" if draft.written else "review.write_hint")
    elements: tuple[Element, ...] = (
        Text(words.say("review.question_from", name=asker, where=place), look="small"),
        Text(draft.question, look="quote"),
        *((Text(words.say("review.question_posted"), look="small"),) if draft.question_ref is None else ()),
        *await _read_outside(stage, draft, words),
        *_made_by_model(draft, words),
        TextField("text", words.say("review.draft_label"), draft.written, hint, lines=10, limit=longest),
        *await _framed(stage, draft, words, asker),
        *reasons,
        *folded,
        *await reuse_fold(stage, draft, words),
        Text(words.say("review.lapses", when=words.moment(draft.lapses_at, now)), look="small"),
    )
    shown = await as_shown(stage, draft)
    return View(
        "review",
        words.say("review.title"),
        elements,
        (
            Button("approve", words.say("review.send_button"), draft.id, shown, "primary"),
            Button("deny", words.say("review.deny_button"), draft.id),
            Button("answered", words.say("review.answered_button"), draft.id),
            Button("mute", words.say("review.mute_button"), draft.id, confirm=words.say("review.mute_confirm")),
        ),
        draft.id,
    )


async def _read_outside(stage: Stage, draft: Draft, words: Words) -> tuple[Text, ...]:
    """Say that others than the workspace's own people will read it, where they will."""
    channel = await stage.platforms.channel(draft.channel)
    if channel is None or not channel.has_outsiders:
        return ()
    return (Text(words.say("review.outsiders", where=await where(stage, draft.channel)), look="notice"),)


async def _framed(stage: Stage, draft: Draft, words: Words, asker: str) -> tuple[Text, ...]:
    """Say in the worker's language what the label and the opening say in the asker's, where that is another one."""
    theirs = await stage.platforms.words_in_public(draft.asker)
    name = (await stage.platforms.person(draft.worker)).name
    if theirs.locale == words.locale or not draft.written.startswith(theirs.say("quoting.opening", name=name)):
        return ()
    label, opening = words.say("reply.label", name=name), words.say("quoting.opening", name=name)
    return (Text(words.say("review.in_their_language", name=asker, label=label, opening=opening), look="small"),)


def _made_by_model(draft: Draft, words: Words) -> tuple[Text, ...]:
    if not draft.written or not draft.composer.startswith(BY_MODEL):
        return ()
    model = draft.composer.removeprefix(BY_MODEL)
    return (Text(words.say("review.worded_by_model", model=model), look="small"),)


async def _unsure(stage: Stage, draft: Draft, words: Words) -> View:
    buttons = (
        Button("it_is_there", words.say("review.there_button"), draft.id, look="primary"),
        Button("it_is_not_there", words.say("review.not_there_button"), draft.id),
    )
    return View("unsure", words.say("review.unsure_title"), await _as_sent(stage, draft, words), buttons, draft.id)


async def _failed(stage: Stage, draft: Draft, words: Words) -> View:
    again = Button("it_is_not_there", words.say("review.again_button"), draft.id, look="primary")
    return View("failed", words.say("review.failed_title"), await _as_sent(stage, draft, words), (again,), draft.id)


async def _as_sent(stage: Stage, draft: Draft, words: Words) -> tuple[Element, ...]:
    place = await where(stage, draft.channel)
    return (
        Text(words.say(f"review.state_{draft.state.value}")),
        Facts(((words.say("review.fact_where"), place),)),
        Text(draft.written, look="quote"),
    )
