#!/bin/sh
# SPDX-License-Identifier: MIT
# What has to be installed.   dependencies.sh check|demo       exits 1 and says what is missing
#                             dependencies.sh install check|demo   installs it (Debian and Ubuntu, as root)
# `demo` is enough to build and to show the plugins; `check` adds the tests, their real peers and the linters.
set -eu

demo_packages='gcc libc6-dev make pkg-config libjansson-dev libc-ares-dev libcurl4-openssl-dev libexpat1-dev
    libsnmp-dev libssl-dev openssl python3-minimal python3'
check_packages="$demo_packages clang libcmocka-dev cppcheck groff man-db python3-pytest python3-pytest-xdist
    nagios-nrpe-plugin nagios-nrpe-server knot nsd dnsmasq-base nginx-light samba-common-bin prometheus-node-exporter krb5-kdc
    krb5-admin-server krb5-user python3-gssapi curl snmpd snmp strace"

packages_for() {
    case $1 in
    demo) echo $demo_packages ;;
    check) echo $check_packages ;;
    *) echo "dependencies.sh: check or demo is wanted, not $1" >&2; exit 2 ;;
    esac
}

missing() {
    for package in $(packages_for "$1"); do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) echo "$package" ;;
        esac
    done
}

# No daemon of an installed package starts: the tests run their own, on loopback.
install_quietly() {
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' > $policy
        chmod 755 $policy
        trap 'rm -f $policy' EXIT
        trap 'exit 130' HUP INT TERM # the shell runs the trap of EXIT only when it exits itself
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

command=${1:-check}
need=$command
[ "$command" != install ] || need=${2:-check}

if ! command -v dpkg-query > /dev/null; then
    echo "This is no Debian system. Needed: $(packages_for "$need"), under the names they have here." >&2
    [ "$command" != install ] || exit 2
    exit 0
fi

packages_for "$need" > /dev/null
wanted=$(missing "$need" | tr '\n' ' ')
[ -n "$wanted" ] || exit 0

if [ "$command" != install ]; then
    echo "missing: $wanted"
    exit 1
fi
if [ "$(id -u)" != 0 ]; then
    echo "Run this first: apt-get install --no-install-recommends $wanted" >&2
    exit 2
fi
echo "installing: $wanted"
install_quietly $wanted
