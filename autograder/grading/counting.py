"""Say which of a student's hand-ins counts, when all of them were judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from autograder.grading.task import Graded


def counting(counts: str, results: Sequence[tuple[float | None, float]]) -> int:
    """Return the place of the hand-in that counts.

    Args:
        counts: "last" or "best", as ``course.toml`` says.
        results: of each hand-in, the earliest first: points (None if it could not be judged), and
            the share of them that is lost for being late. There is at least one.

    Example:
        >>> results = [(5, 0.0), (6, 0.4), (None, 0.0)]
        >>> counting("last", results), counting("best", results)
        (2, 0)
        >>> counting("best", [(5, 0.0), (5, 0.0)])
        1
    """
    if counts == "last":
        return len(results) - 1
    left = [-1.0 if score is None else score * (1 - share) for score, share in results]
    return max(range(len(left)), key=lambda place: (left[place], place))


def counting_ones(
    groups: Iterable[Sequence[Graded]],
    names: Sequence[tuple[str, str]],
    counts: str,
    share_lost: Callable[[Graded], float],
) -> Iterator[list[Graded]]:
    """Keep of judged hand-ins those that count; hold a student's back until all are there.

    Args:
        groups: results as they come, one per hand-in.
        names: all hand-ins, `Submission.name`, each student's in the order of time.
        counts: "last" or "best".
        share_lost: says of a result which share of its points it loses for being late.

    Yields:
        Results of different students, for every group those that it completes.
    """
    missing = Counter(student for student, _ in names)
    several = {student for student, number in missing.items() if number > 1}
    order = {name: place for place, name in enumerate(names)}
    held: dict[str, list[Graded]] = {}
    for group in groups:
        complete = []
        for graded in group:
            held.setdefault(graded.student, []).append(graded)
            missing[graded.student] -= 1
            if missing[graded.student]:
                continue
            results = held.pop(graded.student)
            if graded.student in several:
                results.sort(key=lambda each: order[each.student, each.hand_in])
                complete.append(_chosen(results, counts, share_lost))
            else:
                complete += results
        yield complete


def _chosen(
    results: Sequence[Graded], counts: str, share_lost: Callable[[Graded], float]
) -> Graded:
    """Return the result that counts, and say in it which one it is."""
    found = [(each.score if each.notebook else None, share_lost(each)) for each in results]
    place = counting(counts, found)
    said = f"Of {len(results)} hand-ins the {counts} counts, number {place + 1}."
    chosen = results[place]
    return replace(chosen, error=f"{chosen.error} {said}" if chosen.error else said)
