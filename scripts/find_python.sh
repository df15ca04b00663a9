#!/bin/sh
# Prints the path of a Python that can make this project's environment, or says how to get one.
# It only looks; PYTHON=/path/to/python overrides the search.

PROBE='
import sys, venv, ensurepip
fits = sys.implementation.name == "cpython" and (3, 12) <= sys.version_info[:2] <= (3, 13)
# Not the python of an environment: it could be the very one that is about to be made anew.
print(getattr(sys, "_base_executable", sys.executable)) if fits and "t" not in sys.abiflags else sys.exit(1)
'

# env: a search must not be misled by variables that are meant for another Python.
probe() {
    env -u PYTHONPATH -u PYTHONHOME "$1" -E -s -c "$PROBE" 2>/dev/null
}

# HOME may be somebody else's (sudo, CI), so the home of the user's record counts as well.
homes() {
    printf '%s\n' "$HOME"
    eval "printf '%s\\n' ~$(id -un)" 2>/dev/null
}

# A pyenv shim runs only the versions that are switched on; the others lie beside the shims.
pyenv_roots() {
    printf '%s\n' "$PYENV_ROOT"
    printf '%s\n' "$PATH" | tr ':' '\n' | sed -n 's|/shims/*$||p'
    homes | sed 's|$|/.pyenv|'
}

# Every one on the PATH, not the first alone: that may be a shim which refuses.
on_path() {
    printf '%s\n' "$PATH" | tr ':' '\n' | sed "s|\$|/$1|"
}

candidates() {
    for name in python3.12 python3.13 python3 python; do
        on_path "$name"
    done
    for version in 3.12 3.13; do
        pyenv_roots | while IFS= read -r root; do
            ls -d "$root/versions/$version"*/bin/python3
        done
        homes | while IFS= read -r home; do
            ls -d "${UV_PYTHON_INSTALL_DIR:-$home/.local/share/uv/python}/cpython-$version"*/bin/python3 \
                "${ASDF_DATA_DIR:-$home/.asdf}/installs/python/$version"*/bin/python3 \
                "${MISE_DATA_DIR:-$home/.local/share/mise}/installs/python/$version"*/bin/python3
        done
        for place in /opt/homebrew/bin /usr/local/bin /usr/bin \
            "/opt/homebrew/opt/python@$version/bin" "/usr/local/opt/python@$version/bin" \
            "/Library/Frameworks/Python.framework/Versions/$version/bin" \
            "/opt/python/$version/bin"; do
            printf '%s\n' "$place/python$version"
        done
        ls -d "/opt/hostedtoolcache/Python/$version"*/*/bin/python3
    done
}

if [ -n "$PYTHON" ]; then
    probe "$PYTHON" && exit 0
    echo "PYTHON=$PYTHON is not a Python 3.12 or 3.13 with the modules venv and ensurepip." >&2
    exit 1
fi

found=$(candidates 2>/dev/null | while IFS= read -r candidate; do
    [ -x "$candidate" ] && probe "$candidate" && break
done)
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    exit 0
fi

cat >&2 <<'HELP'
No Python 3.12 or 3.13 with the modules venv and ensurepip was found. To install one:
  Debian 13                sudo apt-get install python3 python3-venv
  Ubuntu 24.04             sudo apt-get install python3.12 python3.12-venv
  Fedora                   sudo dnf install python3.12
  macOS                    brew install python@3.12
  pyenv, on any system     pyenv install 3.12
Or name one that is installed elsewhere: make PYTHON=/path/to/python3.12 …
HELP
exit 1
