"""Where every client works: a real MLflow server, a home with the provider installed in it, a folder of its own.

And what a client says of itself: which checks held.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EXAMPLES = ROOT / "examples" / "clients"
sys.path.insert(0, str(ROOT / "examples" / "demo"))

from services import ADMIN, SUPERVISE, Server, clean_environment  # noqa: E402

# For one command; a whole Go test binary is one.
LIMIT = 3600


class Failed(Exception):
    """A command that a client needs did not do what it should; the message holds its output."""


@dataclass
class Report:
    """What became of one client."""

    client: str
    version: str = ""
    held: int = 0
    broken: list[str] = field(default_factory=list)
    not_here: Counter = field(default_factory=Counter)

    def check(self, title: str, holds: object, said: str = "") -> None:
        if holds:
            self.held += 1
        else:
            self.broken.append(f"{title}\n{said}".rstrip())
        print(f"  {'ok  ' if holds else 'FAIL'} {title}", flush=True)

    def is_good(self) -> bool:
        return bool(self.held or self.not_here) and not self.broken


class World:
    """One for all clients: they make objects of different names."""

    def __init__(self, options, folder: Path, tidy: contextlib.ExitStack) -> None:
        self.terraform, self.provider, self.tools = options.terraform, options.provider, options.tools
        self.folder, self.home = folder, folder / "home"
        self.server = Server(options.mlflow, made(folder / "server"), tidy)
        self.tidy = tidy
        self.environment = clean_environment() | self._settings()
        self.run(ROOT / "scripts" / "install.sh", self.provider)

    def _settings(self) -> dict[str, str]:
        home = made(self.home)
        return {
            "HOME": str(home),
            # Caches of the tools are found in the home of whoever runs this.
            "GOMODCACHE": said_by("go", "env", "GOMODCACHE"),
            "GOCACHE": said_by("go", "env", "GOCACHE"),
            "CHECKPOINT_DISABLE": "1",
            "CI": "true",
            "NO_COLOR": "1",
            "TF_INPUT": "0",
            "TF_CLI_ARGS": "-no-color",
            "MLFLOW_TRACKING_URI": self.server.url,
            "MLFLOW_TRACKING_USERNAME": ADMIN,
            "MLFLOW_TRACKING_PASSWORD": self.server.password,
        }

    def run(self, *command, at: Path | None = None, either: bool = False, **settings: str) -> str:
        """What a command prints. It has to succeed, unless either end is for the caller to judge."""
        with self.start(*command, at=at, output=subprocess.PIPE, **settings) as process:
            late = threading.Timer(LIMIT, process.stdin.close)
            late.daemon = True  # Nobody who interrupts us waits for it.
            late.start()
            said = process.stdout.read().decode(errors="replace")
            late.cancel()
            status = process.wait()
        if status != 0 and not either:
            raise Failed(f"{' '.join(map(str, command))}: status {status}\n{said}")
        return said

    def start(self, *command, at: Path | None = None, output, **settings: str) -> subprocess.Popen:
        """A command that ends, with all that it has started, once its input closes: at the latest with us."""
        return subprocess.Popen(
            [sys.executable, SUPERVISE, *map(str, command)],
            cwd=at or self.folder,
            env=self.environment | settings,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ask(self, path: str, method: str = "GET", body: dict | None = None) -> dict:
        """What the server itself says."""
        return self.server.call(method, f"/api/2.0/mlflow/{path}", body, workspace="default")

    def champion(self, model: str) -> str:
        """The version that the server has under this alias."""
        found = self.ask(f"registered-models/alias?name={model}&alias=champion")
        return found["model_version"]["version"]

    def kinds(self) -> list[str]:
        """The types of resources, as the provider's own pages have them."""
        return sorted(page.stem for page in (ROOT / "docs" / "resources").iterdir())

    def copy(self, example: str) -> Path:
        """A folder with what the documentation shows in it."""
        return Path(shutil.copytree(EXAMPLES / example, self.folder / example))


def pinned(folder: str, module: str) -> str:
    """The version of a Go module that a client is built from."""
    return re.search(rf"/{module} v(\S+)", (HERE / folder / "go.mod").read_text())[1]


def made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def said_by(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
