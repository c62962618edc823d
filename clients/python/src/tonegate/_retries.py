"""Sends a request until it is answered by something that does not pass by itself."""

from __future__ import annotations

import threading
from typing import Callable, NamedTuple, Optional, Union

from ._answers import problem_code_of, read_retry_after
from ._wire import Received, Sending, send_once
from .clock import Clock
from .errors import AnswerTimeout, NetworkError

SHORTEST_WAIT = 0.5
LONGEST_OWN_WAIT = 8.0
PASSING = frozenset({408, 429, 502, 503, 504})
LASTING = frozenset({"provider-refused", "link-not-sent"})
"""These are 502 too, and come again each time."""


class Patience(NamedTuple):
    retries: int
    longest_wait: float
    random: Callable[[], float]


def send_with_retries(
    clock: Clock, patience: Patience, sending: Sending, *, repeatable: bool, stop: Optional[threading.Event] = None
) -> Received:
    """
    A request that must not be repeated is sent again only if the server says that it did not even begin with it (429).
    """
    tries = 0
    while True:
        tried: Union[Received, NetworkError, AnswerTimeout]
        try:
            tried = send_once(sending, stop)
        except (NetworkError, AnswerTimeout) as error:
            tried = error
        wait = _wait_after(clock, patience, tried, repeatable, tries) if tries < patience.retries else None
        if wait is None or wait > patience.longest_wait:
            if isinstance(tried, Exception):
                raise tried
            return tried
        clock.sleep(wait, stop)
        tries += 1


def _wait_after(
    clock: Clock, patience: Patience, tried: Union[Received, Exception], repeatable: bool, tries: int
) -> Optional[float]:
    own: float = min(SHORTEST_WAIT * 2**tries, LONGEST_OWN_WAIT) * (1 - patience.random() / 2)
    if isinstance(tried, Exception):
        return own if repeatable else None
    if not _is_passing(tried, repeatable):
        return None
    return max(read_retry_after(tried.headers, clock.now()) or 0.0, own)


def _is_passing(answer: Received, repeatable: bool) -> bool:
    if answer.status == 429:
        return True
    if not repeatable:
        return False
    code = problem_code_of(answer)
    return code == "idempotency-in-progress" or (answer.status in PASSING and code not in LASTING)
