#!/usr/bin/env bash
# Builds the provider for the platforms that this machine is not, starts what it can start by emulation, and compiles the
# rest: test-platforms.sh. `make test-platforms` sets what it reads: MLFLOW_VENV, CARGO_TARGET_DIR.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD target=$(realpath -m "${CARGO_TARGET_DIR:-target}") cargo=${CARGO:-cargo} python=${PYTHON:-python3}
zig=$root/target/zigbuild/bin
arm=aarch64-unknown-linux-musl windows=x86_64-pc-windows-gnu macs=(x86_64-apple-darwin aarch64-apple-darwin)

main() {
  need_tools
  if command -v rustup >/dev/null; then rustup --quiet target add "$arm" "$windows" "${macs[@]}"; fi
  try linux_arm64
  try windows_amd64
  for mac in "${macs[@]}"; do compile_for_macos "$mac"; done
  printf '\n%s\n' "${results[@]}"
}

need_tools() {
  local missing=()
  command -v qemu-aarch64-static >/dev/null || missing+=(qemu-user-static)
  command -v x86_64-w64-mingw32-gcc >/dev/null || missing+=(gcc-mingw-w64-x86-64)
  wine=$(command -v wine || command -v wine64 || ls /usr/lib/wine/wine64 2>/dev/null) || missing+=(wine64)
  [[ ${#missing[@]} = 0 ]] || {
    echo "test-platforms: missing on this machine: apt install --no-install-recommends ${missing[*]}" >&2
    exit 1
  }
}

# Unit tests, then the suite's own host and Terraform, which take the emulated provider for one of this machine.
try() {
  local platform=$1 folder=$target/platforms/$1
  mkdir -p "$folder"
  "build_$platform"
  unit=$(passed "test_$platform")
  export MLFLOW_TEST_PROVIDER=$folder/terraform-provider-mlflow
  host=$(passed suite protocol::host "${not_here[@]}")
  schema=$(passed suite protocol::traps::schemas)
  functions=$(passed suite functions::)
  lives=$(passed suite applies_plans_clean)
  unset MLFLOW_TEST_PROVIDER MLFLOW_TEST_PARENT
  results+=("$platform: started under ${emulator##*/}: $unit unit tests, $host of the plugin protocol, $schema of the schema," \
    "  $functions of functions, $lives lives of resources on a real MLflow")
}

# How many tests passed; what they say goes to the terminal.
passed() {
  "$@" | tee -a /dev/stderr | sed -n 's/^test result: ok\. \([0-9]*\) passed.*/\1/p' | awk '{ sum += $1 } END { if (!sum) exit 1; print sum }'
}

suite() {
  local filter=$1 && shift
  "$cargo" test --locked --test acceptance -- "$filter" "$@"
}

build_linux_arm64() {
  emulator=$(command -v qemu-aarch64-static) not_here=()
  PATH=$zig:$PATH cargo-zigbuild zigbuild --locked --target "$arm"
  "$python" scripts/imports.py "$target/$arm/debug/terraform-provider-mlflow"
  program "$folder/terraform-provider-mlflow" "exec '$emulator' '$target/$arm/debug/terraform-provider-mlflow' \"\$@\""
}

test_linux_arm64() {
  PATH=$zig:$PATH CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_RUNNER=$emulator cargo-zigbuild test --locked --lib --target "$arm"
}

# What is about signals and sockets in the file system is not there on Windows.
build_windows_amd64() {
  emulator=$wine
  not_here=(--skip interrupts_are_ignored --skip debug_serves_until_interrupted --skip long_tmpdir_is_no_obstacle)
  "$cargo" build --locked --target "$windows"
  local built=$target/$windows/debug
  "$python" scripts/imports.py "$built/terraform-provider-mlflow.exe"
  refuse_the_compilers_library
  # Wine 8 lacks a library of Windows that Rust takes random numbers from.
  x86_64-w64-mingw32-gcc -shared -o "$built/bcryptprimitives.dll" tests/support/bcryptprimitives.c -ladvapi32
  cp "$built/bcryptprimitives.dll" "$built/deps/"
  local settings="export WINEPREFIX='$folder/prefix' WINEDEBUG=-all"
  program "$folder/wine" "$settings" "exec '$wine' \"\$@\""
  program "$folder/terraform-provider-mlflow" "exec '$folder/wine' '$built/terraform-provider-mlflow.exe' \"\$@\""
  # Only a process of Windows can be the parent of one.
  program "$folder/parent" "exec '$folder/wine' cmd.exe /c '$built/terraform-provider-mlflow.exe'"
  export MLFLOW_TEST_PARENT=$folder/parent
  "$folder/wine" wineboot.exe --init
}

test_windows_amd64() {
  CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=$folder/wine "$cargo" test --locked --lib --target "$windows"
}

# A release that asks for it would not start on a bare Windows; that it is noticed is seen here.
refuse_the_compilers_library() {
  local work
  work=$(mktemp -d)
  printf 'LIBRARY VCRUNTIME140.dll\nEXPORTS\nmemmove2\n' >"$work/v.def"
  x86_64-w64-mingw32-dlltool -d "$work/v.def" -l "$work/libv.a"
  echo 'int memmove2(void); int main(void) { return memmove2(); }' >"$work/needy.c"
  x86_64-w64-mingw32-gcc -o "$work/needy.exe" "$work/needy.c" -L"$work" -lv
  if "$python" scripts/imports.py "$work/needy.exe" 2>"$work/told"; then
    echo 'test-platforms: a program that needs VCRUNTIME140.dll is not noticed' >&2
    exit 1
  fi
  grep -q VCRUNTIME140.dll "$work/told"
  rm -r "$work"
}

# There is no linker for macOS here, nor anything to start it with; zig has what C needs.
compile_for_macos() {
  # zig's plain arm64 lacks what each Mac has, and aws-lc asks for.
  PATH=$zig:$PATH CFLAGS_aarch64_apple_darwin=-mcpu=apple_m1 cargo-zigbuild check --locked --lib --bins --target "$1"
  results+=("$1: only compiled, neither linked nor started: that takes macOS")
}

program() {
  local file=$1 && shift
  printf '%s\n' '#!/bin/sh' "$@" >"$file"
  chmod +x "$file"
}

main
