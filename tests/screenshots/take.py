#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Takes the pictures of the documentation: a real Nagios 4 and a real Icinga 2 run the plugins against the lab with the
shipped configuration, and headless Chromium draws their web interfaces.

Everything runs on loopback, without the rights of root, in a temporary folder, and is ended at the end."""
import argparse
import pathlib
import signal
import sys

import needs  # first: it leads to the modules of the lab
import png
import workshop
from browser import Browser
from icinga_site import icinga
from icinga_web import IcingaWeb
from machines import ALERT, PLUGINS, lab, write_documents
from nagios_web import NagiosWeb

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOOTER = 48  # pixels of the line below a list in Icinga Web
ENDS = (signal.SIGTERM, signal.SIGINT)
TAKEN, FAILED, CANNOT = 0, 1, 2


def take(browser, url, words, output, name, unfold=None, **crop):
    """One picture of a page that has the words on it; `unfold` is what has to be clicked first."""
    browser.go(url)
    if unfold:
        browser.click(unfold)
    browser.wait_for(words, name)
    picture = png.small(browser.picture(**crop))
    file = output / f"{name}.png"
    file.write_bytes(picture)
    print(f"{file}: {len(picture)} bytes", flush=True)


def take_nagios(shop, site, browser, output):
    with NagiosWeb(shop, site) as web:
        take(browser, web.list_url, ["kms-reach", "kms-host", "kms-client"], output, "nagios-services")
        take(browser, web.alert_url, [ALERT[0], "0xC004F009", "do:", "side: client"], output, "nagios-alert",
             within=".stateInfoPanel")


def take_icinga_web(shop, site, browser, output):
    with icinga(shop, site) as database, IcingaWeb(shop, database) as web:
        take(browser, web.list_url, ["kms-reach", "kms-host", "kms-client"], output, "icingaweb-services",
             within="#col1 .content", below=FOOTER)
        take(browser, web.dashboard_url, ["KMS problems", "KMS service", "wks-025", "kms-login"], output,
             "icingaweb-dashboard", within="#col1 .content", below=FOOTER)
        take(browser, web.alert_url, [ALERT[0], "0xC004F009", "do:", "side: client"], output, "icingaweb-alert",
             unfold="#check-output-kms_client + .collapsible-control", within="#check-perfdata-kms_client")


def stop(*_):
    """Ends this program as an exception does, so that everything it started is ended, and once only."""
    for name in ENDS:
        signal.signal(name, signal.SIG_IGN)
    sys.exit(FAILED)


SETS = {"nagios": (needs.NAGIOS, take_nagios), "icingaweb": (needs.ICINGA, take_icinga_web)}


def main(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=SETS, help="pictures of one web interface only")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "packaging" / "doc" / "images", metavar="FOLDER",
                        help="where the pictures go (default: %(default)s)")
    parser.add_argument("--plugins", type=pathlib.Path, default=ROOT / "build", metavar="FOLDER",
                        help="where the built plugins are (default: %(default)s)")
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder, with the logs")
    options = parser.parse_args(words)
    chosen = [options.only] if options.only else list(SETS)

    missing = needs.missing_packages(needs.BROWSER + [need for name in chosen for need in SETS[name][0]])
    if missing:
        print(f"take.py: not installed. On Debian 12: apt-get install --no-install-recommends {' '.join(missing)}",
              file=sys.stderr)
        return CANNOT
    unbuilt = [name for name in PLUGINS if not (options.plugins / name).is_file()]
    if unbuilt:
        print(f"take.py: {', '.join(unbuilt)} not in {options.plugins}: make all", file=sys.stderr)
        return CANNOT

    for name in ENDS:
        signal.signal(name, stop)
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        with workshop.Workshop("screenshots", options.keep) as shop, lab() as site:
            for name in PLUGINS:
                shop.copy(options.plugins / name, f"plugins/{name}")
            write_documents(shop)
            with Browser(shop) as browser:
                for name in chosen:
                    SETS[name][1](shop, site, browser, options.output)
    except (workshop.Failure, OSError, RuntimeError) as failure:
        print(f"take.py: {failure}", file=sys.stderr)
        return FAILED
    return TAKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
