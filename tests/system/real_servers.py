# SPDX-License-Identifier: MIT
"""Servers that we did not write, as fixtures: knot, nsd and dnsmasq for DNS, nginx and openssl s_server for what else
may listen on a port, and Samba as a genuine DCE/RPC runtime that has never heard of KMS.

Each is a process of its own on free ports of loopback, in a folder of its own that goes with it, without the rights
of root.  A program that is not installed is a skip that names its package."""
import contextlib
import dataclasses
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile

import pytest

from loopback import bind_together, family, has_ipv6
from processes import NOBODY, end, is_gone, wait_for
from unprivileged import rights

ATTEMPTS = 3  # somebody may take a port between our look and the start
START_SECONDS = 15
END_SECONDS = 10
PATH = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
SAMBA_FOLDERS = ["/usr/libexec/samba", "/usr/lib/samba", "/usr/lib/x86_64-linux-gnu/samba", "/usr/lib64/samba"]
TYPES = {"A": 1, "SOA": 6, "AAAA": 28, "SRV": 33}


@dataclasses.dataclass
class Server:
    """A running server.  Its first process is `pid`; what it printed is in the file `output`."""
    pid: int
    ports: list
    output: pathlib.Path
    certificate: pathlib.Path = None  # of those that speak TLS

    @property
    def port(self):
        return self.ports[0]

    @property
    def tls_port(self):
        return self.ports[-1]

    @property
    def address(self):
        """As --dns-server and --hostname take it."""
        return f"127.0.0.1:{self.port}"


def find_program(name, package, path=PATH):
    program = shutil.which(name, path=path)
    if program is None:
        pytest.skip(f"{name} is not installed (package {package})")
    return program


# ---- starting and ending


@contextlib.contextmanager
def own_folder(name):
    """Short, because sockets lie in it, and the server's own."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"kms-{name}-"))
    try:
        if rights():
            os.chown(folder, NOBODY, NOBODY)
        yield folder
    finally:
        shutil.rmtree(folder)


def free_ports(count):
    """Free for UDP and TCP."""
    kinds = [("127.0.0.1", socket.SOCK_STREAM), ("127.0.0.1", socket.SOCK_DGRAM)]
    pairs = [bind_together(kinds) for _ in range(count)]
    ports = [pair[0].getsockname()[1] for pair in pairs]
    for pair in pairs:
        for bound in pair:
            bound.close()
    return ports


def write(path, text):
    path.write_text(text, encoding="ascii")
    path.chmod(0o644)
    return path


def descendants(pid):
    try:
        children = [word for path in pathlib.Path(f"/proc/{pid}/task").glob("*/children")
                    for word in path.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return children + [pid for child in children for pid in descendants(child)]


def stop(process):
    """Ends the server, then looks that its workers have ended with it."""
    workers = descendants(process.pid)
    process.terminate()
    try:
        process.wait(timeout=END_SECONDS)
        assert all(is_gone(pid) for pid in workers)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        end(workers)
        process.stdin.close()


def connects(port, address="127.0.0.1"):
    with socket.socket(family(address)) as probe:
        return probe.connect_ex((address, port)) == 0


def accepts(server):
    return all(connects(port) for port in server.ports)


def printed_by(server):
    return server.output.read_text(errors="replace")


@contextlib.contextmanager
def running(name, port_count, prepare, is_ready=accepts):
    """`prepare(folder, ports)` writes what the server needs and returns its command; yields the Server as soon as it is
    ready."""
    with own_folder(name) as folder, contextlib.ExitStack() as stack:
        for attempt in range(ATTEMPTS):
            ports = free_ports(port_count)
            command = prepare(folder, ports)
            with (folder / "output").open("wb") as output:
                # An open standard input: some end when theirs does.
                process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT,
                                           cwd=folder, **rights())
            started = stack.enter_context(contextlib.ExitStack())
            started.callback(stop, process)
            server = Server(process.pid, ports, folder / "output")
            try:
                wait_for(lambda: process.poll() is not None or is_ready(server), f"{name} is ready", START_SECONDS)
            except AssertionError as error:
                raise AssertionError(f"{error}: {printed_by(server)}") from None
            if process.poll() is None:
                break
            started.close()
            assert attempt + 1 < ATTEMPTS, f"{name} ended with {process.returncode}: {printed_by(server)}"
        assert os.stat(f"/proc/{server.pid}").st_uid != 0, f"{name} runs as root"
        yield server


# ---- DNS


def zone_text(*records):
    """The text of a zone file: the head that every zone needs, then these lines."""
    return "\n".join(["$TTL 3600", "@ SOA ns hostmaster 1 3600 600 86400 60", "@ NS ns", "ns A 127.0.0.1", *records, ""])


def dns_query(name, type_name, edns_size=0):
    labels = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.rstrip(".").split("."))
    head = struct.pack(">6H", 0x4B4D, 0x0100, 1, 0, 0, 1 if edns_size else 0)
    opt = b"\0" + struct.pack(">HHIH", 41, edns_size, 0, 0) if edns_size else b""
    return head + labels + b"\0" + struct.pack(">2H", TYPES[type_name], 1) + opt


@dataclasses.dataclass
class DnsReply:
    rcode: int
    is_cut: bool
    answers: int
    message: bytes


def read_reply(message):
    _, flags, _, answers, _, _ = struct.unpack(">6H", message[:12])
    return DnsReply(flags & 0xF, bool(flags & 0x0200), answers, message)


def ask_udp(port, name, type_name, edns_size=0, seconds=5):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(seconds)
        asker.connect(("127.0.0.1", port))
        asker.send(dns_query(name, type_name, edns_size))
        return read_reply(asker.recv(65535))


def ask_tcp(port, name, type_name):
    query = dns_query(name, type_name)
    with socket.create_connection(("127.0.0.1", port), 5) as asker, asker.makefile("rb") as stream:
        asker.sendall(struct.pack(">H", len(query)) + query)
        length, = struct.unpack(">H", stream.read(2))
        return read_reply(stream.read(length))


def has_rcode(port, name, rcodes):
    try:
        return ask_udp(port, name, "SOA", seconds=0.5).rcode in rcodes
    except (ConnectionRefusedError, TimeoutError):
        return False


def answers_for(zones):
    """Ready is a server that takes connections and has loaded its zones."""
    loaded = [domain for domain, text in zones.items() if text is not None]
    return lambda server: accepts(server) and all(has_rcode(server.port, domain, [0]) for domain in loaded)


def write_zones(folder, zones):
    for domain, text in zones.items():
        if text is not None:
            write(folder / f"{domain}.zone", text)


def knot_command(program, folder, port, zones):
    write_zones(folder, zones)
    entries = "".join(f"  - domain: {domain}\n    file: {domain}.zone\n" for domain in zones)
    config = write(folder / "knot.conf", f"""server:
    listen: 127.0.0.1@{port}
    rundir: {folder}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: {folder}
control:
    listen: {folder}/knot.sock
log:
  - target: stderr
    any: info
template:
  - id: default
    storage: {folder}
    zonefile-sync: -1
    journal-content: none
zone:
{entries}""")
    return [program, "-c", config]


def nsd_command(program, folder, port, zones):
    write_zones(folder, zones)
    entries = "".join(f'zone:\n    name: "{domain}"\n    zonefile: "{domain}.zone"\n' for domain in zones)
    config = write(folder / "nsd.conf", f"""server:
    ip-address: 127.0.0.1@{port}
    username: ""
    chroot: ""
    zonesdir: "{folder}"
    database: ""
    pidfile: "{folder}/nsd.pid"
    zonelistfile: "{folder}/zone.list"
    xfrdfile: "{folder}/xfrd.state"
    xfrdir: "{folder}"
    server-count: 1
remote-control:
    control-enable: no
{entries}""")
    return [program, "-d", "-c", config]


@pytest.fixture
def knot():
    """knot({DOMAIN: zone_text(...)}) starts a server for these zones.  None instead of a text is a zone that cannot be
    loaded: SERVFAIL.  Names in no zone are REFUSED."""
    program = find_program("knotd", "knot")
    with contextlib.ExitStack() as stack:
        yield lambda zones: stack.enter_context(running(
            "knot", 1, lambda folder, ports: knot_command(program, folder, ports[0], zones), answers_for(zones)))


@pytest.fixture
def nsd():
    """As `knot`."""
    program = find_program("nsd", "nsd")
    with contextlib.ExitStack() as stack:
        yield lambda zones: stack.enter_context(running(
            "nsd", 1, lambda folder, ports: nsd_command(program, folder, ports[0], zones), answers_for(zones)))


@pytest.fixture
def dnsmasq():
    """dnsmasq("--srv-host=NAME,TARGET,PORT,PRIORITY,WEIGHT", "--host-record=NAME,ADDRESS") starts a server that knows
    these and nothing else; other names below example.com do not exist."""
    program = find_program("dnsmasq", "dnsmasq-base")

    def start(*records):
        def command(_folder, ports):
            return [program, "--keep-in-foreground", "--conf-file=/dev/null", "--log-facility=-", "--pid-file=", "--user=",
                    "--no-resolv", "--no-hosts", "--cache-size=0", f"--port={ports[0]}", "--listen-address=127.0.0.1",
                    "--bind-interfaces", "--local=/example.com/", *records]

        def is_ready(server):
            return accepts(server) and has_rcode(server.port, "ready.example.com", range(16))

        return stack.enter_context(running("dnsmasq", 1, command, is_ready))

    with contextlib.ExitStack() as stack:
        yield start


# ---- what else may listen


def make_certificate(folder):
    """A throw-away certificate with its key."""
    program = find_program("openssl", "openssl")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run([program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True, **rights())
    return certificate, key


def nginx_command(program, folder, ports):
    certificate, key = make_certificate(folder)
    temporary = "".join(f"    {name}_temp_path {folder}/{name};\n"
                        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = write(folder / "nginx.conf", f"""daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log off;
{temporary}
    server {{
        listen 127.0.0.1:{ports[0]};
        location / {{ return 200 "an ordinary page\\n"; }}
    }}
    server {{
        listen 127.0.0.1:{ports[1]} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        location / {{ return 200 "an ordinary page over TLS\\n"; }}
    }}
}}
""")
    # -e: before it has read its configuration it would write where it was installed to.
    return [program, "-p", folder, "-e", "stderr", "-c", config]


@pytest.fixture(scope="module")
def nginx():
    """HTTP on `port`, HTTPS on `tls_port`."""
    program = find_program("nginx", "nginx-light")
    with running("nginx", 2, lambda folder, ports: nginx_command(program, folder, ports)) as server:
        server.certificate = server.output.parent / "certificate.pem"
        yield server


@pytest.fixture(scope="module")
def openssl_server():
    """openssl s_server on `port`: TLS, one connection after the other."""
    program = find_program("openssl", "openssl")

    def command(folder, ports):
        certificate, key = make_certificate(folder)
        return [program, "s_server", "-quiet", "-accept", f"127.0.0.1:{ports[0]}", "-cert", certificate, "-key", key]

    with running("openssl", 1, command) as server:
        server.certificate = server.output.parent / "certificate.pem"
        yield server


def samba_config(folder, port):
    """Everything in the folder, loopback only.  A service whose port is not fixed takes one of the dynamic range, which
    here has one."""
    places = {"private dir": "private", "lock directory": "lock", "state directory": "state", "cache directory": "cache",
              "pid directory": "pid", "ncalrpc dir": "ncalrpc", "winbindd socket directory": "winbindd"}
    for place in places.values():
        path = folder / place
        path.mkdir(mode=0o700 if place == "private" else 0o755, exist_ok=True)
        if rights():
            os.chown(path, NOBODY, NOBODY)
    settings = {name: folder / place for name, place in places.items()} | {
        "server role": "standalone server", "netbios name": "FILES1", "workgroup": "WORKGROUP",
        "interfaces": "lo", "bind interfaces only": "yes", "log file": folder / "log",
        "rpc start on demand helpers": "no", "rpc server dynamic port range": f"{port}-{port}"}
    return write(folder / "smb.conf", "[global]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()))


@pytest.fixture(scope="module")
def samba():
    """Samba's RPC server with its registry service (winreg) on `port`, over IPv4 and IPv6.  It knows NDR and its own
    interfaces, not KMS."""
    program = find_program("samba-dcerpcd", "samba-common-bin", ":".join(SAMBA_FOLDERS) + ":" + PATH)

    def command(folder, ports):
        return [program, "--foreground", "--no-process-group", "--debug-stdout", "-s", samba_config(folder, ports[0]),
                pathlib.Path(program).parent / "rpcd_winreg"]

    def is_ready(server):
        return accepts(server) and (not has_ipv6() or connects(server.port, "::1"))

    with running("samba", 1, command, is_ready) as server:
        yield server
