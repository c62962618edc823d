"""The Payment API, one method for each of its operations."""

from __future__ import annotations

import json
import random as system_random
import re
import threading
import uuid
from datetime import datetime, timezone
from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Sequence, Union, cast
from urllib.parse import quote, urlencode

from ._addresses import addresses_of
from ._answers import read_answer, unexpected
from ._events import EventParser, session_event
from ._retries import Patience, send_with_retries
from ._tokens import GivenToken, TokenCache, client_credentials
from ._wait import Events, wait_for_result
from ._wire import Opened, Received, Sending, opened
from .clock import Clock
from .types import (
    Channel,
    CreatedSession,
    EndedSession,
    ListedSession,
    OrderedOperation,
    Payment,
    PaymentData,
    ResentLink,
    SessionPage,
    SessionProgress,
    SessionState,
    SessionStatus,
)

LONGEST_SILENCE = 90.0
"""Longer than a server lets a stream be silent, in seconds."""

CREATED = ("sessionGuid", "iframeUrl", "agentAccessToken", "agentRefreshToken")
STATUS = ("sessionGuid", "sessionState")


class Tonegate:
    """
    A client of the Payment API, for any number of threads. It gets its access token by itself, keeps it, and renews it in time.

        tonegate = Tonegate("http://127.0.0.1:8080", client_id=..., client_secret=...)
        session = tonegate.create_session(agent_id="agent12345", payment_data={"Amount": "12.40"})
        print(tonegate.wait_for_result(session["sessionGuid"])["outcome"])
    """

    def __init__(
        self,
        base_url: Optional[str] = None,
        *,
        client_id: str = "",
        client_secret: str = "",
        scope: str = "globalpci",
        token: Optional[Callable[[], GivenToken]] = None,
        region: Optional[str] = None,
        domain: Optional[str] = None,
        identity_url: Optional[str] = None,
        insecure_http: bool = False,
        timeout: float = 30.0,
        retries: int = 3,
        longest_wait: float = 60.0,
        random: Callable[[], float] = system_random.random,
        clock: Optional[Clock] = None,
    ) -> None:
        """
        Either `base_url`, such as https://nam.api.pay.example.com or http://127.0.0.1:8080, or `region` of the original service.
        Either `client_id` and `client_secret`, or `token`, which gives a token of another flow and its life.
        `timeout` is for each try, and `longest_wait` between two of them; both in seconds.
        Raises ValueError for an address that is not usable, or missing credentials.
        """
        if token is None and not (client_id and client_secret):
            raise ValueError("client_id and client_secret are required.")
        self._addresses = addresses_of(base_url, region, domain, identity_url, insecure_http)
        self._clock = clock or Clock()
        self._patience = Patience(retries, longest_wait, random)
        self._timeout = timeout
        self._tokens = TokenCache(
            self._clock,
            token
            or client_credentials(
                self._clock, self._patience, self._addresses.token, client_id, client_secret, scope, timeout
            ),
        )

    def create_session(
        self,
        *,
        payment_data: PaymentData,
        agent_id: Optional[str] = None,
        account_configuration_id: Optional[int] = None,
        skip_call_transfer: Optional[bool] = None,
        idempotency_key: Optional[str] = None,
    ) -> CreatedSession:
        """
        Opens a session on the agent's live call. Give your own `idempotency_key`, such as the order's number, when the program
        itself may repeat the call, for example after a restart; all tries of one call have the same anyway.
        """
        body = {
            "agentId": agent_id,
            "paymentData": payment_data,
            "accountConfigurationId": account_configuration_id,
            "skipCallTransfer": skip_call_transfer,
        }
        return cast(CreatedSession, self._post("/v1/session", body, CREATED, idempotency_key))

    def create_digital_session(
        self,
        *,
        payment_data: PaymentData,
        agent_id: Optional[str] = None,
        account_configuration_id: Optional[int] = None,
        idempotency_key: Optional[str] = None,
    ) -> CreatedSession:
        """Opens a session that the customer pays on a page behind a link."""
        body = {
            "agentId": agent_id,
            "paymentData": payment_data,
            "accountConfigurationId": account_configuration_id,
        }
        return cast(CreatedSession, self._post("/v1/digitalsession", body, CREATED, idempotency_key))

    def get_session(self, session_guid: str) -> SessionStatus:
        return cast(SessionStatus, self._get(_path(session_guid), STATUS))

    def wait_for_result(
        self,
        session_guid: str,
        *,
        timeout: Optional[float] = None,
        stop: Optional[threading.Event] = None,
        on_progress: Optional[Callable[[SessionProgress], None]] = None,
    ) -> EndedSession:
        """
        Waits until the session has ended: by the server's stream of events, and by asking again and again where there is none.
        Without `timeout`, in seconds, that is as long as the session. `stop` ends the wait, not the session.
        """
        _path(session_guid)

        def look(until: Optional[threading.Event]) -> SessionStatus:
            return cast(SessionStatus, self._get(_path(session_guid), STATUS, until))

        def follow(last_event_id: Optional[str], until: Optional[threading.Event]) -> Events:
            return self.follow_session(session_guid, last_event_id=last_event_id, stop=until)

        return wait_for_result(
            self._clock,
            self._patience.random,
            session_guid,
            look=look,
            follow=follow,
            timeout=timeout,
            stop=stop,
            on_progress=on_progress,
        )

    def follow_session(
        self,
        session_guid: str,
        *,
        last_event_id: Optional[str] = None,
        stop: Optional[threading.Event] = None,
    ) -> Events:
        """The events of one stream; `wait_for_result` also continues where a stream breaks."""
        url = f"{self._addresses.api}{_path(session_guid)}/events"
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last_event_id} if last_event_id else {})}
        for tries in (1, 2):
            token = self._tokens.get()
            sending = Sending(url, "GET", {**headers, "Authorization": f"Bearer {token}"}, None, self._timeout)
            with opened(sending, stop) as answer:
                if answer.status == 401 and tries == 1:
                    self._tokens.drop(token)
                    continue
                yield from self._read_events(answer)
                return

    def _read_events(self, answer: Opened) -> Events:
        is_stream = answer.headers.get("content-type", "").lower().startswith("text/event-stream")
        if answer.status != 200 or not is_stream:
            received = Received(answer.url, answer.status, answer.headers, answer.read(self._timeout))
            read_answer(received, [], self._clock.now())
            raise unexpected(received, "it is no stream of events")
        parser = EventParser()
        while True:
            piece = answer.read(LONGEST_SILENCE)
            if not piece:
                return
            for event in map(session_event, parser.feed(piece)):
                if event is None:
                    continue
                yield event
                if event["type"] == "session.ended":
                    return

    def cancel_session(self, session_guid: str) -> SessionStatus:
        answer = self._send("POST", f"{_path(session_guid)}/cancel", None, {}, repeatable=True)
        return cast(SessionStatus, read_answer(answer, STATUS, self._clock.now()))

    def list_sessions(
        self,
        *,
        agent_id: Optional[str] = None,
        state: Optional[SessionState] = None,
        since: Union[datetime, str, None] = None,
        until: Union[datetime, str, None] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> SessionPage:
        """One page, the newest first. `since` and `until` are `from` and `to` of the API."""
        asked = {
            "agentId": agent_id,
            "state": state,
            "from": _time(since),
            "to": _time(until),
            "limit": limit,
            "cursor": cursor,
        }
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return cast(SessionPage, self._get("/v1/sessions" + (f"?{query}" if query else ""), ()))

    def all_sessions(
        self,
        *,
        agent_id: Optional[str] = None,
        state: Optional[SessionState] = None,
        since: Union[datetime, str, None] = None,
        until: Union[datetime, str, None] = None,
        limit: Optional[int] = None,
    ) -> Iterator[ListedSession]:
        """All of them, a page at a time as they are read."""
        cursor: Optional[str] = None
        while True:
            page = self.list_sessions(
                agent_id=agent_id, state=state, since=since, until=until, limit=limit, cursor=cursor
            )
            yield from page["sessions"]
            cursor = page.get("nextCursor")
            if cursor is None:
                return

    def resend_link(
        self,
        session_guid: str,
        *,
        to: Optional[str] = None,
        channel: Optional[Channel] = None,
        unless_sent: Optional[bool] = None,
    ) -> ResentLink:
        """Sends the link again. Is tried once: a repeated request would be another message."""
        body = json.dumps(_without_none({"to": to, "channel": channel, "unlessSent": unless_sent})).encode()
        path = f"{_path(session_guid, 'digitalsession')}/resend"
        answer = self._send("POST", path, body, {"Content-Type": "application/json"}, repeatable=False)
        return cast(ResentLink, read_answer(answer, ("channel",), self._clock.now()))

    def get_payment(self, session_guid: str) -> Payment:
        return cast(Payment, self._get(f"{_path(session_guid)}/payment", ("status",)))

    def capture_payment(
        self, session_guid: str, *, amount: Optional[str] = None, idempotency_key: Optional[str] = None
    ) -> OrderedOperation:
        """`amount` in major units, as text: "5.00"; without it, all that is authorized."""
        return self._order(session_guid, "capture", amount, idempotency_key)

    def refund_payment(
        self, session_guid: str, *, amount: Optional[str] = None, idempotency_key: Optional[str] = None
    ) -> OrderedOperation:
        """Without `amount`, all that is left."""
        return self._order(session_guid, "refund", amount, idempotency_key)

    def void_payment(self, session_guid: str, *, idempotency_key: Optional[str] = None) -> OrderedOperation:
        return self._order(session_guid, "void", None, idempotency_key)

    def _order(
        self, session_guid: str, operation: str, amount: Optional[str], idempotency_key: Optional[str]
    ) -> OrderedOperation:
        path = f"{_path(session_guid)}/{operation}"
        return cast(OrderedOperation, self._post(path, {"amount": amount}, (), idempotency_key))

    def _get(
        self, path: str, members: Sequence[str], stop: Optional[threading.Event] = None
    ) -> Dict[str, Any]:
        answer = self._send("GET", path, None, {}, repeatable=True, stop=stop)
        return read_answer(answer, members, self._clock.now())

    def _post(
        self, path: str, body: Mapping[str, Any], members: Sequence[str], idempotency_key: Optional[str]
    ) -> Dict[str, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        answer = self._send("POST", path, json.dumps(_without_none(body)).encode(), headers, repeatable=True)
        return read_answer(answer, members, self._clock.now())

    def _send(
        self,
        method: str,
        path: str,
        body: Optional[bytes],
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        stop: Optional[threading.Event] = None,
    ) -> Received:
        """With a token; once again, with another one, when the answer is 401."""

        def send(token: str) -> Received:
            own = {"Accept": "application/json", **headers, "Authorization": f"Bearer {token}"}
            sending = Sending(f"{self._addresses.api}{path}", method, own, body, self._timeout)
            return send_with_retries(self._clock, self._patience, sending, repeatable=repeatable, stop=stop)

        token = self._tokens.get()
        answer = send(token)
        if answer.status != 401:
            return answer
        self._tokens.drop(token)
        return send(self._tokens.get())


def _path(session_guid: str, kind: str = "session") -> str:
    """Nothing, whose path would be another one's, is refused."""
    if not re.fullmatch(r"[\w-]+", session_guid, re.ASCII):
        raise ValueError("session_guid must be the id of a session.")
    return f"/v1/{kind}/{quote(session_guid)}"


def _without_none(body: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _time(time: Union[datetime, str, None]) -> Optional[str]:
    if not isinstance(time, datetime):
        return time
    return time.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
