"""What the client raises. Each is a TonegateError; what went wrong is told by its class, and a problem by its code."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

PROBLEM_CODES = frozenset(
    {
        "invalid-request",
        "unknown-account-configuration",
        "card-data-refused",
        "unauthorized",
        "invalid-token",
        "forged-notification",
        "invalid-dpop-proof",
        "insufficient-scope",
        "person-without-agent",
        "foreign-agent",
        "view-closed",
        "kept-card-refused",
        "skip-call-transfer-refused",
        "not-found",
        "method-not-allowed",
        "request-timeout",
        "no-live-call",
        "call-has-session",
        "call-not-secured",
        "refused-by-gateway",
        "session-ended",
        "command-late",
        "not-possible-now",
        "idempotency-in-progress",
        "body-too-large",
        "unsupported-media-type",
        "misdirected-request",
        "idempotency-mismatch",
        "amount-not-possible",
        "quota-exceeded",
        "internal-error",
        "provider-refused",
        "link-not-sent",
        "provider-unavailable",
        "telephone-unavailable",
        "storage-unavailable",
        "overloaded",
    }
)
"""`docs/errors.md` has cause and remedy of each."""


class TonegateError(Exception):
    """Anything that the client raises but a wrong argument (ValueError)."""


class ProblemError(TonegateError):
    """The server has refused the request, and says why (RFC 9457)."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int,
        type: str,
        request_id: Optional[str],
        errors: Sequence[Mapping[str, str]],
        members: Mapping[str, Any],
        retry_after: Optional[float],
    ) -> None:
        super().__init__(detail)
        self.code = code
        """One of PROBLEM_CODES; `other` for a problem that this client does not know: see `type` and `status`."""
        self.detail = detail
        self.status = status
        self.type = type
        self.request_id = request_id
        """Find the request in the server's log by it."""
        self.errors = errors
        """Each wrong member of the request: its `path`, and a `message`."""
        self.members = members
        """All members of the problem, such as the `sessionGuid` of `call-has-session`."""
        self.retry_after = retry_after
        """In how many seconds to try again, where the server says so."""


class OAuthError(TonegateError):
    """The token endpoint gave no token, and says why (RFC 6749 section 5.2)."""

    def __init__(
        self, code: str, description: Optional[str], *, status: int, request_id: Optional[str], retry_after: Optional[float]
    ) -> None:
        super().__init__(code if description is None else f"{code}: {description}")
        self.code = code
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after


class NetworkError(TonegateError):
    """No answer came: no such host, no connection, or one that broke."""


class AnswerTimeout(TonegateError, TimeoutError):
    """The answer, or the result, did not come in the time that was given."""


class Stopped(TonegateError):
    """The caller has stopped the wait."""


class UnexpectedAnswerError(TonegateError):
    """Something answered that is not a Payment API: a page of a proxy, a redirect (none is followed), half an answer."""

    def __init__(self, message: str, *, status: int, content_type: str, request_id: Optional[str] = None) -> None:
        super().__init__(message)
        self.status = status
        self.content_type = content_type
        self.request_id = request_id


class WebhookError(TonegateError):
    """The message is not one of your server's, or not a fresh one. Answer 400, and do nothing with it."""

    def __init__(self, fault: str, message: str) -> None:
        super().__init__(message)
        self.fault = fault
        """header-missing, timestamp-malformed, too-old, too-new, signature-wrong or body-malformed."""
