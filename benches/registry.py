"""The registry that is measured with: a real MLflow server without logins, and a client that does nothing
but the requests.
"""

import concurrent.futures
import http.client
import json
import sys
import threading
import time
import urllib.parse
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parent.parent / "examples" / "demo"))

from services import Server, clean_environment  # noqa: E402

__all__ = ["WEBHOOKS", "WIDTH", "Client", "Failed", "PlainServer", "clean_environment"]

# As many as Terraform asks at once.
WIDTH = 10
WEBHOOKS = "/api/2.0/mlflow/webhooks"


class Failed(Exception):
    """Something did not do what it should; the message is for the reader."""


class PlainServer(Server):
    """Without workspaces and logins, whose checks would be most of what a request takes."""

    options = ()


class Client:
    """Does nothing but the requests, as wide as Terraform, over connections that stay open."""

    def __init__(self, server: str) -> None:
        self.address = urllib.parse.urlsplit(server).netloc
        self.own = threading.local()

    def create(self, count: int) -> tuple[list[str], float]:
        bodies = [
            {
                "name": f"raw-{index}",
                "url": f"http://127.0.0.1:9/{index}",
                "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
                "status": "ACTIVE",
            }
            for index in range(count)
        ]
        answers, took = self.all("POST", [(WEBHOOKS, body) for body in bodies])
        return [answer["webhook"]["webhook_id"] for answer in answers], took

    def list_all(self) -> float:
        return self.all("GET", [(f"{WEBHOOKS}?max_results=1000", None)])[1]

    def delete(self, ids: list[str]) -> None:
        self.all("DELETE", [(f"{WEBHOOKS}/{id}", None) for id in ids])

    def all(self, method: str, requests: list[tuple]) -> tuple[list[dict], float]:
        with concurrent.futures.ThreadPoolExecutor(WIDTH) as pool:
            began = time.perf_counter()
            answers = list(pool.map(lambda request: self.send(method, *request), requests))
            return answers, time.perf_counter() - began

    def send(self, method: str, path: str, body: dict | None) -> dict:
        if not hasattr(self.own, "connection"):
            self.own.connection = http.client.HTTPConnection(self.address)
        text = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        self.own.connection.request(method, path, text, headers)
        answer = self.own.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise Failed(f"{method} {path} was answered {answer.status}: {content[:200]!r}")
        return json.loads(content)
