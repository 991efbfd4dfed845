#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The documents of the lab: what slmgr.vbs /dlv prints and what the report script writes, for three KMS hosts and
forty clients of an invented site.  One set of data drives both: cim_rows.py, from clients.csv and hosts.json.

    documents.py NAME [slmgr|json]        prints one document
    documents.py --list                   prints the names
"""
import json
import sys

from cim_rows import (APPLICATION_IDS, DOMAIN, EDITIONS, activation_id, clients, document_rows, hosts,  # noqa: F401
                      kms_name)

NOW = "2026-03-02T08:00:00Z"
STATUS = ["Unlicensed", "Licensed", "Initial grace period",
          "Additional grace period (KMS license expired or hardware out of tolerance)", "Non-genuine grace period.",
          "Notification", "Extended grace period"]
REASONS = {"0xC004F009": "grace time expired", "0xC004F200": "non-genuine"}
COUNTERS = [("Total", "Total requests received"), ("Failed", "Failed requests received"),
            ("Unlicensed", "Requests with License Status Unlicensed"),
            ("Licensed", "Requests with License Status Licensed"),
            ("OOBGrace", "Requests with License Status Initial grace period"),
            ("OOTGrace", "Requests with License Status License expired or Hardware out of tolerance"),
            ("NonGenuineGrace", "Requests with License Status Non-genuine grace period"),
            ("Notification", "Requests with License Status Notification")]


def slmgr_head(version, name, description, application, index, channel, is_volume_client):
    lines = [f"Software licensing service version: {version}", "", f"Name: {name}", f"Description: {description}",
             f"Activation ID: {activation_id(index)}", f"Application ID: {APPLICATION_IDS[application]}",
             "Extended PID: 00000-00000-000-000000-00-1033-26100.0000-0012026", f"Product Key Channel: {channel}",
             "Installation ID: 000000000000000000000000000000000000000000000000000000"]
    if not is_volume_client:
        lines += ["Use License URL: https://activation.example.test/use",
                  "Validation URL: https://activation.example.test/validate"]
    return lines + ["Partial Product Key: XXXXX"]


def slmgr_status(status, minutes, reason):
    lines = [f"License Status: {STATUS[status]}"]
    days = -(-minutes // 1440)
    if status == 1 and minutes > 0:
        lines.append(f"Volume activation expiration: {minutes} minute(s) ({days} day(s))")
    elif status in (2, 3, 4, 6):
        lines.append(f"Time remaining: {minutes} minute(s) ({days} day(s))")
    elif status == 5:
        words = REASONS.get(reason)
        lines.append(f"Notification Reason: {reason} ({words})." if words else f"Notification Reason: {reason}.")
    return lines + ["Remaining Windows rearm count: 1001", "Remaining SKU rearm count: 1001",
                    "Trusted time: 3/2/2026 8:00:00 AM"]


def client_slmgr(name):
    client = clients()[name]
    edition, version = EDITIONS[client["class"]]
    status, minutes = int(client["LicenseStatus"]), int(client["GracePeriodRemaining"])
    is_mak = client["channel"] == "MAK"
    lines = slmgr_head(version, f"Windows(R), {edition} edition",
                       f"Windows(R) Operating System, VOLUME_{client['channel']} channel", "windows",
                       sorted(clients()).index(name) + 1, "Volume:MAK" if is_mak else "Volume:GVLK", not is_mak)
    lines += slmgr_status(status, minutes, client["LicenseStatusReason"])
    if is_mak:
        return "\r\n".join(lines + ["", ""])
    lines.append("Configured Activation Type: All")
    host, is_fixed = kms_name(client)
    if status != 1:
        lines.append("Please use slmgr.vbs /ato to activate and update KMS client information in order to update values.")
    elif client["kms"] == "AD":
        lines += ["", "Most recent activation information:", "AD Activation client information",
                  "    Activation Object name: Windows", f"    AO DN: CN=Windows,CN=Activation Objects,DC=corp",
                  "    AO extended PID: 00000-00000-000-000000-00-1033-26100.0000-0012026",
                  f"    AO activation ID: {activation_id(99)}"]
    else:
        label = "Registered KMS machine name" if is_fixed else "KMS machine name from DNS"
        lines += ["", "Most recent activation information:", "Key Management Service client information",
                  f"    Client Machine ID (CMID): {client['ClientMachineID']}", f"    {label}: {host}.{DOMAIN}:1688",
                  "    KMS machine IP address: 192.0.2.11",
                  "    KMS machine extended PID: 00000-00000-000-000000-00-1033-26100.0000-0012026",
                  "    Activation interval: 120 minutes", "    Renewal interval: 10080 minutes",
                  "    KMS host caching is enabled"]
    return "\r\n".join(lines + ["", ""])


def host_slmgr(name):
    host = hosts()[name]
    lines = []
    for index, key in enumerate(host["keys"]):
        head = slmgr_head(host["version"], key["name"], key["description"], key["application"], 100 + index,
                          "Volume:CSVLK", False)
        lines += head if index == 0 else head[1:]
        lines += slmgr_status(key["status"], 0, key["reason"])
        lines += ["", "Key Management Service is enabled on this machine", f"    Current count: {key['count']}",
                  f"    Listening on Port: {host['port']}",
                  f"    DNS publishing {'enabled' if host['publishing'] else 'disabled'}",
                  f"    KMS priority: {'Low' if host['low_priority'] else 'Normal'}", "",
                  "Key Management Service cumulative requests received from clients"]
        lines += [f"    {label}: {key['requests'][field]}" for field, label in COUNTERS]
    return "\r\n".join(lines + ["", ""])


def machine_json(name):
    return json.dumps({"ComputerName": name.upper(), "TimeUtc": NOW} | document_rows(name)) + "\r\n"


def document(name, form):
    """The text of one document; `form` is slmgr or json."""
    if form == "json":
        return machine_json(name)
    return host_slmgr(name) if name in hosts() else client_slmgr(name)


def main(words):
    if words == ["--list"]:
        print("\n".join([*hosts(), *clients()]))
        return 0
    known = {*hosts(), *clients()}
    form = words[1] if len(words) == 2 else "slmgr"
    if not words or words[0] not in known or form not in ("slmgr", "json"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    sys.stdout.write(document(words[0], form))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
