#!/bin/sh
# Installs the harnesses that `make bench-peers` measures, pinned with their hashes, into benchmarks/.peers.
#
# Called from the repository's root. Nothing of theirs is run while they are installed. Takes minutes, and a gigabyte.
set -eu

place=benchmarks/.peers
mkdir -p "$place"
if ! cmp -s requirements/peers.txt "$place/installed.txt"; then
    .venv/bin/python -m venv --clear "$place/venv"
    "$place/venv/bin/python" -m pip install --quiet --require-hashes --requirement requirements/peers.txt
    cp requirements/peers.txt "$place/installed.txt"
fi
if ! cmp -s benchmarks/peers/package-lock.json "$place/package-lock.json" || [ ! -d "$place/node_modules" ]; then
    cp benchmarks/peers/package.json benchmarks/peers/package-lock.json "$place"
    (cd "$place" && PATH="$PWD/venv/bin:$PATH" npm ci --silent --ignore-scripts --no-audit --no-fund)
fi
