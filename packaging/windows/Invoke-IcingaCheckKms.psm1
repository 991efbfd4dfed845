# SPDX-License-Identifier: MIT
# Invoke-IcingaCheckKms.psm1 - what this machine says about its activation, for the REST API of Icinga for Windows.
#
# For check_kms_host and check_kms_client with --agent=ifw, whose default command this is. It answers with the same
# line of JSON as kms-report.ps1, unchanged, and exit code 0: the plugin on the monitoring server judges, not the
# cmdlet. No check objects of the framework are used, because they would put a state in front of the document.
# When the license data cannot be read it says so with the code, and exit code 3. It takes no arguments.
#
# Windows PowerShell 5.1. Only reads: WMI properties and the name of the machine. It calls no WMI method, starts no
# service by name, activates nothing, and never answers with more of a product key than its last five characters.
# It keeps to constructs of 5.1 and was not run by the project's own tests, which have no Windows machine.

$productFields = @(
    'ID', 'Name', 'Description', 'ApplicationID', 'PartialProductKey', 'LicenseIsAddon', 'LicenseStatus',
    'LicenseStatusReason', 'GracePeriodRemaining', 'EvaluationEndDate', 'VLActivationType', 'VLActivationInterval',
    'VLRenewalInterval', 'ADActivationObjectName', 'KeyManagementServiceMachine', 'KeyManagementServicePort',
    'DiscoveredKeyManagementServiceMachineName', 'DiscoveredKeyManagementServiceMachinePort',
    'DiscoveredKeyManagementServiceMachineIpAddress', 'IsKeyManagementServiceMachine',
    'KeyManagementServiceCurrentCount', 'KeyManagementServiceTotalRequests', 'KeyManagementServiceFailedRequests',
    'KeyManagementServiceUnlicensedRequests', 'KeyManagementServiceLicensedRequests',
    'KeyManagementServiceOOBGraceRequests', 'KeyManagementServiceOOTGraceRequests',
    'KeyManagementServiceNonGenuineGraceRequests', 'KeyManagementServiceNotificationRequests')

$serviceFields = @(
    'Version', 'IsKeyManagementServiceMachine', 'KeyManagementServiceCurrentCount',
    'KeyManagementServiceListeningPort', 'KeyManagementServiceDnsPublishing', 'KeyManagementServiceLowPriority',
    'KeyManagementServiceMachine', 'KeyManagementServicePort', 'VLActivationInterval', 'VLRenewalInterval',
    'ClientMachineID', 'KeyManagementServiceTotalRequests', 'KeyManagementServiceFailedRequests',
    'KeyManagementServiceUnlicensedRequests', 'KeyManagementServiceLicensedRequests',
    'KeyManagementServiceOOBGraceRequests', 'KeyManagementServiceOOTGraceRequests',
    'KeyManagementServiceNonGenuineGraceRequests', 'KeyManagementServiceNotificationRequests')

# Older Windows lacks some of the fields, and a query that names one of them fails as a whole: so all fields are
# asked for, and those that are there are kept. Dates become text, so that no culture changes them.
function Select-Fields($instance, $fields) {
    $row = [ordered]@{}
    foreach ($field in $fields) {
        $property = $instance.CimInstanceProperties[$field]
        if ($null -eq $property -or $null -eq $property.Value) { continue }
        if ($property.Value -is [DateTime]) {
            $row[$field] = $property.Value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ',
                [Globalization.CultureInfo]::InvariantCulture)
        } else {
            $row[$field] = $property.Value
        }
    }
    $row
}

function Get-Rows($class, $filter, $fields) {
    $query = "SELECT * FROM $class"
    if ($filter) { $query += " WHERE $filter" }
    $rows = @()
    foreach ($instance in @(Get-CimInstance -Namespace 'root\cimv2' -Query $query -OperationTimeoutSec 25)) {
        $rows += , (Select-Fields $instance $fields)
    }
    , $rows
}

function Get-KmsReport() {
    $report = [ordered]@{
        ComputerName = [Environment]::MachineName
        TimeUtc = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
        SoftwareLicensingService = Get-Rows 'SoftwareLicensingService' $null $serviceFields
        SoftwareLicensingProduct =
            Get-Rows 'SoftwareLicensingProduct' 'PartialProductKey IS NOT NULL' $productFields
    }
    # Office 2010, and newer Office on Windows 7, keeps its own classes; elsewhere they do not exist.
    try {
        $report.OfficeSoftwareProtectionProduct =
            Get-Rows 'OfficeSoftwareProtectionProduct' 'PartialProductKey IS NOT NULL' $productFields
    } catch [Microsoft.Management.Infrastructure.CimException] {
        if ("$($_.Exception.NativeErrorCode)" -ne 'InvalidClass') { throw }
    }
    $json = ConvertTo-Json -InputObject $report -Depth 4 -Compress
    # Beyond ASCII as \uXXXX, and the vertical bar too: some agents cut there.
    $line = [Text.StringBuilder]::new()
    foreach ($character in $json.ToCharArray()) {
        if ([int]$character -lt 32 -or [int]$character -gt 126 -or $character -eq '|') {
            [void]$line.AppendFormat('\u{0:x4}', [int]$character)
        } else {
            [void]$line.Append($character)
        }
    }
    $line.ToString()
}

function Invoke-IcingaCheckKms() {
    $ErrorActionPreference = 'Stop'
    try {
        $document = Get-KmsReport
        $exitCode = 0
    } catch {
        # A CIM error carries the WMI code in its MessageId; HResult is then a general one.
        $code = '0x{0:X8}' -f $_.Exception.HResult
        if ("$($_.Exception.MessageId)" -match '0x[0-9A-Fa-f]{8}') { $code = $Matches[0] }
        $document = "Error: $code the license data could not be read"
        $exitCode = 3
    }
    # In the daemon this goes to checkresult of the reply, at a prompt to the console.
    Write-IcingaPluginOutput -Output $document
    return $exitCode
}

Export-ModuleMember -Function 'Invoke-IcingaCheckKms'
