"""Find the names that a cell binds, takes from other cells, and changes in place."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cnncourse.check.bindings import DEFINITIONS, bindings, bound_by, declared_global
from cnncourse.check.bounded import Kept
from cnncourse.check.source import parse

# What `from m import *` binds.
STAR = "*"
_IMPORTS = (ast.Import, ast.ImportFrom)
# Functions and modules that change nothing of what they are given.
_SHOWING = ("print", "display", "plots", "plt", "help", "check")
_TRAINING = ("fit", "train_on_batch")
_SETTERS = ("set", "seed", "use")


@dataclass
class Names:
    """The names of one cell.

    Args:
        bound: name bound at the top level → rows, from 0, where. Names that functions declare
            ``global`` are among them, names deleted afterwards are not.
        certain: those that are bound whenever the cell runs to its end.
        used: names that the cell takes from others while it runs.
        later: names that its functions take from the notebook when they are called.
        changed: names whose value it changes in place, such as by ``x[0] = 1``.
        called: names of which it calls a method for its effect, such as ``x.sort()``.
        imported: those bound names that imports alone bind.
    """

    bound: dict[str, list[int]] = field(default_factory=dict)
    certain: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)


@Kept
def names(cell: str) -> Names:
    """Read the names of a cell.

    Args:
        cell: its text.

    Returns:
        Its names; not to be changed, since they are kept for the next caller.

    Raises:
        SyntaxError: it cannot be read.

    Example:
        >>> found = names("import numpy as np\\ndef f(x):\\n    y = np.sum(x)\\n    return y + c")
        >>> found.bound, sorted(found.later)
        ({'np': [0], 'f': [1]}, ['c', 'np'])
        >>> names("for i in rows: print(i)").used >= {"rows"}
        True
    """
    tree = parse(cell)
    found = Names()
    try:
        found.certain = _Flow(found).run(tree.body, set())
        every = [*bindings(tree), *declared_global(tree)]
        for name, node in every:
            found.bound.setdefault(name, []).append(getattr(node, "lineno", 1) - 1)
        made = {name for name, node in every if not isinstance(node, _IMPORTS)}
        found.imported = found.bound.keys() - made
        for name in _deleted(tree.body):
            found.bound.pop(name, None)
        _add_changes(tree, found)
    except RecursionError:
        raise SyntaxError("it is nested too deeply") from None
    return found


def defines(cell: str, name: str) -> bool:
    """Say whether a cell binds a name at its top level; False if it cannot be read.

    Example:
        >>> defines("with open(p) as file: pass", "file"), defines("def f(x): y = x", "y")
        (True, False)
    """
    try:
        return name in names(cell).bound
    except SyntaxError:
        return False


def _deleted(body: Iterable[ast.stmt]) -> set[str]:
    """Return the names that are gone in the end, for certain."""
    gone: set[str] = set()
    for statement in body:
        gone -= _bound(statement)
        if isinstance(statement, ast.Delete):
            gone |= {t.id for t in statement.targets if isinstance(t, ast.Name)}
    return gone


class _Flow:
    """Walks through statements in order, collecting what they take from outside.

    A name counts as bound after a statement if it is on every way through it.
    """

    def __init__(self, found: Names) -> None:
        self._found = found

    def run(self, body: Iterable[ast.stmt], known: set[str]) -> set[str]:
        """Collect what statements use beyond the known names; return those known after them."""
        for statement in body:
            known = self._run_one(statement, known)
        return known

    def _run_one(self, node: ast.stmt, known: set[str]) -> set[str]:
        match node:
            case ast.If():
                self._use(known, node.test)
                return self.run(node.body, known) & self.run(node.orelse, known)
            case ast.While():
                self._use(known, node.test)
                self.run(node.body, known)
                self.run(node.orelse, known)
                return known
            case ast.For() | ast.AsyncFor():
                self._use(known, node.iter)
                self.run(node.body, known | self._target(node.target, known))
                self.run(node.orelse, known)
                return known
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self._use(known, item.context_expr)
                    known = known | self._target(item.optional_vars, known)
                self.run(node.body, known)  # which may end early: contextlib.suppress
                return known
            case ast.Try():
                return self._try(node, known)
            case ast.Match():
                self._use(known, node.subject)
                for case in node.cases:
                    captured = known | _bound(case.pattern)
                    self._use(captured, *_asked(case))
                    self.run(case.body, captured)
                return known
            case ast.ClassDef():
                asked = [*node.bases, *(keyword.value for keyword in node.keywords)]
                self._use(known, *node.decorator_list, *asked)
                self.run(node.body, known)  # what it binds is its own, and no method's
                return known | {node.name}
        if node.__class__.__name__ == "TryStar":  # Python 3.11
            return self._try(node, known)  # type: ignore[arg-type]
        self._use(known, node)
        if isinstance(node, ast.Delete):
            return known - {t.id for t in node.targets if isinstance(t, ast.Name)}
        return known | _surely_bound(node)

    def _try(self, node: ast.Try, known: set[str]) -> set[str]:
        after = self.run(node.orelse, self.run(node.body, known))
        for handler in node.handlers:
            if handler.type:
                self._use(known, handler.type)
            own = {handler.name} if handler.name else set()
            after = after & self.run(handler.body, known | own) - own
        return after | self.run(node.finalbody, known)

    def _target(self, target: ast.expr | None, known: set[str]) -> set[str]:
        """Return what a loop or `with` binds; in ``x[i]`` it uses both."""
        if target is None:
            return set()
        parts = (ast.Attribute, ast.Subscript)
        self._use(known, *(n for n in ast.walk(target) if isinstance(n, parts)))
        return _bound(target)

    def _use(self, known: set[str], *nodes: ast.AST) -> None:
        for node in nodes:
            used, later = _taken(node)
            self._found.used |= used - known
            self._found.later |= later


def _asked(case: ast.match_case) -> list[ast.AST]:
    """Return the expressions in the pattern of a case, and its guard."""
    values = [n for n in ast.walk(case.pattern) if isinstance(n, ast.expr)]
    return [*values, *([case.guard] if case.guard else [])]


def _surely_bound(node: ast.stmt) -> set[str]:
    """Return the names that a statement binds whatever its expressions do."""
    match node:
        case ast.Assign(targets=targets):
            return _bound(*targets)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target, value=ast.expr()):
            return _bound(target)
        case ast.Expr(value=ast.NamedExpr(target=target)):
            return _bound(target)
    return _bound(node) if isinstance(node, (*DEFINITIONS, ast.Import, ast.ImportFrom)) else set()


def _bound(*nodes: ast.AST) -> set[str]:
    return {name for name, _ in bound_by(nodes)}


def _taken(node: ast.AST) -> tuple[set[str], set[str]]:
    """Return the notebook's names that a statement uses at once, and those used in functions."""
    used: set[str] = set()
    if isinstance(node, (ast.AugAssign, ast.Delete)):  # their targets must be there before
        targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
        used = {target.id for target in targets if isinstance(target, ast.Name)}
    try:
        table = symtable.symtable(ast.unparse(node), "<cell>", "exec")
    except (SyntaxError, ValueError):  # such as `return` outside a function
        every = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        return every, every
    later: set[str] = set()
    waiting: list[tuple[Any, bool]] = [(table, False)]
    while waiting:
        scope, called = waiting.pop()
        comprehension = scope.get_name() in ("listcomp", "setcomp", "dictcomp", "genexpr")
        called = called or (scope.get_type() == "function" and not comprehension)
        for symbol in scope.get_symbols():
            # the body of a local class sees the notebook's name until it binds its own
            of_class = scope.get_type() == "class" and not symbol.is_free()
            if symbol.is_referenced() and (scope is table or symbol.is_global() or of_class):
                (later if called else used).add(symbol.get_name())
        waiting += [(child, called) for child in scope.get_children()]
    return used, later


def _add_changes(tree: ast.Module, found: Names) -> None:
    """Add the names whose value may be changed in place, at the top level or in a function."""
    of_notebook = found.bound.keys() | found.used | found.later
    for node in ast.walk(tree):
        match node:
            case (
                ast.Attribute(ctx=ast.Store() | ast.Del())
                | ast.Subscript(ctx=ast.Store() | ast.Del())
            ):
                found.changed.add(_root(node))
            case ast.Expr(value=ast.Call(func=function, args=given) as call):
                if isinstance(function, ast.Attribute):
                    # what is set is kept: np.set_printoptions(…), random.seed(…)
                    sets = function.attr.startswith(_SETTERS)
                    direct = isinstance(function.value, ast.Name)
                    (found.changed if sets and direct else found.called).add(_root(call))
                if _root(call) not in _SHOWING:
                    found.called |= {a.id for a in given if isinstance(a, ast.Name)}
            case ast.Call(func=ast.Attribute(attr=method)) if method in _TRAINING:
                found.called.add(_root(node))  # history = model.fit(x, y)
    found.changed &= of_notebook
    found.called &= of_notebook


def _root(node: ast.AST) -> str:
    """Return the name at which an expression such as ``net.layers[0].weights`` starts."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
