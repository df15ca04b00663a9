#!/bin/bash
# Starts the integration in its image: makes room for what it writes, trusts mounted CAs, sets sail.
# With the word probe it checks what a sync needs instead, and ends with 1 where one cannot work.
# Works under any uid and on a read-only root, if only the state directory can be written to.
set -u

app=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${INIT_STATE_DIR:-/tmp/ocean}
authorities=${INIT_CA_DIR:-/usr/local/share/ca-certificates}
cd "$app" || exit 1

# A volume mounted at the state directory hides whatever the image put there, so it is made here.
for folder in "$state/.ocean_cache" "$state/streaming" "$state/tmp"; do
    if ! mkdir -p "$folder" || ! [ -w "$folder" ]; then
        echo "Uid $(id -u) cannot write to $folder: mount a volume at $state that it may write to" \
            "(docker run --tmpfs $state, or an emptyDir in Kubernetes)." >&2
        exit 1
    fi
done
export TMPDIR="$state/tmp"

bundle=$("$app/.venv/bin/python" -I "$app/ca_bundle.py" "$authorities" "$state/ca-bundle.pem") || exit 1
if [ -n "$bundle" ]; then
    export SSL_CERT_FILE="$bundle" REQUESTS_CA_BUNDLE="$bundle"
fi

# exec: signals must reach the integration, and its exit status must be the container's.
if [ "${1:-}" = probe ]; then
    exec "$app/.venv/bin/python" -m checks
fi
exec "$app/.venv/bin/ocean" sail "$@"
