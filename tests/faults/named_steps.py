"""The named steps: everywhere between two of them the process may die, and nothing acknowledged may be lost.

A step is `before` or `after` a method; `tests.faults.dying` lets the process die there. What a method does within a
transaction is followed by a step `after` it that comes before the commit. `in` says from when on it is deadly.
"""

from __future__ import annotations

QUESTION_TO_REPLY = (
    "after Conversation.say",  # said, and told to nobody
    "before Answering.ask",
    "after Answering._take",  # within the transaction that takes the question
    "before Telling.waiting",  # the question is taken; nobody was told
    "before Conversation.delivered",
    "before Answering.compose",
    "after Answering._offer",  # within the transaction that keeps the draft
    "before Answering._links",
    "before Review._approve",
    "after Review._approve",  # within the transaction that keeps the approval
    "before Delivery.deliver",
    "after Delivery._claim",  # within the transaction that claims it
    "before LocalWorkspace.post",  # claimed, not posted
    "before Conversation.add",
    "after LocalWorkspace.post",  # posted, and nobody noted it
    "before Telling.outcome",
    "after Delivery._mark_posted",
)

JOINING = (
    "before SqliteStore.enrol",
    "after SqliteStore.enrol",  # the file is there, and nobody joined
    "before Joining._give",
    "after Joining._give",  # within the transaction that keeps the grants
    "before Joining._receipt",  # joined, and not told so
    "before Backfilling._learn",
    "after Backfilling._learn",  # within the transaction that learns earlier messages
)

ERASING = (
    "before Erasing._carry_out",
    "before Erasing.prove in Erasing._carry_out",  # forgotten, and the file not rewritten
    "before SqliteStore.compact in Erasing._carry_out",
    "after SqliteStore.compact in Erasing._carry_out",  # rewritten, and the proof not noted
    "after Erasing.prove in Erasing._carry_out",
)

LEAVING = (
    "before Departures._stop",
    "after Departures._stop",  # within the transaction that ends everything
    "before Departures._take_back",
    "after Departures._take_back",
    "before Departures._finish",
    "before Telling.unannounce",
    "before ShownAnswers.take_down_all",
    "before SqliteStore.erase",
    "before Files.erase in SqliteStore.erase",  # the key is destroyed, the file is not gone
    "after SqliteStore.erase",
    "before OpenQuestions.outlive",
)

EVERY = (*QUESTION_TO_REPLY, *JOINING, *ERASING, *LEAVING)
