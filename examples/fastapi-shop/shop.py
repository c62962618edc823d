"""A shop whose customers pay on a page behind a link: `uvicorn shop:app`."""

import os
import uuid
from typing import Any, Dict

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from tonegate import ProblemError, Tonegate, TonegateError, WebhookError, outcome_of, verify_webhook

app = FastAPI()
tonegate = Tonegate(
    os.environ["TONEGATE_URL"], client_id=os.environ["CLIENT_ID"], client_secret=os.environ["CLIENT_SECRET"]
)
orders: Dict[str, Dict[str, Any]] = {}
"""A real shop keeps them in its database."""


# FastAPI runs functions without `async` in threads of their own, where they may wait.
@app.post("/orders", status_code=201)
def order() -> Dict[str, Any]:
    order_id = str(uuid.uuid4())
    session = tonegate.create_digital_session(
        agent_id=os.environ["AGENT_ID"],
        payment_data={"Amount": "12.40", "Currency": "GBP", "MerchantReferenceCode": order_id},
        idempotency_key=order_id,
    )
    orders[order_id] = {
        "id": order_id,
        "session": session["sessionGuid"],
        "pay_at": session["paymentFormUrl"],
        "outcome": None,
    }
    return orders[order_id]


@app.get("/orders/{order_id}")
def read(order_id: str) -> Dict[str, Any]:
    found = find(order_id)
    found["outcome"] = found["outcome"] or outcome_of(tonegate.get_session(found["session"]))
    return found


@app.post("/orders/{order_id}/refund")
def refund(order_id: str) -> Dict[str, Any]:
    found = find(order_id)
    if found["outcome"] != "approved":
        raise HTTPException(409, "This order is not paid.")
    return {**tonegate.refund_payment(found["session"], idempotency_key=f"refund-{order_id}")["payment"]}


@app.post("/webhooks")
async def webhook(request: Request) -> None:
    try:
        message = verify_webhook(
            secret=os.environ["WEBHOOK_SECRET"], headers=request.headers, body=await request.body()
        )
    except WebhookError as error:
        raise HTTPException(400, str(error)) from error
    for each in orders.values():
        if each["session"] == message["data"].get("sessionGuid"):
            each["outcome"] = outcome_of(message["data"]) or each["outcome"]


def find(order_id: str) -> Dict[str, Any]:
    if order_id not in orders:
        raise HTTPException(404, "No such order.")
    return orders[order_id]


@app.exception_handler(TonegateError)
def refused(_: Request, error: TonegateError) -> JSONResponse:
    if isinstance(error, ProblemError):
        return JSONResponse({"detail": error.detail, "code": error.code}, 409)
    return JSONResponse({"detail": "Please try again later."}, 502)
