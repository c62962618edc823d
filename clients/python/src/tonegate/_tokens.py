"""One token for all requests of all threads."""

from __future__ import annotations

import math
import os
import threading
import weakref
from concurrent.futures import Future, wait
from typing import Any, Callable, NamedTuple, Optional, TypeGuard
from urllib.parse import urlencode

from ._answers import read_token_answer, unexpected
from ._retries import Patience, send_with_retries
from ._wire import Sending, is_header_text
from .clock import Clock
from .errors import Stopped

LONGEST_MARGIN = 60.0
"""A token is renewed so long before its end, or in the last tenth of a short life."""

SHORTEST_LIFE = 300.0
"""For a server that says nothing (RFC 6749 section 5.1 recommends that it does)."""


class GivenToken(NamedTuple):
    access_token: str
    expires_in: float
    """Seconds."""

    def __repr__(self) -> str:
        return f"GivenToken(expires_in={self.expires_in})"


class _Kept(NamedTuple):
    token: str
    renew_at: float
    expires_at: float

    def __repr__(self) -> str:
        return f"_Kept(expires_at={self.expires_at})"


Ask = Callable[[Optional[threading.Event]], GivenToken]


class _GivenUp(Exception):
    """The thread that asked for the token was stopped, which is no answer for the others."""


class TokenCache:
    """
    However many threads there are, one request for a token is under way at most. When it fails while the token at hand is
    still valid, that one is used.
    """

    def __init__(self, clock: Clock, ask: Ask) -> None:
        self._clock = clock
        self._ask = ask
        self._kept: Optional[_Kept] = None
        self.begin()
        _caches.add(self)

    def begin(self) -> None:
        """In a forked process, too: neither who held the lock nor who asked for the token is there."""
        self._lock = threading.Lock()
        self._asking: Optional[Future[_Kept]] = None

    def get(self, stop: Optional[threading.Event] = None) -> str:
        while True:
            with self._lock:
                kept = self._kept
                if kept is not None and self._clock.elapsed() < kept.renew_at:
                    return kept.token
                asks = self._asking is None
                asking = self._asking = self._asking or Future()
            try:
                return (self._renew(asking, stop) if asks else _result_of(asking, stop)).token
            except _GivenUp:
                continue
            except Exception:
                if kept is not None and self._clock.elapsed() < kept.expires_at:
                    return kept.token
                raise

    def _renew(self, asking: Future[_Kept], stop: Optional[threading.Event]) -> _Kept:
        asked_at = self._clock.elapsed()
        try:
            token, lifetime = self._ask(stop)
            renew_at = asked_at + lifetime - min(LONGEST_MARGIN, lifetime / 10)
            kept = _Kept(token, renew_at, asked_at + lifetime)
        except BaseException as error:
            with self._lock:
                self._asking = None
            is_for_all = isinstance(error, Exception) and not isinstance(error, Stopped)
            asking.set_exception(error if is_for_all else _GivenUp())
            raise
        with self._lock:
            self._kept = kept
            self._asking = None
        asking.set_result(kept)
        return kept

    def drop(self, token: str) -> None:
        """The server does not accept it. A newer one, which another thread has fetched meanwhile, stays."""
        with self._lock:
            if self._kept is not None and self._kept.token == token:
                self._kept = None


_caches: weakref.WeakSet[TokenCache] = weakref.WeakSet()


def _begin_all() -> None:
    for cache in _caches:
        cache.begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_all)


def _result_of(asking: Future[_Kept], stop: Optional[threading.Event]) -> _Kept:
    while stop is not None and not asking.done():
        if stop.is_set():
            raise Stopped("The wait was stopped.")
        wait([asking], 0.1)
    return asking.result()


def own_token(token: Callable[[], GivenToken]) -> Ask:
    """As the program gives it."""

    def ask(_: Optional[threading.Event]) -> GivenToken:
        given = GivenToken(*token())
        if not _is_token(given.access_token):
            raise ValueError("token gave no access token that a header can carry.")
        return given

    return ask


def _is_token(text: Any) -> TypeGuard[str]:
    return is_header_text(text) and " " not in text


def client_credentials(
    clock: Clock, patience: Patience, url: str, client_id: str, client_secret: str, scope: str, timeout: float
) -> Ask:
    """The client credentials grant (RFC 6749 section 4.4)."""
    form = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_id": client_id,
        "client_secret": client_secret,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    sending = Sending(url, "POST", headers, urlencode(form).encode(), timeout)

    def ask(stop: Optional[threading.Event]) -> GivenToken:
        answer = send_with_retries(clock, patience, sending, repeatable=True, stop=stop)
        value = read_token_answer(answer, clock.now())
        token, kind, life = (value.get(name) for name in ("access_token", "token_type", "expires_in"))
        if not _is_token(token):
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
