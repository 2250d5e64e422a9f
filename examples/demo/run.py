"""The whole story on one machine: a team's platform on a real MLflow server, made, used, mended,
exported and taken away again by Terraform.

`make demo` builds what this needs and runs it. Everything listens on loopback and lives in a
temporary folder that is gone at the end, however the end comes.
"""

import argparse
import base64
import contextlib
import hashlib
import hmac
import json
import os
import queue
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from services import ADMIN, LanguageModel, NotStarted, Receiver, Server, clean_environment

HERE = Path(__file__).resolve().parent
SOURCE = "mlflow-rs/mlflow"
DELIVERY_LIMIT = 30
COLOURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ
MODELS = "/api/2.0/mlflow/registered-models"
VERSIONS = "/api/2.0/mlflow/model-versions"
EXPERIMENTS = "/api/2.0/mlflow/experiments"


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
    step, secret = Steps(), secrets.token_hex(16)
    ada = ("ada", secrets.token_urlsafe(16))

    with step("Start an MLflow server with workspaces and logins"):
        show("about ten seconds")
        server = Server(options.mlflow, folder, tidy)
        receiver, model = Receiver(tidy), LanguageModel(tidy)
        show(f"{server.url}, SQLite; beside it a webhook receiver and a language model")

    values = {
        "receiver": receiver.url,
        "language_model": model.url,
        "api_key": model.key,
        "secret": secret,
        "password": ada[1],
    }
    terraform = Terraform(options, folder, server, values)

    with step(f"{terraform.name} apply: a workspace, and all that a team needs in it"):
        terraform.run("apply", "-auto-approve")

    with step("Ada logs in, and does what her role allows"):
        works(server, ada)

    with step("The new version is delivered to CI, signed"):
        show_delivery(*await_delivery(receiver.deliveries), secret)

    with step("The prompt is filled in, and the gateway asks the language model"):
        ask(server)

    with step("Somebody changes things by hand, and Terraform mends them"):
        by_hand(server)
        terraform.run("apply", "-auto-approve")
        terraform.run("plan", "-detailed-exitcode")

    with step("Export the running server: the plan of what is written changes nothing"):
        export(options, terraform, folder)

    with step(f"{terraform.name} destroy: nothing is left"):
        terraform.run("destroy", "-auto-approve")
        left = server.call("GET", "/api/3.0/mlflow/workspaces")["workspaces"]
        if [it["name"] for it in left] != ["default"]:
            raise Failed(f"the server still has workspaces: {left}")
        show("The server is as it was.")


def works(server: Server, ada: tuple) -> None:
    """Logs a run and registers a version, as training does; then tries what only admins may."""
    named = f"{EXPERIMENTS}/get-by-name?experiment_name=fraud"
    experiment = server.call("GET", named, login=ada)["experiment"]["experiment_id"]
    run = {"experiment_id": experiment, "start_time": int(time.time() * 1000)}
    server.call("POST", "/api/2.0/mlflow/runs/create", run, login=ada)
    show(f"logged a run to experiment {experiment}")
    version = {"name": "fraud", "source": "s3://models/fraud/2"}
    made = server.call("POST", f"{VERSIONS}/create", version, login=ada)["model_version"]
    show(f"registered version {made['version']} of the model fraud")
    if not server.is_refused("DELETE", "/api/3.0/mlflow/workspaces/risk", ada):
        raise Failed("Ada could delete the workspace")
    show("may not delete the workspace: refused")


def ask(server: Server) -> None:
    found = server.call("GET", f"{MODELS}/alias?name=explain&alias=production")["model_version"]
    tags = {tag["key"]: tag["value"] for tag in found["tags"]}
    prompt = tags["mlflow.prompt.text"].replace("{{ payment }}", "payment 17").replace("{{ score }}", "0.98")
    show(f"> {prompt}")
    question = {"messages": [{"role": "user", "content": prompt}]}
    answer = server.call("POST", "/gateway/explain/mlflow/invocations", question)
    show(f"< {answer['choices'][0]['message']['content']}")


def by_hand(server: Server) -> None:
    tag = {"name": "fraud", "key": "owner", "value": "nobody"}
    server.call("POST", f"{MODELS}/set-tag", tag)
    show("the model's owner is now \"nobody\"")
    alias = {"name": "fraud", "alias": "champion", "version": "2"}
    server.call("POST", f"{MODELS}/alias", alias)
    show("the champion is now version 2")
    named = f"{EXPERIMENTS}/get-by-name?experiment_name=fraud"
    experiment = server.call("GET", named)["experiment"]["experiment_id"]
    server.call("POST", f"{EXPERIMENTS}/update", {"experiment_id": experiment, "new_name": "frauds"})
    show("the experiment is now called \"frauds\"")


def export(options: argparse.Namespace, terraform: "Terraform", folder: Path) -> None:
    out = folder / "exported"
    command = [options.provider, "export", "--with-provider", "--out", out]
    ended = subprocess.run(
        command, env=terraform.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if ended.returncode != 0:
        raise Failed(f"export ended with {ended.returncode}:\n{ended.stderr}")
    show(", ".join(sorted(it.name for it in out.iterdir())))
    told = terraform.run("plan", folder=out, shows=("Plan:",))
    if "0 to add, 0 to change, 0 to destroy" not in told:
        raise Failed(f"the plan is not empty:\n{told}")


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
        except (Failed, NotStarted) as failure:
            raise Failed(f"step {self.number}, {title}\n{failure}") from None
        except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            raise Failed(f"step {self.number}, {title}\n{error!r}") from error
        show(faint(f"{time.monotonic() - began:.1f} s"))


class Terraform:
    """Terraform or OpenTofu with our provider, in a folder of its own."""

    SHOWN = ("Plan:", "No changes.", "Apply ", "Destroy ")

    def __init__(
        self, options: argparse.Namespace, folder: Path, server: Server, values: dict[str, str]
    ) -> None:
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
            "MLFLOW_TRACKING_URI": server.url,
            "MLFLOW_TRACKING_USERNAME": ADMIN,
            "MLFLOW_TRACKING_PASSWORD": server.password,
        }
        self.environment |= {f"TF_VAR_{name}": value for name, value in values.items()}

    def run(self, *arguments: str, folder: Path | None = None, shows: tuple = SHOWN) -> str:
        """Shows the lines that tell the story, or everything if it went wrong."""
        command = [self.command, *arguments, "-input=false", "-no-color"]
        ended = subprocess.run(
            command,
            cwd=folder or self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if ended.returncode != 0:
            raise Failed(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}")
        for line in ended.stdout.splitlines():
            is_end = line.startswith("mlflow_") and " complete after " in line
            if is_end or line.startswith(shows):
                show(line)
        return ended.stdout


def await_delivery(deliveries: queue.Queue) -> tuple:
    try:
        return deliveries.get(timeout=DELIVERY_LIMIT)
    except queue.Empty:
        raise Failed(f"no delivery came within {DELIVERY_LIMIT} s") from None


def show_delivery(request: str, headers, body: bytes, secret: str) -> None:
    show(request)
    show(f"X-MLflow-Signature: {headers.get('X-MLflow-Signature', '(none)')}")
    told = json.loads(body)
    show(json.dumps({key: told[key] for key in ("entity", "action")} | {"data": told["data"]}))
    if not is_signed_with(secret, headers, body):
        raise Failed("the signature is not the one that the secret makes")
    show(green("The signature is right."))


def is_signed_with(secret: str, headers, body: bytes) -> bool:
    """What every receiver should do before it believes a delivery."""
    prefix = f"{headers['X-MLflow-Delivery-Id']}.{headers['X-MLflow-Timestamp']}."
    digest = hmac.new(secret.encode(), prefix.encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    return hmac.compare_digest(expected, headers.get("X-MLflow-Signature", ""))


def find_terraform(wanted: str | None) -> str:
    for name in [wanted] if wanted else ["terraform", "tofu"]:
        if found := shutil.which(name):
            return found
    raise Failed(f"{wanted or 'neither terraform nor tofu'} is on PATH: install Terraform or OpenTofu")


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
