#!/usr/bin/env bash
# Adds to the corpus what fuzzing a target with eng/fuzz/run.sh found: of the inputs that reached code which none before them did, the
# last ones, which took the longest to find: at most 40, of 2 KB each and 20 KB together. eng/fuzz/corpus.sh TARGET
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

target=$1
corpus=tests/ReproBuild.Fuzz.Tests/Corpus/$target
work=${REPROBUILD_FUZZ_DIRECTORY:-$PWD/artifacts/fuzz}

known=$(sha256sum "$corpus"/* | cut -c 1-12)
count=0 size=0
while read -r length file; do
    name=$(sha256sum "$file" | cut -c 1-12)
    count=$((count + 1)) size=$((size + length))
    [ $count -le 40 ] && [ $size -le 20480 ] || break
    [[ $known == *$name* ]] || cp "$file" "$corpus/$name"
done < <(find "$work/$target/out/default/queue" -name '*+cov' -size -2049c -printf '%s %p\n' | sort -r -k 2)
echo "$target: $(find "$corpus" -type f | wc -l) inputs, $(cat "$corpus"/* | wc -c) bytes"
