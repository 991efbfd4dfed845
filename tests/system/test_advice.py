# SPDX-License-Identifier: MIT
"""Advice fits the machine that it is given to, an old document says of which day it is, and a run that the clock
ends has the state that was asked for."""
import json
import os
import signal
import subprocess
import time

import pytest

import documents
from conftest import BUILD

CHANNELS = {"host": ("check_kms_host", "Windows(R) Operating System, VOLUME_KMS_WS25 channel", "windows"),
            "kms": ("check_kms_client", "Windows(R) Operating System, VOLUME_KMSCLIENT channel", "windows"),
            "mak": ("check_kms_client", "Windows(R) Operating System, VOLUME_MAK channel", "windows"),
            "office": ("check_kms_client", "Office 24, VOLUME_KMSCLIENT channel", "office")}


def alert(plugin, kind, code):
    name, description, application = CHANNELS[kind]
    row = {"Name": "product", "Description": description, "ApplicationID": documents.APPLICATION_IDS[application],
           "PartialProductKey": "XXXXX", "LicenseStatus": 5, "LicenseStatusReason": int(code, 16),
           "GracePeriodRemaining": 0, "IsKeyManagementServiceMachine": int(kind == "host"),
           "KeyManagementServiceCurrentCount": 30}
    result = plugin(name, "--input=-", stdin=json.dumps({"SoftwareLicensingProduct": [row]}))
    assert result.code == 2 and code in result.line and " do: 1. " in result.out, result
    return result.out


@pytest.mark.parametrize("kind, code, wanted, unwanted", [
    ("host", "0xC004F014", "slmgr.vbs /ato", ["KMS-CLIENT-KEY", "MAK"]),
    ("host", "0x8007232B", "slmgr.vbs /ato", ["/skms", "MAK"]),
    ("host", "0xC004C020", "slmgr.vbs", ["KMS-CLIENT-KEY"]),
    ("kms", "0xC004C003", "12288", ["MAK,", "ipk MAK", "new MAK"]),
    ("mak", "0xC004F038", "slmgr.vbs", ["/skms"]),
    ("office", "0xC004F009", "ospp.vbs /act", ["slmgr.vbs /ato", "MAK"]),
    ("office", "0xC004F038", "ospp.vbs /act", ["slmgr.vbs /skms", "slmgr.vbs /ato"]),
    ("office", "0x8007232B", "ospp.vbs /act", ["slmgr.vbs /skms", "slmgr.vbs /ato"]),
])
def test_advice_is_for_this_machine(plugin, kind, code, wanted, unwanted):
    lines = [line for line in alert(plugin, kind, code).splitlines() if line.lstrip().startswith("do: ")]
    assert wanted in lines[0], lines
    assert [word for word in unwanted if word in lines[0]] == [], lines


def test_an_old_document_says_of_which_day_it_is(plugin):
    old = plugin("check_kms_client", "--input=-", stdin=documents.document("wks-001", "json"))
    assert old.code == 0 and "the document is of 2026-03-02 and was judged as of then" in old.out, old
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    fresh = documents.document("wks-001", "json").replace(documents.NOW, now)
    assert "the document is of" not in plugin("check_kms_client", "--input=-", stdin=fresh).out
    nothing = plugin("check_kms_client", "--input=-", "--rule=lease=off", stdin=documents.document("wks-001", "json"))
    assert nothing.code == 3, nothing  # a remark is no verdict


@pytest.mark.parametrize("words, code, state", [(["--timeout-result=critical"], 2, "CRITICAL"), ([], 3, "UNKNOWN")])
def test_the_alarm_has_the_state_of_a_timeout(words, code, state):
    """The last resort when a call hangs past the deadline, here sent by hand while standard input is silent, to a
    program whose parent had blocked the signal."""
    running = subprocess.Popen([str(BUILD / "check_kms_client"), "--input=-", "--timeout=60", *words],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM}))
    status = f"/proc/{running.pid}/status"
    bit = 1 << (signal.SIGALRM - 1)
    limit = time.monotonic() + 20
    while time.monotonic() < limit:  # until its handler stands and the signal is no longer blocked
        with open(status, encoding="ascii") as lines:
            masks = dict(line.split(":\t") for line in lines if line.startswith("Sig") and ":\t" in line)
        if int(masks["SigCgt"], 16) & bit and not int(masks["SigBlk"], 16) & bit:
            break
        time.sleep(0.01)
    os.kill(running.pid, signal.SIGALRM)
    out, _ = running.communicate(timeout=20)
    assert running.returncode == code, out
    assert out.startswith(f"KMS_CLIENT {state} - the time limit came while ".encode()), out
