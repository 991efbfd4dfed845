#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a check costs: wall time as a ratio to an empty program linked with the same shared libraries, or to a plugin
that does the same work, and peak resident size. Nothing is asserted in seconds: machines are noisy, ratios in one run
are not."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
BUILD = BUILD if BUILD.is_absolute() else ROOT / BUILD
PAIRS = int(os.environ.get("PAIRS", "300"))
PLUGINS = pathlib.Path("/usr/lib/nagios/plugins")  # those of monitoring-plugins-basic
LINKED = {"libjansson": "-ljansson", "libcares": "-lcares", "libcurl": "-lcurl", "libexpat": "-lexpat", "libssl": "-lssl",
          "libcrypto": "-lcrypto", "libnetsnmp": "-lnetsnmp"}
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


NGINX = """daemon off; worker_processes 1; error_log {folder}/error.log; pid {folder}/pid;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t; default_type application/json;
server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
          root {folder}/www; }} }}
"""


def make_certificates(folder):
    """An authority, and a server for 127.0.0.1 that it has signed."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Lab CA", "-days", "2")
    openssl("req", *new_key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=wks-001")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
            "server.pem", "-days", "2", "-extfile", "names")


@contextlib.contextmanager
def web_server(folder, nginx):
    """Serves what an agent answers: the document of a client inside of JSON."""
    path = "api/v1/queries/kms_report/commands/execute_nagios"
    (folder / "www" / path).parent.mkdir(parents=True)
    reply = {"command": "kms_report", "result": "OK",
             "lines": [{"message": documents.document("wks-001", "json"), "perf": ""}]}
    (folder / "www" / path).write_text(json.dumps(reply))
    make_certificates(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    for place in [folder.parent, folder]:
        place.chmod(0o755)
    with subprocess.Popen([nginx, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL) as running:
        try:
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if running.poll() is not None:
                    sys.exit("nginx does not start")
            yield port, path
        finally:
            running.terminate()


def http_rows(table, empties, folder):
    """One request over TLS, verified by one authority, against check_curl for the same document."""
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    curl = PLUGINS / "check_curl"
    client, twin = BUILD / "check_kms_client", BUILD / "kms-monitoring/check_kms_client-http"
    if nginx is None or subprocess.run([curl, "-V"], capture_output=True, check=False).returncode != 3:
        table.skip("check_kms_client over TLS", "nginx (nginx-light) or check_curl (monitoring-plugins-standard, "
                                                "liburiparser1) is not installed")
        return
    folder = folder / "web"
    folder.mkdir()
    empty = empties.like(twin)
    with web_server(folder, nginx) as (port, path):
        own = [str(client), "--agent=nscp", "-H", "127.0.0.1", "-p", str(port), "--command=kms_report",
               f"--ca-cert={folder}/ca.pem"]
        peer = [str(curl), "-S", "-H", "127.0.0.1", "-I", "127.0.0.1", "-p", str(port), "-u", f"/{path}"]
        must_end_with(0, own)
        must_end_with(0, peer)
        table.row("check_kms_client over TLS", empty, own)
        peak = table.measure(20, peer, peer)[5]
        table.row("check_kms_client over TLS, against check_curl -S", peer, own, "1.00", int(peak))


@contextlib.contextmanager
def snmp_agent(folder):
    """The port of an snmpd with the document of a client behind `extend kms`; None when it is not installed."""
    program = shutil.which("snmpd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        yield None
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "snmpd.conf"
    config.write_text(f"agentaddress udp:127.0.0.1:{port}\nrocommunity public\nextend kms /bin/cat {folder}/wks-001.json\n")
    output = folder / "snmpd.out"
    environment = os.environ | {"SNMP_PERSISTENT_DIR": str(folder / "snmpd"), "MIBS": ""}
    with output.open("wb") as printed, subprocess.Popen([program, "-C", "-c", config, "-f", "-Lo", "-I", "-smux"],
                                                        stdout=printed, stderr=printed, env=environment) as running:
        try:
            while running.poll() is None and "NET-SNMP version" not in output.read_text():
                time.sleep(0.02)
            yield str(port)
        finally:
            running.terminate()


def snmp_rows(table, empties, folder):
    """A client check over SNMPv2c, and check_snmp that gets one value from the same agent."""
    peer = PLUGINS / "check_snmp"
    with snmp_agent(folder) as port:
        if port is None:
            table.skip("check_kms_client over SNMP", "snmpd is not installed")
            return
        own = [str(BUILD / "check_kms_client"), "--agent=snmp", "-H", "127.0.0.1", "-p", port, "-C", "public"]
        must_end_with(0, own)
        table.row("check_kms_client, SNMP v2c", empties.like(BUILD / "kms-monitoring/check_kms_client-snmp"), own, "", 6144)
        if not shutil.which(peer):
            table.skip("check_kms_client over SNMP against check_snmp", "check_snmp is not installed "
                       "(monitoring-plugins-standard)")
            return
        theirs = [str(peer), "-H", "127.0.0.1", "-p", port, "-P", "2c", "-C", "public", "-o",
                  ".1.3.6.1.4.1.8072.1.3.2.3.1.4.3.107.109.115"]
        must_end_with(0, theirs)
        table.row("check_kms_client, SNMP v2c, against check_snmp", theirs, own, "0.80", 6144)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        table = Table(compile_c(folder / "pairs", ["pairs.c"]))
        empties = EmptyPrograms(folder)
        document_rows(table, empties, folder)
        with responder(folder) as (dns, kms):
            reach_rows(table, empties, dns, kms)
        http_rows(table, empties, folder)
        snmp_rows(table, empties, folder)
        print()
        for line in table.skipped:
            print(line)
        for names in empties.made:
            print(f"an empty program is linked with {' '.join(names)}")
        print(f"{PAIRS} pairs each, median of the pair ratios, the baseline directly before the other.")


if __name__ == "__main__":
    main()
