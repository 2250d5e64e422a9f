#!/usr/bin/env bash
# Generates the registry's documentation into a folder: docs.sh SCHEMA TFPLUGINDOCS OUTPUT
# SCHEMA is what `cargo run --example schema` prints, so tfplugindocs never tries to build a provider.
set -euo pipefail
schema=$(realpath "$1") tfplugindocs=$(realpath "$2") output=$3
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# It writes into the folder it is given, and empties that first: a copy keeps ours as it is on failure.
cp -R examples templates "$work/"
"$tfplugindocs" generate --provider-dir "$work" --provider-name mlflow --rendered-provider-name MLflow \
  --providers-schema "$schema" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
"${PYTHON:-python3}" scripts/complete_pages.py "$schema" "$work/docs"
mkdir -p "$output"
for made in index.md guides resources data-sources functions ephemeral-resources actions list-resources; do
  rm -rf "${output:?}/$made"
  [[ ! -e $work/docs/$made ]] || cp -R "$work/docs/$made" "$output/"
done
