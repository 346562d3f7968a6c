#!/usr/bin/env bash
# The real servers that the acceptance stories need, from Debian's packages.
# Installs the missing ones when it may (root, apt-get); never starts a service. When it may not,
# it says what will be skipped; with CI=true a missing server is a failure.
set -euo pipefail

declare -A PACKAGE_OF=(
    [prometheus]=prometheus
    [prometheus-node-exporter]=prometheus-node-exporter
    [prometheus-blackbox-exporter]=prometheus-blackbox-exporter
    [prometheus-alertmanager]=prometheus-alertmanager
    [nginx]=nginx-light
    [sshd]=openssh-server
    [ip]=iproute2
    [sudo]=sudo
)
PATH="$PATH:/usr/sbin:/sbin"

missing() {
    local program
    for program in "${!PACKAGE_OF[@]}"; do
        command -v "$program" >/dev/null || echo "${PACKAGE_OF[$program]}"
    done | sort
}

# Packages must not start their own copies: this file makes the start scripts decline, and goes.
quietly_installed() {
    local policy=/usr/sbin/policy-rc.d made=""
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        made=yes
    fi
    local rc=0
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -q && apt-get install -q -y --no-install-recommends "$@"; } >/dev/null || rc=$?
    [ -z "$made" ] || rm -f "$policy"
    return "$rc"
}

mapfile -t wanted < <(missing)
if [ "${#wanted[@]}" -gt 0 ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "installing for the acceptance stories: ${wanted[*]}"
    quietly_installed "${wanted[@]}" || echo "apt-get could not install them" >&2
    mapfile -t wanted < <(missing)
fi

reasons=()
[ "${#wanted[@]}" -eq 0 ] || reasons+=("missing: ${wanted[*]} (apt-get install ${wanted[*]})")
[ "$(id -u)" -eq 0 ] || reasons+=("installing an init script needs root")
if [ "${#reasons[@]}" -gt 0 ]; then
    echo "the acceptance stories on real web services will be skipped:" "${reasons[@]}" >&2
    [ "${CI:-}" != "true" ] || exit 1
fi
