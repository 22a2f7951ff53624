"""Submissions as tools and habits make them, and answers against a rule: does each get its points?

One sandbox serves all; the lesson is `minilesson`, whose exercise `double` has a rule here.
"""

from __future__ import annotations

import authored
import minilesson
import nbformat
import pytest
from minilesson import RIGHT, answered, cell, find, solution

from autograder.grading.judge import HANDLER, judge
from autograder.grading.secret_key import judge_key
from autograder.grading.submission import repair
from autograder.grading.submission_limits import GradingLimits
from autograder.sandbox import Sandbox
from cnncourse.check.key import Key

pytestmark = pytest.mark.heavy

QUICK = GradingLimits(cell_seconds=20, answer_seconds=20, notebook_seconds=60)
RULE = """title = "Twice"
    rule = Rule(forbid=("numpy.tensordot", "json"), reason="Write it.")"""
SPECIFICATIONS = minilesson.SPECIFICATIONS.replace('title = "Twice"', RULE).replace(
    "Function, Probe", "Function, Probe, Rule"
)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    course = minilesson.course(tmp_path_factory.mktemp("course"))
    folder = course.solutions / minilesson.LESSON
    authored.write_specifications(folder, SPECIFICATIONS)
    return Key.from_json(judge_key(course, minilesson.LESSON).text)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(handler=HANDLER) as sandbox:
        yield sandbox


@pytest.fixture
def judged(key, sandbox, tmp_path):
    def run(notebook, **files):
        path = minilesson.hand_in(tmp_path, "ann", notebook)
        release = minilesson.release()
        repaired = repair(path, release, minilesson.LESSON)
        files = {name: text.encode() for name, text in files.items()}
        result = judge(repaired.notebook, key, sandbox, QUICK, files, release)
        nbformat.validate(result.notebook)
        return result, repaired.findings + result.findings

    return run


def points(result):
    return [result.outcomes[name].score for name in ("double", "answer")]


def with_cells(*sources, place=3, **answers):
    """A right submission with cells of the student's own above the first answer."""
    notebook = answered(**(RIGHT | answers))
    notebook.cells[place:place] = [cell("code", source) for source in sources]
    return notebook


def split():
    notebook = answered(**RIGHT)
    place = notebook.cells.index(find(notebook, "double"))
    notebook.cells[place].source = "def double(x):\n    return times(x)"
    notebook.cells.insert(place, solution("double", "def times(x):\n    return 2 * x"))
    return notebook


def split_below():
    notebook = split()
    place = notebook.cells.index(find(notebook, "double"))
    notebook.cells[place : place + 2] = notebook.cells[place : place + 2][::-1]
    return notebook


def pasted_copy():
    notebook = answered(**(RIGHT | {"answer": "answer = triple(14)"}))
    notebook.cells.insert(5, solution("double", "def triple(x):\n    return 3 * x"))
    return notebook


def typed_into_a_check():
    notebook = answered(**(RIGHT | {"double": "def double(x):\n    return operator.mul(2, x)"}))
    notebook.cells[4].source = "import operator\ncheck(double)"
    return notebook


def code_in_prose():
    notebook = answered(**(RIGHT | {"double": "def double(x):\n    return two * x"}))
    notebook.cells[2] = cell("code", "two = 2")
    notebook.cells[2].id = minilesson.release().cells[2].id
    return notebook


def all_at_the_bottom():
    notebook = minilesson.release()
    sources = ("two = 2", "def double(x):\n    return two * x", "answer = 42")
    notebook.cells += [cell("code", source) for source in sources]
    return notebook


def below(line):
    """A line above an import that both answers need, all in one cell."""
    return with_cells(
        f"{line}\nimport itertools as it",
        double="def double(x):\n    return [2 * x for _ in it.repeat(0, 1)][0]",
        answer="answer = next(it.count(42))",
    )


def from_colab():
    """As Colab downloads it: ids in the metadata, forms, and what one types there to begin."""
    notebook = with_cells(
        "!pip install -q git+https://example.org/course\nfrom google.colab import drive\n"
        "drive.mount('/content/drive')\n%cd /content/drive/MyDrive",
        double=f"#@title Exercise 1 {{ display-mode: 'form' }}\n{RIGHT['double']}",
    )
    for number, one in enumerate(notebook.cells):
        one.metadata.update({"id": f"Xy{number}", "cellView": "form", "outputId": f"o{number}"})
        del one["id"]
    notebook.nbformat_minor = 0
    colab = {"provenance": [], "gpuType": "T4", "toc_visible": True}
    notebook.metadata.update({"colab": colab, "accelerator": "GPU"})
    return notebook


def from_vs_code(*, ids=True):
    """As an editor saves it that drops the metadata of cells, and perhaps their ids."""
    notebook = answered(**RIGHT)
    for one in notebook.cells:
        one.metadata = nbformat.NotebookNode({"vscode": {"languageId": "python"}})
        if not ids:
            del one["id"]
    notebook.nbformat_minor = 5 if ids else 2
    return notebook


TQDM = "from tqdm import tqdm\ndef double(x):\n    return [2 * x for _ in tqdm(range(3))][-1]"
# What was done to a right submission, and the clauses that the report has.
FULL = {
    "a split cell": (split(), []),
    "a split cell, the helper below": (split_below(), []),
    "a pasted copy": (pasted_copy(), []),
    "an import in a check": (typed_into_a_check(), []),
    "code in a cell of prose": (code_in_prose(), []),
    "a download from Colab": (from_colab(), None),
    "an editor that drops metadata": (from_vs_code(), None),
    "an editor that drops metadata and ids": (from_vs_code(ids=False), None),
    "all at the bottom": (
        all_at_the_bottom(),
        [
            "the answers to double and answer were taken from other cells than their own",
            "double uses what is defined only below its check",
        ],
    ),
    "a missing module": (
        below("import seaborn"),
        ["cell 4, line 1: no module seaborn here; it was left out"],
    ),
    "an unknown magic": (
        below("%tensorflow_version 2.x"),
        ["cell 4, line 1: no magic %tensorflow_version here; it was left out"],
    ),
    "a magic that fails": (below("%matplotlib widget"), []),
    "a shell command": (below("!pip install -q x"), []),
    "input": (
        below("n = int(input())"),
        ["cell 4, line 1: nobody answers input() here; it was left out"],
    ),
    "an accelerator": (
        below("gpu = []\nif not gpu:\n    raise SystemError('no GPU')"),
        ["cell 4, line 2: it raised SystemError; it was left out"],
    ),
    "an absent file": (
        below("rows = open('/content/drive/a.csv').read()"),
        ["cell 4, line 1: no file '/content/drive/a.csv' here; it was left out"],
    ),
    "an error of one's own": (below("1 / 0"), []),
    "an unused import": (
        with_cells(double=f"from google.colab.patches import cv2_imshow\n{RIGHT['double']}"),
        None,
    ),
    "an unused import in a function": (
        with_cells(double="def double(x):\n    import seaborn as sns\n    return 2 * x"),
        ["cell 4, line 2: no module seaborn here; it was left out"],
    ),
    "two of a kind": (
        with_cells("import seaborn", "import seaborn as sns"),
        ["cell 4, line 1 and cell 5, line 1: no module seaborn here; they were left out"],
    ),
    "tqdm": (with_cells(double=TQDM), []),
    "no streams": (with_cells("import sys; sys.stdout = None"), []),
    "no streams in an answer": (
        with_cells(double=f"import sys; sys.stdout = None\n{RIGHT['double']}"),
        [],
    ),
    "NumPy that raises": (with_cells("np.seterr(all='raise')"), []),
    "a timed answer": (with_cells(double=f"%%time\n{RIGHT['double']}"), []),
    "a magic's value": (with_cells(answer="%time answer = 42"), []),
    "prompts": (with_cells(answer=">>> answer = 40\n>>> answer += 2"), []),
    "an indented cell": (with_cells(answer="    answer = 42"), []),
    "help and a magic's text": (with_cells("np.pad?", "t = %pwd", "files = !ls"), []),
}


@pytest.mark.parametrize("what", FULL)
def test_a_right_submission_gets_all_points(judged, what):
    """Are all points given, and is said what was left out, and nothing else?"""
    notebook, said = FULL[what]
    result, findings = judged(notebook)
    assert points(result) == [3, 1], result.outcomes
    assert said is None or findings == said


def test_a_missing_name_is_tied_to_the_line_that_was_left_out(judged):
    """Does an answer that needs a missing module say which line is to blame?"""
    uses = "def double(x):\n    return sns.double(x)"
    result, _ = judged(with_cells("import seaborn as sns", double=uses, answer="answer = int(n)"))
    assert points(result) == [0, 0]
    told = " ".join(result.outcomes["double"].details)
    assert "'sns' is missing because of cell 4, line 1: no module seaborn here." in told


def test_a_value_that_needs_what_was_left_out_says_so(judged):
    """Is an answer not computed from an older value of what is missing?"""
    sources = ("n = 40", "n = int(input())\nanswer = n + 2")
    result, _ = judged(with_cells(sources[0], answer=sources[1]))
    assert points(result) == [3, 0]
    assert "EOFError" in result.outcomes["answer"].message


def test_newer_syntax_is_told_with_both_versions(judged):
    result, _ = judged(with_cells(double='def double(x):\n    t"{x}"\n    return 2 * x'))
    message = result.outcomes["double"].message
    assert points(result) == [0, 1]
    assert "this needs Python 3.14, here runs 3." in message


USES = "np.tensordot(x, 2, 0)"
HELPER = f"import numpy as np\ndef double(x):\n    return {USES}"
AGAINST = {
    "plainly": with_cells(double=HELPER),
    "below help": with_cells(double=f"np.pad?\n{HELPER}"),
    "below a magic": with_cells(double=f"t = %pwd\n{HELPER}"),
    "in a module beside": with_cells(double="from helper import double"),
    "through a module beside": with_cells(
        double="import helper\ndef double(x):\n    return helper.double(x)"
    ),
    "in text that runs": with_cells(
        f"get_ipython().run_cell({HELPER!r})", double="double  # see above"
    ),
    "by the table of modules": with_cells(
        "import sys\nproduct = getattr(sys.modules['nump' + 'y'], 'tensor' + 'dot')",
        double="def double(x):\n    return product(x, 2, 0)",
    ),
    "by the notebook's variables": with_cells(
        "shell = get_ipython().user_ns\nshell['product'] = vars(np)['tensor' + 'dot']",
        double="def double(x):\n    return product(x, 2, 0)",
    ),
    "in a way that catches the refusal": with_cells(
        "product = vars(np)['tensor' + 'dot']",
        double=(
            "def double(x):\n    try:\n        return product(x, 2, 0)\n"
            "    except Exception:\n        return 2 * x"
        ),
    ),
    "by a call of a call": with_cells(
        "import functools\nproduct = vars(np)['tensor' + 'dot']",
        double="def double(x):\n    return list(map(functools.partial(product, x), [2], [0]))[0]",
    ),
    "in a thread": with_cells(
        "import threading\nproduct = vars(np)['tensor' + 'dot']",
        double=(
            "def double(x):\n    found = [2 * x]\n"
            "    run = threading.Thread(target=lambda: found.append(product(x, 2, 0)))\n"
            "    run.start(); run.join()\n    return found[-1]"
        ),
    ),
    "by a program": with_cells(
        "import subprocess as s",
        double="def double(x):\n    s.run(['true'])\n    return 2 * x",
    ),
}


@pytest.mark.parametrize("what", AGAINST)
def test_what_a_rule_forbids_earns_nothing(judged, what):
    """Is a rule kept, however the forbidden call is reached? A neighbour's answer is untouched."""
    result, _ = judged(AGAINST[what], **{"helper.py": HELPER})
    assert points(result) == [0, 1]
    outcome = result.outcomes["double"]
    assert outcome.state == "against the rules"
    assert outcome.message.endswith("Write it.")
    assert "\n" not in outcome.message


KEPT = {
    "NumPy's own": "def double(x):\n    return np.pad(2 * np.asarray(x), 0)",
    "what NumPy calls": "def double(x):\n    np.linalg.norm(np.ones(3))\n    return np.add(x, x)",
    "a module beside": "import fine\ndef double(x):\n    return fine.double(x)",
    "a word": "def double(json):\n    return 2 * json",
}


@pytest.mark.parametrize("what", KEPT)
def test_an_answer_that_keeps_the_rule_is_paid(judged, what):
    fine = "def double(x):\n    return 2 * x"
    result, _ = judged(with_cells(double=KEPT[what]), **{"fine.py": fine})
    assert points(result) == [3, 1], result.outcomes


DEEP = {
    "parentheses": "(" * 5000 + "1" + ")" * 5000,
    "brackets": "[" * 90 + "]" * 90,
    "signs": "-" * 5000 + "1",
    "attributes": "np" + ".a" * 4000,
    "functions": "lambda: " * 2000 + "1",
    "sums": "1 + " * 4000 + "1",
    "calls": "f(" * 90 + ")" * 90,
    "subscripts": "x" + "[0]" * 3000,
    "text": "x = '" + "a" * 150_000 + "'",
    "many names": "a;" * 50_000,
    "many names, one statement": " = ".join(f"a{i}" for i in range(4000)) + " = 1",
    "magics": "%time " * 500 + "1",
    "empty lines": "\n" * 40_000 + "1",  # twice, and fewer than a notebook may have
}


@pytest.mark.parametrize("what", DEEP)
def test_source_that_is_hard_to_read_costs_no_other_answer(judged, what):
    """Is a deep or endless cell one student's sentence, and its neighbours judged?"""
    source = f"{DEEP[what]}\n{RIGHT['double']}"
    result, findings = judged(with_cells(DEEP[what], double=source))
    assert result.outcomes["answer"].score == 1
    assert result.outcomes["double"].message
    assert not [finding for finding in findings if "could not be judged" in finding]
