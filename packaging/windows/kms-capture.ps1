# SPDX-License-Identifier: MIT
# kms-capture.ps1 - collects what this machine says about its activation, masked, as test fixtures for the project.
#
# Run it by hand, without arguments, in an elevated PowerShell. It makes a folder kms-capture-DATE beside itself with
#     slmgr-dlv-all.txt        cscript slmgr.vbs /dlv all, in the language of this machine
#     cim.json                 the classes that kms-report.ps1 reads, with the same fields
#     ospp-dstatus-NN.txt      cscript ospp.vbs /dstatus, where a volume edition of Office is installed
# and beside each a file NAME.provenance with what is known about its origin; complete it by hand.
# READ EVERY FILE before you give it away: the masks find what looks like a name, not what a site calls itself in
# running text. Where the files go: tests/fixtures/genuine/README.md of the project.
#
# Masked, like --record of the plugins does: product keys and partial keys with X, GUIDs (but those of the
# applications) with 00000000-0000-4000-8000-000000000001 and on, product and installation ids with zeros and ones,
# thumbprints with f, each label of host, domain and user names with zz001 and on, addresses with zeros and f. The
# same name has the same mask in all files. Masks are as long as what they stand for.
#
# Windows PowerShell 5.1 (also runs in PowerShell 7). Only reads, but for the files in its own folder: WMI
# properties, the output of two scripts of Microsoft with options that display, the name of the machine. It calls no
# WMI method, starts no service by name, activates nothing, and reads no more of a product key than its last five
# characters. It keeps to constructs of 5.1 and was not run by the project's own tests, which have no Windows machine.

$ErrorActionPreference = 'Stop'

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

# ---- masks ----

$labels = @{}
$guids = @{}
$addresses = @{}
$counters = @{}

# The number of this thing among those of its kind.
function Get-Number($table, $kind, $thing) {
    $key = $thing.ToLowerInvariant()
    if (-not $table.ContainsKey($key)) {
        $counters[$kind] = 1 + [int]$counters[$kind]
        $table[$key] = $counters[$kind]
    }
    $table[$key]
}

# The last $length digits of a number, with zeros in front.
function Format-Number($number, $length) {
    $digits = "$number".PadLeft($length, '0')
    $digits.Substring($digits.Length - $length)
}

function Get-LabelMask($label) {
    if ($label.Length -le 2) { return 'z' * $label.Length }
    if ($label -cmatch '^zz[0-9]*$') { return $label }
    $number = Get-Number $labels "label $($label.Length)" $label
    'zz' + (Format-Number $number ($label.Length - 2))
}

# Every word of a value: dots, colons and blanks stay, and so do ports and the types of a distinguished name.
function Get-NameMask($value) {
    if ($value -match '^(NT AUTHORITY|NT SERVICE|BUILTIN|localhost|null|not available)') { return $value }
    # An address, which is masked already.
    if ($value -match '^\[?[0-9f]*[.:][0-9f]*[.:][0-9f.:]*\]?(:[0-9]+)?$') { return $value }
    [regex]::Replace($value, '(?<![:\\A-Za-z0-9_-])(?:\\u[0-9a-f]{4}|[A-Za-z0-9_-]|[^\x00-\x7F])+(?![A-Za-z0-9_=-])', {
            Get-LabelMask $args[0].Value
        })
}

function Get-DigitMask($value, $letter, $digit) {
    [regex]::Replace([regex]::Replace($value, '[A-Za-z]', $letter), '[0-9]', $digit)
}

function Get-GuidMask($guid) {
    if ($guid -match '^(55c92734-d682-4d71|59a52881-a989-479d|0ff1ce15-a989-479d|0ff1ce16-a989-479d)-') { return $guid }
    '00000000-0000-4000-8000-' + (Format-Number (Get-Number $guids 'guid' $guid) 12)
}

function Get-AddressMask($address) {
    if ($address -match '^127\.|^0\.0\.0\.0$') { return $address }
    $last = $address.Substring($address.LastIndexOf('.') + 1)
    $number = 1 + (((Get-Number $addresses 'address' $address) - 1) % 9)
    (Get-DigitMask $address.Substring(0, $address.Length - $last.Length) '0' '0') + (Format-Number $number $last.Length)
}

# Names of this machine and of who runs this, wherever they stand as a word.
$ownNames = @([Environment]::MachineName, [Environment]::UserName, [Environment]::UserDomainName)
foreach ($name in @($env:USERDNSDOMAIN, [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().DomainName)) {
    if ($name) { $ownNames += $name.Split('.')[0] }
}
$ownNames = @($ownNames | Where-Object { $_ -and $_.Length -gt 2 -and $_ -notmatch '^(system|windows|office|server|client|kms|host)$' })

$nameLabels = 'ComputerName', 'KeyManagementServiceMachine', 'DiscoveredKeyManagementServiceMachineName', 'ADActivationObjectName'
$nameLines = 'Registered KMS machine name', 'KMS machine name from DNS', 'KMS machine registry override defined',
    'Registered KMS SRV record lookup domain', 'KMS Lookup Domain', 'Host machine name', 'Activation Object name', 'AO DN'

function Protect-Text($text) {
    $all = [Text.RegularExpressions.RegexOptions]'IgnoreCase, Multiline'
    # Keys, whole and partial, also behind a label of another language.
    $text = [regex]::Replace($text, '(?<![0-9A-Za-z])(?:[0-9A-Za-z]{5}-){4}[0-9A-Za-z]{5}(?![0-9A-Za-z])', {
            Get-DigitMask $args[0].Value 'X' 'X'
        })
    $text = [regex]::Replace($text, '(?<=(?:Partial Product Key|installed product key|"PartialProductKey") *: *"?)[0-9A-Za-z]{5}\b', {
            Get-DigitMask $args[0].Value 'X' 'X'
        }, $all)
    $text = [regex]::Replace($text, '(?<=: *)(?=[0-9]*[B-Z])[BCDFGHJKMNPQRTVWXY2-46-9]{5}(?=\r?$)', 'XXXXX',
        [Text.RegularExpressions.RegexOptions]'Multiline')
    # Ids.
    $text = [regex]::Replace($text, '(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])', {
            Get-GuidMask $args[0].Value
        })
    $text = [regex]::Replace($text, '(?<![0-9A-Za-z-])[0-9]{5}-[0-9A-Z]{3,5}-[0-9A-Z]{3,7}-[0-9A-Z][0-9A-Z.-]*', {
            Get-DigitMask $args[0].Value 'A' '0'
        })
    $text = [regex]::Replace($text, '(?<![0-9A-Za-z.])[0-9]{25,}(?![0-9A-Za-z])', { '1' * $args[0].Value.Length })
    $text = [regex]::Replace($text, '(?<![0-9A-Za-z])[0-9A-Fa-f]{32,}(?![0-9A-Za-z])', { 'f' * $args[0].Value.Length })
    # Addresses; the numbers of a version of Windows are longer.
    $text = [regex]::Replace($text, '(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9]|\.[0-9])', {
            Get-AddressMask $args[0].Value
        })
    $text = [regex]::Replace($text, '(?<![0-9A-Za-z:])(?=[0-9A-Fa-f:]*::)(?!::1?(?![0-9A-Fa-f:]))[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![0-9A-Za-z:])', {
            Get-DigitMask $args[0].Value 'f' 'f'
        })
    $text = [regex]::Replace($text, '(?<![0-9A-Za-z:])[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){5,7}(?![0-9A-Za-z:])', {
            Get-DigitMask $args[0].Value 'f' 'f'
        })
    # Names behind labels, then by their shape, then our own.
    foreach ($label in $nameLabels) {
        $text = [regex]::Replace($text, ('(?<="' + $label + '": *")[^"]+(?=")'), { Get-NameMask $args[0].Value }, $all)
    }
    foreach ($label in $nameLines) {
        $text = [regex]::Replace($text, ('(?<=^[ \t]*' + $label + ': *)[^\r\n]+'), { Get-NameMask $args[0].Value }, $all)
    }
    $text = [regex]::Replace($text, '(?<![A-Za-z0-9_.\\/-])[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.[A-Za-z][A-Za-z0-9-]+(?![A-Za-z0-9_-])', {
            $name = $args[0].Value
            if ($name -match '\.(vbs|exe|dll|ps1|ini|txt|xml|json|log)$' -or $name -match '(^|\.)microsoft\.com$') { return $name }
            Get-NameMask $name
        })
    $text = [regex]::Replace($text, '(?<=://)[A-Za-z0-9.-]+(?=[:/])', {
            if ($args[0].Value -match '(^|\.)microsoft\.com$') { return $args[0].Value }
            Get-NameMask $args[0].Value
        })
    $text = [regex]::Replace($text, '(?<![\\/:%A-Za-z0-9_.-])[A-Za-z0-9.-]+\\\\?(?!u[0-9a-f]{4})[A-Za-z0-9._-]+(?![\\A-Za-z0-9._-])', {
            if ($args[0].Value -match '^(root|HKLM|AUTHORITY|SERVICE|BUILTIN|Windows|system32)\\') { return $args[0].Value }
            [regex]::Replace($args[0].Value, '[A-Za-z0-9_-]+', { Get-LabelMask $args[0].Value })
        })
    $text = [regex]::Replace($text, '[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+', {
            [regex]::Replace($args[0].Value, '[A-Za-z0-9_-]+', { Get-LabelMask $args[0].Value })
        })
    foreach ($name in $ownNames) {
        $text = [regex]::Replace($text, ('(?<![A-Za-z0-9])' + [regex]::Escape($name) + '(?![A-Za-z0-9])'), {
                Get-LabelMask $args[0].Value
            }, $all)
    }
    $text
}

# ---- files ----

$folder = [IO.Path]::Combine($PSScriptRoot, 'kms-capture-' + [DateTime]::UtcNow.ToString('yyyyMMdd-HHmmss',
        [Globalization.CultureInfo]::InvariantCulture))

function Write-Capture($name, $source, $text) {
    $windows = @(Get-CimInstance -Namespace 'root\cimv2' -Query 'SELECT Caption, Version, OSLanguage FROM Win32_OperatingSystem')[0]
    $provenance = @(
        "Windows: $($windows.Caption) $($windows.Version), language $($windows.OSLanguage)"
        "Agent: $source"
        ('Date: ' + [DateTime]::UtcNow.ToString('yyyy-MM-dd', [Globalization.CultureInfo]::InvariantCulture))
        'Masked: kms-capture.ps1, TO FILL IN: read by whom'
        'From: TO FILL IN: who gives it, or anonymous'
        'License: TO FILL IN: MIT, if you agree that it becomes part of the project'
    )
    $encoding = [Text.UTF8Encoding]::new($false)
    [IO.File]::WriteAllText([IO.Path]::Combine($folder, $name), (Protect-Text $text), $encoding)
    [IO.File]::WriteAllText([IO.Path]::Combine($folder, "$name.provenance"), ($provenance -join "`n") + "`n", $encoding)
    [Console]::Out.WriteLine("written: $name")
}

# What a script of Microsoft displays, line by line, in the code page of the console.
function Get-ScriptOutput($script, $options) {
    $cscript = [IO.Path]::Combine([Environment]::SystemDirectory, 'cscript.exe')
    $lines = @(& $cscript '//NoLogo' $script $options)
    ($lines -join "`r`n") + "`r`n"
}

try {
    [void][IO.Directory]::CreateDirectory($folder)
    $slmgr = [IO.Path]::Combine([Environment]::SystemDirectory, 'slmgr.vbs')
    Write-Capture 'slmgr-dlv-all.txt' 'cscript slmgr.vbs /dlv all' (Get-ScriptOutput $slmgr @('/dlv', 'all'))

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
    Write-Capture 'cim.json' "CIM classes, PowerShell $($PSVersionTable.PSVersion)" (ConvertTo-Json -InputObject $report -Depth 4)

    foreach ($programs in @($env:ProgramFiles, ${env:ProgramFiles(x86)})) {
        foreach ($version in '14', '15', '16') {
            if (-not $programs) { continue }
            $ospp = [IO.Path]::Combine($programs, "Microsoft Office\Office$version\ospp.vbs")
            if (-not [IO.File]::Exists($ospp)) { continue }
            Write-Capture "ospp-dstatus-$version.txt" "cscript ospp.vbs /dstatus of Office$version" (Get-ScriptOutput $ospp @('/dstatus'))
        }
    }
    [Console]::Out.WriteLine("Read every file in $folder before you give it away, and fill in the files *.provenance.")
    exit 0
} catch {
    $code = '0x{0:X8}' -f $_.Exception.HResult
    if ("$($_.Exception.MessageId)" -match '0x[0-9A-Fa-f]{8}') { $code = $Matches[0] }
    [Console]::Out.WriteLine("Error: $code $($_.Exception.Message)")
    exit 3
}
