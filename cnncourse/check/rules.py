"""Check what an answer uses: loops asked for, a library's convolution ruled out.

Behaviour cannot show it, so this is read from the source, in the notebook and in grading alike.
The reading follows import aliases, names bound to what is ruled out, and helpers that the answer
calls. It is meant to keep honest students on the exercise; a rule earns points only together
with the behaviour it stands beside.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cnncourse.check.bindings import COMPREHENSIONS, FUNCTIONS, bindings, bound_by, declared_global
from cnncourse.check.source import magic, parse, readable

# What lessons' setup cells import, so that `np.convolve` is known without its import.
_USUAL = {
    "np": "numpy",
    "tf": "tensorflow",
    "keras": "keras",
    "scipy": "scipy",
    "skimage": "skimage",
    "ops": "keras.ops",
    "plt": "matplotlib.pyplot",
}
# With these any name can be reached without writing it.
_DYNAMIC = (
    *("eval", "exec", "compile", "__import__", "importlib", "runpy", "getattr"),
    *("globals", "locals", "vars", "builtins", "__builtins__", "sys.modules", "get_ipython"),
    *("IPython.get_ipython", "operator.attrgetter", "operator.methodcaller"),
    *("inspect.getattr_static", "pydoc.locate", "pkgutil.resolve_name"),
)
_DYNAMIC_ATTRIBUTES = ("__dict__", "__globals__", "__getattribute__", "__builtins__")
# Magics that run no Python and whose value computes nothing.
_HARMLESS_MAGICS = {
    "!",
    *("%matplotlib", "%config", "%precision", "%pwd", "%cd", "%ls", "%env", "%pip", "%conda"),
    *("%who", "%whos", "%who_ls", "%history", "%lsmagic", "%magic", "%quickref", "%xmode"),
    *("%pinfo", "%pinfo2", "%pdoc", "%pdef", "%psource", "%pfile", "%psearch", "%pprint"),
    *("%load_ext", "%reload_ext", "%autoreload", "%tensorflow_version", "%colors", "%automagic"),
}
_STATEMENTS = {
    "for": (ast.For, ast.AsyncFor, ast.comprehension),
    "while": (ast.While,),
    "import": (ast.Import, ast.ImportFrom),
}
_UNREADABLE = (
    "{} cannot be read as Python, so the rule on what it may use cannot be checked. Write it in "
    "plain Python, and run it."
)


@dataclass(frozen=True)
class Rule:
    """What an answer must not use, and what it must.

    Args:
        forbid: dotted names (``"scipy.signal"`` covers all below it) or statements
            (``"for"``, ``"while"``, ``"import"``).
        require: the same, of which at least one must appear.
        reason: why, in one sentence for the student.
    """

    forbid: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    reason: str = ""


def forbidden_names(rule: Rule) -> list[str]:
    """Return the modules and functions that a rule forbids, without statements.

    Example:
        >>> forbidden_names(Rule(forbid=("scipy.signal", "while")))
        ['scipy.signal']
    """
    return [name for name in rule.forbid if name not in _STATEMENTS]


def violation(
    source: str, rule: Rule, context: str | Sequence[str] = (), name: str = ""
) -> str | None:
    """Say how a source breaks a rule.

    Args:
        source: the exercise cell.
        rule: what it may use.
        context: the notebook's other cells, in order, searched for imports and for helpers it
            calls; one text is one cell.
        name: what the exercise defines; read where it stands last, if that is another cell.

    Returns:
        None when the rule is kept, otherwise one sentence: what was used and where, or that the
        answer cannot be read.

    Example:
        >>> rule = Rule(forbid=("numpy.convolve",), reason="Write the sum yourself.")
        >>> violation("import numpy as q\\ndef f(x, k):\\n    return q.convolve(x, k)", rule)
        'Line 3 uses numpy.convolve. Write the sum yourself.'
        >>> violation("def f(x, k):\\n    return x * k", rule) is None
        True
    """
    try:
        return _violation(source, rule, [context] if isinstance(context, str) else context, name)
    except RecursionError:
        return _UNREADABLE.format("This cell")


def shown_habit(source: str, habit: Rule, context: Sequence[str], name: str) -> str | None:
    """Say which of the things that a habit forbids an answer uses.

    Args:
        source: the exercise cell.
        habit: what had better not be used.
        context: the notebook's other cells.
        name: what the exercise defines.

    Returns:
        What is used, where, and the reason; None where nothing is seen for certain: other than a
        rule, a habit suspects nobody.

    Example:
        >>> loop = Rule(forbid=("for",), reason="One sum does it.")
        >>> shown_habit("def f(x):\\n    return sum(v for v in x)", loop, (), "f")
        'Line 2 uses for. One sum does it.'
        >>> shown_habit("def f(x):\\n    return getattr(x, 'sum')()", loop, (), "f") is None
        True
    """
    try:
        own, around = _tree(source), _Notebook(context)
        used, _, _ = _uses(own, around, _USUAL | around.aliases | _imports(own), name)
    except RecursionError:
        return None
    found = ((what, where) for what, where in used.items() if _covered(what, habit.forbid))
    return next((f"{where} uses {what}. {habit.reason}".strip() for what, where in found), None)


def _violation(source: str, rule: Rule, context: Sequence[str], name: str) -> str | None:
    own = _tree(source)
    around = _Notebook(context)
    aliases = _USUAL | around.aliases | _imports(own)
    used, kept, helpers = _uses(own, around, aliases, name)
    for what, where in used.items():
        if _covered(what, rule.forbid) or (rule.forbid and _is_dynamic(what)):
            return f"{where} uses {what}. {rule.reason}".strip()
    for what, where in kept.items():
        if any(forbidden.startswith(f"{what}.") for forbidden in rule.forbid):
            return f"{where} hands {what} on, so its use cannot be followed. {rule.reason}".strip()
    if not readable(source):
        return _UNREADABLE.format("This cell")
    bound = {what for what, _ in bound_by(own.body)} | around.defined.keys()
    if name and name not in bound and (broken := around.hiding(name, aliases, rule)):
        return broken
    attempted = own.body or helpers
    if rule.require and attempted and not any(_covered(what, rule.require) for what in used):
        return f"The exercise asks for {' or '.join(rule.require)}. {rule.reason}".strip()
    return None


def _uses(
    own: ast.Module, around: _Notebook, aliases: dict[str, str], name: str
) -> tuple[dict[str, str], dict[str, str], list[tuple[str, ast.AST]]]:
    """Return what an answer and its helpers use and hand on, each with its place; the helpers."""
    used: dict[str, str] = {}
    kept: dict[str, str] = {}
    helpers = list(around.helpers(own, aliases, name))
    for place, tree in [("", own), *helpers]:
        reader = _read(tree, aliases)
        for lines, found in ((reader.used, used), (reader.kept, kept)):
            for what, line in lines.items():
                found.setdefault(what, place or f"Line {line}")
    return used, kept, helpers


def _tree(cell: str) -> ast.Module:
    return parse(cell) if readable(cell) else ast.Module(body=[], type_ignores=[])


class _Notebook:
    """The cells around an answer: their imports, and where each name was defined last."""

    def __init__(self, cells: Sequence[str]) -> None:
        self._cells = cells
        self.aliases: dict[str, str] = {}
        self.defined: dict[str, list[ast.stmt]] = {}
        for cell in cells:
            tree = _tree(cell)
            self.aliases |= _imports(tree)
            for statement in tree.body:
                self._add(statement)

    def _add(self, statement: ast.stmt) -> None:
        sure = not isinstance(statement, (ast.If, ast.For, ast.While, ast.Try, ast.Match))
        for what, node in (*bound_by([statement]), *declared_global(statement)):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                continue  # known by its alias
            # What may not have run leaves the earlier definition in question.
            replaces = sure and not isinstance(node, ast.Global)
            if replaces:
                self.defined[what] = []
            self.defined.setdefault(what, []).append(statement)

    def helpers(
        self, own: ast.Module, aliases: dict[str, str], name: str
    ) -> Iterator[tuple[str, ast.AST]]:
        """Yield what an answer uses from these cells, and what that uses, and so on."""
        wanted = [*sorted(_read(own, aliases).free), name]
        seen: set[str] = set()
        read: set[int] = set()  # a statement may define thousands of names
        while wanted:
            what = wanted.pop()
            for statement in self.defined.get(what, ()) if what not in seen else ():
                if id(statement) not in read:
                    read.add(id(statement))
                    yield f"{what!r}, as it was last defined,", statement
                    wanted += sorted(_read(statement, aliases).free)
            seen.add(what)

    def hiding(self, name: str, aliases: dict[str, str], rule: Rule) -> str | None:
        """Say how these cells may bind a name that no statement in them is seen to bind."""
        if _covered(self.aliases.get(name, ""), rule.forbid):
            return f"{name!r} is {self.aliases[name]}. {rule.reason}".strip()
        for cell in self._cells:
            if not readable(cell) and re.search(rf"\b{re.escape(name)}\b", cell):
                return _UNREADABLE.format(f"The cell that defines {name!r}")
            dynamic = [what for what in _read(_tree(cell), aliases).used if _is_dynamic(what)]
            if dynamic and rule.forbid:
                where = f"The cell that defines {name!r}"
                return f"{where} uses {dynamic[0]}. {rule.reason}".strip()
        return None


def _imports(tree: ast.AST) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for a in node.names:
                top = a.name.split(".")[0]
                found[a.asname or top] = a.name if a.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
    return found


def _read(tree: ast.AST, aliases: dict[str, str]) -> _Reader:
    reader = _Reader(dict(aliases))
    reader.visit(tree)
    return reader


class _Reader(ast.NodeVisitor):
    """Collects the dotted names and statements that a tree uses.

    A parameter or local variable is not taken for a module of the same name.

    Attributes:
        used: full dotted name, statement or magic → line of its first use.
        kept: full dotted name that is used as a value, other than to call it → line.
        free: names that are to be looked up elsewhere.
    """

    def __init__(self, aliases: dict[str, str]) -> None:
        self.used: dict[str, int] = {}
        self.kept: dict[str, int] = {}
        self.free: set[str] = set()
        self._aliases = aliases
        self._locals: list[set[str]] = []

    def visit(self, node: ast.AST) -> None:
        for word, kinds in _STATEMENTS.items():
            if isinstance(node, kinds):
                place = node.target if isinstance(node, ast.comprehension) else node
                self._use(word, place)
        if isinstance(node, (*FUNCTIONS, ast.Lambda, *COMPREHENSIONS)):
            self._visit_scope(node)
        else:
            super().visit(node)

    def _visit_scope(self, node: ast.AST) -> None:
        for part in _run_outside(node):
            self.visit(part)
        found = list(bindings(node))
        imported = {what for what, by in found if isinstance(by, (ast.Import, ast.ImportFrom))}
        self._locals.append({what for what, _ in found} - imported)
        self.generic_visit(node)
        self._locals.pop()

    def visit_Import(self, node: ast.Import) -> None:
        for a in node.names:
            self._use(a.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for a in node.names:
            self._use(f"{node.module or ''}.{a.name}", node)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Read a name alone on its line, which hands nothing on: ``np?``."""
        self._visit_followed(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Follow ``n = numpy``, too."""
        followed = [self._follow(target, node.value) for target in node.targets]
        for target in node.targets:
            self.visit(target)
        (self._visit_followed if all(followed) else self.visit)(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        followed = bool(node.value) and self._follow(node.target, node.value)
        for part in filter(None, (node.target, node.annotation)):
            self.visit(part)
        if node.value:
            (self._visit_followed if followed else self.visit)(node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._follow(node.target, node.value)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Read a magic; of any other call, its parts."""
        run = magic(node)
        if run is None:
            self._visit_followed(node.func)
            for part in (*node.args, *node.keywords):
                self.visit(part)
        elif run not in _HARMLESS_MAGICS:
            self._use(run, node)

    def visit_Name(self, node: ast.Name) -> None:
        self._visit_dotted(node, kept=isinstance(node.ctx, ast.Load))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._visit_dotted(node, kept=isinstance(node.ctx, ast.Load))

    def _follow(self, target: ast.AST, value: ast.AST | None) -> bool:
        """Take a variable for what it is another name of; say whether it is."""
        full = self._resolved(value) if value else ""
        if not full or not isinstance(target, ast.Name) or full.split(".")[0] == target.id:
            return False
        self._aliases[target.id] = full
        for scope in self._locals:
            scope.discard(target.id)
        return True

    def _visit_followed(self, node: ast.AST) -> None:
        if isinstance(node, (ast.Name, ast.Attribute)):
            self._visit_dotted(node, kept=False)
        else:
            self.visit(node)

    def _visit_dotted(self, node: ast.Name | ast.Attribute, *, kept: bool) -> None:
        full = self._resolved(node)
        if full:
            self._use(full, node)
            self.free.add(_dotted(node).partition(".")[0])
            if kept:
                self.kept.setdefault(full, node.lineno)
        elif isinstance(node, ast.Attribute) and not _dotted(node):
            if node.attr in _DYNAMIC_ATTRIBUTES:
                self._use(node.attr, node)
            self.generic_visit(node)  # such as np.pad(x).sum

    def _resolved(self, node: ast.AST) -> str:
        """Return the full name; none where it starts at a local variable."""
        head, dot, rest = _dotted(node).partition(".")
        if not head or any(head in scope for scope in self._locals):
            return ""
        return self._aliases.get(head, head) + dot + rest

    def _use(self, what: str, node: ast.AST) -> None:
        self.used.setdefault(what, getattr(node, "lineno", 0))


def _run_outside(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a function or comprehension that the scope around it evaluates."""
    if isinstance(node, (*FUNCTIONS, ast.Lambda)):
        defaults = [d for d in (*node.args.defaults, *node.args.kw_defaults) if d]
        return [*getattr(node, "decorator_list", ()), *defaults]
    if isinstance(node, COMPREHENSIONS):
        return [node.generators[0].iter]
    return []


def _is_dynamic(name: str) -> bool:
    """Return whether any name can be reached through this one, without writing it."""
    hidden = name.startswith("%") or name == "= !"
    return hidden or _covered(name, _DYNAMIC) or any(a in name for a in _DYNAMIC_ATTRIBUTES)


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def _covered(name: str, names: tuple[str, ...]) -> bool:
    if name.endswith(".*"):
        return any(n.startswith(name[:-1]) or _covered(name[:-2], (n,)) for n in names)
    return any(name == n or name.startswith(n + ".") for n in names)
