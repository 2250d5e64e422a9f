"""Packs a built provider as a Terraform registry wants it.

    release.py pack BINARY DIST [OS ARCH]    the zip of one platform, this machine's unless named
    release.py sums DIST                     manifest, SBOM and SHA256SUMS, once all zips are there
    release.py sbom FILE                     the SBOM alone
    release.py notes FILE                    what CHANGELOG.md says of this version

The version comes from Cargo.toml by way of cargo, and from nowhere else. The same input gives the
same bytes: entries bear a fixed time.
"""

import hashlib
import json
import pathlib
import platform
import re
import subprocess
import sys
import zipfile

NAME = "terraform-provider-mlflow"
ROOT = pathlib.Path(__file__).resolve().parent.parent
EXECUTABLE, READABLE = 0o100755, 0o100644


def main(command, *arguments):
    {"pack": pack, "sums": sums, "sbom": write_sbom, "notes": write_notes}[command](*arguments)


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
    write_sbom(dist / f"{NAME}_{version}_sbom.cdx.json")
    files = sorted(dist.glob(f"{NAME}_{version}_*.zip")) + sorted(dist.glob(f"{NAME}_{version}_*.json"))
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (dist / f"{NAME}_{version}_SHA256SUMS").write_text("".join(lines))
    print("".join(lines), end="")


def write_notes(file):
    """A changelog without this version is one that was not released: make changelog VERSION=..."""
    parts = (ROOT / "CHANGELOG.md").read_text().split("\n## ")
    version = package()["version"]
    part = next((it for it in parts if it.startswith(f"{version} (")), None)
    if part is None:
        sys.exit(f"CHANGELOG.md has no part for {version}: run make changelog VERSION={version}")
    pathlib.Path(file).write_text(part.partition("\n")[2].strip() + "\n")


def write_sbom(file):
    pathlib.Path(file).write_text(json.dumps(sbom(), indent=2) + "\n")


def sbom():
    """CycloneDX 1.5: what is linked in on some platform; nothing that only builds or tests."""
    data, checksums, linked = metadata(), locked_checksums(), linked_in()
    packages = {it["id"]: it for it in data["packages"] if (it["name"], it["version"]) in linked}
    root = data["resolve"]["root"]
    parts = sorted(packages.keys() - {root}, key=lambda it: (packages[it]["name"], packages[it]["version"]))
    needs = {node["id"]: packages.keys() & set(node["dependencies"]) for node in data["resolve"]["nodes"]}
    ref = lambda it: purl(packages[it])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(packages[root], "application", checksums)},
        "components": [component(packages[it], "library", checksums) for it in parts],
        "dependencies": [{"ref": ref(it), "dependsOn": sorted(map(ref, needs[it]))} for it in [root, *parts]],
    }


def linked_in():
    """Names and versions. The metadata also have what only features that tests turn on would bring."""
    edges = ("--edges", "normal,no-proc-macro", "--prefix", "none")
    trees = [cargo("tree", *edges, "--target", target) for target in targets()]
    lines = [line.split() for tree in trees for line in tree.splitlines() if line]
    return {(name, version.removeprefix("v")) for name, version, *_ in lines}


def targets():
    """What releases are built for, which is also what is audited."""
    listed = (ROOT / "deny.toml").read_text().split("targets = [")[1].split("]")[0]
    return re.findall(r'"(.+)"', listed)


def component(crate, kind, checksums):
    url = purl(crate)
    described = {"type": kind, "bom-ref": url, "name": crate["name"], "version": crate["version"], "purl": url}
    checksum = checksums.get((crate["name"], crate["version"]))
    if checksum:
        described["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if crate["license"]:
        described["licenses"] = [{"expression": re.sub(" */ *", " OR ", crate["license"])}]
    return described


def purl(crate):
    return f"pkg:cargo/{crate['name']}@{crate['version']}"


def locked_checksums():
    """Of each crate as the registry has it, by name and version."""
    entry = r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"'
    found = re.findall(entry, (ROOT / "Cargo.lock").read_text())
    return {(name, version): checksum for name, version, checksum in found}


def package():
    data = metadata()
    return next(it for it in data["packages"] if it["id"] == data["resolve"]["root"])


def metadata():
    return json.loads(cargo("metadata", "--format-version", "1"))


def cargo(command, *arguments):
    ran = subprocess.run(["cargo", command, "--locked", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return ran.stdout.decode()


def folder(path):
    path = pathlib.Path(path)
    path.mkdir(parents=True, exist_ok=True)
    return path


if __name__ == "__main__":
    main(*sys.argv[1:])
