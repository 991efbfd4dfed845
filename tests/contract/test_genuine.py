# SPDX-License-Identifier: MIT
"""Replies of real machines: each says where it comes from and can be read.  While there is none, that is said."""
import json
import re
import xml.etree.ElementTree

import pytest

from conftest import ROOT

FOLDER = ROOT / "tests/fixtures/genuine"
KEYS = ["Windows", "Agent", "Date", "Masked", "From", "License"]
KEY = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-WYZa-wyz][0-9A-Za-z]{4}-[0-9A-Za-z]{5}-[0-9A-Za-z]{5}-[0-9A-Za-z]{5}-[0-9A-Za-z]{5})(?![0-9A-Za-z])")


def replies(folder):
    return sorted(path for path in folder.iterdir() if path.suffix in (".http", ".txt", ".json"))


def provenance_of(path):
    """The lines of the companion, as a table; complaints as a list."""
    companion = path.with_name(path.name + ".provenance")
    if not companion.is_file():
        return {}, [f"{companion.name} is missing"]
    lines = [line.partition(": ") for line in companion.read_text(encoding="utf-8").splitlines() if line.strip()]
    table = {key: value.strip() for key, _, value in lines}
    wrong = [f"{key} is missing" for key in KEYS if not table.get(key)]
    wrong += [f"{key} is not filled in" for key, value in table.items() if "TO FILL IN" in value]
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", table.get("Date", "")):
        wrong.append("Date is no YYYY-MM-DD")
    if table.get("License") != "MIT":
        wrong.append("License is not MIT")
    return table, wrong


def text_of(body):
    for encoding in ("utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp850"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            pass
    return ""


def complaints(path):
    """All that is wrong with a reply, as sentences."""
    _, wrong = provenance_of(path)
    body = path.read_bytes()
    if KEY.search(body.decode("latin-1")) or KEY.search(text_of(body)):
        wrong.append("there is a product key in it")
    if path.suffix == ".http":
        head, found, body = body.partition(b"\r\n\r\n")
        if not re.match(rb"HTTP/1\.[01] [1-5]\d\d( |\r|$)", head) or not found:
            wrong.append("it is no HTTP reply")
        length = re.search(rb"^content-length: *(\d+)\r?$", head, re.IGNORECASE | re.MULTILINE)
        if length and int(length[1]) != len(body):
            wrong.append(f"Content-Length is {int(length[1])}, the body has {len(body)} bytes")
        if re.search(rb"^(transfer|content)-encoding:", head, re.IGNORECASE | re.MULTILINE):
            wrong.append("its body is in chunks or compressed")
    text = text_of(body).strip()
    if not text and path.suffix != ".http":
        wrong.append("it is empty")
    try:
        if path.suffix == ".json" or text[:1] in ("{", "["):
            json.loads(text)
        elif re.match(r"<(\?xml|\w+:Envelope)", text):
            xml.etree.ElementTree.fromstring(text)
    except (json.JSONDecodeError, xml.etree.ElementTree.ParseError) as error:
        wrong.append(f"it cannot be read: {error}")
    return wrong


def test_every_genuine_reply_says_where_it_comes_from_and_can_be_read(record_property):
    found = replies(FOLDER)
    record_property("genuine_replies", len(found))
    assert {path.name: wrong for path in found if (wrong := complaints(path))} == {}
    orphans = [path.name for path in FOLDER.glob("*.provenance") if not path.with_suffix("").is_file()]
    assert orphans == []
    others = {path.name for path in FOLDER.iterdir()} - {path.name for path in found} - {"README.md"}
    assert {name for name in others if not name.endswith(".provenance")} == set()


def test_the_statement_about_how_many_there_are_is_true():
    """The README states it: a first reply changes that sentence, and nobody takes invented ones for genuine."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert ("**The folder is empty so far**" in text) == (not replies(FOLDER))


GOOD = "Windows: Windows 11 Pro 10.0.26100, English\nAgent: slmgr.vbs\nDate: 2026-03-02\nMasked: yes, by me\nFrom: anonymous\nLicense: MIT\n"


@pytest.mark.parametrize("name, body, companion, words", [
    ("a.txt", b"Name: Windows", GOOD, None),
    ("a.json", b"\xef\xbb\xbf[]", GOOD, None),
    ("a.json", "[]".encode("utf-16"), GOOD, None),
    ("a.http", b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", GOOD, None),
    ("a.http", b"HTTP/1.1 401 \r\nContent-Length: 0\r\n\r\n", GOOD, None),
    ("a.txt", b"Name: Windows", None, "provenance is missing"),
    ("a.txt", b"Name: Windows", GOOD.replace("Agent: slmgr.vbs\n", ""), "Agent is missing"),
    ("a.txt", b"Name: Windows", GOOD.replace("by me", "TO FILL IN"), "Masked is not filled in"),
    ("a.txt", b"Name: Windows", GOOD.replace("2026-03-02", "March"), "Date is no"),
    ("a.txt", b"Name: Windows", GOOD.replace("MIT", "mine"), "License is not MIT"),
    ("a.txt", b"", GOOD, "it is empty"),
    ("a.txt", b"key QK4TV-7HBDM-93WXF-RGPC2-YJ8N6", GOOD, "product key"),
    ("a.txt", "key QK4TV-7HBDM-93WXF-RGPC2-YJ8N6".encode("utf-16"), GOOD, "product key"),
    ("a.json", b"{", GOOD, "cannot be read"),
    ("a.http", b"{}", GOOD, "no HTTP reply"),
    ("a.http", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", GOOD, "Content-Length is 9"),
    ("a.http", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", GOOD, "chunks"),
    ("a.http", b"HTTP/1.1 200 OK\r\n\r\n<s:Envelope>", GOOD, "cannot be read"),
])
def test_the_walk_would_see_what_is_wrong(tmp_path, name, body, companion, words):
    path = tmp_path / name
    path.write_bytes(body)
    if companion is not None:
        path.with_name(name + ".provenance").write_text(companion)
    assert replies(tmp_path) == [path]
    wrong = complaints(path)
    assert wrong == [] if words is None else any(words in sentence for sentence in wrong), wrong
