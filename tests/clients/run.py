"""Every kind of client that drives this provider beside Terraform itself, on a real MLflow server.

`make test-clients` builds what this needs and runs it. Everything listens on loopback and lives in a
temporary folder that is gone at the end, however the end comes.
"""

import argparse
import contextlib
import signal
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

import cdktf  # noqa: E402
import gotests  # noqa: E402
import pulumi  # noqa: E402
import terragrunt  # noqa: E402
from world import Failed, Report, World  # noqa: E402

CLIENTS = {
    "terraform-plugin-testing": gotests.by_mirror,
    "terraform-plugin-testing, --debug": gotests.by_debug,
    "terraform-json": gotests.read_json,
    "CDKTF": cdktf.drive,
    "Pulumi": pulumi.drive,
    "Terragrunt": terragrunt.drive,
}


def main() -> int:
    options = parse_arguments()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        reports = drive(options)
    except KeyboardInterrupt:
        print("\nInterrupted. Everything that ran has been stopped.")
        return 130
    show(reports)
    return 0 if reports and all(map(Report.is_good, reports)) else 1


def drive(options: argparse.Namespace) -> list[Report]:
    with contextlib.ExitStack() as tidy:
        folder = Path(tidy.enter_context(tempfile.TemporaryDirectory(prefix="clients-")))
        world = World(options, folder, tidy)
        chosen = {name: client for name, client in CLIENTS.items() if options.only in name}
        return [driven(name, client, world) for name, client in chosen.items()]


def driven(name: str, client, world: World) -> Report:
    print(f"{name}:", flush=True)
    report = Report(name)
    try:
        client(world, report)
    except Failed as failure:
        report.check("it runs to its end", False, str(failure))
    return report


def show(reports: list[Report]) -> None:
    for report in reports:
        for problem in report.broken:
            print(f"\n{report.client}: {problem}", file=sys.stderr)
    print(f"\n{'client':<34}{'version':<9}{'checks':>7}{'failed':>8}  not on this machine")
    for it in reports:
        not_here = ", ".join(f"{count} {reason}" for reason, count in it.not_here.items())
        print(f"{it.client:<34}{it.version:<9}{it.held:>7}{len(it.broken):>8}  {not_here}".rstrip())


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mlflow", type=absolute, required=True, help="virtual environment with MLflow in it")
    parser.add_argument("--provider", type=absolute, required=True, help="the provider's binary")
    parser.add_argument("--terraform", required=True, help="Terraform or OpenTofu")
    parser.add_argument("--tools", type=absolute, required=True, help="what was built of the clients")
    parser.add_argument("--only", default="", help="clients with this in their name")
    return parser.parse_args()


def absolute(path: str) -> Path:
    return Path(path).absolute()


if __name__ == "__main__":
    sys.exit(main())
