#!/usr/bin/env bash
# Writes src/*/PublicAPI.Unshipped.txt anew from what is public now. Review the difference: it is the change of the API.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_UI_LANGUAGE=en
log=$(mktemp)
trap 'rm -f "$log"' EXIT

for project in Core Registry Outputs Conformance; do
    directory=src/ReproBuild.$project
    printf '#nullable enable\n' > "$directory/PublicAPI.Unshipped.txt"
    # RS0016 names each symbol that the files lack. As a warning, and without the other analyzers.
    dotnet build "$directory" --no-incremental -p:RunAnalyzers=true -p:TreatWarningsAsErrors=false -p:EnableNETAnalyzers=false \
        -p:EnableTrimAnalyzer=false -p:EnableAotAnalyzer=false -p:EnableSingleFileAnalyzer=false > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
    # The symbol is between the quotation marks that the message has first and last.
    grep -F "$directory/" "$log" | sed -n "s/.*RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u \
        >> "$directory/PublicAPI.Unshipped.txt"
    echo "$directory: $(($(wc -l < "$directory/PublicAPI.Unshipped.txt") - 1)) symbols"
done
