"""Steps in nbgrader's own pipeline, so that its commands and buttons grade as safely as ours.

nbgrader reads a submission with an exporter before any of its preprocessors sees it, and one
that it cannot read ends the whole batch: so the repair stands in the exporter. The judge stands
where nbgrader would run the notebook.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import pass_context
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.html import IPythonRenderer, MarkdownWithMath
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.course import Course
from autograder.grading.judge import judge
from autograder.grading.rubric import show_rubrics
from autograder.grading.safe_html import clean_html
from autograder.grading.secret_key import judge_key
from autograder.grading.submission import Repaired, read_companions, repair
from autograder.grading.submission_limits import GradingLimits
from autograder.grading.warm_sandboxes import in_warm_sandbox
from cnncourse.check.key import Key

REPORT = "report"


class SubmissionExporter(NotebookExporter):
    """Reads submissions as `repair` does; everything else as nbconvert does."""

    # The converter that reads with it; it reads each notebook twice, the submitted one first.
    parent: Any

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """Read a notebook file and put it through the preprocessors."""
        coursedir = self.parent.coursedir
        names = resources["nbgrader"]
        release = _release(coursedir, names["assignment"], names["notebook"])
        if not self.parent._sanitizing or not release.is_file():
            return super().from_filename(filename, resources=resources, **kw)
        path = Path(filename)
        repaired = repair(path, nbformat.read(release, as_version=4), path.stem)
        self._remove_links(path.parent, names)
        annotate(repaired.notebook, repaired.sentence)
        if repaired.sentence:
            self.log.warning("%s: %s", names["student"], repaired.sentence)
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        return self.from_notebook_node(repaired.notebook, resources=resources, **kw)

    def _remove_links(self, submitted: Path, names: dict[str, str]) -> None:
        """Take back what nbgrader copied by following a link out of the student's folder."""
        coursedir = self.parent.coursedir
        copied = Path(
            coursedir.format_path(
                coursedir.autograded_directory, names["student"], names["assignment"]
            )
        )
        for parent, _, files in os.walk(submitted):
            for link in (Path(parent, name) for name in files):
                if link.is_symlink():
                    (copied / link.relative_to(submitted)).unlink(missing_ok=True)


class Judge(NbGraderPreprocessor):
    """Runs the notebook in the sandbox, judges it outside, and writes the graded outputs."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook with the outputs of this run and the scores in its check cells."""
        coursedir = self.parent.parent.coursedir
        names = resources["nbgrader"]
        course, lesson = Course(Path(coursedir.root)), names["assignment"]
        key = judge_key(course, lesson)
        submitted = coursedir.format_path(
            coursedir.submitted_directory, names["student"], names["assignment"]
        )
        files = lesson_files(course, lesson) | read_companions(Path(submitted), GradingLimits(), [])
        release = nbformat.read(course.release(lesson), as_version=4)
        judged = in_warm_sandbox(
            lambda sandbox: judge(
                nb, Key.from_json(key.text), sandbox, files=files, release=release
            ),
            modules=course.file.preload,
        )
        known = nb.metadata.get("cnncourse", {}).get(REPORT)
        found = Repaired(nb, judged.findings).sentence
        for finding in judged.findings:
            self.log.warning("%s: %s", names["student"], finding)
        show_rubrics(judged.notebook, release, key.rubrics)
        annotate(judged.notebook, " ".join(filter(None, (known, found))), key.fingerprint)
        return judged.notebook, resources


def annotate(notebook: Any, report: str | None, fingerprint: str | None = None) -> None:
    """Put what was found into a notebook: for people at its top, for programs in its metadata.

    Args:
        notebook: a repaired or judged notebook; it is changed.
        report: sentences about the submission, or nothing.
        fingerprint: names the grading seed.
    """
    notebook.metadata["cnncourse"] = {REPORT: report or None, "seed": fingerprint}
    top = notebook.cells[:1]
    if top and top[0].metadata.get("cnncourse", {}).get("origin") == REPORT:
        notebook.cells.pop(0)
    if report:
        cell = nbformat.v4.new_markdown_cell(
            f"**About this submission.** {_escaped(report)}",
            metadata={"cnncourse": {"origin": REPORT}},
        )
        cell.id = REPORT
        notebook.cells.insert(0, cell)


def lesson_files(course: Course, lesson: str) -> dict[str, bytes]:
    """Return the files that are released beside a lesson's notebook."""
    return read_companions(course.release(lesson).parent, GradingLimits(), [])


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """Render Markdown without anything in it that could run: the filter for nbgrader's pages."""
    renderer = IPythonRenderer(
        escape=False,
        exclude_anchor_links=True,  # they lead to ids, which `clean_html` drops
        attachments=context.get("cell", {}).get("attachments", {}),
    )
    return clean_html(MarkdownWithMath(renderer=renderer).render(source))


def _release(coursedir: Any, assignment: str, notebook: str) -> Path:
    folder = coursedir.format_path(coursedir.release_directory, ".", assignment)
    return Path(folder) / f"{notebook}.ipynb"


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|$~" else c for c in text)
