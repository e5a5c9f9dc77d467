"""Telling a worker that what they wrote themself holds a secret, before it is posted: their words are never changed.

What they send all the same is posted as they approved it. In their file it stands for as long as it may be undone.
"""

from __future__ import annotations

from bot.clearing import redaction_for
from bot.drafts import Draft, text_digest
from bot.redaction import holds_secret
from bot.refs import WorkerRef
from bot.showing import as_shown, where
from bot.stage import Stage
from bot.views import Answer, Button, Text, TextField, View
from bot.words import Words

REASON = "secret.reason"
CONFIRMED = "holds_secret"


async def secrets_in(stage: Stage, worker: WorkerRef, written: str) -> tuple[str, ...]:
    """Return the sorts of secrets, and of what is never to be learnt, that stand in a text of the worker's."""
    regions = stage.policy.phone_regions
    return await stage.store.read(worker, lambda tx: holds_secret(written, redaction_for(tx, regions))) or ()


def is_confirmed(written: str, values: dict[str, object]) -> bool:
    """Whether the worker was warned of this very text, and sends it all the same."""
    return values.get(CONFIRMED) == text_digest(written)


async def warning(stage: Stage, draft: Draft, written: str, sorts: tuple[str, ...], words: Words) -> Answer:
    """Return the window that says what the text holds, with the text to be changed, or to be sent as it is."""
    listed = words.listed(words.say(f"secret.sort_{sort}") for sort in sorts)
    place = await where(stage, draft.channel)
    sent = {**await as_shown(stage, draft), CONFIRMED: text_digest(written)}
    view = View(
        "secret",
        words.say("secret.title"),
        (
            Text(words.say("secret.warning", sorts=listed, where=place), look="notice"),
            TextField("text", words.say("review.draft_label"), written, words.say("secret.hint"), lines=10),
        ),
        (
            Button("approve", words.say("secret.send_button"), draft.id, sent, "primary"),
            Button("review", words.say("secret.back_button"), draft.id),
        ),
        draft.id,
    )
    return Answer(view=view)
