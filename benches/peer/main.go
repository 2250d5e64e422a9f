// A provider that does nothing, on the usual Go plugin framework: what any provider costs there.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
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
	return []func() resource.Resource{func() resource.Resource { return nothing{} }}
}

// nothing is a resource that exists in state only.
type nothing struct{}

type model struct {
	Name types.String `tfsdk:"name"`
}

func (nothing) Metadata(_ context.Context, _ resource.MetadataRequest, answer *resource.MetadataResponse) {
	answer.TypeName = "peer_nothing"
}

func (nothing) Schema(_ context.Context, _ resource.SchemaRequest, answer *resource.SchemaResponse) {
	answer.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{Required: true},
	}}
}

func (nothing) Create(ctx context.Context, request resource.CreateRequest, answer *resource.CreateResponse) {
	var planned model
	answer.Diagnostics.Append(request.Plan.Get(ctx, &planned)...)
	answer.Diagnostics.Append(answer.State.Set(ctx, planned)...)
}

// Read leaves the state as it is.
func (nothing) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (nothing) Update(ctx context.Context, request resource.UpdateRequest, answer *resource.UpdateResponse) {
	var planned model
	answer.Diagnostics.Append(request.Plan.Get(ctx, &planned)...)
	answer.Diagnostics.Append(answer.State.Set(ctx, planned)...)
}

func (nothing) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
