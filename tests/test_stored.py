"""Is nothing compiled, executed, compared or audited twice, and never too little?"""

from __future__ import annotations

import pytest
from authored import EXERCISES, NAME, SCRIPT, write_course

from autograder.audit import stored
from autograder.audit.measure import audit_lesson
from autograder.audit.stored import stored_audit
from autograder.build import builder, checked, executed, keys, products
from autograder.build.compiler import SpecificationError, compile_key
from autograder.build.store import Store
from autograder.cli import main
from autograder.lesson import AuthoringError, Lesson

pytestmark = pytest.mark.heavy

# Sound enough to be kept: what the small lesson lacks for that is answers.
ACCEPTED = "".join(
    f'\n    {n} = accepted("{n}", source="{s}")'
    for n, s in {"product": "7 * 6", "typed": "42", "added": "40 + 2"}.items()
)
WRONG = "".join(f'\n    wrong_{n} = wrong("Not {n}.", source="{n}")' for n in (1, 2, 3, 4, 5))
SOUND = EXERCISES.replace(
    'criteria = (Criterion("value", 1, "the number is right"),)\n',
    f'criteria = (Criterion("value", 1, "the number is right"),){ACCEPTED}{WRONG}\n',
)


@pytest.fixture
def course(tmp_path):
    return write_course(tmp_path, exercises=SOUND)


@pytest.fixture
def work(monkeypatch):
    """A list that grows by the name of each exercise that is compiled or audited, or "executed"."""
    done = []

    def noted(module, function, name):
        really = getattr(module, function)

        def note(*arguments, **named):
            done.append(name(*arguments))
            return really(*arguments, **named)

        monkeypatch.setattr(module, function, note)

    noted(keys, "with_records", lambda spec, *rest: f"compiled {spec.name}")
    noted(stored, "audit_exercise", lambda spec, *rest: f"audited {spec.name}")
    noted(executed, "execute", lambda *rest: "executed")
    return done


def build(course, run=False):
    return builder.build(course, NAME, budget="cpu", run=run, tell=lambda what: None)


def check(course):
    return checked.check(course, NAME, budget="cpu", tell=lambda what: None)


def audit(course, *names, again=False):
    return stored_audit(course.solutions / NAME, names, again=again)


def edit(course, old, new, file=f"{NAME}.py"):
    path = course.solutions / NAME / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# Keys


def test_a_key_made_from_parts_is_the_key(course, work):
    """Is it byte for byte what is compiled at once, from a full store too?"""
    lesson, store = Lesson.read(course.solutions / NAME), Store.of(course.root)
    whole = compile_key(lesson).to_json()
    assert keys.public_key(lesson, store).to_json() == whole
    assert work == ["compiled double", "compiled answer"]
    assert keys.public_key(lesson, store).to_json() == whole
    assert len(work) == 2


def test_solutions_stand_in_a_key_only_where_the_course_says_so(course):
    """Is the author's own version in the key that students have once it is allowed, and built?"""
    lesson, store = Lesson.read(course.solutions / NAME), Store.of(course.root)
    assert all(key.solution is None for key in keys.public_key(lesson, store).exercises.values())
    (course.root / "course.toml").write_text("show_solutions = true\n", encoding="utf-8")
    shown = {n: key.solution for n, key in keys.public_key(lesson, store).exercises.items()}
    assert "return twice_as_much" in shown["double"]
    assert shown["answer"] == "answer = 6 * 7"
    assert "6 * 7" in products.compiled(lesson, store).to_json()


def test_a_second_build_compiles_nothing(course, work):
    """Is each exercise compiled once?"""
    build(course)
    assert work == ["compiled double", "compiled answer"]
    build(course)
    assert len(work) == 2


CHANGES = {
    "prose": ("Now check it.", "Check it now.", []),
    "a demonstration": ("np.arange(3)", "np.arange(4)", []),
    "the last solution": ("6 * 7", "7 * 6", ["compiled answer"]),
    "the first solution": (
        "2 * np.asarray(x)",
        "np.asarray(x) * 2",
        ["compiled double", "compiled answer"],
    ),
}


@pytest.mark.parametrize(("old", "new", "again"), CHANGES.values(), ids=CHANGES)
def test_only_what_changed_is_compiled(course, work, old, new, again):
    """Are exercises compiled again from the first one that changed on, and no other?"""
    build(course)
    work.clear()
    edit(course, old, new)
    build(course)
    assert work == again


def test_a_changed_message_reaches_the_key(course):
    """Is a key not kept that says what the specification no longer says?"""
    build(course)
    edit(course, "You squared", "You have squared", "exercises/double.py")
    build(course)
    assert "You have squared" in course.key(NAME).read_text(encoding="utf-8")


def test_a_damaged_entry_is_made_again(course, work):
    """Is a key whole although every entry of the store is cut off?"""
    build(course)
    for entry in (course.root / ".autograder" / "store").iterdir():
        entry.write_bytes(entry.read_bytes()[:-9])
    before = course.key(NAME).read_bytes()
    work.clear()
    build(course)
    assert work == ["compiled double", "compiled answer"]
    assert course.key(NAME).read_bytes() == before


def test_a_failed_compilation_is_not_kept(course, work):
    """Is an exercise that does not compile refused each time?"""
    edit(course, "np.asarray(x)", "np.asarray(x) + []")
    for _ in range(2):
        with pytest.raises((AuthoringError, SpecificationError)):
            build(course)
    assert work == ["compiled double"] * 2


def test_without_a_store_everything_is_done_each_time(course, work, monkeypatch):
    """Does CNNCOURSE_NO_STORE compile, compare and audit again?"""
    build(course)
    monkeypatch.setenv("CNNCOURSE_NO_STORE", "1")
    work.clear()
    build(course)
    audit(course)
    audit(course)
    once = ["compiled double", "compiled answer"]
    audits = ["audited double", "compiled double", "compiled double", "audited answer"]
    assert work == once + 2 * [*audits, "compiled answer"]


# Checks


def test_a_check_is_not_repeated(course, work, monkeypatch):
    """Is a lesson that was up to date not even read again?"""
    build(course, run=True)
    assert check(course) == []
    monkeypatch.setattr(checked, "_builder", lambda: pytest.fail("the lesson was read"))
    assert check(course) == []


def test_drift_is_found_after_a_good_check(course):
    """Is a file that was changed by hand told, each time?"""
    build(course, run=True)
    assert check(course) == []
    course.release(NAME).write_text("{}", encoding="utf-8")
    assert [drift.file for drift in check(course)] == [course.release(NAME)]
    assert [drift.file for drift in check(course)] == [course.release(NAME)]


def test_a_check_and_an_audit_share_one_compilation(course, work):
    """Does whichever comes second compile the public key no more?"""
    check(course)
    audit(course)
    public = [what for what in work if what.startswith("compiled")]
    other = ["compiled double", "compiled answer"]  # other probes, and hashes that are quick
    assert public == ["compiled double", "compiled answer", *other]


# Audits


def test_a_stored_audit_is_the_audit(course):
    """Are counts, faults and order what is measured, at first and again?"""
    measured = audit_lesson(course.solutions / NAME)
    assert audit(course) == measured
    assert audit(course) == measured
    assert list(audit(course)) == list(measured)


def test_only_what_has_faults_is_audited_again(course, work):
    """Is a sound exercise looked up, and one that lacks answers measured each time?"""
    found = audit(course)
    assert not found[f"{NAME}/answer"].faults
    assert found[f"{NAME}/double"].faults
    work.clear()
    assert audit(course) == found
    assert work == ["audited double"]


def test_a_sound_lesson_is_not_even_read_again(tmp_path, monkeypatch):
    """Is a whole audit without faults looked up at once?"""
    first, rest = SOUND.split("class Double", 1)[0], SOUND.split("class TheAnswer", 1)[1]
    begin, end = SCRIPT.index('# %% tags=["exercise"]\ndef'), SCRIPT.index("# %%\nnp")
    course = write_course(
        tmp_path,
        exercises=f"{first}class TheAnswer{rest}",
        script=(SCRIPT[:begin] + SCRIPT[end:]).replace("# ### {{exercise double}}\n", ""),
    )
    found = audit(course)
    monkeypatch.setattr(Lesson, "read", lambda folder: pytest.fail("the lesson was read"))
    assert audit(course) == found
    assert audit(course, "answer") == found


def test_one_exercise_is_audited_alone(course, work):
    """Is an exercise that is asked for measured, and no other?"""
    assert list(audit(course, "answer")) == [f"{NAME}/answer"]
    assert [what for what in work if what.startswith("audited")] == ["audited answer"]


def test_again_measures_again(course, work):
    """Does `--again` look nothing up?"""
    audit(course)
    work.clear()
    audit(course, again=True)
    assert work == ["audited double", "audited answer"]


# Executions


def test_going_back_executes_nothing(course, work):
    """Are the outputs of code that was executed before found again?"""
    build(course, run=None)
    first = course.solution(NAME).read_bytes()
    edit(course, "np.arange(3)", "np.arange(4)")
    build(course, run=None)
    edit(course, "np.arange(4)", "np.arange(3)")
    assert [what for what in work if what == "executed"] == ["executed"] * 2
    build(course, run=None)
    assert work.count("executed") == 2
    assert course.solution(NAME).read_bytes() == first


def test_a_leak_found_late_costs_no_second_execution(course, work):
    """Is a lesson executed once although it was refused for a hint afterwards?"""
    hint = "# twice_as_much = 2 * np.asarray(x)\n# return twice_as_much\n#\n# Now check it."
    edit(course, "# Now check it.", hint)
    with pytest.raises(AuthoringError, match="repeats the solution"):
        build(course, run=None)
    edit(course, hint, "# Now check it.")
    build(course, run=None)
    assert work.count("executed") == 1
    assert "array([0, 1, 2])" in course.solution(NAME).read_text(encoding="utf-8")


def test_outputs_not_fit_to_be_published_are_not_kept(course, work):
    """Is a lesson that warned executed again, since the warning may have been chance?"""
    edit(course, "np.arange(3)", "import warnings\nwarnings.warn('careful')")
    for _ in range(2):
        with pytest.raises(AuthoringError, match="without warnings"):
            build(course, run=None)
    assert work.count("executed") == 2


# The command line


def test_a_build_tells_each_step_where_there_is_no_terminal(course, monkeypatch, capsys):
    """Is there a line for each lesson and step in a log?"""
    monkeypatch.chdir(course.root)
    assert main(["build"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == [f"{NAME}: reading", f"{NAME}: compiling the key"]
    assert any(line.startswith(f"{NAME}: cell 1 of ") for line in said)
    assert said[-1] == f"{NAME}: writing"


def test_a_file_saved_while_it_is_compiled_keeps_nothing(course, work, monkeypatch):
    """Is what was compiled from the old file never taken for what the new one says?"""
    specification = course.solutions / NAME / "exercises" / "answer.py"
    really = keys.with_records

    def saving(spec, *rest):
        text = specification.read_text(encoding="utf-8")
        specification.write_text(text.replace("43", "44") + "# saved meanwhile\n", "utf-8")
        return really(spec, *rest)

    monkeypatch.setattr(keys, "with_records", saving)
    build(course)
    monkeypatch.setattr(keys, "with_records", really)
    store = Store.of(course.root)
    again = keys.StoredKeys(Lesson.read(course.solutions / NAME), store)
    empty = keys.questions_only(Lesson.read(course.solutions / NAME).exercises["answer"].spec, 20)
    assert again.find(empty) is None
