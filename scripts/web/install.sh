#!/usr/bin/env bash
# Puts the tools that check the page, of the exact versions in package-lock.json, into runs/web-tools. Nothing of them is
# shipped: the page has no dependency but ECharts, which is vendored.
set -euo pipefail
cd "$(dirname "$0")"
to=../../runs/web-tools
# Written last: an installation that was stopped is begun again.
if cmp -s package-lock.json "$to/installed"; then exit 0; fi
bash ../need.sh npm
echo "installing the tools that check the page …"
rm -rf "$to"
mkdir -p "$to"
cp package.json package-lock.json "$to"
(cd "$to" && npm ci --silent --no-audit --no-fund)
cp package-lock.json "$to/installed"
