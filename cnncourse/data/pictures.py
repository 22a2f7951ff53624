"""Photographs that scikit-image carries, and image patches cut from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np

from ..tables import Table
from ._files import checked, packaged_file
from .handwriting import Split


@dataclass(frozen=True)
class _Photograph:
    file: str
    shows: str
    licence: str
    sha256: str


_PUBLIC = "public domain"
_PHOTOGRAPHS = {
    "astronaut": _Photograph(
        "astronaut.png", "astronaut Eileen Collins (NASA), colour", _PUBLIC,
        "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"),
    "brick": _Photograph(
        "brick.png", "brick wall, a texture, grey", "CC0",
        "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf"),
    "camera": _Photograph(
        "camera.png", "photographer with a tripod, grey", "CC0",
        "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a"),
    "cat": _Photograph(
        "chelsea.png", "the cat Chelsea, colour", "CC0",
        "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"),
    "coffee": _Photograph(
        "coffee.png", "cup of coffee on a table, colour", "CC0",
        "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7"),
    "coins": _Photograph(
        "coins.png", "Greek coins from Pompeii, grey", "no known restrictions",
        "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba"),
    "grass": _Photograph(
        "grass.png", "grass, a texture, grey", "CC0",
        "b6b6022426b38936c43a4ac09635cd78af074e90f42ffa8227ac8b7452d39f89"),
    "gravel": _Photograph(
        "gravel.png", "gravel, a texture, grey", "CC0",
        "c48615b451bf1e606fbd72c0aa9f8cc0f068ab7111ef7d93bb9b0f2586440c12"),
    "hubble": _Photograph(
        "hubble_deep_field.jpg", "galaxies, Hubble deep field (NASA), colour", _PUBLIC,
        "3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4"),
    "page": _Photograph(
        "page.png", "scanned page in uneven light, grey", "no known restrictions",
        "341a6f0a61557662b02734a9b6e56ec33a915b2c41886b97509dedf2a43b47a3"),
    "retina": _Photograph(
        "retina.jpg", "retina of a human eye, colour", "CC0",
        "38a07f36f27f095e818aea7b96d34202c05176d30253c66733f2e00379e9e0e6"),
    "rocket": _Photograph(
        "rocket.jpg", "launch of a Falcon 9 (SpaceX), colour", _PUBLIC,
        "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c"),
    "text": _Photograph(
        "text.png", "handwritten text, grey", _PUBLIC,
        "bd84aa3a6e3c9887850d45d606c96b2e59433fbef50338570b63c319e668e6d1"),
    "tissue": _Photograph(
        "ihc.png", "stained tissue under a microscope, colour", "no known restrictions",
        "f8dd1aa387ddd1f49d8ad13b50921b237df8e9b262606d258770687b0ef93cef"),
}  # fmt: skip

PATCH_CLASSES = ("astronaut", "cat", "coffee", "hubble", "retina", "rocket", "tissue")
_LFW_SHA256 = "9560ec2f5edfac01973f63a8a99d00053fecd11e21877e18038fbe500f8e872c"
_BANDS, _TEST_BANDS, _GAP = 8, (2, 5), 4


def photographs() -> Table:
    """Return the photographs that `photograph` knows: name, what it shows, size, licence.

    Example:
        >>> photographs().rows[0][:2]
        ['astronaut', 'astronaut Eileen Collins (NASA), colour']
    """
    return Table(
        ["name", "shows", "licence"],
        [[name, photo.shows, photo.licence] for name, photo in sorted(_PHOTOGRAPHS.items())],
    )


def photograph(
    name: str, size: int | tuple[int, int] | None = None, *, gray: bool = False
) -> np.ndarray:
    """Return a real photograph, as an array; no network needed.

    Args:
        name: one of those that `photographs()` lists, such as "cat".
        size: side of a square, or (height, width), in pixels. The largest centred part with
            these proportions is scaled, so nothing is distorted. None: as it was taken.
        gray: True for one channel, weighted 0.299 R + 0.587 G + 0.114 B.

    Returns:
        uint8, 0 to 255, as in every image file: (height, width, 3), or (height, width) for a
        grey photograph or with `gray=True`. Divide by 255 for numbers between 0 and 1.

    Raises:
        ValueError: no photograph has this name, or the size is not positive.
        DataUnavailable: scikit-image is missing or carries another file.

    Example:
        >>> photograph("cat").shape
        (300, 451, 3)
        >>> photograph("cat", size=128, gray=True).shape
        (128, 128)
    """
    from PIL import Image, ImageOps

    if name not in _PHOTOGRAPHS:
        raise ValueError(
            f"There is no photograph {name!r}; the names are {', '.join(sorted(_PHOTOGRAPHS))}."
        )
    photo = _PHOTOGRAPHS[name]
    path = f"data/{photo.file}"
    content = checked(
        packaged_file("skimage", path).read_bytes(), photo.sha256, f"{path} of scikit-image"
    )
    image: Image.Image = Image.open(BytesIO(content))
    if gray:
        image = image.convert("L")
    if size is not None:
        height, width = (size, size) if isinstance(size, int) else size
        if min(height, width) < 1:
            raise ValueError(f"size must be positive pixels, but it is {size!r}.")
        image = ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)
    return np.array(image)


def photo_patches(
    train: int = 2000,
    test: int = 500,
    *,
    size: int = 32,
    classes: Sequence[str] = PATCH_CLASSES,
    seed: int = 0,
) -> Split:
    """Return colour images to classify, offline, by the photograph that each was cut from.

    Each photograph is divided into eight vertical bands. Test patches come from the third and
    the sixth alone, training patches from the others, with a gap of 4 pixels between: no pixel
    is in both. Small sets: expect them to be easier than CIFAR-10.

    Args:
        train, test: number of patches; classes are as equal as the numbers allow.
        size: side of a patch in pixels, at most an eighth of the narrowest photograph less the
            two gaps (48 for the default classes).
        classes: names of photographs; the label is the position in this sequence.
        seed: another seed cuts other patches.

    Returns:
        `(x_train, y_train), (x_test, y_test)`. Images: uint8, (train, size, size, 3).
        Labels: uint8, (train,).

    Raises:
        ValueError: a photograph is too narrow for the patches, or its name is unknown.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = photo_patches(train=70, test=14)
        >>> x_train.shape, x_test.shape
        ((70, 32, 32, 3), (14, 32, 32, 3))
    """
    random = np.random.RandomState(seed)
    pictures = [_as_colour(photograph(name)) for name in classes]

    def cut(count: int, of_test: bool) -> tuple[np.ndarray, np.ndarray]:
        labels = random.permutation(np.arange(count) % len(classes)).astype(np.uint8)
        patches = [_random_patch(pictures[k], classes[k], size, of_test, random) for k in labels]
        return np.stack(patches), labels

    return cut(train, of_test=False), cut(test, of_test=True)


def faces() -> tuple[np.ndarray, np.ndarray]:
    """Return 100 faces and 100 pieces of background, small and grey.

    Returns:
        `(images, labels)`. Images: float32, (200, 25, 25), 0 (black) to 1 (white).
        Labels: uint8, (200,), 1 for a face; the faces come first.

    Example:
        >>> images, labels = faces()
        >>> images.shape, int(labels.sum())
        ((200, 25, 25), 100)

    Reference:
        G. Huang, M. Mattar, H. Lee and E. Learned-Miller (2012), Learning to Align from Scratch:
        from Labeled Faces in the Wild, as scikit-image carries it.
    """
    path = "data/lfw_subset.npy"
    content = checked(
        packaged_file("skimage", path).read_bytes(), _LFW_SHA256, f"{path} of scikit-image"
    )
    images = np.load(BytesIO(content), allow_pickle=False).astype(np.float32)
    return images, np.repeat(np.array([1, 0], np.uint8), 100)


def _as_colour(picture: np.ndarray) -> np.ndarray:
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=-1)


def _random_patch(
    picture: np.ndarray, name: str, size: int, of_test: bool, random: np.random.RandomState
) -> np.ndarray:
    band = picture.shape[1] // _BANDS
    if size > min(band - 2 * _GAP, picture.shape[0]):
        raise ValueError(
            f"Patches of {size} pixels do not fit: {name!r} allows at most "
            f"{min(band - 2 * _GAP, picture.shape[0])}."
        )
    candidates = [b for b in range(_BANDS) if (b in _TEST_BANDS) == of_test]
    # Only the test bands give up pixels, on both sides: that alone keeps the two sets apart.
    inset = _GAP if of_test else 0
    left = candidates[random.randint(len(candidates))] * band + inset
    row = random.randint(picture.shape[0] - size + 1)
    column = left + random.randint(band - 2 * inset - size + 1)
    return picture[row : row + size, column : column + size]
