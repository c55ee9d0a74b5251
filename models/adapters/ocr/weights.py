"""The weights that lie in rapidocr's wheel: nothing is fetched from anywhere."""

import logging
from importlib.util import find_spec
from pathlib import Path


def _folder() -> Path:
    spec = find_spec("rapidocr")
    if not spec or not spec.origin:
        raise ImportError("rapidocr is not installed")
    return Path(spec.origin).parent / "models"


DETECTION = _folder() / "PP-OCRv6_det_small.onnx"
RECOGNITION = _folder() / "PP-OCRv6_rec_small.onnx"


def be_quiet(*names: str) -> None:
    """Let these loggers of libraries say errors only; each would print a line to the terminal for each model."""
    for name in names:
        logging.getLogger(name).setLevel(logging.ERROR)
