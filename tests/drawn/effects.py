"""What a photo suffers.

Each effect takes a picture (height × width × 3, 0 to 255) and a strength from 0, nothing, to 1, about what can just be
read; where it strikes it takes from the random numbers.
"""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def _grown(picture: Picture, light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A light of 0 to 255 that was reckoned for every fourth pixel, for each pixel and colour."""
    whole = cv2.resize(light, (picture.shape[1], picture.shape[0])).clip(0, 255).astype(np.uint8)
    return cv2.merge([whole] * 3)  # type: ignore[return-value]


def _places(picture: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How far down and across every fourth pixel lies."""
    height, width = picture.shape[:2]
    down, across = np.meshgrid(np.arange(0, height, 4, np.float32), np.arange(0, width, 4, np.float32), indexing="ij")
    return down, across


def _along(picture: Picture, angle: float) -> NDArray[np.float32]:
    """How far along a direction every fourth pixel lies: about -0.7 to 0.7, the middle 0."""
    height, width = picture.shape[:2]
    down, across = _places(picture)
    return ((across - width / 2) * np.cos(angle) + (down - height / 2) * np.sin(angle)) / np.float32(max(width, height))


def dim(picture: Picture, strength: float, random: Generator) -> Picture:
    """Too little light, of the colour of the lamp; what a phone does then: noise."""
    light = 1 - 0.78 * strength
    tint = np.array([1, 1 - 0.06 * strength, 1 - 0.2 * strength], np.float32)
    return noise(np.clip(picture * (light * tint) + 4 * strength, 0, 255).astype(np.uint8), 0.35 * strength, random)


def noise(picture: Picture, strength: float, random: Generator) -> Picture:
    """Grain, in blocks as a phone smooths it."""
    height, width = picture.shape[:2]
    grain = random.standard_normal((height // 2 + 1, width // 2 + 1), dtype=np.float32) * (26 * strength)
    grown = cv2.resize(grain + 128, (width, height)).clip(0, 255).astype(np.uint8)
    return cv2.addWeighted(picture, 1, cv2.merge([grown] * 3), 1, -128)  # type: ignore[return-value]


def shadow(picture: Picture, strength: float, random: Generator) -> Picture:
    """Somebody's arm or phone between the lamp and the card: a soft edge, darker on one side."""
    along = _along(picture, random.uniform(0, 6.3)) - np.float32(random.uniform(-0.15, 0.15))
    edge = 1 / (1 + np.exp(np.clip(-along * random.uniform(20, 120), -30, 30)))
    light = _grown(picture, 255 * (1 - np.float32(0.72 * strength) * edge))
    return cv2.multiply(picture, light, scale=1 / 255)  # type: ignore[return-value]


def glare(picture: Picture, strength: float, random: Generator) -> Picture:
    """A lamp on the lamination: a bright spot."""
    height, width = picture.shape[:2]
    down, across = _places(picture)
    # Rather on the portrait than on the text: somebody who cannot read a card turns it.
    middle = width * random.uniform(0.5, 0.9), height * random.uniform(0.1, 0.75)
    size = width * random.uniform(0.06, 0.12)
    spot = np.exp(-(((across - middle[0]) / size) ** 2 + ((down - middle[1]) / (size * 0.8)) ** 2))
    return cv2.add(picture, _grown(picture, 235 * strength * spot))  # type: ignore[return-value]


def sleeve(picture: Picture, strength: float, random: Generator) -> Picture:
    """A plastic sleeve: less contrast, bright bands, a seam along the edge."""
    milky = cv2.convertScaleAbs(picture, alpha=1 - 0.25 * strength, beta=60 * strength)
    along, bands = _along(picture, random.uniform(-0.9, 0.9)), np.float32(0)
    for _ in range(3):
        place, breadth = random.uniform(-0.5, 0.5), random.uniform(0.008, 0.03)
        bands = bands + random.uniform(50, 110) * strength * np.exp(-(((along - place) / breadth) ** 2))
    seam = cv2.add(milky, _grown(picture, bands.astype(np.float32)))
    height, width = seam.shape[:2]
    cv2.rectangle(seam, (6, 6), (width - 7, height - 7), (250, 250, 250), 2, cv2.LINE_AA)
    return seam  # type: ignore[return-value]


def screen(picture: Picture, strength: float, random: Generator) -> Picture:
    """Off a screen: rows of light, the waves of two grids over each other, bluish."""
    height, width = picture.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    first, second = random.uniform(1.7, 2.4), random.uniform(-0.2, 0.2)
    waves = np.sin(across * first + down * second) * np.sin(down * (first + 0.11) + across * random.uniform(-0.1, 0.1))
    slow = np.sin(across * random.uniform(0.02, 0.05) + down * random.uniform(0.02, 0.05) * np.sign(second))
    lit = picture + (strength * (22 * waves + 14 * slow))[..., None] * np.array([0.9, 1, 1.15])
    return np.clip(lit, 0, 255).astype(np.uint8)


def defocus(picture: Picture, strength: float, random: Generator) -> Picture:
    """Out of focus, for letters of a card that fills two thirds of the photo."""
    del random
    blur = strength * picture.shape[1] / 640
    return cv2.GaussianBlur(picture, (0, 0), blur) if blur > 0.2 else picture  # type: ignore[return-value]


def motion(picture: Picture, strength: float, random: Generator) -> Picture:
    """The hand moved."""
    length = max(1, round(strength * picture.shape[1] / 190))
    kernel = np.zeros((length, length), np.float32)
    angle = random.uniform(0, 3.14)
    half = (length - 1) / 2
    ends = [(round(half + sign * half * np.cos(angle)), round(half + sign * half * np.sin(angle))) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1)
    return cv2.filter2D(picture, -1, kernel / kernel.sum())  # type: ignore[return-value]


def copied(picture: Picture, strength: float, random: Generator) -> Picture:
    """A black-and-white copy: hard contrast, specks."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    hard = np.clip((grey - 128) * (1 + 0.9 * strength) + 150, 0, 255)
    specks = random.random(grey.shape) < 0.0012 * strength
    hard[specks] = 20
    return np.repeat(cv2.GaussianBlur(hard.astype(np.uint8), (0, 0), 0.6)[..., None], 3, axis=2)


def worn(picture: Picture, strength: float, random: Generator) -> Picture:
    """Years in a pocket: scratches and faded print."""
    faded = picture.astype(np.float32) * (1 - 0.35 * strength) + 80 * strength
    marked = np.clip(faded, 0, 255).astype(np.uint8)
    height, width = marked.shape[:2]
    for _ in range(round(14 * strength)):
        start = random.uniform((0, 0), (width, height)).astype(int)
        end = start + random.uniform(-260, 260, 2).astype(int)
        cv2.line(marked, start.tolist(), end.tolist(), (225, 225, 225), 1, cv2.LINE_AA)
    return marked


ON_THE_CARD = {each.__name__: each for each in (worn, copied, screen, sleeve, glare)}
"""What the card itself suffers, before it is held before a camera."""
ON_THE_PHOTO = {each.__name__: each for each in (shadow, dim, motion, defocus, noise)}
"""What the photo as a whole suffers, in this order."""
