"""cnocr 2.3, on the weights of the rapidocr that it brings along: its own it would fetch from a hub."""

from cnocr import CnOcr

from models.adapters.ocr.engines import Engine
from models.adapters.ocr.ppocr import PpOcr
from models.adapters.ocr.weights import DETECTION, RECOGNITION, be_quiet


def make(threads: int) -> Engine:
    """See engines.make_engine."""
    be_quiet("RapidOCR", "cnocr", "cnstd")
    own = {"engine_cfg": {"intra_op_num_threads": threads}}
    reader = CnOcr(
        "multi_PP-OCRv6_small",
        det_model_name="multi_PP-OCRv6_det_small",
        rec_model_fp=str(RECOGNITION),
        det_model_fp=str(DETECTION),
        rec_more_configs=own,
        det_more_configs=own,
    )
    # Its own calls give one score for a whole line, which hides a doubtful character.
    return PpOcr("cnocr", reader.det_model.det_model._detector, reader.rec_model.recognizer)
