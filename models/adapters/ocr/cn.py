"""cnocr 2.3, on the weights of the rapidocr that it brings along: its own it would fetch from a hub."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from models.adapters.ocr.engines import Engine
from models.adapters.ocr.ppocr import PpOcr
from models.adapters.ocr.weights import DETECTION, RECOGNITION, be_quiet


@contextmanager
def _nothing_at_home() -> Iterator[None]:
    """matplotlib, which cnocr imports and never draws with, writes a list of the machine's fonts into the home folder,
    or complains that it may not."""
    with TemporaryDirectory() as folder:
        before = os.environ.get("MPLCONFIGDIR")
        os.environ["MPLCONFIGDIR"] = folder
        try:
            yield
        finally:
            del os.environ["MPLCONFIGDIR"]
            if before is not None:
                os.environ["MPLCONFIGDIR"] = before


be_quiet("matplotlib")
with _nothing_at_home():
    from cnocr import CnOcr


def make(threads: int) -> Engine:
    """See engines.make_engine."""
    reader = bare(threads)
    # Its own calls give one score for a whole line, which hides a doubtful character.
    return PpOcr("cnocr", reader.det_model.det_model._detector, reader.rec_model.recognizer)


def bare(threads: int) -> CnOcr:
    """cnocr as it comes, but for the weights."""
    be_quiet("RapidOCR", "cnocr", "cnstd")
    own = {"engine_cfg": {"intra_op_num_threads": threads}}
    return CnOcr(
        "multi_PP-OCRv6_small",
        det_model_name="multi_PP-OCRv6_det_small",
        rec_model_fp=str(RECOGNITION),
        det_model_fp=str(DETECTION),
        rec_more_configs=own,
        det_more_configs=own,
    )
