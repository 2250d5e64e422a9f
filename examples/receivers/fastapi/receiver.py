"""Receives MLflow webhooks and believes only what is signed and recent. Needs fastapi and uvicorn.

    WEBHOOK_SECRET=... uvicorn receiver:app --port 8000
"""

import base64
import hashlib
import hmac
import json
import os
import time
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request

MAX_AGE_SECONDS = 300
MAX_BODY_BYTES = 1 << 20
SECRET = os.environ["WEBHOOK_SECRET"].encode()


async def genuine(request: Request) -> dict:
    """The event, if the sender knows the secret and signed this body within five minutes."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413)
    if not is_genuine(SECRET, request.headers, body, time.time()):
        raise HTTPException(401)
    return json.loads(body)


def is_genuine(secret: bytes, headers, body: bytes, now: float) -> bool:
    delivery_id = headers.get("X-MLflow-Delivery-Id", "")
    timestamp = headers.get("X-MLflow-Timestamp", "")
    signature = headers.get("X-MLflow-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:
        return False
    if abs(now - int(timestamp)) > MAX_AGE_SECONDS:
        return False
    # The raw body: parsed and written again, JSON need not be the same bytes.
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    return hmac.compare_digest(expected.encode(), signature.encode())


app = FastAPI()


@app.post("/", status_code=204)
async def receive(event: Annotated[dict, Depends(genuine)]) -> None:
    print("genuine:", event["entity"], event["action"], event["data"].get("name"), flush=True)
