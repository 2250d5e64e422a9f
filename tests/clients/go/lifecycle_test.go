// Package clients holds the provider to what Go programs ask of it: those that test with
// terraform-plugin-testing, and those that read what Terraform prints with terraform-json.
package clients

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// object is a type of resource: how one is configured, changed elsewhere, and looked for.
type object struct {
	kind string
	// config takes the name, the value of the attribute that changes, and the secret if it has one.
	config    string
	attribute string
	// values are the first, the second, and the one that somebody sets behind Terraform's back.
	values [3]string
	// drift and look take the name and the id.
	drift func(name, id, value string) request
	look  string
	// secret holds the arguments that no server tells again, for a place in the configuration.
	secret string
}

const versions = `
resource "mlflow_registered_model" "it" {
  name          = %[1]q
  force_destroy = true
}

resource "mlflow_model_version" "one" {
  model_name = mlflow_registered_model.it.name
  source     = "s3://models/one"
}

resource "mlflow_model_version" "two" {
  model_name = mlflow_model_version.one.model_name
  source     = "s3://models/two"
}
`

var described = [3]string{"first", "second", "third"}

// To the server, a prompt is a model.
const (
	lookForModel   = "registered-models/get?name=%[1]s"
	lookForVersion = "model-versions/get?name=%[1]s&version=1"
)

func modelDescribed(name, _, value string) request {
	return patch("registered-models/update", body{"name": name, "description": value})
}

func versionDescribed(name, _, value string) request {
	return patch("model-versions/update", body{"name": name, "version": "1", "description": value})
}

var objects = []object{
	{
		kind: "mlflow_experiment",
		config: `
resource "mlflow_experiment" "it" {
  name        = %[1]q
  description = %[2]q
  tags        = { owner = "risk" }
}`,
		attribute: "description",
		values:    described,
		drift: func(_, id, value string) request {
			return post("experiments/set-experiment-tag", body{"experiment_id": id, "key": "mlflow.note.content", "value": value})
		},
		look: "experiments/get-by-name?experiment_name=%[1]s",
	},
	{
		kind: "mlflow_registered_model",
		config: `
resource "mlflow_registered_model" "it" {
  name        = %[1]q
  description = %[2]q
  tags        = { owner = "risk" }
}`,
		attribute: "description",
		values:    described,
		drift:     modelDescribed,
		look:      lookForModel,
	},
	{
		kind: "mlflow_model_version",
		config: `
resource "mlflow_registered_model" "of" {
  name          = %[1]q
  force_destroy = true
}

resource "mlflow_model_version" "it" {
  model_name  = mlflow_registered_model.of.name
  source      = "s3://models/it"
  description = %[2]q
}`,
		attribute: "description",
		values:    described,
		drift:     versionDescribed,
		look:      lookForVersion,
	},
	{
		kind: "mlflow_registered_model_alias",
		config: versions + `
resource "mlflow_registered_model_alias" "it" {
  model_name = mlflow_model_version.two.model_name
  alias      = "champion"
  version    = %[2]q
}`,
		attribute: "version",
		values:    [3]string{"1", "2", "1"},
		drift: func(name, _, value string) request {
			return post("registered-models/alias", body{"name": name, "alias": "champion", "version": value})
		},
		look: "registered-models/alias?name=%[1]s&alias=champion",
	},
	{
		kind: "mlflow_prompt",
		config: `
resource "mlflow_prompt" "it" {
  name        = %[1]q
  description = %[2]q
}`,
		attribute: "description",
		values:    described,
		drift:     modelDescribed,
		look:      lookForModel,
	},
	{
		kind: "mlflow_prompt_version",
		config: `
resource "mlflow_prompt" "of" {
  name          = %[1]q
  force_destroy = true
}

resource "mlflow_prompt_version" "it" {
  prompt_name    = mlflow_prompt.of.name
  template       = "Greet {{ name }}."
  commit_message = %[2]q
}`,
		attribute: "commit_message",
		values:    described,
		drift:     versionDescribed,
		look:      lookForVersion,
	},
	{
		kind: "mlflow_webhook",
		config: `
resource "mlflow_webhook" "it" {
  name        = %[1]q
  description = %[2]q
  events      = ["model_version.created", "registered_model.created"]

  http_url_spec {
    url = "https://ci.example.com"
    %[3]s
  }
}`,
		attribute: "description",
		values:    described,
		drift: func(_, id, value string) request {
			return patch("webhooks/"+id, body{"description": value})
		},
		look:   "webhooks/%[2]s",
		secret: "secret_wo = \"correct-horse\"\nsecret_wo_version = 1",
	},
}

// Every type is made, changed in place, mended after a change elsewhere, and gone at the end.
func TestLifecycle(t *testing.T) {
	for _, it := range objects {
		t.Run(it.kind, func(t *testing.T) {
			name, id := unique(t), ""
			mended := it.step(name, 1, plancheck.ResourceActionUpdate)
			mended.PreConfig = func() { it.drift(name, id, it.values[2]).send(t) }
			resource.Test(t, resource.TestCase{
				ExternalProviders: ours,
				CheckDestroy:      func(*terraform.State) error { return isGone(fmt.Sprintf(it.look, name, id)) },
				Steps: []resource.TestStep{
					it.step(name, 0, plancheck.ResourceActionCreate, it.remember(&id)),
					it.step(name, 1, plancheck.ResourceActionUpdate),
					mended,
				},
			})
		})
	}
}

// What is imported, by the command or by a block, is what was made: the block's plan is empty. A secret
// cannot be read, and is sent again.
func TestImport(t *testing.T) {
	ways := map[string]resource.ImportStateKind{
		"command":           resource.ImportCommandWithID,
		"block":             resource.ImportBlockWithID,
		"block by identity": resource.ImportBlockWithResourceIdentity,
	}
	for _, it := range objects {
		for way, kind := range ways {
			t.Run(it.kind+" by "+way, func(t *testing.T) {
				it.secret = ""
				imported := resource.TestStep{
					ResourceName:      it.address(),
					ImportState:       true,
					ImportStateKind:   kind,
					ImportStateVerify: kind == resource.ImportCommandWithID,
				}
				resource.Test(t, resource.TestCase{
					ExternalProviders:      ours,
					TerraformVersionChecks: needs(kind == resource.ImportBlockWithResourceIdentity, tfversion.Version1_12_0),
					Steps: []resource.TestStep{
						it.step(unique(t), 0, plancheck.ResourceActionCreate),
						imported,
					},
				})
			})
		}
	}
}

// A query finds what was made, by its identity.
func TestQuery(t *testing.T) {
	for _, it := range objects {
		t.Run(it.kind, func(t *testing.T) {
			found := resource.TestStep{
				Query:             true,
				Config:            fmt.Sprintf("list %q \"all\" {\n  provider = mlflow\n}\n", it.kind),
				QueryResultChecks: []querycheck.QueryResultCheck{querycheck.ExpectLengthAtLeast(it.kind+".all", 1)},
			}
			resource.Test(t, resource.TestCase{
				ExternalProviders:      ours,
				TerraformVersionChecks: needs(true, tfversion.Version1_14_0),
				Steps: []resource.TestStep{
					it.step(unique(t), 0, plancheck.ResourceActionCreate),
					found,
				},
			})
		})
	}
}

func (it object) address() string { return it.kind + ".it" }

func (it object) configured(name, value string) string {
	return fmt.Sprintf(it.config+"%.0[3]s", name, value, it.secret)
}

// step plans this action, shows the value in plan and state, and leaves nothing to do.
func (it object) step(name string, at int, action plancheck.ResourceActionType, more ...statecheck.StateCheck) resource.TestStep {
	at0, value := tfjsonpath.New(it.attribute), knownvalue.StringExact(it.values[at])
	return resource.TestStep{
		Config: it.configured(name, it.values[at]),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(it.address(), action),
				plancheck.ExpectKnownValue(it.address(), at0, value),
			},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
		ConfigStateChecks: append(more,
			statecheck.ExpectKnownValue(it.address(), at0, value),
			statecheck.ExpectKnownValue(it.address(), tfjsonpath.New("id"), knownvalue.NotNull()),
		),
	}
}

// remember keeps the id that the server gave.
func (it object) remember(id *string) statecheck.StateCheck {
	keep := func(value string) error { *id = value; return nil }
	return statecheck.ExpectKnownValue(it.address(), tfjsonpath.New("id"), knownvalue.StringFunc(keep))
}
