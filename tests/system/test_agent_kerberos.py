# SPDX-License-Identifier: MIT
"""Negotiate with MIT's Kerberos on both sides: a ticket, a keytab, neither of both, a ticket that is refused.  Whatever
happens, an agent is asked once."""
import pytest

from kerberos import negotiating_agent, realm

PAGE = (b'kms_product_info{id="00000000-0000-4000-8000-000000000001",application_id="55c92734-d682-4d71-983e-d6ec3f16059f",'
        b'name="Windows(R), Enterprise edition",description="Windows(R) Operating System, VOLUME_KMSCLIENT channel",'
        b'partial_product_key="XXXXX",addon="0",kms_host=""} 1\n'
        b'kms_product_license_status{id="00000000-0000-4000-8000-000000000001"} 1\n'
        b'kms_product_grace_period_remaining_minutes{id="00000000-0000-4000-8000-000000000001"} 258780\n'
        b'kms_product_vl_activation_type{id="00000000-0000-4000-8000-000000000001"} 2\n'
        b'kms_report_timestamp_seconds 1772438400\n')


@pytest.fixture(scope="module", name="corp")
def corp_realm():
    with realm() as running_realm:
        yield running_realm


@pytest.fixture(name="agent")
def kerberos_agent(corp):
    with negotiating_agent(corp, PAGE) as running_agent:
        yield running_agent


def check(plugin, agent, environment, *words):
    return plugin("check_kms_client", "--agent=exporter", "-H", "localhost", f"--port={agent.port}", "--plain-http",
                  "--max-age=3650d", "--auth=negotiate", *words, env=environment)


def test_the_ticket_of_the_user_logs_in(plugin, corp, agent, tmp_path):
    result = check(plugin, agent, corp.get_ticket(tmp_path / "cache"), "-v")
    assert result.code == 0, result
    assert agent.requests == ["monitoring@CORP.EXAMPLE.COM"]
    assert "login negotiate" in result.out


def test_a_keytab_logs_in_by_itself_and_leaves_no_ticket_behind(plugin, corp, agent, tmp_path):
    keytab = tmp_path / "monitoring.keytab"
    keytab.write_bytes(corp.client_keytab.read_bytes())
    before = sorted(corp.folder.iterdir())
    result = check(plugin, agent, corp.environment, f"--keytab={keytab}")
    assert result.code == 0, result
    assert agent.requests == ["monitoring@CORP.EXAMPLE.COM"]
    assert sorted(corp.folder.iterdir()) == before


def test_without_a_ticket_the_sentence_says_so(plugin, corp, agent):
    result = check(plugin, agent, corp.environment)
    assert result.code == 3, result
    assert "was shown no Kerberos ticket" in result.out and "--keytab=FILE" in result.out
    assert agent.requests == ["none"]  # nothing was proven, so nothing can be locked


def test_a_password_is_not_tried_in_the_place_of_a_ticket(plugin, corp, agent):
    result = check(plugin, agent, corp.environment | {"KMS_PASSWORD": "of nobody"})
    assert result.code == 3, result
    assert "--auth=ntlm" in result.out and "of nobody" not in result.out
    assert agent.requests == ["none"]


def test_a_keytab_that_the_realm_does_not_know_is_refused_before_the_agent_is_asked(plugin, corp, agent, tmp_path):
    keytab = tmp_path / "garbage.keytab"
    keytab.write_bytes(b"no keytab")
    result = check(plugin, agent, corp.environment, f"--keytab={keytab}")
    assert result.code == 3 and "was shown no Kerberos ticket" in result.out, result
