#!/usr/bin/env bash
# Fuzzes readers, guided by coverage: eng/fuzz/run.sh [TARGET|all] [MINUTES]. Needs Debian's afl++ and SharpFuzz, which it installs beside
# its work. It prints a row for each target; what it found is in artifacts/fuzz/TARGET/out. See docs/testing.md. With
# REPROBUILD_FUZZ_AGAIN=1 the program of the last run is taken, so that targets can be fuzzed side by side.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

chosen=${1:-all} minutes=${2:-10}
corpus=tests/ReproBuild.Fuzz.Tests/Corpus
work=${REPROBUILD_FUZZ_DIRECTORY:-$PWD/artifacts/fuzz}
program=$work/program
command -v afl-fuzz > /dev/null || { echo "afl-fuzz is missing: apt-get install afl++" >&2; exit 1; }

if [ -z "${REPROBUILD_FUZZ_AGAIN:-}" ]; then
    rm -rf "$program"
    dotnet publish eng/fuzz/Fuzz.csproj -c Release -v q --nologo -o "$program"
    [ -x "$work/tool/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$work/tool"
    # What is read is read by these, and by the libraries that read for them.
    for library in ReproBuild.Core ReproBuild.Registry ReproBuild.Outputs SharpCompress YamlDotNet; do
        "$work/tool/sharpfuzz" "$program/$library.dll"
    done
fi

# Memory that an input makes grow beyond this is a crash. The rest spares the processor.
export DOTNET_GCHeapHardLimit=0x20000000 DOTNET_TieredPGO=0 DOTNET_gcConcurrent=0
# .NET programs look to AFL like ones without coverage; nobody reads core dumps or the screen.
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1

value() { sed -n "s/^$1 *: //p" "$2"; }

[ "$chosen" != all ] || chosen=$(dotnet "$program/ReproBuild.Fuzz.Tests.dll")
printf '%-20s %12s %10s %8s %8s %8s\n' target executions per-second edges crashes hangs
status=0
for target in $chosen; do
    rm -rf "${work:?}/$target"
    mkdir -p "$work/$target"
    # -t: what takes longer is a hang; a busy machine needs long to compile what reads the first input.
    afl-fuzz -i "$corpus/$target" -o "$work/$target/out" -V $((minutes * 60)) -t 60000 -m none \
        -- dotnet "$program/ReproBuild.Fuzz.Tests.dll" "$target" > "$work/$target/log" 2>&1 || true
    stats=$work/$target/out/default/fuzzer_stats
    if [ ! -e "$stats" ]; then
        tail -n 20 "$work/$target/log" >&2
        status=1
        continue
    fi

    if grep -q 'Skipped .* test cases' "$work/$target/log"; then
        echo "$target: the machine was too busy to read every input of the corpus first; run it again" >&2
        status=1
    fi

    crashes=$(value saved_crashes "$stats") hangs=$(value saved_hangs "$stats")
    printf '%-20s %12s %10s %8s %8s %8s\n' "$target" "$(value execs_done "$stats")" "$(value execs_per_sec "$stats")" \
        "$(value edges_found "$stats")" "$crashes" "$hangs"
    [ "$crashes" = 0 ] && [ "$hangs" = 0 ] || status=1
done
exit $status
