"""Waits until a session has ended."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import Callable, Generator, Optional, cast

from .clock import Clock
from .errors import (
    AnswerTimeout,
    NetworkError,
    OAuthError,
    ProblemError,
    Stopped,
    TonegateError,
    UnexpectedAnswerError,
)
from .results import END_STATES, outcome_of
from .types import EndedSession, SessionEvent, SessionProgress, SessionStatus

SHORTEST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
"""Seconds between two looks at a session: soon at first, and later not so often."""

MOST_FAILURES = 20
"""So many failures one after another, each of several tries, are not a passing trouble."""

Events = Generator[SessionEvent, None, None]
Follow = Callable[[Optional[str], Optional[threading.Event]], Events]


def wait_for_result(
    clock: Clock,
    random: Callable[[], float],
    session_guid: str,
    *,
    look: Callable[[Optional[threading.Event]], SessionStatus],
    follow: Follow,
    timeout: Optional[float],
    stop: Optional[threading.Event],
    on_progress: Optional[Callable[[SessionProgress], None]],
) -> EndedSession:
    over = _Over(clock, session_guid, timeout, stop)
    stream = _Stream(clock, follow, over, on_progress)
    pause = SHORTEST_PAUSE
    state = ""
    failures = 0
    with over:
        while True:
            try:
                session = stream.read() or look(over.event)
            except TonegateError as error:
                over.check()
                failures += 1
                if not _is_passing(error) or failures == MOST_FAILURES:
                    raise
                pause = max(LONGEST_PAUSE, _retry_after(error))
            else:
                over.check()
                ended = _ended(session)
                if ended is not None:
                    return ended
                failures = 0
                pause = min(pause * 1.5, LONGEST_PAUSE) if session["sessionState"] == state else SHORTEST_PAUSE
                state = session["sessionState"]
            clock.sleep(over.at_most(pause * (1 - random() / 4)), over.event)
            over.check()


class _Over:
    """Says when the wait is over, whatever the session does: its event is set then, and ends requests and pauses."""

    def __init__(
        self, clock: Clock, session_guid: str, timeout: Optional[float], stop: Optional[threading.Event]
    ) -> None:
        self._clock = clock
        self._session_guid = session_guid
        self._timeout = timeout
        self._stop = stop
        self._until = None if timeout is None else clock.elapsed() + timeout
        self._left = threading.Event()
        self.event = None if timeout is None and stop is None else threading.Event()

    def __enter__(self) -> None:
        if self.event is not None:
            threading.Thread(target=self._watch, args=(self.event,), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._left.set()

    def _watch(self, event: threading.Event) -> None:
        while not self._left.wait(0.1):
            if self._is_over():
                event.set()
                return

    def _is_over(self) -> bool:
        is_late = self._until is not None and self._clock.elapsed() >= self._until
        return is_late or (self._stop is not None and self._stop.is_set())

    def at_most(self, seconds: float) -> float:
        return seconds if self._until is None else max(min(seconds, self._until - self._clock.elapsed()), 0.0)

    def check(self) -> None:
        if self._stop is not None and self._stop.is_set():
            raise Stopped("The wait was stopped.")
        if self._is_over():
            raise AnswerTimeout(f"Session {self._session_guid} did not end within {self._timeout:g} seconds.")


class _Stream:
    """Follows the stream, if there is one, until the session has ended or the stream breaks."""

    def __init__(
        self, clock: Clock, follow: Follow, over: _Over, on_progress: Optional[Callable[[SessionProgress], None]]
    ) -> None:
        self._clock = clock
        self._follow = follow
        self._over = over
        self._on_progress = on_progress
        self._last_event_id: Optional[str] = None
        self._last_sequence: float = float("-inf")
        self._is_there = True
        self._not_before = float("-inf")
        """The server has as many streams as it lets be."""

    def read(self) -> Optional[SessionStatus]:
        if not self._is_there or self._clock.elapsed() < self._not_before:
            return None
        with closing(self._follow(self._last_event_id, self._over.event)) as events:
            while True:
                try:
                    event = next(events, None)
                except TonegateError as error:
                    self._over.check()
                    # A proxy may hold a stream back until it ends: then nothing of it ever comes.
                    is_silent = isinstance(error, AnswerTimeout) and self._last_event_id is None
                    self._is_there = _is_passing(error) and not is_silent
                    self._not_before = self._clock.elapsed() + _retry_after(error)
                    return None
                if event is None:
                    return None
                self._last_event_id = event["id"] or self._last_event_id
                if event["type"] == "session.ended":
                    return event["session"] if _ended(event["session"]) else None
                self._tell(event)

    def _tell(self, progress: SessionProgress) -> None:
        if progress["sequence"] <= self._last_sequence:
            return
        self._last_sequence = progress["sequence"]
        if self._on_progress is not None:
            self._on_progress(progress)


def _retry_after(error: TonegateError) -> float:
    return getattr(error, "retry_after", None) or 0.0


def _is_passing(error: TonegateError) -> bool:
    if isinstance(error, (NetworkError, AnswerTimeout)):
        return True
    told = isinstance(error, (ProblemError, OAuthError, UnexpectedAnswerError))
    return told and (error.status == 429 or error.status >= 500)  # type: ignore[attr-defined]


def _ended(session: SessionStatus) -> Optional[EndedSession]:
    if session.get("sessionState") not in END_STATES:
        return None
    return cast(EndedSession, {**session, "outcome": outcome_of(session)})
