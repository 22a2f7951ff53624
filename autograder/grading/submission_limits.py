"""The limits of one submission: how much of the machine it may use, and why that much."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograder.sandbox.limits import MIB


@dataclass(frozen=True)
class GradingLimits:
    """Bounds on one submission: generous to honest work, finite for the rest.

    Args:
        cell_seconds: one cell. The slowest honest cell fits a LeNet in 20 s; six times that leaves
            room for a slow import and a busy machine.
        answer_seconds: one question put to an answer. The slowest takes 0.5 s (a MobileNetV2).
        notebook_seconds: processor time of a whole notebook: cells, questions and restarts. A
            lesson runs in 60 s in its smoke budget. On the clock it may last twice as long.
        first_seconds: the same while others wait: who needs more is put last, and begins anew.
        restarts: how often a notebook that took its process with it is started again. Each restart
            runs the earlier cells anew, so `notebook_seconds` usually ends it first.
        memory_bytes: memory beyond what the warm parent holds. A lesson needs some 0.3 GB.
        stored_bytes: a submitted ``.ipynb`` as it is, with stored outputs, which are dropped.
        notebook_bytes: the same without them. Pasted pictures make honest ones up to 5 MB.
        cells: cells of a submitted notebook. The longest lesson has fewer than a hundred.
        source_characters: text of one cell. The longest answer here has a few thousand.
        lines: of all cells together; each is a string of its own in a graded notebook.
        tokens: words and signs of all code that is read; a lesson has 13,000 at most.
        files: other files in the student's folder.
        files_bytes: those files together.
        folder_entries: files and folders of one student that are looked at, in ZIP files as well.
        folder_depth: folders in each other.
        archives: ZIP files of one student that are looked into.
        archive_bytes: one of them, unpacked.
        archive_nesting: ZIP files in each other.
        attachment_bytes: pictures pasted into one written answer.
        output_bytes: what one cell may add to the graded notebook.
        outputs_bytes: what all its cells may add together.

    Example:
        >>> GradingLimits().cell_seconds < GradingLimits().notebook_seconds
        True
    """

    cell_seconds: float = 120.0
    answer_seconds: float = 60.0
    notebook_seconds: float = 600.0
    first_seconds: float = 90.0
    restarts: int = 8
    memory_bytes: int = 4 * 1024 * MIB
    stored_bytes: int = 100 * MIB
    notebook_bytes: int = 20 * MIB
    cells: int = 1000
    source_characters: int = 200_000
    lines: int = 100_000
    tokens: int = 100_000
    files: int = 40
    files_bytes: int = 20 * MIB
    folder_entries: int = 2000
    folder_depth: int = 8
    archives: int = 10
    archive_bytes: int = 200 * MIB
    archive_nesting: int = 2
    attachment_bytes: int = 4 * MIB
    output_bytes: int = 4 * MIB
    outputs_bytes: int = 20 * MIB

    def hurried(self) -> GradingLimits:
        """Return the limits of a submission while others wait.

        Example:
            >>> GradingLimits(notebook_seconds=600, first_seconds=90).hurried().notebook_seconds
            90
        """
        seconds = min(self.first_seconds, self.notebook_seconds)
        return replace(self, notebook_seconds=seconds)
