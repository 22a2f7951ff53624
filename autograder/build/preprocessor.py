"""Cut solutions in nbgrader's own ``generate_assignment`` as the builder does."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.build.release import cut_solutions


class CutSolutions(NbGraderPreprocessor):
    """Stands in the place of nbgrader's ``ClearSolutions``, whose stub names no exercise."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Cut the solutions out of a notebook.

        Args:
            nb: a notebook with solutions; it is changed in place.
            resources: passed through.

        Returns:
            The notebook and the resources.
        """
        cut_solutions(nb)
        return nb, resources
