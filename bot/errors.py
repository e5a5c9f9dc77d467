"""One tree of unexpected failures, each with a code. An expected *no* is a return value, never an exception.

Sentences are for operators: no message text, prompt, token or name ever stands in one.
"""

from __future__ import annotations


class BotError(Exception):
    """Something failed that should not have; `code` is stable and safe to log."""

    code = "bot_error"

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code


class SettingsError(BotError):
    """A setting is missing or wrong; the sentence names the variable, never its value."""

    code = "settings"


class StoreError(BotError):
    """The store could not do what was asked.

    Codes: `full`, `read_only`, `damaged`, `index_damaged` (the next write mends it), `wrong_key`, `too_old`, `in_use`,
    `not_enrolled`, `illegal_move`, `store`.
    """

    code = "store"


class VaultError(BotError):
    """A vault cannot be opened or taken up.

    Codes: `not_a_vault`, `wrong_passphrase`, `damaged`, `too_large`, `too_new`, `too_slow`.
    """

    code = "vault"


class PlatformError(BotError):
    """The chat platform could not do what was asked."""

    code = "platform"


class Unreachable(PlatformError):
    """The platform gave no answer; whether the call took effect is unknown."""

    code = "unreachable"


class RateLimited(PlatformError):
    """The platform takes no more for now, and did nothing; `retry_after` says for how many seconds."""

    code = "rate_limited"

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class NotPermitted(PlatformError):
    """The platform refuses this for good: no permission, or the channel or person is gone."""

    code = "not_permitted"


class ModelError(BotError):
    """The language model gave nothing that can be used.

    Codes: `busy`, `timed_out`, `refused`, `unreachable`, `wrong_key`, `no_model`, `broken` (nothing that can be read),
    `too_large`, `spent` (a cap of tokens is reached: nothing was sent), `model`.
    """

    code = "model"


class Busy(ModelError):
    """The endpoint takes no more requests for now; `retry_after` says for how many seconds, where it said so."""

    code = "busy"

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class TimedOut(ModelError):
    """No whole answer came in time."""

    code = "timed_out"


class Refused(ModelError):
    """The endpoint refused this request for good."""

    code = "refused"
