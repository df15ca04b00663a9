#!/bin/sh
# Locks what pyproject.toml asks for, with a poetry of its own and the index that pip is set to.
# The lock must name no index: whoever installs from it may have another one.
set -eu

python=$(sh scripts/find_python.sh)
tool=.run/poetry
plugin=poetry-plugin-pypi-mirror==0.6.5
poetry=poetry==2.5.1

if [ "$(cat "$tool/.complete" 2>/dev/null)" != "$python $poetry $plugin" ]; then
    echo "Setting up $poetry in $tool …" >&2
    "$python" -E -s -m venv --clear "$tool"
    "$tool/bin/python" -m pip install -qq --disable-pip-version-check "$poetry" "$plugin"
    echo "$python $poetry $plugin" >"$tool/.complete"
fi

# Without the mirror plugin poetry asks for JSON, which many company mirrors do not speak.
index=$("$tool/bin/python" - <<'PYTHON'
from pip._internal.configuration import Configuration
from pip._internal.models.index import PyPI

configuration = Configuration(isolated=False)
configuration.load()
print(dict(configuration.items()).get(":env:.index-url")
      or dict(configuration.items()).get("install.index-url")
      or dict(configuration.items()).get("global.index-url")
      or PyPI.simple_url)
PYTHON
)
POETRY_PYPI_MIRROR_URL=$index
POETRY_VIRTUALENVS_CREATE=false
export POETRY_PYPI_MIRROR_URL POETRY_VIRTUALENVS_CREATE
if [ -n "${PIP_CERT:-}" ]; then
    REQUESTS_CA_BUNDLE=$PIP_CERT
    export REQUESTS_CA_BUNDLE
fi
"$tool/bin/python" -m poetry lock --no-interaction "$@"
"$python" -E -s -m scripts.locked
