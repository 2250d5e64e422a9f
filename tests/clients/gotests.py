"""Programs in Go: `tests/clients/go`, once with an installed provider, once with one that `--debug` holds."""

import json
import re
import shutil
import time

from world import HERE, Failed, Report, World, pinned

LIFE = "TestLifecycle|TestImport|TestQuery"
START_LIMIT = 30


def by_mirror(world: World, report: Report) -> None:
    report.version = pinned("go", "terraform-plugin-testing")
    run(world, report, LIFE)


def by_debug(world: World, report: Report) -> None:
    """The provider is in no home: a host that does not attach cannot find it."""
    report.version = pinned("go", "terraform-plugin-testing")
    (world.folder / "empty").mkdir()
    host = world.folder / "attached"
    host.write_text(f"#!/bin/sh\n{held_for_a_debugger(world)} exec {path_of(world)} \"$@\"\n")
    host.chmod(0o755)
    run(world, report, LIFE, TF_ACC_TERRAFORM_PATH=str(host), HOME=str(world.folder / "empty"))


def read_json(world: World, report: Report) -> None:
    report.version = pinned("go", "terraform-json")
    run(world, report, "TestJSON")


def run(world: World, report: Report, tests: str, **settings: str) -> None:
    """A check is a test without tests of its own below it. What a host is too old for is counted apart."""
    settings = {"TF_ACC": "1", "TF_ACC_TERRAFORM_PATH": path_of(world)} | settings
    command = [world.tools / "go.test", "-test.v=test2json", f"-test.run=^({tests})$"]
    said = world.run("go", "tool", "test2json", "-t", *command, at=HERE / "go", either=True, **settings)
    events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    ends = {it["Test"]: it["Action"] for it in events if "Test" in it and it["Action"] in ("pass", "fail", "skip")}
    if not ends:
        raise Failed(said)
    for name in sorted(it for it in ends if not any(other.startswith(f"{it}/") for other in ends)):
        output = "".join(it["Output"] for it in events if it.get("Test") == name and "Output" in it)
        if needed := re.search(r"below minimum version ([0-9.]+)", output):
            report.not_here[f"for Terraform {needed[1]}"] += 1
        else:
            report.check(name, ends[name] == "pass", output)


def path_of(world: World) -> str:
    return shutil.which(world.terraform)


def held_for_a_debugger(world: World) -> str:
    """TF_REATTACH_PROVIDERS as `--debug` prints it, of a provider that ends with this run."""
    log = world.folder / "debug.log"
    with log.open("wb") as output:
        process = world.start(world.provider, "--debug", output=output)
    world.tidy.callback(process.wait)
    world.tidy.callback(process.stdin.close)
    deadline = time.monotonic() + START_LIMIT
    while not (told := re.search(r"TF_REATTACH_PROVIDERS='.*'", log.read_text())):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failed(log.read_text())
        time.sleep(0.05)
    return told[0]
