"""Requests and answers of the Payment API, under its own names. `docs/openapi.json` of Tonegate has each member's meaning."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, Mapping, Optional, TypedDict, Union

PaymentData = Mapping[str, Union[str, int, float, bool, None]]
SessionState = Literal["Created", "InProgress", "Finished", "Error", "TimeOut", "ExpiredOnProviderSide", "Cancelled"]
PaymentOutcome = Literal["approved", "declined", "review", "cancelled", "failed", "unknown"]
Channel = Literal["sms", "email"]


class CreatedSession(TypedDict):
    """An open session: its ids, the agent view with its two tokens, and the customer's page."""

    sessionGuid: str
    providerSessionGuid: str
    iframeUrl: str
    agentAccessToken: str
    agentRefreshToken: str
    paymentFormUrl: str


class _Session(TypedDict):
    sessionGuid: str
    providerSessionGuid: str
    createdOn: str
    lastUpdatedOn: str
    sessionState: SessionState


class SessionStatus(_Session, total=False):
    """State and, once it has ended, result of a session."""

    callGuid: str
    paymentResultData: Dict[str, str]
    """Absent while the session is open, and from 15 minutes after its end."""


class EndedSession(SessionStatus):
    """A session that has ended, and what became of its payment."""

    outcome: Optional[PaymentOutcome]
    """None if the result was removed before it was read, which is 15 minutes after the end."""


class _ListedSession(_Session, total=False):
    callGuid: str


class ListedSession(_ListedSession):
    kind: Literal["agent-assist", "digital"]
    agentId: str
    accountConfigurationId: int


class _SessionPage(TypedDict):
    sessions: List[ListedSession]


class SessionPage(_SessionPage, total=False):
    nextCursor: str


class ResentLink(TypedDict):
    sessionGuid: str
    channel: Channel
    paymentFormUrl: str


class _PaymentOperation(TypedDict):
    operationId: str
    type: Literal["capture", "refund", "void"]
    status: Literal["pending", "succeeded", "failed"]
    amount: str
    requestedOn: str
    requestedBy: Dict[str, str]


class PaymentOperation(_PaymentOperation, total=False):
    completedOn: str
    gatewayCode: str


class Payment(TypedDict):
    """What became of the payment of a session: captured, refunded, voided. Amounts are in major units, as text."""

    sessionGuid: str
    status: Literal["authorized", "captured", "partially-refunded", "refunded", "voided"]
    currency: str
    authorizedAmount: str
    capturedAmount: str
    refundedAmount: str
    pendingRefundAmount: str
    refundableAmount: str
    gateway: str
    gatewayReference: str
    operations: List[PaymentOperation]


class OrderedOperation(TypedDict):
    """`operation["status"]` is `pending` while the gateway's answer is not known."""

    operation: PaymentOperation
    payment: Payment


class _SessionProgress(TypedDict):
    type: Literal["session.progress"]
    id: str
    sequence: int
    timestamp: str
    sessionGuid: str
    progress: str


class SessionProgress(_SessionProgress, total=False):
    """Something has happened in a session; `field` is of the card, where it is about one."""

    field: str


class SessionEnded(TypedDict):
    type: Literal["session.ended"]
    id: str
    session: SessionStatus


SessionEvent = Union[SessionProgress, SessionEnded]


EventType = Literal[
    "session.progress",
    "payment.captured",
    "payment.capture-pending",
    "payment.capture-failed",
    "payment.refunded",
    "payment.refund-pending",
    "payment.refund-failed",
    "payment.voided",
    "payment.void-pending",
    "payment.void-failed",
]


class WebhookMessage(TypedDict):
    """A message that is believed. `data` is the status of a session that has ended, or the data of the event that `type` names."""

    id: str
    """The same for each attempt: remember it, and a message is processed once."""
    sent_at: float
    """When this attempt was made, in seconds since 1970."""
    type: Union[Literal["session.status", "other"], EventType]
    data: Dict[str, Any]
