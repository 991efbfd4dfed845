# SPDX-License-Identifier: MIT
"""Sample output that was read by somebody, in files below tests/golden."""
import os

import pytest


def compare_with_golden(path, text):
    """The file holds the text; WRITE_GOLDEN=1 writes it anew instead, to be read as a difference."""
    if os.environ.get("WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="ascii")
        pytest.skip("written anew, read the difference")
    assert path.exists(), f"{path} is missing: WRITE_GOLDEN=1 writes it"
    assert path.read_text(encoding="ascii") == text, "if this is wanted: WRITE_GOLDEN=1, see the top of the test's file"
