"""Faces to print with: the two that come with the packages always, others where the machine has them."""

import os
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import ImageFont

SANS, SERIF = str(pylopdf_fonts_zh_cn.sans_path()), str(pylopdf_fonts_zh_cn.serif_path())
_FOLDERS = (Path("/usr/share/fonts"), Path(os.environ.get("MORE_FONTS", "/usr/share/fonts")))
_CHINESE = {
    # File name → which of its faces is simplified Chinese.
    "NotoSansCJK-Regular.ttc": 2,
    "NotoSansCJK-Bold.ttc": 2,
    "NotoSerifCJK-Regular.ttc": 2,
    "wqy-zenhei.ttc": 0,
    "wqy-microhei.ttc": 0,
    "gkai00mp.ttf": 0,
}
_DIGITS = ("OCRB.otf", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSans.ttf")
_ARABIC = ("UKIJTuz.ttf", "UKIJTuT.ttf", "DejaVuSans.ttf")

_NEVER_DRAWN = "\ufffe"

Face = tuple[str, int]
"""A file and which of its faces."""


@cache
def _files() -> dict[str, str]:
    found = sorted({path for folder in _FOLDERS for path in folder.rglob("*.[ot]t[fc]")}, reverse=True)
    return {path.name: str(path) for path in found}


@cache
def chinese(only_sure: bool = False) -> tuple[Face, ...]:
    """Faces for Chinese; `only_sure`: those that are the same on every machine."""
    sure: tuple[Face, ...] = ((SANS, 0), (SERIF, 0))
    if only_sure:
        return sure
    return (*sure, *((_files()[name], number) for name, number in _CHINESE.items() if name in _files()))


@cache
def digits() -> tuple[Face, ...]:
    """Faces for the long number, found on this machine; the sure sans face always."""
    return ((SANS, 0), *((_files()[name], 0) for name in _DIGITS if name in _files()))


@cache
def arabic() -> Face | None:
    """A face with Uyghur letters, where there is one."""
    return next(((_files()[name], 0) for name in _ARABIC if name in _files()), None)


@cache
def hangul() -> Face | None:
    """A face with Korean letters, where there is one."""
    return next((face for face in chinese() if "NotoSansCJK" in face[0]), None)


@cache
def sized(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """The face at so many pixels."""
    return ImageFont.truetype(face[0], size, index=face[1], layout_engine=ImageFont.Layout.BASIC)


@cache
def _has(face: Face, character: str) -> bool:
    """Whether it draws anything but its sign for what it lacks; far quicker than reading the tables of a big font."""
    font = sized(face, 16)
    return bytes(font.getmask(character)) != bytes(font.getmask(_NEVER_DRAWN))


def for_text(face: Face, text: str) -> Face:
    """`face`, or where it lacks one of the characters the first that has all of them."""
    return next((one for one in (face, *chinese()) if all(_has(one, each) for each in text)), face)
