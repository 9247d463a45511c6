#!/usr/bin/env bash
# Prepares everything MaskStudio needs: system libraries and .venv in the checkout. Fast when nothing is to do.
# With --tests also what the tests need from the system.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

window_packages=(
    libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libdbus-1-3 libfontconfig1 fonts-dejavu-core
    libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxcb-image0 libxcb-render-util0
    libxcb-randr0 libxcb-xinerama0
)
test_packages=(xvfb xdotool openbox)
pythons=(python3.14 python3.13 python3.12 python3.11)

has_apt() { command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; }

# Runs a command as root, where that needs no password.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}
may_install() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

lists_are_new=false
update_lists() {
    if $lists_are_new; then return 0; fi
    say "Reading the package lists of the system"
    as_root apt-get update -qq && lists_are_new=true
}

install_packages() {
    update_lists && say "Installing $*" &&
        as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            printf '%s ' "$package"
    done
}

prepare_system() {
    has_apt || return 0
    local missing
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086
    if may_install && install_packages $missing; then return 0; fi
    complain "These system packages are missing and could not be installed here: ${missing% }."
}

# Newest Python of the system's packages, for machines that have none that suits.
install_python() {
    has_apt && may_install && update_lists || return 1
    local python
    for python in "${pythons[@]}"; do
        if apt-cache show "$python-venv" >/dev/null 2>&1; then
            install_packages "$python" "$python-venv" && return 0
        fi
    done
    return 1
}

find_python() { first_suitable_python "${pythons[@]}" python3 python; }

prepare_environment() {
    local environment="$root/.venv" constraints="$root/packaging/constraints.txt" word python
    word=$(fingerprint "$root/pyproject.toml" "$constraints")
    if is_stamped "$environment" "$word"; then return 0; fi
    if ! python=$(find_python); then
        install_python && python=$(find_python) || {
            complain "MaskStudio needs Python 3.11 to 3.14 with its venv module; none was found."
            return 1
        }
    fi
    make_environment "$environment" "$python"
    say "Installing MaskStudio and what it needs into .venv"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint "$constraints" --editable "$root[test,video]"
    stamp "$environment" "$word"
}

packages=("${window_packages[@]}")
if [ "${1:-}" = --tests ]; then packages+=("${test_packages[@]}"); fi
if [ "$(uname -s)" = Linux ]; then prepare_system "${packages[@]}"; fi
prepare_environment
