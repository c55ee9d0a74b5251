"""One photo before an engine: where its lines are, a closer look at a part of it, what strips of it say."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.adapters.ocr.engines import Engine, Picture
from models.rules.documents import geometry
from models.rules.documents.card import Box, Read

FIRST_SIDE = 960
"""The longer side, in pixels, of the picture in which lines are looked for. Finding them is most of the time and grows
with the area; from 960 to 1280 as many are found (docs/cards.md)."""
CLOSER_WIDTH = 896
"""Pixels across a card that is looked at again: its small type is then 20 px high, where the detector is at its best."""
STRIP_HEIGHT = 48
"""What the recogniser scales every strip to."""
MOST_LINES = 400
"""Lines of a photo that are kept, the surest first: a page of a newspaper has no more."""


class Photo:
    """A decoded photo, upright as its EXIF says. Boxes are in its own pixels, whatever is reduced inside."""

    def __init__(self, picture: Picture, engine: Engine) -> None:
        self._engine = engine
        self._levels = [picture]
        self.height, self.width = picture.shape[:2]

    def boxes(self, side: int = FIRST_SIDE) -> tuple[Box, ...]:
        """Where lines of text are, on the whole photo, the longer side of it taken as so many pixels at most."""
        scale = min(1.0, side / max(self.width, self.height))
        size = max(1, round(self.width * scale)), max(1, round(self.height * scale))
        reduced = self._levels[0] if scale == 1 else cv2.resize(self._levels[0], size, interpolation=cv2.INTER_AREA)
        return self._found(reduced, np.diag([self.width / size[0], self.height / size[1], 1.0]))

    def boxes_within(self, outline: Box) -> tuple[Box, ...]:
        """Where lines are on a part of the photo, turned upright, its light evened out, taken larger or smaller."""
        size = CLOSER_WIDTH, max(32, round(CLOSER_WIDTH / max(0.2, geometry.aspect(outline))))
        cut, to_photo = self._cut(outline, size)
        return self._found(_evened(cut), to_photo)

    def read(self, strips: Sequence[Box]) -> tuple[Read, ...]:
        """What stands in each strip, in their order; empty texts for those in which nothing can be made out."""
        cuts = [self._strip(strip) for strip in strips]
        said = self._engine.recognise(cuts)
        return tuple(
            Read(text.text, strip, float(np.mean(text.scores)) if text.scores else 0.0, min(text.scores, default=0.0))
            for strip, text in zip(strips, said, strict=True)
        )

    def _strip(self, strip: Box) -> Picture:
        tall = max(1.0, geometry.height(strip))
        wide = max(8, round(STRIP_HEIGHT * geometry.length(strip) / tall))
        return self._cut(strip, (min(wide, 40 * STRIP_HEIGHT), STRIP_HEIGHT))[0]

    def _cut(self, box: Box, size: tuple[int, int]) -> tuple[Picture, NDArray[np.float64]]:
        """A part of the photo, pulled straight, and the map from its pixels to the photo's."""
        level = self._level(geometry.height(box) / size[1])
        source, scale = self._levels[level], 0.5**level
        corners = np.array(box, dtype=np.float32) * scale
        width, height = size
        straight = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
        to_cut = cv2.getPerspectiveTransform(corners, straight)
        cut = cv2.warpPerspective(source, to_cut, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return cut.astype(np.uint8, copy=False), np.diag([1 / scale, 1 / scale, 1.0]) @ np.linalg.inv(to_cut)

    def _level(self, shrinking: float) -> int:
        """Halves of the photo, made once each: a cut that is much smaller than its place would lose strokes."""
        wanted = max(0, int(np.floor(np.log2(max(shrinking, 1.0)) + 0.25)))
        while len(self._levels) <= wanted and min(self._levels[-1].shape[:2]) > 1:
            last = self._levels[-1]
            size = (last.shape[1] + 1) // 2, (last.shape[0] + 1) // 2
            self._levels.append(cv2.resize(last, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False))
        return min(wanted, len(self._levels) - 1)

    def _found(self, picture: Picture, to_photo: NDArray[np.float64]) -> tuple[Box, ...]:
        found = sorted(self._engine.detect(picture), key=lambda line: -line.score)[:MOST_LINES]
        return tuple(_mapped(line.box, to_photo) for line in found)


def _mapped(box: Box, to_photo: NDArray[np.float64]) -> Box:
    points = cv2.perspectiveTransform(np.array([box], dtype=np.float64), to_photo)[0]
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d


def _evened(picture: Picture) -> Picture:
    """Shadow and glare taken off the lightness, colours left alone."""
    lab = cv2.cvtColor(picture, cv2.COLOR_BGR2LAB)
    lab[:, :, 0] = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(4, 4)).apply(lab[:, :, 0])
    return cv2.cvtColor(lab, cv2.COLOR_LAB2BGR).astype(np.uint8, copy=False)
