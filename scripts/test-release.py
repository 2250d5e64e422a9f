"""Installs a packed release from a mirror, as a user of this machine would: test-release.py TERRAFORM DIST [--mlflow]

`terraform init` must record the hashes that the zip has, and the provider compute. With --mlflow it also applies
an example to a server, which the Python that runs this must have, and takes it away again.
"""

import argparse
import base64
import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")
LOCK = ".terraform.lock.hcl"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("terraform")
    parser.add_argument("dist", type=pathlib.Path)
    parser.add_argument("--mlflow", action="store_true")
    given = parser.parse_args()
    platform = run(["bash", "scripts/platform.sh"], cwd=ROOT).strip()
    expect_sums(given.dist)
    packed = next(given.dist.glob(f"terraform-provider-mlflow_*_{platform}.zip")).resolve()
    with temporary() as work:
        host = Host(given.terraform, packed, work)
        host.configure("functions/webhook_signature/function.tf")
        host.run("init", "-input=false")
        if "X-MLflow-Signature" not in host.run("plan", "-input=false"):
            sys.exit("test-release: the installed provider computes nothing")
        expect_hashes(host, packed)
        if given.mlflow:
            expect_life(host, work)
    print(f"test-release: {packed.name} installs, runs and has the expected hashes")


class Host:
    """Terraform or OpenTofu in a folder of its own, with a mirror that holds the release alone."""

    def __init__(self, terraform: str, packed: pathlib.Path, work: pathlib.Path) -> None:
        self.terraform, self.folder = terraform, work / "config"
        self.folder.mkdir()
        for registry in REGISTRIES:
            mirror = work / "mirror" / registry / "mlflow-rs/mlflow"
            mirror.mkdir(parents=True)
            shutil.copy(packed, mirror)
        rc = work / "rc"
        rc.write_text(f'provider_installation {{ filesystem_mirror {{ path = "{(work / "mirror").as_posix()}" }} }}')
        self.environment = os.environ | {"TF_CLI_CONFIG_FILE": str(rc), "CHECKPOINT_DISABLE": "1"}

    def configure(self, example: str, tracking_uri: str = "https://mlflow.example.com") -> None:
        provider = (ROOT / "examples/provider/provider.tf").read_text()
        provider = re.sub('tracking_uri = ".*"', f'tracking_uri = "{tracking_uri}"', provider)
        (self.folder / "provider.tf").write_text(provider)
        shutil.copy(ROOT / "examples" / example, self.folder / "main.tf")

    def run(self, *arguments: str) -> str:
        return run([self.terraform, *arguments], cwd=self.folder, env=self.environment)


def run(command: list[str], **more) -> str:
    ran = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    if ran.returncode:
        raise Failed(f"test-release: {' '.join(command)} failed\n{ran.stdout}")
    return ran.stdout


class Failed(SystemExit):
    """A command that did not succeed, with all that it said."""


def expect_sums(dist: pathlib.Path) -> None:
    for line in next(dist.glob("*_SHA256SUMS")).read_text().splitlines():
        wanted, name = line.split()
        if sha256((dist / name).read_bytes()).hex() != wanted:
            sys.exit(f"test-release: {name} is not what SHA256SUMS says")


def expect_hashes(host: Host, packed: pathlib.Path) -> None:
    """A mirror makes hosts record h1 alone. A lock file made from a registry has zh, the zip's own hash: it must be
    accepted for this zip, and another one refused."""
    lock = host.folder / LOCK
    first, h1 = lock.read_text(), dirhash(packed)
    if h1 not in first:
        sys.exit(f"test-release: the lock file lacks {h1}\n{first}")
    zh = sha256(packed.read_bytes()).hex()
    with_zh(host, first, zh)
    try:
        with_zh(host, first, re.sub("[0-9]", "0", zh))
    except Failed:
        lock.write_text(first)
        host.run("init", "-input=false")
    else:
        sys.exit("test-release: a wrong zh is accepted")


def with_zh(host: Host, lock: str, zh: str) -> None:
    shutil.rmtree(host.folder / ".terraform")
    (host.folder / LOCK).write_text(re.sub('"h1:[^"]*"', f'"zh:{zh}"', lock))
    host.run("init", "-input=false", "-lockfile=readonly")


def dirhash(packed: pathlib.Path) -> str:
    """Go's: SHA-256 over the sorted lines "HASH  NAME" of what the zip holds."""
    with zipfile.ZipFile(packed) as archive:
        lines = [f"{sha256(archive.read(name)).hex()}  {name}\n" for name in sorted(archive.namelist())]
    return "h1:" + base64.b64encode(sha256("".join(lines).encode())).decode()


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def expect_life(host: Host, work: pathlib.Path) -> None:
    """On a server of its own: made, planned as no change, and gone again."""
    with mlflow(work) as address:
        host.configure("resources/mlflow_registered_model/resource.tf", address)
        host.environment["TF_VAR_team"] = "release"
        host.run("apply", "-input=false", "-auto-approve")
        host.run("plan", "-input=false", "-detailed-exitcode")
        host.run("destroy", "-input=false", "-auto-approve")
    print(f"test-release: applied to MLflow at {address}, planned clean, destroyed")


@contextlib.contextmanager
def mlflow(work: pathlib.Path):
    port = free_port()
    stores = ["--backend-store-uri", f"sqlite:///{(work / 'mlflow.db').as_posix()}", "--artifacts-destination", str(work)]
    command = [sys.executable, "-m", "mlflow", "server", "--workers", "1", "--port", str(port), *stores]
    log = work / "mlflow.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=work, stdout=output, stderr=output, start_new_session=True)
    try:
        await_health(server, f"http://127.0.0.1:{port}", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        end_with_children(server)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def end_with_children(server: subprocess.Popen) -> None:
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(server.pid)], check=True)
    else:
        os.killpg(server.pid, signal.SIGTERM)
    server.wait()


def await_health(server: subprocess.Popen, address: str, log: pathlib.Path) -> None:
    for _ in range(1200):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/health", timeout=5):
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"test-release: MLflow does not start\n{log.read_text()}")


@contextlib.contextmanager
def temporary():
    # Windows does not remove what something still reads, such as a virus scanner.
    with tempfile.TemporaryDirectory(prefix="release-", ignore_cleanup_errors=True) as folder:
        yield pathlib.Path(folder).resolve()


if __name__ == "__main__":
    main()
