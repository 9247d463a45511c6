#!/usr/bin/env bash
# Prepares .venv-interop-labelbox: the Labelbox SDK cannot share an environment with datumaro.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

environment="$root/.venv-interop-labelbox"
constraints="$root/packaging/interop-labelbox-constraints.txt"
word=$(fingerprint "$constraints")
if is_stamped "$environment" "$word"; then exit 0; fi

python=$(first_suitable_python python3.11 python3.12 python3.13 python3 "$root/.venv/bin/python") || {
    complain "The interop tests need Python 3.11 to 3.14 with its venv module; none was found."
    exit 1
}
make_environment "$environment" "$python"
say "Installing labelbox into .venv-interop-labelbox"
# Its extra `data` by name: pyGeoTile comes as source alone, everything else as wheels.
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
    --only-binary :all: --no-binary pygeotile --constraint "$constraints" \
    labelbox imagesize numpy opencv-python-headless pillow pygeotile pyproj shapely
stamp "$environment" "$word"
