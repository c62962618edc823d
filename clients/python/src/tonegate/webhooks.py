"""Verifies messages by Standard Webhooks."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from typing import Mapping, Sequence, Union, cast, get_args

from .errors import WebhookError
from .types import EventType, WebhookMessage

MOST_SIGNATURES = 10
"""More than this no sender makes; each costs a computation."""


def verify_webhook(
    *,
    secret: Union[str, Sequence[str]],
    headers: Mapping[str, str],
    body: Union[bytes, str],
    tolerance: float = 300,
    now: Union[float, None] = None,
) -> WebhookMessage:
    """
    Verifies the signature of a message, by any of the secrets, and its age.

    `body` is what was received, byte for byte: what was parsed and written again has another signature.
    Raises WebhookError when the message is not to be believed, and ValueError when a secret is not one.
    """
    keys = [_key_of(each) for each in ([secret] if isinstance(secret, str) else secret)]
    if not keys:
        raise ValueError("secret must not be an empty list.")
    given = {name.lower(): value for name, value in headers.items()}
    identifier, timestamp, signatures = (
        _header(given, name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    )
    _require_fresh(timestamp, tolerance, time.time() if now is None else now)
    content = body.encode() if isinstance(body, str) else bytes(body)
    signed = f"{identifier}.{timestamp}.".encode() + content
    if not _is_signed(keys, signatures, signed):
        raise WebhookError("signature-wrong", "None of the signatures was made with the secret over this body.")
    return _read(identifier, float(timestamp), content)


def _key_of(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret[len("whsec_") :] if secret.startswith("whsec_") else secret, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("The secret of a webhook is whsec_ and base64.")
    return key


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if not value:
        raise WebhookError("header-missing", f"The request has no {name}.")
    return value


def _require_fresh(timestamp: str, tolerance: float, now: float) -> None:
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise WebhookError("timestamp-malformed", "webhook-timestamp is not a number of seconds.")
    age = now - int(timestamp)
    if age > tolerance:
        raise WebhookError("too-old", f"The message is {age:.0f} seconds old.")
    if age < -tolerance:
        raise WebhookError("too-new", f"The message is {-age:.0f} seconds ahead of this machine's clock.")


def _is_signed(keys: Sequence[bytes], signatures: str, signed: bytes) -> bool:
    given = [each[len("v1,") :].encode() for each in signatures.split(" ")[:MOST_SIGNATURES] if each.startswith("v1,")]
    expected = [base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in keys]
    return any([hmac.compare_digest(one, other) for one in given for other in expected])


def _read(identifier: str, sent_at: float, content: bytes) -> WebhookMessage:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise WebhookError("body-malformed", "The body is signed, but it is not a JSON object.")
    # An event has its content in `data` (Standard Webhooks), and a status is the whole body.
    kind, content_of_event = data.get("type"), data.get("data")
    if kind in get_args(EventType) and isinstance(content_of_event, dict):
        return {"id": identifier, "sent_at": sent_at, "type": cast(EventType, kind), "data": content_of_event}
    known = kind is None and isinstance(data.get("sessionState"), str)
    return {"id": identifier, "sent_at": sent_at, "type": "session.status" if known else "other", "data": data}
