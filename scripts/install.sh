#!/usr/bin/env bash
# Puts a built provider where `terraform init` and `tofu init` look before they ask a registry:
# install.sh BINARY
set -euo pipefail
version=$("$1" --version | cut -d' ' -f2)
os=$(uname -s | tr '[:upper:]' '[:lower:]')
arch=$(uname -m | sed -e 's/x86_64/amd64/' -e 's/aarch64/arm64/')
for registry in registry.terraform.io registry.opentofu.org; do
  folder=$HOME/.terraform.d/plugins/$registry/mlflow-rs/mlflow/$version/${os}_$arch
  mkdir -p "$folder"
  install -m 755 "$1" "$folder/terraform-provider-mlflow_v$version"
done
echo "mlflow-rs/mlflow $version is in ~/.terraform.d/plugins: run terraform init (or tofu init) in your configuration."
echo 'Where an earlier build was used before: terraform init -upgrade.'
