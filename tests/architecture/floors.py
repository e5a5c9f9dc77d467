"""The floors of bot/: a module may import what stands on its own floor or below it, never what stands above.

A new module gets its name into one of these lines; until then the build fails. Floors are listed from the ground up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Floor:
    """Some modules that stand equally high.

    `is_offered`: adapters and storage may import them too. `may_await`: `async def` may stand there.
    """

    name: str
    modules: frozenset[str]
    is_offered: bool = False
    may_await: bool = False


def _floor(name: str, modules: str, *, is_offered: bool = False, may_await: bool = False) -> Floor:
    return Floor(name, frozenset(modules.split()), is_offered, may_await)


FLOORS = (
    _floor(
        "ground",
        "refs errors clock words patterns stop_words equivalences terms sentences schedule guard asking private_files "
        "denial opposites quantities visible naming phrasing plain_words rulebook likeness ruling "
        "days marks phone_numbers redaction redaction_rules redaction_checks",
        is_offered=True,
    ),
    _floor(
        "values",
        "events views preferences consent standing messages drafts labelling audit policy profile reusable "
        "reply_button agreed_words recovery never_learn weekly refused",
        is_offered=True,
    ),
    _floor("ports", "ports platform_ports calling model", is_offered=True, may_await=True),
    _floor(
        "deciding",
        "audience authorship agreement message_log passages confidence unanswerable excerpts expectation recall "
        "quoting prompting bearing mixing qualifying committing "
        "clearing clearing_up "
        "citing unlearning withholding statements noticing material correcting extracting nearness "
        "asked asked_in_english asked_in_chinese matching wordings lessons edits reuse flagging "
        "settling versioning taking_up topic_form consent_receipts erasure selecting vault recovering",
    ),
    _floor("rim", "offload platforms work pacing apart", may_await=True),
    _floor("stage", "stage", may_await=True),
    _floor(
        "errands",
        "agreed_before lapsing refusals "
        "questions evidence showing shown_answers telling log_pages gaps backfilling consulting composing embedding "
        "receipt_rows doorkeeping entering thread_cap "
        "secret_warning removed_row unheard",
        may_await=True,
    ),
    _floor(
        "services",
        "renewing reminding resting reconciling weekly_window refused_window "
        "joining agreed leaving answering delivery review review_window home commands mine mentions trying "
        "denying erasing erasing_window record_of_replies never_use topics_window reusing reuse_form reusable_window "
        "refreshing claim_rows profile_window profile_decisions version_window exporting bringing "
        "log_clearing never_learn_window reply_rows doubting away time_zones drafts_in_messages offering catching_up",
        may_await=True,
    ),
    _floor("hall", "jobs pipeline", may_await=True),
    _floor("settings", "settings platform_settings setting_values log_lines"),
    _floor("compose", "compose serving", may_await=True),
    _floor("entry", "checkup safekeeping cli __main__ vault_commands slack_commands discord_commands", may_await=True),
)
