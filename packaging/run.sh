#!/usr/bin/env bash
# Sets MaskStudio up and opens it: on the paths given, else on the bundled sample.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

bash "$root/packaging/setup.sh"

if [ $# -eq 0 ]; then
    # A copy, so that painting leaves the bundled files as they are.
    sample="$root/build/sample"
    mkdir -p "$root/build"
    [ -e "$sample" ] || cp -r "$root/resources/sample" "$sample"
    set -- --images "$sample/images" --layer "ground_truth=$sample/ground_truth.zip" \
        --layer "predictions=$sample/predictions"
fi

maskstudio="$root/.venv/bin/maskstudio"
if [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "Opening MaskStudio"
    exec "$maskstudio" open "$@"
fi

picture="$root/build/maskstudio.png"
mkdir -p "$(dirname "$picture")"
say "There is no display, so the window is drawn into a picture instead"
"$maskstudio" open --screenshot "$picture" "$@"
say "The window as a picture: $picture"
