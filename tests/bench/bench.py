#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a check costs: wall time as a ratio to an empty program linked with the same shared libraries, and peak
resident size. Nothing is asserted in seconds: machines are noisy, ratios in one run are not."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
BUILD = BUILD if BUILD.is_absolute() else ROOT / BUILD
PAIRS = int(os.environ.get("PAIRS", "300"))
sys.path.insert(0, str(ROOT / "tests/lab"))

import documents  # noqa: E402


def compile_c(source, program, *more):
    command = os.environ.get("CC", "cc").split()
    subprocess.run([*command, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O2", "-fPIE", "-pie", "-Wl,-z,relro,-z,now",
                    str(ROOT / "tests/bench" / source), "-o", str(program), *more], check=True)


def libraries(program):
    printed = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=True).stdout
    return sorted(name for name in re.findall(r"^\s*(lib\S+)", printed, re.MULTILINE))


def measure(pairs, baseline, candidate):
    printed = subprocess.run([str(pairs), str(PAIRS), *baseline, "--", *candidate], capture_output=True, text=True,
                             check=True).stdout
    return [float(word) for word in printed.split()]


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        empty, pairs = folder / "empty", folder / "pairs"
        compile_c("empty.c", empty, "-Wl,--no-as-needed", "-ljansson")
        compile_c("pairs.c", pairs)
        for name in ("kms01", "wks-001", "wks-025"):
            for form in ("slmgr", "json"):
                (folder / f"{name}.{form}").write_text(documents.document(name, form), newline="")
        check_dummy = "/usr/lib/nagios/plugins/check_dummy"
        rows = [("check_kms_client, slmgr text, OK", [f"{BUILD}/check_kms_client", f"--input={folder}/wks-001.slmgr"]),
                ("check_kms_client, JSON, CRITICAL", [f"{BUILD}/check_kms_client", f"--input={folder}/wks-025.json"]),
                ("check_kms_host, slmgr text", [f"{BUILD}/check_kms_host", f"--input={folder}/kms01.slmgr"]),
                ("check_kms_host, JSON", [f"{BUILD}/check_kms_host", f"--input={folder}/kms01.json"]),
                ("kms-explain, one code", [f"{BUILD}/kms-explain", "0xC004F038"])]
        if shutil.which(check_dummy):
            rows.append(("(check_dummy of monitoring-plugins)", [check_dummy, "0"]))
        print(f"empty program: {' '.join(libraries(empty))}")
        print(f"check_kms_client: {' '.join(libraries(BUILD / 'check_kms_client'))}\n")
        print(f"{'':38} {'ratio':>6} {'quartiles':>13} {'ms':>7} {'empty ms':>9} {'peak KiB':>9}")
        for title, command in rows:
            ratio, low, high, base, own, _, peak = measure(pairs, [str(empty)], command)
            print(f"{title:38} {ratio:6.2f} {low:6.2f}-{high:.2f} {own:9.3f} {base:9.3f} {peak:9.0f}")
        print(f"\n{PAIRS} pairs each, median of the pair ratios, the empty program directly before the other.")


if __name__ == "__main__":
    main()
