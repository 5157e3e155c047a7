#!/usr/bin/env bash
# Packs the packages from two clones of this working tree, in two directories, under another branch, time zone, culture and umask,
# and compares them byte by byte. Give a directory to keep the packages of the first. Nothing but the SDK and git is needed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kept=${1:-$work/packages}
mkdir -p "$kept"

# The files as they are now, changed and new ones too; a remote that SourceLink knows, whatever this clone was made from.
clone() { # DIRECTORY
    git clone --quiet --no-hardlinks . "$1"
    git -C "$1" ls-files -z | (cd "$1" && xargs -0 rm -f)
    git ls-files -z --cached --others --exclude-standard --deduplicate | while IFS= read -r -d '' file; do
        [ ! -e "$file" ] || printf '%s\0' "$file"
    done | tar --create --null --files-from=- | tar --extract --directory="$1"
    git -C "$1" remote set-url origin https://github.com/example/reprobuild
}

pack() { # DIRECTORY OUTPUT [NAME=VALUE…]
    local project
    for project in Core Registry Outputs Conformance; do
        # No build server: one that runs already would keep its own environment.
        env "${@:3}" dotnet pack "$1/src/ReproBuild.$project" --configuration Release --output "$2" --disable-build-servers -p:RunAnalyzers=false \
            > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    done
}

clone "$work/one"
pack "$work/one" "$kept"
clone "$work/another directory with a longer name"
git -C "$work/another directory with a longer name" checkout --quiet --detach
(umask 077 && pack "$work/another directory with a longer name" "$work/again" TZ=Pacific/Chatham LC_ALL=tr_TR.UTF-8)

status=0
for package in "$kept"/*.nupkg "$kept"/*.snupkg; do
    if cmp "$package" "$work/again/${package##*/}"; then
        sha256sum "$package" | sed "s|$kept/||"
    else
        status=1
    fi
done
exit $status
