#!/usr/bin/env bash
# Mutation testing of one folder: Stryker changes its code in one place at a time, and the tests that mirror the folder must notice.
# Prints the mutants that no test notices and the score. Works in a copy, since the copy's programs stay mutated.
#   eng/mutate.sh Json|Authentication|Layers|FileSystem|Tar [OPTION OF STRYKER…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=${1:?usage: eng/mutate.sh Json|Authentication|Layers|FileSystem|Tar [OPTION OF STRYKER…]}
shift
package=Core
# The tests of the folder, and what those need of other folders. Tests that run programs of the host are left out: they are slow, and a
# folder's own tests must do.
case $folder in
    Json) tests=(Json) without=() ;;
    Authentication) package=Registry tests=(Authentication Fixtures ClientFixture.cs) without=() ;;
    Layers) tests=(Layers Tar/RawTar.cs) without=(OverlayTests UmociTests) ;;
    FileSystem) tests=(FileSystem Layers/AppliedLayers.cs) without=() ;;
    Tar) tests=(Tar) without=(GnuTarReadingTests PythonTarReadingTests TarOutputReadersTests) ;;
    *) echo "$folder is not among the folders that are mutated." >&2; exit 2 ;;
esac

results=$PWD/artifacts/mutation/$folder
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The files as they are now, changed and new ones too.
git ls-files -z --cached --others --exclude-standard --deduplicate -- '*.props' '*.json' eng samples src tests |
    while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
    tar --create --null --files-from=- | tar --extract --directory="$work"

project=tests/ReproBuild.$package.Tests
mv "$work/$project" "$work/all"
mkdir "$work/$project"
cp "$work/all/"*.{csproj,json} "$work/$project"
(cd "$work/all" && cp --parents --recursive "${tests[@]}" "$work/$project")
for class in "${without[@]}"; do rm "$work/$project/$folder/$class.cs"; done
rm -rf "$work/all"

export DOTNET_CLI_UI_LANGUAGE=en RunAnalyzers=false
cd "$work/$project"
nice -n 19 dotnet tool exec dotnet-stryker@5.1.0 --yes -- --config-file "$work/eng/stryker.json" --project "ReproBuild.$package.csproj" \
    --mutate "**/$folder/**/*.cs" --output "$results" --skip-version-check "$@"
