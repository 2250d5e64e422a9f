"""What the story needs beside Terraform: a real MLflow server, a webhook receiver, and a language model
that answers as OpenAI's API does. All of them listen on loopback and end with the story.
"""

import base64
import contextlib
import http.server
import json
import os
import queue
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

SUPERVISE = Path(__file__).resolve().parent.parent.parent / "tests" / "support" / "supervise.py"
START_LIMIT = 180
ADMIN = "admin"


class NotStarted(Exception):
    """The server did not come up; the message holds its output."""


class Server:
    """An MLflow server with workspaces and logins."""

    options = ("--enable-workspaces", "--app-name", "basic-auth")

    def __init__(self, mlflow: Path, folder: Path, tidy: contextlib.ExitStack) -> None:
        self.password = secrets.token_urlsafe(16)
        self.url = f"http://127.0.0.1:{free_port()}"
        log = folder / "mlflow.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, SUPERVISE, *self._command(mlflow, folder)],
                cwd=folder,
                env=clean_environment() | self._settings(folder),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        tidy.callback(_stop, process)
        self._await_ready(process, log)

    def _command(self, mlflow: Path, folder: Path) -> list:
        return [
            mlflow / "bin" / "mlflow",
            "server",
            *("--workers", "1", "--host", "127.0.0.1", "--port", self.url.rpartition(":")[2]),
            *("--backend-store-uri", f"sqlite:///{folder}/mlflow.db"),
            *("--artifacts-destination", folder / "artifacts"),
            *self.options,
        ]

    def _settings(self, folder: Path) -> dict[str, str]:
        logins = folder / "logins.ini"
        logins.write_text(
            "[mlflow]\ndefault_permission = NO_PERMISSIONS\n"
            f"database_uri = sqlite:///{folder}/logins.db\n"
            f"admin_username = {ADMIN}\nadmin_password = {self.password}\n"
            "auth_cache_ttl_seconds = 60\n"
            "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
        )
        return {
            "MLFLOW_AUTH_CONFIG_PATH": str(logins),
            "MLFLOW_AUTH_ADMIN_PASSWORD": self.password,
            "MLFLOW_FLASK_SERVER_SECRET_KEY": secrets.token_hex(16),
            "MLFLOW_CRYPTO_KEK_PASSPHRASE": secrets.token_hex(16),
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            # Receiver and language model are on this machine, without TLS: MLflow refuses both unless told.
            "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http,https",
            "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
            "MLFLOW_GATEWAY_API_BASE_ALLOWED_SCHEMES": "http,https",
            "MLFLOW_GATEWAY_API_BASE_ALLOW_PRIVATE_IPS": "true",
            # The server remembers for a minute which webhooks hear an event. This story is shorter.
            "MLFLOW_WEBHOOK_CACHE_TTL": "0",
            "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": _fernet_key(),
        }

    def _await_ready(self, process: subprocess.Popen, log: Path) -> None:
        deadline = time.monotonic() + START_LIMIT
        while not _answers(f"{self.url}/health"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotStarted(f"MLflow did not start. Its output:\n{log.read_text(errors='replace')}")
            time.sleep(0.1)

    def call(
        self,
        method: str,
        path: str,
        body: dict | None = None,
        login: tuple | None = None,
        workspace: str = "risk",
    ) -> dict:
        """The answer to a request by the admin, or by whoever logs in; in the team's workspace, unless it
        is about workspaces themselves."""
        request = urllib.request.Request(
            f"{self.url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": _basic(*(login or (ADMIN, self.password))),
            }
            | ({} if "/workspaces" in path else {"X-MLFLOW-WORKSPACE": workspace}),
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")

    def is_refused(self, method: str, path: str, login: tuple) -> bool:
        """Whether the server does not allow this to whoever logs in."""
        try:
            self.call(method, path, login=login)
        except urllib.error.HTTPError as refusal:
            return refusal.code in (401, 403)
        return False


class Receiver:
    """Takes deliveries, in the order in which they come."""

    def __init__(self, tidy: contextlib.ExitStack) -> None:
        deliveries: queue.Queue = queue.Queue()
        self.deliveries = deliveries

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = _body(self)
                self.send_response(204)
                self.end_headers()
                deliveries.put((self.requestline, self.headers, body))

            def log_message(self, *_: object) -> None:
                """The story is told elsewhere."""

        self.url = f"{_listen(Handler, tidy)}/hooks/mlflow"


class LanguageModel:
    """Answers chats of whoever has the key."""

    def __init__(self, tidy: contextlib.ExitStack) -> None:
        self.key = f"sk-{secrets.token_hex(8)}"
        key = self.key

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(_body(self))
                knows = self.headers["Authorization"] == f"Bearer {key}"
                self.send_response(200 if knows else 401)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(_completion(asked)).encode())

            def log_message(self, *_: object) -> None:
                """The story is told elsewhere."""

        self.url = f"{_listen(Handler, tidy)}/v1"


def _completion(asked: dict) -> dict:
    words = "It went to a new account, at night, and was a hundred times the usual sum."
    return {
        "id": "chatcmpl-demo",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": asked["model"],
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": words},
            }
        ],
        "usage": {"prompt_tokens": 20, "completion_tokens": 15, "total_tokens": 35},
    }


def _listen(handler: type, tidy: contextlib.ExitStack) -> str:
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    tidy.callback(listener.server_close)
    tidy.callback(listener.shutdown)
    return f"http://127.0.0.1:{listener.server_port}"


def _body(handler: http.server.BaseHTTPRequestHandler) -> bytes:
    return handler.rfile.read(int(handler.headers.get("Content-Length", 0)))


def _stop(process: subprocess.Popen) -> None:
    process.stdin.close()
    process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def clean_environment() -> dict[str, str]:
    """Ours without settings for Terraform, MLflow or Databricks: nobody's real server is met."""
    foreign = ("TF_", "MLFLOW_", "DATABRICKS_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    return environment | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
