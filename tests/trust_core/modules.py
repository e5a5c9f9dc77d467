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
    # consent: what was agreed to, how long it holds, and what its end does
    "bot/consent.py": _of(UNIT, "consent"),
    "bot/agreement.py": _of(UNIT, "agreement agreement_versions agreed_recipient"),
    "bot/standing.py": _of(UNIT, "standing"),
    "bot/lapsing.py": _of(UNIT, "lapsing"),
    "bot/renewing.py": _of(UNIT, "renewing"),
    "bot/resting.py": _of(UNIT, "resting"),
    "bot/consent_receipts.py": _of(UNIT, "consent_receipts"),
    # what is kept, and how it goes again
    "bot/redaction.py": _of(UNIT, "redaction_places redaction"),
    "bot/redaction_rules.py": _of(UNIT, "redaction_table redaction"),
    "bot/redaction_checks.py": _of(UNIT, "redaction_checks"),
    "bot/phone_numbers.py": _of(UNIT, "phone_numbers"),
    "bot/never_learn.py": _of(UNIT, "never_learn"),
    "bot/clearing.py": (*_of(UNIT, "clearing"), *_of(SCENARIO, "secrets_stay_out never_learn")),
    "bot/clearing_up.py": _of(UNIT, "clearing_up"),
    "bot/log_clearing.py": _of(UNIT, "log_clearing"),
    "bot/message_log.py": _of(UNIT, "message_log"),
    "bot/authorship.py": _of(UNIT, "authorship"),
    "bot/unlearning.py": _of(UNIT, "unlearning"),
    "bot/withholding.py": _of(UNIT, "withholding"),
    "bot/erasure.py": _of(UNIT, "erasure erasing_window"),
    "bot/erasing.py": _of(UNIT, "erasing"),
    "bot/selecting.py": _of(UNIT, "selecting"),
    "bot/leaving.py": _of(UNIT, "leaving"),
    # who may read it
    "bot/evidence.py": (*_of(UNIT, "evidence"), *_of(SCENARIO, "right_audience resting_on_claims")),
    "bot/audience.py": _of(UNIT, "audience"),
    # what is posted
    "bot/guard.py": _of(UNIT, "guard letting_go"),
    "bot/rulebook.py": _of(UNIT, "rulebook"),
    "bot/ruling.py": _of(UNIT, "rulebook likeness"),
    "bot/likeness.py": _of(UNIT, "likeness"),
    "bot/refused.py": _of(UNIT, "refusals"),
    "bot/refusals.py": _of(UNIT, "refusals"),
    "bot/flagging.py": _of(UNIT, "flagging"),
    "bot/visible.py": _of(UNIT, "visible guard labelling"),
    "bot/naming.py": _of(UNIT, "naming labelling authorship"),
    "bot/labelling.py": _of(UNIT, "labelling"),
    "bot/drafts.py": (*_of(UNIT, "drafts"), *_of(SCENARIO, "deciding waiting")),
    "bot/delivery.py": _of(UNIT, "delivery reading_back taking_back"),
    # what is written down
    "bot/audit.py": _of(UNIT, "audit"),
    "bot/weekly.py": _of(UNIT, "weekly"),
    "bot/vault/verifying.py": _of(UNIT, "vault_chain"),
}
