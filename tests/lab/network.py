#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The network of the lab on loopback: a DNS server with the zones of an invented site, and KMS hosts that answer a bind
and nothing else.

    network.py [--many=TARGETS:SILENT] [-- COMMAND [ARGUMENT...]]

Runs the command with KMS_LAB_DNS (ADDRESS:PORT), KMS_LAB_PORT (it plays 1688) and KMS_LAB_CLOSED_PORT (it plays 1689)
in its environment, and ends with its exit code.  Without a command it prints the three and serves until it gets SIGTERM
or SIGINT.  If anything but a bind was sent to a KMS host, it says so on standard error and never ends with 0.
"""
import contextlib
import os
import signal
import socket
import subprocess
import sys

import loopback
from dns_server import Zone
from documents import DOMAIN
from stage import Stage

SERVICE = "_vlmcs._tcp"
CAN_NOT_START = 127  # as the shell has it

# Every KMS host of the lab: its addresses and its behaviour; "closed" is a machine on which nobody listens.
HOSTS = {
    f"kms01.{DOMAIN}": (["127.0.0.11", "::1"], "genuine"),
    f"kms02.{DOMAIN}": (["127.0.0.12"], "genuine"),
    f"kms03.{DOMAIN}": (["127.0.0.13"], "genuine"),  # not published
    f"nas7.{DOMAIN}": (["127.0.0.77"], "emulator"),
    "kms1.alldead.example.com": (["127.0.0.21"], "closed"),
    "kms2.alldead.example.com": (["127.0.0.22"], "closed"),
    "kms1.onedead.example.com": (["127.0.0.31"], "genuine"),
    "kms2.onedead.example.com": (["127.0.0.32"], "genuine"),
    "kms3.onedead.example.com": (["127.0.0.33"], "closed"),
    "kms1.healthy.example.com": (["127.0.0.41"], "genuine"),
}


def many_hosts(count, silent_count):
    """The targets of many.example.com, each with an address of its own."""
    return {f"{'silent' if number < silent_count else 'kms'}{number:03}.many.example.com":
            ([f"127.1.{number // 250}.{number % 250 + 1}"], "mute" if number < silent_count else "genuine")
            for number in range(count)}


def published(domain, *records):
    """The SRV records of a zone from (priority, port, target)."""
    return {f"{SERVICE}.{domain}": [("SRV", priority, 0, port, target) for priority, port, target in records]}


def address_records(hosts):
    return {name: [("AAAA" if ":" in address else "A", address) for address in addresses]
            for name, (addresses, _) in hosts.items()}


def domain_of(name):
    return name.partition(".")[2]


def zones_of_the_site(hosts, port, closed_port):
    """The zones; each with the addresses of its own hosts."""
    services = {
        DOMAIN: published(DOMAIN, (0, port, f"kms01.{DOMAIN}"), (0, port, f"kms02.{DOMAIN}"),
                          (10, closed_port, f"kms02.{DOMAIN}"), (0, port, f"kms-old.{DOMAIN}"),
                          (0, port, f"nas7.{DOMAIN}")),
        "example.com": {},  # branch.example.com is not in it
        "dmz.example.com": {f"{SERVICE}.dmz.example.com": [("TXT", "served by corp")]},
        "old.example.com": published("old.example.com", (0, 0, ".")),
        "alias.example.com": published("alias.example.com", (0, port, "kms.alias.example.com")) |
                             {"kms.alias.example.com": [("CNAME", f"kms01.{DOMAIN}")]},
        "literal.example.com": published("literal.example.com", (0, port, "127.0.0.11")),
    }
    for zone in ("alldead", "onedead", "healthy", "many"):
        domain = f"{zone}.example.com"
        targets = [name for name in hosts if domain_of(name) == domain]
        services[domain] = published(domain, *((0, port, target) for target in targets)) if targets else {}
    addresses = address_records(hosts)
    zones = {domain: Zone(records | {name: addresses[name] for name in hosts if domain_of(name) == domain})
             for domain, records in services.items()}
    return zones | {"lab.example.com": Zone(rcode="SERVFAIL"), "test.example.com": Zone(rcode="REFUSED")}


class Lab(Stage):
    """The whole site.  `targets` and `silent_targets` are those of many.example.com, which is empty without them; `port`
    is that of every KMS host, a free one without it."""

    def __init__(self, targets=0, silent_targets=0, port=0):
        super().__init__()
        self._wanted_port = port
        self.hosts = HOSTS | many_hosts(targets, silent_targets)
        self.port = None  # plays 1688 on every address of the site
        self.closed_port = None  # plays 1689 on kms02: nobody listens
        self.dns_server = None
        self.listener = {}  # by the name of the host

    @property
    def dns(self):
        return self.dns_server.endpoint

    @property
    def environment(self):
        return {"KMS_LAB_DNS": self.dns, "KMS_LAB_PORT": str(self.port), "KMS_LAB_CLOSED_PORT": str(self.closed_port)}

    def _set(self):
        if not loopback.has_ipv6():
            self.hosts = {name: ([address for address in addresses if ":" not in address], behaviour)
                          for name, (addresses, behaviour) in self.hosts.items()}
        everywhere = [address for addresses, _ in self.hosts.values() for address in addresses]
        sockets = loopback.bind_together([(address, socket.SOCK_STREAM) for address in everywhere], self._wanted_port)
        self.port = sockets[0].getsockname()[1]
        at_address = dict(zip(everywhere, sockets))
        for name, (addresses, behaviour) in self.hosts.items():
            self._open(name, behaviour, [at_address[address] for address in addresses])
        self.closed_port = self.refusing_port(self.hosts[f"kms02.{DOMAIN}"][0][0])
        self.dns_server = self.serve(zones_of_the_site(self.hosts, self.port, self.closed_port))

    def _open(self, name, behaviour, sockets):
        if behaviour == "closed":
            self.keep(sockets)
        elif behaviour == "mute":
            self.mute(sockets)
        else:
            self.listener[name] = self.listen_on(sockets, behaviour)


# ---- the command line


class Child:
    """The command.  It gets SIGTERM when this process does, also while it starts; SIGINT the terminal gives it."""

    def __init__(self):
        self.process = None
        self.was_told = False
        signal.signal(signal.SIGTERM, self._pass_on)
        signal.signal(signal.SIGINT, lambda *_: None)

    def _pass_on(self, *_):
        self.was_told = True
        if self.process:
            self.process.terminate()

    def run(self, command, environment):
        self.process = subprocess.Popen(command, env=environment)
        if self.was_told:
            self.process.terminate()
        code = self.process.wait()
        return code if code >= 0 else 128 - code


def run(lab, command):
    """Runs the command within the lab and returns its exit code."""
    try:
        code = Child().run(command, os.environ | lab.environment)
    except OSError as error:
        print(f"network.py: {command[0]}: {error.strerror}", file=sys.stderr)
        return CAN_NOT_START
    with contextlib.suppress(TimeoutError):  # somebody whom the command left behind may still be connected
        lab.settle()
    return code


def serve(lab, ends):
    for name, value in lab.environment.items():
        print(f"{name}={value}", flush=True)
    signal.sigwait(ends)
    return 0


def report_violations(lab):
    for violation in lab.violations:
        print(f"network.py: not a bind was sent: {violation}", file=sys.stderr)
    return bool(lab.violations)


def read_many(word):
    """The numbers in TARGETS:SILENT, or None."""
    numbers = word.removeprefix("--many=").split(":")
    if word.startswith("--many=") and len(numbers) == 2 and all(number.isdecimal() for number in numbers):
        return int(numbers[0]), int(numbers[1])
    return None


def main(words):
    end = words.index("--") if "--" in words else len(words)
    options, command = words[:end], words[end + 1:]
    many = [read_many(option) for option in options]
    if None in many or len(many) > 1 or (end < len(words) and not command):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    ends = {signal.SIGTERM, signal.SIGINT}
    if not command:
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # in every thread: sigwait takes them
    with Lab(*(many[0] if many else ())) as lab:
        code = run(lab, command) if command else serve(lab, ends)
    return 1 if report_violations(lab) and code == 0 else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
