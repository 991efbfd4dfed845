/* SPDX-License-Identifier: MIT */
/* Namespaces of WS-Management as WinRM uses it; DMTF DSP0226, Microsoft MS-WSMV 2.2.1. */
#ifndef PAYLOAD_WSMAN_NAMES_H
#define PAYLOAD_WSMAN_NAMES_H

#define SOAP_SPACE "http://www.w3.org/2003/05/soap-envelope"
#define ADDRESSING_SPACE "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define ENUMERATION_SPACE "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define WSMAN_SPACE "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define WSMAN_MICROSOFT_SPACE "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
#define WSMAN_FAULT_SPACE "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
#define INSTANCE_SPACE "http://www.w3.org/2001/XMLSchema-instance"

#endif
