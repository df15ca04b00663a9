#!/bin/sh
# Installs or upgrades with values.yaml, the values files that the first words name, and the
# credentials of the environment. What follows on this command line is handed to helm:
#   install.sh own-image live-events --namespace jira-server --version 0.9.5
# helm drops a key that a chart does not have without a word, so the chart is asked for its keys
# first, and nothing is installed when one is missing; UNCHECKED=1 leaves that out. --dry-run changes
# nothing and needs no credentials. Addresses below example.com are refused in the same way.
# Credentials go through a pipe: not into a file, not onto a command line, and with any character.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

stop() {
    printf '%s\n' "$@" >&2
    exit 2
}

words='' files=values.yaml last_first=values.yaml
while [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; do
    case $1 in
    values | *[!a-z0-9-]* | '') known=no ;;
    *) known=yes ;;
    esac
    if [ $known = no ] || ! [ -f "$here/$1.yaml" ]; then
        stop "There is no $1. The words are:" \
            "$(for file in "$here"/*.yaml; do basename "$file" .yaml; done | grep -vx values)"
    fi
    words="$words $1" files="$files $1.yaml" last_first="$1.yaml $last_first"
    shift
done

chosen() {
    case "$words " in *" $1 "*) ;; *) return 1 ;; esac
}

for job in cronjob incremental; do
    for other in cronjob incremental live-events actions; do
        if [ $job != $other ] && chosen $job && chosen $other; then
            stop "$job and $other are not one release: a job ends with its sync."
        fi
    done
done
for word in incremental live-events actions; do
    if chosen $word && ! chosen own-image && [ "${UNCHECKED:-}" != 1 ]; then
        stop "Only this repository's image can do $word: name own-image too, or set UNCHECKED=1."
    fi
done
release=jira-server
! chosen incremental || release=jira-server-incremental

# Of helm's flags: which chart, and whether it is for real.
previous='' version='' devel='' rehearsal=''
for flag; do
    case $previous in --version) version=$flag ;; esac
    case $flag in
    --version=*) version=${flag#*=} ;;
    --devel) devel=--devel ;;
    --dry-run=none | --dry-run=false) rehearsal='' ;;
    --dry-run | --dry-run=*) rehearsal=yes ;;
    esac
    previous=$flag
done

if [ "$rehearsal" ]; then
    # helm prints what it is given.
    PORT_CLIENT_ID=hidden PORT_CLIENT_SECRET=hidden JIRA_TOKEN=hidden
    WEBHOOK_SECRET=${WEBHOOK_SECRET:+hidden}
elif ! chosen existing-secret; then
    : "${PORT_CLIENT_ID:?set it to the client id from Port, Credentials}"
    : "${PORT_CLIENT_SECRET:?set it to the client secret from Port, Credentials}"
    if [ -z "${JIRA_TOKEN:-}" ]; then
        : "${JIRA_USERNAME:?set JIRA_TOKEN, or JIRA_USERNAME and JIRA_PASSWORD}"
        : "${JIRA_PASSWORD:?set JIRA_TOKEN, or JIRA_USERNAME and JIRA_PASSWORD}"
    fi
fi

# The lines of the chosen files that still hold an address of example.com.
examples() {
    # shellcheck disable=SC2086 # names without blanks
    (cd "$here" && awk '
        { line = $0; sub(/^ *#.*/, "", line); sub(/ #.*/, "", line) }
        line ~ /example\.com/ { sub(/^ +/, "", line); print FILENAME ": " line }' $files)
}

if ! [ "$rehearsal" ] && [ "${UNCHECKED:-}" != 1 ]; then
    left=$(examples)
    [ -z "$left" ] || stop "$left" "Put your own address there. Nothing has been installed."
fi

certificates() {
    awk '/-BEGIN CERTIFICATE-/, /-END CERTIFICATE-/ { sub(/\r$/, ""); print "    " $0 }' <"$CA_FILE"
}

if chosen own-ca; then
    : "${CA_FILE:?set it to the file of your CA, in PEM}"
    [ -n "$(certificates)" ] || stop "No certificate in PEM is in $CA_FILE." \
        "Of DER make it: openssl x509 -inform der -in $CA_FILE -out company-ca.pem"
fi

# A single-quoted text of YAML, whatever is in it.
quoted() {
    printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"
}

credentials() {
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

# The variables of all files in one list, as helm takes the last list only.
variables() {
    # shellcheck disable=SC2086 # names without blanks
    (cd "$here" && awk '
        FNR == 1 { inside = 0 }
        /^[^ #-]|^---/ { inside = /^extraEnv:/; next }
        inside && !/^ *#/ { if (!begun++) print "extraEnv:"; print }' $files)
}

piped() {
    chosen existing-secret || credentials
    variables
    if chosen own-ca; then
        echo "selfSignedCertificate:"
        echo "  certificate: |"
        certificates
    fi
}

# Stops unless the chart that is to be installed has the keys of the chosen files.
check() {
    keys=$(helm show values port-labs/port-ocean "$@")
    # shellcheck disable=SC2086 # names without blanks
    printf '%s\n' "$keys" | (cd "$here" && awk -f unknown-keys.awk - $files) >&2 || stop \
        "Nothing has been installed. Take a version of the chart that has it (--version; helm search" \
        "repo port-labs/port-ocean --versions), or the manifests in deploy/kubernetes, which need no" \
        "chart. If you know that the chart takes it all the same: UNCHECKED=1."
    echo "The chart has the keys of $files." >&2
}

helm repo add --force-update port-labs https://port-labs.github.io/helm-charts >&2
[ "${UNCHECKED:-}" = 1 ] || check ${version:+--version "$version"} $devel

set -- --values - "$@"
for file in $last_first; do
    set -- --values "$here/$file" "$@"
done
piped | helm upgrade --install $release port-labs/port-ocean "$@"
