"""What an answer may use: loops asked for, a library's convolution ruled out.

Behaviour cannot show it, so this is read from the source, in the notebook and in grading alike.
The reading follows import aliases, names bound to what is ruled out, and helpers that the answer
calls. It is meant to keep honest students on the exercise; a rule earns points only together
with the behaviour it stands beside.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from cnncourse.check.source import parse

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
_DYNAMIC = ("eval", "exec", "compile", "__import__", "importlib", "getattr", "globals", "vars")
_STATEMENTS = {
    "for": (ast.For, ast.comprehension),
    "while": (ast.While,),
    "import": (ast.Import, ast.ImportFrom),
}
_SCOPES = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
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


def violation(source: str, rule: Rule, context: str = "", name: str = "") -> str | None:
    """Say how a source breaks a rule.

    Args:
        source: the exercise cell.
        rule: what it may use.
        context: the notebook's other cells, searched for imports and for helpers it calls.
        name: what the exercise defines; read where it stands last, if that is another cell.

    Returns:
        None when the rule is kept, otherwise one sentence naming what was used and where.

    Example:
        >>> rule = Rule(forbid=("numpy.convolve",), reason="Write the sum yourself.")
        >>> violation("import numpy as q\\ndef f(x, k):\\n    return q.convolve(x, k)", rule)
        'Line 3 uses numpy.convolve. Write the sum yourself.'
        >>> violation("def f(x, k):\\n    return x * k", rule) is None
        True
    """
    own, around = _parse(source), _parse(context)
    aliases = _USUAL | _imports(around) | _imports(own)
    parts = list(_parts(own, around, aliases, name))
    used: dict[str, str] = {}
    for place, tree in parts:
        for what, line in _read(tree, aliases).used.items():
            used.setdefault(what, place or f"Line {line}")
    for what, where in used.items():
        if _covered(what, (*rule.forbid, *(_DYNAMIC if rule.forbid else ()))):
            return f"{where} uses {what}. {rule.reason}".strip()
    there = own.body or len(parts) > 1
    if rule.require and there and not any(_covered(what, rule.require) for what in used):
        return f"The exercise asks for {' or '.join(rule.require)}. {rule.reason}".strip()
    return None


def defines(source: str, name: str) -> bool:
    """Whether a cell gives a name its value.

    Example:
        >>> defines("@jit\\ndef f(x):\\n    y = x", "f"), defines("def f(x):\\n    y = x", "y")
        (True, False)
    """
    return any(name in _bound(statement) for statement in _parse(source).body)


def _parse(cell: str) -> ast.Module:
    """The syntax tree; an empty one where there is none, since what does not parse does not run."""
    return parse(cell) or ast.Module(body=[], type_ignores=[])


def _parts(
    own: ast.Module, around: ast.Module, aliases: dict[str, str], name: str
) -> Iterator[tuple[str, ast.AST]]:
    """Yield the cell, then what it uses from others where that was defined last, and so on."""
    yield "", own
    defined = {n: statement for statement in around.body for n in _bound(statement)}
    wanted = [*sorted(_read(own, aliases).free), name]
    seen: set[str] = set()
    while wanted:
        what = wanted.pop()
        if what in defined and what not in seen:
            yield f"{what!r}, as it was last defined,", defined[what]
            wanted += sorted(_read(defined[what], aliases).free)
        seen.add(what)


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


def _bound(node: ast.AST, *, inside: bool = False) -> set[str]:
    """Names that a statement, or the inside of a function, gives values to, imports aside."""
    found: set[str] = set()
    waiting = list(ast.iter_child_nodes(node)) if inside else [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        if not isinstance(node, (*_SCOPES, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)
    return found


def _read(tree: ast.AST, aliases: dict[str, str]) -> _Reader:
    reader = _Reader(dict(aliases))
    reader.visit(tree)
    return reader


class _Reader(ast.NodeVisitor):
    """Collects the dotted names and statements that a tree uses.

    A parameter or local variable is not taken for a module of the same name.

    Attributes:
        used: full dotted name, or statement → line of its first use.
        free: names that are to be looked up elsewhere.
    """

    def __init__(self, aliases: dict[str, str]) -> None:
        self.used: dict[str, int] = {}
        self.free: set[str] = set()
        self._aliases = aliases
        self._locals: list[set[str]] = []

    def visit(self, node: ast.AST) -> None:
        for word, kinds in _STATEMENTS.items():
            if isinstance(node, kinds):
                place = node.target if isinstance(node, ast.comprehension) else node
                self._use(word, place)
        if isinstance(node, _SCOPES):
            self._visit_scope(node)
        else:
            super().visit(node)

    def _visit_scope(self, node: ast.AST) -> None:
        self._locals.append(_bound(node, inside=True) - _imports(node).keys())
        self.generic_visit(node)
        self._locals.pop()

    def visit_Import(self, node: ast.Import) -> None:
        for a in node.names:
            self._use(a.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for a in node.names:
            self._use(f"{node.module or ''}.{a.name}", node)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Follow ``n = numpy``, too."""
        full = self._resolved(node.value)
        for target in node.targets:
            if full and isinstance(target, ast.Name) and full.split(".")[0] != target.id:
                self._aliases[target.id] = full
                for scope in self._locals:
                    scope.discard(target.id)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        self._visit_dotted(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._visit_dotted(node)

    def _visit_dotted(self, node: ast.Name | ast.Attribute) -> None:
        full = self._resolved(node)
        if full:
            self._use(full, node)
            self.free.add(_dotted(node).partition(".")[0])
        elif isinstance(node, ast.Attribute) and not _dotted(node):
            self.generic_visit(node)  # such as np.pad(x).sum

    def _resolved(self, node: ast.AST) -> str:
        """The full name; none where it starts at a local variable."""
        head, dot, rest = _dotted(node).partition(".")
        if not head or any(head in scope for scope in self._locals):
            return ""
        return self._aliases.get(head, head) + dot + rest

    def _use(self, what: str, node: ast.AST) -> None:
        self.used.setdefault(what, getattr(node, "lineno", 0))


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
