"""Published networks, each assembled around a block that the caller writes.

What the papers give as tables stands here as tables; the block, which is the idea, is the
student's own. A block is a function from tensor to tensor. Weights start at random; the
networks end in class probabilities.
"""

from .efficient import EFFICIENTNET, EFFICIENTNET_LITE, efficientnet, efficientnet_lite
from .inception import GOOGLENET, NIN, googlenet, nin
from .mobile import (
    MOBILENET_V1,
    MOBILENET_V2,
    MOBILENET_V3,
    mobilenet_v1,
    mobilenet_v2,
    mobilenet_v3,
)
from .residual import RESNET, resnet, resnet_cifar, resnet_v2, se_resnet50
from .rounding import round_channels, round_repeats

__all__ = [
    "EFFICIENTNET",
    "EFFICIENTNET_LITE",
    "GOOGLENET",
    "MOBILENET_V1",
    "MOBILENET_V2",
    "MOBILENET_V3",
    "NIN",
    "RESNET",
    "efficientnet",
    "efficientnet_lite",
    "googlenet",
    "mobilenet_v1",
    "mobilenet_v2",
    "mobilenet_v3",
    "nin",
    "resnet",
    "resnet_cifar",
    "resnet_v2",
    "round_channels",
    "round_repeats",
    "se_resnet50",
]
