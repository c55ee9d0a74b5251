"""How the PP-OCR weights are run, whichever library has loaded them."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.adapters.ocr.engines import Found, Picture, Text

STEP = 32
"""The detector's sides are multiples of this."""
STRIPS_AT_ONCE = 6
NARROWEST = 320 / 48
"""Width by height to which shorter strips are padded, as in the recogniser's training."""
WIDEST = 40.0
"""Width by height of the longest strip that is read as it is: a line of a newspaper across the photo. A longer one is
squeezed to this, so that no hair in a photo can claim the memory."""


class PpOcr:
    """`detector` and `recogniser`: rapidocr's TextDetector and TextRecognizer, with their weights loaded.

    Their own calls are passed by: that of the detector sorts the boxes but not the scores beside them, and scales by
    rules of its own that changed from 3.9 to 3.10; that of the recogniser keeps the mean of the scores alone."""

    def __init__(self, name: str, detector: Any, recogniser: Any) -> None:
        self.name = name
        self._detector = detector
        self._recogniser = recogniser

    def detect(self, picture: Picture) -> list[Found]:
        height, width = picture.shape[:2]
        if not height or not width:
            return []
        likely = self._detector.session(_as_input(picture))
        boxes, scores = self._detector.postprocess_op(likely, (height, width))
        corners = (((x, y) for x, y in np.asarray(box, dtype=float).tolist()) for box in boxes)
        return [
            Found((first, second, third, fourth), float(score))
            for (first, second, third, fourth), score in zip(corners, scores, strict=True)
        ]

    def recognise(self, strips: Sequence[Picture]) -> list[Text]:
        texts = [Text("", ())] * len(strips)
        # Strips of like length together: each is padded to the longest of its batch.
        order = sorted((n for n, strip in enumerate(strips) if strip.size), key=lambda n: _ratio(strips[n]))
        for start in range(0, len(order), STRIPS_AT_ONCE):
            batch = order[start : start + STRIPS_AT_ONCE]
            for n, text in zip(batch, self._read([strips[n] for n in batch]), strict=True):
                texts[n] = text
        return texts

    def _read(self, strips: Sequence[Picture]) -> list[Text]:
        widest = min(WIDEST, max(NARROWEST, *map(_ratio, strips)))
        likely = self._recogniser.session(
            np.stack([self._recogniser.resize_norm_img(strip, widest) for strip in strips])
        )
        lines, details = self._recogniser.postprocess_op(
            likely, True, wh_ratio_list=[_ratio(strip) for strip in strips], max_wh_ratio=widest
        )
        return [
            # Of a strip without a character the library says one score, of nothing.
            Text(text, tuple(detail.confs) if text else ())
            for (text, _), detail in zip(lines, details, strict=True)
        ]


def _ratio(strip: Picture) -> float:
    return float(strip.shape[1] / strip.shape[0])


def _as_input(picture: Picture) -> NDArray[np.float32]:
    """1 × 3 × height × width from -1 to 1, the sides in whole steps. In single precision throughout: the library's own
    way takes twice the memory."""
    height, width = (max(1, round(side / STEP)) * STEP for side in picture.shape[:2])
    scaled = cv2.resize(picture, (width, height))
    pixels = np.ascontiguousarray(scaled.transpose(2, 0, 1)[np.newaxis], dtype=np.float32)
    pixels /= 127.5
    pixels -= 1
    return pixels
