#!/usr/bin/env bash
# Installs the packed release from a mirror with `terraform init`, and checks the lock file:
# test-release.sh TERRAFORM DIST
set -euo pipefail
terraform=$1 dist=$(realpath "$2")
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
fail() { echo "test-release: $*" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$dist" && sha256sum --check --quiet ./*_SHA256SUMS)
os=$(uname -s | tr '[:upper:]' '[:lower:]')
arch=$(uname -m | sed -e 's/x86_64/amd64/' -e 's/aarch64/arm64/')
zip=$(ls "$dist"/terraform-provider-mlflow_*_"${os}_$arch".zip)
for registry in registry.terraform.io registry.opentofu.org; do
  mkdir -p "$work/mirror/$registry/mlflow-rs/mlflow"
  cp "$zip" "$work/mirror/$registry/mlflow-rs/mlflow/"
done
mkdir "$work/config"
cp "$root"/examples/provider/provider.tf "$root"/examples/functions/webhook_signature/function.tf "$work/config/"
echo "provider_installation { filesystem_mirror { path = \"$work/mirror\" } }" >"$work/rc"
export TF_CLI_CONFIG_FILE=$work/rc CHECKPOINT_DISABLE=1

"$terraform" -chdir="$work/config" init -input=false >"$work/log" || { cat "$work/log" >&2; fail 'init failed'; }
"$terraform" -chdir="$work/config" plan -input=false >"$work/log" || { cat "$work/log" >&2; fail 'plan failed'; }
grep -qF X-MLflow-Signature "$work/log" || { cat "$work/log" >&2; fail 'the installed provider computes nothing'; }
lock=$work/config/.terraform.lock.hcl

# h1 is Go's dirhash: SHA-256 over the sorted lines "HASH  NAME" of what the zip holds.
unpacked=$work/unpacked
mkdir "$unpacked" && (cd "$unpacked" && python3 -m zipfile -e "$zip" .)
h1=$(cd "$unpacked" && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum \
  | openssl dgst -sha256 -binary | base64)
grep -qF "h1:$h1" "$lock" || { cat "$lock" >&2; fail "the lock file lacks h1:$h1"; }

# zh is the zip's own hash. A mirror makes Terraform record h1 only, but a lock file made from a
# registry has zh: it must be accepted for this zip, and another one refused.
zh=$(sha256sum "$zip" | cut -d' ' -f1)
init_with_zh() {
  rm -rf "$work/config/.terraform"
  sed "s/\"h1:[^\"]*\"/\"zh:$1\"/" "$work/first.lock" >"$lock"
  "$terraform" -chdir="$work/config" init -input=false -lockfile="$2" >"$work/log" 2>&1
}
cp "$lock" "$work/first.lock"
init_with_zh "$zh" readonly || { cat "$work/log" >&2; fail "zh:$zh is not accepted"; }
! init_with_zh "${zh//[0-9]/0}" readonly || fail 'a wrong zh is accepted'

echo "test-release: $(basename "$zip") installs, runs and has the expected hashes"
