# SPDX-License-Identifier: MIT
"""What check_kms_reach prints on the lab, as it would print it on the site that the lab plays: the ports, addresses and
durations of a run on loopback differ from run to run."""
import re

import pytest

import loopback

ADDRESSES = {"127.0.0.11": "192.0.2.11", "::1": "2001:db8:11::11", "127.0.0.12": "192.0.2.12", "127.0.0.13": "192.0.2.13",
             "127.0.0.77": "198.51.100.77", "127.0.0.21": "192.0.2.21", "127.0.0.22": "192.0.2.22",
             "127.0.0.31": "192.0.2.31", "127.0.0.32": "192.0.2.32", "127.0.0.33": "192.0.2.33",
             "127.0.0.41": "192.0.2.41"}
DNS = "192.0.2.53"


def skip_without_ipv6(path):
    """The lab leaves kms01 without its IPv6 address where this machine has no ::1; then nothing can be compared."""
    if ADDRESSES["::1"] in (path.read_text(encoding="utf-8") if path.exists() else "") and not loopback.has_ipv6():
        pytest.skip("::1 is missing on this machine")


def on_the_lab(word, lab):
    """A word of a command line for the site, as it has to be on the lab."""
    return word.replace(DNS, lab.dns).replace("1688", str(lab.port)).replace("1689", str(lab.closed_port))


def without_durations(text, keeps_dates=False):
    text = re.sub(r"\b(time\w*)=\d+\.\d+s", r"\1=TIME", text)
    text = re.sub(r"\b\d+\.\d+ (ms|s)\b", r"TIME \1", text)
    return text if keeps_dates else re.sub(r"\d{4}-\d\d-\d\d", "DATE", text)


def on_the_site(text, lab):
    """The output of a run on the lab, durations and dates masked.  Headlines leave port 1688 out."""
    first, _, rest = text.partition("\n")
    line, bar, perfdata = first.partition(" | ")
    line = re.sub(rf"(?<=\w):{lab.port}\b", "", line)
    text = line + bar + perfdata + "\n" + rest
    text = text.replace(lab.dns, DNS)
    text = re.sub(rf"\b{lab.port}\b", "1688", text)
    text = re.sub(rf"\b{lab.closed_port}\b", "1689", text)
    for here, there in ADDRESSES.items():
        text = re.sub(rf"(?<![\w:.]){re.escape(here)}(?![\w.])", there, text)
    return without_durations(text)
