"""In which order to judge: the slowest first, so that no worker ends long after the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from autograder.grading.inventory import Submission
from autograder.grading.task import Graded


def slowest_first(
    submissions: Iterable[Submission], before: Mapping[tuple[str, str], Graded | None]
) -> list[Submission]:
    """Order submissions by what earlier runs took.

    Args:
        submissions: what is to be judged.
        before: name of a hand-in → the result of an earlier run, be it of another notebook.

    Returns:
        Those that ran out of time before at the end, as they may be endless; the slowest of the
        others first; those that nothing is known of keep their order, as slow as the median.
    """
    known = {name: kept for name, kept in before.items() if kept is not None}
    seconds = sorted(kept.seconds for kept in known.values() if not kept.out_of_time)
    usual = seconds[len(seconds) // 2] if seconds else 0.0

    def rank(submission: Submission) -> tuple[bool, float]:
        kept = known.get(submission.name)
        return (kept.out_of_time, -kept.seconds) if kept else (False, -usual)

    return sorted(submissions, key=rank)
