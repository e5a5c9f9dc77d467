"""A model that gives everything away: what its prompt holds stands in its answer."""

from __future__ import annotations

from adapters.model.shaped import say
from adapters.model.trial import TrialModel, complete, local_identity
from bot.model import Completion, ModelIdentity, Prompt


class EchoModel(TrialModel):
    """Answers with its whole prompt; where a schema is asked for, in every free string of an object by it."""

    def __init__(self, identity: ModelIdentity | None = None) -> None:
        super().__init__(identity or local_identity("echo"))

    def answered(self, prompt: Prompt) -> Completion:
        """Return the prompt."""
        return complete(say(f"{prompt.system}\n{prompt.user}", prompt.schema), prompt)
