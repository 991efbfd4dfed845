# SPDX-License-Identifier: MIT
# kms-textfile.ps1 - what this machine says about its activation, as metrics for windows_exporter.
#
# For check_kms_host and check_kms_client with --agent=exporter: a scheduled task runs this script without
# arguments, windows_exporter's textfile collector serves what it wrote. Register the task once, in an elevated
# PowerShell:
#
#     $arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "C:\Program Files\kms-monitoring\kms-textfile.ps1"'
#     $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument $arguments
#     $trigger = New-ScheduledTaskTrigger -Once -At '00:07' -RepetitionInterval (New-TimeSpan -Minutes 60) -RepetitionDuration (New-TimeSpan -Days 9999)
#     Register-ScheduledTask -TaskName 'kms-textfile' -Action $action -Trigger $trigger -User 'NT AUTHORITY\LOCAL SERVICE'
#
# or in cmd.exe, in one line:
#
#     schtasks /Create /TN kms-textfile /SC HOURLY /RU "NT AUTHORITY\LOCAL SERVICE" /TR "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File \"C:\Program Files\kms-monitoring\kms-textfile.ps1\""
#
# and give that account the right to modify the folder below, and no other. (Where the account may not read the
# license data, SYSTEM can.) When the license data cannot be read the old file
# stays as it is and grows old, which the monitoring sees; a script that fails exits with 3.
#
# Windows PowerShell 5.1 (also runs in PowerShell 7). Only reads: WMI properties. It calls no WMI method, starts no
# service by name, activates nothing, and never writes more of a product key than its last five characters. A query
# of the license data may wake the licensing service (sppsvc): every hour is often enough.
# It keeps to constructs of 5.1 and was not run by the project's own tests, which have no Windows machine.

$ErrorActionPreference = 'Stop'

# Where windows_exporter looks (--collector.textfile.directories).
$folder = 'C:\Program Files\windows_exporter\textfile_inputs'

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

# One family: its name, type, help, and its samples in the order in which they came.
$families = [ordered]@{}

function Add-Family($name, $type, $help) {
    $families[$name] = @{ Type = $type; Help = $help; Samples = [Collections.ArrayList]@() }
}

function Format-Label($value) {
    "$value".Replace('\', '\\').Replace('"', '\"').Replace("`r", '').Replace("`n", '\n')
}

# $labels is an ordered table; a value that is not there gives no sample. True and False become 1 and 0.
function Add-Sample($name, $labels, $value) {
    if ($null -eq $value) { return }
    if ($value -is [bool]) { $value = [int]$value }
    $pairs = @()
    foreach ($label in $labels.Keys) { $pairs += ('{0}="{1}"' -f $label, (Format-Label $labels[$label])) }
    $text = ''
    if ($pairs.Count -gt 0) { $text = '{' + ($pairs -join ',') + '}' }
    $number = [Convert]::ToString($value, [Globalization.CultureInfo]::InvariantCulture)
    [void]$families[$name].Samples.Add("$name$text $number")
}

Add-Family 'kms_product_info' 'gauge' 'A product with an installed key.'
Add-Family 'kms_product_license_status' 'gauge' 'LicenseStatus, 1 is licensed.'
Add-Family 'kms_product_license_status_reason' 'gauge' 'LicenseStatusReason, an HRESULT.'
Add-Family 'kms_product_grace_period_remaining_minutes' 'gauge' 'GracePeriodRemaining.'
Add-Family 'kms_product_vl_activation_type' 'gauge' 'VLActivationType of the last success.'
Add-Family 'kms_product_is_key_management_service_machine' 'gauge' 'IsKeyManagementServiceMachine.'
Add-Family 'kms_product_current_count' 'gauge' 'KeyManagementServiceCurrentCount, 4294967295 is none.'
Add-Family 'kms_product_requests_total' 'counter' 'Requests that this KMS host has received.'
Add-Family 'kms_service_listening_port' 'gauge' 'KeyManagementServiceListeningPort, 0 is 1688.'
Add-Family 'kms_service_dns_publishing' 'gauge' 'KeyManagementServiceDnsPublishing.'
Add-Family 'kms_service_low_priority' 'gauge' 'KeyManagementServiceLowPriority.'
Add-Family 'kms_service_activation_interval_minutes' 'gauge' 'VLActivationInterval.'
Add-Family 'kms_service_renewal_interval_minutes' 'gauge' 'VLRenewalInterval.'
Add-Family 'kms_report_timestamp_seconds' 'gauge' 'When this file was written.'

$requestKinds = [ordered]@{
    total = 'KeyManagementServiceTotalRequests'
    failed = 'KeyManagementServiceFailedRequests'
    unlicensed = 'KeyManagementServiceUnlicensedRequests'
    licensed = 'KeyManagementServiceLicensedRequests'
    oob_grace = 'KeyManagementServiceOOBGraceRequests'
    oot_grace = 'KeyManagementServiceOOTGraceRequests'
    non_genuine = 'KeyManagementServiceNonGenuineGraceRequests'
    notification = 'KeyManagementServiceNotificationRequests'
}

# The KMS host that the administrator fixed, else the one that was found.
function Get-KmsHost($product) {
    if ($product['KeyManagementServiceMachine']) { return $product['KeyManagementServiceMachine'] }
    "$($product['DiscoveredKeyManagementServiceMachineName'])"
}

function Add-Product($product) {
    $id = [ordered]@{ id = $product['ID'] }
    $addon = 'false'
    if ($product['LicenseIsAddon']) { $addon = 'true' }
    Add-Sample 'kms_product_info' ([ordered]@{
            id = $product['ID']
            application_id = $product['ApplicationID']
            name = $product['Name']
            description = $product['Description']
            partial_product_key = $product['PartialProductKey']
            addon = $addon
            kms_host = Get-KmsHost $product
        }) 1
    Add-Sample 'kms_product_license_status' $id $product['LicenseStatus']
    Add-Sample 'kms_product_license_status_reason' $id $product['LicenseStatusReason']
    Add-Sample 'kms_product_grace_period_remaining_minutes' $id $product['GracePeriodRemaining']
    Add-Sample 'kms_product_vl_activation_type' $id $product['VLActivationType']
    Add-Sample 'kms_product_is_key_management_service_machine' $id $product['IsKeyManagementServiceMachine']
    Add-Sample 'kms_product_current_count' $id $product['KeyManagementServiceCurrentCount']
    foreach ($kind in $requestKinds.Keys) {
        Add-Sample 'kms_product_requests_total' ([ordered]@{ id = $product['ID']; kind = $kind }) $product[$requestKinds[$kind]]
    }
}

function Add-Service($service) {
    $none = [ordered]@{}
    Add-Sample 'kms_service_listening_port' $none $service['KeyManagementServiceListeningPort']
    Add-Sample 'kms_service_dns_publishing' $none $service['KeyManagementServiceDnsPublishing']
    Add-Sample 'kms_service_low_priority' $none $service['KeyManagementServiceLowPriority']
    Add-Sample 'kms_service_activation_interval_minutes' $none $service['VLActivationInterval']
    Add-Sample 'kms_service_renewal_interval_minutes' $none $service['VLRenewalInterval']
}

try {
    foreach ($service in (Get-Rows 'SoftwareLicensingService' $null $serviceFields)) { Add-Service $service }
    foreach ($product in (Get-Rows 'SoftwareLicensingProduct' 'PartialProductKey IS NOT NULL' $productFields)) {
        Add-Product $product
    }
    # Office 2010, and newer Office on Windows 7, keeps its own classes; elsewhere they do not exist.
    try {
        foreach ($product in (Get-Rows 'OfficeSoftwareProtectionProduct' 'PartialProductKey IS NOT NULL' $productFields)) {
            Add-Product $product
        }
    } catch [Microsoft.Management.Infrastructure.CimException] {
        if ("$($_.Exception.NativeErrorCode)" -ne 'InvalidClass') { throw }
    }
    $epoch = [DateTime]::new(1970, 1, 1, 0, 0, 0, [DateTimeKind]::Utc)
    Add-Sample 'kms_report_timestamp_seconds' ([ordered]@{}) ([long]([DateTime]::UtcNow - $epoch).TotalSeconds)

    # Families in one piece each, LF, the last line ended too: the collector refuses anything else.
    $text = [Text.StringBuilder]::new()
    foreach ($name in $families.Keys) {
        $family = $families[$name]
        if ($family.Samples.Count -eq 0) { continue }
        [void]$text.Append("# HELP $name $($family.Help)`n# TYPE $name $($family.Type)`n")
        foreach ($sample in $family.Samples) { [void]$text.Append("$sample`n") }
    }
    # Under another name first, which the collector does not read: it never sees half a file.
    $target = [IO.Path]::Combine($folder, 'kms.prom')
    $unfinished = [IO.Path]::Combine($folder, 'kms.prom.unfinished')
    [IO.File]::WriteAllText($unfinished, $text.ToString(), [Text.UTF8Encoding]::new($false))
    # Replace changes one for the other; moving over a file would remove it first, and the collector may look then.
    if ([IO.File]::Exists($target)) {
        [IO.File]::Replace($unfinished, $target, [NullString]::Value)
    } else {
        [IO.File]::Move($unfinished, $target)
    }
    exit 0
} catch {
    $code = '0x{0:X8}' -f $_.Exception.HResult
    if ("$($_.Exception.MessageId)" -match '0x[0-9A-Fa-f]{8}') { $code = $Matches[0] }
    [Console]::Out.WriteLine("Error: $code the license data could not be read or written to $folder")
    exit 3
}
