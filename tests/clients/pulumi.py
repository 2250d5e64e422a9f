"""Pulumi, by its bridge to any Terraform provider: the engine itself runs a program, and asks the bridge for
the schema, for checks with values that it does not know yet, and for everything until the end.
"""

import json

from world import Report, World, pinned

PROVIDER = ("terraform-provider@1.0.0", "mlflow-rs/mlflow")
SECRET = "correct-horse"


class Pulumi:
    """A project with a stack, and its state in a folder."""

    def __init__(self, world: World) -> None:
        self.world, self.project = world, world.copy("pulumi")
        home = world.home / ".pulumi"
        self.settings = {
            "PATH": f"{world.tools}:{world.environment['PATH']}",
            "PULUMI_HOME": str(home),
            "PULUMI_BACKEND_URL": f"file://{world.home}",
            "PULUMI_CONFIG_PASSPHRASE": "passphrase",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            # As the documentation says: the bridge looks where `make install` has put the provider.
            "PULUMI_DYNAMIC_TF_PLUGIN_CACHE_DIR": str(world.home / ".terraform.d" / "plugins"),
        }
        self("stack", "init", "dev")
        self("config", "set", "--secret", "webhookSecret", SECRET)

    def __call__(self, *command: str) -> str:
        return self.world.run("pulumi", *command, at=self.project, **self.settings)

    def json(self, *command: str) -> dict:
        """What a command prints between the engine's remarks."""
        said = "\n" + self(*command)
        return json.JSONDecoder().raw_decode(said, said.index("\n{\n") + 1)[0]

    def planned(self) -> dict:
        """How many steps of which kind a preview shows."""
        return self.json("preview", "--json")["changeSummary"]

    def up(self) -> dict:
        """What a preview shows, once it has come true."""
        planned = self.planned()
        self("up", "--yes", "--skip-preview")
        return planned

    def edit(self, before: str, after: str) -> None:
        program = self.project / "Pulumi.yaml"
        program.write_text(program.read_text().replace(before, after, 1))


def drive(world: World, report: Report) -> None:
    pulumi = Pulumi(world)
    report.version = pinned("tools", "pulumi/pkg/v3")
    expect_schema(pulumi, report)
    expect_made(pulumi, report)
    expect_changed(pulumi, report)
    expect_imported(pulumi, report)
    expect_gone(pulumi, report)


def expect_schema(pulumi: Pulumi, report: Report) -> None:
    schema = pulumi.json("package", "get-schema", *PROVIDER)
    kinds = pulumi.world.kinds()
    report.check("the schema has each type", len(schema["resources"]) == len(kinds), str(schema["resources"].keys()))
    spec = schema["types"]["mlflow:index/WebhookHttpUrlSpec:WebhookHttpUrlSpec"]["properties"]
    report.check("secrets are secrets", spec["secretWo"].get("secret") and spec["secret"].get("secret"), str(spec))
    pulumi("package", "add", *PROVIDER)


def expect_made(pulumi: Pulumi, report: Report) -> None:
    planned = pulumi.up()
    report.check("a preview knows what is not known yet", planned == {"create": 9}, str(planned))
    report.check("up makes all, each after what it needs", pulumi.world.champion("fraud-churn") == "1")
    report.check("the state has the secret only encrypted", SECRET not in pulumi("stack", "export"))
    report.check("then there is nothing to do", pulumi.planned() == {"same": 9})
    pulumi("refresh", "--yes", "--expect-no-changes")
    report.check("nor after a refresh", pulumi.planned() == {"same": 9})


def expect_changed(pulumi: Pulumi, report: Report) -> None:
    pulumi.edit("name: fraud-churn\n", "name: fraud-churn\n      description: Who leaves\n")
    planned = pulumi.up()
    report.check("a change is an update", planned == {"update": 1, "same": 8}, str(planned))
    pulumi.edit("2026-11-27", "2026-11-28")
    planned = pulumi.up()
    report.check("a new source is a new version", planned == {"replace": 1, "update": 1, "same": 7}, str(planned))
    report.check("the alias follows it", pulumi.world.champion("fraud-churn") == "2")
    change = {"name": "fraud-churn", "description": "elsewhere"}
    pulumi.world.ask("registered-models/update", "PATCH", change)
    pulumi("refresh", "--yes")
    planned = pulumi.up()
    report.check("a change elsewhere is mended", planned == {"update": 1, "same": 8}, str(planned))


def expect_imported(pulumi: Pulumi, report: Report) -> None:
    id = pulumi.world.ask("experiments/create", "POST", {"name": "there before"})["experiment_id"]
    said = pulumi("import", "mlflow:index/experiment:Experiment", "before", id, "--yes", "--protect=false")
    report.check("what was there is imported", "there before" in said, said)
    program = said[said.index("resources:\n") + len("resources:\n") :].split("\n\n")[0]
    pulumi.edit("resources:\n", f"resources:\n{program}\n")
    planned = pulumi.planned()
    report.check("and the program that is shown is what was imported", planned == {"same": 10}, str(planned))


def expect_gone(pulumi: Pulumi, report: Report) -> None:
    pulumi("destroy", "--yes", "--skip-preview")
    left = pulumi.world.ask("registered-models/search").get("registered_models", [])
    report.check("destroy takes all away", not [it for it in left if it["name"].startswith("fraud-")], str(left))
