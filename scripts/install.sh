#!/usr/bin/env bash
# Puts a built provider where `terraform init` and `tofu init` look before they ask a registry:
# install.sh BINARY
set -euo pipefail
version=$("$1" --version | cut -d' ' -f2 | tr -d '\r')
platform=$("$(dirname "${BASH_SOURCE[0]}")/platform.sh")
case $platform in
  windows_*) plugins=$(cygpath -u "$APPDATA")/terraform.d/plugins shown='%APPDATA%\terraform.d\plugins' suffix=.exe ;;
  *) plugins=$HOME/.terraform.d/plugins shown='~/.terraform.d/plugins' suffix='' ;;
esac
for registry in registry.terraform.io registry.opentofu.org; do
  folder=$plugins/$registry/mlflow-rs/mlflow/$version/$platform
  mkdir -p "$folder"
  install -m 755 "$1" "$folder/terraform-provider-mlflow_v$version$suffix"
done
echo "mlflow-rs/mlflow $version is in $shown: run terraform init (or tofu init) in your configuration."
echo 'Where an earlier build was used before: terraform init -upgrade.'
