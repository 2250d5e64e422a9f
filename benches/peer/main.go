// A provider that does nothing, on the usual Go plugin framework: what any provider costs there.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const address = "registry.terraform.io/bench/peer"

func main() {
	options := providerserver.ServeOpts{Address: address}
	if err := providerserver.Serve(context.Background(), func() provider.Provider { return peer{} }, options); err != nil {
		log.Fatal(err)
	}
}

type peer struct{}

func (peer) Metadata(_ context.Context, _ provider.MetadataRequest, answer *provider.MetadataResponse) {
	answer.TypeName = "peer"
}

func (peer) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (peer) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (peer) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (peer) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return nothing{} },
		func() resource.Resource { return alike{} },
	}
}

// nothing is a resource that exists in state only.
type nothing struct{}

func (nothing) Metadata(_ context.Context, _ resource.MetadataRequest, answer *resource.MetadataResponse) {
	answer.TypeName = "peer_nothing"
}

func (nothing) Schema(_ context.Context, _ resource.SchemaRequest, answer *resource.SchemaResponse) {
	answer.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{Required: true},
	}}
}

func (nothing) Create(_ context.Context, request resource.CreateRequest, answer *resource.CreateResponse) {
	answer.State.Raw = request.Plan.Raw
}

// Read leaves the state as it is.
func (nothing) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (nothing) Update(_ context.Context, request resource.UpdateRequest, answer *resource.UpdateResponse) {
	answer.State.Raw = request.Plan.Raw
}

func (nothing) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// alike does nothing either, and has the arguments of a webhook: what any such resource costs there.
type alike struct{ nothing }

func (alike) Metadata(_ context.Context, _ resource.MetadataRequest, answer *resource.MetadataResponse) {
	answer.TypeName = "peer_alike"
}

func (alike) Schema(_ context.Context, _ resource.SchemaRequest, answer *resource.SchemaResponse) {
	text := schema.StringAttribute{Optional: true}
	needed := schema.StringAttribute{Required: true}
	secret := schema.StringAttribute{Optional: true, Sensitive: true}
	number := schema.Int64Attribute{Optional: true}
	kept := schema.Int64Attribute{Computed: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()}}
	answer.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"id":                     schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
			"name":                   text,
			"model_name":             text,
			"events":                 schema.SetAttribute{Required: true, ElementType: types.StringType},
			"description":            text,
			"status":                 schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("ACTIVE")},
			"creation_timestamp":     kept,
			"last_updated_timestamp": kept,
		},
		Blocks: map[string]schema.Block{
			"http_url_spec": block(map[string]schema.Attribute{
				"url": needed, "secret": secret, "secret_wo": secret, "secret_wo_version": number,
				"authorization": secret, "authorization_wo": secret, "authorization_wo_version": number,
				"enable_ssl_verification": schema.BoolAttribute{Optional: true},
			}),
			"job_spec": block(map[string]schema.Attribute{
				"job_id": needed, "workspace_url": text,
				"access_token": secret, "access_token_wo": secret, "access_token_wo_version": number,
			}),
		},
	}
}

func block(attributes map[string]schema.Attribute) schema.Block {
	return schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: attributes}}
}

func (alike) Create(ctx context.Context, request resource.CreateRequest, answer *resource.CreateResponse) {
	answer.State.Raw = request.Plan.Raw
	answer.Diagnostics.Append(answer.State.SetAttribute(ctx, path.Root("id"), "0b9ae1c2-6a0e-4b5e-9f59-6a5e3d1c8f27")...)
	for _, name := range []string{"creation_timestamp", "last_updated_timestamp"} {
		answer.Diagnostics.Append(answer.State.SetAttribute(ctx, path.Root(name), int64(1795401131))...)
	}
}
