"""Terraform or OpenTofu with providers that are measured: how long a command takes, what its processes compute
for, and what they send.
"""

import contextlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from registry import Failed, clean_environment


def find_terraform(wanted: str | None) -> str:
    for name in [wanted] if wanted else ["terraform", "tofu"]:
        if found := shutil.which(name):
            return found
    raise Failed(f"{wanted or 'neither terraform nor tofu'} is on PATH: install Terraform or OpenTofu")


class Terraform:
    """Terraform or OpenTofu with both providers, and a folder for each configuration."""

    def __init__(self, wanted: str | None, folder: Path, binaries: dict[str, Path]) -> None:
        self.command = find_terraform(wanted)
        self.folder = folder / "terraform"
        self.binaries = binaries
        sources = {"mlflow-rs/mlflow": binaries["ours"], "bench/peer": binaries["peer"]}
        overrides = "".join(
            f"    {json.dumps(source)} = {json.dumps(str(binary.parent))}\n"
            for source, binary in sources.items()
        )
        config = folder / "cli.tfrc"
        config.write_text(
            f"provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n  direct {{}}\n}}\n"
        )
        self.environment = clean_environment() | {
            "TF_CLI_CONFIG_FILE": str(config),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        }

    def write(self, name: str, configuration: str) -> None:
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(configuration)

    def run(self, name: str, *arguments: str) -> float:
        """How long it took, in seconds."""
        began = time.perf_counter()
        process = self.spawn(name, *arguments)
        output, _ = process.communicate()
        duration = time.perf_counter() - began
        if process.returncode != 0:
            raise Failed(f"terraform {' '.join(arguments)} failed:\n{output}")
        return duration

    def counted(self, name: str, *arguments: str) -> tuple[float, int]:
        """How long it took, its log included, and how many requests this provider sent to the registry."""
        log = self.folder / "provider.log"
        log.unlink(missing_ok=True)
        quiet = self.environment
        self.environment = quiet | {"TF_LOG_PROVIDER": "DEBUG", "TF_LOG_PATH": str(log)}
        took = self.run(name, *arguments)
        self.environment = quiet
        return took, sum("registry answered" in line for line in log.read_text().splitlines())

    def peak(self, name: str, *arguments: str) -> int:
        """The most that a process of the provider had resident, in kilobytes."""
        _, peaks = self.watch(name, lambda process: status(process, "VmHWM"), *arguments)
        return max(peaks, default=0)

    def cpu(self, name: str, *arguments: str) -> tuple[float, float]:
        """Seconds that the host itself computed for, and all processes of the provider."""
        everything, providers = self.watch(name, computed, *arguments)
        return everything - sum(providers), sum(providers)

    def watch(self, name: str, look, *arguments: str) -> tuple[float, list]:
        """What all processes computed for, and what was last seen of each one of the provider."""
        seen = {}
        process = self.spawn(name, *arguments, output=subprocess.DEVNULL)
        ended = False
        while not ended:
            for child in children(process.pid):
                # Gone, or not yet the provider.
                with contextlib.suppress(OSError, StopIteration):
                    if Path(os.readlink(f"/proc/{child}/exe")) in self.binaries.values():
                        seen[child] = look(child)
            time.sleep(0.001)
            ended, wait_status, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(wait_status)
        if process.returncode != 0:
            raise Failed(f"terraform {' '.join(arguments)} failed")
        return usage.ru_utime + usage.ru_stime, list(seen.values())

    def spawn(self, name: str, *arguments: str, output: int = subprocess.PIPE) -> subprocess.Popen:
        flags = ["-no-color"] if arguments[0] == "validate" else ["-no-color", "-input=false"]
        return subprocess.Popen(
            [self.command, *arguments, *flags],
            cwd=self.folder / name,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )


def children(process: int) -> list[str]:
    found = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += path.read_text().split()
    return found


def computed(process: int | str) -> float:
    """Seconds that all threads of a process had a CPU."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(it.read_text().split()[0]) for it in threads) / 1e9


def status(process: int | str, field: str) -> int:
    """One field of what Linux says of a process, in kilobytes."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1])
