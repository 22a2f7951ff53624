"""Receptive fields: which pixels of the input one unit of a feature map sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class ReceptiveField:
    """What the units of a feature map see of the input, along one axis.

    Unit number i sees `size` pixels, from pixel `start + i·jump` on.

    Attributes:
        size: how many pixels one unit sees.
        jump: by how many pixels the windows of two neighbours differ: all strides multiplied.
        start: the first pixel that unit 0 sees; negative where it sees padding.
        whole: True where every unit sees the whole input, as after a dense layer on a flattened
            map or after global pooling; the numbers are then those of the map before.

    Example:
        >>> pixel = ReceptiveField()
        >>> pixel.through(kernel=11, stride=4).through(kernel=3, stride=2)
        ReceptiveField(size=19, jump=8, start=0, whole=False)

    Reference:
        A. Araujo, W. Norris and J. Sim (2019), Computing Receptive Fields of Convolutional
        Neural Networks, Distill, doi:10.23915/distill.00021.
    """

    size: float = 1
    jump: float = 1
    start: float = 0
    whole: bool = False

    def through(
        self, kernel: int, stride: float = 1, dilation: int = 1, padding: int = 0
    ) -> ReceptiveField:
        """Return what a unit sees after one more sliding window.

        Args:
            kernel: the window's width, in units of this map.
            stride: the window's step.
            dilation: the distance of two of the window's weights.
            padding: how many zeros stand before the first unit.
        """
        return replace(
            self,
            size=self.size + dilation * (kernel - 1) * self.jump,
            jump=self.jump * stride,
            start=self.start - padding * self.jump,
        )

    def together_with(self, other: ReceptiveField) -> ReceptiveField:
        """Return what a unit sees that takes from two maps, as after an addition."""
        start = min(self.start, other.start)
        end = max(self.start + self.size, other.start + other.size)
        return ReceptiveField(
            size=end - start,
            jump=max(self.jump, other.jump),
            start=start,
            whole=self.whole or other.whole,
        )

    def __str__(self) -> str:
        return "all" if self.whole else f"{self.size:,g}"


def of_windows(windows: Sequence[Sequence[int]]) -> ReceptiveField:
    """Return the receptive field after a stack of windows without padding.

    Args:
        windows: (kernel, stride) or (kernel, stride, dilation) for each layer, first layer first.

    Raises:
        ValueError: an entry is not two or three positive integers.
    """
    field = ReceptiveField()
    for window in windows:
        if len(window) not in (2, 3) or any(n < 1 or n != int(n) for n in window):
            raise ValueError(
                f"A layer is (kernel, stride) or (kernel, stride, dilation), all of them positive "
                f"integers, but one is {window!r}."
            )
        field = field.through(*window)
    return field
