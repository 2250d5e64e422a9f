#!/usr/bin/env bash
# This machine's platform, as Terraform names it: linux_amd64, darwin_arm64, windows_amd64.
set -euo pipefail
case $(uname -s) in
  MINGW* | MSYS* | CYGWIN*) os=windows ;;
  *) os=$(uname -s | tr '[:upper:]' '[:lower:]') ;;
esac
echo "${os}_$(uname -m | sed -e 's/x86_64/amd64/' -e 's/aarch64/arm64/')"
