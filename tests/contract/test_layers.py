# SPDX-License-Identifier: MIT
"""The direction of dependencies: layers.txt against the #include lines."""
import re

from conftest import ROOT

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"/]+)/', re.MULTILINE)


def permitted():
    rooms = {}
    for line in (ROOT / "tests/contract/layers.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            room, _, others = line.partition(":")
            rooms[room] = set(others.split()) | {room}
    return rooms


def sources():
    for top in ("lib", "plugins", "packaging"):
        for path in sorted((ROOT / top).rglob("*.[ch]")):
            yield path, path.parent.name


def test_every_room_is_in_the_list():
    rooms = permitted()
    missing = {room for _, room in sources()} - set(rooms)
    assert not missing
    unused = set(rooms) - {room for _, room in sources()}
    assert not unused


def test_includes_follow_the_list():
    rooms = permitted()
    wrong = [f"{path.relative_to(ROOT)} includes {other}" for path, room in sources()
             for other in INCLUDE.findall(path.read_text()) if other not in rooms[room]]
    assert not wrong


def test_the_list_has_no_circle_and_nothing_superfluous():
    rooms = permitted()
    order = list(rooms)
    for room, others in rooms.items():
        upward = [other for other in others - {room} if other not in order or order.index(other) >= order.index(room)]
        assert room == "packaging" or not upward, f"{room} stands below {upward}"
    used = {(room, other) for path, room in sources() for other in INCLUDE.findall(path.read_text())}
    superfluous = [(room, other) for room, others in rooms.items() for other in others - {room}
                   if (room, other) not in used]
    assert not superfluous


def test_only_transport_knows_descriptors_and_processes():
    banned = re.compile(r"#\s*include\s+<(sys/socket|sys/wait|poll|netdb|curl/|net-snmp/|ares)")
    wrong = [str(path.relative_to(ROOT)) for path, room in sources()
             if room not in ("transport", "frame") and banned.search(path.read_text())]
    assert not wrong


def test_judges_and_readers_have_no_clock_and_no_files():
    banned = re.compile(r"\b(time|clock_gettime|fopen|open|getenv|printf|puts|exit)\s*\(")
    wrong = []
    for path, room in sources():
        if room in ("judge", "payload", "report", "model") and path.suffix == ".c":
            code = re.sub(r'/\*.*?\*/|"(\\.|[^"\\])*"', "", path.read_text(), flags=re.DOTALL)
            wrong += [f"{path.relative_to(ROOT)}: {match.group()}" for match in banned.finditer(code)]
    assert not wrong
