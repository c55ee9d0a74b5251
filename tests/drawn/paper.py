"""Drawing on a document: text spaced as in print, grounds, portraits. All of it our own, none of it real art."""

import random
from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tests.drawn import fonts
from tests.drawn.fonts import Face

Colour = tuple[int, int, int]
PIXELS_A_MM = 12


class Paper:
    """A flat document under the pen. Places and sizes in millimetres from the top left corner."""

    def __init__(self, width: float, height: float, ground: Image.Image | Colour) -> None:
        size = (round(width * PIXELS_A_MM), round(height * PIXELS_A_MM))
        self.width, self.height = width, height
        self.picture = ground.resize(size) if isinstance(ground, Image.Image) else Image.new("RGB", size, ground)
        self.pen = ImageDraw.Draw(self.picture)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        face: Face,
        *,
        colour: Colour = (25, 25, 30),
        gap: float = 0,
    ) -> float:
        """Write from the left, `at` being the middle of the height of a character; tells where it ends.

        `gap`: millimetres between two characters, more than the face itself has.
        """
        font = fonts.sized(fonts.for_text(face, text), round(size * PIXELS_A_MM))
        x, y = at[0] * PIXELS_A_MM, at[1] * PIXELS_A_MM
        if not gap:
            self.pen.text((x, y), text, font=font, fill=colour, anchor="lm")
            return (x + font.getlength(text)) / PIXELS_A_MM
        for each in text:
            self.pen.text((x, y), each, font=font, fill=colour, anchor="lm")
            x += font.getlength(each) + gap * PIXELS_A_MM
        return x / PIXELS_A_MM

    def length(self, text: str, size: float, face: Face) -> float:
        """Millimetres of a text without a gap."""
        return fonts.sized(fonts.for_text(face, text), round(size * PIXELS_A_MM)).getlength(text) / PIXELS_A_MM

    def portrait(self, left: float, top: float, width: float, height: float, rng: random.Random) -> None:
        """Nobody's likeness: an egg on two shoulders."""
        grey = rng.randrange(70, 150)
        scale = PIXELS_A_MM

        def oval(x: float, y: float, wide: float, high: float, colour: Colour) -> None:
            box = [(left + x - wide / 2) * scale, (top + y - high / 2) * scale]
            self.pen.ellipse([*box, box[0] + wide * scale, box[1] + high * scale], fill=colour)

        before = self.picture.copy()
        oval(width / 2, height * 1.02, width * 0.98, height * 0.72, (grey - 30, grey - 30, grey - 10))
        oval(width / 2, height * 0.4, width * 0.5, height * 0.52, (grey + 70, grey + 55, grey + 40))
        oval(width / 2, height * 0.22, width * 0.52, height * 0.28, (grey - 45, grey - 45, grey - 45))
        frame = [round(each * scale) for each in (left, top, left + width, top + height)]
        inside = self.picture.crop(frame)  # type: ignore[arg-type]
        self.picture.paste(before)
        self.picture.paste(inside, (frame[0], frame[1]))

    def sample_mark(self, at: tuple[float, float], size: float, *, slant: float = 0) -> None:
        """样本, as every one of ours says."""
        mark = Image.new("L", (round(size * 2.6 * PIXELS_A_MM), round(size * 1.4 * PIXELS_A_MM)))
        font = fonts.sized((fonts.SANS, 0), round(size * PIXELS_A_MM))
        ImageDraw.Draw(mark).text((mark.width / 2, mark.height / 2), "样本", font=font, fill=200, anchor="mm")
        turned = mark.rotate(slant, expand=True, resample=Image.Resampling.BILINEAR)
        corner = (round(at[0] * PIXELS_A_MM - turned.width / 2), round(at[1] * PIXELS_A_MM - turned.height / 2))
        self.picture.paste((200, 60, 60), corner, turned)

    def scribble(
        self, at: tuple[float, float], length: float, size: float, rng: random.Random, *, upright: bool = False
    ) -> None:
        """Letters of a script that the machine has no face for: strokes on a line, as in Tibetan or Mongolian."""
        scale, step = PIXELS_A_MM, size * 0.5
        x, y = at
        for number in range(int(length / step)):
            along, across = number * step, size * (0.35 + 0.4 * rng.random())
            start = (x, y + along) if upright else (x + along, y)
            end = (x + across, y + along + step * 0.4) if upright else (x + along + step * 0.3, y + across)
            self.pen.line(
                [start[0] * scale, start[1] * scale, end[0] * scale, end[1] * scale], fill=(40, 40, 45), width=3
            )
        last = (x, y + length) if upright else (x + length, y)
        self.pen.line([x * scale, y * scale, last[0] * scale, last[1] * scale], fill=(40, 40, 45), width=3)


@cache
def waves(seed: int, left: Colour, right: Colour) -> Image.Image:
    """A ground of fine waves that passes from one colour to another, as documents have."""
    random_numbers = np.random.default_rng(seed)
    across, down = np.meshgrid(np.linspace(0, 1, 686, dtype=np.float32), np.linspace(0, 1, 432, dtype=np.float32))
    ground = (1 - across[..., None]) * np.float32(left) + across[..., None] * np.float32(right)
    for _ in range(3):
        frequency, slope, phase = random_numbers.uniform((30, -14, 0), (70, 14, 6.3))
        bend = np.sin(across * random_numbers.uniform(6, 14) + phase) * 2.2
        line = np.abs(np.sin(down * frequency + across * slope + bend)) < 0.07
        ground[line] -= np.float32(random_numbers.uniform((6, 6, 4), (26, 24, 18)))
    return Image.fromarray(cv2.GaussianBlur(np.clip(ground, 0, 255), (0, 0), 0.8).astype(np.uint8))
