# SPDX-License-Identifier: MIT
"""WinRM: Enumerate with a WQL filter, and Pull until the end.  As Windows 2008 and later does it, the first answer
holds one item, every answer brings another context, items are w:Items first and n:Items later.

Sources: DSP0226 (WS-Management), Microsoft MS-WSMV."""
import base64
import re
import uuid
import xml.etree.ElementTree as xml
from xml.sax.saxutils import escape

import wql
from agent import Agent
from http_message import Violation, reply

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2"
CIM = "http://schemas.dmtf.org/wbem/wscim/1/common"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DIALECT = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
CONTENT_TYPE = "application/soap+xml;charset=UTF-8"
SERVER = ("Server", "Microsoft-HTTPAPI/2.0")
ENVELOPE_MAXIMUM = 153600
ACCESS_DENIED, NOT_FOUND, PROVIDER_FAILED, TOO_MANY, BAD_CONTEXT = 5, 2150858752, 2150859010, 2150859174, 2150858843
_MESSAGE_ID = re.compile(r"uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Fault(Exception):
    """Code and subcode."""


class Message:
    """An envelope that came."""

    def __init__(self, body):
        try:
            self._root = xml.fromstring(body)
        except xml.ParseError as error:
            raise Violation(f"a body that is no XML: {error}") from None
        if self._root.tag != f"{{{SOAP}}}Envelope":
            raise Violation(f"an envelope of {self._root.tag}")
        self.action = self._header(ADDRESSING, "Action").rpartition("/")[2]
        self.id = self._header(ADDRESSING, "MessageID")

    def _header(self, space, name):
        found = self._root.findall(f"{{{SOAP}}}Header/{{{space}}}{name}")
        if len(found) != 1 or not found[0].text:
            raise Violation(f"an envelope with {len(found)} {name}")
        return found[0].text

    def find(self, space, name):
        """An element of the body, None if there is none."""
        return self._root.find(f"{{{SOAP}}}Body//{{{space}}}{name}")

    def check(self, request):
        """The headers that a real service wants."""
        target = self._header(ADDRESSING, "To")
        if not target.endswith(f"://{request.header('Host')}{request.path}"):
            raise Violation(f"an envelope to {target} in a request to {request.header('Host')}")
        if self._header(WSMAN, "ResourceURI") != f"{WMI}/*":
            raise Violation(f"ResourceURI {self._header(WSMAN, 'ResourceURI')}")
        if not _MESSAGE_ID.fullmatch(self.id):
            raise Violation(f"MessageID {self.id}")
        if int(self._header(WSMAN, "MaxEnvelopeSize")) > ENVELOPE_MAXIMUM:
            raise Violation(f"MaxEnvelopeSize {self._header(WSMAN, 'MaxEnvelopeSize')}")
        if not re.fullmatch(r"PT\d+(\.\d+)?S", self._header(WSMAN, "OperationTimeout")):
            raise Violation(f"OperationTimeout {self._header(WSMAN, 'OperationTimeout')}")
        for locale in self._root.findall(f"{{{SOAP}}}Header/{{{WSMAN}}}Locale"):
            if locale.get(f"{{{SOAP}}}mustUnderstand") == "true":
                raise Violation("a Locale that must be understood")


# ---- what the service writes


def envelope(action, relates_to, body):
    return (f'<s:Envelope xml:lang="en-US" xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:n="{ENUMERATION}" '
            f'xmlns:w="{WSMAN}" xmlns:p="{MICROSOFT}"><s:Header><a:Action>{action}</a:Action>'
            f'<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID><a:To>{ADDRESSING}/role/anonymous</a:To>'
            f'<a:RelatesTo>{relates_to}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>')


def value_xml(tag, value, date_prefix):
    if value is None:
        return f'<{tag} xsi:nil="true"/>'
    if isinstance(value, bool):
        return f"<{tag}>{str(value).lower()}</{tag}>"
    text = escape(str(value))
    if isinstance(value, str) and _DATE.fullmatch(value):
        text = f"<{date_prefix}Datetime>{text}</{date_prefix}Datetime>"
    return f"<{tag}>{text}</{tag}>"


def item_xml(selection, row):
    """SELECT * gives an object of the class, named columns a fragment without a namespace."""
    if selection.is_everything:
        name = selection.class_name
        values = "".join(value_xml(f"p:{column}", value, "cim:") for column, value in row.items())
        return (f'<p:{name} xmlns:xsi="{XSI}" xmlns:p="{WMI}/{name}" xmlns:cim="{CIM}" '
                f'xsi:type="p:{name}_Type">{values}</p:{name}>')
    values = "".join(value_xml(column, value, "") for column, value in row.items())
    return f'<w:XmlFragment xmlns:xsi="{XSI}" xmlns:w="{WSMAN}">{values}</w:XmlFragment>'


def fault_body(code, subcode, machine):
    message = "a sentence in the language of the machine"
    return (f'<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{subcode}</s:Value></s:Subcode></s:Code>'
            f'<s:Reason><s:Text xml:lang="en-US">{message}</s:Text></s:Reason><s:Detail>'
            f'<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{code}" '
            f'Machine="{machine}"><f:Message>{message}</f:Message></f:WSManFault></s:Detail></s:Fault>')


class WinrmAgent(Agent):
    kind = "winrm"

    def __init__(self, machine, batch=1, offers=("Negotiate", 'Basic realm="WSMAN"'), fault=None, accepts_ticket=None,
                 **common):
        """`batch` is the number of items of each answer; 0 puts all into the first one, as Windows 2003 did.  `fault`
        is a code and a subcode that answers everything.  `accepts_ticket` says of the bytes of a Kerberos ticket
        whether it is good; then nothing else logs in, once for all requests."""
        super().__init__(machine, **common)
        self._accepts_ticket, self._has_ticket = accepts_ticket, False
        self.batch, self.offers, self.fault = batch, offers, fault
        self._message_ids = set()
        self._waiting = {}  # items that a context stands for

    def check_own(self, request):
        if (request.method, request.path, request.query) != ("POST", "/wsman", ""):
            raise Violation(f"{request.method} {request.target}")
        if request.header("Content-Type") != CONTENT_TYPE:
            raise Violation(f"Content-Type: {request.header('Content-Type')}")
        message = Message(request.body)
        message.check(request)
        if message.id in self._message_ids:
            raise Violation(f"MessageID {message.id} for the second time")
        self._message_ids.add(message.id)

    def is_let_in(self, request):
        if self._accepts_ticket is None:
            return super().is_let_in(request)
        scheme, _, ticket = (request.header("Authorization") or "").partition(" ")
        if scheme == "Negotiate":
            self._has_ticket = self._accepts_ticket(base64.b64decode(ticket))
        return self._has_ticket

    def refuse(self, request):
        challenges = [("WWW-Authenticate", offer) for offer in self.offers]
        return reply("401 ", b"", [SERVER, *challenges, ("Connection", "close")])

    def answer(self, request):
        message = Message(request.body)
        steps = {"Enumerate": self._enumerate, "Pull": self._pull}
        try:
            if self.fault:
                raise Fault(*self.fault)
            if message.action not in steps:
                raise Violation(f"the action {message.action}")
            body = steps[message.action](message)
        except Fault as fault:
            return self._reply("500 ", envelope(f"{WSMAN.removesuffix('.xsd')}/fault", message.id,
                                                fault_body(*fault.args, f"{self.machine}.corp.example.com")))
        return self._reply("200 ", envelope(f"{ENUMERATION}/{message.action}Response", message.id, body))

    @staticmethod
    def _reply(status, text):
        return reply(status, text, [("Content-Type", CONTENT_TYPE), SERVER, ("Date", "Mon, 02 Mar 2026 08:00:00 GMT")])

    def _enumerate(self, message):
        query = message.find(WSMAN, "Filter")
        if query is None or query.get("Dialect") != DIALECT:
            raise Violation("Enumerate without a filter in WQL")
        try:
            selection = wql.select(self.classes, query.text)
        except wql.WqlError as error:
            raise (Fault(NOT_FOUND, "a:DestinationUnreachable") if error.args[0] == wql.INVALID_CLASS else
                   Fault(PROVIDER_FAILED, "w:InternalError")) from None
        items = [item_xml(selection, row) for row in selection.rows]
        if message.find(WSMAN, "OptimizeEnumeration") is None:
            return self._response("Enumerate", "w", [], items)
        first = len(items) if self.batch == 0 else self.batch
        return self._response("Enumerate", "w", items[:first], items[first:])

    def _pull(self, message):
        context = message.find(ENUMERATION, "EnumerationContext")
        items = self._waiting.pop(context.text, None) if context is not None else None
        if items is None:
            raise Fault(BAD_CONTEXT, "n:InvalidEnumerationContext")
        return self._response("Pull", "n", items[:max(self.batch, 1)], items[max(self.batch, 1):])

    def _response(self, name, prefix, items, rest):
        context = f"uuid:{str(uuid.uuid4()).upper()}" if rest else ""
        if rest:
            self._waiting[context] = rest
        context_xml = f"<n:EnumerationContext>{context}</n:EnumerationContext>" if rest or name == "Enumerate" else ""
        end = "" if rest else f"<{prefix}:EndOfSequence/>"
        items_xml = f"<{prefix}:Items>{''.join(items)}</{prefix}:Items>"
        return f"<n:{name}Response>{context_xml}{items_xml}{end}</n:{name}Response>"
