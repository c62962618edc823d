"""Server-sent events (HTML Standard section 9.2), as they come."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, cast

from .errors import UnexpectedAnswerError
from .types import SessionEvent

LONGEST_EVENT = 1024 * 1024
"""A server that never ends a line, or an event, is given up."""


class ServerEvent(NamedTuple):
    type: str
    data: str
    id: str
    """The last id that was sent, with this event or before it."""


class EventParser:
    """Takes piece by piece of a stream. What follows the last empty line is no event."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""
        self._id = ""
        self._type = ""
        self._data: List[str] = []

    def feed(self, piece: bytes) -> Iterator[ServerEvent]:
        # Of a line break in two halves, the first waits for the other.
        lines = re.split(r"\r\n|\n|\r(?!\Z)", self._rest + self._decoder.decode(piece))
        self._rest = lines.pop()
        for line in lines:
            event = self._take(line)
            if event is not None:
                yield event
        if len(self._rest) + sum(len(line) + 1 for line in self._data) > LONGEST_EVENT:
            raise UnexpectedAnswerError(
                "The stream has an event of more than 1 MiB.", status=200, content_type="text/event-stream"
            )

    def _take(self, line: str) -> Optional[ServerEvent]:
        if line == "":
            event = ServerEvent(self._type or "message", "\n".join(self._data), self._id) if self._data else None
            self._type = ""
            self._data = []
            return event
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "event":
            self._type = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._id = value
        return None


def session_event(event: ServerEvent) -> Optional[SessionEvent]:
    """What is not understood, as what a newer server sends besides, is passed over."""
    if event.type not in ("session.progress", "session.ended"):
        return None
    try:
        read: Any = json.loads(event.data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    whole: Dict[str, Any] = {**read, "type": event.type, "id": event.id}
    if event.type == "session.ended":
        is_whole = isinstance(read.get("session"), dict)
    else:
        is_whole = isinstance(read.get("progress"), str) and isinstance(read.get("sequence"), int)
    return cast(SessionEvent, whole) if is_whole else None
