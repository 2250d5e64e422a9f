"""Packs a built provider as a Terraform registry wants it.

    release.py pack BINARY DIST [OS ARCH]    the zip of one platform, this machine's unless named
    release.py sums DIST                     manifest, SBOM and SHA256SUMS, once all zips are there

The version comes from Cargo.toml by way of cargo, and from nowhere else. The same input gives the
same bytes: entries bear a fixed time.
"""

import hashlib
import json
import pathlib
import platform
import subprocess
import sys
import zipfile

NAME = "terraform-provider-mlflow"
ROOT = pathlib.Path(__file__).resolve().parent.parent
EXECUTABLE, READABLE = 0o100755, 0o100644


def main(command, *arguments):
    {"pack": pack, "sums": sums}[command](*arguments)


def pack(binary, dist, os=None, arch=None):
    version = package()["version"]
    os, arch = os or platform.system().lower(), arch or this_arch()
    dist = folder(dist)
    suffix = ".exe" if os == "windows" else ""
    with zipfile.ZipFile(dist / f"{NAME}_{version}_{os}_{arch}.zip", "w") as archive:
        add(archive, f"{NAME}_v{version}{suffix}", pathlib.Path(binary).read_bytes(), EXECUTABLE)
        for name in ("LICENSE", "README.md", "CHANGELOG.md"):
            add(archive, name, (ROOT / name).read_bytes(), READABLE)
    print(archive.filename)


def this_arch():
    machine = platform.machine().lower()
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)


def add(archive, name, content, mode):
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3  # Unix: Terraform takes the mode from here and never sets it itself.
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def sums(dist):
    dist, version = folder(dist), package()["version"]
    manifest = (ROOT / "terraform-registry-manifest.json").read_text()
    (dist / f"{NAME}_{version}_manifest.json").write_text(manifest)
    (dist / f"{NAME}_{version}_sbom.cdx.json").write_text(json.dumps(sbom(), indent=2) + "\n")
    files = sorted(dist.glob(f"{NAME}_{version}_*.zip")) + sorted(dist.glob(f"{NAME}_{version}_*.json"))
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (dist / f"{NAME}_{version}_SHA256SUMS").write_text("".join(lines))
    print("".join(lines), end="")


def sbom():
    """CycloneDX 1.5: what is linked in on any platform; no tools that only build or test."""
    data = metadata()
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    root, linked = data["resolve"]["root"], set()
    waiting = [root]
    while waiting:
        current = waiting.pop()
        if current not in linked:
            linked.add(current)
            waiting += [it["pkg"] for it in nodes[current]["deps"]
                        if any(kind["kind"] is None for kind in it["dep_kinds"])]
    packages = {it["id"]: it for it in data["packages"]}
    parts = sorted((packages[it] for it in linked - {root}), key=lambda it: (it["name"], it["version"]))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(packages[root], "application")},
        "components": [component(it, "library") for it in parts],
    }


def component(crate, kind):
    url = f"pkg:cargo/{crate['name']}@{crate['version']}"
    described = {"type": kind, "bom-ref": url, "name": crate["name"], "version": crate["version"], "purl": url}
    if crate["license"]:
        described["licenses"] = [{"expression": crate["license"].replace("/", " OR ")}]
    return described


def package():
    data = metadata()
    return next(it for it in data["packages"] if it["id"] == data["resolve"]["root"])


def metadata():
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def folder(path):
    path = pathlib.Path(path)
    path.mkdir(parents=True, exist_ok=True)
    return path


if __name__ == "__main__":
    main(*sys.argv[1:])
