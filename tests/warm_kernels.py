"""Kernels that start at once: forked from a process that has imported Keras already.

Every lesson is run twice by the tests, and each time importing TensorFlow would take as long as a
third of the lesson. A server per test process imports it once (`serve`); a kernel named `NAME` is
this file, run as a program: it asks the server for a child that becomes the kernel, hands signals
on to it, and ends when it ends. The child ends when its program is killed.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path

NAME = "warm"
ADDRESS = "CNNCOURSE_TESTS_WARM_KERNELS"
# Not what starts threads (ipykernel), nor what reads its settings when it is imported (pyplot).
IMPORTED = ("keras", "tensorflow", "scipy.stats")


def kernel_name() -> str:
    """Return the name of the quickest kernel that this machine can have."""
    if sys.platform != "linux":  # Apple's libraries do not survive a fork
        return "python3"
    serve()
    return NAME


@cache
def serve() -> None:
    """Start this process's server, once, and let Jupyter find its kernels."""
    folder = tempfile.TemporaryDirectory()
    place = Path(folder.name)
    spec = place / "kernels" / NAME / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [sys.executable, "-S", __file__, "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": NAME, "language": "python"}))
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(place / "socket"))
    listening.listen()
    command = [sys.executable, __file__, "--serve", str(listening.fileno())]
    server = subprocess.Popen(command, pass_fds=[listening.fileno()], stdin=subprocess.DEVNULL)
    listening.close()
    atexit.register(lambda: (server.kill(), server.wait(), folder.cleanup()))
    os.environ[ADDRESS] = str(place / "socket")
    known = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join([str(place), *([known] if known else [])])


def fork_for_all(descriptor: int) -> None:
    """Import what kernels need, then fork a child for each that asks."""
    import gc
    import importlib

    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()  # else the first collection in each child would copy all memory
    threads = len(os.listdir("/proc/self/task"))
    assert threads <= 2, f"importing started {threads} threads, which a fork would lose"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listening = socket.socket(fileno=descriptor)
    while True:
        asking, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            become_kernel(asking)
        asking.close()


def become_kernel(asking: socket.socket) -> None:
    """Be the kernel that the program at the other end stands for, until one of both ends."""
    message, descriptors, *_ = socket.recv_fds(asking, 2**20, 3)
    request = json.loads(message)
    for own, given in enumerate(descriptors):
        os.dup2(given, own)
        os.close(given)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    asking.sendall(f"{os.getpid()}\n".encode())
    threading.Thread(target=end_with, args=[asking], daemon=True).start()

    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher", *request["words"]]
    sys.path[0] = ""  # as in a kernel that was started afresh
    IPKernelApp.launch_instance()
    os._exit(0)


def end_with(other: socket.socket) -> None:
    """End this process when the other end hangs up."""
    other.recv(1)
    os._exit(1)


def ask_for_kernel(words: list[str]) -> None:
    """Stand for a kernel: have it forked, hand signals on, end with it."""
    asking = socket.socket(socket.AF_UNIX)
    asking.connect(os.environ[ADDRESS])
    about = {"words": words, "folder": os.getcwd(), "environment": dict(os.environ)}
    socket.send_fds(asking, [json.dumps(about).encode()], [0, 1, 2])
    kernel = int(asking.makefile().readline())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: os.kill(kernel, number))
    asking.recv(1)


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        fork_for_all(int(sys.argv[2]))
    else:
        ask_for_kernel(sys.argv[1:])
