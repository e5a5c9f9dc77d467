"""The trust core: the modules that keep the promises, each with the quick tests that show what it does.

`make coverage` wants every branch of them covered, `make mutants` wants nine of ten small changes to them noticed.
"""

from __future__ import annotations

UNIT, SCENARIO = "tests/unit", "tests/scenario"


def _of(folder: str, names: str) -> tuple[str, ...]:
    return tuple(f"{folder}/test_{name}.py" for name in names.split())


ALWAYS = _of(UNIT, "core_values")
"""What is asked of every module."""

TRUST_CORE: dict[str, tuple[str, ...]] = {
    # consent
    "bot/consent.py": _of(UNIT, "consent"),
    "bot/agreement.py": (*_of(UNIT, "agreement"), *_of(SCENARIO, "joining languages answering_with_a_model")),
    # what is kept, and how it goes again
    "bot/message_log.py": (*_of(UNIT, "mine"), *_of(SCENARIO, "learning what_was_approved waiting")),
    "bot/unlearning.py": _of(SCENARIO, "what_was_approved profile_follows_the_log resting_on_claims never_use"),
    "bot/withholding.py": _of(SCENARIO, "never_use never_use_topics"),
    "bot/leaving.py": _of(SCENARIO, "leaving crashes"),
    # who may read it
    "bot/evidence.py": (*_of(UNIT, "evidence"), *_of(SCENARIO, "right_audience")),
    # what is posted
    "bot/guard.py": _of(UNIT, "guard"),
    "bot/labelling.py": _of(UNIT, "labelling"),
    "bot/drafts.py": (*_of(UNIT, "drafts"), *_of(SCENARIO, "deciding waiting")),
    "bot/delivery.py": _of(SCENARIO, "delivery deciding what_was_approved learning_from_decisions crashes languages"),
    # what is written down
    "bot/audit.py": _of(UNIT, "audit"),
}
