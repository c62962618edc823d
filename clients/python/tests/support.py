"""Servers of the tests' own, for what a Tonegate never does, and a clock that is moved."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, NamedTuple, Optional
from unittest import TestCase

from tonegate import Clock, Tonegate

GUID = "019bc0fd-89c0-70e9-806c-2ddd634d6363"
START = 1_768_469_400.0


class TestClock(Clock):
    """Its waits are over at once, and move it forward."""

    __test__ = False

    def __init__(self) -> None:
        self.waits: List[float] = []
        self.wall = START
        self.own = 1000.0

    def now(self) -> float:
        return self.wall

    def elapsed(self) -> float:
        return self.own

    def sleep(self, seconds: float, stop: Optional[threading.Event] = None) -> None:
        self.waits.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.wall += seconds
        self.own += seconds


class Asked(NamedTuple):
    method: str
    path: str
    headers: Dict[str, str]
    body: str


class Answering(BaseHTTPRequestHandler):
    """One request. A test's answer calls `json` or `send`, or works on the connection itself."""

    def _any(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(length).decode())
        server: Any = self.server
        server.asked.append(asked)
        try:
            server.answer(asked, self)
        except (BrokenPipeError, ConnectionResetError):
            pass

    do_GET = do_POST = _any

    def send(self, status: int, body: str = "", **headers: str) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body.encode())

    def json(self, body: Any, status: int = 200, **headers: str) -> None:
        kind = "application/problem+json" if status >= 400 else "application/json"
        self.send(status, json.dumps(body), **{"content_type": kind, **headers})

    def hang_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: Any) -> None:
        pass


Answer = Callable[[Asked, Answering], Any]


class Server:
    def __init__(self, test: TestCase, answer: Answer) -> None:
        self._server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._server.answer = answer
        self.asked: List[Asked] = []
        self._server.asked = self.asked
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        test.addCleanup(self.close)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Api:
    """A Payment API that gives good tokens, and answers to all else as the test says; and a client of it."""

    def __init__(self, test: TestCase, answer: Answer, **options: Any) -> None:
        tokens = iter(range(1, 1000))

        def answer_all(asked: Asked, answering: Answering) -> None:
            if asked.path != "/auth/connect/token":
                answer(asked, answering)
                return
            token = f"token-{next(tokens)}"
            answering.json({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

        self.server = Server(test, answer_all)
        self.clock = TestClock()
        given = {"client_id": "a", "client_secret": "b", "random": lambda: 0.0, "clock": self.clock, **options}
        self.tonegate = Tonegate(self.server.origin, **given)

    @property
    def asked(self) -> List[Asked]:
        return [one for one in self.server.asked if one.path != "/auth/connect/token"]

    @property
    def tokens_asked(self) -> int:
        return len(self.server.asked) - len(self.asked)


def problem(code: str, detail: str = "A detail.", **members: Any) -> Dict[str, Any]:
    return {"type": f"https://pay.example.com/globalpci/errors#{code}", "detail": detail, "message": detail, **members}


def status(state: str, **members: Any) -> Dict[str, Any]:
    return {"sessionGuid": GUID, "providerSessionGuid": GUID, "sessionState": state, **members}


PAID = status("Finished", paymentResultData={"paymentOutcome": "approved", "cardLast4": "1111"})
CREATED = {
    "sessionGuid": GUID,
    "providerSessionGuid": GUID,
    "iframeUrl": "https://pay.example.com/view",
    "agentAccessToken": "a",
    "agentRefreshToken": "b",
    "paymentFormUrl": "https://pay.example.com/form",
}
