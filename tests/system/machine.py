# SPDX-License-Identifier: MIT
"""Documents of machines that the lab does not have: an evaluation, an add-on, a count of three.  Everything that is
not said is as on a healthy machine."""
import json

import documents

NOW = documents.NOW
OFFICE = documents.APPLICATION_IDS["office"]
DAY = 1440  # minutes
NEVER = 4294967295


def edit(text, *changes):
    """`text` with each (old, new) applied; an old that is not there is a mistake in the test."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def client(**changes):
    """The row of a Windows client that renewed two days ago at kms01."""
    row = json.loads(documents.machine_json("wks-001"))["SoftwareLicensingProduct"][0]
    return row | {"GracePeriodRemaining": 178 * DAY} | changes


def office(**changes):
    """The row of an Office client that renewed two days ago."""
    return client(ID=documents.activation_id(70), Name="Office 21, Office21ProPlus2021VL_KMS_Client_AE edition",
                  Description="Office 21, VOLUME_KMSCLIENT channel", ApplicationID=OFFICE) | changes


def host(application="windows", **changes):
    """The row of a licensed host key."""
    keys = json.loads(documents.machine_json("kms01"))["SoftwareLicensingProduct"]
    return keys[0 if application == "windows" else 1] | changes


def document(*rows, name="WKS-001", service=None, time=NOW):
    """The JSON of a machine with these rows."""
    root = {"ComputerName": name, "TimeUtc": time, "SoftwareLicensingService": [service or {"Version": "10.0.26100.1"}],
            "SoftwareLicensingProduct": list(rows)}
    return json.dumps({key: value for key, value in root.items() if value is not None}) + "\r\n"


def host_document(*rows, name="KMS01", **service):
    """The JSON of a KMS host with these rows; `service` changes settings of its service."""
    settings = {"Version": "10.0.26100.1", "IsKeyManagementServiceMachine": 1,
                "KeyManagementServiceListeningPort": 1688,
                "KeyManagementServiceDnsPublishing": True, "KeyManagementServiceLowPriority": False}
    return document(*rows, name=name, service=settings | service)


OSPP = """---Processing--------------------------
---------------------------------------
PRODUCT ID: 00000-00000-00000-00000
SKU ID: 00000000-0000-4000-8000-000000000070
LICENSE NAME: Office 21, Office21ProPlus2021VL_KMS_Client_AE edition
LICENSE DESCRIPTION: Office 21, VOLUME_KMSCLIENT channel
BETA EXPIRATION: 01/01/1601
LICENSE STATUS:  ---LICENSED---
REMAINING GRACE: 178 days  (256320 minute(s) before expiring)
Last 5 characters of installed product key: XXXXX
Activation Type Configuration: ALL
\tKMS machine name from DNS: kms01.corp.example.com:1688
\tActivation Interval: 120 minutes
\tRenewal Interval: 10080 minutes
\tKMS host caching: Enabled
---------------------------------------
---------------------------------------
---Exiting-----------------------------
"""
