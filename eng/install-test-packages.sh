#!/usr/bin/env bash
# Installs what is missing of eng/test-packages.txt. Needs root on Debian; asks the package index only when something is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=()
while IFS='|' read -ra alternatives; do
    for package in "${alternatives[@]}"; do
        ! installed "$package" || continue 2
    done
    missing+=("$(IFS='|'; echo "${alternatives[*]}")")
done < <(grep -v '^#' test-packages.txt)

if [ ${#missing[@]} -eq 0 ]; then
    echo "Test packages: all installed"
    exit 0
fi

echo "Test packages: installing ${missing[*]}"
apt-get -qq update
chosen=()
for alternatives in "${missing[@]}"; do
    for package in ${alternatives//|/ }; do
        if apt-cache show "$package" > /dev/null 2>&1; then
            chosen+=("$package")
            continue 2
        fi
    done
    echo "Test packages: no package $alternatives" >&2
    exit 1
done
DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "${chosen[@]}" > /dev/null
