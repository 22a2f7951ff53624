"""Tables that read well in a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from numbers import Integral, Real


class Table:
    """Rows under headings; shows itself as aligned text or as an HTML table.

    Args:
        headings: one string per column.
        rows: one sequence per row, as long as `headings`. Integers get thousands separators,
            tuples of integers are read as shapes, `None` leaves the cell empty.
        footer: one more row, set apart (a total, an average).
        caption: a line above the table.

    Raises:
        ValueError: a row is longer or shorter than the headings.

    Example:
        >>> print(Table(["layer", "parameters"], [["conv1", 34944], ["pool1", 0]]))
        layer  parameters
        conv1      34,944
        pool1           0
    """

    def __init__(
        self,
        headings: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        footer: Sequence[object] | None = None,
        caption: str = "",
    ) -> None:
        self.headings = list(headings)
        self.rows = [list(row) for row in rows]
        self.footer = None if footer is None else list(footer)
        self.caption = caption
        for row in self._all_rows():
            if len(row) != len(self.headings):
                raise ValueError(
                    f"The row {row!r} has {len(row)} cells, but there are "
                    f"{len(self.headings)} headings; give every row one cell per heading."
                )

    def _all_rows(self) -> list[list[object]]:
        return self.rows if self.footer is None else [*self.rows, self.footer]

    def _right_aligned(self) -> list[bool]:
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(self.headings)
        return [any(isinstance(cell, Real) for cell in column) for column in columns]

    def __str__(self) -> str:
        lines = [self.headings, *([cell_text(c) for c in row] for row in self._all_rows())]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.headings))]
        right = self._right_aligned()
        text = [
            "  ".join(
                cell.rjust(width) if is_right else cell.ljust(width)
                for cell, width, is_right in zip(line, widths, right, strict=True)
            ).rstrip()
            for line in lines
        ]
        if self.footer is not None:
            text.insert(-1, "─" * (sum(widths) + 2 * (len(widths) - 1)))
        return "\n".join([self.caption, *text] if self.caption else text)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        align = ["right" if right else "left" for right in self._right_aligned()]

        def line(cells: Sequence[str], tag: str, scope: str = "") -> str:
            return "".join(
                f'<{tag}{scope} style="text-align:{side}">{escape(cell)}</{tag}>'
                for cell, side in zip(cells, align, strict=True)
            )

        body = "".join(f"<tr>{line([cell_text(c) for c in r], 'td')}</tr>" for r in self.rows)
        caption = f"<caption>{escape(self.caption)}</caption>" if self.caption else ""
        head = f"<thead><tr>{line(self.headings, 'th', ' scope=col')}</tr></thead>"
        foot = ""
        if self.footer is not None:
            cells = [cell_text(cell) for cell in self.footer]
            foot = f"<tfoot><tr>{line(cells, 'th')}</tr></tfoot>"
        return f"<table>{caption}{head}<tbody>{body}</tbody>{foot}</table>"


def cell_text(cell: object) -> str:
    """Return how a table writes one value: 61,706 · 0.9832 · 28 × 28 × 6.

    Example:
        >>> cell_text((28, 28, 6)), cell_text(1.0 / 3), cell_text(None)
        ('28 × 28 × 6', '0.3333', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, (tuple, list)):
        return " × ".join("?" if size is None else str(size) for size in cell)
    if isinstance(cell, bool) or not isinstance(cell, Real):
        return str(cell)
    return f"{int(cell):,}" if isinstance(cell, Integral) else f"{float(cell):.4g}"
