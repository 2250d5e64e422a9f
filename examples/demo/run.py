"""The whole story on one machine: a real MLflow server, Terraform, and a signed delivery.

`make demo` builds what this needs and runs it. Everything listens on loopback and lives in a
temporary folder that is gone at the end, however the end comes.
"""

import argparse
import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import queue
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUPERVISE = HERE.parent.parent / "tests" / "support" / "supervise.py"
SOURCE = "mlflow-rs/mlflow"
MODEL = "churn"
START_LIMIT = 180
DELIVERY_LIMIT = 30
COLOURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ


class Failed(Exception):
    """A step did not do what it should; the message is for the reader."""


def main() -> int:
    options = parse_arguments()
    # A demo that is told to end tidies up like one that is interrupted; a shell that started it
    # in the background had interrupts ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    began = time.monotonic()
    try:
        with contextlib.ExitStack() as tidy:
            tell(options, tidy)
    except KeyboardInterrupt:
        print("\nInterrupted. Everything that ran has been stopped.")
        return 130
    except Failed as failure:
        print(f"\n{red('Failed')}: {failure}", file=sys.stderr)
        return 1
    print(f"\n{green('Done')} in {time.monotonic() - began:.0f} s. Nothing is left running.")
    return 0


def tell(options: argparse.Namespace, tidy: contextlib.ExitStack) -> None:
    folder = Path(tidy.enter_context(tempfile.TemporaryDirectory(prefix="mlflow-demo-")))
    step = Steps()

    with step("Start an MLflow server"):
        server = start_server(options.mlflow, folder, tidy)
        show(f"{server}, SQLite, in {folder}")

    with step("Start a webhook receiver"):
        receiver, deliveries = start_receiver(tidy)
        show(receiver)

    secret = secrets.token_hex(16)
    values = {"tracking_uri": server, "receiver": receiver, "secret": secret}
    terraform = Terraform(options, folder, values)

    with step(f"{terraform.name} apply"):
        terraform.run("apply", "-auto-approve")

    with step(f"Register the model {MODEL!r} and its first version"):
        call(server, "registered-models/create", {"name": MODEL})
        call(server, "model-versions/create", {"name": MODEL, "source": "s3://models/churn"})

    with step("Receive the deliveries"):
        for _ in range(2):
            show_delivery(*await_delivery(deliveries), secret)

    with step(f"{terraform.name} plan"):
        terraform.run("plan", "-detailed-exitcode")

    with step(f"{terraform.name} destroy"):
        terraform.run("destroy", "-auto-approve")
        if left := call(server, "webhooks"):
            raise Failed(f"the server still has webhooks: {left}")
        show("The server has no webhooks any more.")


class Steps:
    """Numbers the steps, times them, and says which one failed."""

    def __init__(self) -> None:
        self.number = 0

    @contextlib.contextmanager
    def __call__(self, title: str):
        self.number += 1
        print(f"\n{bold(f'{self.number}. {title}')}", flush=True)
        began = time.monotonic()
        try:
            yield
        except Failed as failure:
            raise Failed(f"step {self.number}, {title}\n{failure}") from None
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise Failed(f"step {self.number}, {title}\n{error!r}") from error
        show(faint(f"{time.monotonic() - began:.1f} s"))


class Terraform:
    """Terraform or OpenTofu with our provider, in a folder of its own."""

    def __init__(self, options: argparse.Namespace, folder: Path, values: dict[str, str]) -> None:
        self.command = find_terraform(options.terraform)
        self.name = Path(self.command).name
        self.folder = folder / "terraform"
        self.folder.mkdir()
        shutil.copy(HERE / "main.tf", self.folder)
        config = folder / "cli.tfrc"
        config.write_text(
            "provider_installation {\n  dev_overrides {\n"
            f"    {json.dumps(SOURCE)} = {json.dumps(str(options.provider.resolve().parent))}\n"
            "  }\n  direct {}\n}\n"
        )
        self.environment = clean_environment() | {
            "TF_CLI_CONFIG_FILE": str(config),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        }
        self.environment |= {f"TF_VAR_{name}": value for name, value in values.items()}

    def run(self, *arguments: str) -> None:
        """Shows the lines that tell the story, or everything if it went wrong."""
        command = [self.command, *arguments, "-input=false", "-no-color"]
        ended = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if ended.returncode != 0:
            raise Failed(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}")
        for line in ended.stdout.splitlines():
            if line.startswith(("mlflow_webhook.", "Plan:", "No changes.", "Apply ", "Destroy ")):
                show(line)


def start_server(mlflow: Path, folder: Path, tidy: contextlib.ExitStack) -> str:
    port = free_port()
    log = folder / "mlflow.log"
    command = [mlflow / "bin" / "mlflow", "server", "--workers", "1"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db"]
    command += ["--artifacts-destination", folder / "artifacts"]
    environment = clean_environment() | {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        # The receiver is on this machine, without TLS: MLflow refuses both unless told.
        "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http,https",
        "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
        "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY": fernet_key(),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, SUPERVISE, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    tidy.callback(stop, process)
    server = f"http://127.0.0.1:{port}"
    await_ready(server, process, log)
    return server


def stop(process: subprocess.Popen) -> None:
    process.stdin.close()
    process.wait()


def await_ready(server: str, process: subprocess.Popen, log: Path) -> None:
    show("about ten seconds")
    deadline = time.monotonic() + START_LIMIT
    while not answers(f"{server}/health"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failed(f"MLflow did not start. Its output:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def start_receiver(tidy: contextlib.ExitStack) -> tuple[str, queue.Queue]:
    deliveries: queue.Queue = queue.Queue()

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(204)
            self.end_headers()
            deliveries.put((self.requestline, self.headers, body))

        def log_message(self, *_: object) -> None:
            """The story is told elsewhere."""

    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    tidy.callback(listener.server_close)
    tidy.callback(listener.shutdown)
    return f"http://127.0.0.1:{listener.server_port}/hooks/mlflow", deliveries


def await_delivery(deliveries: queue.Queue) -> tuple:
    try:
        return deliveries.get(timeout=DELIVERY_LIMIT)
    except queue.Empty:
        raise Failed(f"no delivery came within {DELIVERY_LIMIT} s") from None


def show_delivery(request: str, headers, body: bytes, secret: str) -> None:
    show(request)
    for name in ("X-MLflow-Delivery-Id", "X-MLflow-Timestamp", "X-MLflow-Signature"):
        show(f"{name}: {headers.get(name, '(none)')}")
    for line in json.dumps(json.loads(body), indent=2).splitlines():
        show(line)
    if not is_signed_with(secret, headers, body):
        raise Failed("the signature is not the one that the secret makes")
    show(green("The signature is right."))
    print()


def is_signed_with(secret: str, headers, body: bytes) -> bool:
    """What every receiver should do before it believes a delivery."""
    prefix = f"{headers['X-MLflow-Delivery-Id']}.{headers['X-MLflow-Timestamp']}."
    digest = hmac.new(secret.encode(), prefix.encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    return hmac.compare_digest(expected, headers.get("X-MLflow-Signature", ""))


def call(server: str, path: str, body: dict | None = None) -> dict:
    request = urllib.request.Request(
        f"{server}/api/2.0/mlflow/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def clean_environment() -> dict[str, str]:
    """Ours without settings for Terraform, MLflow or Databricks: nobody's real server is met."""
    foreign = ("TF_", "MLFLOW_", "DATABRICKS_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    return environment | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def find_terraform(wanted: str | None) -> str:
    for name in [wanted] if wanted else ["terraform", "tofu"]:
        if found := shutil.which(name):
            return found
    raise Failed(f"{wanted or 'neither terraform nor tofu'} is on PATH: install Terraform or OpenTofu")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mlflow", type=Path, required=True, help="virtual environment of MLflow")
    parser.add_argument("--provider", type=Path, required=True, help="the provider's binary")
    parser.add_argument("--terraform", help="terraform, tofu, or a path to either")
    return parser.parse_args()


def show(text: str) -> None:
    print(f"   {text}", flush=True)


def styled(code: int, text: str) -> str:
    return f"\033[{code}m{text}\033[0m" if COLOURS else text


def bold(text: str) -> str:
    return styled(1, text)


def faint(text: str) -> str:
    return styled(2, text)


def red(text: str) -> str:
    return styled(31, text)


def green(text: str) -> str:
    return styled(32, text)


if __name__ == "__main__":
    sys.exit(main())
