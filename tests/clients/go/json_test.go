package clients

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

const provider = `
terraform {
  required_providers {
    mlflow = {
      source = "mlflow-rs/mlflow"
    }
  }
}
`

// What Terraform prints as JSON is understood: the schema of every type, plans, and states.
func TestJSON(t *testing.T) {
	name := unique(t)
	host := hostWith(t, provider+configOf("mlflow_webhook", name)+configOf("mlflow_registered_model_alias", name))
	plan := host.plan(t)
	t.Run("schemas", func(t *testing.T) { expectSchemas(t, host.schemas(t)) })
	t.Run("a plan", func(t *testing.T) { expectPlanned(t, plan) })
	t.Run("no secret in a plan", func(t *testing.T) { expectNoSecret(t, plan) })
	host.apply(t)
	t.Run("a state", func(t *testing.T) { expectMade(t, host.state(t)) })
	t.Run("a plan of nothing", func(t *testing.T) { expectActions(t, host.plan(t), tfjson.ActionNoop) })
	host.destroy(t)
	t.Run("a state of nothing", func(t *testing.T) {
		if values := host.state(t).Values; values != nil && len(values.RootModule.Resources) > 0 {
			t.Error("resources are left")
		}
	})
}

func configOf(kind, name string) string {
	at := slices.IndexFunc(objects, func(it object) bool { return it.kind == kind })
	return objects[at].configured(name, objects[at].values[0])
}

func expectSchemas(t *testing.T, schemas *tfjson.ProviderSchemas) {
	if err := schemas.Validate(); err != nil {
		t.Fatal(err)
	}
	ours := schemas.Schemas["registry.terraform.io/mlflow-rs/mlflow"]
	for _, it := range objects {
		schema, found := ours.ResourceSchemas[it.kind]
		if !found || schema.Block.Attributes[it.attribute].Description == "" {
			t.Errorf("%s is not described", it.kind)
		}
	}
	url := ours.ResourceSchemas["mlflow_webhook"].Block.NestedBlocks["http_url_spec"].Block.Attributes
	if !url["secret_wo"].WriteOnly || !url["secret"].Sensitive {
		t.Error("the secrets of a webhook are not told to be secrets")
	}
	if len(ours.Functions) == 0 || len(ours.DataSourceSchemas) == 0 || len(ours.EphemeralResourceSchemas) == 0 {
		t.Error("functions, data sources or ephemeral resources are missing")
	}
}

func expectPlanned(t *testing.T, plan *tfjson.Plan) {
	expectActions(t, plan, tfjson.ActionCreate)
	givenByServer := []string{"mlflow_webhook", "mlflow_model_version"}
	for _, change := range plan.ResourceChanges {
		isUnknown := change.Change.AfterUnknown.(map[string]any)["id"] == true
		if isUnknown != slices.Contains(givenByServer, change.Type) {
			t.Errorf("%s: is its id unknown? %v", change.Address, isUnknown)
		}
	}
}

func expectActions(t *testing.T, plan *tfjson.Plan, action tfjson.Action) {
	t.Helper()
	if len(plan.ResourceChanges) != 5 {
		t.Errorf("%d changes, not 5", len(plan.ResourceChanges))
	}
	for _, change := range plan.ResourceChanges {
		if !slices.Equal(change.Change.Actions, tfjson.Actions{action}) {
			t.Errorf("%s: %v, not %s", change.Address, change.Change.Actions, action)
		}
	}
}

func expectNoSecret(t *testing.T, plan *tfjson.Plan) {
	for _, change := range plan.ResourceChanges {
		if change.Type != "mlflow_webhook" {
			continue
		}
		spec := change.Change.After.(map[string]any)["http_url_spec"].([]any)[0].(map[string]any)
		if spec["secret_wo"] != nil || spec["secret_wo_version"] == nil {
			t.Errorf("what is planned: %v", spec)
		}
	}
}

func expectMade(t *testing.T, state *tfjson.State) {
	made := state.Values.RootModule.Resources
	if len(made) != 5 {
		t.Errorf("%d resources, not 5", len(made))
	}
	for _, it := range made {
		if it.AttributeValues["id"] == nil || it.ProviderName != "registry.terraform.io/mlflow-rs/mlflow" {
			t.Errorf("%s: %v of %s", it.Address, it.AttributeValues, it.ProviderName)
		}
	}
}

// host is Terraform in a folder with a configuration.
type host struct{ terraform *tfexec.Terraform }

func hostWith(t *testing.T, config string) host {
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "main.tf"), []byte(config), 0o600))
	terraform, err := tfexec.NewTerraform(folder, os.Getenv("TF_ACC_TERRAFORM_PATH"))
	must(t, err)
	must(t, terraform.Init(context.Background()))
	return host{terraform}
}

func (it host) plan(t *testing.T) *tfjson.Plan {
	_, err := it.terraform.Plan(context.Background(), tfexec.Out("plan"))
	must(t, err)
	plan, err := it.terraform.ShowPlanFile(context.Background(), "plan")
	must(t, err)
	return plan
}

func (it host) schemas(t *testing.T) *tfjson.ProviderSchemas {
	schemas, err := it.terraform.ProvidersSchema(context.Background())
	must(t, err)
	return schemas
}

func (it host) state(t *testing.T) *tfjson.State {
	state, err := it.terraform.Show(context.Background())
	must(t, err)
	return state
}

func (it host) apply(t *testing.T)   { must(t, it.terraform.Apply(context.Background())) }
func (it host) destroy(t *testing.T) { must(t, it.terraform.Destroy(context.Background())) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
