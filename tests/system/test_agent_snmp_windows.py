# SPDX-License-Identifier: MIT
"""What Windows' own SNMP service shows, played by snmpd: presence of a KMS host, no more, and no license data at all."""
import pytest

from snmp_server import (COMMUNITY, OWN_TABLES, connection, listener, process, service, snmpd, windows_tables)

ANY_IPV4, ANY_IPV6 = (0, 0, 0, 0), (0,) * 16
OTHERS = [connection("0.0.0.0", 135), *process(4, "System"), *process(812, "lsass.exe"), *service("Windows Event Log")]
LICENSING = process(4242, "sppsvc.exe")


def ask(plugin, table, *words, program="check_kms_host", lines=()):
    with snmpd(lambda folder: [*windows_tables(folder, table), *lines], OWN_TABLES) as agent:
        return plugin(program, "--agent=snmp-windows", "-H", "127.0.0.1", f"--port={agent.port}", "-C", COMMUNITY, *words)


@pytest.mark.parametrize("version", ["1", "2c"])
@pytest.mark.parametrize("listening", [connection("0.0.0.0", 1688), listener(ANY_IPV4, 1688, 4242),
                                       listener(ANY_IPV6, 1688, 4242), listener((), 1688, 4242),
                                       connection("192.0.2.11", 1688), listener((192, 0, 2, 11), 1688, 4242)],
                         ids=["rfc1213", "ipv4", "ipv6", "any", "rfc1213-address", "address"])
def test_a_host_that_listens_and_runs_is_present(plugin, listening, version):
    result = ask(plugin, [*OTHERS, listening, *LICENSING], "-P", version)
    assert result.code == 0, result
    assert "presence only, count unknown" in result.line


def test_the_service_is_found_by_its_display_name(plugin):
    table = [*OTHERS, connection("0.0.0.0", 1688), *service("Software Protection")]
    assert ask(plugin, table).code == 0
    german = [*OTHERS, connection("0.0.0.0", 1688), *service("Softwareschutz")]
    assert ask(plugin, german).code == 1
    assert ask(plugin, german, "--service-name=Softwareschutz").code == 0


def test_nobody_listening_is_critical(plugin):
    result = ask(plugin, [*OTHERS, *LICENSING])
    assert result.code == 2, result


def test_somebody_else_listening_is_a_warning(plugin):
    result = ask(plugin, [*OTHERS, connection("0.0.0.0", 1688)])
    assert result.code == 1, result


def test_one_value_is_enough_to_be_played_by_override(plugin):
    result = ask(plugin, [*process(4, "System"), *LICENSING],
                 lines=["override -rw .1.3.6.1.2.1.6.13.1.1.0.0.0.0.1688.0.0.0.0.0 integer 2"])
    assert result.code in (0, 1), result


def test_a_machine_without_these_tables_is_unknown(plugin):
    result = ask(plugin, [])
    assert result.code == 3, result


def test_a_client_has_no_license_data_there(plugin):
    result = ask(plugin, [*OTHERS, connection("0.0.0.0", 1688), *LICENSING], program="check_kms_client")
    assert result.code == 3, result
    assert "license" in result.line


def test_the_conversation_is_shown_without_the_community(plugin):
    result = ask(plugin, [*OTHERS, connection("0.0.0.0", 1688), *LICENSING], "-vv")
    assert "sent: get .1.3.6.1.2.1.6.13.1.1.0.0.0.0.1688.0.0.0.0.0" in result.out and COMMUNITY not in result.out


@pytest.mark.parametrize("listening", [connection("127.0.0.1", 1688), listener((127, 0, 0, 1), 1688, 4242),
                                       listener((*[0] * 15, 1), 1688, 4242)], ids=["rfc1213", "ipv4", "ipv6"])
def test_a_listener_on_loopback_reaches_no_client(plugin, listening):
    result = ask(plugin, [*OTHERS, listening, *LICENSING])
    assert result.code == 1 and "listens on its loopback address only: no client reaches it" in result.line, result


def test_a_foreign_process_beside_the_service_is_named(plugin):
    result = ask(plugin, [*OTHERS, *LICENSING, listener(ANY_IPV4, 1688, 812), listener(ANY_IPV6, 1688, 4242)])
    assert result.code == 1 and "lsass.exe 812" in result.out and "beside sppsvc" in result.line, result


def test_the_service_is_known_by_a_path_and_named_once(plugin):
    path = process(4242, "C:\\Windows\\system32\\sppsvc.exe")
    result = ask(plugin, [*OTHERS, *path, listener(ANY_IPV4, 1688, 4242)])
    assert result.code == 0 and result.out.count("sppsvc.exe 4242") == 1, result


def test_what_did_not_answer_is_said_once(plugin):
    result = ask(plugin, [connection("0.0.0.0", 1688)])
    assert result.code == 3 and "neither hrSWRunTable nor svSvcTable answered" in result.line, result
