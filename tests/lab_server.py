"""A JupyterLab that runs while a test looks at it in a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil


@contextmanager
def lab_server(command: Sequence[str], folder: Path) -> Iterator[str]:
    """Start JupyterLab with no settings but its own, and stop it at the end.

    Args:
        command: what starts it, without address and port.
        folder: where its settings, its runtime files and its log go.

    Yields:
        Its address.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    options = [
        *("--no-browser", "--allow-root", f"--port={port}", "--ServerApp.ip=127.0.0.1"),
        *("--IdentityProvider.token=", "--ServerApp.password="),
        f"--LabApp.user_settings_dir={folder / 'settings'}",
        f"--LabApp.workspaces_dir={folder / 'workspaces'}",
    ]
    log, address = folder / "log.txt", f"http://127.0.0.1:{port}"
    with log.open("w") as file:
        server = subprocess.Popen(
            [*command, *options], env=os.environ | own, stdout=file, stderr=file
        )
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{address}/api").close()
                    break
                except OSError:
                    assert server.poll() is None, log.read_text()
                    time.sleep(0.1)
            yield address
        finally:
            # With a kernel whose notebook is open in a browser it takes its time to end.
            for process in [*psutil.Process(server.pid).children(recursive=True), server]:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            server.wait(30)
