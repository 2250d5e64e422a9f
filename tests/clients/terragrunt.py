"""Terragrunt, where it is on PATH: it is in no registry of packages at a version that could be pinned.

Two units, of which one waits for what the other says.
"""

import shutil

from world import Report, World


def drive(world: World, report: Report) -> None:
    if not shutil.which("terragrunt"):
        report.not_here["without terragrunt on PATH"] += 1
        return
    here = world.copy("terragrunt")
    settings = {
        "TG_TF_PATH": shutil.which(world.terraform),
        "TG_NON_INTERACTIVE": "true",
        "TF_VAR_webhook_secret": "correct-horse",
    }

    def all_units(*command: str) -> str:
        return world.run("terragrunt", "run", "--all", *command, at=here, **settings)

    report.version = world.run("terragrunt", "--version", **settings).split()[-1].removeprefix("v")
    said = all_units("plan")
    report.check("a first plan makes do with mocked outputs", said.count("Plan: ") == 2, said)
    all_units("apply")
    report.check("apply makes both units in turn", world.champion("fraud-scores") == "1")
    said = all_units("plan")
    report.check("then there is nothing to do", said.count("No changes.") == 2, said)

    inputs = here / "model" / "terragrunt.hcl"
    inputs.write_text(inputs.read_text().replace("2026-11-27", "2026-11-28"))
    all_units("apply")
    report.check("a new version reaches the other unit", world.champion("fraud-scores") == "2")
    said = all_units("destroy")
    report.check("destroy takes both away", said.count("Destroy complete!") == 2, said)
