"""A client of the Tonegate Payment API, which is compatible with the Payment API of Vonage Contact Center."""

from ._tokens import GivenToken
from .client import Tonegate
from .clock import Clock
from .errors import (
    AnswerTimeout,
    NetworkError,
    OAuthError,
    ProblemError,
    Stopped,
    TonegateError,
    UnexpectedAnswerError,
    WebhookError,
)
from .results import outcome_of, template_of
from .webhooks import verify_webhook

__all__ = [
    "AnswerTimeout",
    "Clock",
    "GivenToken",
    "NetworkError",
    "OAuthError",
    "ProblemError",
    "Stopped",
    "Tonegate",
    "TonegateError",
    "UnexpectedAnswerError",
    "WebhookError",
    "outcome_of",
    "template_of",
    "verify_webhook",
]
