"""Learning curves that grow while a network trains."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import keras

from .charts import as_runs, draw_metric, metric_names
from .style import COLOURS, FAINT, bundle, display_bundle, figure, in_house_style, notebook, set_alt

_SECONDS_BETWEEN_PICTURES = 1.0


class LiveCurve(keras.callbacks.Callback):
    """Shows progress and learning curves, in one place, while `fit` runs; see `live_curve`.

    Attributes:
        values: metric → one number per epoch.
        figure: the finished figure, once training has ended.
    """

    def __init__(self, metrics: Sequence[str] | None, title: str) -> None:
        super().__init__()
        self.metrics = metrics
        self.title = title
        self.values: dict[str, list[float]] = {}
        self.figure: Any = None
        self._handle: Any = None
        self._drawn_at = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start anew: a second `fit` draws a second figure."""
        self.values, self._handle = {}, None

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move the bar on, but at most once a second: drawing takes time from training."""
        if time.monotonic() - self._drawn_at > _SECONDS_BETWEEN_PICTURES:
            steps = self.params.get("steps")  # unknown in the first epoch of some data sets
            self._show_progress((batch + 1) / steps if steps else 0.0)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add a point to each curve."""
        for metric, value in (logs or {}).items():
            self.values.setdefault(metric, []).append(float(value))
        if notebook() is None:
            print(f"epoch {self._epochs_done}/{self.params['epochs']}  {self._latest()}")
        elif time.monotonic() - self._drawn_at > _SECONDS_BETWEEN_PICTURES:
            self._show_progress(0.0)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Leave the finished curves, without the bar."""
        if self.values:
            self.figure = self._draw(None)
            self._send(self.figure)

    @property
    def _epochs_done(self) -> int:
        return max((len(values) for values in self.values.values()), default=0)

    def _latest(self) -> str:
        return "  ".join(f"{metric} {values[-1]:.4g}" for metric, values in self.values.items())

    def _show_progress(self, part_of_epoch: float) -> None:
        if notebook() is not None:
            self._send(self._draw((self._epochs_done + part_of_epoch) / self.params["epochs"]))
            self._drawn_at = time.monotonic()

    @in_house_style
    def _draw(self, progress: float | None) -> Any:
        """Draw the curves so far, with a bar above them while `progress` (0 to 1) is not None."""
        runs = as_runs(self.values)
        names = list(self.metrics or (metric_names(runs) if self.values else ["loss"]))
        fig, axes = figure(1, len(names), squeeze=False, height=3.3)
        for ax, metric in zip(axes[0], names, strict=True):
            ax.set_xlabel("epoch")
            ax.set_title(metric)
            if self.values:
                draw_metric(ax, runs, metric)
            if progress is not None:
                ax.set_xlim(0.5, max(self.params["epochs"], 2) + 0.5)
        done, epochs = self._epochs_done, self.params["epochs"]
        if progress is None:
            fig.suptitle(self.title)
        else:
            fig.suptitle(f"{self.title}  epoch {min(done + 1, epochs)} of {epochs}".strip())
            bar = fig.add_axes((0.0, 0.985, 1.0, 0.015))
            bar.barh([0, 0], [1, progress], color=[FAINT, COLOURS[2]])
            bar.set(xlim=(0, 1))
            bar.set_axis_off()
        set_alt(fig, f"Learning curves after {done} of {epochs} epochs. {self._latest()}")
        return fig

    def _send(self, fig: Any) -> None:
        if notebook() is None:
            return
        data, metadata = bundle(fig)
        if self._handle is None:
            self._handle = display_bundle(data, metadata, display_id=True)
        else:
            self._handle.update(data, raw=True, metadata=metadata)
