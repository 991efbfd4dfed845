# SPDX-License-Identifier: MIT
"""The codes of Microsoft's published table of activation errors: the ones that the page of alerts begins with, whose
list is compared with the table by the contract tests."""
import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parent.parent.parent / "packaging/doc/alerts.md"
CHAPTER = PAGE.read_text(encoding="utf-8").split("\n## The codes that Microsoft publishes", 1)[1].split("\n## ", 1)[0]
PUBLISHED_CODES = re.findall(r"(?m)^### (0x[0-9A-F]{8}): ", CHAPTER)
