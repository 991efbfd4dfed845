# SPDX-License-Identifier: MIT
# icinga-powershell-kms.psd1 - the manifest of the module: put both files into a folder of this name.
@{
    RootModule = 'Invoke-IcingaCheckKms.psm1'
    ModuleVersion = '0.1.0'
    GUID = '6f0d5a43-0e0b-4a5e-9b0f-3f6f2c9c7a51'
    Author = 'KMS monitoring plugins'
    Description = 'The license data of Windows and Office for check_kms_host and check_kms_client.'
    PowerShellVersion = '5.1'
    FunctionsToExport = @('Invoke-IcingaCheckKms')
    CmdletsToExport = @()
    VariablesToExport = @()
    AliasesToExport = @()
}
