"""The reader as its own process, as hallpass.py starts it, with the real engine."""

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

import checks
from assembly import now
from models.adapters.ocr.remote import RemoteReader
from models.rules.documents import CardKind
from models.rules.refusal import Refused
from readers import remote_reader
from settings import Settings, load
from tests.test_commands import ROOT, written

pytestmark = pytest.mark.timeout(300)


def photo(width: int = 320, height: int = 240) -> bytes:
    saved = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(saved, "JPEG")
    return saved.getvalue()


@dataclass
class Running:
    """A reader's process, its settings, and where what it says is kept."""

    process: subprocess.Popen[bytes]
    config: Path
    log: Path

    @property
    def settings(self) -> Settings:
        return load(self.config)

    @property
    def reader(self) -> RemoteReader:
        return remote_reader(self.settings, now)

    def workers(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for children in listed for pid in children.read_text().split()]


def begun(config: Path) -> subprocess.CompletedProcess[str]:
    """One that is expected to end by itself."""
    command = [sys.executable, str(ROOT / "hallpass.py"), "ocr", "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@contextmanager
def started(folder: Path) -> Iterator[Running]:
    """One that reads, at a port of its own; a worker of it reads five photos."""
    config = written(folder, f"sqlite:///{folder}/hallpass.db")
    with socket.create_server(("127.0.0.1", 0)) as held:
        address = f"127.0.0.1:{held.getsockname()[1]}"
    ocr = f'[ocr]\nurl = "http://{address}"\nbind = "{address}"\nrestart_after_photos = 5\n'
    config.write_text(config.read_text("utf-8") + ocr, "utf-8")
    log = folder / "log"
    with log.open("wb") as said:
        command = [sys.executable, str(ROOT / "hallpass.py"), "ocr", "--config", str(config)]
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
    one = Running(process, config, log)
    try:
        while process.poll() is None and not one.reader.is_well():
            time.sleep(0.1)
        yield one
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with started(tmp_path_factory.mktemp("reader")) as one:
        yield one


def test_a_photo_is_read_there(running: Running) -> None:
    assert running.reader(photo()).kind is CardKind.NOTHING
    assert checks.of_the_reader(running.settings, now).passed


@pytest.mark.parametrize("data", [b"", b"<html>", photo()[:-20]])
def test_what_is_no_photo_is_refused_there_as_here(running: Running, data: bytes) -> None:
    with pytest.raises(Refused) as no:
        running.reader(data)
    assert no.value.code == ("photo_broken" if data.startswith(b"\xff") else "photo_not_a_picture")


def test_no_photo_is_refused_while_a_fresh_worker_takes_over(running: Running) -> None:
    before = set(running.workers())
    for _ in range(600):
        assert running.reader(photo()).kind is CardKind.NOTHING
        if before.isdisjoint(running.workers()):
            break
        time.sleep(0.1)
    assert before.isdisjoint(running.workers())


def test_a_worker_killed_over_a_photo_costs_that_photo_and_the_next_is_read(running: Running) -> None:
    said = ""
    while said != "reader_away":
        running.reader(photo())
        (worker, *_) = running.workers()
        # Held, it has the photo and does not read it; killed too early, before it has got it, the next one reads it.
        os.kill(worker, signal.SIGSTOP)
        killing = threading.Timer(0.5, os.kill, (worker, signal.SIGKILL))
        killing.start()
        try:
            said = running.reader(photo()).kind
        except Refused as no:
            said = no.code
        killing.join()
    assert running.reader(photo()).kind is CardKind.NOTHING


def test_a_service_with_another_key_is_told_by_check(running: Running, tmp_path: Path) -> None:
    other = tmp_path / "config.toml"
    text = running.config.read_text("utf-8").replace(
        "0123456789abcdef0123456789abcdef", "another key, of another hall: no."
    )
    other.write_text(text, "utf-8")
    line = checks.of_the_reader(load(other), now)
    assert not line.passed
    assert "secret_key" in line.said


def test_a_second_one_at_the_same_address_says_so(running: Running) -> None:
    assert begun(running.config).stderr.endswith("cannot be listened on: Address already in use\n")


def test_asked_to_stop_it_ends_cleanly_and_leaves_no_process_and_no_word_of_a_photo(tmp_path: Path) -> None:
    with started(tmp_path) as one:
        one.reader(photo())
        workers = one.workers()
        one.process.terminate()
        assert one.process.wait(60) == 0
        assert workers
        assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
        log = one.log.read_text("utf-8")
        assert "Traceback" not in log
        assert "reading at" in log
        line = checks.of_the_reader(one.settings, now)
        assert not line.passed
        assert "hallpass.py ocr" in line.said


def test_an_engine_within_the_process_is_tried_by_check(tmp_path: Path) -> None:
    settings = load(written(tmp_path, f"sqlite:///{tmp_path}/hallpass.db"))
    assert checks.of_the_reader(settings, now).passed


def test_an_engine_that_is_not_installed_is_told(tmp_path: Path) -> None:
    config = written(tmp_path, f"sqlite:///{tmp_path}/hallpass.db")
    config.write_text(config.read_text("utf-8") + '[ocr]\nengine = "cnocr"\n', "utf-8")
    line = checks.of_the_reader(load(config), now)
    assert not line.passed
    assert "cnocr" in line.said
    ended = begun(config)
    assert ended.returncode == 1
    assert "no reader can be begun with the engine cnocr" in ended.stderr
    assert "Traceback" not in ended.stderr


READS_HERE = "import readers, resource; readers.load('rapidocr'); print(*resource.getrlimit(resource.RLIMIT_CORE))"


def test_a_process_that_reads_itself_leaves_no_core_either() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", READS_HERE], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert ended.stdout.split() == ["0", "0"]


WITHOUT_OPENCV = "import sys; sys.modules['cv2'] = None; import hallpass; sys.exit(hallpass.main())"


@pytest.mark.parametrize("command", ["check", "read-card photo.jpg"])
def test_a_machine_that_lacks_a_library_of_the_engine_is_told_so_in_a_sentence(tmp_path: Path, command: str) -> None:
    config = written(tmp_path, f"sqlite:///{tmp_path}/hallpass.db")
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_OPENCV, *command.split(), "--config", str(config)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "cannot be loaded" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
