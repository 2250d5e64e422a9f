"""Many objects of types other than webhooks: what `apply` and `plan` take, and how many requests they send,
beside a Go provider that does nothing and a client that only sends the requests.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from registry import Client
from terraform import Terraform

MLFLOW = "/api/2.0/mlflow"
GATEWAY = "/api/3.0/mlflow/gateway"
PROVIDER = """
terraform {
  required_providers {
    mlflow = { source = "mlflow-rs/mlflow" }
  }
}

provider "mlflow" {
  tracking_uri = "%s"
}
"""

PEER = """
terraform {
  required_providers {
    peer = { source = "bench/peer" }
  }
}

resource "peer_nothing" "it" {
  count = %d
  name  = "it-${count.index}"
}
"""

# In each configuration %d is how many there are; the requests make the same objects by hand.
MODELS = """
resource "mlflow_registered_model" "scaled" {
  count       = %(count)d
  name        = "model-${count.index}"
  description = "Scores payments"
  tags        = { team = "risk" }
}

resource "mlflow_model_version" "scaled" {
  count      = %(count)d
  model_name = mlflow_registered_model.scaled[count.index].name
  source     = "s3://models/${count.index}"
}

resource "mlflow_registered_model_alias" "scaled" {
  count      = %(count)d
  model_name = mlflow_registered_model.scaled[count.index].name
  alias      = "champion"
  version    = mlflow_model_version.scaled[count.index].version
}
"""

EXPERIMENTS = """
resource "mlflow_experiment" "scaled" {
  count       = %(count)d
  name        = "experiment-${count.index}"
  description = "Scores payments"
  tags        = { team = "risk" }
}
"""

ENDPOINTS = """
resource "mlflow_gateway_secret" "scaled" {
  count         = %(count)d
  name          = "secret-${count.index}"
  provider_name = "openai"
  secret_value  = { api_key = "sk-of-no-one-${count.index}" }
}

resource "mlflow_gateway_model_definition" "scaled" {
  count         = %(count)d
  name          = "definition-${count.index}"
  secret_id     = mlflow_gateway_secret.scaled[count.index].id
  provider_name = "openai"
  model_name    = "gpt-4o"
}

resource "mlflow_gateway_endpoint" "scaled" {
  count          = %(count)d
  name           = "endpoint-${count.index}"
  usage_tracking = false

  model {
    model_definition_id = mlflow_gateway_model_definition.scaled[count.index].id
  }
}
"""

PROMPTS = """
resource "mlflow_prompt" "scaled" {
  count = %(count)d
  name  = "prompt-${count.index}"
}

resource "mlflow_prompt_version" "scaled" {
  count       = %(count)d
  prompt_name = mlflow_prompt.scaled[count.index].name
  template    = "Hi {{ name }}, you are number ${count.index}."
}
"""


def models(client: Client, count: int) -> float:
    tags = [{"key": "team", "value": "risk"}]
    made = [{"name": f"raw-{it}", "description": "Scores payments", "tags": tags} for it in range(count)]
    versions = [{"name": f"raw-{it}", "source": f"s3://models/{it}"} for it in range(count)]
    aliases = [{"name": f"raw-{it}", "alias": "champion", "version": "1"} for it in range(count)]
    took = post(client, f"{MLFLOW}/registered-models/create", made)
    took += post(client, f"{MLFLOW}/model-versions/create", versions)
    took += post(client, f"{MLFLOW}/registered-models/alias", aliases)
    client.all("DELETE", [(f"{MLFLOW}/registered-models/delete", {"name": it["name"]}) for it in made])
    return took


def experiments(client: Client, count: int) -> float:
    tags = [{"key": "mlflow.note.content", "value": "Scores payments"}, {"key": "team", "value": "risk"}]
    made = [{"name": f"raw-{it}", "tags": tags} for it in range(count)]
    answers, took = client.all("POST", [(f"{MLFLOW}/experiments/create", it) for it in made])
    client.all("POST", [(f"{MLFLOW}/experiments/delete", answer) for answer in answers])
    return took


def endpoints(client: Client, count: int) -> float:
    def made(path: str, noun: str, bodies: list[dict]) -> tuple[list[str], float]:
        answers, took = client.all("POST", [(f"{GATEWAY}/{path}/create", body) for body in bodies])
        return [answer[noun][f"{noun}_id"] for answer in answers], took

    def gone(path: str, noun: str, ids: list[str]) -> None:
        client.all("DELETE", [(f"{GATEWAY}/{path}/delete", {f"{noun}_id": id}) for id in ids])

    secret = {"provider": "openai", "secret_value": {"api_key": "sk-of-no-one-0001"}}
    names = [f"raw-{it}" for it in range(count)]
    secrets, first = made("secrets", "secret", [secret | {"secret_name": name} for name in names])
    definition = {"provider": "openai", "model_name": "gpt-4o"}
    named = [definition | {"name": name, "secret_id": id} for name, id in zip(names, secrets, strict=True)]
    definitions, second = made("model-definitions", "model_definition", named)
    named = [
        {
            "name": name,
            "usage_tracking": False,
            "model_configs": [{"model_definition_id": id, "linkage_type": "PRIMARY", "weight": 1}],
        }
        for name, id in zip(names, definitions, strict=True)
    ]
    ids, third = made("endpoints", "endpoint", named)
    gone("endpoints", "endpoint", ids)
    gone("model-definitions", "model_definition", definitions)
    gone("secrets", "secret", secrets)
    return first + second + third


def prompts(client: Client, count: int) -> float:
    is_prompt = {"key": "mlflow.prompt.is_prompt", "value": "true"}
    made = [{"name": f"raw-{it}", "tags": [is_prompt]} for it in range(count)]
    text = {"key": "mlflow.prompt.text", "value": "Hi {{ name }}, you are one of many."}
    versions = [
        {"name": it["name"], "source": "prompt-template", "tags": [is_prompt, text]} for it in made
    ]
    took = post(client, f"{MLFLOW}/registered-models/create", made)
    took += post(client, f"{MLFLOW}/model-versions/create", versions)
    client.all("DELETE", [(f"{MLFLOW}/registered-models/delete", {"name": it["name"]}) for it in made])
    return took


def post(client: Client, path: str, bodies: list[dict]) -> float:
    return client.all("POST", [(path, body) for body in bodies])[1]


@dataclass
class Kind:
    """Some types that belong together."""

    title: str
    configuration: str
    # Makes the same objects by requests alone, takes them away again, and gives the seconds of the making.
    make: Callable[[Client, int], float]
    count: int
    types: int
    # The lists that show all of them.
    lists: list[tuple[str, str, dict | None]]


SEARCH = f"{MLFLOW}/registered-models/search?max_results=1000"
VERSIONS = f"{MLFLOW}/model-versions/search?max_results=1000"
IS_PROMPT = "&filter=tags.%60mlflow.prompt.is_prompt%60%20%3D%20%27true%27"
KINDS = [
    Kind(
        "models with a version and an alias",
        MODELS,
        models,
        300,
        3,
        [("GET", SEARCH, None), ("GET", VERSIONS, None)],
    ),
    Kind(
        "experiments",
        EXPERIMENTS,
        experiments,
        300,
        1,
        [("POST", f"{MLFLOW}/experiments/search", {"max_results": 1000})],
    ),
    Kind(
        "gateway endpoints, each with its secret and definition",
        ENDPOINTS,
        endpoints,
        100,
        3,
        [("GET", f"{GATEWAY}/{it}/list", None) for it in ("secrets", "model-definitions", "endpoints")],
    ),
    Kind(
        "prompts with a version",
        PROMPTS,
        prompts,
        250,
        2,
        [("GET", SEARCH + IS_PROMPT, None), ("GET", VERSIONS + IS_PROMPT, None)],
    ),
]


@dataclass
class Side:
    """Seconds and requests of one command, and the seconds of those that it is compared with."""

    ours: float
    others: float
    requests: int

    def cells(self) -> str:
        return f"{self.ours:.1f} s | {self.others:.1f} s | {self.requests}"


@dataclass
class Scaled:
    """One row of the table."""

    title: str
    objects: int
    apply: Side | None
    plan: Side

    def row(self) -> str:
        applied = self.apply.cells() if self.apply else "| | "
        return f"| {self.title} | {self.objects} | {applied} | {self.plan.cells()} |\n"


def scaled(terraform: Terraform, client: Client, show: Callable[[str], None]) -> list[Scaled]:
    """Nothing is destroyed: the server goes with the benchmark."""
    found = []
    for kind in KINDS:
        show(f"{kind.count} {kind.title}")
        found.append(measured(terraform, client, kind))
    show("All of them")
    found.append(together(terraform, client))
    return found


def folder(kind: Kind) -> str:
    return re.sub(r"\W+", "-", kind.title)


def configured(client: Client, kinds: list[Kind]) -> str:
    texts = [PROVIDER % f"http://{client.address}"]
    for kind in kinds:
        own = re.sub(r"\bscaled\b", folder(kind), kind.configuration)
        texts.append(own % {"count": kind.count})
    return "\n".join(texts)


def measured(terraform: Terraform, client: Client, kind: Kind) -> Scaled:
    objects, name = kind.count * kind.types, folder(kind)
    terraform.write(name, configured(client, [kind]))
    terraform.write("peer", PEER % objects)
    raw = kind.make(client, kind.count)
    peer = terraform.run("peer", "apply", "-auto-approve")
    # An apply cannot be repeated for the sake of its count: its log is written while it is timed.
    took, requests = terraform.counted(name, "apply", "-auto-approve")
    applied = Side(took, peer + raw, requests)
    plan = planned(terraform, client, name, kind.lists)
    terraform.run("peer", "destroy", "-auto-approve")
    return Scaled(f"{kind.count} {kind.title}", objects, applied, plan)


def planned(terraform: Terraform, client: Client, name: str, lists: list) -> Side:
    peer = terraform.run("peer", "plan")
    raw = sum(client.all(method, [(path, body)])[1] for method, path, body in lists)
    ours = terraform.run(name, "plan")
    _, requests = terraform.counted(name, "plan")
    return Side(ours, peer + raw, requests)


def together(terraform: Terraform, client: Client) -> Scaled:
    """One state of all that was made; nothing is made for it."""
    objects = sum(kind.count * kind.types for kind in KINDS)
    terraform.write("together", configured(client, KINDS))
    states = [terraform.folder / folder(kind) / "terraform.tfstate" for kind in KINDS]
    state = json.loads(states[0].read_text())
    for other in states[1:]:
        state["resources"] += json.loads(other.read_text())["resources"]
    (terraform.folder / "together" / "terraform.tfstate").write_text(json.dumps(state))
    terraform.write("peer", PEER % objects)
    terraform.run("peer", "apply", "-auto-approve")
    lists = [it for kind in KINDS for it in kind.lists]
    plan = planned(terraform, client, "together", lists)
    terraform.run("peer", "destroy", "-auto-approve")
    return Scaled("all of these in one state", objects, None, plan)
