# SPDX-License-Identifier: MIT
"""What take.py says before it starts anything; the pictures themselves need a browser and are looked at by a human."""
import pathlib
import subprocess
import sys
import zlib

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import installed  # noqa: E402
import png  # noqa: E402
import take  # noqa: E402

COLOURS = [(255, 255, 255), (0, 0, 0), (200, 30, 40), (10, 250, 128)]


def call(*words):
    return subprocess.run([sys.executable, HERE / "take.py", *words], capture_output=True, text=True, check=False)


def test_help_names_every_option():
    done = call("--help")
    assert done.returncode == 0 and not done.stderr
    for option in ("--only", "--output", "--plugins", "--keep"):
        assert option in done.stdout


@pytest.mark.parametrize("words", [["--nonsense"], ["--only", "checkmk"], ["picture.png"]])
def test_slips_are_told_and_nothing_starts(words):
    done = call(*words)
    assert done.returncode == 2 and words[-1] in done.stderr and not done.stdout


def test_missing_packages_are_one_line_to_copy(monkeypatch, capsys):
    monkeypatch.setattr(installed, "is_there", lambda thing: "nagios4" not in thing)
    assert take.main([]) == 2
    assert capsys.readouterr().err == ("take.py: not installed. On Debian 12: apt-get install --no-install-recommends "
                                       "nagios4-core nagios4-cgi\n")


def test_plugins_that_are_not_built_are_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(installed, "is_there", lambda thing: True)
    (tmp_path / "check_kms_host").touch()
    assert take.main(["--plugins", str(tmp_path), "--output", str(tmp_path / "pictures")]) == 2
    assert capsys.readouterr().err == f"take.py: check_kms_client, check_kms_reach not in {tmp_path}: make all\n"
    assert not (tmp_path / "pictures").exists()


def as_png(width, rows, kind):
    """A PNG of RGB rows, each with that filter, worked out byte by byte."""
    lines, above = [], bytes(3 * width)
    for row in rows:
        plain = bytes(value for pixel in row for value in pixel)
        left = bytes(3) + plain[:-3]
        corner = bytes(3) + above[:-3]
        guess = [(0, a, b, (a + b) // 2, png.paeth(a, b, c))[kind] for a, b, c in zip(left, above, corner)]
        lines.append(bytes([kind]) + bytes((value - predicted) & 255 for value, predicted in zip(plain, guess)))
        above = plain
    head = width.to_bytes(4, "big") + len(rows).to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return png.SIGNATURE + png.chunk(b"IHDR", head) + png.chunk(b"IDAT", zlib.compress(b"".join(lines))) + \
        png.chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", range(5))
def test_small_pictures_show_the_same(kind):
    rows = [[COLOURS[(x * 3 + y * y) % 4] for x in range(20)] for y in range(9)]
    parts = dict(png.chunks(png.small(as_png(20, rows, kind))))
    palette = [tuple(parts[b"PLTE"][at:at + 3]) for at in range(0, len(parts[b"PLTE"]), 3)]
    packed = zlib.decompress(parts[b"IDAT"])
    assert len(palette) == len(COLOURS)
    assert [[palette[number] for number in packed[at + 1:at + 21]] for at in range(0, len(packed), 21)] == rows
