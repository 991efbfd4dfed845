# SPDX-License-Identifier: MIT
"""A real Icinga Director imports our basket, and a real Icinga runs checks with the configuration that it deploys."""
import json

import pytest

import lab_history
from director import BASKET, director
from icinga_writer import icinga_writing_to
from metric_stores import influxdb
from processes import wait_for

OBJECTS = json.loads(BASKET.read_text())


@pytest.fixture(scope="module")
def imported():
    with director() as ours:
        ours("basket", "restore", stdin=ours.basket())
        yield ours


def test_every_object_is_there(imported):
    assert sorted(imported.sql("SELECT object_name FROM icinga_command")) == sorted(OBJECTS["Command"])
    assert sorted(imported.sql("SELECT object_name FROM icinga_service")) == sorted(OBJECTS["ServiceTemplate"])
    fields = [field["varname"] for field in OBJECTS["Datafield"].values()]
    assert sorted(imported.sql("SELECT varname FROM director_datafield")) == sorted(fields)
    linked = imported.sql("SELECT varname FROM director_datafield d "
                          "JOIN icinga_command_field f ON f.datafield_id = d.id")
    assert sorted(linked) == sorted(fields)


@pytest.mark.parametrize("name", OBJECTS["Command"])
def test_a_command_is_what_the_basket_says(imported, name):
    shown = json.loads(imported("command", "show", name, "--json"))
    expected = OBJECTS["Command"][name]
    assert sorted(shown["arguments"]) == sorted(expected["arguments"])
    for key, argument in expected["arguments"].items():
        # What it adds is its default; a number comes back as text.
        found = {word: shown["arguments"][key].get(word) for word in argument}
        assert found | ({"order": int(found["order"])} if "order" in found else {}) == argument, key
    assert shown.get("vars", {}) == expected["vars"]
    for word in ("command", "methods_execute", "object_type"):
        assert shown[word] == expected[word]


def test_a_second_import_makes_nothing_twice(imported):
    tables = ["icinga_command", "icinga_command_argument", "icinga_command_field", "icinga_service",
              "director_datafield"]
    before = [imported.sql(f"SELECT count(*) FROM {table}") for table in tables]
    imported("basket", "restore", stdin=imported.basket())
    assert [imported.sql(f"SELECT count(*) FROM {table}") for table in tables] == before


def test_checks_run_with_what_the_director_deploys(imported, plugin, tmp_path):
    configuration = "".join([*(imported("command", "show", name) for name in OBJECTS["Command"]),
                             *(imported("service", "show", name) for name in OBJECTS["ServiceTemplate"])])
    machines = {"kms01": "kms_host", "wks-025": "kms_client"}
    expected = lab_history.points_of(lab_history.run_all(plugin, tmp_path), machines)
    with influxdb() as store, icinga_writing_to(store.port, machines, configuration, has_templates=True):
        wait_for(lambda: set(store.points(machines)) >= set(expected), "Icinga has checked all and sent it", 60)
        assert set(store.points(machines)) == set(expected)
