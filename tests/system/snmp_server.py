# SPDX-License-Identifier: MIT
"""A genuine snmpd of Debian on loopback: scripts behind `extend`, users of version 3, and what Windows' own SNMP
service shows.  It runs without the rights of root, keeps its files in its own folder, and ends with its test."""
import contextlib
import itertools

from loopback import has_ipv6
from real_servers import find_program, printed_by, running, write

COMMUNITY = "monitoring-only"
AUTH_PASSPHRASE, PRIV_PASSPHRASE = "authentic-14-pass", "private-12-pass"
AUTHENTICATIONS = ["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
PRIVACIES = ["DES", "AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C"]
OWN_TABLES = ["tcp", "tcpTable", "tcpScalar", "tcpConnectionTable", "tcpListenerTable", "hr_swrun", "hrSWRunTable",
              "hrSWRunPerfTable", "swrun"]  # those of this machine, which is no Windows


def user_name(authentication, privacy=None):
    return "-".join(filter(None, ["user", authentication, privacy])).lower()


def users():
    """A user for every pair of protocols, and one who proves nothing."""
    lines = ["createUser anybody", "rouser anybody noauth"]
    for authentication in AUTHENTICATIONS:
        name = user_name(authentication)
        lines += [f'createUser {name} {authentication} "{AUTH_PASSPHRASE}"', f"rouser {name} auth"]
    for authentication, privacy in itertools.product(AUTHENTICATIONS, PRIVACIES):
        name = user_name(authentication, privacy)
        lines += [f'createUser {name} {authentication} "{AUTH_PASSPHRASE}" {privacy} "{PRIV_PASSPHRASE}"',
                  f"rouser {name} priv"]
    return lines


def user_options(folder, authentication=None, privacy=None, auth_passphrase=AUTH_PASSPHRASE,
                 priv_passphrase=PRIV_PASSPHRASE, name=None):
    """The options of a login; the pass phrases come from files."""
    words = ["-U", name or (user_name(authentication, privacy) if authentication else "anybody")]
    if authentication:
        write(folder / "auth", auth_passphrase + "\n")
        words += ["-a", authentication, f"--authpasswd-file={folder}/auth"]
    if privacy:
        write(folder / "priv", priv_passphrase + "\n")
        words += ["-x", privacy, f"--privpasswd-file={folder}/priv"]
    return words


@contextlib.contextmanager
def snmpd(prepare, modules=()):
    """`prepare(folder)` writes scripts into the server's folder and returns lines of its configuration."""
    program = find_program("snmpd", "snmpd")

    def command(folder, ports):
        addresses = [f"udp:127.0.0.1:{ports[0]}"] + ([f"udp6:[::1]:{ports[0]}"] if has_ipv6() else [])
        config = write(folder / "snmpd.conf", "\n".join(
            [f"agentaddress {','.join(addresses)}", f"rocommunity {COMMUNITY}", f"rocommunity6 {COMMUNITY}",
             *prepare(folder), ""]))
        return ["/usr/bin/env", f"SNMP_PERSISTENT_DIR={folder}/persistent", "MIBS=", program, "-C", "-c", config, "-f", "-Lo",
                "-I", "-" + ",".join(modules or ["smux"])]

    with running("snmpd", 1, command, lambda server: "NET-SNMP version" in printed_by(server)) as server:
        server.folder = server.output.parent
        yield server


# ---- playing Windows

PASS_PERSIST = """#!{python}
import sys

TABLE = {table!r}
PARTS = sorted((tuple(int(part) for part in name.strip(".").split(".")), kind, value) for name, kind, value in TABLE)
for line in iter(sys.stdin.readline, ""):
    word = line.strip()
    if word == "PING":
        print("PONG", flush=True)
        continue
    asked = tuple(int(part) for part in sys.stdin.readline().strip().strip(".").split("."))
    found = [row for row in PARTS if (row[0] > asked if word == "getnext" else row[0] == asked)]
    if found:
        name, kind, value = found[0]
        print("." + ".".join(map(str, name)), kind, value, sep="\\n", flush=True)
    else:
        print("NONE", flush=True)
"""

TREES = [".1.3.6.1.2.1.6.13", ".1.3.6.1.2.1.6.20", ".1.3.6.1.2.1.25.4.2", ".1.3.6.1.4.1.77.1.2.3.1"]


def windows_tables(folder, table):
    """Lines that let a script answer with `table`: (OID, integer or string, value)."""
    import sys  # noqa: PLC0415
    lines = []
    for number, tree in enumerate(TREES):
        rows = [row for row in table if row[0].startswith(tree + ".")]
        script = write(folder / f"tree{number}.py", PASS_PERSIST.format(python=sys.executable, table=rows))
        script.chmod(0o755)
        lines.append(f"pass_persist {tree} {script}")
    return lines


def connection(address, port, state=2):
    return (f".1.3.6.1.2.1.6.13.1.1.{address}.{port}.0.0.0.0.0", "integer", state)


def listener(address, port, process):
    """tcpListenerProcess: an address is a tuple of bytes, () for any."""
    kind = {4: 1, 16: 2, 0: 0}[len(address)]
    index = ".".join(map(str, [kind, len(address), *address, port]))
    return (f".1.3.6.1.2.1.6.20.1.4.{index}", "gauge", process)


def process(number, name, status=1):
    return [(f".1.3.6.1.2.1.25.4.2.1.2.{number}", "string", name), (f".1.3.6.1.2.1.25.4.2.1.7.{number}", "integer", status)]


def service(name):
    index = ".".join(map(str, [len(name.encode()), *name.encode()]))
    return [(f".1.3.6.1.4.1.77.1.2.3.1.1.{index}", "string", name), (f".1.3.6.1.4.1.77.1.2.3.1.3.{index}", "integer", 1)]
