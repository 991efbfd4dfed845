# SPDX-License-Identifier: MIT
"""compile_catalog: the tables as they are become data without relocations; whatever an alert could not carry is
refused with its file and line."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
TABLES = [ROOT / "lib/catalog/activation_errors.tsv", ROOT / "lib/catalog/activation_error_variants.tsv"]
HEADER = "code symbol severity applies_to transient brief meaning cause steps side".split()
VARIANT_HEADER = "code situation cause steps side".split()
GOOD = {"code": "0xC004F038", "symbol": "SL_E_X", "severity": "error", "applies_to": "mak,kms-client", "transient": "no",
        "brief": "brief", "meaning": "meaning", "cause": "cause", "steps": "one ;; two", "side": "client"}
GOOD_VARIANT = {"code": "0xC004F038", "situation": "kms-client", "cause": "cause", "steps": "one", "side": "dns"}


def table(header, rows):
    return "".join("\t".join(row) + "\n" for row in [header, *rows])


def row(**changes):
    return list((GOOD | changes).values())


def variant(**changes):
    return list((GOOD_VARIANT | changes).values())


def compile_tables(folder, errors, variants):
    paths = [folder / "errors.tsv", folder / "variants.tsv"]
    for path, text in zip(paths, (errors, variants)):
        path.write_bytes(text.encode("latin-1"))
    return subprocess.run([str(BUILD / "compile_catalog"), *map(str, paths)], capture_output=True, text=True, timeout=20,
                          check=False)


def compile_rows(folder, rows, variants=()):
    return compile_tables(folder, table(HEADER, rows), table(VARIANT_HEADER, variants))


def test_the_tables_of_the_project_compile_without_relocations(tmp_path):
    done = subprocess.run([str(BUILD / "compile_catalog"), *map(str, TABLES)], capture_output=True, text=True, timeout=20,
                          check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "data.c").write_text(done.stdout, encoding="ascii")
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-Wall", "-Wextra", "-Werror", "-fPIE", f"-I{ROOT}/lib", "-c",
                    str(tmp_path / "data.c"), "-o", str(tmp_path / "data.o")], check=True)
    seen = subprocess.run(["readelf", "-rW", str(tmp_path / "data.o")], capture_output=True, text=True, check=True).stdout
    assert "There are no relocations in this file" in seen
    sections = subprocess.run(["size", "-A", str(tmp_path / "data.o")], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^\.data\s+0\s", sections, re.MULTILINE)


def test_a_small_good_table_compiles(tmp_path):
    done = compile_rows(tmp_path, [row(), row(code="0xC004F039", symbol="-", cause="", steps="")], [variant()])
    assert (done.returncode, done.stderr) == (0, "")
    assert "0xC004F038" in done.stdout and "0xC004F039" in done.stdout


def test_a_string_stands_in_the_pool_once(tmp_path):
    done = compile_rows(tmp_path, [row(brief="same text", meaning="same text", cause="same text")])
    assert done.stdout.count("same text") == 1


def test_question_marks_and_backslashes_survive(tmp_path):
    done = compile_rows(tmp_path, [row(cause="which one??) C:\\Windows\\System32")])
    assert done.returncode == 0
    assert "which one\\?\\?) C:\\\\Windows\\\\System32" in done.stdout


@pytest.mark.parametrize("changes,words", [
    ({"code": "C004F038"}, "not a code"),
    ({"code": "0xc004f038"}, "not a code"),
    ({"code": "0xC004F03"}, "not a code"),
    ({"code": "0xC004F0388"}, "not a code"),
    ({"symbol": ""}, "not a symbol"),
    ({"symbol": "SL E"}, "not a symbol"),
    ({"severity": "fatal"}, "unknown word for severity"),
    ({"applies_to": "kms"}, "unknown word for applies_to"),
    ({"applies_to": ""}, "unknown word for applies_to"),
    ({"applies_to": "mak, oem"}, "unknown word for applies_to"),
    ({"applies_to": "mak,mak"}, "twice in applies_to"),
    ({"applies_to": "mak,oem,avma,adba,token,store,retail"}, "7 words in applies_to"),
    ({"transient": "maybe"}, "unknown word for transient"),
    ({"side": "user"}, "unknown word for side"),
    ({"brief": ""}, "no brief"),
    ({"brief": "x" * 41}, "the brief has 41 characters"),
    ({"meaning": ""}, "no meaning"),
    ({"meaning": "x" * 91}, "the meaning has 91 characters"),
    ({"cause": "x" * 221}, "the cause has 221 characters"),
    ({"steps": "one ;; " + "x" * 181}, "a step has 181 characters"),
    ({"steps": "1 ;; 2 ;; 3 ;; 4 ;; 5 ;; 6"}, "6 steps"),
    ({"steps": "one ;; "}, "an empty step"),
    ({"steps": "one;; two"}, "the character ;"),
    ({"cause": "a  b"}, "a blank too many"),
    ({"cause": " a"}, "a blank too many"),
    ({"cause": "a "}, "a blank too many"),
    ({"cause": "C:\\new"}, "a backslash before n"),
    ({"cause": "C:\\temp"}, "a backslash before t"),
    ({"cause": "gr\xfcn"}, "the byte 0xFC"),
    ({"cause": "a\x07b"}, "the byte 0x07"),
    ({"side": "client\r"}, "unknown word for side"),
    *[({column: f"a {character} b"}, f"the character {character},") for character in "`~$&|'\"<>;"
      for column in ("brief", "meaning", "cause", "steps")],
])
def test_what_an_alert_could_not_carry_is_refused_with_its_line(tmp_path, changes, words):
    done = compile_rows(tmp_path, [row(code="0x00000001"), row(**changes)])
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{tmp_path}/errors.tsv:3: " in done.stderr
    assert words in done.stderr


@pytest.mark.parametrize("first,second,words", [
    ("0xC004F038", "0xC004F038", "0xC004F038 stands there twice"),
    ("0xC004F039", "0xC004F038", "0xC004F038 is not in the order"),
])
def test_codes_must_be_sorted_and_stand_there_once(tmp_path, first, second, words):
    done = compile_rows(tmp_path, [row(code=first), row(code=second)])
    assert done.returncode == 1
    assert f"errors.tsv:3: {words}" in done.stderr


@pytest.mark.parametrize("variants,line,words", [
    ([variant(code="0xC004F039")], 2, "not in the catalogue"),
    ([variant(situation="any")], 2, "unknown word for situation"),
    ([variant(situation="host")], 2, "unknown word for situation"),
    ([variant(), variant()], 3, "twice or is not in order"),
    ([variant(situation="mak"), variant()], 3, "twice or is not in order"),
    ([variant(cause="")], 2, "no cause or no steps"),
    ([variant(steps="")], 2, "no cause or no steps"),
    ([variant(cause="install a MAK")], 2, "speaks of a MAK"),
    ([variant(steps="one ;; slmgr.vbs /ipk MAK")], 2, "speaks of a MAK"),
    ([variant(side="somebody")], 2, "unknown word for side"),
    ([variant(cause="a | b")], 2, "the character |"),
    ([variant()[:4]], 2, "4 columns, 5 are wanted"),
])
def test_variants_are_refused_with_their_line(tmp_path, variants, line, words):
    done = compile_rows(tmp_path, [row()], variants)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{tmp_path}/variants.tsv:{line}: " in done.stderr
    assert words in done.stderr


def test_a_mak_variant_may_speak_of_a_mak(tmp_path):
    assert compile_rows(tmp_path, [row()], [variant(situation="mak", cause="the MAK")]).returncode == 0


def test_all_complaints_come_in_one_run(tmp_path):
    done = compile_rows(tmp_path, [row(brief="x" * 50, side="nobody"), row(code="0xC004F039", severity="bad")])
    assert len(done.stderr.splitlines()) == 3


@pytest.mark.parametrize("errors,words", [
    ("", ":1: the first line is missing"),
    ("code\tbrief\n", ":1: the first line names other columns"),
    (table(HEADER, [row()[:9]]), ":2: 9 columns, 10 are wanted"),
    (table(HEADER, [[*row(), "more"]]), ":2: 11 columns, 10 are wanted"),
    (table(HEADER, [row()]) + "\n", ":3: 1 columns, 10 are wanted"),
    (table(HEADER, [row(cause="a\0b")]), ":2: a NUL byte"),
    (table(HEADER, []), "empty"),
])
def test_files_that_are_no_table_are_refused(tmp_path, errors, words):
    done = compile_tables(tmp_path, errors, table(VARIANT_HEADER, []))
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr


def test_a_missing_file_is_named(tmp_path):
    done = subprocess.run([str(BUILD / "compile_catalog"), str(tmp_path / "none.tsv"), str(TABLES[1])], capture_output=True,
                          text=True, timeout=20, check=False)
    assert done.returncode == 1
    assert f"{tmp_path}/none.tsv:1: cannot be opened" in done.stderr
