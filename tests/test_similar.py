"""Are copied answers found after renaming, and natural ones left alone?"""

from __future__ import annotations

import json
import re
import stat

import gradedclass
import minilesson
import pytest
from gradedclass import Given
from minilesson import LESSON

from autograder import cli
from autograder.course import CourseError
from autograder.grading.similar import as_page, compared, similar, tokens_of

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

STUB = minilesson.DOUBLE
# An odd way to a simple thing, as one student may find it.
ODD = '''
def double(x):
    """Twice x."""
    total = np.zeros_like(x)
    for row, values in enumerate(x):  # each row by itself
        for column, value in enumerate(values):
            total[row, column] = value + np.sum([value for _ in range(1)])
    return total if total.size else x
'''
COPIED = """
def double(data):
    result = np.zeros_like(data)

    for i, line in enumerate(data):
        for j, entry in enumerate(line):
            result[i, j] = entry + np.sum(
                [entry for _ in range(1)]
            )
    # checked twice
    return result if result.size else data
"""
NATURAL = "def double(x):\n    y = 2 * x\n    return y"


def styles(n):
    """Answers that differ in more than names."""
    made = []
    for i in range(n):
        steps = "\n".join(f"    x = x.{'abcdefghijk'[(i + j) % 11]}(x + {i * j})" for j in range(4))
        made.append(f"def double(x):\n{steps}\n    return x * {i}")
    return made


def of(answers, least=0.7, stub=STUB):
    given = {f"s{i}": source for i, source in enumerate(answers)}
    return compared(LESSON, {"double": given}, {"double": stub}, least)


def texts(source):
    return [token.text for token in tokens_of(source)]


def test_names_comments_docstrings_and_form_do_not_count():
    """Is a copy with other names, comments, line ends and brackets of a call the same to us?"""
    one = "def f(a):\n    '''Doc.'''\n    b = np.max(a) # mine\n    return g('x', b)"
    two = 'def f(z):\n    c = np.max(z)\n\n    return g("x",\n             c)'
    assert texts(one) == texts(two)
    assert texts(one) != texts(one.replace("max", "min"))


@pytest.mark.parametrize(
    "source", ["def f(:\n  x = = 3", "", "\x00\x1b", "'" * 7, "%%bash\nls", "é" * 9]
)
def test_what_no_parser_reads_is_compared_all_the_same(source):
    """Is text that is no Python turned into tokens, and nothing raised?"""
    assert isinstance(texts(source), list)


def test_a_copy_is_found():
    """Is the pair named, with all that both have, though names and comments differ?"""
    (pair,) = of([*styles(8), ODD, COPIED]).pairs
    assert pair.students == ("s8", "s9")
    assert pair.exercises[0].share == pytest.approx(1)
    assert pair.evidence > 40


def test_what_most_of_the_class_writes_is_no_evidence():
    """Are equal answers left alone where more than half of the class has them?"""
    assert of([ODD] * 6 + styles(5)).pairs == ()


def test_a_short_natural_answer_is_no_evidence():
    """Are two equal answers of a line or two left alone?"""
    assert of([*styles(8), NATURAL, NATURAL]).pairs == ()


def test_what_the_release_gives_is_no_evidence():
    """Does what was handed out count for nobody?"""
    assert of([*styles(8), ODD, COPIED], stub=ODD).pairs == ()


def test_rare_sequences_weigh_more():
    """Does the same passage weigh less where more students have it?"""
    few = of([*styles(10), ODD, COPIED]).pairs[0].evidence
    more = of([*styles(7), ODD, COPIED, ODD, COPIED, ODD]).pairs[0].evidence
    assert few > 1.5 * more


def test_a_larger_share_is_asked_for_by_least():
    """Does a pair stay out that has less in common than was asked for?"""
    half = ODD.replace("return total", "".join(f"total = total.t{i}(3)\n    " for i in range(9)))
    answers = [*styles(8), ODD, half]
    share = of(answers, least=0.1).pairs[0].exercises[0].share
    assert 0.1 < share < 0.9
    assert of(answers, least=share + 0.01).pairs == ()


@pytest.mark.parametrize("answers", [[], [ODD], [ODD, COPIED], ["", ""]])
def test_in_a_tiny_class_nothing_is_rare(answers):
    """Is nobody named where nobody else shows what is natural, and the page says so?"""
    likeness = of(answers)
    assert likeness.pairs == ()
    assert "nobody can tell what is rare" in as_page(likeness)


def test_five_hundred_students():
    """Is a pair found among many, and are numbers those of the class?"""
    likeness = of([*(styles(20) * 25)[:498], ODD, COPIED])
    assert likeness.students == 500
    assert likeness.pairs[0].students == ("s498", "s499")


def test_side_by_side_marks_what_both_have_and_escapes_all():
    """Are the shared lines marked, and is a student's text text?"""
    hostile = ODD + "    '<script>alert(1)</script>\x1b\u202e'\n"
    likeness = of([*styles(8), hostile, COPIED])
    page = as_page(likeness)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not set(page) & {"\x1b", "\u202e"}
    assert re.search(r"<mark>\s+total\[row, column\]", page)
    assert "<mark>    # checked twice</mark>" not in page
    assert "Likeness is no proof" in page


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class with a copied answer, a copied cell of their own, and one damaged notebook."""
    course = minilesson.course(tmp_path_factory.mktemp("course"))
    sources = {f"s{i}": source for i, source in enumerate([*styles(8), ODD, COPIED])}
    students = {s: {"double": Given(source)} for s, source in sources.items()}
    gradedclass.grade(course, LESSON, students | {"broken": {}})
    folder = course.root / "autograded"
    (folder / "broken" / LESSON / f"{LESSON}.ipynb").write_text("{oops", encoding="utf-8")
    for student in ("s0", "s1"):
        path = folder / student / LESSON / f"{LESSON}.ipynb"
        tree = json.loads(path.read_text(encoding="utf-8"))
        cell = {"cell_type": "code", "metadata": {}, "source": ODD.replace("double", "helper")}
        tree["cells"].append(cell)
        path.write_text(json.dumps(tree), encoding="utf-8")
    return course


def test_graded_notebooks_are_compared_cells_of_their_own_too(graded):
    """Are copied answers and copied added cells found, and a damaged notebook counted?"""
    likeness = similar(graded, LESSON, 0.7)
    found = {pair.students: [a.exercise for a in pair.exercises] for pair in likeness.pairs}
    assert found == {("s8", "s9"): ["double"], ("s0", "s1"): ["cells of their own"]}
    assert likeness.unread == 1


def test_the_command_prints_and_writes_for_the_instructor_alone(
    graded, tmp_path, monkeypatch, capsys
):
    """Are table, private page and JSON there, and is it said that likeness is no proof?"""
    monkeypatch.chdir(graded.root)
    values = tmp_path / "pairs.json"
    assert cli.main(["similar", LESSON, "--json", str(values)]) == 0
    captured = capsys.readouterr()
    assert "s8" in captured.out
    assert "Likeness is no proof" in captured.out
    assert "1 graded notebook(s) are damaged" in captured.err
    page = graded.root / "reports" / f"{LESSON}-similar.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert len(json.loads(values.read_text())["pairs"]) == 2
    assert not list((graded.root / "feedback").rglob("*"))


@pytest.mark.parametrize("share", ["0", "1.5", "-1", "nan"])
def test_a_share_that_is_none_is_one_sentence(graded, monkeypatch, capsys, share):
    """Does a share outside 0 to 1 end in exit code 1 and a sentence?"""
    monkeypatch.chdir(graded.root)
    assert cli.main(["similar", LESSON, f"--least={share}"]) == 1
    assert "a share between 0 and 1" in capsys.readouterr().err


def test_a_lesson_that_was_never_graded_is_one_sentence(tmp_path):
    """Is a class without graded notebooks told what to run?"""
    with pytest.raises(CourseError, match="was never graded: run"):
        similar(minilesson.course(tmp_path), LESSON, 0.7)
