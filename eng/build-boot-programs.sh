#!/usr/bin/env bash
# Builds ReproBuild's own boot programs from their sources. Give a directory to write there; a test does, and compares
# with the binaries in the repository. Needs nasm, clang 14 and lld 14 (Debian 12: nasm clang-14 lld-14).
set -euo pipefail
boot=$(cd "$(dirname "${BASH_SOURCE[0]}")/../src/ReproBuild.Outputs/Boot" && pwd)
bios=${1:-$boot/Bios} uefi=${1:-$boot/Uefi}
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

nasm -f bin -Wall -Werror -o "$bios/bios-loader.bin" "$boot/Bios/bios-loader.asm"

build_stub() { # architecture, LLVM's name of it, more compiler options
  local out=$uefi/uefi-stub-$1.efi target=$2
  shift 2
  clang-14 --target="$target-unknown-windows" -std=c17 -Os -Wall -Wextra -Werror -ffreestanding -fno-builtin -fno-stack-protector \
    -mno-stack-arg-probe "$@" -c -o "$objects/stub.obj" "$boot/Uefi/uefi-stub.c"
  # One section, no relocations, and header space for the sections that a unified kernel image adds.
  lld-link-14 /nologo /subsystem:efi_application /entry:efi_main /nodefaultlib /timestamp:0 /merge:.rdata=.text /filealign:4096 \
    "/out:$out" "$objects/stub.obj"
  chmod 644 "$out"
}
build_stub amd64 x86_64 -mno-red-zone -mno-sse
build_stub arm64 aarch64 -mgeneral-regs-only
