"""What this provider costs, beside the bare host, a provider in Go that does nothing, and the registry.

`make bench` builds what this needs and runs it. Everything is measured in one run and in turn, so
that a machine whose speed drifts does not favour anybody. Writes `results.md` and `results.svg`.
"""

import argparse
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from registry import WEBHOOKS, WIDTH, Client, Failed, PlainServer, clean_environment
from scale import Scaled, scaled
from terraform import Terraform, find_terraform, status

HERE = Path(__file__).resolve().parent

COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
MANY = 300

CONFIGURATIONS = {
    "bare": """
resource "terraform_data" "it" {
  count = %(count)d
  input = "deploy-${count.index}"
}
""",
    "ours": """
terraform {
  required_providers {
    mlflow = { source = "mlflow-rs/mlflow" }
  }
}

provider "mlflow" {
  tracking_uri = "%(server)s"
}

resource "mlflow_webhook" "it" {
  count  = %(count)d
  name   = "deploy-${count.index}"
  events = ["registered_model.created"]

  http_url_spec {
    url = "http://127.0.0.1:9/${count.index}"
  }
}
""",
    "peer": """
terraform {
  required_providers {
    peer = { source = "bench/peer" }
  }
}

resource "peer_nothing" "it" {
  count = %(count)d
  name  = "deploy-${count.index}"
}
""",
}

# A webhook's arguments, and nothing done with them.
ALIKE = """
terraform {
  required_providers {
    peer = { source = "bench/peer" }
  }
}

resource "peer_alike" "it" {
  count  = %(count)d
  name   = "deploy-${count.index}"
  events = ["registered_model.created"]

  http_url_spec {
    url = "http://127.0.0.1:9/${count.index}"
  }
}
"""


@dataclass
class Figure:
    """One line of a table: ours, and what it is compared with."""

    title: str
    unit: str
    ours: float
    peer: float

    @property
    def ratio(self) -> float:
        return self.ours / self.peer

    def text(self, value: float) -> str:
        if not self.unit:
            return f"{value:.0f}"
        return f"{value:.1f} {self.unit}" if value < 100 else f"{value:.0f} {self.unit}"


def main() -> int:
    options = parse_arguments()
    try:
        with contextlib.ExitStack() as tidy:
            tables = measure(options, tidy)
    except Failed as failure:
        print(f"Failed: {failure}", file=sys.stderr)
        return 1
    options.output.mkdir(parents=True, exist_ok=True)
    table = markdown(tables, options)
    (options.output / "results.md").write_text(table)
    (options.output / "results.svg").write_text(picture(tables.beside_go))
    print(f"\n{table}")
    return 0


@dataclass
class Tables:
    """Beside the Go provider, beside a resource of it that is like a webhook, beside a client that does
    no more than the requests, and of many objects of other types beside both."""

    beside_go: list[Figure]
    beside_alike: list[Figure]
    beside_registry: list[Figure]
    scaled: list[Scaled]


def measure(options: argparse.Namespace, tidy: contextlib.ExitStack) -> Tables:
    folder = Path(tidy.enter_context(tempfile.TemporaryDirectory(prefix="mlflow-bench-")))
    binaries = {"ours": options.provider.resolve(), "peer": options.peer.resolve()}
    show("Start")
    figures = starts(binaries, folder, options.runs)
    show("An MLflow server")
    server = PlainServer(options.mlflow, folder, tidy).url
    terraform = Terraform(options.terraform, folder, binaries)
    for count, runs in ((1, options.runs), (MANY, few(options))):
        figures += hosted(terraform, server, count, runs)
    figures += sizes(binaries, folder)
    alike = beside_alike(terraform, server, few(options))
    registry = beside_registry(terraform, server, few(options))
    return Tables(figures, alike, registry, scaled(terraform, Client(server), show))


def show(text: str) -> None:
    print(f"   {text}", flush=True)


def few(options: argparse.Namespace) -> int:
    """Rounds of what takes long."""
    return max(3, options.runs // 9)


def starts(binaries: dict[str, Path], folder: Path, runs: int) -> list[Figure]:
    """From exec to the handshake line, and what is resident then."""
    seconds = {name: [] for name in binaries}
    resident = {name: [] for name in binaries}
    for run in range(runs + 1):
        for name, binary in binaries.items():
            duration, kilobytes = start(binary, folder)
            # The first one also brings the file into memory.
            if run > 0:
                seconds[name].append(duration)
                resident[name].append(kilobytes)
    return [
        Figure("Start, exec to handshake line", "ms", *medians(seconds, 1000)),
        Figure("Resident memory after the start", "MB", *medians(resident, 1 / 1024)),
    ]


def start(binary: Path, folder: Path) -> tuple[float, int]:
    environment = clean_environment() | {
        "TF_PLUGIN_MAGIC_COOKIE": COOKIE,
        "PLUGIN_PROTOCOL_VERSIONS": "6",
        "PLUGIN_MIN_PORT": "10000",
        "PLUGIN_MAX_PORT": "25000",
        # A host's certificate; nobody has its key.
        "PLUGIN_CLIENT_CERT": (HERE / "host.pem").read_text(),
        # What is killed leaves its socket.
        "TMPDIR": str(folder),
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        [binary], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        line = process.stdout.readline()
        duration = time.perf_counter() - began
        if not line.startswith(b"1|6|"):
            raise Failed(f"{binary} answered {line!r} to a host")
        return duration, status(process.pid, "VmRSS")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def hosted(terraform: Terraform, server: str, count: int, runs: int) -> list[Figure]:
    """What `validate` and `plan` take with each provider beyond what they take with none."""
    noun = "one instance" if count == 1 else f"{count} instances"
    show(f"{noun}: apply")
    for name, configuration in CONFIGURATIONS.items():
        terraform.write(name, configuration % {"count": count, "server": server})
        terraform.run(name, "apply", "-auto-approve")
    figures = []
    for command in ("validate", "plan") if count == 1 else ("plan",):
        show(f"{noun}: {command}, {runs} times")
        above = above_bare(terraform, command, runs)
        title = f"`{command}` of {noun}, above the bare host's"
        figures.append(Figure(title, "ms", *medians(above, 1000)))
    if count > 1:
        figures += computing(terraform, runs)
    peaks = {name: [terraform.peak(name, "plan")] for name in terraform.binaries}
    figures.append(Figure(f"Peak memory in a `plan` of {noun}", "MB", *medians(peaks, 1 / 1024)))
    for name in CONFIGURATIONS:
        terraform.run(name, "destroy", "-auto-approve")
    if Client(server).send("GET", WEBHOOKS, None):
        raise Failed("the server still has webhooks")
    return figures


def computing(terraform: Terraform, runs: int) -> list[Figure]:
    """What host and provider compute for in a plan."""
    show(f"CPU of a plan, {runs} times")
    host, provider = ({name: [] for name in terraform.binaries} for _ in range(2))
    for _ in range(runs):
        bare, _ = terraform.cpu("bare", "plan")
        for name in terraform.binaries:
            own, plugin = terraform.cpu(name, "plan")
            host[name].append(own - bare)
            provider[name].append(plugin)
    return [
        Figure("The host's CPU in it, above the bare host's", "ms", *medians(host, 1000)),
        Figure("The provider's CPU in it", "ms", *medians(provider, 1000)),
    ]


def beside_alike(terraform: Terraform, server: str, runs: int) -> list[Figure]:
    """Whole commands, this provider's with the registry's part in them."""
    show(f"{MANY} webhooks beside as many that do nothing, {runs} times")
    names = {"ours": CONFIGURATIONS["ours"], "alike": ALIKE}
    for name, configuration in names.items():
        terraform.write(name, configuration % {"count": MANY, "server": server})
    apply, plan = ({name: [] for name in names} for _ in range(2))
    for _ in range(runs):
        for name in names:
            apply[name].append(terraform.run(name, "apply", "-auto-approve"))
        for name in names:
            plan[name].append(terraform.run(name, "plan"))
        for name in names:
            terraform.run(name, "destroy", "-auto-approve")
    return [
        Figure(f"`apply` of {MANY} new webhooks", "s", *medians(apply, 1, "alike")),
        Figure(f"`plan` of {MANY} webhooks", "s", *medians(plan, 1, "alike")),
    ]


def beside_registry(terraform: Terraform, server: str, runs: int) -> list[Figure]:
    """What `apply` and `plan` of many take beyond the Go provider's, beside the requests alone."""
    show(f"{MANY} webhooks beside the registry itself, {runs} times")
    client = Client(server)
    apply, created, plan, listed = [], [], [], []
    for name in ("ours", "peer"):
        terraform.write(name, CONFIGURATIONS[name] % {"count": MANY, "server": server})
    for _ in range(runs):
        ids, took = client.create(MANY)
        created.append(took)
        client.delete(ids)
        durations = {name: terraform.run(name, "apply", "-auto-approve") for name in ("ours", "peer")}
        apply.append(durations["ours"] - durations["peer"])
        durations = {name: terraform.run(name, "plan") for name in ("ours", "peer")}
        plan.append(durations["ours"] - durations["peer"])
        listed.append(client.list_all())
        terraform.run("ours", "destroy", "-auto-approve")
        terraform.run("peer", "destroy", "-auto-approve")
    _, applied = terraform.counted("ours", "apply", "-auto-approve")
    _, planned = terraform.counted("ours", "plan")
    terraform.run("ours", "destroy", "-auto-approve")
    medians = [statistics.median(samples) * 1000 for samples in (apply, created, plan, listed)]
    return [
        Figure(f"`apply` of {MANY} new webhooks, above the Go provider's", "ms", *medians[:2]),
        Figure(f"`plan` of {MANY} webhooks, above the Go provider's", "ms", *medians[2:]),
        Figure(f"Requests in an `apply` of {MANY} new webhooks", "", applied, MANY),
        Figure(f"Requests in a `plan` of {MANY} webhooks", "", planned, 1),
    ]


def above_bare(terraform: Terraform, command: str, runs: int) -> dict[str, list[float]]:
    above = {"ours": [], "peer": []}
    for run in range(runs + 1):
        took = {name: terraform.run(name, command) for name in CONFIGURATIONS}
        if run > 0:
            for name, durations in above.items():
                durations.append(took[name] - took["bare"])
    return above


def sizes(binaries: dict[str, Path], folder: Path) -> list[Figure]:
    megabyte = 1e6
    plain = [binary.stat().st_size / megabyte for binary in binaries.values()]
    zipped = [zip_size(binary, folder / "release.zip") / megabyte for binary in binaries.values()]
    return [Figure("Binary", "MB", *plain), Figure("Release zip", "MB", *zipped)]


def zip_size(binary: Path, archive: Path) -> int:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        file.write(binary, binary.name)
    return archive.stat().st_size


def medians(
    samples: dict[str, list[float]], scale: float, peer: str = "peer"
) -> tuple[float, float]:
    ours, theirs = (statistics.median(samples[name]) * scale for name in ("ours", peer))
    return ours, theirs


def rows(figures: list[Figure]) -> str:
    return "".join(
        f"| {it.title} | {it.text(it.ours)} | {it.text(it.peer)} | {it.ratio:.2f} |\n"
        for it in figures
    )


def markdown(tables: Tables, options: argparse.Namespace) -> str:
    return (
        "# What the provider costs\n\n"
        "![The same figures as bars](results.svg)\n\n"
        "| | this provider | a Go provider that does nothing | ratio |\n"
        "|---|--:|--:|--:|\n"
        f"{rows(tables.beside_go)}\n"
        f"Medians of {options.runs} rounds (of {few(options)} for {MANY} instances), "
        "in turn: bare host, this provider, Go provider.\n"
        "The bare host has as many `terraform_data` as the others have instances; what it takes "
        "itself is subtracted round by round.\n"
        "This provider refreshes every webhook from a real MLflow server on the same machine; the "
        "Go provider (`peer/main.go`) only hands its state back.\n\n"
        "## Beside a resource of the same shape\n\n"
        "| whole commands | this provider, and the registry | a Go resource with the same arguments "
        "that does nothing | ratio |\n"
        "|---|--:|--:|--:|\n"
        f"{rows(tables.beside_alike)}\n"
        f"Medians of {few(options)} rounds, in turn. Above, the Go resource has one argument; most of "
        "what many instances cost is the host's and the provider's work on each argument.\n\n"
        "## Beside the registry itself\n\n"
        f"| | this provider | a client that only sends the requests, {WIDTH} at a time | ratio |\n"
        "|---|--:|--:|--:|\n"
        f"{rows(tables.beside_registry)}\n"
        f"Medians of {few(options)} rounds, in turn. For `plan`, that client asks for one list.\n\n"
        "## Many objects of other types\n\n"
        "| | objects | `apply` | Go and requests | requests | `plan` | Go and requests | requests |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|\n"
        f"{''.join(it.row() for it in tables.scaled)}\n"
        "Whole commands, once each. *Go and requests*: what the Go provider takes for as many instances, and a "
        f"client that only sends the requests, {WIDTH} at a time, added up. An apply asks once more for what the "
        "answer to a creation leaves out (an experiment), and looks before it sets an alias, which the server "
        "would take from another version in silence. The last row is a state with all of them.\n\n"
        f"{machine(options)}. Written by `make bench`.\n"
    )


def machine(options: argparse.Namespace) -> str:
    command = [find_terraform(options.terraform), "version", "-json"]
    host = Path(command[0]).name
    version = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    host_version = json.loads(version.stdout)["terraform_version"]
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, {host} {host_version}"


def picture(figures: list[Figure]) -> str:
    """Bars that are as long as the ratio; the Go provider's is the whole width."""
    left, width, row = 330, 420, 44
    parts = []
    for index, it in enumerate(figures):
        y = 56 + index * row
        longest = max(it.ours, it.peer, 1e-9)
        title = it.title.replace("`", "")
        parts.append(f'<text x="{left - 12}" y="{y + 18}" text-anchor="end">{title}</text>')
        for offset, kind, value in ((0, "ours", it.ours), (15, "peer", it.peer)):
            length = max(1.0, width * max(value, 0) / longest)
            parts.append(
                f'<rect class="{kind}" x="{left}" y="{y + offset}" width="{length:.1f}" height="12"/>'
                f'<text class="value" x="{left + length + 6:.1f}" y="{y + offset + 10}">'
                f"{it.text(value)}</text>"
            )
    height = 56 + len(figures) * row + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 {height}" role="img" '
        'aria-label="What the provider costs beside a Go provider that does nothing">\n'
        "<style>text{font:13px sans-serif;fill:#1f2328}.value{font-size:11px;fill:#59636e}"
        ".ours{fill:#0a7ea4}.peer{fill:#c8ced4}</style>\n"
        f'<rect width="860" height="{height}" fill="#ffffff"/>\n'
        f'<rect class="ours" x="{left}" y="18" width="12" height="12"/>'
        f'<text x="{left + 18}" y="29">this provider</text>'
        f'<rect class="peer" x="{left + 130}" y="18" width="12" height="12"/>'
        f'<text x="{left + 148}" y="29">a Go provider that does nothing</text>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--provider", type=Path, required=True, help="this provider's binary")
    parser.add_argument("--peer", type=Path, required=True, help="the Go provider's binary")
    parser.add_argument("--mlflow", type=Path, required=True, help="virtual environment of MLflow")
    parser.add_argument("--terraform", help="terraform, tofu, or a path to either")
    parser.add_argument("--runs", type=int, default=45, help="rounds that count")
    parser.add_argument("--output", type=Path, default=HERE, help="folder for the results")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
