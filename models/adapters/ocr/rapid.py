"""rapidocr 3.9 or 3.10."""

from pathlib import Path
from typing import Any

from onnxruntime import InferenceSession, SessionOptions
from rapidocr import EngineType, LangDet, LangRec, ModelType, OCRVersion
from rapidocr.ch_ppocr_det import TextDetector
from rapidocr.ch_ppocr_rec import TextRecognizer

from models.adapters.ocr.engines import Engine
from models.adapters.ocr.ppocr import STRIPS_AT_ONCE, PpOcr
from models.adapters.ocr.weights import DETECTION, RECOGNITION, be_quiet

_SHARED = {
    "engine_type": EngineType.ONNXRUNTIME,
    "ocr_version": OCRVersion.PPOCRV6,
    "model_type": ModelType.SMALL,
}


class _Options(dict[str, Any]):
    """The library asks both ways: options["x"] and options.x."""

    __getattr__ = dict.__getitem__


def make(threads: int) -> Engine:
    """See engines.make_engine. The classifier of turned lines is not loaded."""
    # Of its parts alone, not as RapidOCR(): that one writes its options down at each call, for all later ones.
    be_quiet("RapidOCR")
    detector = TextDetector(
        _Options(
            _SHARED,
            lang_type=LangDet.CH,
            session=_session(DETECTION, threads),
            limit_side_len=32,
            limit_type="min",
            mean=[0.5] * 3,
            std=[0.5] * 3,
        )
    )
    recogniser = TextRecognizer(
        _Options(
            _SHARED,
            lang_type=LangRec.CH,
            session=_session(RECOGNITION, threads),
            rec_batch_num=STRIPS_AT_ONCE,
            rec_img_shape=[3, 48, 320],
        )
    )
    return PpOcr("rapidocr", detector, recogniser)


def _session(weights: Path, threads: int) -> InferenceSession:
    options = SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads
    # Each photo has a size of its own: what is kept for the next one of the same size only piles up.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    # Threads that turn in place between two layers take the cores from the check-ins of others, and gain 5 %.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return InferenceSession(str(weights), sess_options=options, providers=["CPUExecutionProvider"])
