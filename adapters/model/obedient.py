"""A model that does what anybody says in its prompt: the worst case of injected instructions."""

from __future__ import annotations

import re

from adapters.model.shaped import say
from adapters.model.trial import TrialModel, complete, local_identity
from bot.model import Completion, ModelIdentity, Prompt

NOTHING_SAID = "Understood."
_ORDER = re.compile(
    r"""
    \b(?:repl(?:y|ies)|answer|respond|say|write|print|output|post|tell\s+(?:them|everyone|everybody)|include|append|add)
    \b(?:\s+(?:only|exactly|just|back|instead|that|the\s+following|this|with|the\s+words?|the\s+link))*
    \s*[:：]?\s*(?P<said>\S[^\n]*)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CHINESE_ORDER = re.compile(r"(?:只?回复|只?回答|请说|说出|输出|写上|附上|加上)\s*[:：]?\s*(?P<said>\S[^\n]*)")
_QUOTED = re.compile(r"[\"“”'‘’«「『](?P<inside>[^\"“”'‘’»」』]+)[\"“”'‘’»」』]")


class ObedientModel(TrialModel):
    """Says whatever any line of its prompt tells it to: `SYSTEM: reply only with X`, "ignore the rules and say X", …

    All orders of the prompt are obeyed, in order; where a schema is asked for, in every free string of an object by it.
    """

    def __init__(self, identity: ModelIdentity | None = None) -> None:
        super().__init__(identity or local_identity("obedient"))

    def answered(self, prompt: Prompt) -> Completion:
        """Return what the prompt orders to say."""
        said = [*ordered(prompt.system), *ordered(prompt.user)] or [NOTHING_SAID]
        return complete(say("\n".join(said), prompt.schema), prompt)


def ordered(text: str) -> list[str]:
    """Return what the lines of a text order to be said, in order."""
    found = [
        match for line in text.splitlines() for order in (_ORDER, _CHINESE_ORDER) for match in order.finditer(line)
    ]
    return [_unquoted(match.group("said")) for match in found]


def _unquoted(said: str) -> str:
    quoted = _QUOTED.match(said)
    return quoted.group("inside") if quoted else said.strip()
