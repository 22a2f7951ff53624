"""Is an authored lesson read as written, and refused where it breaks a rule?"""

from __future__ import annotations

import shutil

import pytest
from authored import EXERCISES, NAME, SCRIPT, write_lesson

from autograder.course import Course, CourseError, find_course
from autograder.exercise import Function, Written
from autograder.lesson import AuthoringError, Lesson, lessons
from autograder.lesson.exercise_headings import exercise_headings
from autograder.lesson.regions import cut_code, cut_text
from cnncourse.check.source import parse


@pytest.fixture
def lesson(tmp_path):
    return Lesson.read(write_lesson(tmp_path))


def refused(tmp_path, script=SCRIPT, exercises=EXERCISES):
    """The problems of a lesson as (file name, line, sentence)."""
    folder = write_lesson(tmp_path, script=script, exercises=exercises)
    with pytest.raises(AuthoringError) as caught:
        Lesson.read(folder)
    return [(p.file.name, p.line, p.sentence) for p in caught.value.problems]


def line_of(text, part):
    """The line number of the first line that holds a text."""
    return next(i for i, line in enumerate(text.split("\n"), start=1) if part in line)


# What is read


def test_a_lesson_knows_its_name_and_title(lesson):
    """Is the title the H1, and the name the folder's?"""
    assert (lesson.name, lesson.title) == (NAME, "Small numbers")


def test_cells_keep_kind_tags_name_and_order(lesson):
    """Are markers read as written?"""
    read = [(cell.kind, cell.tags, cell.name) for cell in lesson.cells]
    assert read == [
        ("markdown", (), None),
        ("code", ("setup",), None),
        ("markdown", (), None),
        ("code", ("exercise",), None),
        ("markdown", (), None),
        ("code", ("check",), None),
        ("code", (), None),
        ("markdown", (), None),
        ("code", ("exercise",), None),
        ("code", ("check",), None),
        ("markdown", (), None),
        ("markdown", ("written",), "explain_mini"),
    ]


def test_cells_know_their_lines(lesson):
    """Does each cell point at its marker, and each row at its line of the script?"""
    lines = SCRIPT.split("\n")
    for cell in lesson.cells:
        assert lines[cell.line - 1].startswith("# %%")
        for row, text in enumerate(cell.source.split("\n")):
            assert lines[cell.at(row) - 1].endswith(text)


def test_lines_are_right_after_quoted_markdown_and_blank_lines(tmp_path):
    """Are lines counted right where jupytext drops quotes, and keeps blank lines?"""
    script = SCRIPT + '\n# %% [markdown]\n"""\nQuoted.\n"""\n\n# %%\n\n\nlast = 1\n'
    *_, quoted, last = Lesson.read(write_lesson(tmp_path, script=script)).cells
    assert quoted.at(0) == line_of(script, "Quoted.")
    row = last.source.split("\n").index("last = 1")
    assert last.at(row) == line_of(script, "last = 1")


def test_a_marker_inside_a_string_is_text(tmp_path):
    """Does a string that looks like a cell marker stay a string?"""
    script = SCRIPT + '\n# %%\ntext = """\n# %% tags=["check"]\n"""\n'
    last = Lesson.read(write_lesson(tmp_path, script=script)).cells[-1]
    assert last.source == 'text = """\n# %% tags=["check"]\n"""'


def test_asides_to_the_formatter_stay_in_the_script(tmp_path):
    """Are `fmt: skip` and `noqa` kept from notebooks, and prose about them left alone?"""
    edited = SCRIPT.replace("np.arange(3)", "np.arange(3)  # fmt: skip\nf = 1  # noqa: E731, why")
    edited = edited.replace("# Now check it.", "# Now check it: write # fmt: skip")
    cells = Lesson.read(write_lesson(tmp_path, script=edited)).cells
    assert cells[4].source == "Now check it: write # fmt: skip"
    assert cells[6].source == "np.arange(3)\nf = 1"


def test_exercises_join_cells_and_specifications(lesson):
    """Does each exercise have its solution, its check and its specification?"""
    assert list(lesson.exercises) == ["double", "answer", "explain_mini"]
    double = lesson.exercises["double"]
    assert "twice_as_much" in double.solution.source
    assert double.check.source == "check(double)"
    assert isinstance(double.spec, Function)
    explain = lesson.exercises["explain_mini"]
    assert explain.solution is explain.check
    assert isinstance(explain.spec, Written)


def test_reference_source_is_setup_and_solutions_in_order(lesson):
    """Does the compiler get exactly the code that gives the reference answers?"""
    names, sources = zip(*lesson.reference_source(), strict=True)
    assert names == (None, "double", "answer")
    assert sources[0] == lesson.setup[0]
    assert "answer = 6 * 7" in sources[2]


def test_magics_are_code(tmp_path):
    """Are IPython's magics no syntax errors?"""
    script = SCRIPT + "\n# %%\n# %matplotlib inline\n"
    assert Lesson.read(write_lesson(tmp_path, script=script)).cells[-1].source.startswith("%")


@pytest.mark.parametrize(
    "convert",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("# %% tags", "#%% tags").encode(),
    ],
    ids=["Windows line ends", "byte order mark", "no last line end", "no space in markers"],
)
def test_odd_files_read_the_same(tmp_path, lesson, convert):
    """Do line ends, a byte order mark and spacing change nothing?"""
    folder = write_lesson(tmp_path / "odd")
    (folder / f"{NAME}.py").write_bytes(convert(SCRIPT))
    assert [c.source for c in Lesson.read(folder).cells] == [c.source for c in lesson.cells]


def test_lessons_are_listed_in_teaching_order(tmp_path):
    """Are folders with a script lessons, in order, and other folders not?"""
    for name in ("10_late", "02_early"):
        write_lesson(tmp_path, name=name)
    (tmp_path / "solutions" / "pictures").mkdir()
    assert [folder.name for folder in lessons(tmp_path)] == ["02_early", "10_late"]


# What students start from

STUBS = {
    "function body": (
        'def f(x):\n    """Doc."""\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION',
        'def f(x):\n    """Doc."""\n    raise NotImplementedError("f: not written yet")',
    ),
    "nested indentation": (
        "def f(xs):\n    for x in xs:\n        if x:\n"
        "            ### BEGIN SOLUTION\n            return x\n            ### END SOLUTION",
        "def f(xs):\n    for x in xs:\n        if x:\n"
        '            raise NotImplementedError("f: not written yet")',
    ),
    "several regions": (
        "def f(x):\n    ### BEGIN SOLUTION\n    y = x\n    ### END SOLUTION\n    # then\n"
        "    ### BEGIN SOLUTION\n    return y\n    ### END SOLUTION",
        'def f(x):\n    raise NotImplementedError("f: not written yet")\n    # then\n'
        '    raise NotImplementedError("f: not written yet")',
    ),
    "top-level value": (
        "# How many?\n### BEGIN SOLUTION\nf = 1 + 2\n### END SOLUTION",
        "# How many?\nf = ...  # your answer",
    ),
    "top-level value in two regions": (
        "### BEGIN SOLUTION\na = 1\n### END SOLUTION\n# then\n"
        "### BEGIN SOLUTION\nf = a\n### END SOLUTION",
        "f = ...  # your answer\n# then\n# your code",
    ),
    "whole function": (
        "### BEGIN SOLUTION\ndef f(x):\n    return x\n### END SOLUTION",
        "f = ...  # your answer",
    ),
    "name bound outside": (
        "f = make()\n### BEGIN SOLUTION\nf.fit()\n### END SOLUTION",
        "f = make()\n# your code",
    ),
    "class method": (
        "class f:\n    def call(self, x):\n"
        "        ### BEGIN SOLUTION\n        return x\n        ### END SOLUTION",
        'class f:\n    def call(self, x):\n        raise NotImplementedError("f: not written yet")',
    ),
    "class body": (
        "class f:\n    ### BEGIN SOLUTION\n    def call(self, x):\n        return x\n"
        "    ### END SOLUTION",
        "class f:\n    def __init__(self, *args, **kwargs):\n"
        '        raise NotImplementedError("f: not written yet")',
    ),
    "class body with its constructor given": (
        "class f:\n    def __init__(self):\n        pass\n\n"
        "    ### BEGIN SOLUTION\n    def call(self, x):\n        return x\n    ### END SOLUTION",
        "class f:\n    def __init__(self):\n        pass\n\n    # your code",
    ),
    "inner function": (
        "def f(n):\n    def g(x):\n        ### BEGIN SOLUTION\n        return n * x\n"
        "        ### END SOLUTION\n    return g",
        "def f(n):\n    def g(x):\n"
        '        raise NotImplementedError("f: not written yet")\n    return g',
    ),
    "tabs": (
        "def f(x):\n\tif x:\n\t\t### BEGIN SOLUTION\n\t\treturn x\n\t\t### END SOLUTION",
        'def f(x):\n\tif x:\n\t\traise NotImplementedError("f: not written yet")',
    ),
    "markers at the margin": (
        "def f(x):\n### BEGIN SOLUTION\n    return x\n### END SOLUTION",
        'def f(x):\n    raise NotImplementedError("f: not written yet")',
    ),
    "decorated function in the region": (
        "def f(x):\n    ### BEGIN SOLUTION\n    @cache\n    def g():\n        return x\n"
        "    return g()\n    ### END SOLUTION",
        'def f(x):\n    raise NotImplementedError("f: not written yet")',
    ),
}


@pytest.mark.parametrize(("solved", "stub"), STUBS.values(), ids=STUBS)
def test_solutions_are_cut_to_a_stub(solved, stub):
    """Is the solution replaced by what says, at its place, that it is missing?"""
    assert cut_code(solved, "f") == stub
    assert parse(stub)


def test_written_answers_are_cut_to_an_invitation():
    """Is the model answer gone and the prompt kept?"""
    written = "Why?\n\n### BEGIN SOLUTION\nBecause.\n\nReally.\n### END SOLUTION\n\nOne sentence."
    assert cut_text(written) == "Why?\n\n*Your answer here.*\n\nOne sentence."


def test_a_lesson_hands_out_stubs_by_name(lesson):
    """Does `stub` cut code and prose each in its way?"""
    assert "raise NotImplementedError" in lesson.stub("double")
    assert lesson.stub("answer") == "answer = ...  # your answer"
    assert lesson.stub("explain_mini") == "Why is it small?\n\n*Your answer here.*"


# What is refused: an edit of the sound lesson, the part of the edited script at fault, the reason

HEAD = SCRIPT[: SCRIPT.index("# %% tags")]
REFUSALS = {
    "solution never closed": (("    ### END SOLUTION\n", ""), "### BEGIN", "without an"),
    "solution never opened": (("    ### BEGIN SOLUTION\n", ""), "### END", "without a"),
    "solution in a solution": (
        ("    return twice_as_much\n", "    ### BEGIN SOLUTION\n    return twice_as_much\n"),
        "    ### BEGIN SOLUTION\n    return",
        "inside another",
    ),
    "misspelt marker": (
        ("### BEGIN SOLUTION\nans", "## begin solution\nans"),
        "## begin",
        "misspelt",
    ),
    "nbgrader's other markers": (
        ("np.arange", "### BEGIN HIDDEN TESTS\nnp.arange"),
        "HIDDEN",
        "misspelt",
    ),
    "solution in an ordinary cell": (
        ("np.arange(3)", "### BEGIN SOLUTION\nnp.arange(3)\n### END SOLUTION"),
        "### BEGIN SOLUTION\nnp.arange",
        "no exercise",
    ),
    "exercise without a solution": (
        ("### BEGIN SOLUTION\nanswer = 6 * 7\n### END SOLUTION", "answer = 42"),
        '# %% tags=["exercise"]\nanswer',
        "no solution",
    ),
    "written cell without a solution": (
        (SCRIPT[SCRIPT.index("# ### BEGIN") :], "# Because.\n"),
        "# %% [markdown] tags",
        "no solution",
    ),
    "empty solution": (("answer = 6 * 7\n", ""), "### BEGIN SOLUTION\n### END", "at least one"),
    "half a statement": (
        (
            "### BEGIN SOLUTION\nanswer = 6 * 7\n###",
            "answer = (\n### BEGIN SOLUTION\n6 * 7\n)\n###",
        ),
        "### BEGIN SOLUTION\n6",
        "at least one",
    ),
    "no Python": (("np.arange(3)", "np.arange(3"), "np.arange(3", "not valid Python"),
    "check with more than a call": (
        ("check(double)\n", "check(double)\nprint()\n"),
        "check(double)",
        "and no more",
    ),
    "check of an expression": (
        ("check(double)\n", "check(double(1))\n"),
        "check(double(1))",
        "and no more",
    ),
    "check under another name": (
        ("check(answer=answer)", "check(reply=answer)"),
        "check(reply",
        "and no more",
    ),
    "name not defined": (
        ("answer = 6", "reply = 6"),
        '# %% tags=["exercise"]\n### BEGIN',
        "asks for 'answer'",
    ),
    "exercise without a check": (
        ('# %% tags=["check"]\ncheck(double)\n', ""),
        '# %% tags=["exercise"]\ndef double',
        "No check cell",
    ),
    "last exercise without a check": (
        ('# %% tags=["check"]\ncheck(answer=answer)\n', ""),
        '# %% tags=["exercise"]\n### BEGIN',
        "No check cell",
    ),
    "check without an exercise": (
        ("np.arange(3)\n", 'np.arange(3)\n\n# %% tags=["check"]\ncheck(double)\n'),
        '# %% tags=["check"]\ncheck(double)\n\n# %% [markdown]\n# ### {{exercise answer}}',
        "no exercise cell before",
    ),
    "code before the check": (
        ("# Now check it.\n", "# Now check it.\n\n# %%\ndouble(1)\n"),
        "# %%\ndouble(1)",
        "move it below",
    ),
    "second H1": (("# ## Doubling", "# # Doubling"), "# # Doubling", "second H1"),
    "second H1, underlined": (("# ## Doubling", "# Doubling\n# ========"), "# =====", "second H1"),
    "second H1, in HTML": (("# ## Doubling", "# <h1>Doubling</h1>"), "# <h1>", "second H1"),
    "second H1, in a list": (("# ## Doubling", "# - # Doubling"), "# - #", "second H1"),
    "no H1": (("# # Small numbers", "# Small numbers"), "# %% [markdown]", "begin with its title"),
    "no header line": (("{{seconds}}", "40"), "# %% [markdown]", "**Time**"),
    "no question": (("be small?**", "be small.**"), "# %% [markdown]", "question"),
    "picture without alternative text": (
        ("# Now check it.", "# Now check it. ![ ](house.png)"),
        "![ ]",
        "without alternative text",
    ),
    "HTML picture without alternative text": (
        ("# Now check it.", '# <img src="house.png" alt="">'),
        "<img",
        "without alternative text",
    ),
    "picture without alternative text, by reference": (
        ("# Now check it.", "# - Now check it.\n#   ![][house]\n#\n# [house]: house.png"),
        "![][",
        "without alternative text",
    ),
    "unfinished": (("np.arange(3)", "np.arange(3)  # TODO explain"), "TODO", "TODO is left"),
    "misspelt tag": (('["exercise"]', '["excercise"]'), '"excercise"', "did you mean 'exercise'"),
    "marker not understood": (
        ('# %% tags=["exercise"]\n###', "# %% tags=[exercise]\n###"),
        "tags=[exercise]",
        "means nothing",
    ),
    "two roles": (('["exercise"]', '["exercise", "setup"]'), '"exercise", "setup"', "not both"),
    "exercise in prose": (
        ("# %%\nnp.arange(3)", '# %% [markdown] tags=["check"]\n# check(double)'),
        '[markdown] tags=["check"]',
        "code cell",
    ),
    "written answer without a name": (
        (' name="explain_mini"', ""),
        '[markdown] tags=["written"]',
        "identifier",
    ),
    "name where none belongs": (
        ("# %%\nnp", '# %% name="x"\nnp'),
        'name="x"',
        "Only written answers",
    ),
    "no set-up": ((' tags=["setup"]', ""), "# %%\nimport", "must be the set-up"),
    "another lesson's set-up": (
        ('begin("01_mini")', 'begin("07_edges")'),
        '# %% tags=["setup"]',
        'begin("01_mini")',
    ),
    "raw cell": (("# %%\nnp.arange(3)", "# %% [raw]\n# text"), "# %% [raw]", "raw cell"),
    "text before the first cell": (
        ("# %% [markdown]\n# # Small", "x = 1\n\n# %% [markdown]\n# # Small"),
        "x = 1",
        "before the first",
    ),
}


@pytest.mark.parametrize(("edit", "place", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_a_broken_rule_is_refused_with_its_line(tmp_path, edit, place, reason):
    """Is the rule named at the very line that breaks it?"""
    script = SCRIPT.replace(*edit, 1)
    assert script != SCRIPT
    line = script[: script.index(place)].count("\n") + 1
    problems = refused(tmp_path, script)
    assert any(
        file == f"{NAME}.py" and at == line and reason in sentence
        for file, at, sentence in problems
    ), problems


@pytest.mark.parametrize(
    "prose",
    [
        "# ```python\n# # a comment, and ![](no.png)\n# ```",
        "# - one\n#\n#     ~~~\n#     # a comment\n#     ~~~",
        "# <!--\n# # a note, and <img src='no.png'>\n# -->",
        "# In `![](no.png)`, `<img>` and `<h1>`.",
    ],
    ids=["fence", "fence in a list", "HTML comment", "code in a line"],
)
def test_what_markdown_does_not_show_breaks_no_rule(tmp_path, prose):
    """Are headings and pictures that are only quoted or commented out left alone?"""
    script = SCRIPT.replace("# Now check it.", f"# Now check it.\n#\n{prose}")
    assert Lesson.read(write_lesson(tmp_path, script=script)).name == NAME


def test_a_name_used_twice_is_refused(tmp_path):
    """Is the second exercise of the same name told where the first is?"""
    twice = SCRIPT[SCRIPT.index('# %% tags=["exercise"]') : SCRIPT.index("# %%\nnp")]
    problems = refused(tmp_path, SCRIPT + "\n" + twice)
    first = line_of(SCRIPT, "check(double)") - 1
    assert [s for _, _, s in problems] == [
        f"The name 'double' is taken by the exercise in line {first}."
    ]


SPECIFICATION_REFUSALS = {
    "no specification": (
        ('name = "answer"', 'name = "reply"'),
        {(f"{NAME}.py", "'answer' has no specification"), ("reply.py", "no check of 'reply'")},
    ),
    "machine's exercise in prose": (
        ("Explain(Written):", "Explain(Value):", "rubric"),
        {(f"{NAME}.py", "needs a check cell")},
    ),
    "written exercise with a check": (
        ("TheAnswer(Value):", "TheAnswer(Written):", "expects"),
        {(f"{NAME}.py", "'written'")},
    ),
    "no Python": (
        ("class Explain(Written):", "class Explain(:"),
        {("explain_mini.py", "not valid")},
    ),
    "raises": (
        ('title = "The answer"', "title = 1 / 0"),
        {("answer.py", "ZeroDivisionError")},
    ),
}


@pytest.mark.parametrize(
    ("edit", "expected"), SPECIFICATION_REFUSALS.values(), ids=SPECIFICATION_REFUSALS
)
def test_specifications_and_checks_must_agree(tmp_path, edit, expected):
    """Is every disagreement, and nothing else, told with its file?"""
    old, new, *unread = edit
    exercises = EXERCISES.replace(old, new, 1)
    for attribute in unread:  # the other kind of exercise does not know it
        exercises = exercises.replace(f"    {attribute} = ", f"    _{attribute} = ")
    problems = refused(tmp_path, exercises=exercises)
    assert len(problems) == len(expected)
    for name, part in expected:
        assert any(file == name and part in sentence for file, _, sentence in problems), problems


def test_a_fault_in_exercises_is_told_with_its_line(tmp_path):
    """Does an exception from a specification point at the line that raised it?"""
    exercises = EXERCISES.replace('title = "The answer"', "title = 1 / 0")
    assert refused(tmp_path, exercises=exercises)[0][1] == line_of(exercises, "1 / 0")


def test_a_fault_in_what_specifications_share_is_told_there(tmp_path):
    """Does an exception from a shared file name that file?"""
    folder = write_lesson(tmp_path, exercises="from ._shared import VALUES\n" + EXERCISES)
    (folder / "exercises" / "_shared.py").write_text("VALUES = [\n    1 / 0,\n]\n")
    with pytest.raises(AuthoringError) as caught:
        Lesson.read(folder)
    assert {(p.file.name, p.line) for p in caught.value.problems} == {("_shared.py", 2)}


def test_specifications_share_what_stands_beside_them(tmp_path):
    """Is a file whose name begins with an underscore imported, and no exercise?"""
    folder = write_lesson(tmp_path, exercises="from ._shared import POINTS\n" + EXERCISES)
    (folder / "exercises" / "_shared.py").write_text("POINTS = 2\n")
    assert [spec.name for spec in Lesson.read(folder).specs] == ["double", "answer", "explain_mini"]
    assert not list(folder.rglob("__pycache__"))


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ("class Another(Value):\n    title = 'A'", "more than one class of an exercise"),
        ("del TheAnswer", "no class of an exercise"),
        ("TheAnswer.name = 'reply'", "'reply' stands in answer.py; name both alike"),
        ("class _Base(Value):\n    pass", None),
    ],
)
def test_a_file_holds_one_exercise_of_its_name(tmp_path, extra, sentence):
    """Is a second class, none, or another name told in a sentence?"""
    folder = write_lesson(tmp_path)
    with (folder / "exercises" / "answer.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\n{extra}\n")
    if sentence is None:
        assert Lesson.read(folder).name == NAME
        return
    with pytest.raises(AuthoringError, match=sentence):
        Lesson.read(folder)


def test_a_class_without_probes_is_told_at_its_line(tmp_path):
    """Is a forgotten method named, and the class that lacks it?"""
    exercises = EXERCISES.replace("def probes", "def _probes")
    assert refused(tmp_path, exercises=exercises) == [
        (
            "double.py",
            line_of(exercises, "class Double"),
            "Double has no probes: write that method.",
        )
    ]


def test_a_class_without_a_title_is_told_at_its_line(tmp_path):
    """Is a forgotten title refused as the lesson is read, before anything asks for it?"""
    exercises = EXERCISES.replace("    title = ", "    _title = ", 1)
    [(file, _, sentence)] = refused(tmp_path, exercises=exercises)
    assert file == "double.py"
    assert sentence == "Double has no title: every exercise states both."


def test_a_revisit_that_is_no_heading_is_told(tmp_path):
    """Is advice to go back to a heading that is not there refused, the nearest one offered?"""
    exercises = EXERCISES.replace(
        'title = "Twice as much"', 'title = "T"\n    revisit = "Doublings"'
    )
    assert refused(tmp_path, exercises=exercises) == [
        (
            "double.py",
            line_of(exercises, "class Double"),
            "The lesson has no heading 'Doublings' to revisit; did you mean 'Doubling'?",
        )
    ]


@pytest.mark.parametrize("heading", ["Summary", "Quiz", "Twice as much"])
def test_a_revisit_that_explains_nothing_is_refused(tmp_path, heading):
    """Is the advice to read the summary, or the exercise itself, told to the author?"""
    title = 'title = "Twice as much"'
    exercises = EXERCISES.replace(title, f'{title}\n    revisit = "{heading}"')
    [(file, line, sentence)] = refused(tmp_path, exercises=exercises)
    assert (file, line) == ("double.py", line_of(exercises, "class Double"))
    assert sentence == (
        f"To revisit {heading!r} explains nothing: name the section that does, or leave it out."
    )


def test_a_wrong_answers_revisit_is_told_at_its_line(tmp_path):
    """Does the message point at the wrong answer?"""
    old = '@wrong("You squared: doubling adds a number to itself.")'
    exercises = EXERCISES.replace(old, old.replace(")", ', revisit="Nowhere")'))
    ((file, line, sentence),) = refused(tmp_path, exercises=exercises)
    assert (file, line) == ("double.py", line_of(exercises, "@wrong("))
    assert "no heading 'Nowhere' to revisit" in sentence


def test_a_change_that_does_not_fit_the_solution_is_told_at_its_line(tmp_path):
    """Is a wrong answer that changes what does not stand there refused when the lesson is read?"""
    exercises = EXERCISES.replace(
        '    @wrong("You squared',
        '    tripled = wrong("Three times.", change={"3 *": "4 *"})\n\n    @wrong("You squared',
    )
    ((file, line, sentence),) = refused(tmp_path, exercises=exercises)
    assert (file, line) == ("double.py", line_of(exercises, "tripled ="))
    assert "'3 *' occurs 0 times there" in sentence


@pytest.mark.parametrize(
    ("edit", "line", "sentence"),
    [
        (("# ### {{exercise double}}\n", ""), "def double", "write its heading as ### {{exercise"),
        (("{{exercise double}}", "{{exercise answer}}"), "def double", "write its heading as"),
        (
            ("# Now check it.", "# ### {{exercise explain_mini}}"),
            "answer = 6",
            "write its heading as ### {{exercise answer}}",
        ),
    ],
)
def test_each_exercise_has_its_heading_above_it(tmp_path, edit, line, sentence):
    """Is a heading that is missing, or of another exercise, told?"""
    script = SCRIPT.replace(*edit, 1)
    problems = refused(tmp_path, script)
    assert any(sentence in told for _, _, told in problems), problems


def test_headings_are_made_from_the_specifications(lesson):
    """Are exercises numbered, with title, difficulty and points?"""
    assert exercise_headings(lesson.specs) == {
        "double": "Exercise 1 · Twice as much ●○○ · 2 points",
        "answer": "Exercise 2 · The answer ●○○ · 1 point",
        "explain_mini": "Exercise 3 · In your words ●○○ · 2 points",
    }


def test_a_star_marks_a_chain_and_a_quiz_has_no_number(lesson):
    """Do the two special headings say what they are?"""
    double, answer, _ = lesson.specs
    double.starred, double.difficulty, answer.title = True, 3, "Quiz"
    assert exercise_headings([double, answer]) == {
        "double": "Exercise 1 ★ · Twice as much ●●● · 2 points",
        "answer": "Quiz · 1 point",
    }


def test_a_specification_without_a_check_is_told_at_its_class(tmp_path):
    """Does the message point at the class statement?"""
    more = 'class More(Value):\n    name = "more"\n    title, criteria = "More", ()\n'
    extra = f"{EXERCISES}\n\n{more}"
    assert refused(tmp_path, exercises=extra) == [
        ("more.py", line_of(extra, "class More"), f"{NAME}.py has no check of 'more'.")
    ]


def test_all_problems_are_told_at_once(tmp_path):
    """Does an author see everything in one go, in the order of the file?"""
    script = SCRIPT.replace("# ## Doubling", "# # Doubling").replace("np.arange(3)", "TODO = 1")
    problems = refused(tmp_path, script.replace("check(double)", "check(double, 1)"))
    lines = [line for file, line, _ in problems if file == f"{NAME}.py"]
    assert len(lines) == 3
    assert lines == sorted(lines)


def test_messages_are_lines_of_file_line_and_sentence(tmp_path, monkeypatch):
    """Is the text of the error what editors make links of?"""
    folder = write_lesson(tmp_path, script=SCRIPT.replace("# ## Doubling", "# # Doubling"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AuthoringError) as caught:
        Lesson.read(folder)
    line = line_of(SCRIPT, "## Doubling")
    assert str(caught.value) == (
        f"solutions/{NAME}/{NAME}.py:{line}: A second H1 (the first is in line 2); use ## here."
    )


def test_headings_and_pictures_in_fenced_code_are_text(tmp_path):
    """Is Markdown shown as an example left alone?"""
    shown = "# Now check it.\n#\n# ```\n# # no title\n# ![](no.png)\n# ```"
    script = SCRIPT.replace("# Now check it.", shown)
    assert Lesson.read(write_lesson(tmp_path, script=script)).title == "Small numbers"


def test_a_missing_script_is_told(tmp_path):
    """Is a missing file named?"""
    folder = write_lesson(tmp_path)
    (folder / f"{NAME}.py").unlink()
    with pytest.raises(AuthoringError, match=rf"{NAME}.py:1: This file is missing"):
        Lesson.read(folder)


def test_missing_specifications_are_told(tmp_path):
    """Is an author told where they belong?"""
    folder = write_lesson(tmp_path)
    shutil.rmtree(folder / "exercises")
    with pytest.raises(AuthoringError, match=r"exercises:1: No exercise is specified here"):
        Lesson.read(folder)


def test_a_file_that_is_no_text_is_told_with_its_line(tmp_path):
    """Is a file in another encoding refused at the first line that shows it?"""
    folder = write_lesson(tmp_path)
    (folder / f"{NAME}.py").write_bytes(b"# %%\nx = 1\n# caf\xe9\n")
    with pytest.raises(AuthoringError, match=rf"{NAME}.py:3: .*UTF-8"):
        Lesson.read(folder)


@pytest.mark.parametrize("script", ["", "\n\n", "# ---\n# jupyter: {}\n# ---\n"])
def test_an_empty_script_is_refused(tmp_path, script):
    """Does a script without cells get a sentence, not a traceback?"""
    assert any("has no cells" in sentence for _, _, sentence in refused(tmp_path, script))


# Courses


def test_the_nearest_lesson_is_offered(tmp_path):
    """Does a misspelt lesson get a suggestion?"""
    write_lesson(tmp_path, name="07_edges")
    with pytest.raises(CourseError, match="'07_egdes'; did you mean '07_edges'"):
        Course(tmp_path).select(["07_egdes"])


def test_lessons_are_selected_in_teaching_order_and_once(tmp_path):
    """Does the order on the command line not matter?"""
    for name in ("01_a", "02_b"):
        write_lesson(tmp_path, name=name)
    course = Course(tmp_path)
    assert course.select(["02_b", "01_a", "02_b"]) == course.select([]) == ["01_a", "02_b"]


def test_a_course_without_lessons_is_told(tmp_path):
    """Is an empty course an error, not a success?"""
    with pytest.raises(CourseError, match="No lesson found"):
        Course(tmp_path).select([])


def test_the_course_is_found_from_any_folder_in_it(tmp_path):
    """Is the root found from below, and its absence told?"""
    folder = write_lesson(tmp_path)
    with pytest.raises(CourseError, match="not inside a course"):
        find_course(folder)
    (tmp_path / "nbgrader_config.py").touch()
    assert find_course(folder).root == tmp_path
