# Shared by the scripts of this folder, which source it. Sets `root`, the checkout.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '== %s\n' "$*"; }
complain() { printf '!! %s\n' "$*" >&2; }

# Whether an interpreter is of a version that all dependencies come for, and can make environments.
is_suitable_python() {
    "$1" -c '
import sys, venv, ensurepip
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

# Prints the first suitable interpreter among the names given.
first_suitable_python() {
    local name
    for name in "$@"; do
        if command -v "$name" >/dev/null 2>&1 && is_suitable_python "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

# Makes the environment $1 with the interpreter $2 unless a working one is there.
make_environment() {
    if [ -x "$1/bin/python" ] && is_suitable_python "$1/bin/python"; then return 0; fi
    say "Creating $(basename "$1") with $("$2" --version)"
    "$2" -m venv --clear "$1"
}

# One word for the content of files and the place of the checkout: the same word, nothing to do.
fingerprint() { { printf '%s\n' "$root"; cat -- "$@"; } | cksum | tr ' ' '-'; }

is_stamped() { [ "$(cat "$1/.stamp" 2>/dev/null)" = "$2" ] && "$1/bin/python" -c '' 2>/dev/null; }
stamp() { printf '%s\n' "$2" >"$1/.stamp"; }
