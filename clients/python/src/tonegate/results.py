"""What became of a payment."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, get_args

from .types import PaymentOutcome

TEMPLATE_KEYS: Mapping[str, "tuple[str, ...]"] = {
    "cybersource": ("decision", "reasonCode", "requestID", "requestToken", "transactionType"),
    "orbital": ("ApprovalStatus", "RespCode", "AutoDecisionResponse", "FraudStatusCode", "TxRefNum", "CardBrandOut"),
    "stripe": ("id", "status", "code", "decline_code", "payment_method"),
    "adyen": ("resultCode", "refusalReason", "refusalReasonCode", "pspReference", "authCode", "cardSummary"),
}
"""The keys that a result has by its template, always."""

END_STATES = ("Finished", "Error", "TimeOut", "ExpiredOnProviderSide", "Cancelled")
EXPIRED = ("TimeOut", "ExpiredOnProviderSide")

_OUTCOME_OF_DECISION: Dict[str, PaymentOutcome] = {
    "ACCEPT": "approved",
    "REJECT": "declined",
    "REVIEW": "review",
    "ERROR": "failed",
    "CANCEL": "cancelled",
}
_OUTCOME_OF_APPROVAL: Dict[str, PaymentOutcome] = {"1": "approved", "0": "declined", "2": "failed"}


def outcome_of(session: Mapping[str, Any]) -> Optional[PaymentOutcome]:
    """
    What became of the payment of a session. Of a result of the original service, it is read from the gateway's own keys. None
    while the session is open, and when the result has been removed.
    """
    state = session.get("sessionState")
    if state not in END_STATES:
        return None
    data = session.get("paymentResultData")
    if data is None:
        return "failed" if state in EXPIRED else None
    for outcome in get_args(PaymentOutcome):
        if data.get("paymentOutcome") == outcome:
            known: PaymentOutcome = outcome
            return known
    by_gateway = _OUTCOME_OF_DECISION.get(data.get("decision", "")) or _OUTCOME_OF_APPROVAL.get(
        data.get("ApprovalStatus", "")
    )
    if by_gateway:
        return by_gateway
    if state == "Cancelled":
        return "cancelled"
    return "failed" if state in EXPIRED else "unknown"


def template_of(result: Mapping[str, str]) -> str:
    """Tells by its keys which template a result has; `connector`: none of the others."""
    for name, keys in TEMPLATE_KEYS.items():
        if all(key in result for key in keys):
            return name
    return "connector"
