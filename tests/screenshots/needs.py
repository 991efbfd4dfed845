# SPDX-License-Identifier: MIT
"""What the pictures need on the machine: programs and files of Debian 12 with the packages they come from."""
import glob
import pathlib
import shutil

ICINGA_SCHEMA = "/usr/share/icinga2-ido-pgsql/schema/pgsql.sql"
WEB_SCHEMA = "/usr/share/icingaweb2/schema/pgsql.schema.sql"
NAGIOS_CGI = "/usr/lib/cgi-bin/nagios4"
NAGIOS_PAGES = "/usr/share/nagios4/htdocs"
NAGIOS_STYLES = "/etc/nagios4/stylesheets"
ICINGA_WEB = "/usr/share/icingaweb2"
WEB_ROUTER = "/usr/share/php/Icinga/Application/webrouter.php"
CHECK_DUMMY = "/usr/lib/nagios/plugins/check_dummy"
NOTIFY = "/usr/libexec/kms-monitoring/kms-notify"  # as the shipped configuration calls it
NOBODY_TOLD = "/bin/true"  # in its place
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"  # the daemons lie where only root looks

# Package, then a program or a file of it; a pattern where the path holds a version or an architecture.
BROWSER = [("chromium", "chromium"), ("chromium-driver", "chromedriver"),
           ("fonts-dejavu-core", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
           ("fonts-liberation", "/usr/share/fonts/truetype/liberation*/LiberationSans-Regular.ttf")]  # for Arial
NAGIOS = [("nagios4-core", "nagios4"), ("nagios4-cgi", f"{NAGIOS_CGI}/status.cgi"),
          ("monitoring-plugins-basic", CHECK_DUMMY)]
ICINGA = [("icinga2-bin", "icinga2"), ("icinga2-common", "/usr/share/icinga2/include/itl"),
          ("icinga2-ido-pgsql", ICINGA_SCHEMA), ("postgresql-15", "/usr/lib/postgresql/*/bin/initdb"),
          ("php-cli", "php"), ("php-pgsql", "/usr/lib/php/*/pdo_pgsql.so"),
          ("icingaweb2", f"{ICINGA_WEB}/public/index.php"), ("php-icinga", WEB_ROUTER),
          ("icingaweb2-module-monitoring", f"{ICINGA_WEB}/modules/monitoring/module.info")]


def program(name):
    """The path of a program, also where only root looks; None without it."""
    return shutil.which(name, path=PATH)


def postgres(name):
    """A program of the newest PostgreSQL server."""
    found = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
    return max(found, key=lambda path: int(pathlib.Path(path).parts[4]))


def is_there(thing):
    return bool(glob.glob(thing)) if thing.startswith("/") else program(thing) is not None


def missing_packages(needs):
    return [package for package, thing in needs if not is_there(thing)]
