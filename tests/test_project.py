"""Does the repository keep its own promises: environments, imports, words, licences?"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    tomllib = pytest.importorskip("tomli", reason="reading pyproject.toml needs Python 3.11")

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def ranges(requirements):
    """Package → version range, markers and extras left out."""
    found = {}
    for line in requirements:
        name, version = re.match(r"([A-Za-z0-9_.-]+)(?:\[.*?\])?\s*([^;]*)", line).groups()
        found[name.lower().replace("_", "-")] = version.replace(" ", "")
    return found


def test_conda_and_pip_ask_for_the_same():
    """Does environment.yml give every package the range it has in pyproject.toml, and no other?"""
    extras = PROJECT["optional-dependencies"]
    wanted = ranges(
        [*PROJECT["dependencies"], *extras["cpu"], *extras["instructor"], *extras["dev"]]
    )
    wanted.pop("tensorflow-cpu")  # conda's build of TensorFlow has one name
    wanted["python"] = PROJECT["requires-python"]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = [d for d in environment["dependencies"] if isinstance(d, str) and d != "pip"]
    by_pip = environment["dependencies"][-1]["pip"]
    assert by_pip.pop() == "--editable ."
    assert ranges([*listed, *by_pip]) == wanted


def test_the_lock_pins_what_the_project_needs():
    """Does the lock pin every dependency within its range, and name no index?"""
    from packaging.requirements import Requirement

    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--" not in text
    pins = {}
    for line in filter(None, text.splitlines()):
        requirement = Requirement(line)
        (pin,) = requirement.specifier
        pins.setdefault(requirement.name.lower(), []).append(pin.version)
    extras = PROJECT["optional-dependencies"]
    for line in [*PROJECT["dependencies"], *extras["cpu"], *extras["instructor"], *extras["dev"]]:
        requirement = Requirement(line)
        for version in pins[requirement.name.lower()]:
            assert requirement.specifier.contains(version), f"{line} is pinned to {version}"


def test_the_course_alone_brings_no_tensorflow():
    """Can `cnncourse` be installed beside Colab's own TensorFlow without replacing it?"""
    from packaging.requirements import Requirement

    # (The package of EfficientNet-Lite0's weights is named after PyTorch and needs nothing of it.)
    names = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert not [n for n in names if n.startswith(("tensorflow", "torch", "jax"))]


def test_importing_the_course_is_light():
    """Does `import cnncourse` leave TensorFlow, Keras and Matplotlib alone?"""
    code = "import sys, cnncourse; print(*{'tensorflow', 'keras', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def imported(path):
    """The modules that a file imports, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("cnncourse", ("autograder", "solutions", "nbgrader")),
        ("autograder/sandbox", ("autograder.exercise", "autograder.lesson", "autograder.build")),
        ("autograder/exercise", ("autograder.lesson", "autograder.build", "autograder.sandbox")),
    ],
)
def test_imports_run_one_way(folder, forbidden):
    """Does nothing import what stands above it?"""
    for path in (ROOT / folder).rglob("*.py"):
        for module, line in imported(path):
            assert not module.startswith(forbidden), f"{path}:{line} imports {module}"


def committed():
    """Every text file of the repository, as git lists them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix not in {".png", ".npy"} and path.is_file():
            yield name, path.read_text(encoding="utf-8")


def test_no_file_names_a_machine():
    """Does any committed file hold a path of somebody's machine or an index's address?"""
    paths = re.compile(r"/(?:work|root|home/\w+|Users/\w+|tmp/w)/(?!\*)\w|pypi\.org|/simple/")
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
    from cnncourse import anatomy, data, nets, plots, runtime, weights

    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    public = {name for module in (anatomy, data, nets, plots, weights) for name in module.__all__}
    public |= {
        name
        for name, value in vars(runtime).items()
        if len(name) > 1
        and name[0] != "_"
        and getattr(value, "__module__", "") == "cnncourse.runtime"
    }
    named = set(re.findall(r"`([A-Za-z_0-9]+)[(`]", page))
    assert public <= named, sorted(public - named)
    elsewhere = {"begin", "cnncourse", "Table", "CNNCOURSE_BUDGET", "check"}
    assert named - elsewhere <= public, sorted(named - elsewhere - public)


def test_the_repository_stays_small():
    """Do all committed files together stay under 60 MB?"""
    assert sum(len(text.encode()) for _, text in committed()) < 60e6
