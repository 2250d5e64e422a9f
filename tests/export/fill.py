"""Fills a server with objects of every type that configuration language, layout or encoding might trip
over: fill.py COUNT

The server and its login are those of the environment. Prints as JSON how many objects of each type a
whole export has to import, and what it has to leave out. Some are made with MLflow's own client, some with
its REST API, as people do.
"""

import base64
import collections
import json
import os
import sys
import urllib.parse
import urllib.request

import mlflow
from mlflow import MlflowClient

TEXTS = [
    "plain",
    "\"quoted\" 'twice'",
    "${var.x} $${var.x} $$${var.x} $",
    "%{ if true } %%{ endif } %",
    "$%{x} %${y} $$%%{z}",
    "${~ x ~}",
    "${",
    "line\nbreak\r\nand\ttab\n",
    "\r\n",
    "back\\slash \\n \\u0041 \\",
    "Grüße, 世界 👩‍👩‍👧 \U0001f3f4",
    "e\u0301 combines, \u212b is compatible, é does not",
    "\u202eright to left\u2066",
    "\x01\x07\x1b[31m\x7f\x85\x9f",
    "\u2028\u2029\ufeff\ufffd\U0010ffff",
    "<<EOT\nheredoc\nEOT\n",
    '} resource "x" "y" {',
    "# no // comment /* at all */",
    " spaces at both ends ",
    '{"json": [1, "${2}"]}',
    "long " * 400,
    "null",
    "0123",
    "1e3",
]

# Each gives the same identifier as another one, a wrong one, or a keyword.
WORDS = [
    "a", "A", "a.b", "a-b", "a_b", "a--b", "a.-_b", "A.B", "1", "1a", "01-a", "null", "true", "for", "count",
    "each", "var", "self", "a_00000000", "module", "-", "_", "a..", "x" * 200,
]

# What names of models and experiments may be besides.
NAMES = [
    "it's \"quoted\"", "${a} %{b} $%{c}", "new\nline", "tab\tand\r\n", " outer spaces ", "é",
    "世界 👩‍👩‍👧", "a b", "a+b&c=d%20?#e", "\u202eabc", "@alias@", "back\\slash", "Å", "latest",
]

# Hosts spell names in composed form, so these are for what has an id.
RESPELT = ["e\u0301", "\u212b"]

# What names may be that are free of all rules.
FREE = ["a/b", "/a//b/", "a:b", "../a", "%2F", "a/b@c"]

# Keys of tags.
KEYS = ["team", "a.b", "a/b-c:d", " ", "for", "é", "\u212b", "0", "A", "null", "key with spaces", "x" * 250]

FORMATS = ['{"type":"object"}', '{ "b" : 1.0,\n "a" : [ 1e2, null, "\\u00e9 ${x}" ] }', '{"é": "%{y}"}']

IS_PROMPT = {"mlflow.prompt.is_prompt": "true"}

PASSWORD = "ordinary-horse-battery"


class Server:
    """The REST API, as the environment's login."""

    def __init__(self):
        self.address = os.environ["MLFLOW_TRACKING_URI"]
        login = f"{os.environ['MLFLOW_TRACKING_USERNAME']}:{os.environ['MLFLOW_TRACKING_PASSWORD']}"
        self.login = "Basic " + base64.b64encode(login.encode()).decode()

    def call(self, method, path, body=None, workspace=None):
        headers = {"Authorization": self.login, "Content-Type": "application/json"}
        if workspace:
            headers["X-MLFLOW-WORKSPACE"] = workspace
        octets = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, octets, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path} {body!r}: {error.code} {error.read().decode()}")


class Filling:
    """What is made, in rounds: each makes one object of every type or more, in one workspace."""

    def __init__(self, server):
        self.server = server
        self.client = MlflowClient()
        self.made = collections.Counter()
        self.left_out = []
        self.workspaces = [None]
        self.taken = set()

    def count(self, type_name, many=1):
        self.made[f"mlflow_{type_name}"] += many

    def rest(self, method, path, body=None):
        return self.server.call(method, path, body, self.workspace)

    def round(self, at):
        if at < 6:
            self.a_workspace(at)
        self.workspace = self.workspaces[at % len(self.workspaces)]
        mlflow.set_workspace(self.workspace or "default")
        self.an_experiment(at)
        model = self.a_model(at)
        prompt = self.a_prompt(at)
        endpoint = self.a_gateway(at)
        user = self.a_user(at)
        self.what_it_may(at, user, {"registered_model": model, "prompt": prompt, "gateway_endpoint": endpoint})
        self.a_webhook(at)

    def name(self, of, at, *lists):
        """A name that no other object of this type has in the workspace."""
        name = pick(at, *(name for names in lists for name in names))
        while (of, self.workspace, name) in self.taken:
            name += f"-{at}"
        self.taken.add((of, self.workspace, name))
        return name

    def a_workspace(self, at):
        name = ["for", "a--b", "null", "01", "x" * 63, "team-a"][at]
        body = {"name": name, "description": text(at)}
        if at % 2:
            body["default_artifact_root"] = f"s3://bucket/{name}"
        self.server.call("POST", "/api/3.0/mlflow/workspaces", body)
        self.workspaces.append(name)
        self.count("workspace")

    def an_experiment(self, at):
        name = self.name("experiment", at, NAMES, RESPELT, FREE, WORDS)
        tags = {"mlflow.note.content": text(at), "mlflow.experimentKind": "custom", **some_tags(at)}
        if at % 3 == 0:
            tags["mlflow.trace.archivalRetention"] = json.dumps({"type": "duration", "value": "30d"})
        self.client.create_experiment(name, tags=tags)
        self.count("experiment")
        # Whoever makes something may manage it, also what is gone.
        self.count("permission", 2)
        gone = self.client.create_experiment(self.name("experiment", at, ["gone"]))
        self.client.delete_experiment(gone)

    def a_model(self, at):
        name = self.name("model", at, WORDS, NAMES)
        tags = {"mlflow.sharedViewState.x": "ui", **some_tags(at + 1)}
        self.client.create_registered_model(name, tags=tags, description=text(at + 3))
        self.count("registered_model")
        self.count("permission")
        for number in (1, 2):
            version = {
                "name": name,
                "source": f"s3://bucket/a b/{number}?é='\"${{x}}",
                "description": text(at + number),
                "tags": [{"key": key, "value": value} for key, value in some_tags(at + number).items()],
                "run_link": "https://ci.example.com/${run}?a=1&b=%{2}",
            }
            self.rest("POST", "/api/2.0/mlflow/model-versions/create", version)
            self.count("model_version")
        for alias, version in (("champion", "2"), (["1", "-", "é", "for", "v"][at % 5], "1")):
            body = {"name": name, "alias": alias, "version": version}
            self.rest("POST", "/api/2.0/mlflow/registered-models/alias", body)
            self.count("registered_model_alias")
        return name

    def a_prompt(self, at):
        name = self.name("prompt", at, [f"p{word}" for word in WORDS])
        template = text(at + 5) + "{{ name }} $%{x}\r\n${y}"
        if at % 2:
            template = [{"role": "system", "content": template}, {"role": "user", "content": text(at)}]
        mlflow.genai.register_prompt(
            name,
            template,
            commit_message=text(at + 7),
            tags=some_tags(at + 2),
            response_format=json.loads(FORMATS[at % 3]),
            model_config={"temperature": 1.0, "max_tokens": 5, "extra": text(at)} if at % 3 else None,
        )
        self.count("prompt")
        self.count("permission")
        self.count("prompt_version")
        spelt = [
            ("mlflow.prompt.is_prompt", "true"),
            ("mlflow.prompt.text", '[ {"content":"\\u00e9 ${x}", "role":"user"} ]'),
            ("_mlflow_prompt_type", "chat"),
            ("_mlflow_prompt_response_format", FORMATS[(at + 1) % 3]),
        ]
        tags = [{"key": key, "value": value} for key, value in spelt]
        version = {"name": name, "source": "dummy-source", "tags": tags}
        self.rest("POST", "/api/2.0/mlflow/model-versions/create", version)
        self.count("prompt_version")
        mlflow.genai.set_prompt_alias(name, ["live", "a-b", "é", "x1"][at % 4], 2)
        self.count("prompt_alias")
        return name

    def a_gateway(self, at):
        secret = {
            "secret_name": self.name("secret", at, NAMES, RESPELT, FREE, WORDS),
            "provider": ["openai", "azure", "an/odd ${one}"][at % 3],
            "secret_value": {"api_key": f"canary-{at:04}-key", "odd ${key}": "canary-other-key"},
        }
        if at % 2:
            secret["auth_config"] = {"api_version": "2024", "odd key": text(at)}
        secret = self.gateway("secrets/create", secret)["secret"]
        self.count("gateway_secret")
        self.count("permission")
        models = []
        for number in (1, 2):
            definition = {
                "name": self.name("definition", at + number, FREE, WORDS, RESPELT, NAMES),
                "secret_id": secret["secret_id"],
                "provider": secret["provider"],
                "model_name": text(at + number)[:200],
            }
            made = self.gateway("model-definitions/create", definition)["model_definition"]
            models.append({"model_definition_id": made["model_definition_id"], "linkage_type": "PRIMARY"})
            self.count("gateway_model_definition")
            self.count("permission")
        return self.an_endpoint(at, models)

    def an_endpoint(self, at, models):
        endpoint = {"name": self.name("endpoint", at, WORDS), "usage_tracking": at % 4 == 0}
        endpoint["model_configs"] = models[:1]
        if at % 3 == 1:
            weights = [{**model, "weight": weight} for model, weight in zip(models, (0.7, 0.123456789))]
            endpoint |= {"model_configs": weights, "routing_strategy": "REQUEST_BASED_TRAFFIC_SPLIT"}
        elif at % 3 == 2:
            second = {**models[1], "linkage_type": "FALLBACK", "fallback_order": 3}
            endpoint["model_configs"] = [models[0], second]
            endpoint["fallback_config"] = {"strategy": "SEQUENTIAL", "max_attempts": 2}
        endpoint = self.gateway("endpoints/create", endpoint)["endpoint"]
        self.count("gateway_endpoint")
        self.count("permission")
        if at % 4 == 0:
            # The server makes it for the endpoint's traces.
            self.count("experiment")
        for key, value in some_tags(at).items():
            tag = {"endpoint_id": endpoint["endpoint_id"], "key": key, "value": value}
            self.gateway("endpoints/set-tag", tag)
        scope = [("GLOBAL", None), ("WORKSPACE", None), ("ENDPOINT", endpoint["endpoint_id"]), ("USER", text(at))]
        scope, target = scope[at % 4]
        # Two that are equal are two.
        for _ in range(2):
            budget = {
                "budget_unit": "USD",
                "budget_amount": [0, 0.1, 1e21, 12345678.9][at % 4],
                "duration": {"unit": ["DAYS", "MONTHS"][at % 2], "value": at + 1},
                "target_scope": scope,
                "budget_action": ["ALERT", "REJECT"][at % 2],
            } | ({"target_value": target} if target else {})
            self.gateway("budgets/create", budget)
            self.count("gateway_budget_policy")
        return endpoint["endpoint_id"]

    def gateway(self, path, body):
        return self.rest("POST", f"/api/3.0/mlflow/gateway/{path}", body)

    def a_user(self, at):
        name = f"{pick(at, *NAMES, *WORDS, *FREE).replace(':', ';').strip()}-{at}"
        self.server.call("POST", "/api/2.0/mlflow/users/create", {"username": name, "password": PASSWORD})
        self.count("user")
        return name

    def what_it_may(self, at, user, objects):
        for kind, name in objects.items():
            grant = {"username": user, "resource_type": kind, "resource_id": name, "permission": "READ"}
            self.rest("POST", "/api/3.0/mlflow/users/permissions/grant", grant)
            self.count("permission")
        workspace = self.workspace or "default"
        role = {"name": self.name("role", at, NAMES, FREE, WORDS), "workspace": workspace, "description": text(at)[:1000]}
        role = self.server.call("POST", "/api/3.0/mlflow/roles/create", role)["role"]
        self.count("role")
        for kind, pattern, permission in (
            ("registered_model", objects["registered_model"], "EDIT"),
            ("experiment", "*", "READ"),
            ("workspace", "*", "USE"),
        ):
            body = {
                "role_id": role["id"],
                "resource_type": kind,
                "resource_pattern": pattern,
                "permission": permission,
            }
            self.server.call("POST", "/api/3.0/mlflow/roles/permissions/add", body)
        self.server.call("POST", "/api/3.0/mlflow/roles/assign", {"username": user, "role_id": role["id"]})
        self.count("role_assignment")

    def a_webhook(self, at):
        webhook = {
            "name": WORDS[at % 20],
            "url": f"http://user:pw@127.0.0.1:9/{at}?hook={urllib.parse.quote(text(at)[:50])}#end",
            "events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}],
            "description": text(at + 9),
            "status": ["ACTIVE", "DISABLED"][at % 2],
        }
        if at % 3 == 0:
            webhook["secret"] = "canary-secret"
        self.rest("POST", "/api/2.0/mlflow/webhooks", webhook)
        self.count("webhook")

    def what_is_left_out(self):
        """What no configuration can say, and an export has to tell."""
        self.workspace = None
        self.odd_models()
        self.odd_prompts()
        self.odd_gateway()
        for name in ("a:b", *RESPELT):
            self.server.call("POST", "/api/2.0/mlflow/users/create", {"username": name, "password": PASSWORD})
            self.left_out.append(("mlflow_user", name))
            role = {"name": name, "workspace": "default"}
            self.server.call("POST", "/api/3.0/mlflow/roles/create", role)
        self.count("role")
        self.left_out += [("mlflow_role", urllib.parse.quote(name)) for name in RESPELT]

    def odd_models(self):
        """A prompt's version hides those of its model from searches."""
        for name in RESPELT:
            self.model(name)
            self.left_out.append(("mlflow_registered_model", name))
            self.left_out.append(("mlflow_permission", "admin/registered_model/" + urllib.parse.quote(name)))
        self.model("hiding")
        self.count("registered_model")
        self.count("permission")
        for _ in range(2):
            self.version("hiding", "s3://bucket/model")
            self.count("model_version")
        self.version("hiding", "dummy-source", IS_PROMPT | {"mlflow.prompt.text": "of a prompt"})
        self.count("prompt_version")

    def odd_prompts(self):
        self.model("odd name", IS_PROMPT)
        self.left_out.append(("mlflow_prompt", "odd name"))
        self.model("broken", IS_PROMPT)
        self.count("prompt")
        self.count("permission", 2)
        # Both are unreadable, which is told with a warning each.
        self.version("broken", "dummy-source", IS_PROMPT | {"_mlflow_prompt_type": "chat", "mlflow.prompt.text": "{}"})
        self.version("broken", "dummy-source", IS_PROMPT)
        self.version("broken", "s3://bucket/model")

    def odd_gateway(self):
        budget = {
            "budget_unit": "USD",
            "duration": {"unit": "DAYS", "value": 1},
            "target_scope": "GLOBAL",
            "budget_action": "ALERT",
        }
        for amount in ("Infinity", -1):
            made = self.gateway("budgets/create", budget | {"budget_amount": amount})["budget_policy"]
            self.left_out.append(("mlflow_gateway_budget_policy", made["budget_policy_id"]))
        secret = {"secret_name": "goes", "provider": "openai", "secret_value": {"api_key": "canary-key"}}
        secret = self.gateway("secrets/create", secret)["secret"]["secret_id"]
        definition = {"name": "without a secret", "secret_id": secret, "provider": "openai", "model_name": "gpt"}
        definition = self.gateway("model-definitions/create", definition)["model_definition"]
        self.rest("DELETE", "/api/3.0/mlflow/gateway/secrets/delete", {"secret_id": secret})
        self.left_out.append(("mlflow_gateway_model_definition", definition["name"]))
        model = {"model_definition_id": definition["model_definition_id"], "linkage_type": "PRIMARY"}
        endpoint = {"name": "..", "usage_tracking": False, "model_configs": [model]}
        self.gateway("endpoints/create", endpoint)
        self.left_out.append(("mlflow_gateway_endpoint", ".."))
        # Those of the definition and of the endpoint; that of the secret goes with it.
        self.count("permission", 2)

    def model(self, name, tags=None):
        tags = [{"key": key, "value": value} for key, value in (tags or {}).items()]
        self.rest("POST", "/api/2.0/mlflow/registered-models/create", {"name": name, "tags": tags})

    def version(self, name, source, tags=None):
        tags = [{"key": key, "value": value} for key, value in (tags or {}).items()]
        version = {"name": name, "source": source, "tags": tags}
        self.rest("POST", "/api/2.0/mlflow/model-versions/create", version)


def pick(at, *choices):
    """One of the choices; those of a few rounds are far apart."""
    return choices[at * 7 % len(choices)]


def text(at):
    return pick(at, *TEXTS)


def some_tags(at):
    return {pick(at + place, *KEYS): text(at + place) for place in range(2)}


def main():
    filling = Filling(Server())
    at = 0
    while filling.made.total() < int(sys.argv[1]):
        filling.round(at)
        at += 1
    filling.what_is_left_out()
    print(json.dumps({"made": filling.made, "left_out": filling.left_out}))


main()
