"""What a lesson runs on: seeds, backend, device, and how much work fits it."""

from __future__ import annotations

import os
import platform
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from .tables import Table

T = TypeVar("T")

BUDGET_VARIABLE = "CNNCOURSE_BUDGET"
VALIDATING_VARIABLE = "NBGRADER_VALIDATING"  # nbgrader tells a kernel so that it validates
BUDGETS = ("smoke", "cpu", "gpu")


def seed_everything(seed: int = 0) -> None:
    """Start Python's, NumPy's and Keras's random numbers from one seed.

    Training still differs in the last digits from machine to machine: the order in which
    threads add up is not part of the seed.

    Args:
        seed: 0 to 2³² − 1.

    Example:
        >>> import numpy as np
        >>> seed_everything(7); first = np.random.rand()
        >>> seed_everything(7); first == np.random.rand()
        True
    """
    seed_draws(seed)
    # Who has not imported Keras yet should not wait for it here; `begin` imports it first.
    if "keras" in sys.modules:
        import keras

        keras.utils.set_random_seed(seed)


def seed_draws(seed: int) -> None:
    """Start the numbers of Python, NumPy and `keras.random` from one seed, in microseconds.

    What a backend draws by itself (`tf.random`) goes on. To start that anew, TensorFlow forgets
    every operation that it has prepared, and the next call takes 15 ms instead of 3.

    Args:
        seed: 0 to 2³² − 1.

    Example:
        >>> seed_draws(7); first = random.random()
        >>> seed_draws(7); first == random.random()
        True
    """
    import numpy as np

    random.seed(seed)
    np.random.seed(seed)
    if "keras" in sys.modules:
        from keras.src.backend.common import global_state

        # The next draw makes another generator, from Python's numbers.
        global_state.set_global_attribute("global_seed_generator", None)


def start_backend() -> None:
    """Import Keras and its backend without the log lines that TensorFlow writes meanwhile.

    They come from C++, before TensorFlow reads any setting that would silence them, and would
    stand as red text under the first cell of every lesson.

    Raises:
        ImportError: no backend is installed; the message says what to install.

    Example:
        >>> start_backend()
    """
    if "keras" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        with quiet_stderr():
            import keras  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f"Keras found no backend ({error}): run `pip install tensorflow`, or set "
            "KERAS_BACKEND to jax or torch if you have one of them."
        ) from error


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Drop what C code writes to stderr meanwhile.

    Example:
        >>> import os
        >>> with quiet_stderr():
        ...     written = os.write(2, b"dropped")
    """
    if sys.stderr is not None:  # a notebook may have taken it away
        sys.stderr.flush()
    kept = os.dup(2)
    silence = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silence, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(silence)


def backend() -> str:
    """Return the library that Keras computes with: "tensorflow", "jax", "torch" …"""
    import keras

    return keras.backend.backend()


def accelerators() -> list[str]:
    """Return names of the GPUs and TPUs that Keras's backend can use; empty on a CPU.

    Example:
        >>> isinstance(accelerators(), list)
        True
    """
    return _ACCELERATORS.get(backend(), list)()


def device() -> str:
    """Return what training runs on, in words, such as "CPU, 2 cores" or "Tesla T4".

    Example:
        >>> isinstance(device(), str)
        True
    """
    names = accelerators()
    if not names:
        cores = usable_cores()
        return f"CPU, {cores} core{'' if cores == 1 else 's'}"
    return names[0] if len(names) == 1 else f"{len(names)} × {names[0]}"


def usable_cores() -> int:
    """Count the processor cores that this process may use.

    Returns:
        At least 1. On Linux, the cores that the process is bound to, which may be fewer than the
        machine has; elsewhere, all of them.

    Example:
        >>> usable_cores() >= 1
        True
    """
    if hasattr(os, "sched_getaffinity"):  # Linux only
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def budget_name() -> str:
    """Return which budget is in force: "smoke", "cpu" or "gpu".

    The environment variable CNNCOURSE_BUDGET decides; without it, "gpu" where there is an
    accelerator and "cpu" elsewhere; "smoke" while nbgrader validates, as when it grades.

    Raises:
        ValueError: CNNCOURSE_BUDGET holds another word.
    """
    asked = os.environ.get(BUDGET_VARIABLE, "").strip().lower()
    if not asked and os.environ.get(VALIDATING_VARIABLE) == "1":
        return "smoke"
    if not asked:
        return "gpu" if accelerators() else "cpu"
    if asked not in BUDGETS:
        raise ValueError(
            f"{BUDGET_VARIABLE} is {asked!r}; set it to smoke, cpu or gpu, or leave it unset."
        )
    return asked


def budget(*, smoke: T, cpu: T, gpu: T) -> T:
    """Return the amount of work for this machine: epochs, samples, a whole dictionary of settings.

    Args:
        smoke: for a quick proof that the code runs (continuous integration, grading).
        cpu: for a laptop; a whole lesson should stay under four minutes.
        gpu: for the full training.

    Returns:
        The one of the three that `budget_name()` names.

    Raises:
        ValueError: CNNCOURSE_BUDGET holds an unknown word.

    Example:
        >>> epochs = budget(smoke=1, cpu=5, gpu=30)
        >>> epochs in (1, 5, 30)
        True
    """
    return {"smoke": smoke, "cpu": cpu, "gpu": gpu}[budget_name()]


def versions() -> Table:
    """Return Python, Keras, its backend, NumPy and the device: to be said when asking for help."""
    import keras
    import numpy as np

    name = backend()
    engine = sys.modules.get(name)
    rows = [
        ["Python", platform.python_version()],
        ["Keras", keras.__version__],
        [name, getattr(engine, "__version__", "?")],
        ["NumPy", np.__version__],
        ["device", device()],
        ["budget", budget_name()],
    ]
    return Table(["what", "version"], rows)


def _tensorflow_accelerators() -> list[str]:
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    names = [tf.config.experimental.get_device_details(g).get("device_name", "GPU") for g in gpus]
    return names + ["TPU" for _ in tf.config.list_physical_devices("TPU")]


def _jax_accelerators() -> list[str]:
    import jax

    return [d.device_kind for d in jax.devices() if d.platform != "cpu"]


def _torch_accelerators() -> list[str]:
    import torch

    if torch.cuda.is_available():
        return [torch.cuda.get_device_name(k) for k in range(torch.cuda.device_count())]
    return ["Apple GPU"] if torch.backends.mps.is_available() else []


_ACCELERATORS: dict[str, Callable[[], list[str]]] = {
    "tensorflow": _tensorflow_accelerators,
    "jax": _jax_accelerators,
    "torch": _torch_accelerators,
}
