# SPDX-License-Identifier: MIT
"""What WMI knows of every machine of the lab: rows of SoftwareLicensingProduct and SoftwareLicensingService, from
clients.csv and hosts.json.  The report script's document and all agents are written from these rows.

A row is {column: value}; a value is an int (uint32, never negative), a bool, a str, or None for NULL.  DATES are the
columns of CIM type datetime.  Columns that a generation of Windows does not have are not in its rows."""
import csv
import json
import pathlib

HERE = pathlib.Path(__file__).parent
DOMAIN = "corp.example.com"
NONE = 4294967295  # all bits set: not counted
NO_DATE = "1601-01-01T00:00:00Z"
DATES = {"EvaluationEndDate", "TrustedTime", "AutomaticVMActivationLastActivationTime", "LastBootUpTime"}
APPLICATION_IDS = {"windows": "55c92734-d682-4d71-983e-d6ec3f16059f", "office": "0ff1ce15-a989-479d-af46-f275c6370663"}
EDITIONS = {"W10": ("Enterprise", "10.0.19045.1"), "W11": ("Enterprise", "10.0.26100.1"),
            "WS19": ("ServerStandard", "10.0.17763.1"), "WS22": ("ServerStandard", "10.0.20348.1"),
            "WS25": ("ServerStandard", "10.0.26100.1")}
PRODUCT, SERVICE = "SoftwareLicensingProduct", "SoftwareLicensingService"
REQUESTS = {"Total": "total", "Failed": "failed", "Unlicensed": "unlicensed", "Licensed": "licensed",
            "OOBGrace": "oob_grace", "OOTGrace": "oot_grace", "NonGenuineGrace": "non_genuine",
            "Notification": "notification"}  # the part of the column's name, and the kind in our metrics

# Columns that came with Windows 8 and with Windows 7.
WINDOWS_8 = {PRODUCT: {"ProductKeyChannel", "ValidationURL", "RemainingAppReArmCount", "RemainingSkuReArmCount",
                       "KeyManagementServiceLookupDomain", "DiscoveredKeyManagementServiceMachineIpAddress",
                       "VLActivationType", "VLActivationTypeEnabled", "ADActivationObjectName"},
             SERVICE: {"KeyManagementServiceLookupDomain", "DiscoveredKeyManagementServiceMachineIpAddress",
                       "OA3xOriginalProductKey"}}
NOT_OF_VISTA = ("KeyManagementService", "VL", "Discovered", "IsKeyManagement")  # of a product
GENERATIONS = ("windows8", "windows7", "vista")
VERSIONS_OF_GENERATIONS = {"windows7": "6.1.7601.17514", "vista": "6.0.6002.18005"}  # of the licensing service


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


# ---- rows


def request_columns(requests=None):
    return {f"KeyManagementService{part}Requests": requests[part] if requests else NONE for part in REQUESTS}


def product_row(**columns):
    """Everything that is not said is as on a machine that has no KMS."""
    row = {"ADActivationObjectName": "", "ApplicationID": APPLICATION_IDS["windows"], "Description": None,
           "DiscoveredKeyManagementServiceMachineIpAddress": "", "DiscoveredKeyManagementServiceMachineName": "",
           "DiscoveredKeyManagementServiceMachinePort": 0, "EvaluationEndDate": NO_DATE, "ExtendedGrace": NONE,
           "GenuineStatus": 0, "GracePeriodRemaining": 0, "ID": None, "IsKeyManagementServiceMachine": 0,
           "KeyManagementServiceCurrentCount": NONE} | request_columns() | {
           "KeyManagementServiceLookupDomain": "", "KeyManagementServiceMachine": "", "KeyManagementServicePort": 0,
           "KeyManagementServiceProductKeyID": "", "LicenseDependsOn": None, "LicenseFamily": "Enterprise",
           "LicenseIsAddon": False, "LicenseStatus": 0, "LicenseStatusReason": 0, "Name": None,
           "OfflineInstallationId": None,
           "PartialProductKey": None, "ProductKeyChannel": None, "ProductKeyID": None, "RemainingAppReArmCount": NONE,
           "RemainingSkuReArmCount": 1001, "RequiredClientCount": NONE, "TrustedTime": "2026-03-02T08:00:00Z",
           "UseLicenseURL": None, "VLActivationInterval": 120, "VLActivationType": 0, "VLActivationTypeEnabled": 0,
           "VLRenewalInterval": 10080, "ValidationURL": None}
    assert not set(columns) - set(row), set(columns) - set(row)
    return dict(sorted((row | columns).items()))


def service_row(**columns):
    row = {"ClientMachineID": "", "DiscoveredKeyManagementServiceMachineIpAddress": "",
           "DiscoveredKeyManagementServiceMachineName": "", "DiscoveredKeyManagementServiceMachinePort": 0,
           "IsKeyManagementServiceMachine": 0, "KeyManagementServiceActivationDisabled": False,
           "KeyManagementServiceCurrentCount": NONE, "KeyManagementServiceDnsPublishing": True,
           "KeyManagementServiceHostCaching": True, "KeyManagementServiceListeningPort": 0,
           "KeyManagementServiceLookupDomain": None, "KeyManagementServiceLowPriority": False,
           "KeyManagementServiceMachine": "", "KeyManagementServicePort": 0, "OA3xOriginalProductKey": "",
           "PolicyCacheRefreshRequired": 0, "RemainingWindowsReArmCount": 1001, "VLActivationInterval": 120,
           "VLRenewalInterval": 10080, "Version": None} | request_columns()
    assert not set(columns) - set(row), set(columns) - set(row)
    return dict(sorted((row | columns).items()))


def product_without_key():
    """WMI lists every edition that could be installed; those have no key, and a query must leave them out."""
    return product_row(ID=activation_id(900), Name="Windows(R), Education edition",
                       Description="Windows(R) Operating System, VOLUME_KMSCLIENT channel",
                       LicenseStatusReason=0xC004F014)


def client_rows(name):
    client = clients()[name]
    edition, version = EDITIONS[client["class"]]
    is_mak = client["channel"] == "MAK"
    host, is_fixed = kms_name(client)
    status = int(client["LicenseStatus"])
    place = {}
    if host:
        machine, port = (("KeyManagementServiceMachine", "KeyManagementServicePort") if is_fixed else
                         ("DiscoveredKeyManagementServiceMachineName", "DiscoveredKeyManagementServiceMachinePort"))
        place = {machine: f"{host}.{DOMAIN}", port: 1688}
    product = product_row(
        ID=activation_id(sorted(clients()).index(name) + 1), Name=f"Windows(R), {edition} edition",
        Description=f"Windows(R) Operating System, VOLUME_{client['channel']} channel", PartialProductKey="XXXXX",
        ProductKeyChannel="Volume:MAK" if is_mak else "Volume:GVLK", LicenseStatus=status,
        LicenseStatusReason=int(client["LicenseStatusReason"], 16),
        GracePeriodRemaining=int(client["GracePeriodRemaining"]),
        VLActivationType=1 if client["kms"] == "AD" else 0 if is_mak or status != 1 else 2, **place)
    return {PRODUCT: [product, product_without_key()],
            SERVICE: [service_row(Version=version, ClientMachineID=client["ClientMachineID"])]}


def host_rows(name):
    host = hosts()[name]
    products = [product_row(
        ID=activation_id(100 + index), Name=key["name"], Description=key["description"],
        ApplicationID=APPLICATION_IDS[key["application"]], PartialProductKey="XXXXX", ProductKeyChannel="Volume:CSVLK",
        LicenseStatus=key["status"], LicenseStatusReason=int(key["reason"], 16), IsKeyManagementServiceMachine=1,
        KeyManagementServiceCurrentCount=key["count"], **request_columns(key["requests"]))
        for index, key in enumerate(host["keys"])]
    first = host["keys"][0]
    service = service_row(
        Version=host["version"], IsKeyManagementServiceMachine=1, KeyManagementServiceCurrentCount=first["count"],
        KeyManagementServiceListeningPort=host["port"], KeyManagementServiceDnsPublishing=host["publishing"],
        KeyManagementServiceLowPriority=host["low_priority"], **request_columns(first["requests"]))
    return {PRODUCT: [product_without_key(), *products], SERVICE: [service]}


def lacks(generation, class_name, column):
    if generation == "vista" and class_name == PRODUCT and column.startswith(NOT_OF_VISTA):
        return True
    return generation != "windows8" and column in WINDOWS_8[class_name]


def machine_rows(name, generation="windows8", version=None):
    """{class: [row, ...]} of one machine, the classes of the system itself among them.  The licensing service has the
    version of the generation, or the one that is given."""
    rows = (host_rows if name in hosts() else client_rows)(name)
    rows = {class_name: [{column: value for column, value in row.items() if not lacks(generation, class_name, column)}
                         for row in of_class] for class_name, of_class in rows.items()}
    service = rows[SERVICE][0]
    service["Version"] = version or VERSIONS_OF_GENERATIONS.get(generation, service["Version"])
    version = ".".join(service["Version"].split(".")[:3])
    rows["Win32_OperatingSystem"] = [{"BuildNumber": version.rpartition(".")[2], "CSName": name.upper(),
                                      "Caption": "Microsoft Windows", "ProductType": 1 if name.startswith("wks") else 3,
                                      "Version": version}]
    rows["Win32_ComputerSystem"] = [{"DNSHostName": name, "Domain": DOMAIN, "Name": name.upper()}]
    rows["Win32_Service"] = [{"Name": "sppsvc", "ProcessId": 4242, "StartMode": "Auto", "State": "Running",
                              "Status": "OK"}]
    return rows


# ---- the document of the report script

DOCUMENT_PRODUCT = ["ID", "Name", "Description", "ApplicationID", "PartialProductKey", "LicenseIsAddon",
                    "LicenseStatus", "LicenseStatusReason", "GracePeriodRemaining", "VLActivationType",
                    "VLActivationInterval", "VLRenewalInterval", "KeyManagementServiceMachine",
                    "KeyManagementServicePort", "DiscoveredKeyManagementServiceMachineName",
                    "DiscoveredKeyManagementServiceMachinePort", "IsKeyManagementServiceMachine",
                    "KeyManagementServiceCurrentCount"] + list(request_columns())
DOCUMENT_SERVICE = ["Version", "IsKeyManagementServiceMachine", "KeyManagementServiceListeningPort",
                    "KeyManagementServiceDnsPublishing", "KeyManagementServiceLowPriority", "ClientMachineID"]


def document_row(row, columns):
    return {column: row[column] for column in columns if column in row and row[column] not in (None, "")}


def document_rows(name, generation="windows8"):
    """The rows and columns that the report script prints."""
    rows = machine_rows(name, generation)
    return {SERVICE: [document_row(row, DOCUMENT_SERVICE) for row in rows[SERVICE]],
            PRODUCT: [document_row(row, DOCUMENT_PRODUCT) for row in rows[PRODUCT] if row["PartialProductKey"]]}
