"""All that nbgrader's gradebook holds, without the random ids that nbgrader gives its rows."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def dump(path: Path) -> dict[str, list[str]]:
    """Return the rows of every table, in an order of their own.

    Args:
        path: the gradebook.

    Returns:
        Table → its rows as text; what refers to another row holds that row in its place.
    """
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = {
            name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]
            for (name,) in names.fetchall()
        }
        links = {
            name: {
                link["from"]: (link["table"], link["to"])
                for link in connection.execute(f'PRAGMA foreign_key_list("{name}")')
            }
            for name in tables
        }
    connection.close()

    def told(table: str, row: dict) -> list:
        shown = []
        for column, value in sorted(row.items()):
            if column in links[table] and value is not None:
                other, key = links[table][column]
                value = told(other, next(r for r in tables[other] if r[key] == value))
            elif column == "id" and table not in ("student", "course"):
                continue
            shown.append([column, value])
        return shown

    return {name: sorted(str(told(name, row)) for row in rows) for name, rows in tables.items()}
