# SPDX-License-Identifier: MIT
"""Documents that show commands, and how their commands are run: on the lab, as on the site that it plays.

A ```console block holds commands, each behind `$ ` (the account of the monitoring) or `# ` (root), a line that ends
with a backslash goes on, and below each command stands what it prints.  They are run by sh in a folder of their own.
Names, addresses, ports and files of the site become those of the lab in the command, and are turned back in what comes
out; durations and dates are masked.  A comment `<!-- lab: SCENE -->` above the block says what is wrong on the site:

    wrong-password   the agent has another password than the one in the file
    no-rights        the login is right, the account may not query
    no-command       the agent does not know the command
    nobody-listens   nothing listens on the port of the agent
    silent           the community is another one, which SNMP does not answer
    no-ticket        a keytab that Kerberos does not know
    old-certificate  the certificate of the agent is signed by itself
    old-file         what the exporter serves was written hours ago
    old-nrpe         packets of NRPE 2 alone
    no-such-user     an SNMP user that the agent does not know

`nagios4 -v` and `icinga2 daemon -C` read the shipped configuration with the ```nagios or ```icinga2 of the first page
and of the page itself.  Other fences are not run: ```powershell and ```text need Windows or a site, ```ini is a file."""
import contextlib
import os
import pathlib
import re
import subprocess
import time

import daemon_configs
import documents
import kerberos
import snmp_server
from conftest import BUILD, ROOT
from network import Lab
from reach_view import on_the_lab, on_the_site, without_durations
from real_servers import PATH, find_program, running, write
from stage import Stage

FIRST_PAGE = ROOT / "packaging/doc/first-kms-host.md"  # the others build on its objects
SCENES = ("wrong-password", "no-rights", "no-command", "nobody-listens", "silent", "no-ticket",
          "old-certificate", "old-file", "old-nrpe", "no-such-user")
PROGRAMS = ("check_kms_host", "check_kms_client", "check_kms_reach", "kms-explain")
SECRETS = "/etc/kms-monitoring"
ICINGA_CA = "/var/lib/icinga2/certs/ca.crt"
PASSWORD = "of-the-agent-1"
PIN = "sha256//MPDdXHJlbnzXoJDrEEMbVmlFv+ysYB0ObYdpCT8ZLwU="  # as the documents show one
HTTP_PORTS = {"nscp": 8443, "winrm": 5986, "ifw": 5668, "exporter": 9182}
SNMP_PORT, NRPE_PORT = 161, 5666
HTTP_SCENES = {  # what makes an agent over HTTP so
    ("no-rights", "nscp"): {"allows_queries": False},
    ("no-rights", "winrm"): {"fault": (5, "w:AccessDenied")},
    ("no-command", "nscp"): {"modules": ("CheckWMI",)},
    ("no-command", "ifw"): {"installed": ()},
    ("no-command", "exporter"): {"collectors": ("service",)},
}
FENCE = re.compile(r"(?ms)^(?:<!-- lab: (?P<scene>[a-z-]+) -->\n)?```(?P<language>\S*)\n(?P<text>.*?)^```$")


# ---- what is in a document


def fences(page):
    """(language, text, scene) of every fence of a page."""
    text = pathlib.Path(page).read_text(encoding="utf-8")
    return [(match["language"], match["text"], match["scene"]) for match in FENCE.finditer(text)]


def snippets(page, language):
    """The texts of the fences in this language, in their order: nagios, icinga2, ini, powershell, ..."""
    return [text for own, text, _ in fences(page) if own == language]


def commands(block):
    """(command, what stands below it) of a block."""
    found, shown = [], None
    lines = block.splitlines(keepends=True)
    while lines:
        line = lines.pop(0)
        if re.match(r"[$#] ", line):
            command = line[2:]
            while command.endswith("\\\n"):
                command = command[:-2] + " " + lines.pop(0).lstrip()
            shown = []
            found.append((command.rstrip("\n"), shown))
        else:
            assert shown is not None, f"output before the first command: {line!r}"
            shown.append(line)
    return [(command, "".join(shown)) for command, shown in found]


def configuration(page, language):
    """The pieces of a page for one daemon, behind those of the first page, which the pages of its folder build on."""
    builds_on = pathlib.Path(page).parent == FIRST_PAGE.parent and pathlib.Path(page) != FIRST_PAGE
    pages = [FIRST_PAGE, page] if builds_on else [page]
    return [text for own in pages for text in snippets(own, language)]


def is_shown(shown, printed):
    """Whether a page shows what was printed.  A line of the page that ends with ` ...` is the begin of one."""
    left, right = shown.rstrip("\n").split("\n"), printed.rstrip("\n").split("\n")
    return len(left) == len(right) and all(
        is_begin(line, whole) for line, whole in zip(left, right))


def is_begin(line, whole):
    return whole.startswith(line[:-3]) if line.endswith(" ...") else line == whole


def masked(text, keeps_dates=False):
    """Without what differs from run to run."""
    text = re.sub(r"(?m)^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\]", "[WHEN]", text)
    text = re.sub(r"\b\d+ ms\b", "TIME ms", without_durations(text, keeps_dates))
    return re.sub(r"DATET\d\d:\d\d:\d\dZ", "DATE", text)


# ---- the site


def fresh(text):
    """A document of the lab as if it had been written now."""
    return text.replace(documents.NOW, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))


def machine_of(name):
    """wks-001.corp.example.com is the wks-001 of the lab."""
    machine = name.partition(".")[0]
    assert machine in documents.clients() or machine in documents.hosts(), f"the lab has no {name}"
    return machine


# Plays ssh and what the forced command of the other side prints; a genuine one reads the words before.
SSH = """#!/bin/sh
{ssh} -G "$@" > /dev/null || exit 255
cat {output}
"""
SSH_REFUSED = """#!/bin/sh
echo '{name}: Permission denied (publickey).' >&2
exit 255
"""


class Site:
    """Runs commands of a document.  Servers start when a command needs them and end with the site."""

    def __init__(self, folder, certificates, scene=None, page=None):
        assert scene is None or scene in SCENES, scene
        self.folder, self.certificates, self.scene, self.page = folder, certificates, scene, page
        self.secrets = folder / "secrets"
        self.programs = folder / "programs"
        self._stack = contextlib.ExitStack()
        self._stage = None
        self._back = []  # (pattern, replacement): from the lab to the site
        self._environment = {}
        self.code = None
        self.secrets.mkdir()
        self.programs.mkdir()
        for name in ("nscp", "winrm", "ifw", "exporter"):
            self._secret(name, PASSWORD)
        self._secret("auth", snmp_server.AUTH_PASSPHRASE)
        self._secret("priv", snmp_server.PRIV_PASSPHRASE)
        self._secret("community", snmp_server.COMMUNITY)
        self._secret("ca.pem", certificates.ca_file.read_text())
        self._secret("monitoring.keytab", "no keytab")
        (folder / "monitoring.keytab").write_text("no keytab\n", encoding="ascii")
        (folder / "certificate.pem").write_bytes(certificates.self_signed.certificate.read_bytes())

    def _secret(self, name, text):
        (self.secrets / name).write_text(text + "\n", encoding="ascii")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    @property
    def stage(self):
        if self._stage is None:
            self._stage = self._stack.enter_context(Stage())
        return self._stage

    # ---- commands

    def has_dates_of_its_own(self, command):
        """Whether the dates in the output come from the command, not from the day of the run: the document says of when
        it is, or there is none."""
        named = re.search(r"--input=([\w.-]+)", command)
        if named:
            return b"TimeUtc" in (self.folder / named[1]).read_bytes()
        return " json | " in command or command.startswith("kms-explain ")

    def run(self, command):
        """What a command prints, as on the site; `code` is its exit code."""
        self._back = [(re.escape(str(self.secrets)), SECRETS),
                      (re.escape(self.certificates.self_signed.pin[len("sha256//"):]), PIN[len("sha256//"):])]
        here = self._daemon(command) or self._on_the_lab(command)
        places = f"{self.programs}:{BUILD}:{daemon_configs.CONTRIB}:{PATH}"
        environment = self._environment | {"PATH": places, "LC_ALL": "C", "HOME": str(self.folder)}
        done = subprocess.run(["sh", "-c", here], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=60)
        self.code = done.returncode
        printed = done.stdout.decode("ascii")
        assert PASSWORD not in printed, command
        if self._stage is not None:
            self._stage.settle()
            assert not self._stage.violations
        for pattern, replacement in self._back:
            printed = re.sub(pattern, replacement, printed)
        return printed

    def _daemon(self, command):
        """A command that lets a daemon read its configuration, with the output of the genuine one in its place."""
        pipe = command.partition(" | ")
        if pipe[0] == "nagios4 -v /etc/nagios4/nagios.cfg":
            code, text = daemon_configs.verify_nagios(*configuration(self.page, "nagios"))
        elif pipe[0] == "icinga2 daemon -C":
            code, text = daemon_configs.verify_icinga(*configuration(self.page, "icinga2"))
        else:
            return None
        assert code == 0, text
        (self.folder / "daemon").write_text(text)
        return f"cat {self.folder}/daemon{pipe[1]}{pipe[2]}"

    def _on_the_lab(self, command):
        if command == "echo $?":
            return f"echo {self.code}"
        if re.search(r"\bcheck_kms_reach\b", command):
            return self._reach(command)
        command = command.replace("python3 tests/lab/documents.py", f"python3 {ROOT}/tests/lab/documents.py")
        copied = re.search(r"--input=(\w+)\.txt\b", command)
        if copied and self.page is not None:
            write(self.folder / f"{copied[1]}.txt", documents.document(copied[1], "slmgr"))
        agent = re.search(r"--agent=(\S+)", command)
        if agent and agent[1] in HTTP_PORTS:
            command = self._http(command, agent[1])
        elif agent and agent[1].startswith("snmp"):
            command = self._snmp(command, agent[1])
        if "check_nrpe" in command:
            command = self._nrpe(command)
        if re.search(r"(^|-- )ssh ", command):
            self._ssh(command)
        for there, here in (("-o nagios -g nagios", ""),
                            ("chown nagios:nagios", f"chown {os.geteuid()}:{os.getegid()}"),
                            ("/usr/libexec/kms-monitoring/kms-notify", f"{ROOT}/packaging/notify/kms-notify"),
                            (SECRETS, str(self.secrets))):
            command = command.replace(there, here)
        return command

    def _name(self, command, before=""):
        found = re.search(before + r"-H (\S+)", command)
        assert found, f"{command} does not say whom it asks"
        return found[1]

    def _at(self, command, port, usual, before="", here="127.0.0.1"):
        """The command, asking here; the name and the usual port come back in what it prints."""
        name = self._name(command, before)
        self._back += [(rf"(?<![\w.]){re.escape(here)}(?![\w.])", name), (rf"\b{port}\b", str(usual))]
        return re.sub(f"({before})-H {re.escape(name)}(?=\\s|$)", rf"\g<1>-H {here} -p {port}", command, count=1)

    def _reach(self, command):
        lab = self._stack.enter_context(Lab())
        self._stage, words = lab, on_the_lab(command, lab)
        site = on_the_site
        self._back.append((r"(?s)\A.*\Z", lambda match: site(match[0], lab)))
        return words

    # ---- agents

    def _http(self, command, kind):
        name = self._name(command)
        if self.scene == "nobody-listens":
            return self._at(command, self.stage.refusing_port(), HTTP_PORTS[kind])
        user = re.search(r"--user=(\S+)", command) or (["", "admin"] if kind == "nscp" else None)
        options = {"document": fresh(documents.document(machine_of(name), "json"))}
        if user:
            options |= {"user": user[1], "password": "another-one" if self.scene == "wrong-password" else PASSWORD}
        options |= HTTP_SCENES.get((self.scene, kind), {})
        here = "127.0.0.1"
        if "--keytab=" in command:
            assert kind == "winrm" and user is None, command
            options["accepts_ticket"], here = self._kerberos(), "localhost"
        if self.scene == "old-file":
            options["written"] = time.time() - 7 * 3600 - 60
        is_self_signed = "--pin=" in command or self.scene == "old-certificate"
        pair = self.certificates.self_signed if is_self_signed else self.certificates.server
        if kind == "exporter" and "--ca-cert" not in command:
            pair = None
        server = self.stage.agent(kind, machine_of(name), pair, **options)
        if pair is not None:
            command = command.replace(PIN, pair.pin)
        command = command.replace(ICINGA_CA, str(self.certificates.ca_file))
        return self._at(command, server.port, HTTP_PORTS[kind], here=here)

    def _kerberos(self):
        """A realm whose keytab the account has; with scene no-ticket it stays without."""
        realm = self._stack.enter_context(kerberos.realm())
        self._environment = realm.environment
        if self.scene != "no-ticket":
            (self.secrets / "monitoring.keytab").write_bytes(realm.client_keytab.read_bytes())
        return self._stack.enter_context(kerberos.ticket_reader(realm))

    def _snmp(self, command, kind):
        name = self._name(command)
        machine = machine_of(name)

        def prepare(folder):
            if kind == "snmp-windows":
                table = [snmp_server.connection("0.0.0.0", 1688), snmp_server.listener((0, 0, 0, 0), 1688, 4242),
                         *snmp_server.process(4242, "sppsvc.exe"), *snmp_server.service("Software Protection")]
                return snmp_server.windows_tables(folder, table)
            write(folder / "document", fresh(documents.document(machine, "json")))
            script = write(folder / "script", f"#!/bin/sh\ncat {folder}/document\n")
            script.chmod(0o755)
            lines = [] if self.scene == "no-command" else [f"extend kms {script}"]
            user = re.search(r"-U (\S+)", command)
            if user and self.scene != "no-such-user":
                proof, secrecy = re.search(r"-a (\S+)", command)[1], re.search(r"-x (\S+)", command)[1]
                lines += [f'createUser {user[1]} {proof} "{snmp_server.AUTH_PASSPHRASE}" '
                          f'{secrecy} "{snmp_server.PRIV_PASSPHRASE}"', f"rouser {user[1]} priv"]
            return lines

        if self.scene == "nobody-listens":
            return self._at(command, self.stage.refusing_port(), SNMP_PORT)
        server = self._stack.enter_context(snmp_server.snmpd(
            prepare, snmp_server.OWN_TABLES if kind == "snmp-windows" else ()))
        if self.scene == "silent":
            self._secret("community", "another one")
        return self._at(command, server.port, SNMP_PORT)

    def _nrpe(self, command):
        before = r"check_nrpe(?: -[a-z0-9]+)* "
        machine = machine_of(self._name(command, before))

        def prepare(folder, ports):
            write(folder / "document", fresh(documents.document(machine, "json")))
            defined = "" if self.scene == "no-command" else f"command[kms_report]=/bin/cat {folder}/document\n"
            config = write(folder / "nrpe.cfg",
                           f"log_file=/dev/null\npid_file={folder}/nrpe.pid\nserver_address=127.0.0.1\n"
                           f"server_port={ports[0]}\nallowed_hosts=127.0.0.1\ncommand_timeout=20\n{defined}")
            return [find_program("nrpe", "nagios-nrpe-server"), "-c", config, "-f"]

        if self.scene == "nobody-listens":
            return self._at(command, self.stage.refusing_port(), NRPE_PORT, before)
        server = self._stack.enter_context(running("nrpe", 1, prepare))
        if self.scene == "old-nrpe":
            command = command.replace("check_nrpe ", "check_nrpe -2 ")
        return self._at(command, server.port, NRPE_PORT, before)

    def _ssh(self, command):
        name = re.search(r"\bssh .*?@(\S+)", command)[1]
        output = write(self.folder / "ssh-output", fresh(documents.document(machine_of(name), "json")))
        text = SSH_REFUSED if self.scene == "wrong-password" else SSH
        write(self.programs / "ssh", text.format(ssh=find_program("ssh", "openssh-client"), output=output,
                                                 name=name)).chmod(0o755)
