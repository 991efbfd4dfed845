#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Shows the plugins at work on the lab: alerts with their exit codes, as a monitoring system would get them."""
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import documents
from certificates import Certificates
from network import Lab
from stage import Stage

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))

SCENES = [
    ("A KMS host for desktops with a thin margin", "kms01", "slmgr",
     "check_kms_host --input={file} -H kms01 --floor=25"),
    ("The same count where only servers use the host", "kms01", "json", "check_kms_host --input={file} --floor=5"),
    ("An old host that counts five, asked to serve desktops", "kms02", "json", "check_kms_host --input={file} --floor=25"),
    ("A rebuilt host that was never activated", "kms03", "slmgr", "check_kms_host --input={file} -H kms03"),
    ("A healthy desktop", "wks-001", "slmgr", "check_kms_client --input={file} -H wks-001"),
    ("A desktop in Notification", "wks-025", "json", "check_kms_client --input={file}"),
    ("No renewal for twenty days", "wks-022", "json",
     "check_kms_client --input={file} --expect=kms02.corp.example.com"),
    ("Activated by Active Directory", "wks-029", "slmgr", "check_kms_client --input={file} -H wks-029"),
    ("Activated by MAK: KMS rules do not apply", "wks-030", "slmgr", "check_kms_client --input={file} -H wks-030"),
    ("A document of another machine", "wks-001", "json", "check_kms_client --input={file} -H wks-002"),
    ("A slip in an option", "wks-001", "json", "check_kms_client --input={file} --wraning=120:"),
]
PLANNED = ",".join(f"kms0{number}.{documents.DOMAIN}" for number in (1, 2, 3))
REACH_SCENES = [
    ("A domain with a retired host, a left-over record and an emulator",
     f"check_kms_reach -D {documents.DOMAIN} --dns-server={{dns}} --expect={PLANNED} --explain=short"),
    ("A domain whose only KMS host is fine", "check_kms_reach -D healthy.example.com --dns-server={dns}"),
    ("One of three KMS hosts is dead", "check_kms_reach -D onedead.example.com --dns-server={dns} --explain=short"),
    ("All of them are dead", "check_kms_reach -D alldead.example.com --dns-server={dns}"),
    ("A domain without the SRV record", "check_kms_reach -D branch.example.com --dns-server={dns}"),
    ("A DNS server that fails", "check_kms_reach -D lab.example.com --dns-server={dns} --explain=none"),
    ("One host, as clients see it that are fixed to it",
     f"check_kms_reach -H kms01.{documents.DOMAIN}:{{port}} --dns-server={{dns}} --explain=none -v"),
]
# Agents over HTTP: title, kind, machine, certificate of the agent, command.  Each wants the password PASSWORD.
PASSWORD = "of-the-agent"
AGENT_SCENES = [
    ("A KMS host, asked through NSClient++, whose certificate is known by its key", "nscp", "kms01", "self_signed",
     "check_kms_host {agent} --pin={pin} --floor=25"),
    ("A failing client, asked through WinRM: nothing is installed there", "winrm", "wks-025", "server",
     "check_kms_client {agent} --auth=basic --user=monitoring --ca-cert={ca}"),
    ("A healthy client, asked through Icinga for Windows", "ifw", "wks-001", "server",
     "check_kms_client {agent} --user=monitoring --ca-cert={ca} -v"),
    ("A KMS host with a low count, asked through windows_exporter", "exporter", "kms02", "server",
     "check_kms_host {agent} --user=monitoring --ca-cert={ca} --floor=25"),
    ("A wrong password: sent once", "winrm", "wks-001", "server",
     "check_kms_client {agent} --auth=basic --user=monitor --ca-cert={ca}"),
    ("A certificate that nobody trusts: no password is sent", "nscp", "wks-001", "self_signed",
     "check_kms_client {agent} --ca-cert={ca}"),
    ("A proxy answers instead of the agent", "ifw", "wks-001", "server",
     "check_kms_client {agent} --user=monitoring --ca-cert={ca}"),
]
CODES = "kms-explain 0xC004F038"


def show(title, command):
    print(f"\n--- {title}\n$ {command.replace(str(BUILD) + '/', '')}", flush=True)
    code = subprocess.run(shlex.split(command), check=False).returncode
    print(f"=> exit {code}", flush=True)
    return code


def show_agents():
    """True when something went wrong on the side of the lab or of a plugin."""
    failed = False
    os.mkdir("ca")
    certificates = Certificates("ca")
    os.environ["KMS_PASSWORD"] = PASSWORD
    with Stage() as stage:
        for title, kind, machine, pair_name, command in AGENT_SCENES:
            pair = getattr(certificates, pair_name)
            behaviour = "html_502" if "proxy" in title else "genuine"
            server = stage.agent(kind, machine, pair, behaviour, password=PASSWORD)
            words = command.format(agent=shlex.join(server.words), ca=certificates.ca_file, pin=pair.pin)
            failed |= show(title, f"{PROGRAMS}/{words}") not in range(4)
        stage.settle()
        failed |= bool(stage.violations)
    return failed


def main():
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for title, name, form, command in SCENES:
            file = f"{name}.{'txt' if form == 'slmgr' else 'json'}"
            pathlib.Path(file).write_text(documents.document(name, form), encoding="ascii", newline="")
            failed |= show(title, f"{PROGRAMS}/{command.format(file=file)}".replace("//", "/")) not in range(4)
        with Lab() as lab:
            for title, command in REACH_SCENES:
                words = command.format(dns=lab.dns, port=lab.port)
                failed |= show(title, f"{PROGRAMS}/{words}") not in range(4)
            lab.settle()
            failed |= bool(lab.violations)
        failed |= show_agents()
        failed |= show("What does a code mean, who must act, and how?", f"{PROGRAMS}/{CODES}") != 0
        os.chdir(ROOT)
    print("\nThe documents come from tests/lab/documents.py, an invented site of 3 KMS hosts and 40 clients; its DNS "
          "server and\nits RPC listeners, which answer a bind and nothing else, from tests/lab/network.py; its agents "
          "over HTTP from\ntests/lab/agent_server.py.")
    return 1 if failed else 0


PROGRAMS = BUILD if BUILD.is_absolute() else ROOT / BUILD
BUILD = PROGRAMS

if __name__ == "__main__":
    sys.exit(main())
