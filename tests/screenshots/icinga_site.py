# SPDX-License-Identifier: MIT
"""A real Icinga 2 that runs the plugins against the lab with the shipped configuration, and the database it writes to:
a PostgreSQL of its own, which only a socket in the workshop leads to."""
import contextlib

import machines
import needs
from icinga_node import Node
from postgresql import PostgreSQL

DATABASE = USER = "icinga"
WEB_DATABASE = "icingaweb"  # what people set for themselves in Icinga Web
IDO = """\
object IdoPgsqlConnection "ido" {{
    host = "{socket}"
    user = "{user}"
    database = "{database}"
}}
"""
DOMAIN = """\
object Host "{name}" {{
    import "kms-domain"
    check_command = "dummy"
    vars.kms_roles = [ "reach" ]
    vars.kms_domain = "{name}"
    vars.kms_dns_servers = [ "{dns}" ]
    vars.kms_hosts = [ {expect} ]
}}
"""
MACHINE = """\
object Host "{name}" {{
    import "{template}"
    address = "{address}"
    check_command = "dummy"
    vars.kms_roles = [ "{role}" ]
    vars.kms_reach_host = "{domain}"
    vars.kms_login_canary = "{canary}"
    vars.kms_agent = {{ agent = "file", input = "{document}" }}
{more}}}
"""
FLOOR = "    vars.kms_host_floor = 25\n"
TEMPLATES = {"host": "kms-host-machine", "server": "kms-server", "desktop": "kms-desktop", "laptop": "kms-laptop"}
HOSTS = """
SELECT name1, current_state FROM icinga_hoststatus JOIN icinga_objects ON object_id = host_object_id
WHERE has_been_checked = 1"""
SERVICES = """
SELECT name1, name2, current_state, state_type FROM icinga_servicestatus
JOIN icinga_objects ON object_id = service_object_id WHERE has_been_checked = 1"""


@contextlib.contextmanager
def icinga(shop, lab):
    """The daemon in the folder icinga of the workshop, with all states in its database, which is what one gets."""
    with PostgreSQL(shop.folder / "database", USER) as database:
        database.create(DATABASE, needs.ICINGA_SCHEMA)
        database.create(WEB_DATABASE, needs.WEB_SCHEMA)
        ido = IDO.format(socket=database.folder, user=USER, database=DATABASE)
        node = Node(shop.folder / "icinga", application="", site=ido + site_of(lab), name="monitoring",
                    build=shop.folder / "plugins")
        (node.folder / "documents").symlink_to(shop.folder / "documents")
        with node:
            shop.settle("states of Icinga", lambda: late(node, database), None)
            yield database


def site_of(lab):
    expect = ", ".join(f'"{name}"' for name in machines.EXPECTED)
    parts = [DOMAIN.format(name=name, dns=lab.dns, expect=expect) for name in machines.DOMAINS]
    for machine in machines.MACHINES:
        parts.append(MACHINE.format(name=machine.name, template=TEMPLATES[machine.kind], address=machine.address,
                                    role=machine.service.removeprefix("kms-"), domain=machines.DOMAIN,
                                    canary=machines.CANARY, more=FLOOR if machine.kind == "host" else "",
                                    document=f"documents/{machine.name}.json"))
    return "".join(parts)


def late(node, database):
    """What has no state yet, or a soft one, or another one than it should; asks for another check of each."""
    hosts = dict(database.ask(HOSTS, DATABASE))
    services = {(host, service): state for host, service, *state in database.ask(SERVICES, DATABASE)}
    late_hosts = {name: hosts.get(name) for name in machines.object_names() if hosts.get(name) != "0"}
    late_services = {"!".join(name): services.get(name) for name, state in machines.expected_states().items()
                     if services.get(name) != [str(state), "1"]}
    if late_hosts:
        node.ask_for(late_hosts, kind="Host")
    if late_services:
        node.ask_for(late_services)
    return [f"{name}: {state}" for name, state in (late_hosts | late_services).items()]
