"""What went wrong, by the library's exceptions, as the core's errors: codes and nothing that was sent or received."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx2
import openai

from adapters.model.connection import AnswerTooLarge
from bot.errors import Busy, ModelError, Refused, TimedOut

_UNKNOWN_MODEL = re.compile(
    r"model_not_found|\bmodel\b.{0,200}\b(not (be )?found|(does )?not exist|unknown)", re.DOTALL
)
_MOST_COMPLAINT = 2_000
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that failed. `may_pass`: the same one may succeed soon. `complaint` is the endpoint's: never told on.

    `is_about_form`: the endpoint may take the same request in another form.
    """

    error: ModelError
    may_pass: bool = False
    is_about_form: bool = False
    complaint: str = ""


def failed(error: Exception) -> Failed:
    """Return what an exception of the library means."""
    if isinstance(error, openai.APIStatusError):
        return _by_status(error.status_code, error.response.headers, error.response.text[:_MOST_COMPLAINT].lower())
    if isinstance(error, openai.APITimeoutError):
        return Failed(TimedOut("the model gave no whole answer in time"))
    if isinstance(error, AnswerTooLarge):
        return Failed(ModelError("the model's answer is too large", "too_large"))
    if isinstance(error.__cause__, httpx2.ConnectError):
        return Failed(ModelError("the model's endpoint cannot be reached", "unreachable"), may_pass=True)
    return Failed(ModelError("the connection to the model's endpoint broke", "broken"), may_pass=True)


def _by_status(status: int, headers: Mapping[str, str], complaint: str) -> Failed:
    if status in {429, 503, 529}:
        return Failed(Busy("the model's endpoint takes no more requests for now", retry_after(headers)), may_pass=True)
    if status in {408, 504}:
        return Failed(TimedOut("the model's endpoint gave up on its own answer"), may_pass=True)
    if status >= 500:
        return Failed(ModelError(f"the model's endpoint failed with status {status}", "broken"), may_pass=True)
    if status in {401, 403}:
        return Failed(ModelError("the model's endpoint does not accept the key", "wrong_key"))
    if status == 404:
        is_unknown = _UNKNOWN_MODEL.search(complaint) is not None
        error = ModelError("the model's endpoint has no such model", "no_model")
        return Failed(error, is_about_form=not is_unknown, complaint=complaint)
    if status >= 400:
        error = Refused(f"the model's endpoint refused the request with status {status}")
        return Failed(error, is_about_form=status in {400, 422}, complaint=complaint)
    return Failed(ModelError(f"the model's endpoint sends elsewhere with status {status}", "broken"))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds to wait, from 0 to a day, None where nothing sensible is said.

    Read are `Retry-After` in seconds or as a date (RFC 9110; counted from the answer's own date, so that no clock is
    asked) and the milliseconds that OpenAI sends along.
    """
    for written, unit in ((headers.get("retry-after-ms"), 0.001), (headers.get("retry-after"), 1.0)):
        try:
            seconds = float(written or "") * unit
        except ValueError:
            continue
        return min(seconds, _DAY) if math.isfinite(seconds) and seconds >= 0 else None
    until, since = _date(headers.get("retry-after")), _date(headers.get("date"))
    if until is None or since is None:
        return None
    return min(max((until - since).total_seconds(), 0.0), _DAY)


def _date(written: str | None) -> datetime | None:
    try:
        read = parsedate_to_datetime(written or "")
    except ValueError:
        return None
    return read if read.tzinfo else None
