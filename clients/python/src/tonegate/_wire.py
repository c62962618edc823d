"""One request and its answer. No redirect is followed: it would carry token or client secret to a host that nobody has named."""

from __future__ import annotations

import base64
import http.client
import io
import re
import socket
import threading
import time
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, TypeGuard, cast
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from .errors import AnswerTimeout, NetworkError, Stopped, UnexpectedAnswerError

LONGEST_ANSWER = 8 * 1024 * 1024


class Sending(NamedTuple):
    url: str
    method: str
    headers: Mapping[str, str]
    body: Optional[bytes]
    timeout: float

    def __repr__(self) -> str:
        return f"Sending({self.method} {self.url})"


class Received(NamedTuple):
    url: str
    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes


class Opened(NamedTuple):
    url: str
    status: int
    headers: Mapping[str, str]
    read: Callable[[Optional[float]], bytes]
    """What comes next; nothing at the end. Within so many seconds from now; None: within the time of the whole request."""


def send_once(sending: Sending, stop: Optional[threading.Event] = None) -> Received:
    """Raises NetworkError or AnswerTimeout."""
    with opened(sending, stop) as answer:
        return read_whole(answer)


def read_whole(answer: Opened) -> Received:
    pieces: List[bytes] = []
    length = 0
    while True:
        piece = answer.read(None)
        if not piece:
            return Received(answer.url, answer.status, answer.headers, b"".join(pieces))
        pieces.append(piece)
        length += len(piece)
        if length > LONGEST_ANSWER:
            raise UnexpectedAnswerError(
                f"{host_of(answer.url)} answered more than 8 MiB.",
                status=answer.status,
                content_type=answer.headers.get("content-type", ""),
            )


@contextmanager
def opened(sending: Sending, stop: Optional[threading.Event] = None) -> Iterator[Opened]:
    """Sends the request, and has its answer read as it comes, until it ends or `stop` is set."""
    host = host_of(sending.url)
    over = threading.Event()
    connection, target, headers = _connect(urlsplit(sending.url), sending)
    limit = _Limit(sending.timeout)
    connection.response_class = cast(Any, limit.response)
    try:
        with _own_errors(host, limit, stop):
            connection.connect()
            wire = connection.sock
            if stop is not None:
                threading.Thread(target=_hang_up, args=(wire, stop, over), daemon=True).start()
            connection.request(sending.method, target, sending.body, headers)
            response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        try:
            yield Opened(sending.url, response.status, names, _reader(host, response, limit, stop))
        finally:
            response.close()
    finally:
        over.set()
        connection.close()


class _Limit:
    """A socket alone counts the time from the start again with each byte that it gets; here all that is read until then has to come."""

    def __init__(self, seconds: float) -> None:
        self.begin(seconds)

    def begin(self, seconds: float) -> None:
        self.seconds = seconds
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def response(self, wire: socket.socket, *words: Any, **options: Any) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(wire, *words, **options)
        response.fp = io.BufferedReader(_Limited(response.fp.detach(), wire, self))
        return response


class _Limited(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, wire: socket.socket, limit: _Limit) -> None:
        self._raw, self._wire, self._limit = raw, wire, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Optional[int]:
        self._wire.settimeout(self._limit.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _reader(
    host: str, response: http.client.HTTPResponse, limit: _Limit, stop: Optional[threading.Event]
) -> Callable[[Optional[float]], bytes]:
    """Counts what it reads: `read1` itself says nothing of an answer that ends too early."""
    left = response.length

    def read(seconds: Optional[float]) -> bytes:
        nonlocal left
        if left == 0:
            return b""
        if seconds is not None:
            limit.begin(seconds)
        with _own_errors(host, limit, stop):
            piece = response.read1(65536)
            if left is not None:
                if not piece:
                    raise http.client.IncompleteRead(b"", left)
                left = max(left - len(piece), 0)
            return piece

    return read


def _hang_up(wire: socket.socket, stop: threading.Event, over: threading.Event) -> None:
    while not over.is_set():
        if stop.wait(0.1):
            try:
                # That of TLS would forget, while the other thread reads, that it is TLS.
                socket.socket.shutdown(wire, socket.SHUT_RDWR)
            except OSError:
                pass
            return


@contextmanager
def _own_errors(host: str, limit: _Limit, stop: Optional[threading.Event]) -> Iterator[None]:
    _require_going(stop)
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        _require_going(stop)
        if isinstance(error, TimeoutError):
            raise AnswerTimeout(f"{host} did not answer within {limit.seconds:g} seconds.") from error
        raise NetworkError(f"{host} did not answer: {error or type(error).__name__}") from error
    _require_going(stop)


def _require_going(stop: Optional[threading.Event]) -> None:
    if stop is not None and stop.is_set():
        raise Stopped("The wait was stopped.") from None


def is_header_text(text: Any) -> TypeGuard[str]:
    """What a header can carry. Of anything else, the standard library would quote the header in its error."""
    return isinstance(text, str) and re.fullmatch(r"[\x20-\x7e]+", text) is not None


def host_of(url: str) -> str:
    return urlsplit(url).netloc


def _connect(url: SplitResult, sending: Sending) -> "tuple[http.client.HTTPConnection, str, Dict[str, str]]":
    """By the proxy that the machine's environment names, if any."""
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    headers = {"User-Agent": "tonegate-python/0.1.0", "Connection": "close", **sending.headers}
    host = url.hostname or ""
    named = getproxies().get(url.scheme, "")
    proxy = urlsplit(named if "://" in named else f"http://{named}")
    if not proxy.hostname or proxy_bypass(url.netloc):
        return kind(host, url.port, timeout=sending.timeout), url.path + (f"?{url.query}" if url.query else ""), headers
    credentials: Dict[str, str] = {}
    if proxy.username is not None:
        pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        credentials = {"Proxy-Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    connection = kind(proxy.hostname, proxy.port or 80, timeout=sending.timeout)
    if url.scheme == "http":
        return connection, sending.url, {**headers, **credentials}
    connection.set_tunnel(host, url.port, credentials)
    return connection, url.path + (f"?{url.query}" if url.query else ""), headers
