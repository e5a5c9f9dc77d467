"""A model that says what it was told to say."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from adapters.model.trial import TrialModel, complete, local_identity
from bot.errors import ModelError
from bot.model import Completion, ModelIdentity, Prompt

Answer = str | Completion | ModelError


class ScriptedModel(TrialModel):
    """Gives answers in advance, one a prompt and in order, or by a function of the prompt.

    A text is a whole answer, a `Completion` is given as it is, and a `ModelError` is raised. A script that has run out
    is a `ModelError` too.
    """

    def __init__(
        self, answers: Iterable[Answer] | Callable[[Prompt], Answer], identity: ModelIdentity | None = None
    ) -> None:
        super().__init__(identity or local_identity("scripted"))
        self._choose = answers if callable(answers) else _in_order(answers)

    def answered(self, prompt: Prompt) -> Completion:
        """Return, or raise, the next answer."""
        answer = self._choose(prompt)
        if isinstance(answer, ModelError):
            raise answer
        return answer if isinstance(answer, Completion) else complete(answer, prompt)


def _in_order(answers: Iterable[Answer]) -> Callable[[Prompt], Answer]:
    waiting = deque(answers)

    def following(_prompt: Prompt) -> Answer:
        return waiting.popleft() if waiting else ModelError("the script has no further answer", "broken")

    return following
