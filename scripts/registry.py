"""A provider registry on loopback that serves one release, as registries do it: service discovery, versions,
and for each platform where its zip is, the sums, their signature, and the key that they must be signed with.
"""

import contextlib
import functools
import http.server
import json
import ssl
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

PROVIDER = "mlflow-rs/mlflow"
NAME = "terraform-provider-mlflow"


@dataclass
class Registry:
    """A folder of released files beside `SHA256SUMS.sig`, and the key that the registry says they are signed with."""

    files: Path
    key: str
    key_id: str

    @functools.cached_property
    def sums(self) -> Path:
        return next(self.files.glob("*_SHA256SUMS"))

    @functools.cached_property
    def version(self) -> str:
        return self.sums.name.split("_")[1]

    def platforms(self) -> list[tuple[str, str]]:
        """Operating systems and architectures, as the names of the zips tell them."""
        return sorted(tuple(zip.stem.split("_")[2:]) for zip in self.files.glob("*.zip"))

    def answer(self, path: str) -> bytes | None:
        """What is at an address, or nothing."""
        about = f"/v1/providers/{PROVIDER}"
        file = self.files / path.rpartition("/")[2]
        if path == "/.well-known/terraform.json":
            return as_json({"providers.v1": "/v1/providers/"})
        if path == f"{about}/versions":
            return as_json({"versions": [self.offered()]})
        if path.startswith(f"{about}/{self.version}/download/"):
            return as_json(self.package(*path.split("/")[-2:]))
        return file.read_bytes() if path == f"/files/{file.name}" and file.is_file() else None

    def offered(self) -> dict:
        platforms = [{"os": os, "arch": arch} for os, arch in self.platforms()]
        return {"version": self.version, "protocols": self.protocols(), "platforms": platforms}

    def protocols(self) -> list[str]:
        manifest = next(self.files.glob("*_manifest.json"))
        return json.loads(manifest.read_text())["metadata"]["protocol_versions"]

    def package(self, os: str, arch: str) -> dict:
        zip = f"{NAME}_{self.version}_{os}_{arch}.zip"
        sums = dict(reversed(line.split()) for line in self.sums.read_text().splitlines())
        return {
            "protocols": self.protocols(),
            "os": os,
            "arch": arch,
            "filename": zip,
            "download_url": f"/files/{zip}",
            "shasums_url": f"/files/{self.sums.name}",
            "shasums_signature_url": f"/files/{self.sums.name}.sig",
            "shasum": sums[zip],
            "signing_keys": {"gpg_public_keys": [{"key_id": self.key_id, "ascii_armor": self.key}]},
        }


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


@contextlib.contextmanager
def serving(registry: Registry, certificate: Path):
    """Its address, for as long as it is needed."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = registry.answer(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """The hosts say what they ask for."""

    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    listener.socket = tls.wrap_socket(listener.socket, server_side=True)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    try:
        yield f"localhost:{listener.server_port}"
    finally:
        listener.shutdown()
        listener.server_close()


def certificate(folder: Path) -> Path:
    """A key and a certificate for localhost in one file, which vouches for itself."""
    file = folder / "localhost.pem"
    made = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost")
    command = ["openssl", *made, "-addext", "subjectAltName=DNS:localhost", "-keyout", file, "-out", folder / "cert"]
    subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + (folder / "cert").read_bytes())
    return file
