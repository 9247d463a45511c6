#!/usr/bin/env bash
# Prepares .venv-interop, where other vendors' packages live that pin older libraries than ours.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

environment="$root/.venv-interop"
constraints="$root/packaging/interop-constraints.txt"
word=$(fingerprint "$constraints")
if is_stamped "$environment" "$word"; then exit 0; fi

# Oldest first: these packages are late with wheels for a new Python.
python=$(first_suitable_python python3.11 python3.12 python3.13 python3 "$root/.venv/bin/python") || {
    complain "The interop tests need Python 3.11 to 3.14 with its venv module; none was found."
    exit 1
}
make_environment "$environment" "$python"
say "Installing datumaro and wandb into .venv-interop"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
    --only-binary :all: --constraint "$constraints" datumaro wandb \
    click platformdirs rich tifffile # MaskStudio itself runs there too, to log through wandb
stamp "$environment" "$word"
