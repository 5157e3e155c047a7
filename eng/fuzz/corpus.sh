#!/usr/bin/env bash
# Adds to the corpus what fuzzing a target with eng/fuzz/run.sh found: of the inputs that reach what no smaller one does, the smallest,
# as long as the target's folder has less than 20 KB. eng/fuzz/corpus.sh TARGET
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target=$1
corpus=tests/ReproBuild.Fuzz.Tests/Corpus/$target
work=${REPROBUILD_FUZZ_DIRECTORY:-$PWD/artifacts/fuzz}
most=$((20 * 1024))
inputs=$work/$target/inputs smallest=$work/$target/smallest

rm -rf "$inputs" "$smallest"
mkdir -p "$inputs"
cp "$work/$target"/out/default/queue/id* "$corpus"/* "$inputs"
export DOTNET_TieredPGO=0 DOTNET_gcConcurrent=0 AFL_SKIP_BIN_CHECK=1 AFL_ALLOW_TMP=1 AFL_FORKSRV_INIT_TMOUT=300000
afl-cmin -i "$inputs" -o "$smallest" -t 60000 -m none \
    -- "$(readlink -f "$(command -v dotnet)")" "$work/program/ReproBuild.Fuzz.Tests.dll" "$target" > "$work/$target/log" 2>&1

size=$(cat "$corpus"/* | wc -c)
find "$smallest" -type f -printf '%s %p\n' | sort -n | while read -r length file; do
    [ $((size + length)) -le $most ] || break
    name=$(sha256sum "$file" | cut -c 1-12)
    if ! sha256sum "$corpus"/* | cut -c 1-12 | grep -q "^$name"; then
        cp "$file" "$corpus/$name"
        size=$((size + length))
    fi
done
echo "$target: $(find "$corpus" -type f | wc -l) inputs, $(cat "$corpus"/* | wc -c) bytes"
