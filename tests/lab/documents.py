#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The documents of the lab: what slmgr.vbs /dlv prints and what the report script writes, for three KMS hosts and
forty clients of an invented site. One set of data (clients.csv, hosts.json) drives both.

    documents.py NAME [slmgr|json]        prints one document
    documents.py --list                   prints the names
"""
import csv
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
DOMAIN = "corp.example.com"
NOW = "2026-03-02T08:00:00Z"
APPLICATION_IDS = {"windows": "55c92734-d682-4d71-983e-d6ec3f16059f", "office": "0ff1ce15-a989-479d-af46-f275c6370663"}
EDITIONS = {"W10": ("Enterprise", "10.0.19045.1"), "W11": ("Enterprise", "10.0.26100.1"),
            "WS19": ("ServerStandard", "10.0.17763.1"), "WS22": ("ServerStandard", "10.0.20348.1"),
            "WS25": ("ServerStandard", "10.0.26100.1")}
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


def clients():
    with open(HERE / "clients.csv", encoding="ascii") as lines:
        return {row["name"]: row for row in csv.DictReader(lines, delimiter=";")}


def hosts():
    return json.loads((HERE / "hosts.json").read_text(encoding="ascii"))


def kms_name(client):
    """The KMS host that the client uses, without a domain, and whether it is fixed."""
    name = client["kms"]
    if name in ("-", "AD"):
        return None, False
    return name.removesuffix("(pinned)"), name.endswith("(pinned)")


def activation_id(index):
    return f"00000000-0000-4000-8000-{index:012d}"


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


def client_json(name):
    client = clients()[name]
    edition, version = EDITIONS[client["class"]]
    is_mak = client["channel"] == "MAK"
    host, is_fixed = kms_name(client)
    status = int(client["LicenseStatus"])
    product = {"ID": activation_id(sorted(clients()).index(name) + 1), "Name": f"Windows(R), {edition} edition",
               "Description": f"Windows(R) Operating System, VOLUME_{client['channel']} channel",
               "ApplicationID": APPLICATION_IDS["windows"], "PartialProductKey": "XXXXX", "LicenseIsAddon": False,
               "LicenseStatus": status, "LicenseStatusReason": int(client["LicenseStatusReason"], 16),
               "GracePeriodRemaining": int(client["GracePeriodRemaining"]),
               "VLActivationType": 1 if client["kms"] == "AD" else 0 if is_mak or status != 1 else 2,
               "VLActivationInterval": 120, "VLRenewalInterval": 10080, "IsKeyManagementServiceMachine": 0,
               "KeyManagementServiceCurrentCount": 4294967295}
    if host:
        product["KeyManagementServiceMachine" if is_fixed else
                "DiscoveredKeyManagementServiceMachineName"] = f"{host}.{DOMAIN}"
        product["KeyManagementServicePort" if is_fixed else "DiscoveredKeyManagementServiceMachinePort"] = 1688
    service = {"Version": version, "IsKeyManagementServiceMachine": 0, "KeyManagementServiceListeningPort": 0,
               "ClientMachineID": client["ClientMachineID"]}
    return document_json(name, service, [product])


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


def host_json(name):
    host = hosts()[name]
    products = []
    for index, key in enumerate(host["keys"]):
        product = {"ID": activation_id(100 + index), "Name": key["name"], "Description": key["description"],
                   "ApplicationID": APPLICATION_IDS[key["application"]], "PartialProductKey": "XXXXX",
                   "LicenseIsAddon": False, "LicenseStatus": key["status"],
                   "LicenseStatusReason": int(key["reason"], 16), "GracePeriodRemaining": 0,
                   "IsKeyManagementServiceMachine": 1, "KeyManagementServiceCurrentCount": key["count"],
                   "VLActivationInterval": 120, "VLRenewalInterval": 10080}
        product |= {f"KeyManagementService{field}Requests": key["requests"][field] for field, _ in COUNTERS}
        products.append(product)
    service = {"Version": host["version"], "IsKeyManagementServiceMachine": 1,
               "KeyManagementServiceListeningPort": host["port"],
               "KeyManagementServiceDnsPublishing": host["publishing"],
               "KeyManagementServiceLowPriority": host["low_priority"]}
    return document_json(name, service, products)


def document_json(name, service, products):
    return json.dumps({"ComputerName": name.upper(), "TimeUtc": NOW, "SoftwareLicensingService": [service],
                       "SoftwareLicensingProduct": products}) + "\r\n"


def document(name, form):
    """The text of one document; `form` is slmgr or json."""
    makers = {("slmgr", True): host_slmgr, ("json", True): host_json, ("slmgr", False): client_slmgr,
              ("json", False): client_json}
    return makers[form, name in hosts()](name)


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
