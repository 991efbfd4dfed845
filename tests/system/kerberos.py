# SPDX-License-Identifier: MIT
"""A Kerberos realm on loopback: MIT's KDC, keytabs, a ticket, and an agent that takes tickets, with MIT's own library on
its side.  Everything lies in one folder and is ended by its process id."""
import contextlib
import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from real_servers import PATH, find_program, free_ports, own_folder, printed_by, rights, running, write
from processes import wait_for

REALM = "CORP.EXAMPLE.COM"
SERVICE = "HTTP/localhost"
CONFIG = """[libdefaults]
    default_realm = {realm}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
[realms]
    {realm} = {{
        kdc = 127.0.0.1:{port}
    }}
[domain_realm]
    localhost = {realm}
"""
KDC_CONFIG = """[kdcdefaults]
    kdc_listen = 127.0.0.1:{port}
    kdc_tcp_listen = 127.0.0.1:{port}
[realms]
    {realm} = {{
        database_name = {folder}/principal
        key_stash_file = {folder}/stash
        acl_file = {folder}/acl
    }}
[logging]
    kdc = FILE:{folder}/kdc.log
"""


@dataclasses.dataclass
class Realm:
    folder: pathlib.Path
    environment: dict  # of whoever uses the realm
    server_keytab: pathlib.Path
    client_keytab: pathlib.Path

    def get_ticket(self, cache):
        """A ticket of the monitoring account in a cache of its own; the environment that has it."""
        environment = self.environment | {"KRB5CCNAME": f"FILE:{cache}"}
        subprocess.run([find_program("kinit", "krb5-user"), "-k", "-t", str(self.client_keytab), "monitoring"],
                       env=os.environ | environment, check=True, capture_output=True)
        return environment

    def requests_logged(self):
        return (self.folder / "kdc.log").read_text(errors="replace").count("TGS_REQ")


def kerberos(program, package, environment, *words):
    subprocess.run([find_program(program, package), *words], env=os.environ | environment, check=True, capture_output=True)


@contextlib.contextmanager
def realm():
    kdc = find_program("krb5kdc", "krb5-kdc")

    def prepare(folder, ports):
        write(folder / "krb5.conf", CONFIG.format(realm=REALM, port=ports[0]))
        write(folder / "kdc.conf", KDC_CONFIG.format(realm=REALM, port=ports[0], folder=folder))
        write(folder / "acl", "")
        environment = {"KRB5_CONFIG": str(folder / "krb5.conf"), "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
                       "PATH": PATH}
        if not (folder / "principal").exists():
            kerberos("kdb5_util", "krb5-kdc", environment, "create", "-s", "-r", REALM, "-P", "of the lab")
            for name, keytab in ((SERVICE, "server.keytab"), ("monitoring", "client.keytab")):
                kerberos("kadmin.local", "krb5-admin-server", environment, "-r", REALM, "addprinc", "-randkey", name)
                kerberos("kadmin.local", "krb5-admin-server", environment, "-r", REALM, "ktadd", "-k",
                         str(folder / keytab), name)
        if rights():
            for path in folder.iterdir():
                shutil.chown(path, rights()["user"], rights()["group"])
        (folder / "env").write_text("")
        return ["env", *(f"{name}={value}" for name, value in environment.items()), kdc, "-n", "-r", REALM]

    with running("kdc", 1, prepare, lambda server: (server.output.parent / "kdc.log").exists() and
                 "commencing operation" in (server.output.parent / "kdc.log").read_text()) as server:
        folder = server.output.parent
        environment = {"KRB5_CONFIG": str(folder / "krb5.conf"), "KRB5CCNAME": f"FILE:{folder}/nobody-has-one"}
        yield Realm(folder, environment, folder / "server.keytab", folder / "client.keytab")


@dataclasses.dataclass
class Agent:
    port: int
    log: pathlib.Path

    @property
    def requests(self):
        """One word for each request: none, refused, or the principal."""
        return self.log.read_text().split()


@contextlib.contextmanager
def negotiating_agent(own_realm, page):
    """Serves one page to whoever shows a ticket for it."""
    if subprocess.run([sys.executable, "-c", "import gssapi"], check=False, capture_output=True).returncode != 0:
        pytest.skip("gssapi for Python is not installed (package python3-gssapi)")
    with own_folder("negotiate") as folder:
        (folder / "page").write_bytes(page)
        log = folder / "requests"
        log.write_text("")
        port = free_ports(1)[0]
        environment = os.environ | own_realm.environment | {"KRB5_KTNAME": str(own_realm.server_keytab)}
        script = pathlib.Path(__file__).with_name("negotiate_server.py")
        with subprocess.Popen([sys.executable, str(script), str(port), str(folder / "page"), str(log)],
                              env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout.readline() == "ready\n"
                yield Agent(port, log)
            finally:
                process.terminate()


@contextlib.contextmanager
def ticket_reader(own_realm):
    """A function that says whether the realm gave a ticket for its service, in this process."""
    gssapi = pytest.importorskip("gssapi", reason="gssapi for Python is not installed (package python3-gssapi)")
    before = {name: os.environ.get(name) for name in ("KRB5_CONFIG", "KRB5_KTNAME")}
    os.environ.update({"KRB5_CONFIG": own_realm.environment["KRB5_CONFIG"],
                       "KRB5_KTNAME": str(own_realm.server_keytab)})

    def is_good(ticket):
        try:
            gssapi.SecurityContext(usage="accept").step(ticket)
        except gssapi.exceptions.GSSError:
            return False
        return True

    try:
        yield is_good
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
