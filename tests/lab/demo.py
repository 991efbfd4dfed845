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
CODES = "kms-explain 0xC004F038"


def show(title, command):
    print(f"\n--- {title}\n$ {command.replace(str(BUILD) + '/', '')}", flush=True)
    code = subprocess.run(shlex.split(command), check=False).returncode
    print(f"=> exit {code}", flush=True)
    return code


def main():
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for title, name, form, command in SCENES:
            file = f"{name}.{'txt' if form == 'slmgr' else 'json'}"
            pathlib.Path(file).write_text(documents.document(name, form), encoding="ascii", newline="")
            failed |= show(title, f"{PROGRAMS}/{command.format(file=file)}".replace("//", "/")) not in range(4)
        failed |= show("What does a code mean, who must act, and how?", f"{PROGRAMS}/{CODES}") != 0
        os.chdir(ROOT)
    print("\nThe documents come from tests/lab/documents.py, an invented site of 3 KMS hosts and 40 clients.")
    return 1 if failed else 0


PROGRAMS = BUILD if BUILD.is_absolute() else ROOT / BUILD
BUILD = PROGRAMS

if __name__ == "__main__":
    sys.exit(main())
