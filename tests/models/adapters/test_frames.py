"""Frames of a sealed file: what was written comes back in its order."""

import io
import os

from hypothesis import given, settings
from hypothesis import strategies as st

from models.adapters import frames


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=300)), max_size=8))
def test_frames_come_back_in_their_order(given_frames: list[tuple[int, bytes]]) -> None:
    file = io.BytesIO()
    key = os.urandom(32)
    writer = frames.Writer(file, {"a": "名"}, key)
    for part, data in given_frames:
        writer.add(part, data)
    writer.end({"rows": len(given_frames)})
    *found, last = frames.frames(file, key)
    assert found == given_frames
    assert last[0] == frames.END
    file.seek(0)
    assert frames.header(file) == {"a": "名"}
