# SPDX-License-Identifier: MIT
"""kms-notify makes a page out of the words of Nagios and of Icinga, and hands it on unharmed."""
import os
import shutil
import subprocess

import pytest

from conftest import ROOT

NOTIFY = ROOT / "packaging/notify/kms-notify"
LINES = ["KMS_CLIENT CRITICAL - wks-025: Windows in Notification, 0xC004F009 grace period over",
         r" \_ [CRITICAL] license: Windows(R), Enterprise edition: C:\new\table, fewer than 25",
         "    do: 1. slmgr.vbs /ato 2. 100%s %d $(id) `id` ~root"]
WORDS = {"TYPE": "PROBLEM", "HOST": "wks-025", "SERVICE": "kms-client", "STATE": "CRITICAL", "OUTPUT": LINES[0]}
SUBJECT = ("PROBLEM CRITICAL wks-025/kms-client: wks-025: Windows in Notification, 0xC004F009 grace period over")


def escaped(lines):
    """As $LONGSERVICEOUTPUT$ of Nagios has them."""
    return "".join(line.replace("\\", "\\\\") + "\\n" for line in lines)


def notify(*arguments, path=None, **words):
    environment = {f"KMS_NOTIFY_{name}": word for name, word in (WORDS | words).items() if word is not None}
    return subprocess.run(["sh", str(NOTIFY), *arguments], capture_output=True, text=True, check=False,
                          env={"PATH": path or os.environ["PATH"]} | environment)


def without_mail(tmp_path):
    """A folder for PATH with what the script calls, but no mail(1)."""
    (tmp_path / "bin").mkdir()
    for name in ("sh", "sed", "tr", "printf"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    return str(tmp_path / "bin")


def page_of(tmp_path, **words):
    done = notify(f"--file={tmp_path}/page", **words)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
    return (tmp_path / "page").read_text().split("\n")


def test_a_page_from_nagios_has_every_line(tmp_path):
    page = page_of(tmp_path, DETAILS=escaped(LINES[1:]), TIME="2026-11-29 03:00:00")
    assert page == [f"== {SUBJECT}", *LINES, "", "host:    wks-025", "service: kms-client", "state:   CRITICAL",
                    "type:    PROBLEM", "time:    2026-11-29 03:00:00", "", ""]


def test_a_page_from_icinga_has_every_line(tmp_path):
    page = page_of(tmp_path, OUTPUT="\n".join([LINES[0] + " ", *LINES[1:]]))  # the blank stood in front of the bar
    assert page[:4] == [f"== {SUBJECT}", *LINES]


def test_macros_without_a_value_and_empty_words_are_left_out(tmp_path):
    page = "\n".join(page_of(tmp_path, AUTHOR="$NOTIFICATIONAUTHOR$", COMMENT="", URL="https://wiki/kms"))
    assert "author" not in page and "comment" not in page and "$" not in page
    assert "see:     https://wiki/kms" in page


def test_a_page_is_sent_whatever_is_missing_in_it(tmp_path):
    page = page_of(tmp_path, HOST=None, STATE="", OUTPUT="$SERVICEOUTPUT$")
    assert page[:2] == ["== PROBLEM (unknown) (unknown)/kms-client: (no output)", "(no output)"]


def test_the_usage_is_told(tmp_path):
    for word in ("-h", "--help"):
        done = notify(word)
        assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("usage: kms-notify --mail=")


@pytest.mark.parametrize("duration, shown", [
    ("219900.734", "lasting: 2d 13h 5m"), ("2d 13h 5m 0s", "lasting: 2d 13h 5m 0s"), ("60", "lasting: 0d 0h 1m"),
    ("59.9", None), ("0d 0h 0m 59s", None), ("", None), ("$SERVICEDURATION$", None), (".5", None), ("1795937400.2", None)])
def test_a_page_that_waited_says_how_long(tmp_path, duration, shown):
    found = [line for line in page_of(tmp_path, DURATION=duration) if line.startswith("lasting:")]
    assert found == ([shown] if shown else [])


def test_a_comment_stays_one_line(tmp_path):
    page = page_of(tmp_path, TYPE="ACKNOWLEDGEMENT", AUTHOR="ops", COMMENT="seen\nhost: forged\r\x1b[2J")
    assert "comment: seen host: forged[2J" in page


def test_two_pages_stand_below_each_other(tmp_path):
    page_of(tmp_path)
    page = page_of(tmp_path, TYPE="RECOVERY", STATE="OK", OUTPUT="KMS_CLIENT OK - wks-025: fine")
    assert [line for line in page if line.startswith("== ")] == [
        f"== {SUBJECT}", "== RECOVERY OK wks-025/kms-client: wks-025: fine"]


def test_mail_gets_subject_and_address_and_nothing_else(tmp_path):
    mail = tmp_path / "mail"
    mail.write_text(f'#!/bin/sh\nprintf "%s\\n" "$#" "$@" > {tmp_path}/words\ncat > {tmp_path}/body\n')
    mail.chmod(0o755)
    done = notify("--mail=oncall@example.com", path=f"{tmp_path}:{os.environ['PATH']}", DETAILS=escaped(LINES[1:]))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "words").read_text().split("\n") == ["3", "-s", SUBJECT, "oncall@example.com", ""]
    assert (tmp_path / "body").read_text().split("\n")[:3] == LINES


def test_a_program_gets_the_page_and_its_subject(tmp_path):
    script = 'cat; printf "%s\\n" "$KMS_NOTIFY_SUBJECT" "$1"'
    done = notify("--", "sh", "-c", script, "name", "a word; id")
    assert done.stdout.split("\n")[0] == LINES[0]
    assert done.stdout.split("\n")[-3:] == [SUBJECT, "a word; id", ""]


def test_a_program_that_fails_is_said_by_the_exit_code(tmp_path):
    assert notify("--", "sh", "-c", "cat > /dev/null; exit 7").returncode == 1
    assert notify(f"--file={tmp_path}/not/there").returncode == 1
    assert notify("--mail=a@example.com", path=without_mail(tmp_path)).returncode == 1


def test_words_between_dollars_are_no_macro(tmp_path):
    assert "comment: $5 spent, owes $" in page_of(tmp_path, TYPE="ACKNOWLEDGEMENT", COMMENT="$5 spent, owes $")
    assert "author:  $A b$" in page_of(tmp_path, AUTHOR="$A b$")


@pytest.mark.parametrize("arguments, words, sentence", [
    ((), {}, "a destination is wanted"), (("--mail=",), {}, "--mail= is not known"),
    (("--mail=-oq",), {}, "-oq is no address"), (("--",), {}, "a program is wanted"),
    (("--file=a", "--mail=b"), {}, "not also --mail=b")])
def test_a_mistake_is_one_sentence_and_no_page(tmp_path, monkeypatch, arguments, words, sentence):
    monkeypatch.chdir(tmp_path)
    done = notify(*arguments, **words)
    assert done.returncode == 2 and sentence in done.stderr.split("\n")[0] and done.stdout == ""
    assert list(tmp_path.iterdir()) == []
