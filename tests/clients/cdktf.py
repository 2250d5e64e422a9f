"""CDKTF, in TypeScript: constructs made from the schema, a stack synthesized, and applied by Terraform."""

import json
import shutil
from pathlib import Path

from world import HERE, Report, World


CDKTF = ("npx", "--no-install", "cdktf")
SECRET = "correct-horse"


def drive(world: World, report: Report) -> None:
    here = world.copy("cdktf")
    (here / "node_modules").symlink_to(world.tools / "node" / "node_modules")
    shutil.copy(HERE / "node" / "package.json", here)
    report.version = json.loads((here / "package.json").read_text())["dependencies"]["cdktf"]

    world.run(*CDKTF, "get", at=here)
    made = {it.name.replace("-", "_") for it in (here / ".gen" / "providers" / "mlflow").iterdir()}
    report.check("get makes a construct of each type", made.issuperset(world.kinds()), str(made))
    world.run(*CDKTF, "synth", at=here)
    stack = here / "cdktf.out" / "stacks" / "platform"
    written = json.loads((stack / "cdk.tf.json").read_text())["resource"]
    report.check("synth writes eight types", len(written) == 8, str(written))
    expect_life(world, report, here, stack)


def expect_life(world: World, report: Report, here: Path, stack: Path) -> None:
    def terraform(*command: str) -> str:
        return world.run(world.terraform, *command, at=stack, TF_VAR_webhook_secret=SECRET)

    terraform("init")
    said = terraform("apply", "-auto-approve")
    report.check("apply makes them", "8 added, 0 changed, 0 destroyed" in said, said)
    said = terraform("plan")
    report.check("then there is nothing to do", "No changes." in said, said)
    expect_made(world, report)
    state = (here / "terraform.platform.tfstate").read_text()
    report.check("the state has no secret", SECRET not in state)

    program = here / "main.ts"
    described = program.read_text().replace("forceDestroy: true }", 'forceDestroy: true, description: "new" }', 1)
    program.write_text(described)
    world.run(*CDKTF, "synth", at=here)
    said = terraform("apply", "-auto-approve")
    report.check("a changed program changes what it says", "0 added, 1 changed, 0 destroyed" in said, said)
    said = terraform("destroy", "-auto-approve")
    report.check("destroy takes all away", "8 destroyed" in said, said)


def expect_made(world: World, report: Report) -> None:
    report.check("the server has the alias", world.champion("growth-churn") == "1")
    prompt = world.ask("model-versions/get?name=growth-greeting&version=1")["model_version"]
    report.check("the template is as written", "{{ name }}" in str(prompt["tags"]), str(prompt))
