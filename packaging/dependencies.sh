#!/bin/sh
# SPDX-License-Identifier: MIT
# What has to be installed.   dependencies.sh NEED           exits 1 and says what is missing
#                             dependencies.sh install NEED   installs it (Debian and Ubuntu, as root)
# NEED is `demo`, enough to build and to show the plugins; `check`, which adds the tests, their real peers and the
# linters; `daemons`, Nagios and Icinga and what stores their data; `deb` and `rpm`, what builds a package;
# `packages`, what looks at both;
# `screenshots`, the web interfaces and a browser.
set -eu

demo_packages='gcc libc6-dev make pkg-config libjansson-dev libc-ares-dev libcurl4-openssl-dev libexpat1-dev
    libsnmp-dev libssl-dev openssl python3-minimal python3'
check_packages="$demo_packages clang libcmocka-dev cppcheck groff man-db python3-pytest python3-pytest-xdist
    nagios-nrpe-plugin nagios-nrpe-server knot nsd dnsmasq-base nginx-light samba-common-bin prometheus-node-exporter krb5-kdc
    krb5-admin-server krb5-user python3-gssapi curl snmpd snmp strace openssh-client nagios4-core nagios4-common icinga2-bin
    icinga2-common"
daemons_packages="$demo_packages python3-pytest nagios4-core nagios4-common icinga2-bin icinga2-common
    monitoring-plugins-basic influxdb prometheus icingacli icingaweb2-module-director php-pgsql postgresql postgresql-client"
deb_packages="$demo_packages build-essential debhelper libcmocka-dev"
rpm_packages="$demo_packages rpm libcmocka-dev git"
packages_packages="$deb_packages $rpm_packages python3-pytest lintian nagios4-core nagios4-common icinga2-bin icinga2-common
    monitoring-plugins-basic"
screenshots_packages="$demo_packages chromium chromium-driver fonts-dejavu-core fonts-liberation nagios4-core nagios4-cgi
    monitoring-plugins-basic icinga2-bin icinga2-common icinga2-ido-pgsql postgresql php-cli php-pgsql icingaweb2
    php-icinga icingaweb2-module-monitoring"

packages_for() {
    case $1 in
    demo) echo $demo_packages ;;
    check) echo $check_packages ;;
    daemons) echo $daemons_packages ;;
    deb) echo $deb_packages ;;
    rpm) echo $rpm_packages ;;
    packages) echo $packages_packages ;;
    screenshots) echo $screenshots_packages ;;
    *) echo "dependencies.sh: demo, check, daemons, deb, rpm, packages or screenshots is wanted, not $1" >&2; exit 2 ;;
    esac
}

missing() {
    for package in $(packages_for "$1" | tr ' ' '\n' | sort -u); do
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

packages_for "$need" > /dev/null
if ! command -v dpkg-query > /dev/null; then
    echo "This is no Debian system. Needed: $(packages_for "$need"), under the names they have here." >&2
    [ "$command" != install ] || exit 2
    exit 0
fi

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
