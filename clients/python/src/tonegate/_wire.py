"""One request and its answer. No redirect is followed: it would carry token or client secret to a host that nobody has named."""

from __future__ import annotations

import base64
import http.client
import socket
import threading
from contextlib import contextmanager
from typing import Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from .clock import Clock
from .errors import AnswerTimeout, NetworkError, Stopped, UnexpectedAnswerError

LONGEST_ANSWER = 8 * 1024 * 1024


class Sending(NamedTuple):
    url: str
    method: str
    headers: Mapping[str, str]
    body: Optional[bytes]
    timeout: float


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
    read: Callable[[float], bytes]
    """What comes next, within so many seconds; nothing at the end."""


def send_once(clock: Clock, sending: Sending, stop: Optional[threading.Event] = None) -> Received:
    """Raises NetworkError or AnswerTimeout."""
    with opened(sending, stop) as answer:
        until = clock.elapsed() + sending.timeout
        pieces: List[bytes] = []
        length = 0
        while True:
            piece = answer.read(max(until - clock.elapsed(), 0.001))
            if not piece:
                return Received(answer.url, answer.status, answer.headers, b"".join(pieces))
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST_ANSWER:
                raise UnexpectedAnswerError(
                    f"{host_of(sending.url)} answered more than 8 MiB.",
                    status=answer.status,
                    content_type=answer.headers.get("content-type", ""),
                )


@contextmanager
def opened(sending: Sending, stop: Optional[threading.Event] = None) -> Iterator[Opened]:
    """Sends the request, and has its answer read as it comes, until it ends or `stop` is set."""
    host = host_of(sending.url)
    over = threading.Event()
    connection, target, headers = _connect(urlsplit(sending.url), sending)
    try:
        with _own_errors(host, sending.timeout, stop):
            connection.connect()
            wire = connection.sock
            if stop is not None:
                threading.Thread(target=_hang_up, args=(wire, stop, over), daemon=True).start()
            connection.request(sending.method, target, sending.body, headers)
            response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        try:
            yield Opened(sending.url, response.status, names, _reader(host, response, wire, stop))
        finally:
            response.close()
    finally:
        over.set()
        connection.close()


def _reader(
    host: str, response: http.client.HTTPResponse, wire: socket.socket, stop: Optional[threading.Event]
) -> Callable[[float], bytes]:
    """Counts what it reads: `read1` itself says nothing of an answer that ends too early."""
    left = response.length

    def read(seconds: float) -> bytes:
        nonlocal left
        if left == 0:
            return b""
        with _own_errors(host, seconds, stop):
            wire.settimeout(seconds)
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
                wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            return


@contextmanager
def _own_errors(host: str, seconds: float, stop: Optional[threading.Event]) -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if stop is not None and stop.is_set():
            raise Stopped("The wait was stopped.") from None
        if isinstance(error, TimeoutError):
            raise AnswerTimeout(f"{host} did not answer within {seconds:g} seconds.") from error
        raise NetworkError(f"{host} did not answer: {error or type(error).__name__}") from error
    if stop is not None and stop.is_set():
        raise Stopped("The wait was stopped.")


def host_of(url: str) -> str:
    return urlsplit(url).netloc


def _connect(url: SplitResult, sending: Sending) -> "tuple[http.client.HTTPConnection, str, Dict[str, str]]":
    """By the proxy that the machine's environment names, if any."""
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    headers = {"User-Agent": "tonegate-python/0.1.0", "Connection": "close", **sending.headers}
    host = url.hostname or ""
    proxy = urlsplit(getproxies().get(url.scheme, ""))
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
