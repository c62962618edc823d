"""A payment in a real sandbox, whose address and client are in the environment."""

from __future__ import annotations

import json
import os
import threading
import unittest
from datetime import datetime, timezone
from typing import Any
from urllib.request import Request, urlopen

from tonegate import OAuthError, ProblemError, Tonegate, template_of

ORIGIN = os.environ.get("TONEGATE_URL", "")
ORDER = {"Amount": "12.40", "Currency": "GBP", "MerchantReferenceCode": "order-1001"}
EXPIRY = f"12{(datetime.now().year + 3) % 100:02}"


@unittest.skipUnless(ORIGIN, "TONEGATE_URL names no sandbox.")
class Sandbox(unittest.TestCase):
    def setUp(self) -> None:
        self.tonegate = Tonegate(
            ORIGIN, client_id=os.environ["CLIENT_ID"], client_secret=os.environ["CLIENT_SECRET"]
        )

    def open_session(self, **options: Any) -> str:
        order: Any = {"agent_id": "agent7", "payment_data": ORDER, "skip_call_transfer": True, **options}
        return self.tonegate.create_session(**order)["sessionGuid"]

    def press(self, session_guid: str, card: str) -> None:
        keys = json.dumps({"keys": f"{card}#{EXPIRY}#123#1"}).encode()
        url = f"{ORIGIN}/sandbox/sessions/{session_guid}/keys"
        urlopen(Request(url, keys, {"Content-Type": "application/json"})).close()

    def test_a_payment_from_the_token_to_the_refund(self) -> None:
        session_guid = self.open_session()
        threading.Thread(target=self.press, args=(session_guid, "4111111111111111")).start()
        ended = self.tonegate.wait_for_result(session_guid, timeout=50)
        self.assertEqual((ended["sessionState"], ended["outcome"]), ("Finished", "approved"))
        self.assertEqual(template_of(ended["paymentResultData"]), "cybersource")
        part = self.tonegate.refund_payment(session_guid, amount="5.00")
        self.assertEqual((part["operation"]["status"], part["payment"]["refundableAmount"]), ("succeeded", "7.40"))
        self.tonegate.refund_payment(session_guid)
        self.assertEqual(self.tonegate.get_payment(session_guid)["status"], "refunded")
        with self.assertRaises(ProblemError) as caught:
            self.tonegate.void_payment(session_guid)
        self.assertEqual(caught.exception.code, "not-possible-now")

    def test_a_declined_card_is_told(self) -> None:
        session_guid = self.open_session()
        self.press(session_guid, "4000000000000002")
        ended = self.tonegate.wait_for_result(session_guid)
        self.assertEqual((ended["outcome"], ended["paymentResultData"]["declineReason"]), ("declined", "do-not-honour"))

    def test_cancelled_listed_and_sent_again(self) -> None:
        opened = {self.open_session() for _ in range(3)}
        since = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0)
        listed = [one["sessionGuid"] for one in self.tonegate.all_sessions(limit=2, state="Created", since=since)]
        self.assertLessEqual(opened, set(listed))
        self.assertEqual(self.tonegate.cancel_session(listed[0])["sessionState"], "Cancelled")
        self.assertEqual(self.tonegate.wait_for_result(listed[0])["outcome"], "cancelled")
        order = {**ORDER, "CustomerPhoneNumber": "+48500000000"}
        link = self.tonegate.create_digital_session(agent_id="agent7", payment_data=order)
        self.assertEqual(self.tonegate.resend_link(link["sessionGuid"])["channel"], "sms")

    def test_one_key_opens_one_session(self) -> None:
        key = "order-1001"
        self.assertEqual(self.open_session(idempotency_key=key), self.open_session(idempotency_key=key))
        with self.assertRaises(ProblemError) as caught:
            self.open_session(idempotency_key=key, payment_data={**ORDER, "Amount": "13.00"})
        self.assertEqual(caught.exception.code, "idempotency-mismatch")

    def test_what_is_refused_is_told_member_by_member(self) -> None:
        with self.assertRaises(ProblemError) as caught:
            self.open_session(payment_data={"Amount": "much"})
        self.assertEqual(caught.exception.code, "invalid-request")
        self.assertEqual(caught.exception.errors[0]["path"], "/paymentData/Amount")

    def test_a_wrong_secret_is_told(self) -> None:
        stranger = Tonegate(ORIGIN, client_id=os.environ["CLIENT_ID"], client_secret="a" * 40)
        with self.assertRaisesRegex(OAuthError, "^invalid_client$"):
            stranger.list_sessions()


if __name__ == "__main__":
    unittest.main()
