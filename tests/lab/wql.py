# SPDX-License-Identifier: MIT
"""WQL as far as monitoring asks it: SELECT columns FROM class [WHERE conditions joined by AND], over the rows of
cim_rows.  One column that the class does not have makes the whole query fail, as WMI has it."""
import dataclasses
import re

INVALID_NAMESPACE, INVALID_CLASS, INVALID_QUERY = 0x8004100E, 0x80041010, 0x80041017

_QUERY = re.compile(r"\s*SELECT\s+(?P<columns>\*|\w+(?:\s*,\s*\w+)*)\s+FROM\s+(?P<class>\w+)"
                    r"(?:\s+WHERE\s+(?P<where>.+?))?\s*", re.IGNORECASE | re.DOTALL)
_CONDITION = re.compile(r"\s*(?P<column>\w+)\s*(?:(?P<null>IS\s+NOT\s+NULL|<>\s*NULL)|"
                        r"=\s*(?:'(?P<text>[^']*)'|(?P<number>\d+)))\s*", re.IGNORECASE)


class WqlError(Exception):
    """Its argument is the code of WMI."""


@dataclasses.dataclass
class Selection:
    class_name: str
    is_everything: bool  # SELECT *
    rows: list


def _find(names, wanted):
    """The name as WMI spells it; letters' case does not matter."""
    for name in names:
        if name.lower() == wanted.lower():
            return name
    return None


def _column(rows, wanted):
    column = _find(rows[0], wanted)
    if column is None:
        raise WqlError(INVALID_QUERY)
    return column


def _condition(rows, text):
    match = _CONDITION.fullmatch(text)
    if not match:
        raise WqlError(INVALID_QUERY)
    column = _column(rows, match["column"])
    if match["null"]:
        return lambda row: row[column] is not None
    wanted = match["text"].lower() if match["text"] is not None else match["number"]
    return lambda row: row[column] is not None and str(row[column]).lower() == wanted


def select(classes, query):
    """What `query` selects from {class: [row, ...]}; a class has at least one row.  Columns come in the order of the
    class, not of the query."""
    match = _QUERY.fullmatch(query)
    if not match:
        raise WqlError(INVALID_QUERY)
    class_name = _find(classes, match["class"])
    if class_name is None:
        raise WqlError(INVALID_CLASS)
    rows = classes[class_name]
    is_everything = match["columns"] == "*"
    columns = list(rows[0]) if is_everything else \
        sorted({_column(rows, word.strip()) for word in match["columns"].split(",")})
    parts = re.split(r"\s+AND\s+", match["where"] or "", flags=re.IGNORECASE)
    conditions = [_condition(rows, text) for text in parts if text]
    return Selection(class_name, is_everything, [{column: row[column] for column in columns} for row in rows
                                                 if all(condition(row) for condition in conditions)])
