"""Installs a packed release from a registry, as its users will: test-registry.py DIST HOST...

The release is signed with a key that is thrown away, and served on loopback. Each host, Terraform or OpenTofu,
must verify and install it, and lock it for two platforms; and must refuse what was signed by another, and what
was changed after it was signed.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True

from registry import PROVIDER, Registry, certificate, serving  # noqa: E402

CONFIGURATION = """
terraform {
  required_providers {
    mlflow = {
      source = "%s"
    }
  }
}

output "signature" {
  value = provider::mlflow::webhook_signature("delivery", "1700000000", "{}", "secret")
}
"""


def main(dist: str, *hosts: str) -> None:
    for program, package in {"gpg": "gnupg", "openssl": "openssl"}.items():
        if not shutil.which(program):
            fail(f"{program} is missing: install it (Debian, Ubuntu: apt install {package})")
    with tempfile.TemporaryDirectory(prefix="registry-") as work, contextlib.ExitStack() as tidy:
        work = Path(work)
        signer, stranger = Key(work / "signer", tidy), Key(work / "stranger", tidy)
        files = stocked(Path(dist), work / "files")
        signer.sign(files)
        trusted = certificate(work)
        release = Registry(files, signer.public, signer.id)
        for host in hosts:
            expect_installed(Host(host, trusted, work), release)
            for reason, changed in changes(work, release, stranger).items():
                expect_refused(Host(host, trusted, work), changed, reason)
            print(f"test-registry: {host} installs {release.version}, signed by {signer.id}, and refuses what is not")


class Key:
    """A signing key with its own folder, and an agent that ends with the test."""

    def __init__(self, folder: Path, tidy: contextlib.ExitStack) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)
        tidy.callback(self._run, "gpgconf", "--kill", "gpg-agent")
        # Registries take RSA.
        self._gpg("--passphrase", "", "--quick-generate-key", "throwaway <nobody@localhost>", "rsa2048", "sign", "1d")
        self.public = self._gpg("--armor", "--export")
        listed = self._gpg("--list-keys", "--with-colons")
        self.id = next(line.split(":")[4] for line in listed.splitlines() if line.startswith("pub"))

    def sign(self, files: Path) -> None:
        self._gpg("--yes", "--detach-sign", str(next(files.glob("*_SHA256SUMS"))))

    def _gpg(self, *arguments: str) -> str:
        return self._run("gpg", "--batch", "--quiet", *arguments)

    def _run(self, *command: str) -> str:
        ran = subprocess.run(command, env=os.environ | {"GNUPGHOME": str(self.folder)}, capture_output=True, text=True)
        if ran.returncode != 0:
            fail(f"{command[0]}: {ran.stderr}")
        return ran.stdout


class Host:
    """Terraform or OpenTofu in a new folder with a new home."""

    def __init__(self, program: str, trusted: Path, work: Path) -> None:
        self.program = program
        self.folder = Path(tempfile.mkdtemp(dir=work))
        settings = self.folder / "rc"
        settings.write_text("provider_installation {\n  direct {}\n}\n")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")} | {
            "HOME": str(self.folder),
            "SSL_CERT_FILE": str(trusted),
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_CLI_ARGS": "-no-color",
            "CHECKPOINT_DISABLE": "1",
            "NO_PROXY": "localhost",
            "no_proxy": "localhost",
        }

    def run(self, *arguments: str) -> tuple[int, str]:
        ran = subprocess.run(
            [self.program, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return ran.returncode, re.sub(r"\s*\n[│ ]*", " ", ran.stdout)

    def init(self, registry: str) -> tuple[int, str]:
        (self.folder / "main.tf").write_text(CONFIGURATION % f"{registry}/{PROVIDER}")
        return self.run("init", "-input=false")

    def lock(self) -> str:
        return (self.folder / ".terraform.lock.hcl").read_text()


def stocked(dist: Path, files: Path) -> Path:
    """The release; where it has one platform only, a second one that says so."""
    shutil.copytree(dist, files)
    zips, sums = sorted(files.glob("*.zip")), next(files.glob("*_SHA256SUMS"))
    if len(zips) == 1:
        platform = "darwin_arm64" if "darwin_arm64" not in zips[0].name else "linux_arm64"
        second = files / ("_".join([*zips[0].stem.split("_")[:2], platform]) + ".zip")
        shutil.copy(zips[0], second)
        with zipfile.ZipFile(second, "a") as archive:
            archive.writestr("PLATFORM", platform)
        sums.write_text(sums.read_text() + f"{hashlib.sha256(second.read_bytes()).hexdigest()}  {second.name}\n")
    return files


def changes(work: Path, release: Registry, stranger: Key) -> dict[str, Registry]:
    """What must not be installed, by the reason that hosts give."""

    def copy() -> Registry:
        files = Path(tempfile.mkdtemp(dir=work)) / "files"
        return Registry(Path(shutil.copytree(release.files, files)), release.key, release.key_id)

    resigned, zip, sums = copy(), copy(), copy()
    stranger.sign(resigned.files)
    for file in zip.files.glob("*.zip"):
        file.write_bytes(file.read_bytes() + b"\0")
    sums.sums.write_text(sums.sums.read_text() + f"{'0' * 64}  another\n")
    return {
        "authentication signature from unknown issuer": resigned,
        "archive has incorrect checksum": zip,
        "invalid signature": sums,
    }


def expect_installed(host: Host, release: Registry) -> None:
    with serving(release, Path(host.environment["SSL_CERT_FILE"])) as address:
        code, said = host.init(address)
        expect(code == 0 and "signed, key ID " + release.key_id in said, f"{host.program} does not install", said)
        zips = {line.split()[0] for line in release.sums.read_text().splitlines() if line.endswith(".zip")}
        expect(zips <= set(hashes("zh", host)), "the lock file lacks sums of zips", host.lock())
        code, said = host.run("plan", "-input=false")
        expect(code == 0 and 'signature = "v1,' in said, "the installed provider computes nothing", said)
        expect_locked(host, release)


def expect_locked(host: Host, release: Registry) -> None:
    """For two platforms, of which this machine is one at most."""
    (host.folder / ".terraform.lock.hcl").unlink()
    two = [f"-platform={os}_{arch}" for os, arch in release.platforms()[:2]]
    code, said = host.run("providers", "lock", *two)
    expect(code == 0 and len(two) == 2, f"{host.program} does not lock for {two}", said)
    expect(len(hashes("h1", host)) == 2, f"the lock file has not one h1 for each of {two}", host.lock())


def hashes(scheme: str, host: Host) -> list[str]:
    return re.findall(f'"{scheme}:([^"]+)"', host.lock())


def expect_refused(host: Host, changed: Registry, reason: str) -> None:
    with serving(changed, Path(host.environment["SSL_CERT_FILE"])) as address:
        code, said = host.init(address)
    expect(code != 0 and reason in said, f"{host.program} does not refuse for {reason!r}", said)


def expect(holds: object, otherwise: str, said: str) -> None:
    if not holds:
        fail(f"{otherwise}\n{said}")


def fail(problem: str) -> None:
    sys.exit(f"test-registry: {problem}")


if __name__ == "__main__":
    main(*sys.argv[1:])
