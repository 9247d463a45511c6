#!/usr/bin/env bash
# Prepares .venv-interop and .venv-interop-labelbox, where other vendors' packages live that pin older
# libraries than ours; the Labelbox SDK cannot share an environment with datumaro either.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# Makes the environment $1 with the constraints $2; the rest goes to pip.
prepare() {
    local environment="$root/$1" constraints="$root/packaging/$2" word python
    shift 2
    word=$(fingerprint "$constraints")
    if is_stamped "$environment" "$word"; then return 0; fi
    # Oldest first: these packages are late with wheels for a new Python.
    python=$(first_suitable_python python3.11 python3.12 python3.13 python3 "$root/.venv/bin/python") || {
        complain "The interop tests need Python 3.11 to 3.14 with its venv module; none was found."
        exit 1
    }
    make_environment "$environment" "$python"
    say "Installing other vendors' packages into $(basename "$environment")"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
        --only-binary :all: --constraint "$constraints" "$@"
    stamp "$environment" "$word"
}

# MaskStudio itself runs in the first one too, to log through wandb.
prepare .venv-interop interop-constraints.txt \
    datumaro wandb click platformdirs rich tifffile
# The extra `data` of labelbox by name: pyGeoTile comes as source alone, everything else as wheels.
prepare .venv-interop-labelbox interop-labelbox-constraints.txt --no-binary pygeotile \
    labelbox imagesize numpy opencv-python-headless pillow pygeotile pyproj shapely
