"""Find the names that a scope binds: assignments, loops, imports, patterns and the rest."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bindings(scope: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names that a module, function, lambda or comprehension binds in its own scope.

    Args:
        scope: its tree.

    Yields:
        Name, and the node that binds it, in the order of the text.

    Example:
        >>> tree = ast.parse("def f(a, *b):\\n    import os.path as p\\n    [c := d for d in a]")
        >>> [name for name, _ in bindings(tree)], [name for name, _ in bindings(tree.body[0])]
        (['f'], ['a', 'b', 'p', 'c'])
    """
    return bound_by(_inside(scope))


def bound_by(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names that statements or targets bind in the scope in which they stand.

    Args:
        nodes: their trees; of a function or class, that is its name.

    Yields:
        Name, and the node that binds it, in the order of the text.

    Example:
        >>> [name for name, _ in bound_by(ast.parse("def f(a): b = a").body)]
        ['f']
    """
    declared: set[str] = set()
    found: list[tuple[str, ast.AST]] = []
    waiting = list(nodes)[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            declared |= set(node.names)
        found += [(name, node) for name in _names_of(node)]
        waiting += _same_scope(node)[::-1]
    return ((name, node) for name, node in found if name not in declared)


def declared_global(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names that functions in a tree declare ``global``: they bind them when called.

    Example:
        >>> [name for name, _ in declared_global(ast.parse("def f():\\n    global a\\n    a = 1"))]
        ['a']
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from ((name, node) for name in node.names)


def _inside(scope: ast.AST) -> list[ast.AST]:
    match scope:
        case ast.Module(body=body):
            return [*body]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*_arguments(scope.args), *scope.body]
        case ast.Lambda():
            return [*_arguments(scope.args), scope.body]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return [generator.target for generator in scope.generators]
    raise TypeError(f"{type(scope).__name__} has no scope of its own")


def _arguments(arguments: ast.arguments) -> list[ast.AST]:
    return [node for node in ast.walk(arguments) if isinstance(node, ast.arg)]


def _names_of(node: ast.AST) -> list[str]:
    """Return the names that a node itself binds."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            return [name]
        case ast.Import(names=imported):
            return [a.asname or a.name.split(".")[0] for a in imported]
        case ast.ImportFrom(names=imported):
            return [a.asname or a.name for a in imported]
        case (
            ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
        ):
            return [name]
    return []


def _same_scope(node: ast.AST) -> list[ast.AST]:
    """Return the children of a node that are run in the scope in which it stands."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*node.decorator_list, *_defaults(node.args)]
        case ast.Lambda():
            return _defaults(node.args)
        case ast.ClassDef():
            return [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            # of what a comprehension binds, `:=` alone is seen outside
            return [n.target for n in ast.walk(node) if isinstance(n, ast.NamedExpr)]
        case ast.AnnAssign(target=ast.Name(), value=None) | ast.arg():
            return []
    return list(ast.iter_child_nodes(node))


def _defaults(arguments: ast.arguments) -> list[ast.AST]:
    return [d for d in (*arguments.defaults, *arguments.kw_defaults) if d is not None]
