# SPDX-License-Identifier: MIT
"""The basket for Icinga Director says the same as the CheckCommands, and holds together by itself."""
import collections
import json
import re
import uuid

import pytest

from conftest import ROOT

BASKET = json.loads((ROOT / "packaging/icinga2/kms-basket.json").read_text())
CHECK_COMMANDS = (ROOT / "packaging/icinga2/kms-commands.conf").read_text()
NAMES = ["kms_host", "kms_client", "kms_reach"]
TEMPLATES = (ROOT / "packaging/icinga2/kms-templates.conf").read_text()
SECONDS = {"s": 1, "m": 60, "h": 3600}


def intervals_of_configuration(name):
    """Check interval, retry interval and attempts of a service template, in seconds."""
    body = TEMPLATES.split(f'template Service "{name}"', 1)[1].split("\n}\n", 1)[0]
    times = [re.search(rf"{word} = (\d+)([smh])\b", body) for word in ("check_interval", "retry_interval")]
    return (*(int(found[1]) * SECONDS[found[2]] for found in times),
            int(re.search(r"max_check_attempts = (\d+)\b", body)[1]))


def of_configuration(name):
    """The arguments of a CheckCommand as the basket would hold them."""
    body = CHECK_COMMANDS.split(f'object CheckCommand "{name}"', 1)[1].split("\n}\n", 1)[0]
    arguments = {}
    for key, block in re.findall(r'^    "([^"]+)" = \{\n(.*?)^    \}$', body, re.MULTILINE | re.DOTALL):
        argument = arguments[key] = {}
        for word, value in re.findall(r"^      (\w+) = (.*)$", block, re.MULTILINE):
            lambda_body = re.fullmatch(r"\{\{ (.*) \}\}", value)
            argument[word] = lambda_body[1] if lambda_body else json.loads(value)
            if lambda_body:
                argument[f"{word}_format"] = "expression"
    return arguments


def test_the_basket_has_every_check_command():
    found = re.findall(r'^object CheckCommand "(\w+)"', CHECK_COMMANDS, re.MULTILINE)
    assert sorted(BASKET["Command"]) == sorted(found) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_those_of_the_check_command(name):
    expected = of_configuration(name)
    assert len(expected) > 15
    assert BASKET["Command"][name]["arguments"] == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_command_is_one_of_the_plugins(name):
    command = BASKET["Command"][name]
    assert command["command"] == f"PluginContribDir + /check_{name}"
    assert (command["object_name"], command["object_type"]) == (name, "object")
    assert command["methods_execute"] == "PluginCheck"


def identities():
    return [thing["uuid"] for kind in BASKET.values() for thing in kind.values()]


def test_identities_are_unique_and_well_formed():
    found = identities()
    assert len(found) > 100 and [count for count in collections.Counter(found).values() if count > 1] == []
    for text in found:
        identity = uuid.UUID(text)
        assert (str(identity), identity.variant, identity.version) == (text, uuid.RFC_4122, 8)


def test_identities_stay_what_they_are_from_release_to_release():
    # A changed one makes Director create a second object beside that of the first import.
    assert BASKET["Command"]["kms_host"]["uuid"] == "de1b712f-0a1e-8126-a8ea-d9673fc64bf1"
    assert BASKET["ServiceTemplate"]["kms-reach-service"]["uuid"] == "f63625cd-828a-8f7f-a5f8-14b1354d8ecf"
    assert next(field["uuid"] for field in BASKET["Datafield"].values()
                if field["varname"] == "kms_reach_domain") == "74d53d37-a1f3-8c7b-9f80-257833d5afbf"


def test_every_data_field_belongs_to_the_command_that_reads_it():
    linked = collections.Counter()
    for name, command in BASKET["Command"].items():
        read = set(re.findall(r"\$(\w+)\$", json.dumps(command["arguments"])))
        offered = {BASKET["Datafield"][str(link["datafield_id"])]["varname"] for link in command["fields"]}
        assert offered == read and all(variable.startswith(f"{name}_") for variable in offered)
        linked.update(str(link["datafield_id"]) for link in command["fields"])
    assert linked == dict.fromkeys(BASKET["Datafield"], 1)


def test_the_kind_of_a_data_field_fits_its_argument():
    for command in BASKET["Command"].values():
        by_variable = {re.findall(r"\$(\w+)\$", argument.get("value") or argument["set_if"])[0]: argument
                       for argument in command["arguments"].values()}
        for link in command["fields"]:
            field = BASKET["Datafield"][str(link["datafield_id"])]
            argument = by_variable[field["varname"]]
            kind = "Boolean" if "value" not in argument else "Array" if "repeat_key" in argument else "String"
            assert field["datatype"] == rf"Icinga\Module\Director\DataType\DataType{kind}"
            assert field["description"] == argument["description"]


def test_service_templates_have_their_intervals_and_a_command():
    found = {name: (service["check_interval"], service["retry_interval"], service["max_check_attempts"])
             for name, service in BASKET["ServiceTemplate"].items()}
    assert len(found) == 4 and found == {name: intervals_of_configuration(name) for name in found}
    for name, service in BASKET["ServiceTemplate"].items():
        assert (service["object_name"], service["object_type"]) == (name, "template")
        known = {field["varname"] for field in BASKET["Datafield"].values()}
        assert service["check_command"] in BASKET["Command"] and set(service["vars"]) <= known


def test_texts_fit_into_the_columns_of_the_director():
    # schema/mysql.sql of the Director: argument_name, set_if, varname, caption.
    for command in BASKET["Command"].values():
        for name, argument in command["arguments"].items():
            assert len(name) <= 64 and len(argument.get("set_if", "")) <= 255
    for field in BASKET["Datafield"].values():
        assert len(field["varname"]) <= 64 and len(field["caption"]) <= 255


def test_no_secret_is_offered_as_a_variable():
    # A custom variable is stored in the database of the Director and shown; a file's name may be.
    assert [field["varname"] for field in BASKET["Datafield"].values()
            if re.search(r"_(password|community|authpasswd|privpasswd)$", field["varname"])] == []
