"""Do the libraries still have what we use of them without their promise to keep it?

A failure here says that a new version took such a name away, and which file needs another way.
"""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Leaning:
    """A name of a library that its documentation does not promise.

    Args:
        name: the name, as one looks for it in the library.
        used_in: the file that needs it.
        without_it: what goes wrong if the name is gone or means something else.
    """

    name: str
    used_in: str
    without_it: str


def uninitialized_variables():
    """Keras keeps the variables that wait for their value in a list of this name."""
    import keras
    from keras.src.backend.common import global_state

    waiting = "uninitialized_variables"
    before = list(global_state.get_global_attribute(waiting) or [])
    try:
        with keras.StatelessScope(initialize_variables=False):
            keras.layers.Dense(1).build((None, 1))
        return len(global_state.get_global_attribute(waiting)) > len(before)
    finally:
        global_state.set_global_attribute(waiting, before)


def global_seed_generator():
    """Keras keeps the generator of `keras.random` under this name."""
    import keras
    from keras.src.backend.common import global_state

    keras.random.uniform(())
    return global_state.get_global_attribute("global_seed_generator") is not None


def nodes_by_depth():
    """A functional model keeps depth → uses of its layers."""
    import keras

    x = keras.Input((1,))
    layer = keras.layers.Dense(1)
    graph = keras.Model(x, layer(layer(x)))._nodes_by_depth
    names = [[node.operation.name for node in graph[depth]] for depth in sorted(graph)]
    return names[:2] == [[layer.name], [layer.name]] and hasattr(graph[0][0], "output_tensors")


def operations_module():
    """An operation's class lives in a module that begins with this."""
    import keras

    product = keras.Input((2,)) @ keras.Input((2, 2))
    operation = type(product._keras_history.operation)
    return (operation.__name__, operation.__module__) == ("Matmul", "keras.src.ops.numpy")


def commands_classes():
    """nbgrader's commands and pages take their converters from these modules, by these names."""
    from nbgrader.apps import api, autogradeapp, generateassignmentapp, generatefeedbackapp

    uses = {
        "Autograde(coursedir=self.coursedir, parent=self)": (autogradeapp, api),
        "GenerateAssignment(coursedir=self.coursedir, parent=self)": (generateassignmentapp, api),
        "GenerateFeedback(coursedir=self.coursedir, parent=self)": (generatefeedbackapp, api),
    }
    return all(use in inspect.getsource(m) for use, modules in uses.items() for m in modules)


def converters_steps():
    """nbgrader's converter has these two lists of steps."""
    from nbgrader.converters import Autograde

    steps = {"sanitize_preprocessors", "autograde_preprocessors", "force"}
    return steps <= set(Autograde.class_trait_names())


def converters_notebooks():
    """nbgrader's converter finds its submissions in this method, and keeps them here."""
    from nbgrader.converters.base import BaseConverter

    source = inspect.getsource(BaseConverter)
    return "self.init_notebooks()" in source and "self.assignments[" in source


def markdown_renderer():
    """nbconvert renders Markdown with these two, given these options."""
    from nbconvert.exporters.html import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments={})
    return "<h1>a</h1>" in MarkdownWithMath(renderer=renderer).render("# a")


def mathjax_macro():
    """nbgrader's pages load MathJax by this macro alone, from a template that may be replaced."""
    from nbgrader.server_extensions.formgrader.handlers import template_path

    pages = [Path(template_path, name, "index.html.j2") for name in ("feedback", "formgrade")]
    sources = [page.read_text(encoding="utf-8") for page in pages]
    return all(s.lower().count("mathjax") == 2 and "{{ mathjax() }}" in s for s in sources)


def shell_tracebacks():
    """IPython passes every traceback through these two methods, with these arguments."""
    from IPython.core.interactiveshell import InteractiveShell

    return [
        list(inspect.signature(method).parameters)
        for method in (InteractiveShell._get_exc_info, InteractiveShell._showtraceback)
    ] == [["self", "exc_tuple"], ["self", "etype", "evalue", "stb"]]


def shell_displays():
    """IPython shows a value through these methods of its display hook."""
    from IPython.core.displayhook import DisplayHook

    source = inspect.getsource(DisplayHook.__call__)
    return all(
        f"self.{method}(" in source
        for method in ("write_output_prompt", "write_format_data", "finish_displayhook")
    )


def inline_figures():
    """IPython and matplotlib-inline show figures after a cell with these two functions."""
    from IPython.core.pylabtools import activate_matplotlib
    from matplotlib_inline.backend_inline import configure_inline_support

    return [len(inspect.signature(f).parameters) for f in (activate_matplotlib,)] == [1] and [
        *inspect.signature(configure_inline_support).parameters
    ] == ["shell", "backend"]


def magics_as_python():
    """IPython rewrites magics with this class, and leaves the number of lines as it was."""
    from IPython.core.inputtransformer2 import TransformerManager

    source = TransformerManager().transform_cell("%matplotlib inline\nx = 1\n")
    return source.splitlines()[1:] == ["x = 1"] and ast.parse(source) is not None


LEANINGS = {
    uninitialized_variables: Leaning(
        "keras.src.backend.common.global_state: 'uninitialized_variables'",
        "cnncourse/anatomy/shapes.py",
        "shapes_only() leaves variables waiting, which later fill gigabytes.",
    ),
    global_seed_generator: Leaning(
        "keras.src.backend.common.global_state: 'global_seed_generator'",
        "cnncourse/runtime.py",
        "seed() does not restart keras.random in Keras 3.12 and older.",
    ),
    nodes_by_depth: Leaning(
        "keras.Model._nodes_by_depth",
        "cnncourse/anatomy/graph.py",
        "Layer tables and receptive fields cannot be read off a model.",
    ),
    operations_module: Leaning(
        "the module name keras.src.ops in configurations",
        "cnncourse/check/model_size.py",
        "Work done by operations without weights goes uncounted in a model's budget.",
    ),
    commands_classes: Leaning(
        "nbgrader.apps.api, .autogradeapp, .generateassignmentapp: Autograde, GenerateAssignment",
        "autograder/grading/nbgrader_commands.py",
        "nbgrader's commands and buttons refuse to grade, and Generate overwrites edited releases.",
    ),
    converters_steps: Leaning(
        "nbgrader.converters.Autograde: its steps",
        "autograder/grading/gradebook.py and nbgrader_plugin.py",
        "nbgrader would run notebooks itself, as the instructor.",
    ),
    converters_notebooks: Leaning(
        "nbgrader.converters.base.BaseConverter.init_notebooks and .assignments",
        "autograder/grading/gradebook.py",
        "Results of students whose names hold odd characters are not recorded.",
    ),
    markdown_renderer: Leaning(
        "nbconvert.exporters.html: IPythonRenderer, MarkdownWithMath",
        "autograder/grading/pages.py",
        "Students' Markdown cannot be shown on nbgrader's pages.",
    ),
    mathjax_macro: Leaning(
        "nbgrader's templates: {{ mathjax() }}",
        "autograder/grading/templates/classic/mathjax.html.j2",
        "Pages load MathJax from the network.",
    ),
    shell_tracebacks: Leaning(
        "IPython InteractiveShell._get_exc_info and ._showtraceback",
        "autograder/sandbox/shell.py",
        "Errors of cells are not recorded.",
    ),
    shell_displays: Leaning(
        "IPython DisplayHook.write_output_prompt, .write_format_data, .finish_displayhook",
        "autograder/sandbox/shell.py",
        "Values of cells are not recorded.",
    ),
    inline_figures: Leaning(
        "IPython.core.pylabtools.activate_matplotlib, matplotlib_inline.configure_inline_support",
        "autograder/sandbox/shell.py",
        "Figures of cells are not recorded.",
    ),
    magics_as_python: Leaning(
        "IPython.core.inputtransformer2.TransformerManager",
        "autograder/lesson/regions.py",
        "Cells with magics are refused, or faults are told at the wrong line.",
    ),
}


@pytest.mark.heavy
@pytest.mark.parametrize("still_so", LEANINGS, ids=lambda probe: probe.__name__)
def test_a_name_that_nobody_promised_is_still_there(still_so):
    """Does the library still do what we found that it does?"""
    leaning = LEANINGS[still_so]
    told = f"{leaning.name} has changed; mend {leaning.used_in}. {leaning.without_it}"
    try:
        works = still_so()
    except Exception as error:
        pytest.fail(f"{told} ({type(error).__name__}: {error})")
    assert works, told


def private(name):
    return name.startswith("_") and not name.endswith("__")


def names_of_others(tree):
    """Private attributes that are read in a module but defined in none of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and private(node.attr):
            yield node.attr
        if isinstance(node, ast.ImportFrom) and ".src." in f".{node.module}.":
            yield node.module


def own_names(tree):
    """Names of functions, classes and attributes that a module defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in ("self", "cls"):
            yield node.attr
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (t.id for t in targets if isinstance(t, ast.Name))


def test_no_other_private_name_is_used():
    """Has every private name of a library that we read its test above?"""
    paths = [p for room in ("cnncourse", "autograder") for p in (ROOT / room).rglob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    own = {name for tree in trees for name in own_names(tree)}
    used = {name for tree in trees for name in names_of_others(tree)} - own
    # By Python's and IPython's manuals; the last stands in annotations only, which never run.
    promised = {"_exit", "_getframe", "_ipython_display_", "_SubParsersAction"}
    tested = {"keras.src.backend.common", "_nodes_by_depth"}
    assert used - promised == tested
