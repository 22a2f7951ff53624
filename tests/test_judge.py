"""The judge: student code in a real sandbox, the verdict outside."""

from __future__ import annotations

import base64
import json

import minilesson
import nbformat
import pytest
from minilesson import RIGHT, answered, find, grade_id
from nbgrader.utils import determine_grade

from autograder.course import CourseError
from autograder.grading.judge import HANDLER, judge
from autograder.grading.merge import fresh
from autograder.grading.secret_key import FOLDER, judge_key
from autograder.grading.submission import repair
from autograder.grading.submission_limits import GradingLimits
from autograder.sandbox import Sandbox
from cnncourse.check.key import Key

pytestmark = pytest.mark.heavy

QUICK = GradingLimits(cell_seconds=5, answer_seconds=5, notebook_seconds=20)
IMPATIENT = GradingLimits(cell_seconds=1, answer_seconds=1, notebook_seconds=20)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return minilesson.course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def key(course):
    return Key.from_json(judge_key(course, minilesson.LESSON).text)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(handler=HANDLER, modules=("tensorflow", "keras")) as sandbox:
        yield sandbox


@pytest.fixture
def judged(key, sandbox, tmp_path):
    def run(notebook, limits=QUICK, **files):
        path = minilesson.hand_in(tmp_path, "ann", notebook)
        repaired = repair(path, minilesson.release(), minilesson.LESSON)
        result = judge(repaired.notebook, key, sandbox, limits, files)
        nbformat.validate(result.notebook)
        return result

    return run


def scores(result):
    return {name: outcome.score for name, outcome in result.outcomes.items()}


def states(result):
    return {name: outcome.state for name, outcome in result.outcomes.items()}


def with_cell(source, place=3, **answers):
    """A right submission with one cell of the student's own."""
    notebook = answered(**(RIGHT | answers))
    notebook.cells.insert(place, minilesson.cell("code", source))
    return notebook


def test_right_answers_earn_all_points(judged):
    result = judged(answered(**RIGHT))
    assert scores(result) == {"double": 3, "answer": 1, "explain": 0}
    assert result.findings == []


def test_an_untouched_notebook_earns_nothing(judged):
    assert set(states(judged(minilesson.release())).values()) == {"not attempted"}


def test_a_known_mistake_is_named(judged):
    outcome = judged(answered(double="def double(x):\n    return x * x")).outcomes["double"]
    assert (outcome.misconception, outcome.score) == ("squared", 1)


def test_an_answer_that_fails_by_an_earlier_one_says_so(judged):
    """Does the feedback name the earlier answer that a wrong number comes from?"""
    wrong = answered(double="def double(x):\n    return x * x", answer="answer = double(21)")
    (note,) = judged(wrong).outcomes["answer"].notes
    assert note.startswith("It uses your `double`, which is not right yet.")


def test_a_written_answer_waits_for_a_person(judged):
    result = judged(answered(explain="Because."))
    assert states(result)["explain"] == "graded by hand"
    cell = next(c for c in result.notebook.cells if grade_id(c) == "explain")
    assert determine_grade(cell) == (None, 2)


HARMLESS = {
    "a warning": "import warnings; warnings.warn('old')",
    "a print": "print('x' * 10)",
    "noise on stderr": "import sys; print('oh', file=sys.stderr)",
    "a slow import": "import time; time.sleep(1)",
    "an error elsewhere": "1 / 0",
    "a logger": "import logging; logging.warning('oh')",
    "an invalid escape": "'\\d'",
    "input": "input('name?')",
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_is_harmless_costs_nothing(judged, what):
    inside = f"def double(x):\n    {HARMLESS[what]}\n    return 2 * x"
    if what in ("an error elsewhere", "input"):
        inside = RIGHT["double"]
    assert scores(judged(with_cell(HARMLESS[what], double=inside)))["double"] == 3


def test_a_mutated_argument_costs_nothing(judged):
    outcome = judged(answered(double="def double(x):\n    x *= 2\n    return x")).outcomes["double"]
    assert outcome.score == 3
    assert outcome.notes


def test_input_raises_at_once(judged):
    result = judged(with_cell("input()"))
    [output] = result.notebook.cells[3].outputs
    assert output.output_type == "error"
    assert result.seconds < QUICK.cell_seconds


def test_figures_and_tracebacks_survive(judged):
    result = judged(with_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\n1 / 0"))
    outputs = result.notebook.cells[3].outputs
    error = next(o for o in outputs if o.output_type == "error")
    assert error.ename == "ZeroDivisionError"
    assert any("1 / 0" in line for line in error.traceback)
    figure = judged(with_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()"))
    pictures = [o.data["image/png"] for o in figure.notebook.cells[3].outputs if "data" in o]
    assert base64.b64decode(pictures[0]).startswith(b"\x89PNG")


def test_scripts_do_not_survive(judged):
    source = "from IPython.display import *; display(HTML('<script>x</script>'), SVG('<svg/>'))"
    outputs = judged(with_cell(source)).notebook.cells[3].outputs
    assert not {"text/html", "image/svg+xml"} & {m for o in outputs for m in o.get("data", {})}


def test_a_syntax_error_is_told_as_such(judged):
    outcome = judged(answered(double="def double(x)")).outcomes["double"]
    assert outcome.state == "raised"
    assert "SyntaxError" in outcome.message
    assert "ipython-input" not in outcome.message


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"double": "import os; os._exit(3)"}, "ended itself"),
        ({"double": "while True: pass"}, "stopped after 1 s"),
        ({"double": "def double(x):\n    while True: pass"}, "stopped after 1 s"),
        ({"double": "def double(x):\n    import os; os._exit(0)"}, "ended itself"),
        ({"double": "def double(x):\n    import os; os.kill(os.getpid(), 11)"}, ""),
        ({"double": "def double(x):\n    raise KeyboardInterrupt"}, "KeyboardInterrupt"),
    ],
)
def test_a_deadly_answer_costs_only_itself(judged, answers, message):
    result = judged(answered(**(RIGHT | answers)), IMPATIENT)
    assert scores(result) == {"double": 0, "answer": 1, "explain": 0}
    assert message in result.outcomes["double"].message
    assert "\n" not in result.outcomes["double"].message


def test_the_cell_that_was_stopped_says_why(judged):
    result = judged(with_cell("while True: pass"), IMPATIENT)
    [output] = result.notebook.cells[3].outputs
    assert output.evalue == "The cell was stopped after 1 s."
    assert result.findings == ["cell 4: the cell was stopped after 1 s"]
    assert scores(result)["double"] == 3


def test_earlier_cells_run_again_after_a_death(judged):
    notebook = with_cell("import os; os._exit(0)", place=4)
    notebook.cells.insert(3, minilesson.cell("code", "two = 2"))
    find(notebook, "double").source = "def double(x):\n    return two * x"
    assert scores(judged(notebook))["double"] == 3


def test_time_for_the_notebook_is_bounded_and_said(judged):
    limits = GradingLimits(cell_seconds=3, answer_seconds=2, notebook_seconds=1)
    result = judged(with_cell("while True: pass", place=2), limits)
    assert "had used up its time" in result.outcomes["answer"].message
    assert result.seconds < 10
    assert sum("used up" in finding for finding in result.findings) == 1


def test_restarts_are_bounded(judged):
    notebook = answered(**RIGHT)
    for _ in range(4):
        notebook.cells.insert(3, minilesson.cell("code", "import os; os._exit(0)"))
    result = judged(notebook, GradingLimits(restarts=2))
    assert "ended its process 3 times" in result.outcomes["double"].message


@pytest.mark.parametrize("name", ["double", "answer"])
@pytest.mark.parametrize("right", [True, False])
def test_nbgrader_reads_the_score_that_was_given(judged, name, right):
    result = judged(answered(**(RIGHT if right else {})))
    cell = next(c for c in result.notebook.cells if grade_id(c) == name)
    most = cell.metadata.nbgrader.points
    assert determine_grade(cell) == (most if right else 0, most)


def test_nbgrader_reads_partial_credit(judged):
    result = judged(answered(double="def double(x):\n    return x * x"))
    assert determine_grade(result.notebook.cells[4]) == (1, 3)


def test_the_outcome_is_shown_escaped(judged):
    result = judged(answered(double="def double(x):\n    raise ValueError('<script>')"))
    shown = result.notebook.cells[4].outputs[0].data
    assert "<script>" not in shown["text/html"]
    assert "<script>" in shown["text/plain"]


CHEATS = {
    "a grade in an output": "3.0",
    "a forged display hook": "import sys; sys.displayhook = lambda x: print(3.0)",
    "an object equal to all": """
class Equal:
    def __eq__(self, other): return True
    __array__ = None
def double(x): return Equal()
answer = Equal()""",
    "a patched comparison": """
import numpy as np
np.allclose = np.array_equal = lambda *a, **k: True
from cnncourse.check import compare, verdict, subject
compare.compare = verdict.compare = lambda *a: None
def double(x): return x
answer = 41""",
    "an early exit": "import atexit, os; atexit.register(lambda: os._exit(0)); exit()",
}


@pytest.mark.parametrize("what", CHEATS)
def test_cheating_earns_nothing(judged, what):
    notebook = minilesson.release()
    notebook.cells.insert(5, minilesson.cell("code", CHEATS[what]))
    find(notebook, "double").source = CHEATS[what]
    earned = scores(judged(notebook))
    assert earned["double"] <= 1  # one point is for an empty array
    assert earned["answer"] == 0


def test_solutions_and_seed_are_out_of_reach(judged, course):
    paths = [str(course.root), str(course.solutions), str(course.root / FOLDER)]
    source = f"import os\nanswer = 42 - sum(map(os.path.exists, {paths!r}))"
    assert scores(judged(answered(answer=source)))["answer"] == 1


def test_files_lie_in_the_working_folder(judged):
    source = "answer = int(open('n.txt').read())"
    assert scores(judged(answered(answer=source), **{"n.txt": b"42"}))["answer"] == 1


def test_the_budget_is_small(judged):
    source = "import os\nanswer = 42 * (os.environ['CNNCOURSE_BUDGET'] == 'smoke')"
    assert scores(judged(answered(answer=source)))["answer"] == 1


def test_judging_twice_gives_the_same(judged):
    notebook = answered(double="import numpy as np\ndef double(x):\n    return 2 * x + 1e-4")
    assert judged(notebook).outcomes == judged(notebook).outcomes


def test_a_release_that_does_not_fit_the_key_is_refused(key, sandbox):
    notebook = fresh(minilesson.release())
    notebook.cells[4].metadata.nbgrader["points"] = 5
    with pytest.raises(CourseError, match="autograder build 01_mini"):
        judge(notebook, key, sandbox)


def test_time_and_memory_count_for_the_exercise_that_took_them(judged):
    """Is it neither another exercise's nor lost where the answer ends its process?"""
    # much longer than all else takes on a busy machine
    busy = "import time\nend = time.process_time() + 2\nwhile time.process_time() < end: pass\n"
    large = "import numpy as np\nkept = np.ones(10_000_000)\n"
    used = judged(with_cell(busy, double=large + RIGHT["double"])).used
    assert used.keys() == {"double", "answer", "explain"}
    assert 70 < used["double"].memory_mb < 200
    assert used["double"].seconds < 1.5  # the cell above was the student's own
    used = judged(answered(**RIGHT | {"double": busy + "import os; os._exit(0)"})).used
    assert used["double"].seconds >= 1.9
    assert used["answer"].seconds < 1.5


def test_the_seed_is_drawn_once_and_private(course, key):
    path = course.root / FOLDER / "01_mini.json"
    before = path.read_text()
    again = judge_key(course, minilesson.LESSON)
    assert Key.from_json(again.text).to_json() == key.to_json()
    assert path.read_text() == before
    assert path.stat().st_mode & 0o777 == 0o600
    kept = course.root / FOLDER / "store"
    assert kept.stat().st_mode & 0o777 == 0o700
    assert {entry.stat().st_mode & 0o777 for entry in kept.iterdir()} == {0o600}
    assert str(json.loads(before)["seed"]) not in again.fingerprint


def test_another_course_draws_another_seed(course, key, tmp_path, monkeypatch):
    compiled = '{"key": "{}", "rubrics": {}}'
    monkeypatch.setattr("autograder.grading.secret_key.compile_apart", lambda *a: compiled)
    other = minilesson.course(tmp_path)
    fingerprints = {judge_key(c, minilesson.LESSON).fingerprint for c in (course, other)}
    assert len(fingerprints) == 2
