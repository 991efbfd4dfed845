# SPDX-License-Identifier: MIT
"""An Icinga 2 that is asked and told things over its API on loopback, and whose pages are delivered to files.

    with Node(folder, site="object Host ...") as node:
        result = node.check("wks-025", "kms-client")

Automatic checks are off, by the switch of Icinga that does this for all services at once, so that nothing runs that a
test did not ask for; the configuration under test stays as it is shipped.
"""
import functools
import http.client
import json
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

from daemon_process import PATIENCE, write
from icinga_daemon import FEATURES, Icinga

STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
ALL_DAY = 'const KmsOfficeHours = { ' + "; ".join(f'{day} = "00:00-24:00"' for day in (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")) + " }\n"
USERS = """
object User "tickets" { groups = [ "kms-tickets" ]; vars.kms_notify_to = "--file=FOLDER/pages/tickets" }
object User "oncall" { groups = [ "kms-oncall" ]; vars.kms_notify_to = [ "--file=FOLDER/pages/oncall" ] }
object User "manager" {
  groups = [ "kms-escalation" ]
  vars.kms_notify_to = [ "--", "/bin/sh", "-c", "{ echo \\"== $$KMS_NOTIFY_SUBJECT\\"; cat; } >> FOLDER/pages/manager" ]
}
"""
MAIL = """#!/bin/sh
{ echo "== $*"; cat; } >> FOLDER/pages/mail
"""
IDLE = 'object IcingaApplication "app" { enable_host_checks = false; enable_service_checks = false }\n'
API = """object ApiListener "api" {{
  bind_host = "127.0.0.1"
  bind_port = {port}
  accept_config = true
  accept_commands = true
}}
object ApiUser "tests" {{ password = "tests"; permissions = [ "*" ] }}
"""


class Keys:
    """One RSA key and one authority for all nodes of a test run: making keys is what takes time."""

    def __init__(self):
        self._holder = tempfile.TemporaryDirectory(prefix="kms-icinga-keys.")
        self.folder = pathlib.Path(self._holder.name)
        self._openssl("genrsa", "-out", "node.key", "2048")
        self._openssl("req", "-x509", "-new", "-key", "node.key", "-subj", "/CN=Lab Icinga CA", "-days", "2",
                      "-out", "ca.crt", "-addext", "basicConstraints=critical,CA:TRUE")

    def _openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, check=True)

    def install(self, name, certificates):
        """The certificate of a node, its key and its authority, where Icinga looks for them."""
        if not (self.folder / f"{name}.crt").exists():
            self._openssl("req", "-new", "-key", "node.key", "-subj", f"/CN={name}", "-out", f"{name}.csr")
            self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "node.key",
                          "-CAcreateserial", "-days", "2", "-out", f"{name}.crt")
        certificates.mkdir(parents=True)
        shutil.copy(self.folder / "node.key", certificates / f"{name}.key")
        shutil.copy(self.folder / f"{name}.crt", certificates)
        shutil.copy(self.folder / "ca.crt", certificates)


@functools.cache
def keys_of_this_run():
    return Keys()


def free_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


class Node(Icinga):
    """`application` is the object that switches automatic checks off; the rest is as for every Icinga."""

    def __init__(self, folder, application=IDLE, **configuration):
        self.port = free_port()
        self._api = None
        super().__init__(folder, features=FEATURES + application + API.format(port=self.port), **configuration)
        (self.folder / "pages").mkdir()
        write(self.folder / "bin/mail", MAIL.replace("FOLDER", str(self.folder))).chmod(0o755)
        keys_of_this_run().install(self.name, self.folder / "data/certs")

    def _is_ready(self):
        try:
            return self.get("/v1/status/IcingaApplication")
        except OSError:
            self._api = None
            return None

    # ---- the API

    def _connect(self):
        context = ssl.create_default_context(cafile=self.folder / "data/certs/ca.crt")
        context.check_hostname = False  # the certificate is that of the node
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=PATIENCE)

    HEADERS = {"Accept": "application/json", "Authorization": "Basic dGVzdHM6dGVzdHM="}  # tests:tests

    def _ask(self, method, path, body=None, override=None):
        self._api = self._api or self._connect()
        headers = self.HEADERS | ({"X-HTTP-Method-Override": override} if override else {})
        self._api.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self._api.getresponse()
        data = json.loads(answer.read())
        assert answer.status == 200, (path, body, data)
        return data["results"]

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, body):
        return self._ask("POST", path, body)

    def objects(self, kind, *attributes, **query):
        """The objects of a kind as a dictionary from their names to the attributes."""
        query |= {"attrs": list(attributes)} if attributes else {}
        found = self._ask("POST", f"/v1/objects/{kind}", query, override="GET")
        return {item["name"]: item["attrs"] for item in found}

    # ---- checks

    def ask_for(self, names, force=True, kind="Service"):
        """Tells Icinga to check services now, or hosts; with force even where something holds them back."""
        body = {"type": kind, "filter": f"{kind.lower()}.__name in names", "filter_vars": {"names": list(names)},
                "force": force, "next_check": int(time.time())}
        assert len(self.post("/v1/actions/reschedule-check", body)) == len(names), names

    def switch_checks(self, is_on):
        """Automatic checks of services: on, Icinga runs them when they are due."""
        self.post("/v1/objects/icingaapplications/app", {"attrs": {"enable_service_checks": is_on}})

    def services(self, names, *attributes):
        return self.objects("services", *attributes, filter="service.__name in names",
                            filter_vars={"names": list(names)})

    def has_service(self, name):
        """False too while the daemon reads a configuration that was sent to it."""
        try:
            return name in self.objects("services", "name")
        except (OSError, http.client.HTTPException):
            self._api = None
            return False

    def results_after(self, names, runs):
        """The next result of each service; `runs` are the times of the last ones."""
        def new_results():
            found = self.services(names, "last_check", "last_check_result")
            return found if all(found[name]["last_check"] > runs[name] for name in names) else None

        found = self.wait_for(new_results, f"result of {names}")
        return {name: found[name]["last_check_result"] for name in names}

    def runs(self, names):
        return {name: attributes["last_check"] for name, attributes in self.services(names, "last_check").items()}

    def check_all(self, names):
        """Runs services once and returns their results by name."""
        runs = self.runs(names)
        self.ask_for(names)
        return self.results_after(names, runs)

    def check(self, host, service):
        return self.check_all([f"{host}!{service}"])[f"{host}!{service}"]

    def check_until_hard(self, names):
        """Runs services as often as it takes until their state is certain; the results of the last run."""
        attempts = self.services(names, "max_check_attempts")
        for _ in range(max(int(attempts[name]["max_check_attempts"]) for name in names)):
            found = self.check_all(names)
        states = self.services(names, "state_type")
        assert all(states[name]["state_type"] == 1 for name in names), states
        return found

    # ---- pages

    def wait_for_pages(self, user, count):
        """The pages of a user, when there are as many as that.  Icinga sends them beside its other work, and one by
        one: a page is in the file in whole or not at all."""
        path, end = self.folder / "pages" / user, time.monotonic() + PATIENCE
        while len(found := self.pages(user)) < count:
            assert time.monotonic() < end, f"{len(found)} pages of {count} in {path}"
            time.sleep(0.01)
        return found

    def pages(self, user):
        path = self.folder / "pages" / user
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return [f"== {page}" for page in text.split("== ")[1:]]
