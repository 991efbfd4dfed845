# SPDX-License-Identifier: MIT
"""Documents that are wrong, cut, huge, or meant to do harm.  Whatever comes in: one of four exit codes, one line with
one bar, nothing on standard error, and never OK by accident."""
import gzip
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import threading
import time

import pytest

import documents
from conftest import BUILD
from machine import DAY, OSPP, client, document, edit, host, host_document, office
from processes import everybody, start_as_nobody, wait_for  # noqa: F401, everybody is a fixture

HOST, CLIENT = "check_kms_host", "check_kms_client"
STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
OK, UNKNOWN = 0, 3


def survive(program, data, *words, input_file="-", **options):
    """Runs the plugin on these bytes and checks what must hold whatever they are."""
    done = subprocess.run([BUILD / program, f"--input={input_file}", *words], input=data if input_file == "-" else None,
                          capture_output=True, check=False, timeout=20, **options)
    assert done.returncode in range(4) and done.stderr == b"", (done, data[:2000])
    assert not set(done.stdout) - set(range(32, 127)) - {10}, (done, data[:2000])
    text = done.stdout.decode("ascii")
    first = text.split("\n", 1)[0]
    if "--output-format=json" in words:
        assert json.loads(text)["exit_code"] == done.returncode
        return done.returncode, json.loads(text)["summary"]
    service = "KMS_HOST" if program == HOST else "KMS_CLIENT"
    assert first.startswith(f"{service} {STATES[done.returncode]} - "), (text, data[:2000])
    assert text.count("|") == 1 and " | " in first and len(first.split(" | ")[0]) <= 160, (text, data[:2000])
    assert not set(text) & set("<>`$") and not re.search(r"\\[nt]", text), (text, data[:2000])
    assert len(text) <= 4096 or text.count("\n") == 1
    for item in first.split(" | ")[1].split(" "):
        assert re.fullmatch(r"[a-z0-9_]+=-?\d+(\.\d+)?(s|c|%)?(;[0-9.:@~-]*){0,4}", item), (item, data[:2000])
    return done.returncode, first.split(" | ")[0]


def encode(text):
    return text.encode("utf-8")


# ---- nothing that is a document

HEALTHY, HEALTHY_JSON = encode(documents.document("wks-001", "slmgr")), encode(document(client()))
NO_DOCUMENTS = {
    "empty": b"", "a-newline": b"\n", "blanks": b" \r\n\t \n" * 100, "byte-order-mark": b"\xef\xbb\xbf",
    "wide-byte-order-mark": b"\xff\xfe",
    "one-byte": b"{", "one-nul": b"\0", "nul-bytes": b"\0" * 100000, "ten-megabytes-of-a": b"A" * 10_000_000,
    "ten-megabytes-of-newlines": b"\n" * 10_000_000, "ten-megabytes-of-brackets": b"[" * 10_000_000,
    "ten-megabytes-of-a-healthy-machine": HEALTHY * (10_000_000 // len(HEALTHY)),
    "a-healthy-machine-and-ten-megabytes": HEALTHY_JSON.rstrip() + b" " * 10_000_000,
    "random": random.Random(1).randbytes(50000), "gzip": gzip.compress(HEALTHY_JSON, mtime=0),
    "elf": pathlib.Path("/bin/true").read_bytes(),
    "utf-16-big-endian": b"\xfe\xff" + HEALTHY.decode().encode("utf-16-be"),
    "utf-16-big-endian-bare": HEALTHY.decode().encode("utf-16-be"),
    "utf-32": HEALTHY.decode().encode("utf-32"), "nul-in-the-middle": HEALTHY[:700] + b"\0" + HEALTHY[700:],
    "nul-in-json": HEALTHY_JSON[:200] + b"\0" + HEALTHY_JSON[200:], "nul-at-the-end": HEALTHY_JSON + b"\0",
    "html": b"<!DOCTYPE html><html><body>License Status: Licensed</body></html>",
    "xml": b"<?xml version='1.0'?><a>1</a>",
    "prose": b"License Status: Licensed\n", "perfdata": b"OK - fine | count=99;;;0;50\n",
    "null": b"null", "true": b"true", "number": b"1", "string": b'"Licensed"', "object": b"{}", "list": b"[]",
    "list-of-lists": b"[[]]",
    "list-of-null": b"[null]", "list-of-numbers": b"[1,2]", "classes-are-null": b'{"SoftwareLicensingProduct":null}',
    "classes-are-text": b'{"SoftwareLicensingProduct":"@{Name=x}","SoftwareLicensingService":"y"}',
    "deep-lists": b"[" * 100000 + b"]" * 100000, "deep-objects": b'{"a":' * 100000 + b"1" + b"}" * 100000,
    "deep-products": b'{"SoftwareLicensingProduct":' * 5000 + b"[]" + b"}" * 5000,
    "json-and-more": HEALTHY_JSON.strip() + b"x", "two-json": HEALTHY_JSON + HEALTHY_JSON,
    "trailing-comma": HEALTHY_JSON.strip()[:-1] + b",}",
    "single-quotes": HEALTHY_JSON.replace(b'"', b"'"), "comment": b"// hello\n" + HEALTHY_JSON,
    "nan": HEALTHY_JSON.replace(b"256320", b"NaN"),
    "infinity": HEALTHY_JSON.replace(b"256320", b"1e999"),
    "too-many-digits": HEALTHY_JSON.replace(b"256320", b"9" * 5000),
    "leading-zero": HEALTHY_JSON.replace(b"256320", b"0256320"), "hex": HEALTHY_JSON.replace(b"256320", b"0x3E940"),
    "invalid-utf-8": HEALTHY_JSON.replace(b"Enterprise", b"Enter\xffprise"),
    "overlong-utf-8": HEALTHY_JSON.replace(b"Enterprise", b"\xc0\xaf"),
    "lone-surrogate": HEALTHY_JSON.replace(b"Enterprise", b"\\ud800"),
    "nul-escape": HEALTHY_JSON.replace(b"Enterprise", b"\\u0000"),
    "raw-newline": HEALTHY_JSON.replace(b"Enterprise", b"Enter\nprise"),
    "wrong-count": b'{"value":' + json.dumps([client()]).encode() + b',"Count":2}',
}


@pytest.mark.parametrize("program", [HOST, CLIENT])
@pytest.mark.parametrize("name", NO_DOCUMENTS)
def test_what_is_no_document_is_unknown(program, name):
    code, line = survive(program, NO_DOCUMENTS[name], "--floor=0" if program == HOST else "-v")
    assert code == UNKNOWN and "nothing judged: " in line, line


@pytest.mark.parametrize("name", NO_DOCUMENTS)
def test_what_is_no_document_is_unknown_in_json(name):
    assert survive(CLIENT, NO_DOCUMENTS[name], "--output-format=json")[0] == UNKNOWN


def test_eight_megabytes_are_the_limit():
    row = json.dumps(client())
    padding = 8 * 1024 * 1024 - len(row)
    assert survive(CLIENT, encode(row + " " * padding))[0] == OK
    code, line = survive(CLIENT, encode(row + " " * (padding + 1)))
    assert code == UNKNOWN and "8 MiB" in line


def test_more_products_than_a_machine_has_are_refused_or_judged():
    """Hundreds of entries are usual, thousands with keys are not."""
    for count in (500, 5000):
        rows = [client(ID=str(index),
                       GracePeriodRemaining=20 * DAY if index == count - 1 else 178 * DAY) for index in range(count)]
        assert survive(CLIENT, encode(document(*rows)))[0] != OK


# ---- cut documents
#
# Why a cut document may be OK at all.  Text has no end mark, so a text that is cut behind a line cannot be told from a
# shorter one.  The verdict on a product needs its status, its channel and, where it has an end, its minutes; on a host
# its status and its count.  All of these are needed for OK, and the lines that hold them are read only when they are
# whole.  So OK means that they were all there and good; behind them stand only facts that a document may lack anyway
# (who the KMS host is, intervals, priority, counters) and further products, which --product names when they must not
# get lost.  The tests hold this against documents that are ill in each of the needed facts: none of their pieces is OK.
# JSON that is cut is never closed, so it is never read.


def places(data, seed, sample):
    """Where to cut: around every line end, and a sample of all other places."""
    ends = {match.end() + more for match in re.finditer(rb"\r?\n", data) for more in (-2, -1, 0, 1)}
    chosen = ends | set(random.Random(seed).sample(range(len(data)), min(sample, len(data))))
    return sorted(place for place in chosen if 0 <= place < len(data))


LICENSED = "License Status: Licensed\r\n"
MINUTES = "Volume activation expiration: 258780 minute(s) (180 day(s))\r\n"
LEFT = "Time remaining: 2000 minute(s) (2 day(s))\r\n"
STATUSES = ["Unlicensed", "Notification", "Unknown", "Licensed or not", "Initial grace period", "Non-genuine grace period.",
            "Additional grace period (KMS license expired or hardware out of tolerance)"]
OSPP_MINUTES = "REMAINING GRACE: 178 days  (256320 minute(s) before expiring)\n"


def ill_twins():
    """Documents with one thing wrong in every fact that decides; each with the program and the words to check it."""
    healthy, mak = documents.document("wks-001", "slmgr"), documents.document("wks-030", "slmgr")
    for status in STATUSES:
        name = f"status-{status.split()[0]}"
        yield name, CLIENT, edit(healthy, (LICENSED + MINUTES, f"License Status: {status}\r\n{LEFT}")), []
    yield "two-statuses", CLIENT, edit(healthy, (LICENSED, "License Status: Notification\r\n" + LICENSED)), []
    yield "no-minutes", CLIENT, edit(healthy, (MINUTES, "")), []
    yield "twenty-days", CLIENT, edit(healthy, ("258780 minute(s)", "28800 minute(s)")), []
    yield "no-day", CLIENT, edit(healthy, ("258780 minute(s) (180", "0 minute(s) (0")), []
    yield "no-key", CLIENT, edit(healthy, ("Partial Product Key: XXXXX", "This license is not in use.")), []
    yield "mak-unlicensed", CLIENT, edit(mak, (LICENSED, "License Status: Unlicensed\r\n")), []
    yield "mak-with-an-end", CLIENT, edit(mak, (LICENSED, LICENSED + MINUTES.replace("258780", "2880"))), []
    yield "evaluation", CLIENT, edit(mak, ("VOLUME_MAK channel", "TIMEBASED_EVAL channel")), []
    yield "office-gone", CLIENT, healthy, ["--product=windows,office"]

    gone = edit(OSPP, ("---LICENSED---", "---NOTIFICATIONS---"), (OSPP_MINUTES, ""))
    yield "ospp-notification", CLIENT, gone, []
    yield "ospp-twenty-days", CLIENT, edit(OSPP, ("(256320", "(28800")), []
    yield "ospp-without-minutes", CLIENT, edit(OSPP, (OSPP_MINUTES, "")), []

    kms01 = documents.document("kms01", "slmgr")
    windows = kms01[:kms01.index("\r\nName: Office") + 2]
    yield "count-4", HOST, edit(windows, ("Current count: 26", "Current count: 4")), ["--floor=5"]
    yield "count-none", HOST, edit(windows, ("Current count: 26", "Current count: -1")), ["--floor=5"]
    yield "no-count", HOST, edit(windows, ("    Current count: 26\r\n", "")), ["--floor=5"]
    yield "host-key-unlicensed", HOST, edit(windows, (LICENSED, "License Status: Unlicensed\r\n")), ["--floor=0"]
    yield "host-key-not-enabled", HOST, windows[:windows.index("Key Management Service is enabled")], ["--floor=0"]
    office_low = edit(kms01, ("Current count: 10", "Current count: 4"))
    yield "office-host-key-low", HOST, office_low, ["--floor=5", "--product=windows,office"]
    for name in ("kms02", "kms03"):
        yield name, HOST, documents.document(name, "slmgr"), ["--floor=25"]


ILL = {name: rest for name, *rest in ill_twins()}
LAB_CLIENTS = documents.clients()


@pytest.mark.parametrize("name", ILL)
def test_no_piece_of_an_ill_document_is_ok(name):
    program, text, words = ILL[name]
    data = encode(text)
    assert survive(program, data, *words)[0] != OK
    for place in places(data, name, 20):
        code, line = survive(program, data[:place], *words)
        assert code != OK, (place, data[max(0, place - 80):place], line)


@pytest.mark.parametrize("name", LAB_CLIENTS)
def test_a_piece_of_a_client_is_ok_only_when_all_is_there_that_decides(name):
    data = encode(documents.document(name, "slmgr"))
    whole = survive(CLIENT, data)
    needed = data.index(b"\n", data.index(b"License Status:"))
    if b"expiration:" in data:
        needed = data.index(b"\n", data.index(b"expiration:"))
    for place in places(data, name, 8):
        code, line = survive(CLIENT, data[:place])
        assert code in (whole[0], UNKNOWN), (place, line)
        if code == OK:
            assert whole[0] == OK and place >= needed, (place, line)


@pytest.mark.parametrize("name", documents.hosts())
@pytest.mark.parametrize("floor", [0, 5, 25])
def test_a_piece_of_a_host_is_ok_only_when_all_is_there_that_decides(name, floor):
    data, words = encode(documents.document(name, "slmgr")), [f"--floor={floor}", "--product=windows"]
    whole = survive(HOST, data, *words)
    needed = data.index(b"\n", data.index(b"Current count:"))
    for place in places(data, name, 8):
        code, line = survive(HOST, data[:place], *words)
        assert code in (whole[0], UNKNOWN) or "not a KMS host" in line or "host key not activated" in line, (place,
                                                                                                             line)
        if code == OK:
            assert whole[0] == OK and place >= needed, (place, line)


@pytest.mark.parametrize(("text", "begin", "length"), [
    (documents.document("wks-001", "slmgr"), "Software", 10000),  # all of it
    (documents.document("wks-030", "slmgr"), "Partial Product Key", 200), (OSPP, "LICENSE STATUS", 200)])
def test_a_line_without_its_end_is_not_read(text, begin, length):
    """Every single byte: the piece has the verdict of its whole lines."""
    data = encode(text)
    start = data.index(encode(begin))
    known = {}
    for place in range(start, min(start + length, len(data))):
        kept = re.match(rb"(?s)(?:.*[\r\n])?", data[:place]).group()
        if kept not in known:
            known[kept] = survive(CLIENT, kept)[0]
        assert survive(CLIENT, data[:place])[0] == known[kept], (place, data[max(0, place - 80):place])


@pytest.mark.parametrize("program", [HOST, CLIENT])
@pytest.mark.parametrize("name", ["wks-001", "wks-025", "wks-030", "kms01", "kms02"])
def test_cut_json_is_unknown(program, name):
    data = encode(documents.document(name, "json"))
    whole = survive(program, data, "--floor=5" if program == HOST else "-v")
    closed = len(data.rstrip())
    for place in [*range(0, closed, 11), closed - 2, closed - 1]:
        code, line = survive(program, data[:place], "--floor=5" if program == HOST else "-v")
        assert code == UNKNOWN and "nothing judged" in line, (place, line)
    for place in range(closed, len(data)):
        assert survive(program, data[:place], "--floor=5" if program == HOST else "-v") == whole


@pytest.mark.parametrize("name", ["wks-001", "wks-026", "kms01", "kms02"])
def test_a_cut_with_a_newline_behind_it_is_no_better_than_the_whole(name):
    """What check_nrpe makes of the packets of NRPE 2.  A number that lost digits may alert, never calm."""
    program, words = (HOST, ["--floor=5"]) if name in documents.hosts() else (CLIENT, [])
    data = encode(documents.document(name, "slmgr"))
    whole = survive(program, data, *words)[0]
    for place in places(data, name, 60):
        code, line = survive(program, data[:place] + b"\n", *words)
        assert code != OK or whole == OK, (place, line)


@pytest.mark.parametrize("with_mark", [True, False])
def test_wide_text_cut_in_a_character(with_mark):
    data = (b"\xff\xfe" if with_mark else b"") + HEALTHY.decode().encode("utf-16-le")
    assert survive(CLIENT, data)[0] == survive(CLIENT, data[:-1])[0] == OK
    ill = (b"\xff\xfe" if with_mark else b"") + documents.document("wks-026", "slmgr").encode("utf-16-le")
    for place in range(0, len(ill), 13):
        assert survive(CLIENT, ill[:place])[0] != OK


# ---- values

BAD = [-1, -2, 7, 99, 2**31, 2**32 - 1, 2**32, 2**53, 2**63, -2**63, 1.5, -0.5, 1e300, "", " ", "one", "1x", "0x",
       "0x1G", "1 1", "1.5", "+1", "\u0661",
       "Licensed", True, False, None, [], [1], {}, {"value": 1}]


def tampered(field, value, row):
    return encode(json.dumps([row | {field: value}]))


@pytest.mark.parametrize("value", BAD, ids=repr)
def test_a_status_that_is_none_is_never_ok(value):
    assert survive(CLIENT, tampered("LicenseStatus", value, client()))[0] != OK
    assert survive(HOST, tampered("LicenseStatus", value, host(KeyManagementServiceCurrentCount=40)))[0] != OK


@pytest.mark.parametrize("value", [value for value in BAD if value not in (7, 99)] + [0, 1, 10**6, 2**31 - 1,
                                                                                      "258780.5", "258780 minutes"],
                         ids=repr)
def test_minutes_that_are_none_are_never_ok(value):
    assert survive(CLIENT, tampered("GracePeriodRemaining", value, client()))[0] != OK


@pytest.mark.parametrize("value", [value for value in BAD if value not in (7, 99)] + [2000000, 4294967294, -3,
                                                                                      "26 clients"], ids=repr)
def test_a_count_that_is_none_is_never_ok(value):
    if value is True:
        value = [True]  # the JSON of True is no number either, but reads better so
    assert survive(HOST, tampered("KeyManagementServiceCurrentCount", value, host()), "--floor=5")[0] != OK


@pytest.mark.parametrize("value", [1, "1", 1.0, "0x1", " 1 "], ids=repr)
def test_spellings_of_one_are_one(value):
    """What agents make of a number."""
    assert survive(CLIENT, tampered("LicenseStatus", value, client()))[0] == OK


@pytest.mark.parametrize(("old", "new"), [
    ("258780 minute(s)", "-258780 minute(s)"), ("258780 minute(s)", "99999999999 minute(s)"),
    ("258780 minute(s)", "258780.5 minute(s)"),
    ("258780 minute(s)", "258,780 minute(s)"), ("258780 minute(s)", "180 day(s)"),
    ("258780 minute(s)", "0x3F2DC minute(s)"),
    ("258780 minute(s)", "258780 hour(s)"), ("258780 minute(s)", "2 58780 minute(s)"),
    ("258780 minute(s)", "minute(s)"),
    ("License Status: Licensed", "License Status: Licensed?"), ("License Status: Licensed", "License Status: 1"),
    ("License Status: Licensed", "License Status:"), ("License Status: Licensed", "License Status Licensed"),
    ("License Status: Licensed", "License Status: Unlicensed Licensed"),
    ("License Status: Licensed", "License Status: not Licensed"),
    ("License Status: Licensed", "Not License Status: Licensed"), ("Partial Product Key: XXXXX",
                                                                   "Partial Product Key:"),
    ("VOLUME_KMSCLIENT", "TIMEBASED_EVAL"),
])
def test_a_text_with_a_wrong_value_is_never_ok(old, new):
    text = edit(documents.document("wks-001", "slmgr"), (old, new))
    if new == "TIMEBASED_EVAL":
        text = edit(text, ("258780 minute(s)", "8000 minute(s)"))
    assert survive(CLIENT, encode(text))[0] != OK


@pytest.mark.parametrize("text", ["Current count: 26x", "Current count: 99999999999", "Current count: -2",
                                  "Current count:", "Current count: 2 6",
                                  "Current count: 2000000", "Current count: 0x",
                                  "Current count: 26\r\n    Current count: 4", "Current count is 26"])
def test_a_text_with_a_wrong_count_is_never_ok(text):
    data = edit(documents.document("kms01", "slmgr"), ("Current count: 26", text))
    assert survive(HOST, encode(data), "--floor=5", "--product=windows")[0] != OK


@pytest.mark.parametrize(("application", "cap"), [("windows", 50), ("office", 10)])
def test_a_count_that_no_host_reaches_is_not_called_its_cap(application, cap):
    code, line = survive(HOST, encode(host_document(host(application, KeyManagementServiceCurrentCount=cap))),
                         "--floor-office=5")
    assert code == OK and "(cap)" in line, line
    code, line = survive(HOST, encode(host_document(host(application, KeyManagementServiceCurrentCount=cap * 20))),
                         "--floor-office=5")
    assert "(cap)" not in line, line


def test_the_same_member_twice_is_refused():
    """Which of the two would count is a matter of taste, and an attacker has taste."""
    for extra in ('"LicenseStatus": 1', '"licensestatus": 1', '"Description": "x, VOLUME_MAK channel"'):
        row = json.dumps(client(LicenseStatus=5, LicenseStatusReason=0xC004F009, GracePeriodRemaining=0))
        assert survive(CLIENT, encode("{" + extra + ", " + row[1:]))[0] != OK, extra
        assert survive(CLIENT, encode(row[:-1] + ", " + extra + "}"))[0] != OK, extra


def test_a_machine_that_is_none_of_two():
    rows = json.dumps([client(PSComputerName="WKS-001"), client(PSComputerName="WKS-002", ID="2")])
    assert survive(CLIENT, encode(rows))[0] == UNKNOWN


def test_a_healthy_and_an_ill_product_are_not_ok_in_any_order():
    ill = office(LicenseStatus=5, LicenseStatusReason=0xC004F009, GracePeriodRemaining=0)
    for rows in ([client(), ill], [ill, client()], [client(ID="1"), ill, client(ID="2")]):
        assert survive(CLIENT, encode(document(*rows)))[0] == 2


def test_two_texts_in_one():
    """A healthy machine behind an ill one, as a wrapper may join them."""
    healthy, ill = documents.document("wks-001", "slmgr"), documents.document("wks-026", "slmgr")
    for text in (healthy + ill, ill + healthy, OSPP + ill, healthy + OSPP.replace("256320", "28800"),
                 documents.document("wks-001", "json") + ill,
                 ill + documents.document("wks-001", "json")):
        assert survive(CLIENT, encode(text))[0] != OK


# ---- text that wants to be more than a name

NAMES = ["a | count=99;;;0;50", "a\nKMS_CLIENT OK - b | x=1", "a\\nb\\tc", "CONTOSO\\name\\test",
         "<b>bold</b><script>alert(1)</script>", "$(id) `id` $USER1$",
         "a;b;c", "'quoted' \"twice\" & ~", "\x1b[31mred\x1b[0m", "\x00", "\x7f\x80\x9f",
         "caf\u00e9 \u4e2d\u6587 \U0001F600", "\u202eright to left",
         "\u2028\u2029", "[CRITICAL] (DOWN)", "x" * 5000, "|" * 300, "\\" * 50, "%s%n%d", "{code}",
         "a\r\n \\_ [OK] lease: b", "\ufeff", "\u0085", "\\\nn"]
FIELDS = ["Name", "Description", "ComputerName", "DiscoveredKeyManagementServiceMachineName", "ADActivationObjectName",
          "PartialProductKey", "ID"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_text_in_json_stays_text(name, field):
    value = name + ", VOLUME_KMSCLIENT channel" if field == "Description" else name
    for changes in ({}, {"GracePeriodRemaining": 20 * DAY}, {"LicenseStatus": 9}):
        data = encode(document(client(**changes | ({} if field == "ComputerName" else {field: value})),
                               name=name if field == "ComputerName" else "WKS-001"))
        plain = survive(CLIENT, data, "-v", "--expect=x", "--require=mak")
        assert survive(CLIENT, data, "--output-format=json", "--expect=x", "--require=mak")[0] == plain[0]
        if changes and "\\u0000" not in data.decode():
            assert plain[0] != OK


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_text_in_slmgr_output_stays_text(name):
    for old in ("Windows(R), Enterprise edition", "Windows(R) Operating System", "kms01.corp.example.com",
                "10.0.26100.1", "00000-00000-000"):
        survive(CLIENT, encode(edit(documents.document("wks-001", "slmgr"), (old, name))), "-v", "--expect=x")
    survive(HOST, encode(edit(documents.document("kms01", "slmgr"), ("ServerStandard", name))), "-v")
    survive(CLIENT, encode(f"Error: 0xC004F014 {name}\n"))
    survive(CLIENT, encode(f"Error: {name}\n"))
    survive(CLIENT, encode(name + "\n"))


@pytest.mark.parametrize("name", [name for name in NAMES if "\x00" not in name], ids=range(len(NAMES) - 1))
def test_text_in_options_stays_text(name):
    for words in (["-H", name], [f"--product={name}"], [f"--expect={name}"], [f"--notes-url={name}"]):
        data = encode(document(client(LicenseStatus=5, LicenseStatusReason=0xC004F009, GracePeriodRemaining=0),
                               name=None))
        done = subprocess.run([BUILD / CLIENT, "--input=-", *[word.encode() for word in words]], input=data,
                              capture_output=True, check=False)
        assert done.returncode in range(4) and done.stderr == b"" and done.stdout.count(b"|") <= 1, done
        assert not set(done.stdout) - set(range(32, 127)) - {10} and not set(done.stdout) & set(b"<>`$"), done


def test_a_subject_cannot_hide_the_reason():
    code, line = survive(CLIENT, encode(document(client(LicenseStatus=5, LicenseStatusReason=0xC004F009,
                                                        GracePeriodRemaining=0), name="W" * 3000)))
    assert code == 2 and "0xC004F009 grace period over" in line, line


# ---- encodings that are allowed


@pytest.mark.parametrize("form", ["slmgr", "json"])
@pytest.mark.parametrize(("program", "name"), [(CLIENT, "wks-001"), (CLIENT, "wks-025"), (HOST, "kms02")])
def test_every_allowed_encoding_has_the_same_verdict(form, program, name):
    text = documents.document(name, form)
    expected = survive(program, encode(text))
    for data in (b"\xef\xbb\xbf" + encode(text), b"\xff\xfe" + text.encode("utf-16-le"), text.encode("utf-16-le"),
                 encode(text.replace("\r\n", "\n")),
                 encode(text.replace("\r\n", "\r\r\n")), encode("\r\n\r\n" + text), encode(text + "\r\n\r\n")):
        assert survive(program, data) == expected
    if form == "slmgr":
        banner = "Microsoft (R) Windows Script Host Version 5.812\r\nCopyright (C) Microsoft Corporation.\r\n\r\n"
        assert survive(program, encode(text.replace("\r\n", "\r"))) == expected
        assert survive(program, encode(banner + text)) == expected


def test_bytes_of_another_code_page_are_foreign_text():
    data = encode(documents.document("wks-001", "slmgr")).replace(b"Enterprise", b"\x84\x94\x81\xff")
    assert survive(CLIENT, data)[0] == OK


# ---- files that are none


def test_a_pipe_without_writer_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    started = time.monotonic()
    code, line = survive(CLIENT, b"", "-t", "300ms", input_file=tmp_path / "pipe")
    assert code == UNKNOWN and str(tmp_path / "pipe")[:30] in line and time.monotonic() - started < 1.3


def test_a_pipe_with_a_writer_is_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    def feed():
        with open(tmp_path / "pipe", "wb", buffering=0) as pipe:
            for start in range(0, len(HEALTHY), 100):
                pipe.write(HEALTHY[start:start + 100])

    keeper = os.open(tmp_path / "pipe", os.O_RDWR)  # so that the plugin finds a writer however late the other comes
    writer = threading.Thread(target=feed)
    writer.start()
    writer.join()  # all of it fits into the pipe
    with subprocess.Popen([BUILD / CLIENT, f"--input={tmp_path}/pipe"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as child:
        wait_for(lambda: str(tmp_path / "pipe") in open_files(child.pid), "the plugin opens the pipe")
        os.close(keeper)
        out, err = child.communicate(timeout=5)
    assert (child.returncode, err) == (OK, b""), out


def open_files(pid):
    return [os.path.realpath(path) for path in pathlib.Path(f"/proc/{pid}/fd").glob("*")]


@pytest.mark.parametrize(("name", "held"), [("/", "directory"), ("/no/such/file", "No such file"),
                                            ("/dev/zero", "8 MiB"), ("/dev/null", "empty"),
                                            ("/proc/self/mem", "cannot read"), ("/etc/passwd/x", "Not a directory"),
                                            ("x" * 300, "too long"),
                                            ("", "empty")])
def test_a_file_that_is_no_document_is_named(name, held):
    done = subprocess.run([BUILD / CLIENT, f"--input={name}"], capture_output=True, text=True, check=False, timeout=10)
    assert (done.returncode, done.stderr) == (UNKNOWN, "") and held in done.stdout, done


def test_a_socket_is_no_document(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        assert survive(CLIENT, b"", input_file=tmp_path / "s")[0] == UNKNOWN


def test_a_file_that_may_not_be_read_is_named(everybody):
    path = everybody / "report.json"
    path.write_bytes(HEALTHY_JSON)
    path.chmod(0)
    done = start_as_nobody(CLIENT, f"--input={path}")
    assert done.returncode == UNKNOWN and b"Permission denied" in done.stdout and done.stderr == b"", done


# ---- chance

SEEDS = 8
ROUNDS = 40


def mutate(chance, data, others):
    """One of the things that happen to bytes on their way."""
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 5, 20])):
        at, length = chance.randrange(len(data) + 1), chance.choice([1, 1, 2, 8, 60, 300])
        kind = chance.randrange(8)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del data[at:at + length]
        elif kind == 2:
            data[at:at] = data[at:at + length]
        elif kind == 3:
            data[at:at] = chance.randbytes(length)
        elif kind == 4:
            other = chance.choice(others)
            start = chance.randrange(len(other))
            data[at:at] = other[start:start + length]
        elif kind == 5:
            lines = bytes(data).split(b"\n")
            chance.shuffle(lines)
            data = bytearray(b"\n".join(lines))
        elif kind == 6:
            data = bytearray(re.sub(rb"\d+", lambda _: str(chance.choice([0, -1, 1, 2**31, 2**32, 10**20,
                                                                          0.5])).encode(), bytes(data), count=3))
        else:
            data[at:at + length] = chance.choice([b"|", b"\0", b"\\n", b"<x>", b"\xff", b'"', b"\r\n", b": ", b"{}",
                                                  b","]) * chance.choice([1, 3, 50])
    return bytes(data)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_damage_is_survived(seed):
    chance = random.Random(seed)
    corpus = [(HOST if name in documents.hosts() else CLIENT, encode(documents.document(name, form)))
              for name in ("kms01", "kms03", "wks-001", "wks-025", "wks-029", "wks-030",
                           "srv-010") for form in ("slmgr", "json")]
    corpus += [(CLIENT, encode(OSPP)), (CLIENT, encode(document(client(), office()))),
               (HOST, encode(host_document(host())))]
    others = [data for _, data in corpus]
    for _ in range(ROUNDS):
        program, data = chance.choice(corpus)
        damaged = mutate(chance, data, others)
        if chance.random() < 0.1:
            damaged = damaged.decode("latin-1").encode("utf-16-le")
        plain = survive(program, damaged, "-vv", "--max-age=3000d")
        assert survive(program, damaged, "--output-format=json", "--max-age=3000d")[0] == plain[0]


def test_a_listing_that_an_error_broke_off_is_not_ok(plugin):
    """Products may be missing behind the error; what is there is judged all the same."""
    healthy, failing = documents.document("wks-001", "slmgr"), documents.document("wks-025", "slmgr")
    error = "Error: 0x80041010 the class is not registered\r\n"
    result = plugin("check_kms_client", "--input=-", stdin=healthy + error)
    assert result.code == 3 and "not all products listed" in result.line and "0x80041010" in result.line, result
    assert " \\_ [OK] lease: " in result.out, result
    assert plugin("check_kms_client", "--input=-", stdin=failing + error).code == 2
