from __future__ import annotations

import itertools
import os
import signal
import threading
import unittest
import warnings
from typing import Any
from unittest.mock import patch

from support import CREATED, GUID, PAID, Answer, Answering, Api, Asked, Server, problem, status
from tonegate import (
    AnswerTimeout,
    GivenToken,
    NetworkError,
    OAuthError,
    ProblemError,
    Stopped,
    Tonegate,
    TonegateError,
    UnexpectedAnswerError,
)


def after(times: int, first: Answer, last: Any) -> Answer:
    """Answers so often by the first, and then well."""
    counted = itertools.count()
    return lambda asked, answer: first(asked, answer) if next(counted) < times else answer.json(last)


def busy(code: str = "overloaded", at: int = 503, **headers: str) -> Answer:
    return lambda _, answer: answer.json(problem(code), at, **headers)


class Errors(unittest.TestCase):
    def failure(self, answer: Answer) -> TonegateError:
        with self.assertRaises(TonegateError) as caught:
            Api(self, answer, retries=0).tonegate.get_session(GUID)
        return caught.exception

    def test_a_problem_is_told_by_its_code(self) -> None:
        errors = [{"path": "/paymentData/Amount", "message": "is required"}]
        told = problem("call-has-session", "It has one.", sessionGuid=GUID, errors=[*errors, 7])
        error = self.failure(lambda _, answer: answer.json(told, 409, x_request_id="request-7"))
        assert isinstance(error, ProblemError)
        self.assertEqual(
            (error.code, error.status, str(error), error.request_id, error.members["sessionGuid"], error.errors),
            ("call-has-session", 409, "It has one.", "request-7", GUID, errors),
        )

    def test_a_problem_that_is_not_known_is_other(self) -> None:
        for body in (problem("newer"), {"message": "Authorization has been denied for this request."}, {}):
            error = self.failure(lambda _, answer, body=body: answer.json(body, 403))  # type: ignore[misc]
            assert isinstance(error, ProblemError)
            self.assertEqual((error.code, error.status), ("other", 403))

    def test_what_is_no_session_is_told_and_not_quoted(self) -> None:
        for kind, body in (
            ("text/html", "<h1>Welcome</h1>"),
            ("application/json", "<h1>Welcome</h1>"),
            ("application/json", "[]"),
            ("application/json", ""),
            ("application/json", "[" * 100_000),
            ("application/json", '{"sessionGuid": "Welcome"}'),
        ):
            error = self.failure(lambda _, answer, k=kind, b=body: answer.send(200, b, content_type=k))  # type: ignore[misc]
            self.assertIsInstance(error, UnexpectedAnswerError)
            self.assertNotIn("Welcome", str(error))

    def test_no_redirect_is_followed(self) -> None:
        elsewhere = Server(self, lambda _, answer: answer.json({"access_token": "caught"}))
        for code in (301, 302, 307, 308):
            error = self.failure(
                lambda _, answer, code=code: answer.send(code, location=f"{elsewhere.origin}/session")  # type: ignore[misc]
            )
            assert isinstance(error, UnexpectedAnswerError)
            self.assertEqual(error.status, code)
            self.assertIn(f"redirect to {elsewhere.origin[7:]}", str(error))
        away = Server(self, lambda _, answer: answer.send(307, location=f"{elsewhere.origin}/auth/connect/token"))
        with self.assertRaises(UnexpectedAnswerError):
            Tonegate(away.origin, client_id="a", client_secret="b").get_session(GUID)
        self.assertEqual(elsewhere.asked, [])

    def test_a_server_that_is_down_is_told(self) -> None:
        api = Api(self, busy(), retries=0)
        api.server.close()
        with self.assertRaisesRegex(NetworkError, r"^127\.0\.0\.1:\d+ did not answer: .*refused"):
            api.tonegate.get_session(GUID)

    def test_half_an_answer_is_told(self) -> None:
        def half(_: Asked, answer: Answering) -> None:
            answer.send(200, '{"sessionGuid":', content_type="application/json", content_length="100")
            answer.hang_up()

        def half_chunk(_: Asked, answer: Answering) -> None:
            answer.protocol_version = "HTTP/1.1"
            answer.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
            answer.wfile.write(b"20\r\n{")
            answer.hang_up()

        for each in (half, half_chunk, lambda _, answer: answer.hang_up()):
            self.assertIsInstance(self.failure(each), NetworkError)

    def test_a_server_that_says_nothing_is_not_waited_for(self) -> None:
        over = threading.Event()
        self.addCleanup(over.set)

        def begin(_: Asked, answer: Answering) -> None:
            answer.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{")
            over.wait()

        for answer in (lambda *_: over.wait(), begin):
            api = Api(self, answer, retries=0, timeout=0.05)
            with self.assertRaises(AnswerTimeout) as caught:
                api.tonegate.get_session(GUID)
            self.assertIsInstance(caught.exception, TimeoutError)

    def test_a_server_that_comes_byte_by_byte_has_no_longer_time(self) -> None:
        def drip(begin: bytes) -> Answer:
            def answer(_: Asked, answering: Answering) -> None:
                answering.wfile.write(b"HTTP/1.1 200 OK\r\n" + begin)
                while not over.wait(0.01):
                    answering.wfile.write(b"0")

            return answer

        over = threading.Event()
        self.addCleanup(over.set)
        for begin in (b"x", b"content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"):
            with self.assertRaisesRegex(AnswerTimeout, "within 0.2 seconds"):
                Api(self, drip(begin), retries=0, timeout=0.2).tonegate.get_session(GUID)

    def test_what_no_header_can_carry_is_refused_and_no_token_is_quoted(self) -> None:
        api = Api(self, lambda _, answer: answer.json(PAID))
        for secret in ("its-secret\n", "its secret", "its-s\u00e9cret", ""):
            with self.assertRaises(ValueError) as caught:
                Tonegate(api.server.origin, token=lambda s=secret: GivenToken(s, 60)).get_session(GUID)  # type: ignore[misc]
            self.assertNotIn("its", repr(caught.exception))
        for key in ("", "order\n1001", "Bestellung f\u00fcr 12"):
            with self.assertRaises(ValueError):
                api.tonegate.refund_payment(GUID, idempotency_key=key)
        self.assertEqual(api.server.asked, [])
        self.assertNotIn("secret", repr(GivenToken("secret", 60)))

    def test_a_token_endpoint_that_answers_nonsense_is_told(self) -> None:
        for body, kind in (
            ("<h1>Sign in</h1>", UnexpectedAnswerError),
            ({"token_type": "Bearer"}, UnexpectedAnswerError),
            ({"access_token": "a\r\nb"}, UnexpectedAnswerError),
            ({"access_token": "a", "token_type": "mac"}, UnexpectedAnswerError),
            ({"access_token": "a", "expires_in": "soon"}, UnexpectedAnswerError),
            ({"access_token": "a", "expires_in": -1}, UnexpectedAnswerError),
            ({"access_token": "a", "expires_in": float("inf")}, UnexpectedAnswerError),
            ({"access_token": "a", "expires_in": [1]}, UnexpectedAnswerError),
        ):
            server = Server(self, lambda _, answer, body=body: answer.json(body))  # type: ignore[misc]
            with self.assertRaises(kind) as caught:
                Tonegate(server.origin, client_id="a", client_secret="the-secret").get_session(GUID)
            self.assertNotIn("the-secret", str(caught.exception))
            self.assertEqual(len(server.asked), 1)

    def test_an_oauth_error_is_told_by_its_code(self) -> None:
        told = {"error": "invalid_scope", "error_description": "You must specify a scope"}
        server = Server(self, lambda _, answer: answer.json(told, 400))
        with self.assertRaisesRegex(OAuthError, "^invalid_scope: You must specify a scope$") as caught:
            Tonegate(server.origin, client_id="a", client_secret="b").get_session(GUID)
        self.assertEqual((caught.exception.code, caught.exception.status), ("invalid_scope", 400))


class Retries(unittest.TestCase):
    def test_what_passes_is_tried_again_each_time_after_twice_the_time(self) -> None:
        for bad in (
            busy("quota-exceeded", 429),
            busy(),
            lambda _, answer: answer.send(502, "<h1>Bad</h1>"),
            lambda _, answer: answer.send(504),
            lambda _, answer: answer.hang_up(),
        ):
            api = Api(self, after(3, bad, PAID))
            self.assertEqual(api.tonegate.get_session(GUID)["sessionState"], "Finished")
            self.assertEqual((len(api.asked), api.clock.waits), (4, [0.5, 1, 2]))

    def test_tries_are_bounded(self) -> None:
        api = Api(self, busy())
        with self.assertRaises(ProblemError):
            api.tonegate.get_session(GUID)
        self.assertEqual(len(api.asked), 4)

    def test_all_tries_of_one_call_have_one_key(self) -> None:
        api = Api(self, after(2, busy(), CREATED))
        for key in (None, None, "order-1001"):
            api.tonegate.create_session(payment_data={"Amount": "12.40"}, idempotency_key=key)
        keys = [one.headers["idempotency-key"] for one in api.asked]
        self.assertRegex(keys[0], "^[0-9a-f-]{36}$")
        self.assertEqual(keys, [keys[0], keys[0], keys[0], keys[3], "order-1001"])
        self.assertNotEqual(keys[0], keys[3])
        self.assertEqual(api.asked[0].body, '{"paymentData": {"Amount": "12.40"}}')

    def test_while_the_first_try_is_at_work_its_answer_is_waited_for(self) -> None:
        api = Api(self, after(1, busy("idempotency-in-progress", 409), CREATED))
        api.tonegate.create_digital_session(agent_id="agent7", payment_data={"Amount": "12.40"})
        self.assertEqual(len(api.asked), 2)

    def test_a_link_is_not_sent_again_unless_nothing_was_done(self) -> None:
        failing = Api(self, lambda _, answer: answer.hang_up())
        with self.assertRaises(NetworkError):
            failing.tonegate.resend_link(GUID)
        self.assertEqual(len(failing.asked), 1)
        full = Api(self, busy())
        with self.assertRaises(ProblemError):
            full.tonegate.resend_link(GUID)
        self.assertEqual(len(full.asked), 1)
        limited = Api(self, after(1, busy("quota-exceeded", 429), {"channel": "sms"}))
        self.assertEqual(limited.tonegate.resend_link(GUID, to="+48500000000")["channel"], "sms")

    def test_what_does_not_pass_is_told_at_once(self) -> None:
        for code, at in (("provider-refused", 502), ("not-found", 404), ("internal-error", 500)):
            api = Api(self, busy(code, at))
            with self.assertRaises(ProblemError) as caught:
                api.tonegate.get_session(GUID)
            self.assertEqual((caught.exception.code, len(api.asked)), (code, 1))

    def test_retry_after_is_respected(self) -> None:
        by_their_clock = {"retry_after": "Thu, 15 Jan 2026 12:00:09 GMT", "date": "Thu, 15 Jan 2026 12:00:00 GMT"}
        for headers, wait in (
            ({"retry_after": "7"}, 7.0),
            (by_their_clock, 9.0),
            ({"retry_after": "Thu, 15 Jan 2026 09:30:04 GMT"}, 4.0),
            ({"retry_after": "Thu, 15 Jan 2026 09:00:00 GMT"}, 0.5),
            ({"retry_after": "-3"}, 0.5),
            ({"retry_after": "soon"}, 0.5),
        ):
            api = Api(self, after(1, busy("quota-exceeded", 429, **headers), PAID))
            api.tonegate.get_session(GUID)
            self.assertEqual(api.clock.waits, [wait], headers)

    def test_a_server_that_asks_for_an_hour_is_not_waited_for(self) -> None:
        api = Api(self, busy(retry_after="3600"))
        with self.assertRaises(ProblemError) as caught:
            api.tonegate.get_session(GUID)
        self.assertEqual((caught.exception.retry_after, api.clock.waits), (3600, []))

    def test_cancelling_is_tried_again(self) -> None:
        api = Api(self, after(1, busy(), status("Cancelled")))
        self.assertEqual(api.tonegate.cancel_session(GUID)["sessionState"], "Cancelled")


class Tokens(unittest.TestCase):
    def test_many_threads_ask_for_one_token(self) -> None:
        gate = threading.Barrier(20)
        api = Api(self, lambda _, answer: answer.json(PAID))

        def get() -> None:
            gate.wait()
            api.tonegate.get_session(GUID)

        threads = [threading.Thread(target=get) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((api.tokens_asked, len(api.asked)), (1, 20))

    def test_a_token_is_renewed_a_minute_before_its_end_whatever_the_machines_clock_says(self) -> None:
        api = Api(self, lambda _, answer: answer.json(PAID))
        api.tonegate.get_session(GUID)
        api.clock.own += 3539
        api.clock.wall = 0
        api.tonegate.get_session(GUID)
        self.assertEqual(api.tokens_asked, 1)
        api.clock.own += 1
        api.tonegate.get_session(GUID)
        used = [one.headers["authorization"] for one in api.asked]
        self.assertEqual(used, ["Bearer token-1", "Bearer token-1", "Bearer token-2"])

    def test_while_it_is_valid_a_token_is_used_when_no_other_is_to_be_had(self) -> None:
        api = Api(self, lambda _, answer: answer.json(PAID))
        given = iter([GivenToken("token-1", 3600)])
        own = Tonegate(api.server.origin, token=lambda: next(given), clock=api.clock)
        own.get_session(GUID)
        api.clock.move(3599)
        own.get_session(GUID)
        api.clock.move(1)
        with self.assertRaises(StopIteration):
            own.get_session(GUID)

    def test_after_a_401_there_is_one_more_try_with_another_token(self) -> None:
        def first_is_old(asked: Asked, answer: Answering) -> None:
            old = asked.headers["authorization"] == "Bearer token-1"
            answer.json(problem("invalid-token") if old else PAID, 401 if old else 200)

        api = Api(self, first_is_old)
        api.tonegate.get_session(GUID)
        self.assertEqual((len(api.asked), api.tokens_asked), (2, 2))
        never = Api(self, busy("invalid-token", 401))
        with self.assertRaises(ProblemError):
            never.tonegate.get_session(GUID)
        self.assertEqual((len(never.asked), never.tokens_asked), (2, 2))


    def slow_identity(self) -> "tuple[Tonegate, threading.Event, threading.Event]":
        """Is asked for a token, and gives it when it is told to."""
        asked, given = threading.Event(), threading.Event()
        self.addCleanup(given.set)

        def answer(one: Asked, answering: Answering) -> None:
            asked.set()
            given.wait()
            answering.json({"access_token": "a", "expires_in": 3600} if "auth" in one.path else PAID)

        server = Server(self, answer)
        return Tonegate(server.origin, client_id="a", client_secret="b"), asked, given

    def test_a_thread_that_is_stopped_while_it_asks_for_the_token_takes_it_from_no_other(self) -> None:
        tonegate, asked, given = self.slow_identity()
        stops = threading.Event(), threading.Event()
        told = []

        def wait(stop: threading.Event) -> None:
            try:
                told.append(tonegate.wait_for_result(GUID, stop=stop)["outcome"])
            except Stopped:
                told.append("stopped")

        threads = [threading.Thread(target=wait, args=(stop,)) for stop in stops]
        threads[0].start()
        asked.wait()
        threads[1].start()
        stops[0].set()
        threads[0].join()
        self.assertEqual(told, ["stopped"])
        given.set()
        threads[1].join()
        self.assertEqual(told, ["stopped", "approved"])

    def test_a_thread_that_waits_for_the_token_of_another_is_stopped(self) -> None:
        tonegate, asked, given = self.slow_identity()
        asking = threading.Thread(target=tonegate.get_session, args=(GUID,))
        asking.start()
        asked.wait()
        with self.assertRaisesRegex(AnswerTimeout, "did not end within 0.1 seconds"):
            tonegate.wait_for_result(GUID, timeout=0.1)
        given.set()
        asking.join()

    @unittest.skipUnless(hasattr(os, "fork"), "There is no fork here.")
    def test_a_process_that_is_forked_while_a_token_is_asked_for_asks_for_its_own(self) -> None:
        tonegate, asked, given = self.slow_identity()
        asking = threading.Thread(target=tonegate.get_session, args=(GUID,))
        asking.start()
        asked.wait()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            signal.alarm(20)
            os._exit(0 if tonegate.get_session(GUID)["sessionState"] == "Finished" else 1)
        given.set()
        asking.join()
        self.assertEqual(os.waitpid(child, 0)[1], 0)


class Addresses(unittest.TestCase):
    def addresses(self, *place: str, **options: Any) -> Any:
        return Tonegate(*place, client_id="a", client_secret="b", **options)._addresses

    def test_the_identity_server_is_known_by_the_address_alone(self) -> None:
        for place, options, api, token in (
            (["http://127.0.0.1:8080"], {}, "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            (["http://localhost:8080/GlobalPCI/"], {}, "http://localhost:8080", "http://localhost:8080"),
            (["https://nam.api.example.com"], {}, "https://nam.api.example.com", "https://nam.example.com"),
            (["https://NAM.api.Example.com"], {}, "https://nam.api.example.com", "https://nam.example.com"),
            (["http://[::1]:8080/"], {}, "http://[::1]:8080", "http://[::1]:8080"),
            ([], {"region": "emea"}, "https://emea.api.cc.vonage.com", "https://emea.cc.vonage.com"),
            (["http://tonegate"], {"insecure_http": True}, "http://tonegate", "http://tonegate"),
        ):
            found = self.addresses(*place, **options)
            self.assertEqual(found, (f"{api}/globalpci", f"{token}/auth/connect/token"))

    def test_what_is_not_usable_is_refused(self) -> None:
        for bad in ("", "pay.example.com", "file:///etc", "http://pay.example.com", "https://a:b@pay.example.com"):
            with self.assertRaises(ValueError):
                self.addresses(bad)
        for bad in ("https://pay.example.com:abc", "https://pay.example.com:99999", "https://[::1"):
            with self.assertRaisesRegex(ValueError, "base_url must be an address"):
                self.addresses(bad)
        for options in ({}, {"region": "moon"}, {"base_url": "https://a.example.com", "region": "nam"}):
            with self.assertRaises(ValueError):
                self.addresses(**options)
        with self.assertRaises(ValueError):
            Tonegate("http://127.0.0.1:1")
        for guid in ("", "../sessions", "a/b", "a?b"):
            with self.assertRaises(ValueError):
                Tonegate("http://127.0.0.1:1", client_id="a", client_secret="b").get_session(guid)

    def test_a_proxy_of_the_environment_is_used(self) -> None:
        for scheme in ("http://", ""):
            proxy = Server(self, lambda _, answer: answer.json({"error": "invalid_client"}, 400))
            named = proxy.origin.replace("http://", f"{scheme}me:secret@")
            with patch.dict("os.environ", {"http_proxy": named, "no_proxy": ""}):
                with self.assertRaises(OAuthError):
                    Tonegate("http://pay.localhost:9", client_id="a", client_secret="b", retries=0).get_session(GUID)
            self.assertEqual(proxy.asked[0].path, "http://pay.localhost:9/auth/connect/token")
            self.assertEqual(proxy.asked[0].headers["proxy-authorization"], "Basic bWU6c2VjcmV0")


if __name__ == "__main__":
    unittest.main()
