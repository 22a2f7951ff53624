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


def violation(source: str, rule: Rule, context: str = "") -> str | None:
    """Say how a source breaks a rule.

    Args:
        source: the exercise cell.
        rule: what it may use.
        context: the notebook's other cells, searched for imports and for helpers it calls.

    Returns:
        None when the rule is kept, otherwise one sentence naming what was used and where.

    Example:
        >>> rule = Rule(forbid=("numpy.convolve",), reason="Write the sum yourself.")
        >>> violation("import numpy as q\\ndef f(x, k):\\n    return q.convolve(x, k)", rule)
        'Line 3 uses numpy.convolve. Write the sum yourself.'
        >>> violation("def f(x, k):\\n    return x * k", rule) is None
        True
    """
    own = _parse(source)
    if own is None:
        return None  # it does not run either: the error itself is the better message
    around = _parse(context) or ast.Module(body=[], type_ignores=[])
    aliases = _USUAL | _imports(around) | _imports(own)
    trees = [own, *_helpers(own, around)]
    used = {name: line for tree in trees for name, line in _uses(tree, aliases)}
    for name, line in used.items():
        if _covered(name, (*rule.forbid, *(_DYNAMIC if rule.forbid else ()))):
            return f"Line {line} uses {name}. {rule.reason}".strip()
    if rule.require and not any(_covered(name, rule.require) for name in used):
        return f"The exercise asks for {' or '.join(rule.require)}. {rule.reason}".strip()
    return None


def _parse(source: str) -> ast.Module | None:
    lines = ("" if ln.lstrip().startswith(("%", "!")) else ln for ln in source.splitlines())
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imports(tree: ast.AST) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for a in node.names:
                found[a.asname or a.name.split(".")[0]] = (
                    a.name if a.asname else a.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update({a.asname or a.name: f"{node.module}.{a.name}" for a in node.names})
    return found


def _helpers(own: ast.Module, around: ast.Module) -> list[ast.stmt]:
    """The statements of other cells that define what the answer uses, and what those use."""
    defined = {name: stmt for stmt in around.body for name in _binds(stmt)}
    wanted: list[ast.AST] = [own]
    seen: list[ast.stmt] = []
    while wanted:
        names = {n.id for n in ast.walk(wanted.pop()) if isinstance(n, ast.Name)}
        for name in sorted(names & defined.keys()):
            if defined[name] not in seen:
                seen.append(defined[name])
                wanted.append(defined[name])
    return seen


def _binds(stmt: ast.stmt) -> list[str]:
    if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [stmt.name]
    if isinstance(stmt, ast.Assign):
        return [n.id for t in stmt.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    return []


def _uses(tree: ast.AST, aliases: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Yield every dotted name and statement with its line."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            base = getattr(node, "module", None)
            for a in node.names:
                yield (f"{base}.{a.name}" if base else a.name), node.lineno
        dotted = _dotted(node)
        if dotted:
            head, _, rest = dotted.partition(".")
            full = aliases.get(head, head) + (f".{rest}" if rest else "")
            yield full, node.lineno  # type: ignore[attr-defined]
        for word, kinds in _STATEMENTS.items():
            if isinstance(node, kinds):
                yield word, getattr(node, "lineno", 0) or node.target.lineno  # type: ignore[union-attr]


def _dotted(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value)
        return f"{base}.{node.attr}" if base else None
    return None


def _covered(name: str, names: tuple[str, ...]) -> bool:
    return any(name == n or name.startswith(n + ".") for n in names)
