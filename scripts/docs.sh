#!/usr/bin/env bash
# Generates the registry's documentation into a folder: docs.sh PROVIDER TERRAFORM TFPLUGINDOCS OUTPUT
# The schema comes from the provider itself, so tfplugindocs never tries to build one with Go.
set -euo pipefail
provider=$(realpath "$1") terraform=$2 tfplugindocs=$(realpath "$3") output=$4
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/bin" "$work/config"
ln -s "$provider" "$work/bin/terraform-provider-mlflow"
cp examples/provider/provider.tf "$work/config/"
cat >"$work/rc" <<RC
provider_installation {
  dev_overrides { "mlflow-rs/mlflow" = "$work/bin" }
  direct {}
}
RC
TF_CLI_CONFIG_FILE="$work/rc" "$terraform" -chdir="$work/config" providers schema -json \
  | sed 's|"registry\.[a-z.]*/mlflow-rs/mlflow"|"registry.terraform.io/hashicorp/mlflow"|' >"$work/schema.json" # the only namespace that tfplugindocs looks for

# It writes into the folder it is given, and empties that first: a copy keeps ours as it is on failure.
mkdir "$work/provider"
cp -R examples templates "$work/provider/"
# Without identities in the schema (an older Terraform gives none either) their examples are refused.
grep -q resource_identity_schemas "$work/schema.json" || find "$work/provider" -name import-by-identity.tf -delete
PATH="$(dirname "$(command -v "$terraform")"):$PATH" "$tfplugindocs" generate \
  --provider-dir "$work/provider" --provider-name mlflow --rendered-provider-name MLflow \
  --providers-schema "$work/schema.json" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
mkdir -p "$output"
for made in index.md guides resources data-sources functions ephemeral-resources actions list-resources; do
  rm -rf "${output:?}/$made"
  [[ ! -e $work/provider/docs/$made ]] || cp -R "$work/provider/docs/$made" "$output/"
done
