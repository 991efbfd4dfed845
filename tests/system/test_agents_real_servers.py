# SPDX-License-Identifier: MIT
"""Agents over HTTP that we did not write: nginx with TLS and a login in front of a page of metrics, and a genuine
prometheus-node-exporter, which answers as windows_exporter does, with our file in its textfile collector."""
import contextlib
import subprocess
import time

import pytest

import exporter_agent
from http_agents import PASSWORD, assert_refused
from processes import wait_for
from real_servers import find_program, make_certificate, own_folder, running, write

USER = "monitoring"


def metrics_file(folder, machine, age=60):
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    return write(folder / "kms.prom", exporter_agent.our_metrics(machine, time.time() - age))


# ---- nginx


def password_hash():
    openssl = find_program("openssl", "openssl")
    return subprocess.run([openssl, "passwd", "-6", "-stdin"], input=PASSWORD, capture_output=True, text=True,
                          check=True).stdout.strip()


def nginx_command(program, folder, ports):
    certificate, key = make_certificate(folder)
    write(folder / "users", f"{USER}:{password_hash()}\n")
    for machine in ("kms01", "wks-025"):
        (folder / machine).mkdir(exist_ok=True)
        (folder / machine).chmod(0o755)
        write(folder / machine / "metrics", exporter_agent.our_metrics(machine, time.time() - 60))
    temporary = "".join(f"    {name}_temp_path {folder}/{name};\n"
                        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = write(folder / "nginx.conf", f"""daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access;
    default_type "text/plain; version=0.0.4; charset=utf-8";
    gzip on;
    gzip_types text/plain;
{temporary}
    server {{
        listen 127.0.0.1:{ports[0]} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        root {folder};
        auth_basic "metrics";
        auth_basic_user_file {folder}/users;
    }}
}}
""")
    return [program, "-p", folder, "-e", "stderr", "-c", config]


@pytest.fixture(scope="module")
def nginx_exporter():
    program = find_program("nginx", "nginx-light")
    with running("nginx", 1, lambda folder, ports: nginx_command(program, folder, ports)) as server:
        server.certificate = server.output.parent / "certificate.pem"
        yield server


def ask_nginx(plugin, server, program, *words, password=PASSWORD):
    return plugin(program, "--agent=exporter", "-H", "localhost", "-p", str(server.port), f"--user={USER}",
                  f"--ca-cert={server.certificate}", *words, env={"KMS_PASSWORD": password})


def test_nginx_with_tls_and_a_login_serves_a_host(plugin, nginx_exporter):
    result = ask_nginx(plugin, nginx_exporter, "check_kms_host", "--path=/kms01/metrics", "--floor=5")
    assert result.code == 0 and result.metrics["count"].startswith("26;"), result


def test_nginx_with_tls_and_a_login_serves_a_client(plugin, nginx_exporter):
    result = ask_nginx(plugin, nginx_exporter, "check_kms_client", "--path=/wks-025/metrics")
    assert result.code == 2 and "0xC004F009" in result.line, result


def test_nginx_gets_a_wrong_password_once(plugin, nginx_exporter):
    def refused():
        return [line for line in log.read_text(encoding="ascii").splitlines() if " 401 " in line]

    log = nginx_exporter.output.parent / "access"
    assert not refused()
    result = ask_nginx(plugin, nginx_exporter, "check_kms_client", "--path=/wks-025/metrics", password="not-this-one")
    assert_refused(result, "answered 401")
    # A further request, whose line in the log stands behind all of the first.
    assert_refused(ask_nginx(plugin, nginx_exporter, "check_kms_client", "--path=/wks-001/metrics"), "answered 404")
    wait_for(lambda: " 404 " in log.read_text(encoding="ascii"), "nginx has written its log")
    line, = refused()
    assert f" - {USER} " in line, line


# ---- node_exporter


@contextlib.contextmanager
def node_exporter(machine, age=60):
    program = find_program("prometheus-node-exporter", "prometheus-node-exporter")
    with own_folder("metrics") as metrics:
        if machine:
            metrics_file(metrics / "textfile", machine, age)
        else:
            (metrics / "textfile").mkdir()
            (metrics / "textfile").chmod(0o755)

        def command(_folder, ports):
            return [program, f"--web.listen-address=127.0.0.1:{ports[0]}", "--collector.disable-defaults",
                    "--collector.textfile", f"--collector.textfile.directory={metrics}/textfile"]

        with running("node-exporter", 1, command) as server:
            yield server


def ask_node(plugin, server, program, *words):
    return plugin(program, "--agent=exporter", "-H", "127.0.0.1", "-p", str(server.port), *words)


def test_node_exporter_serves_a_host(plugin):
    with node_exporter("kms01") as server:
        result = ask_node(plugin, server, "check_kms_host", "--floor=25")
    assert result.code == 1 and result.metrics["count"].startswith("26;"), result
    assert result.metrics["requests_total"] == "1680c" and result.metrics["count_office"].startswith("10;"), result


def test_node_exporter_serves_a_client(plugin):
    with node_exporter("wks-001") as server:
        result = ask_node(plugin, server, "check_kms_client")
    assert result.code == 0 and "179.7 days left" in result.line, result


def test_node_exporter_serves_an_old_file(plugin):
    with node_exporter("wks-001", age=3 * 86400) as server:
        result = ask_node(plugin, server, "check_kms_client")
        assert result.code == 3 and "--max-age" in result.out, result
        assert ask_node(plugin, server, "check_kms_client", "--max-age=7d").code == 0


def test_node_exporter_without_our_file(plugin):
    with node_exporter(None) as server:
        assert_refused(ask_node(plugin, server, "check_kms_client"), "no kms_ metrics")
