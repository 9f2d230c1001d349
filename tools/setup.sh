#!/bin/sh
# Makes `.venv` with the pinned requirements and the package itself, or leaves it alone where nothing changed since.
#
# Called from the repository's root by `make`. PYTHON names the interpreter; without it `python3` is taken, or the
# newest of the others where that one is too old. uv does the work where it is on the PATH, venv and pip otherwise.
# Both stamps are removed before the work they stand for and written after it: an interrupted setup is done again.
set -eu

PYTHON=${PYTHON:-}
HAS_MODULES='import ensurepip, venv'
IS_NEW_ENOUGH='import sys; sys.exit(sys.version_info < (3, 11))'
VERSION='import sys; print("%d.%d.%d" % sys.version_info[:3])'

fail() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

has_uv() {
    command -v uv >/dev/null 2>&1
}

is_new_enough() {
    "$1" -c "$IS_NEW_ENOUGH" >/dev/null 2>&1
}

is_usable() {
    is_new_enough "$1" && { has_uv || "$1" -c "$HAS_MODULES" >/dev/null 2>&1; }
}

find_python() {
    if [ -n "$PYTHON" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11
    fi
    for candidate; do
        if is_usable "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    if has_uv && [ -z "$PYTHON" ]; then
        echo '>=3.11' # uv knows more places, and fetches one if it must
        return
    fi
    if is_new_enough "$1"; then
        fail "$1 cannot make virtual environments: its module venv or ensurepip is missing." \
            "On Debian and Ubuntu: apt-get install python3-venv. Or name another: make setup PYTHON=/path/to/python3"
    fi
    fail "kiwerk needs Python 3.11 or newer; $1 is $("$1" -c "$VERSION" 2>/dev/null || echo missing)." \
        "Install one, or name the one you have: make setup PYTHON=/path/to/python3"
}

# Twice quiet: errors show, warnings about this machine's own pip settings do not.
pip_install() {
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input "$@"
}

make_environment() {
    python=$(find_python)
    rm -rf .venv
    if has_uv; then
        echo "Setting up .venv with uv ($python)"
        uv venv --quiet --python "$python" .venv
        uv pip sync --quiet --python .venv/bin/python --require-hashes requirements/dev.txt
    else
        echo "Setting up .venv with pip ($python); the first time takes about a minute"
        "$python" -m venv .venv
        pip_install --require-hashes --requirement requirements/dev.txt
    fi
}

install_package() {
    if has_uv; then
        uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
    else
        pip_install --no-deps --no-build-isolation --editable .
    fi
}

# The place is part of the key because an environment holds absolute paths; the requirements, because a fresh
# environment is the only one that holds nothing else.
environment=$(pwd -P && cat requirements/dev.txt tools/setup.sh | cksum)
package=$(cat pyproject.toml kiwerk/__init__.py | cksum)

is_current() { # stamp, key
    [ -x .venv/bin/python ] && [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

is_asked_for_python() {
    [ -z "$PYTHON" ] || [ "$("$PYTHON" -c "$VERSION")" = "$(.venv/bin/python -c "$VERSION")" ]
}

if ! is_current .venv/environment.stamp "$environment" || ! is_asked_for_python; then
    make_environment
    printf '%s\n' "$environment" >.venv/environment.stamp
fi
if ! is_current .venv/package.stamp "$package"; then
    rm -f .venv/package.stamp
    install_package
    printf '%s\n' "$package" >.venv/package.stamp
fi
