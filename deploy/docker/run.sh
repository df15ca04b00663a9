#!/bin/sh
# Runs the image with the variables of this shell: once, or with LISTENER=POLLING until stopped.
# Values are never on the command line. CA_FILE=/path/to/ca.pem makes it trust your own CA.
set -eu

: "${OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST:?set it to the address of Jira}"
: "${OCEAN__PORT__CLIENT_ID:?set it to the client id from Port, Credentials}"
: "${OCEAN__PORT__CLIENT_SECRET:?set it to the client secret from Port, Credentials}"

image_name=${IMAGE_NAME:-registry.example.com/port-ocean-jira-server:0.1.0}
export OCEAN__PORT__BASE_URL="${OCEAN__PORT__BASE_URL:-https://api.getport.io}"

case ${LISTENER:-ONCE} in
    ONCE) set -- -i --rm -e OCEAN__EVENT_LISTENER='{"type":"ONCE"}' ;;
    POLLING)
        export OCEAN__SCHEDULED_RESYNC_INTERVAL="${OCEAN__SCHEDULED_RESYNC_INTERVAL:-1440}"
        set -- -d --restart unless-stopped --name jira-server \
            -e OCEAN__EVENT_LISTENER='{"type":"POLLING"}' \
            -e OCEAN__SCHEDULED_RESYNC_INTERVAL
        ;;
    *)
        echo "LISTENER is $LISTENER: ONCE or POLLING" >&2
        exit 2
        ;;
esac
if [ -n "${CA_FILE:-}" ]; then
    set -- "$@" -v "$CA_FILE:/usr/local/share/ca-certificates/cert.crt:ro"
fi

exec docker run "$@" \
    --read-only --tmpfs /tmp/ocean:mode=1777 --cap-drop ALL --security-opt no-new-privileges \
    -e OCEAN__INTEGRATION__IDENTIFIER \
    -e OCEAN__INTEGRATION__CONFIG__JIRA_SERVER_HOST \
    -e OCEAN__INTEGRATION__CONFIG__MAX_CONCURRENT_REQUESTS \
    -e OCEAN__INTEGRATION__SECRETS__TOKEN \
    -e OCEAN__INTEGRATION__SECRETS__USERNAME \
    -e OCEAN__INTEGRATION__SECRETS__PASSWORD \
    -e OCEAN__INITIALIZE_PORT_RESOURCES \
    -e OCEAN__SEND_RAW_DATA_EXAMPLES \
    -e OCEAN__PORT__CLIENT_ID \
    -e OCEAN__PORT__CLIENT_SECRET \
    -e OCEAN__PORT__BASE_URL \
    -e HTTPS_PROXY -e HTTP_PROXY -e NO_PROXY \
    "$image_name"
