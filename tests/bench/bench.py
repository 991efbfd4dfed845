#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a check costs: wall time as a ratio to an empty program linked with the same shared libraries, or to a plugin
that does the same work, and peak resident size. Nothing is asserted in seconds: machines are noisy, ratios in one run
are not."""
import contextlib
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
PLUGINS = pathlib.Path("/usr/lib/nagios/plugins")  # those of monitoring-plugins-basic
LINKED = {"libjansson": "-ljansson", "libcares": "-lcares"}
sys.path.insert(0, str(ROOT / "tests/lab"))

import documents  # noqa: E402


def compile_c(program, sources, *more):
    command = os.environ.get("CC", "cc").split()
    sources = [str(ROOT / "tests/bench" / source) for source in sources]
    subprocess.run([*command, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O2", "-fPIE", "-pie", "-Wl,-z,relro,-z,now",
                    *sources, "-o", str(program), *more], check=True)
    return program


def libraries(program):
    printed = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=True).stdout
    return sorted(name for name in re.findall(r"^\s*(lib\S+)", printed, re.MULTILINE))


class EmptyPrograms:
    """Programs that do nothing, one for each set of libraries."""

    def __init__(self, folder):
        self.folder = folder
        self.made = {}

    def like(self, program):
        names = libraries(program)
        flags = [LINKED[name.split(".")[0]] for name in names if name.split(".")[0] in LINKED]
        if tuple(names) not in self.made:
            empty = compile_c(self.folder / f"empty{len(self.made)}", ["empty.c"], "-Wl,--no-as-needed", *flags)
            assert libraries(empty) == names, f"{program}: {names}, the empty program: {libraries(empty)}"
            self.made[tuple(names)] = empty
        return [str(self.made[tuple(names)])]


@contextlib.contextmanager
def responder(folder):
    """The ports of DNS and of the KMS listener."""
    program = compile_c(folder / "responder", ["responder.c", "reply.c"])
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        try:
            _, dns, _, kms = running.stdout.readline().split()
            yield dns, kms
        finally:
            running.terminate()


class Table:
    """Measures and prints row by row."""

    def __init__(self, pairs):
        self.pairs = pairs
        self.skipped = []
        print(f"{'':46} {'ratio':>6} {'quartiles':>13} {'at most':>8} {'ms':>9} {'base ms':>9} {'peak KiB':>9}")

    def skip(self, row, reason):
        self.skipped.append(f"skipped: {row}: {reason}")

    def measure(self, count, baseline, candidate):
        printed = subprocess.run([str(self.pairs), str(count), *baseline, "--", *candidate], capture_output=True,
                                 text=True, check=True).stdout
        return [float(word) for word in printed.split()]

    def row(self, name, baseline, candidate, ratio_limit="", peak_limit=None):
        ratio, low, high, base, own, _, peak = self.measure(PAIRS, baseline, candidate)
        print(f"{name:46} {ratio:6.2f} {low:6.2f}-{high:.2f} {ratio_limit:>8} {own:9.3f} {base:9.3f} {peak:9.0f}"
              + (f" of at most {peak_limit}" if peak_limit else ""), flush=True)

    def long_run(self, name, baseline, candidate, limit_ms, peak_limit):
        """Once is enough for what mostly waits; one more run before it warms up."""
        _, _, _, _, own, _, peak = self.measure(1, baseline, candidate)
        print(f"{name:46} {own:41.0f} ms of at most {limit_ms}, peak {peak:.0f} KiB of at most {peak_limit}")


def must_end_with(code, command):
    """What is measured is the work itself, not the way to an error."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != code:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}, wanted {code}: {done.stdout}{done.stderr}")


def document_rows(table, empties, folder):
    for name in ("kms01", "wks-001", "wks-025"):
        for form in ("slmgr", "json"):
            (folder / f"{name}.{form}").write_text(documents.document(name, form), newline="")
    rows = [("check_kms_client, slmgr text, OK", [f"{BUILD}/check_kms_client", f"--input={folder}/wks-001.slmgr"]),
            ("check_kms_client, JSON, CRITICAL", [f"{BUILD}/check_kms_client", f"--input={folder}/wks-025.json"]),
            ("check_kms_host, slmgr text", [f"{BUILD}/check_kms_host", f"--input={folder}/kms01.slmgr"]),
            ("check_kms_host, JSON", [f"{BUILD}/check_kms_host", f"--input={folder}/kms01.json"]),
            ("kms-explain, one code", [f"{BUILD}/kms-explain", "0xC004F038"])]
    baselines = [empties.like(command[0]) for _, command in rows]
    for (name, command), baseline in zip(rows, baselines):
        table.row(name, baseline, command)
    if shutil.which(PLUGINS / "check_dummy"):
        table.row("(check_dummy of monitoring-plugins)", baselines[0], [str(PLUGINS / "check_dummy"), "0"])


def reach_rows(table, empties, dns, kms):
    """One healthy target: SRV, address, TCP and bind.  Then 200 targets of which 150 never say a word."""
    reach = BUILD / "check_kms_reach"
    tcp = [str(PLUGINS / "check_tcp"), "-H", "127.0.0.1", "-p", kms]
    if not shutil.which(reach):
        table.skip("check_kms_reach", f"{reach} is not built")
        return
    empty = empties.like(reach)
    server = ["--dns-server", f"127.0.0.1:{dns}"]
    one = [str(reach), "-D", "bench.example.com", *server]
    many = [str(reach), "-D", "many.example.com", "-t", "2", *server]
    must_end_with(0, one)
    table.row("check_kms_reach, one target", empty, one, "1.70", 3072)
    if shutil.which(tcp[0]):
        must_end_with(0, tcp)
        table.row("check_kms_reach, one target, against check_tcp", tcp, one, "0.75", 3072)
    else:
        table.skip("check_kms_reach against check_tcp", "check_tcp is not installed (monitoring-plugins-basic)")
    must_end_with(1, many)
    table.long_run("check_kms_reach -t 2, 200 targets, 150 silent", empty, many, 2500, 5120)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        table = Table(compile_c(folder / "pairs", ["pairs.c"]))
        empties = EmptyPrograms(folder)
        document_rows(table, empties, folder)
        with responder(folder) as (dns, kms):
            reach_rows(table, empties, dns, kms)
        print()
        for line in table.skipped:
            print(line)
        for names in empties.made:
            print(f"an empty program is linked with {' '.join(names)}")
        print(f"{PAIRS} pairs each, median of the pair ratios, the baseline directly before the other.")


if __name__ == "__main__":
    main()
