"""Which exercises of earlier lessons are due again: what is recalled after a pause stays.

Cepeda et al. 2006, "Distributed practice in verbal recall tasks", review 839 assessments: practice
spread over days is remembered better than the same practice at once, and the longer the aim, the
longer the best pause.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, datetime

from cnncourse.start.record import Check

# Days of pause after the first day on which an exercise was right, the second, and so on.
PAUSES = (1, 3, 7, 16, 35, 80)
MOST = 3


def due(
    checks: Iterable[Check], today: date, beside: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    """Return a few exercises to solve again today.

    Args:
        checks: what checks have said.
        today: the day.
        beside: lessons that are left out, such as the one being worked on.

    Returns:
        Lesson and exercise, at most `MOST`, drawn by lot from all that are due; the same the whole
        day long, until they have been solved.

    Example:
        >>> solved = Check(0.0, "07_edges", "sobel", True, 3, 3)
        >>> due([solved], date(1970, 1, 1)), due([solved], date(1970, 1, 9))
        ([], [('07_edges', 'sobel')])
    """
    days: dict[tuple[str, str], set[date]] = {}
    for check in checks:
        if check.right and check.lesson not in beside:
            day = datetime.fromtimestamp(check.at).date()
            days.setdefault((check.lesson, check.exercise), set()).add(day)
    ripe = sorted(
        which
        for which, solved in days.items()
        if (today - max(solved)).days >= PAUSES[min(len(solved), len(PAUSES)) - 1]
    )
    # Each has its place in the day's order, so that solving one does not draw others anew.
    return sorted(ripe, key=lambda which: random.Random(f"{today} {which}").random())[:MOST]
