#!/usr/bin/env bash
# Sets everything up and runs all checks; each is reported, also after one has failed.
# --full runs the long counts; other arguments go to pytest, with paths relative to the checkout.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

bash "$root/packaging/setup.sh" --tests
cd "$root"
bin="$root/.venv/bin"
unset QT_QPA_PLATFORM_PLUGIN_PATH
export QT_QPA_PLATFORM=offscreen

failed=()
check() {
    local name=$1
    shift
    say "$name"
    "$@" || failed+=("$name")
}

check "ruff check" "$bin/ruff" check .
check "ruff format" "$bin/ruff" format --check .
check "mypy" "$bin/mypy"
check "import levels" "$bin/lint-imports"
check "interop environments" bash "$root/packaging/interop.sh"
check "pytest" "$bin/python" -m pytest "$@"

if [ ${#failed[@]} -gt 0 ]; then
    complain "Failed: $(printf '%s, ' "${failed[@]}" | sed 's/, $//')"
    exit 1
fi
