"""What the models for trying things out have in common: they run here, cost nothing, and embed by hashing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from adapters.model.hashed import hashed_embeddings
from bot.model import Completion, Embeddings, Finish, ModelIdentity, Prompt, Usage, tokens_in


class TrialModel(ABC):
    """A local model that keeps what it was asked: `prompts` and `embedded`, oldest first."""

    def __init__(self, identity: ModelIdentity) -> None:
        self._identity = identity
        self.prompts: list[Prompt] = []
        self.embedded: list[str] = []

    @property
    def identity(self) -> ModelIdentity:
        """Who is asked."""
        return self._identity

    async def complete(self, prompt: Prompt) -> Completion:
        """Note the prompt and return what this model says to it."""
        self.prompts.append(prompt)
        return self.answered(prompt)

    @abstractmethod
    def answered(self, prompt: Prompt) -> Completion:
        """Return, or raise, what this model says to a prompt."""

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        """Note the texts and return their embeddings, by `hashed_embeddings`."""
        self.embedded.extend(texts)
        return hashed_embeddings(texts)

    async def close(self) -> None:  # noqa: B027 - of no such model anything is open
        """Close nothing: there is no connection."""


def local_identity(name: str) -> ModelIdentity:
    """Return the identity of a model that runs here and embeds too."""
    return ModelIdentity(model=name, vendor="", is_local=True, embedding=f"{name}-hashed")


def complete(text: str, prompt: Prompt) -> Completion:
    """Return a whole answer with its estimated cost."""
    cost = Usage(tokens_in(prompt.system + prompt.user), tokens_in(text))
    return Completion(text, Finish.COMPLETE, cost)
