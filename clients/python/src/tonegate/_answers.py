"""Reads answers: the JSON of a good one, and of a bad one the error that it is."""

from __future__ import annotations

import json
import math
import re
from email.utils import parsedate_to_datetime
from typing import Any, Dict, Mapping, Optional, Sequence
from urllib.parse import urljoin

from ._wire import Received, host_of
from .errors import PROBLEM_CODES, OAuthError, ProblemError, UnexpectedAnswerError


def read_answer(answer: Received, members: Sequence[str], now: float) -> Dict[str, Any]:
    """The JSON object of a successful answer, which has these members as texts."""
    value = _parse(answer)
    if answer.status >= 400 and value is not None:
        raise _problem(answer, value, now)
    if not 200 <= answer.status <= 299 or value is None:
        raise unexpected(answer)
    for member in members:
        if not isinstance(value.get(member), str):
            raise unexpected(answer, f"it has no {member}")
    return value


def read_token_answer(answer: Received, now: float) -> Dict[str, Any]:
    """The same of a token endpoint."""
    value = _parse(answer)
    if answer.status >= 400 and value is not None and isinstance(value.get("error"), str):
        description = value.get("error_description")
        raise OAuthError(
            value["error"],
            description if isinstance(description, str) else None,
            status=answer.status,
            request_id=answer.headers.get("x-request-id"),
            retry_after=_rounded(read_retry_after(answer.headers, now)),
        )
    if answer.status != 200 or value is None:
        raise unexpected(answer)
    return value


def problem_code_of(answer: Received) -> Optional[str]:
    value = _parse(answer) if answer.status >= 400 else None
    return None if value is None else _code_of(value)


def read_retry_after(headers: Mapping[str, str], now: float) -> Optional[float]:
    """
    How many seconds a server asks to wait (RFC 9110 section 10.2.3). A date is compared with the `Date` that the same server has
    sent, so that it does not matter whose clock is wrong.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    until = _timestamp(text)
    if until is None:
        return None
    sent = _timestamp(headers.get("date", ""))
    return max(0.0, until - (now if sent is None else sent))


def _timestamp(date: str) -> Optional[float]:
    if not re.match(r"[A-Za-z]", date):
        return None
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _rounded(seconds: Optional[float]) -> Optional[float]:
    return None if seconds is None else float(math.ceil(seconds))


def _parse(answer: Received) -> Optional[Dict[str, Any]]:
    if not re.match(r"application/(?:[\w.+-]+\+)?json\b", answer.headers.get("content-type", ""), re.I):
        return None
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _problem(answer: Received, members: Dict[str, Any], now: float) -> ProblemError:
    words = (members.get(name) for name in ("detail", "message", "title"))
    detail = next((each for each in words if isinstance(each, str) and each), f"The server answered {answer.status}.")
    errors = members.get("errors")
    kind = members.get("type")
    return ProblemError(
        _code_of(members),
        detail,
        status=answer.status,
        type=kind if isinstance(kind, str) else "about:blank",
        request_id=answer.headers.get("x-request-id"),
        errors=[each for each in errors if _is_wrong_member(each)] if isinstance(errors, list) else [],
        members=members,
        retry_after=_rounded(read_retry_after(answer.headers, now)),
    )


def _code_of(members: Mapping[str, Any]) -> str:
    """`type` ends in the code, behind a `#`."""
    kind = members.get("type")
    ending = kind.rsplit("#", 1)[-1] if isinstance(kind, str) else ""
    return ending if ending in PROBLEM_CODES else "other"


def _is_wrong_member(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("path"), str) and isinstance(value.get("message"), str)


def unexpected(answer: Received, why: Optional[str] = None) -> UnexpectedAnswerError:
    """Nothing of its body is quoted: who knows what is in it."""
    content_type = answer.headers.get("content-type", "")
    if 300 <= answer.status <= 399:
        location = answer.headers.get("location")
        target = f" to {host_of(urljoin(answer.url, location))}" if location else ""
        what = f"a redirect{target}, which is not followed; check the address"
    else:
        what = f"{answer.status} with {content_type or 'no content type'}" + (f", but {why}" if why else "")
    return UnexpectedAnswerError(
        f"{host_of(answer.url)} answered {what}.",
        status=answer.status,
        content_type=content_type,
        request_id=answer.headers.get("x-request-id"),
    )
