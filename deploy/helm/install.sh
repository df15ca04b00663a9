#!/bin/sh
# Installs or upgrades with values.yaml and the credentials of the environment. They go through a
# pipe: not into a file, not onto a command line, and with any character in them.
# What follows on this command line is handed to helm: --namespace jira --version 0.9.5 --dry-run
set -eu

: "${PORT_CLIENT_ID:?set it to the client id from Port, Credentials}"
: "${PORT_CLIENT_SECRET:?set it to the client secret from Port, Credentials}"
if [ -z "${JIRA_TOKEN:-}" ]; then
    : "${JIRA_USERNAME:?set JIRA_TOKEN, or JIRA_USERNAME and JIRA_PASSWORD}"
    : "${JIRA_PASSWORD:?set JIRA_TOKEN, or JIRA_USERNAME and JIRA_PASSWORD}"
fi

# A single-quoted text of YAML, whatever is in it.
quoted() {
    printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"
}

secrets() {
    echo "port:"
    echo "  clientId: $(quoted "$PORT_CLIENT_ID")"
    echo "  clientSecret: $(quoted "$PORT_CLIENT_SECRET")"
    echo "integration:"
    echo "  secrets:"
    if [ -n "${JIRA_TOKEN:-}" ]; then
        echo "    token: $(quoted "$JIRA_TOKEN")"
    else
        echo "    username: $(quoted "$JIRA_USERNAME")"
        echo "    password: $(quoted "$JIRA_PASSWORD")"
    fi
    if [ -n "${WEBHOOK_SECRET:-}" ]; then
        echo "    webhookSecret: $(quoted "$WEBHOOK_SECRET")"
    fi
}

helm repo add --force-update port-labs https://port-labs.github.io/helm-charts
secrets | helm upgrade --install jira-server port-labs/port-ocean \
    --values "$(dirname "$0")/values.yaml" --values - "$@"
