# SPDX-License-Identifier: MIT
"""Configurations, read by the genuine daemons: `nagios4 -v` and `icinga2 daemon -C`, unprivileged, in a folder of their
own, with what packaging/nagios and packaging/icinga2 hold."""
import icinga_daemon
import nagios_folder
from conftest import skip_without
from daemon_process import open_folder

CONTRIB = "/usr/lib/nagios/plugins"


def verify_nagios(*objects, **options):
    """Exit code and output of nagios4 -v for the shipped configuration and these texts; `options` are those of
    NagiosFolder."""
    skip_without(nagios_folder.NEEDS)
    with nagios_folder.NagiosFolder("\n".join(objects), **options) as folder:
        return folder.verify()


def verify_icinga(*objects):
    """Exit code and output of icinga2 daemon -C for the shipped configuration and these texts."""
    skip_without(icinga_daemon.NEEDS)
    with open_folder("icinga") as folder:
        return icinga_daemon.Icinga(folder, site="\n".join(objects)).verify()
