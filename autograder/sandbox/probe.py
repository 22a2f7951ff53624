"""Check whether isolation works on this machine: the named checks behind `autograder doctor`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.sandbox import bubblewrap
from autograder.sandbox.client import Child, Sandbox
from autograder.sandbox.errors import SandboxError
from autograder.sandbox.limits import MIB, Limits

_LIMITS = Limits(wall_seconds=60, memory_bytes=256 * MIB, disk_bytes=16 * MIB)


@dataclass(frozen=True)
class IsolationCheck:
    """One thing that isolation needs.

    Args:
        name: what was checked.
        ok: it works here.
        advice: one sentence: what was found, or how to mend it.
    """

    name: str
    ok: bool
    advice: str


# Each cell ends with a value; the child passes if that value is the one expected.
_INSIDE: dict[str, tuple[str, str, str]] = {
    "no other process is visible": (
        "import os; sorted(n for n in os.listdir('/proc') if n.isdigit())",
        "['1']",
        "A child sees other processes: do not grade here, and report this.",
    ),
    "no network": (
        "[line.split(':')[0].strip() for line in open('/proc/net/dev') if ':' in line]",
        "['lo']",
        "A child has a network device: do not grade here, and report this.",
    ),
    "no privileges": (
        "[l.split()[1] for l in open('/proc/self/status') "
        "if l.startswith(('CapEff', 'CapBnd', 'NoNewPrivs', 'Seccomp:'))]",
        "['0000000000000000', '0000000000000000', '1', '2']",
        "A child keeps privileges: do not grade here, and report this.",
    ),
    "memory is limited": (
        "try:\n    bytearray(2**30)\nexcept MemoryError:\n    held = True\nheld",
        "True",
        "A child's memory is not limited: do not grade here, and report this.",
    ),
}


def nothing(namespace: dict, request: object) -> None:
    """Answer nothing: the handler of the probe's sandbox."""


def probe_isolation() -> list[IsolationCheck]:
    """Check, step by step, whether student code can be isolated on this machine.

    Returns:
        The checks in order; after one that fails, those that need it are left out.

    Example:
        >>> [check.name for check in probe_isolation()][:2]
        ['Linux on a known processor', 'bubblewrap']
    """
    checks = [
        _step("Linux on a known processor", bubblewrap.require_linux),
        _step("bubblewrap", bubblewrap.find_bwrap),
    ]
    if not all(check.ok for check in checks):
        return checks
    try:
        with (
            Sandbox(handler="autograder.sandbox.probe:nothing", preload=()) as sandbox,
            sandbox.open(_LIMITS) as child,
        ):
            checks.append(IsolationCheck("a child isolates itself", True, "It works."))
            return checks + [_inside(child, name) for name in _INSIDE]
    except SandboxError as error:
        return [*checks, IsolationCheck("a child isolates itself", False, str(error))]


def _step(name: str, action: Callable[[], str]) -> IsolationCheck:
    try:
        return IsolationCheck(name, True, action())
    except SandboxError as error:
        return IsolationCheck(name, False, str(error))


def _inside(child: Child, name: str) -> IsolationCheck:
    source, expected, advice = _INSIDE[name]
    result = child.run_cell(source)
    values = [o["data"].get("text/plain") for o in result.outputs if "data" in o]
    ok = values == [expected]
    return IsolationCheck(name, ok, "It works." if ok else advice)
