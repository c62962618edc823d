from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import threading
import unittest
from typing import Any, Dict, List, Optional, Sequence
from unittest.mock import patch

from support import GUID, PAID, START, Answer, Answering, Api, Asked, problem, status
from tonegate import AnswerTimeout, NetworkError, ProblemError, Stopped, WebhookError, outcome_of, template_of, verify_webhook
from tonegate._events import EventParser
from tonegate.errors import UnexpectedAnswerError


def event(kind: str, number: int, **data: Any) -> str:
    return f"id: {number}\nevent: {kind}\ndata: {json.dumps({'type': kind, 'sequence': number, **data})}\n\n"


def progress(number: int, what: str) -> str:
    return event("session.progress", number, progress=what)


def ended(number: int, session: Dict[str, Any] = PAID) -> str:
    return event("session.ended", number, session=session)


def stream(text: str) -> Answer:
    return lambda _, answer: answer.send(200, text, content_type="text/event-stream")


def session_api(
    test: unittest.TestCase, streams: Sequence[Answer], looks: Sequence[Dict[str, Any]] = (status("InProgress"),)
) -> Api:
    """Streams and looks at the session are answered one after the other, the last ones again and again."""
    opened, looked = itertools.count(), itertools.count()

    def answer(asked: Asked, answering: Answering) -> None:
        if asked.path.endswith("/events"):
            streams[min(next(opened), len(streams) - 1)](asked, answering)
        else:
            answering.json(looks[min(next(looked), len(looks) - 1)])

    return Api(test, answer)


class Waiting(unittest.TestCase):
    def test_the_result_comes_by_the_stream(self) -> None:
        api = session_api(self, [stream(": hello\n\n" + progress(1, "opened") + ended(2))])
        told: List[str] = []
        result = api.tonegate.wait_for_result(GUID, on_progress=lambda event: told.append(event["progress"]))
        self.assertEqual((result["outcome"], result["paymentResultData"]["cardLast4"]), ("approved", "1111"))
        self.assertEqual((told, len(api.asked), api.clock.waits), (["opened"], 1, []))

    def test_a_stream_that_breaks_is_taken_up_and_nothing_is_told_twice(self) -> None:
        def half(_: Asked, answer: Answering) -> None:
            answer.send(200, progress(1, "opened") + "id: 2\nevent: session.pro", content_type="text/event-stream")
            answer.hang_up()

        api = session_api(self, [half, stream(progress(1, "opened") + progress(2, "link-sent") + ended(3))])
        told: List[str] = []
        api.tonegate.wait_for_result(GUID, on_progress=lambda event: told.append(event["progress"]))
        self.assertEqual(told, ["opened", "link-sent"])
        streams = [one for one in api.asked if one.path.endswith("/events")]
        self.assertEqual([one.headers.get("last-event-id") for one in streams], [None, "1"])

    def test_a_server_without_a_stream_is_asked_with_longer_pauses(self) -> None:
        for no_stream in (
            lambda _, answer: answer.send(404, "Nothing."),
            lambda _, answer: answer.json(problem("not-found"), 404),
            lambda _, answer: answer.send(405),
            lambda _, answer: answer.send(406),
            lambda _, answer: answer.send(200, "<h1>Hello</h1>", content_type="text/html"),
            lambda _, answer: answer.send(302, location="/login"),
        ):
            api = session_api(self, [no_stream], [status("InProgress")] * 8 + [PAID])
            self.assertEqual(api.tonegate.wait_for_result(GUID)["outcome"], "approved")
            self.assertEqual(len([one for one in api.asked if one.path.endswith("/events")]), 1)
            self.assertEqual([round(wait, 2) for wait in api.clock.waits], [0.5, 0.75, 1.12, 1.69, 2.53, 3.8, 5, 5])

    def test_a_server_with_too_many_streams_is_asked_for_one_when_it_says(self) -> None:
        full = lambda _, answer: answer.json(problem("quota-exceeded"), 429, retry_after="4")  # noqa: E731
        api = session_api(self, [full, stream(ended(1))])
        self.assertEqual(api.tonegate.wait_for_result(GUID)["outcome"], "approved")
        self.assertEqual([one.path.endswith("/events") for one in api.asked], [True, *[False] * 4, True])

    def test_a_refusal_of_the_stream_is_read_whole(self) -> None:
        def in_halves(_: Asked, answer: Answering) -> None:
            body = json.dumps(problem("quota-exceeded"))
            headers = {"content_type": "application/problem+json", "content_length": str(len(body))}
            answer.send(429, body[:10], **headers)
            answer.wfile.flush()
            over.wait(0.1)
            answer.wfile.write(body[10:].encode())

        over = threading.Event()
        with self.assertRaises(ProblemError) as caught:
            list(session_api(self, [in_halves]).tonegate.follow_session(GUID))
        self.assertEqual(caught.exception.code, "quota-exceeded")

    def test_a_stream_that_says_nothing_at_all_is_not_asked_for_again(self) -> None:
        over = threading.Event()
        self.addCleanup(over.set)

        def say_nothing(_: Asked, answer: Answering) -> None:
            answer.send(200, content_type="text/event-stream")
            over.wait()

        api = session_api(self, [say_nothing], [status("InProgress"), status("InProgress"), PAID])
        with patch("tonegate.client.LONGEST_SILENCE", 0.05):
            self.assertEqual(api.tonegate.wait_for_result(GUID)["outcome"], "approved")
        self.assertEqual([one.path.endswith("/events") for one in api.asked], [True, False, False, False])

    def test_an_events_id_that_no_header_can_carry_is_not_sent_back(self) -> None:
        odd = progress(1, "opened").replace("id: 1", "id: ①")
        api = session_api(self, [stream(odd), stream(ended(2))])
        self.assertEqual(api.tonegate.wait_for_result(GUID)["outcome"], "approved")
        self.assertNotIn("last-event-id", api.asked[-1].headers)

    def test_a_session_that_does_not_exist_is_told(self) -> None:
        with self.assertRaises(ProblemError):
            Api(self, lambda _, answer: answer.json(problem("not-found"), 404)).tonegate.wait_for_result(GUID)

    def test_a_restart_is_waited_through_and_an_end_is_told(self) -> None:
        asks = itertools.count()

        def down_at_first(asked: Asked, answer: Answering) -> None:
            if next(asks) < 20:
                answer.hang_up()
            else:
                stream(ended(1))(asked, answer) if asked.path.endswith("/events") else answer.json(status("InProgress"))

        self.assertEqual(Api(self, down_at_first).tonegate.wait_for_result(GUID)["outcome"], "approved")
        with self.assertRaises(NetworkError):
            Api(self, lambda _, answer: answer.hang_up()).tonegate.wait_for_result(GUID)

    def test_a_server_that_fails_often_and_answers_now_and_then_is_waited_for(self) -> None:
        looks = itertools.count(1)

        def answer_now_and_then(asked: Asked, answer: Answering) -> None:
            if asked.path.endswith("/events"):
                answer.send(404)
                return
            look = next(looks)
            if look % 50 == 0:
                answer.json(PAID if look == 200 else status("InProgress"))
            else:
                answer.hang_up()

        self.assertEqual(Api(self, answer_now_and_then).tonegate.wait_for_result(GUID)["outcome"], "approved")

    def open_stream(self) -> Api:
        over = threading.Event()
        self.addCleanup(over.set)

        def open_and_wait(_: Asked, answer: Answering) -> None:
            answer.send(200, progress(1, "opened"), content_type="text/event-stream")
            over.wait()

        return session_api(self, [open_and_wait])

    def test_the_caller_stops_the_wait(self) -> None:
        stop = threading.Event()
        with self.assertRaises(Stopped):
            self.open_stream().tonegate.wait_for_result(GUID, stop=stop, on_progress=lambda _: stop.set())

    def test_the_wait_ends_when_its_time_is_over(self) -> None:
        api = self.open_stream()
        with self.assertRaisesRegex(AnswerTimeout, "did not end within 60 seconds"):
            api.tonegate.wait_for_result(GUID, timeout=60, on_progress=lambda _: api.clock.move(60))
        self.assertTrue(all(one.method == "GET" for one in api.asked))

    def test_what_the_callers_own_function_raises_is_not_swallowed(self) -> None:
        api = session_api(self, [stream(progress(1, "opened"))])
        with self.assertRaises(KeyError):
            api.tonegate.wait_for_result(GUID, on_progress=lambda event: event["nothing"])  # type: ignore[typeddict-item]

    def test_a_stream_of_nonsense_is_passed_over(self) -> None:
        nonsense = "event: session.ended\ndata: {\n\nevent: session.progress\ndata: 7\n\nevent: newer\ndata: {}\n\n"
        for session in ("null", "[]"):
            nonsense += f'event: session.ended\ndata: {{"session":{session}}}\n\n'
        for sequence in ("null", '"a"'):
            nonsense += f'event: session.progress\ndata: {{"progress":"opened","sequence":{sequence}}}\n\n'
        api = session_api(self, [stream(nonsense + ended(1, status("InProgress")))], [PAID])
        self.assertEqual(api.tonegate.wait_for_result(GUID)["outcome"], "approved")

    def test_a_token_that_expires_meanwhile_is_renewed(self) -> None:
        def first_is_old(asked: Asked, answer: Answering) -> None:
            if asked.headers["authorization"] == "Bearer token-1":
                answer.json(problem("invalid-token"), 401)
            else:
                stream(ended(1))(asked, answer)

        api = session_api(self, [first_is_old])
        self.assertEqual(api.tonegate.wait_for_result(GUID)["outcome"], "approved")
        self.assertEqual(len(api.asked), 2)


class Events(unittest.TestCase):
    def read(self, *pieces: bytes) -> List[Any]:
        parser = EventParser()
        return [tuple(event) for piece in pieces for event in parser.feed(piece)]

    def test_an_event_is_read_however_it_comes_in_pieces(self) -> None:
        text = '\ufeffid: 7\r\nevent: a\r\ndata: {"ü":\r\ndata: 1}\r\n\r\n: still here\n\ndata:x\n\n'.encode()
        whole = [("a", '{"ü":\n1}', "7"), ("message", "x", "7")]
        self.assertEqual(self.read(text), whole)
        for at in range(1, len(text)):
            self.assertEqual(self.read(text[:at], text[at:]), whole)
        self.assertEqual(self.read(b"data: 1\n"), [])

    def test_an_event_that_never_ends_is_given_up(self) -> None:
        with self.assertRaises(UnexpectedAnswerError):
            self.read(b"data: " + b"x" * 1024 * 1024)
        with self.assertRaises(UnexpectedAnswerError):
            self.read(*[b"data:\n" * 100_000] * 20)


class Results(unittest.TestCase):
    def test_outcomes(self) -> None:
        for session, outcome in (
            (status("InProgress", paymentResultData={"paymentOutcome": "approved"}), None),
            (status("Finished", paymentResultData={"paymentOutcome": "review", "decision": "ACCEPT"}), "review"),
            (status("Finished", paymentResultData={"decision": "REJECT"}), "declined"),
            (status("Finished", paymentResultData={"ApprovalStatus": "1"}), "approved"),
            (status("Finished", paymentResultData={}), "unknown"),
            (status("Error", paymentResultData={}), "unknown"),
            (status("TimeOut"), "failed"),
            (status("Cancelled", paymentResultData={}), "cancelled"),
            (status("Finished"), None),
        ):
            self.assertEqual(outcome_of(session), outcome, session)

    def test_templates(self) -> None:
        stripe = dict.fromkeys(("id", "status", "code", "decline_code", "payment_method"), "")
        self.assertEqual((template_of(stripe), template_of({})), ("stripe", "connector"))


KEY = b"a secret of thirty-two bytes....."
SECRET = "whsec_" + base64.b64encode(KEY).decode()
BODY = json.dumps(PAID)


def sign(signed: str, key: bytes = KEY) -> str:
    return "v1," + base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()


def message(at: str = f"{START:.0f}", body: str = BODY, signature: Optional[str] = None) -> Dict[str, Any]:
    signed = sign(f"msg-1.{at}.{body}") if signature is None else signature
    headers = {"Webhook-Id": "msg-1", "webhook-timestamp": at, "webhook-signature": signed}
    return {"secret": SECRET, "headers": headers, "body": body.encode(), "now": START}


class Webhooks(unittest.TestCase):
    def test_a_message_that_is_signed_is_believed(self) -> None:
        verified = verify_webhook(**message())
        self.assertEqual((verified["id"], verified["sent_at"], verified["type"]), ("msg-1", START, "session.status"))
        self.assertEqual(verified["data"], PAID)

    def test_events_are_told_apart(self) -> None:
        for kind, told in (("session.progress",) * 2, ("payment.refunded",) * 2, ("newer", "other")):
            body: Dict[str, Any] = {"type": kind, "data": {"sequence": 1}}
            verified = verify_webhook(**message(body=json.dumps(body)))
            self.assertEqual((verified["type"], verified["data"]), (told, body if told == "other" else body["data"]))

    def test_the_vector_of_standard_webhooks_is_believed(self) -> None:
        headers = {
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        }
        body = '{"test": 2432232314}'
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        verified = verify_webhook(secret=secret, headers=headers, body=body, now=1614265330)
        self.assertEqual(verified["data"], {"test": 2432232314})

    def test_one_of_several_is_enough(self) -> None:
        good = sign(f"msg-1.{START:.0f}.{BODY}")
        other = base64.b64encode(b"another").decode()
        given = message(signature=f"v1a,x {sign('x')} {good}")
        verify_webhook(**{**given, "secret": [f"whsec_{other}", SECRET]})

    def test_what_is_wrong_is_not_believed(self) -> None:
        good = sign(f"msg-1.{START:.0f}.{BODY}")
        for fault, given in (
            ("signature-wrong", {**message(), "body": BODY.replace("approved", "declined")}),
            ("signature-wrong", message(signature=sign("msg-2"))),
            ("signature-wrong", message(signature="v1,")),
            ("signature-wrong", message(signature="v1,ü")),
            ("signature-wrong", message(signature=good.replace("v1", "v2"))),
            ("signature-wrong", message(signature="v1,YQ== " * 10 + good)),
            ("too-old", message(at=f"{START - 301:.0f}")),
            ("too-new", message(at=f"{START + 301:.0f}")),
            ("timestamp-malformed", message(at="NaN")),
            ("timestamp-malformed", message(at="１２")),
            ("header-missing", message(signature="")),
            ("body-malformed", message(body="<html>")),
            ("body-malformed", message(body="null")),
        ):
            with self.assertRaises(WebhookError) as caught:
                verify_webhook(**given)
            self.assertEqual(caught.exception.fault, fault, given)
        for bad in ("", "whsec_", "whsec_&", []):
            with self.assertRaises(ValueError):
                verify_webhook(**{**message(), "secret": bad})


if __name__ == "__main__":
    unittest.main()
