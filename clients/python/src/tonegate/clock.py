"""Where the client takes its time from. A test hands in its own."""

from __future__ import annotations

import threading
import time
from typing import Optional


class Clock:
    """All in seconds."""

    def now(self) -> float:
        """Since 1970: for dates that others have written."""
        return time.time()

    def elapsed(self) -> float:
        """Only goes forward, however the machine's clock is set: for what the client measures itself."""
        return time.monotonic()

    def sleep(self, seconds: float, stop: Optional[threading.Event] = None) -> None:
        """Waits, until `stop` is set at most."""
        if stop is None:
            time.sleep(seconds)
        else:
            stop.wait(seconds)
