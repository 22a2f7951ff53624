"""Data for the lessons. All but Fashion-MNIST, CIFAR-10 and class names works with no network."""

from ._files import DataUnavailable
from .handwriting import digits, mnist_sample
from .online import CIFAR10_CLASSES, FASHION_CLASSES, cifar10, fashion_mnist, imagenet_classes
from .pictures import PATCH_CLASSES, faces, photo_patches, photograph, photographs

__all__ = [
    "CIFAR10_CLASSES",
    "FASHION_CLASSES",
    "PATCH_CLASSES",
    "DataUnavailable",
    "cifar10",
    "digits",
    "faces",
    "fashion_mnist",
    "imagenet_classes",
    "mnist_sample",
    "photo_patches",
    "photograph",
    "photographs",
]
