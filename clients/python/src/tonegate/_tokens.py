"""One token for all requests of all threads."""

from __future__ import annotations

import math
import re
import threading
from concurrent.futures import Future
from typing import Callable, NamedTuple, Optional
from urllib.parse import urlencode

from ._answers import read_token_answer, unexpected
from ._retries import Patience, send_with_retries
from ._wire import Sending
from .clock import Clock

LONGEST_MARGIN = 60.0
"""A token is renewed so long before its end, or in the last tenth of a short life."""

SHORTEST_LIFE = 300.0
"""For a server that says nothing (RFC 6749 section 5.1 recommends that it does)."""


class GivenToken(NamedTuple):
    access_token: str
    expires_in: float
    """Seconds."""


class _Kept(NamedTuple):
    token: str
    renew_at: float
    expires_at: float


class TokenCache:
    """
    However many threads there are, one request for a token is under way at most. When it fails while the token at hand is
    still valid, that one is used.
    """

    def __init__(self, clock: Clock, ask: Callable[[], GivenToken]) -> None:
        self._clock = clock
        self._ask = ask
        self._lock = threading.Lock()
        self._kept: Optional[_Kept] = None
        self._asking: Optional[Future[_Kept]] = None

    def get(self) -> str:
        with self._lock:
            kept = self._kept
            if kept is not None and self._clock.elapsed() < kept.renew_at:
                return kept.token
            asks = self._asking is None
            asking = self._asking = self._asking or Future()
        if asks:
            self._renew(asking)
        try:
            return asking.result().token
        except Exception:
            if kept is not None and self._clock.elapsed() < kept.expires_at:
                return kept.token
            raise

    def _renew(self, asking: Future[_Kept]) -> None:
        asked_at = self._clock.elapsed()
        try:
            token, lifetime = self._ask()
        except BaseException as error:
            self._asking = None
            asking.set_exception(error)
        else:
            renew_at = asked_at + lifetime - min(LONGEST_MARGIN, lifetime / 10)
            with self._lock:
                kept = self._kept = _Kept(token, renew_at, asked_at + lifetime)
                self._asking = None
            asking.set_result(kept)

    def drop(self, token: str) -> None:
        """The server does not accept it. A newer one, which another thread has fetched meanwhile, stays."""
        with self._lock:
            if self._kept is not None and self._kept.token == token:
                self._kept = None


def client_credentials(
    clock: Clock, patience: Patience, url: str, client_id: str, client_secret: str, scope: str, timeout: float
) -> Callable[[], GivenToken]:
    """The client credentials grant (RFC 6749 section 4.4)."""
    form = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_id": client_id,
        "client_secret": client_secret,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    sending = Sending(url, "POST", headers, urlencode(form).encode(), timeout)

    def ask() -> GivenToken:
        answer = send_with_retries(clock, patience, sending, repeatable=True)
        value = read_token_answer(answer, clock.now())
        token, kind, life = (value.get(name) for name in ("access_token", "token_type", "expires_in"))
        if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
            raise unexpected(answer, "it has no access_token")
        if isinstance(kind, str) and kind.lower() != "bearer":
            raise unexpected(answer, "its token is not a bearer token")
        try:
            seconds = SHORTEST_LIFE if life is None else float(life)
        except (TypeError, ValueError):
            seconds = 0.0
        if not 0 < seconds < math.inf:
            raise unexpected(answer, "its expires_in is not a number of seconds")
        return GivenToken(token, seconds)

    return ask
