"""The system-call filters of both architectures, answered by an interpreter: no Arm is needed.

What must be refused stands here once more, by hand and with the kernel's numbers, so that a mistake
in the generated list cannot hide itself.
"""

from __future__ import annotations

import ctypes.util
import errno
import importlib.util
import json
import struct
from pathlib import Path
from types import SimpleNamespace

import pytest
from bpf import ALLOW, KILL, answer

from autograder.sandbox import Unavailable, seccomp

SCRIPT = Path(__file__).parents[1] / "tools" / "make_seccomp.py"
RECORD = json.loads((seccomp.PROGRAMS / "calls.json").read_text(encoding="utf-8"))
MACHINES = ("x86_64", "aarch64")
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
FOREIGN = {"i386": 0x40000003, "arm": 0x40000028, "riscv64": 0xC00000F3}
X32 = 0x40000000
NUMBERS_OF_INTEREST = range(1024)  # the kernel has assigned fewer than 500

# name: (x86_64, aarch64); None where the architecture has no such call
MUST_BE_REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "fanotify_init": (300, 262),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "settimeofday": (164, 170),
    "adjtimex": (159, 171),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
}
# Python, NumPy, TensorFlow and IPython cannot do without these.
MUST_BE_ALLOWED = {
    "read": (0, 63),
    "write": (1, 64),
    "openat": (257, 56),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "futex": (202, 98),
    "rt_sigaction": (13, 134),
    "rt_sigreturn": (15, 139),
    "fork": (57, None),
    "execve": (59, 221),
    "exit_group": (231, 94),
    "epoll_create1": (291, 20),
    "sendto": (44, 206),
    "recvmsg": (47, 212),
    "getrandom": (318, 278),
    "clock_gettime": (228, 113),
    "sched_getaffinity": (204, 123),
    "rseq": (334, 293),
    "arch_prctl": (158, None),
}
CLONE = (56, 220)
CLONE3 = (435, 435)
PRCTL = (157, 167)
SOCKETPAIR = (53, 199)
OPEN_TREE_ATTR = (467, 467)

THREAD = 0x3D0F00  # what the C library asks for a thread
FORK = 0x1200011  # and for a process
NAMESPACES = {
    "mount": 0x00020000,
    "cgroup": 0x02000000,
    "host name": 0x04000000,
    "IPC": 0x08000000,
    "user": 0x10000000,
    "process": 0x20000000,
    "network": 0x40000000,
}
HIGH_BITS = 1 << 32  # the kernel drops them from a 32-bit argument


@pytest.fixture(params=MACHINES)
def machine(request):
    """One architecture: its record, and `ask(number or pair, *arguments)`."""
    program = seccomp.program(request.param)
    column = MACHINES.index(request.param)

    def ask(number, *arguments):
        number = number if isinstance(number, int) else number[column]
        return answer(program, ARCHITECTURES[request.param], number, *arguments)

    lists = RECORD["architectures"][request.param]
    return SimpleNamespace(name=request.param, column=column, ask=ask, lists=lists)


def expected(table, machine):
    """Number by name, of the calls that exist there."""
    numbers = {name: pair[machine.column] for name, pair in table.items()}
    return {name: number for name, number in numbers.items() if number is not None}


def test_what_student_code_must_not_have_is_refused(machine):
    """Does every call of the hand-kept table fail with EPERM?"""
    calls = expected(MUST_BE_REFUSED, machine)
    answers = {name: machine.ask(number) for name, number in calls.items()}
    assert answers == dict.fromkeys(calls, errno.EPERM)


def test_what_honest_work_needs_is_allowed(machine):
    """Do the calls pass without which no lesson runs?"""
    calls = expected(MUST_BE_ALLOWED, machine)
    answers = {name: machine.ask(number) for name, number in calls.items()}
    assert answers == dict.fromkeys(calls, ALLOW)


def test_threads_and_processes_can_be_made_and_namespaces_not(machine):
    """Is it the flags of clone that decide?"""
    assert machine.ask(CLONE, THREAD) == machine.ask(CLONE, FORK) == ALLOW
    answers = {name: machine.ask(CLONE, FORK | flag) for name, flag in NAMESPACES.items()}
    assert answers == dict.fromkeys(NAMESPACES, errno.EPERM)


def test_clone3_does_not_exist_so_that_the_c_library_uses_clone(machine):
    """Is the one call whose flags cannot be read answered with ENOSYS, and not with EPERM?"""
    assert machine.ask(CLONE3) == errno.ENOSYS


@pytest.mark.parametrize("option", [1, HIGH_BITS | 1, 0xFFFFFFFF << 32 | 1])
def test_the_death_signal_cannot_be_changed(machine, option):
    """Is PR_SET_PDEATHSIG refused however the bits that the kernel drops are set?"""
    assert machine.ask(PRCTL, option) == errno.EPERM


@pytest.mark.parametrize("option", [0, 2, 3, 4, 15, 16, 38, 51, 0x53564D41, 0xFFFFFFFF])
def test_other_options_of_prctl_pass(machine, option):
    """Can threads be named, and memory too (PR_SET_VMA)?"""
    assert machine.ask(PRCTL, option) == ALLOW


def test_pairs_of_sockets_are_of_this_machine_only(machine):
    """Does an event loop get its pair, and nobody one of another family?"""
    assert machine.ask(SOCKETPAIR, 1) == ALLOW
    families = [0, *range(2, 64), HIGH_BITS]
    assert {machine.ask(SOCKETPAIR, family) for family in families} == {errno.EPERM}


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("machine_name", MACHINES)
def test_calls_of_another_architecture_end_the_process(machine_name, foreign):
    """Is a 32-bit call stopped, whatever its number means here?"""
    program = seccomp.program(machine_name)
    assert {answer(program, foreign, n) for n in NUMBERS_OF_INTEREST} == {KILL}


def test_a_filter_of_one_architecture_ends_processes_of_the_other():
    """Would a mistaken choice of the file show at once?"""
    assert answer(seccomp.program("x86_64"), ARCHITECTURES["aarch64"], 64) == KILL
    assert answer(seccomp.program("aarch64"), ARCHITECTURES["x86_64"], 1) == KILL


def test_x32_has_no_calls():
    """Is the second set of numbers for the same calls closed, to its last number?"""
    program, architecture = seccomp.program("x86_64"), ARCHITECTURES["x86_64"]
    numbers = [X32 + n for n in NUMBERS_OF_INTEREST] + [2**31 - 1, 2**31, 2**32 - 1]
    assert {answer(program, architecture, n) for n in numbers} == {errno.ENOSYS}


def test_calls_newer_than_the_list_do_not_exist(machine):
    """Does a C library that tries one fall back, as on an older kernel?"""
    assert machine.ask(OPEN_TREE_ATTR) == errno.ENOSYS
    assert {machine.ask(number) for number in range(600, 1024)} == {errno.ENOSYS}


def test_each_program_holds_what_the_record_says(machine):
    """Is every number allowed, refused or unknown exactly as `calls.json` lists it?"""
    wanted = dict.fromkeys(NUMBERS_OF_INTEREST, errno.ENOSYS)
    wanted |= dict.fromkeys(machine.lists["allowed"].values(), ALLOW)
    wanted |= dict.fromkeys(machine.lists["refused"].values(), errno.EPERM)
    for number in machine.lists["conditional"].values():
        del wanted[number]
    assert {number: machine.ask(number) for number in wanted} == wanted


def test_the_record_lists_each_call_once_under_the_conditions_it_explains(machine):
    """Is no call both allowed and refused, and does each condition say what it is?"""
    names = [name for calls in machine.lists.values() for name in calls]
    numbers = [number for calls in machine.lists.values() for number in calls.values()]
    assert len(names) == len(set(names)) == len(set(numbers))
    assert machine.lists["conditional"].keys() == RECORD["conditions"].keys()


def test_every_deviation_from_the_profile_is_refused_or_unknown():
    """Does the record's list of what we take away hold nothing that passes?"""
    taken = {name for names in RECORD["deviations"].values() for name in names}
    for lists in RECORD["architectures"].values():
        assert not taken & (lists["allowed"].keys() | lists["conditional"].keys())


def test_every_jump_stays_inside_its_program(machine):
    """Would the kernel's checker take the program, as far as jumps and length go?"""
    code = list(struct.iter_unpack("<HBBI", seccomp.program(machine.name)))
    assert len(code) <= 4096
    for at, (kind, if_true, if_false, k) in enumerate(code[:-1]):
        assert at + 1 + (k if kind == 0x05 else max(if_true, if_false)) < len(code)
    assert code[-1][0] == 0x06


def test_an_architecture_without_a_program_is_told_where_to_grade():
    """Does the one sentence name the machine and those that work?"""
    with pytest.raises(Unavailable, match=r"riscv64: grade on aarch64 or x86_64\.$"):
        seccomp.program("riscv64")


@pytest.mark.parametrize(
    ("program", "error"),
    [
        (b"", IndexError),
        (struct.pack("<HBBI", 0x20, 0, 0, 0), IndexError),
        (struct.pack("<HBBI", 0x07, 0, 0, 0), ValueError),
        (struct.pack("<HBBI", 0x06, 0, 0, 0x7FF00000), ValueError),
        (b"\x06\0\0", struct.error),
    ],
    ids=["empty", "no end", "unknown instruction", "unknown answer", "cut"],
)
def test_the_interpreter_takes_no_broken_program(program, error):
    """Would these tests notice a program that the interpreter does not understand?"""
    with pytest.raises(error):
        answer(program, 0, 0)


@pytest.fixture(scope="module")
def script():
    """The script that makes the programs; it needs libseccomp, which most Linux systems have."""
    if ctypes.util.find_library("seccomp") is None:
        pytest.skip("libseccomp is not on this machine: the programs cannot be made again here")
    spec = importlib.util.spec_from_file_location("make_seccomp", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("machine_name", MACHINES)
def test_libseccomp_makes_programs_with_the_same_answers(script, machine_name):
    """Does this machine's release, whichever it is, decide as the committed program does?"""
    made, committed = script.program(machine_name, RECORD), seccomp.program(machine_name)
    questions = [
        (ARCHITECTURES[machine_name], number, argument)
        for number in NUMBERS_OF_INTEREST
        for argument in (0, 1, FORK, FORK | NAMESPACES["user"], HIGH_BITS | 1)
    ]
    assert [answer(made, *q) for q in questions] == [answer(committed, *q) for q in questions]


def test_libseccomp_makes_the_same_programs_again(script):
    """Are the committed bytes those that the script writes, and was nothing edited by hand?"""
    if script.libseccomp_version() != RECORD["libseccomp"]:
        pytest.skip(
            f"libseccomp {script.libseccomp_version()} may order instructions differently from "
            f"{RECORD['libseccomp']}, which made the committed programs"
        )
    for name in MACHINES:
        assert script.program(name, RECORD) == seccomp.program(name)


def profile(*rules, default=errno.ENOSYS):
    """A container profile of these rules."""
    blank = {"action": "SCMP_ACT_ALLOW", "args": [], "includes": {}, "excludes": {}}
    return json.dumps({"defaultErrnoRet": default, "syscalls": [{**blank, **r} for r in rules]})


def test_a_profile_is_read_for_a_process_without_capabilities(script):
    """Is a rule left out that holds for another architecture, or for a privileged process?"""
    record = script.read_profile(
        profile(
            {"names": ["read", "chown32", "ptrace"]},
            {"names": ["arch_prctl"], "includes": {"arches": ["amd64"]}},
            {"names": ["lookup_dcookie"], "includes": {"caps": ["CAP_SYS_ADMIN"]}},
            {"names": ["vmsplice"], "action": "SCMP_ACT_ERRNO"},
        ).encode(),
        "1.0",
    )
    lists = record["architectures"]
    assert lists["x86_64"]["allowed"] == {"read": 0, "arch_prctl": 158}
    assert lists["aarch64"]["allowed"] == {"read": 63}
    assert lists["x86_64"]["refused"]["vmsplice"] == 278
    assert [names for names in record["deviations"].values() if names] == [["ptrace"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (profile(default=errno.EPERM), "default is not ENOSYS"),
        (profile({"names": ["ioctl"], "args": [{"index": 1}]}), r"conditions for \['ioctl'\]"),
        (
            profile(
                {"names": ["ioctl"]},
                {"names": ["ioctl"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1}]},
            ),
            r"conditions for \['ioctl'\]",
        ),
        (profile({"names": ["no_such_call"]}), "no_such_call"),
    ],
    ids=["another default", "a condition", "an exception", "an unknown call"],
)
def test_a_profile_that_needs_a_decision_stops_the_script(script, content, sentence):
    """Is nothing guessed about what a newer profile says?"""
    with pytest.raises(SystemExit, match=sentence):
        script.read_profile(content.encode(), "1.0")
