# SPDX-License-Identifier: MIT
"""Icinga Web 2 with its monitoring module on the web server that is part of PHP."""
import urllib.parse

import icinga_site
import machines
import needs
import workshop

ACCOUNT = "oncall"
FILES = {
    "config.ini": """\
[global]
show_stacktraces = "1"
show_application_state_messages = "0"
config_backend = "db"
config_resource = "web"
module_path = "{modules}"
[logging]
log = "file"
level = "ERROR"
file = "{storage}/icingaweb2.log"
""",
    "authentication.ini": """\
[external]
backend = "external"
""",
    "roles.ini": """\
[everything]
users = "{account}"
permissions = "*"
""",
    "resources.ini": "".join(f"""\
[{name}]
type = "db"
db = "pgsql"
host = "{{socket}}"
port = "5432"
dbname = "{database}"
username = "{{user}}"
password = ""
charset = "utf8"
""" for name, database in (("ido", icinga_site.DATABASE), ("web", icinga_site.WEB_DATABASE))),
    "modules/monitoring/backends.ini": """\
[icinga]
type = "ido"
resource = "ido"
""",
    "modules/monitoring/config.ini": """\
[security]
protected_customvars = "*pw*,*pass*,*community*"
""",
}


class IcingaWeb:
    """The pages over the database of an Icinga; whoever comes is logged in."""

    def __init__(self, shop, database):
        self._shop = shop
        storage = shop.make("icingaweb/storage")
        words = {"modules": f"{needs.ICINGA_WEB}/modules", "storage": storage, "account": ACCOUNT,
                 "socket": database.folder, "user": icinga_site.USER}
        for name, text in FILES.items():
            shop.write(f"icingaweb/{name}", text.format(**words))
        dashboard = (needs.SHIPPED / "icinga2/kms-dashboard.ini").read_text(encoding="ascii")
        shop.write(f"icingaweb/dashboards/{ACCOUNT}/dashboard.ini", dashboard)
        enabled = shop.make("icingaweb/enabledModules") / "monitoring"
        enabled.symlink_to(f"{needs.ICINGA_WEB}/modules/monitoring")
        port = workshop.free_port()
        self.base = f"http://127.0.0.1:{port}"
        environment = {"ICINGAWEB_CONFIGDIR": str(shop.folder / "icingaweb"), "ICINGAWEB_STORAGEDIR": str(storage),
                       "REMOTE_USER": ACCOUNT, "PHP_CLI_SERVER_WORKERS": "4"}
        settings = ["date.timezone=UTC", f"session.save_path={shop.make('icingaweb/sessions')}", "display_errors=0"]
        self._server = shop.start(
            "php", [needs.program("php"), *[word for setting in settings for word in ("-d", setting)],
                    "-S", f"127.0.0.1:{port}", "-t", f"{needs.ICINGA_WEB}/public", needs.WEB_ROUTER], environment)
        shop.wait("PHP", lambda: workshop.listens(port), self._server)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._shop.end(self._server)

    @property
    def list_url(self):
        return f"{self.base}/monitoring/list/services?sort=service_severity"

    @property
    def dashboard_url(self):
        """The pane of the shipped dashboard that is for this module."""
        return f"{self.base}/dashboard?pane=KMS%20monitoring"

    @property
    def alert_url(self):
        host, service = machines.ALERT
        return f"{self.base}/monitoring/service/show?" + urllib.parse.urlencode({"host": host, "service": service})
