# SPDX-License-Identifier: MIT
"""kms-explain as a user meets it: exit codes, what stands on which stream, and the four formats."""

import html.parser
import json
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = str(ROOT / os.environ.get("BUILD", "build") / "kms-explain")
CODES = ROOT / "tests/fixtures/catalog/codes.txt"
COLUMNS = ["code", "symbol", "severity", "applies_to", "transient", "brief", "meaning", "cause", "steps", "side",
           "variants"]
SIDES = {"client", "kms-host", "dns", "network", "microsoft", "monitoring"}


def run(*arguments, **options):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=20, check=False, **options)


def entries(*arguments):
    result = run("--format=json", *arguments)
    assert result.stderr == ""
    return json.loads(result.stdout)


def codes(*arguments):
    return [entry["code"] for entry in entries(*arguments)]


def all_codes():
    with open(CODES, encoding="ascii") as file:
        return file.read().split()


# ---- codes and exit codes


def test_a_known_code_is_explained_in_full():
    result = run("0xC004F038")
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "0xC004F038  KMS count too low"
    assert "    symbol:     SL_E_VL_NOT_ENOUGH_COUNT" in lines
    assert "    applies to: kms-client" in lines
    for label in ("meaning:", "transient:", "cause:", "do:", "side:"):
        assert sum(line.startswith(f"    {label:11} ") for line in lines) == 1
    assert re.search(r"^    do:         1\. .+\n                2\. ", result.stdout, re.MULTILINE)


def test_variants_follow_under_the_kind_of_machine():
    text = run("C004F009").stdout
    assert text.index("on an evaluation edition:") < text.index("on a KMS client") < text.index("on a KMS host")
    assert "when the login of the monitoring was refused" in run("80070005").stdout


@pytest.mark.parametrize("spelling", ["0xC004F074", "0XC004F074", "C004F074", "c004f074", "0xc004f074", "-1073418124",
                                      "3221549172"])
def test_every_spelling_is_the_same_code(spelling):
    assert codes(spelling) == ["0xC004F074"]


def test_eight_digits_are_hex_other_digits_are_decimal():
    assert codes("80070005") == ["0x80070005"]
    assert codes("2147942405") == ["0x80070005"]
    assert codes("-2147024891") == ["0x80070005"]


def test_codes_keep_their_order_and_stand_there_once():
    assert codes("8007232B", "C004F038", "0x8007232b", "c004f038") == ["0x8007232B", "0xC004F038"]


def test_a_code_after_two_dashes():
    assert codes("--", "-1073418124") == ["0xC004F074"]


@pytest.mark.parametrize("code,words", [
    ("0xC004B123", ["facility 4", "activation server"]),
    ("0x80072706", ["facility 7", "Win32 error 9990", "DNS"]),
    ("0x80070FFE", ["facility 7", "Win32 error 4094"]),
    ("0x8024FFFE", ["facility 36", "Windows Update"]),
])
def test_an_unknown_code_exits_1_and_says_facility_and_win32_part(code, words):
    result = run(code)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith(code + "  unknown ")
    for word in words:
        assert word in result.stdout
    entry = json.loads(run("--format=json", code).stdout)[0]
    assert (entry["symbol"], entry["cause"], entry["steps"], entry["applies_to"]) == (None, None, [], [])


@pytest.mark.parametrize("word", ["", "0x", "0x800070002", "0xC004F03", "C004F03", "0x5", " C004F038", "C004 F038", "hello",
                                  "4294967296", "-2147483649", "-", "0xC004G038"])
def test_bad_input_exits_2_with_one_sentence(word):
    result = run(word)
    assert (result.returncode, result.stdout) == (2, "")
    assert re.fullmatch(r"kms-explain: .+\n", result.stderr)


def test_bad_codes_do_not_keep_the_others_from_being_explained():
    result = run("0x", "C004F038", "zzz", "0xC004B123")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 2
    assert "0xC004F038  " in result.stdout and "0xC004B123  " in result.stdout


def test_the_higher_exit_code_wins():
    assert run("C004F038", "8007232B").returncode == 0
    assert run("C004F038", "0xC004B123").returncode == 1
    assert run("0xC004B123", "nonsense").returncode == 2
    assert run("nonsense", "0xC004B123").returncode == 2


def test_foreign_text_reaches_no_terminal_as_it_is():
    result = run("\x1b[31mred\n\xe4")
    assert result.returncode == 2
    assert "\x1b" not in result.stderr and result.stderr.count("\n") == 1 and result.stderr.isascii()


# ---- usage


def test_help_and_version_are_on_stdout():
    for arguments in (["-h"], ["--help"], ["-h", "--format=json"]):
        result = run(*arguments)
        assert (result.returncode, result.stderr) == (0, "")
        for option in ("--list[=WHICH]", "--search=TEXT", "--applies-to=WORD", "--format=FORMAT", "--help", "--version"):
            assert option in result.stdout
        assert all(len(line) <= 80 for line in result.stdout.splitlines())
    for option in ("-V", "--version"):
        result = run(option)
        assert (result.returncode, result.stderr) == (0, "")
        assert re.fullmatch(r"kms-explain \d+\.\d+\.\d+\n", result.stdout)


@pytest.mark.parametrize("arguments,words", [
    ([], ["CODE", "--list"]),
    (["--bogus"], ["--bogus"]),
    (["--serch=x"], ["--search"]),
    (["--search"], ["--search"]),
    (["--search="], ["--search", "empty"]),
    (["--format=xml", "C004F038"], ["--format", "xml", "text", "json", "tsv", "html"]),
    (["--list=some"], ["--list", "some", "all"]),
    (["--list", "all"], ["--list=all"]),
    (["--list", "C004F038"], ["--list", "C004F038"]),
    (["--applies-to=tv"], ["--applies-to", "tv", "mak", "kms-client", "kms-host", "adba", "avma", "token", "retail", "oem",
                           "store", "subscription", "monitoring", "any"]),
])
def test_usage_errors_exit_2_with_a_sentence_on_stderr(arguments, words):
    result = run(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr


# ---- lists and filters


def test_list_has_the_codes_with_steps_and_list_all_every_code():
    assert codes("--list=all") == all_codes()
    listed = entries("--list")
    assert all(entry["steps"] for entry in listed)
    assert [entry["code"] for entry in listed] == [e["code"] for e in entries("--list=all") if e["steps"]]
    assert listed == entries("--list=steps")


def test_list_in_text_has_one_line_per_code():
    lines = run("--list=all").stdout.splitlines()
    assert [line.split()[0] for line in lines] == all_codes()
    assert all(line.split()[-1] in SIDES for line in lines)


@pytest.mark.parametrize("text", ["f074", "not_enough_count", "COUNT TOO LOW", "port 1688", "12293"])
def test_search_looks_everywhere_and_ignores_case(text):
    found = entries(f"--search={text}")
    assert found
    for entry in entries("--list=all"):
        says = [entry["code"], entry["symbol"], entry["brief"], entry["meaning"], entry["cause"], *entry["steps"]]
        for variant in entry["variants"]:
            says += [variant["cause"], *variant["steps"]]
        assert (entry in found) == any(text.lower() in (part or "").lower() for part in says)


def test_search_without_a_list_prints_the_whole_explanation():
    assert "    do:         1. " in run("--search", "not_enough_count").stdout


@pytest.mark.parametrize("word", ["mak", "kms-client", "kms-host", "adba", "avma", "token", "retail", "oem", "store",
                                  "subscription", "monitoring", "any"])
def test_applies_to_filters_by_word(word):
    found = entries("--applies-to", word)
    assert found == [entry for entry in entries("--list=all") if word in entry["applies_to"]]
    assert found


def test_every_word_of_the_catalogue_can_be_filtered_by():
    for word in {word for entry in entries("--list=all") for word in entry["applies_to"]}:
        assert run("--applies-to", word).returncode == 0


def test_filters_combine():
    both = codes("--search=1688", "--applies-to=kms-client", "--list")
    assert both and set(both) == set(codes("--search=1688")) & set(codes("--applies-to=kms-client")) & set(codes("--list"))
    assert codes("C004F038", "C004C020", "--applies-to=mak") == ["0xC004C020"]


@pytest.mark.parametrize("arguments", [["--search=no such text"], ["C004F038", "--applies-to=avma"],
                                       ["--list", "--applies-to=avma", "--search=no such text"]])
def test_nothing_found_exits_1_with_a_sentence(arguments):
    result = run(*arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch(r"kms-explain: nothing found.*\n", result.stderr)
    assert json.loads(run("--format=json", *arguments).stdout) == []


# ---- formats


def test_json_has_the_promised_keys_and_types():
    for entry in entries("--list=all"):
        assert list(entry) == COLUMNS
        assert re.fullmatch(r"0x[0-9A-F]{8}", entry["code"])
        assert entry["severity"] in {"success", "info", "warning", "error"}
        assert entry["transient"] in {"yes", "no", "unknown"}
        assert entry["applies_to"] and all(isinstance(word, str) for word in entry["applies_to"])
        assert 1 <= len(entry["brief"]) <= 40 and 1 <= len(entry["meaning"]) <= 90
        assert isinstance(entry["steps"], list) and entry["side"] in SIDES
        for variant in entry["variants"]:
            assert list(variant) == ["situation", "cause", "steps", "side"]
            assert variant["situation"] in {"evaluation", "kms-client", "kms-host", "login", "mak"}
            assert variant["cause"] and variant["steps"] and variant["side"] in SIDES


def test_tsv_says_the_same_as_json():
    lines = run("--list=all", "--format=tsv").stdout.splitlines()
    assert lines[0].split("\t") == COLUMNS
    rows = [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines[1:]]
    for row, entry in zip(rows, entries("--list=all"), strict=True):
        for column in ("code", "symbol", "severity", "transient", "brief", "meaning", "cause", "side"):
            assert row[column] == (entry[column] or "")
        assert row["applies_to"] == ",".join(entry["applies_to"])
        assert row["steps"] == " ;; ".join(entry["steps"])
        assert row["variants"] == " | ".join(
            f"{variant['situation']}: " + " ;; ".join([variant["cause"], *variant["steps"]])
            for variant in entry["variants"])


class Page(html.parser.HTMLParser):
    """Collects what the tests ask for and complains about tags that are not closed in order."""

    VOID = {"meta", "link", "input", "br"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.metas, self.articles, self.words = [], [], [], {}, {}, []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "article":
            self.articles[attributes["id"]] = self.words = []
        if tag == "meta" and "name" in attributes:
            self.metas[attributes["name"]] = attributes["content"]
        self.links += [value for name, value in attrs if name in ("href", "src", "action")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_html_has_every_code_in_full_under_its_anchor():
    page = Page(run("--list=all", "--format=html").stdout)
    assert len(page.ids) == len(set(page.ids))
    assert list(page.articles) == all_codes()
    for entry in entries("--list=all"):
        text = " ".join("".join(page.articles[entry["code"]]).split())
        parts = [entry["code"], entry["brief"], entry["meaning"], entry["cause"], *entry["steps"], *entry["applies_to"],
                 f"side: {entry['side']}"]
        for variant in entry["variants"]:
            parts += [variant["cause"], *variant["steps"], f"side: {variant['side']}"]
        for part in parts:
            assert (part or "") in text


def test_html_needs_nothing_from_a_network():
    text = run("--list=all", "--format=html").stdout
    page = Page(text)
    assert all(link.startswith("#0x") or link == "data:," for link in page.links)
    assert "url(" not in text and "@import" not in text and "http://" not in text and "https://" not in text
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_html_fits_phones_dark_rooms_and_paper():
    text = run("--list", "--format=html").stdout
    assert text.startswith("<!DOCTYPE html>\n<html lang=\"en\">")
    assert Page(text).metas["viewport"] == "width=device-width, initial-scale=1"
    assert "prefers-color-scheme: dark" in text and "@media print" in text


def test_html_without_a_script_shows_everything_but_the_box():
    text = run("--list=all", "--format=html").stdout
    assert re.findall(r"<(\w+)[^>]* hidden", text) == ["div"]
    assert re.search(r"<div id=\"filter\" hidden>\s*<input type=\"search\"", text)


def test_every_format_is_plain_ascii():
    for which in ("text", "json", "tsv", "html"):
        assert run("--list=all", f"--format={which}").stdout.isascii()


# ---- the output is whole, or the exit code says so


@pytest.mark.parametrize("arguments", [["C004F038"], ["-h"], ["-V"], ["--list=all", "--format=html"]])
def test_a_full_disk_exits_2(arguments):
    with open("/dev/full", "w", encoding="ascii") as full:
        result = subprocess.run([PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=20,
                                check=False)
    assert result.returncode == 2
    assert re.fullmatch(r"kms-explain: the output could not be written in full\n", result.stderr)


def test_closed_stdout_exits_2():
    result = subprocess.run(["/bin/sh", "-c", "exec \"$0\" C004F038 >&-", PROGRAM], stderr=subprocess.PIPE, text=True,
                            timeout=20, check=False)
    assert result.returncode == 2
    assert "could not be written" in result.stderr


def test_a_reader_that_leaves_gets_no_complaint():
    with subprocess.Popen([PROGRAM, "--list=all", "--format=html"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        assert process.stdout.readline() == "<!DOCTYPE html>\n"
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=20) == 2
