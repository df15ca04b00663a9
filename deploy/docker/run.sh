#!/bin/sh
# Runs the image with the variables of this shell: once, or with LISTENER=POLLING until stopped.
# Values are never on the command line. CA_FILE=/path/to/ca.pem makes it trust your own CA,
# IMAGE_NAME is another image, PUBLISH the address at which Jira's events arrive. `run.sh probe`
# checks what a sync needs and changes nothing.
set -eu

: "${OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST:?set it to the address of Jira}"
: "${OCEAN__PORT__CLIENT_ID:?set it to the client id from Port, Credentials}"
: "${OCEAN__PORT__CLIENT_SECRET:?set it to the client secret from Port, Credentials}"

image_name=${IMAGE_NAME:-registry.example.com/port-ocean-jira-server:0.1.0}
export OCEAN__PORT__BASE_URL="${OCEAN__PORT__BASE_URL:-https://api.getport.io}"
export OCEAN__INTEGRATION__IDENTIFIER="${OCEAN__INTEGRATION__IDENTIFIER:-jira-server}"

stop() {
    echo "$1" >&2
    exit 2
}

command=''
case "$*" in
    '') ;;
    probe) command='bash /app/init.sh probe' LISTENER=ONCE ;;
    *) stop "There is no $*. The only word is probe." ;;
esac
case ${LISTENER:-ONCE} in
    ONCE)
        if [ -z "$command" ] && [ -n "${OCEAN__BASE_URL:-}${OCEAN__ACTIONS_PROCESSOR__ENABLED:-}" ]; then
            echo "A run that ends takes no live events and no actions: LISTENER=POLLING does." >&2
        fi
        set -- -i --rm -e OCEAN__EVENT_LISTENER='{"type":"ONCE"}'
        ;;
    POLLING)
        export OCEAN__SCHEDULED_RESYNC_INTERVAL="${OCEAN__SCHEDULED_RESYNC_INTERVAL:-1440}"
        set -- -d --restart unless-stopped --name jira-server \
            -e OCEAN__EVENT_LISTENER='{"type":"POLLING"}' \
            -e OCEAN__SCHEDULED_RESYNC_INTERVAL
        if [ -n "${OCEAN__BASE_URL:-}" ]; then
            set -- "$@" -p "${PUBLISH:-8000}:8000"
        fi
        ;;
    *) stop "LISTENER is $LISTENER: ONCE or POLLING" ;;
esac
if [ -n "${CA_FILE:-}" ]; then
    set -- "$@" -v "$CA_FILE:/usr/local/share/ca-certificates/cert.crt:ro"
fi
# What is not set, or set to nothing, is not handed on.
for name in \
    OCEAN__INTEGRATION__CONFIG__MAX_CONCURRENT_REQUESTS \
    OCEAN__INTEGRATION__CONFIG__CREATE_WEBHOOK \
    OCEAN__INTEGRATION__CONFIG__TOKEN \
    OCEAN__INTEGRATION__CONFIG__USERNAME \
    OCEAN__INTEGRATION__CONFIG__PASSWORD \
    OCEAN__INTEGRATION__CONFIG__WEBHOOK_SECRET \
    OCEAN__INTEGRATION__SECRETS__TOKEN \
    OCEAN__INTEGRATION__SECRETS__USERNAME \
    OCEAN__INTEGRATION__SECRETS__PASSWORD \
    OCEAN__INTEGRATION__SECRETS__WEBHOOK_SECRET \
    OCEAN__INTEGRATION__INCREMENTAL_SYNC_ENABLED \
    OCEAN__INTEGRATION__INCREMENTAL_SYNC_INTERVAL \
    OCEAN__BASE_URL \
    OCEAN__ACTIONS_PROCESSOR__ENABLED \
    OCEAN__ACTIONS_PROCESSOR__WORKERS_COUNT \
    OCEAN__ACTIONS_PROCESSOR__POLL_CHECK_INTERVAL_SECONDS \
    OCEAN__INITIALIZE_PORT_RESOURCES \
    OCEAN__SEND_RAW_DATA_EXAMPLES \
    OCEAN__CLIENT_TIMEOUT \
    OCEAN__SSL__THIRD_PARTY__X509__STRICT \
    APPLICATION__LOG_LEVEL \
    HTTPS_PROXY HTTP_PROXY NO_PROXY; do
    eval "value=\${$name:-}"
    [ -z "$value" ] || set -- "$@" -e "$name"
done

# shellcheck disable=SC2086 # the command is words
exec docker run "$@" \
    --read-only --tmpfs /tmp/ocean:mode=1777 --cap-drop ALL --security-opt no-new-privileges \
    -e OCEAN__INTEGRATION__IDENTIFIER \
    -e OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST \
    -e OCEAN__PORT__CLIENT_ID \
    -e OCEAN__PORT__CLIENT_SECRET \
    -e OCEAN__PORT__BASE_URL \
    "$image_name" $command
