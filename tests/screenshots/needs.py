# SPDX-License-Identifier: MIT
"""What the pictures need on the machine: programs and files of Debian 12 with the packages they come from."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lab"))

import icinga_daemon  # noqa: E402
import nagios_daemon  # noqa: E402
import postgresql  # noqa: E402
from installed import missing_packages, program  # noqa: E402, F401

SHIPPED = pathlib.Path(__file__).resolve().parent.parent.parent / "packaging"
ICINGA_SCHEMA = "/usr/share/icinga2-ido-pgsql/schema/pgsql.sql"
WEB_SCHEMA = "/usr/share/icingaweb2/schema/pgsql.schema.sql"
NAGIOS_CGI = "/usr/lib/cgi-bin/nagios4"
NAGIOS_PAGES = "/usr/share/nagios4/htdocs"
NAGIOS_STYLES = "/etc/nagios4/stylesheets"
ICINGA_WEB = "/usr/share/icingaweb2"
WEB_ROUTER = "/usr/share/php/Icinga/Application/webrouter.php"

BROWSER = [("chromium", "chromium"), ("chromium-driver", "chromedriver"),
           ("fonts-dejavu-core", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
           ("fonts-liberation", "/usr/share/fonts/truetype/liberation*/LiberationSans-Regular.ttf")]  # for Arial
NAGIOS = [*nagios_daemon.NEEDS, ("nagios4-cgi", f"{NAGIOS_CGI}/status.cgi")]
ICINGA = [*icinga_daemon.NEEDS, ("icinga2-ido-pgsql", ICINGA_SCHEMA), *postgresql.NEEDS,
          ("php-cli", "php"), ("php-pgsql", "/usr/lib/php/*/pdo_pgsql.so"),
          ("icingaweb2", f"{ICINGA_WEB}/public/index.php"), ("php-icinga", WEB_ROUTER),
          ("icingaweb2-module-monitoring", f"{ICINGA_WEB}/modules/monitoring/module.info")]
