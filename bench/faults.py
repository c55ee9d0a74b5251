"""What becomes of check-ins that were told when the database is killed, everything is killed at once, the disk is full,
the platform is slow, away, or sends all of it three times, or the machine's clock is an hour wrong for a while.

Part of `make trial`; prints seed and counts. A killed process loses what it held in memory, not what it had handed to
the kernel: what a machine without power loses beyond that only its disk decides.
"""

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.installation import ROOT, Installation, Served
from bench.kills import Crowd, crowd_before, lost_and_doubled
from models.tables.database import run, thread_is_done
from models.tables.housekeeping import JobRun
from tests.mariadb import DURABLE, MariaDB
from tests.ports import free_port

DATABASE_KILLS, POWER_CUTS, FULL_DISKS, WRONG_CLOCKS = 20, 5, 3, 6
CALM_SECONDS = 1.0
WRONG_SECONDS = 8.0
"""How long a clock is wrong: longer than the period of the most frequent jobs."""
UNDER_WAY_SECONDS = 1.0
"""What was taken before the clock went wrong is answered by then."""
BACK_SECONDS = 90
DISK_MEGABYTES = 320
PLATFORM_FAULTS = ("slow", "down", "thrice")


@dataclass(frozen=True)
class Damage:
    """What so many blows came to. `stalls`: for each, the seconds until somebody who came after it was told that they
    are checked in."""

    what: str
    blows: int
    came: int
    told: int
    lost: int
    doubled: int
    stalls: tuple[float, ...]

    @property
    def is_none(self) -> bool:
        return not self.lost and not self.doubled and self.told > 0

    def __str__(self) -> str:
        stalls = sorted(self.stalls)
        waits = f"; stall median {stalls[len(stalls) // 2]:.1f} s, longest {stalls[-1]:.1f} s" if stalls else ""
        return (
            f"{self.what}: {self.blows} times, {self.came} came, {self.told} told; lost {self.lost}, doubled"
            f" {self.doubled}{waits}"
        )


class Scene:
    """One installation with its jobs, on a durable MariaDB in `folder`; `begins` and `is_cut_off` start and kill all of
    its processes. `clock`: what they go by."""

    def __init__(self, folder: Path, database_folder: Path | None = None, clock: "Clock | None" = None) -> None:
        self.server = MariaDB(DURABLE, folder=str(database_folder) if database_folder else None)
        self._folder = folder
        self._environment = clock.environment if clock else {}
        self._processes = contextlib.ExitStack()

    def __enter__(self) -> "Scene":
        # Jobs must find no platform beyond this machine.
        nowhere = f'app_secret = "{os.urandom(16).hex()}"\napi_url = "http://127.0.0.1:{free_port()}"'
        with contextlib.ExitStack() as begun:
            begun.enter_context(self.server)
            self.installation = Installation(self.server.url, self._folder, wechat=nowhere)
            self.begins()
            begun.pop_all()
        return self

    def __exit__(self, *what: object) -> None:
        self._processes.close()
        self.server.__exit__(*what)

    def begins(self) -> None:
        self.served: Served = self._processes.enter_context(self.installation.served(environment=self._environment))
        self.jobs = self._processes.enter_context(self._jobs())

    def is_cut_off(self) -> None:
        """Every process in the same moment."""
        os.killpg(self.served.pid, signal.SIGKILL)
        self.jobs.kill()
        self.server.stop(kill=True)
        self._processes.close()

    def jobs_are_killed(self) -> None:
        """And begun again."""
        self.jobs.kill()
        self.jobs = self._processes.enter_context(self._jobs())

    @contextlib.contextmanager
    def _jobs(self) -> "Iterator[subprocess.Popen[bytes]]":
        line = [sys.executable, "hallpass.py", "jobs", "--config", str(self.installation.config)]
        environment = {**os.environ, **self._environment}
        jobs = subprocess.Popen(
            line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip
        try:
            yield jobs
        finally:
            jobs.kill()
            jobs.wait()


# libfaketime spoils the moment at which Python's sleep ends, although it leaves the clock alone that this is told by.
_SLEEP = "import select, time\ntime.sleep = lambda seconds: select.select((), (), (), seconds)\n"


class Clock:
    """The clock of a machine, as the processes with this environment see it, which may be put wrong and right again
    while they run. What they measure how long something takes with is not touched."""

    def __init__(self, folder: Path, library: Path) -> None:
        self._file = folder / "clock"
        self.is_off(0)
        (folder / "sitecustomize.py").write_text(_SLEEP)
        self.environment = {
            "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1", "PYTHONPATH": str(folder),
        }  # fmt: skip

    @staticmethod
    def preloaded() -> Path | None:
        """Of Debian's package faketime; None where it is not installed."""
        return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)

    def is_off(self, seconds: int) -> None:
        """So many, from now on."""
        # Never half written: the processes read it at every look at the clock.
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}\n")
        fresh.replace(self._file)


def stall(crowd: Crowd, since: float) -> float:
    """Seconds from this moment until somebody who came after it was told."""
    deadline = time.monotonic() + BACK_SECONDS
    while True:
        told = [at for openid, at in list(crowd.told.items()) if crowd.came[openid] > since]
        if told:
            return min(told) - since
        if time.monotonic() > deadline:
            raise RuntimeError("nobody is checked in any more") from next(iter(crowd.errors), None)
        time.sleep(0.02)


def blows(scene: Scene, what: str, times: int, luck: random.Random, blow: Callable[[], None]) -> Damage:
    """So many blows under load, each once check-ins go on after the one before; then what is stored is counted."""
    stalls = []
    with crowd_before(scene.installation) as crowd:
        stall(crowd, 0.0)
        for _ in range(times):
            time.sleep(luck.uniform(0.1, CALM_SECONDS))
            begun = time.monotonic()
            blow()
            stalls.append(stall(crowd, begun))
    lost, doubled = lost_and_doubled(crowd)
    return Damage(what, times, len(crowd.came), len(crowd.told), lost, doubled, tuple(stalls))


def database_killed(scene: Scene, times: int, luck: random.Random) -> Damage:
    """SIGKILL of mariadbd, which is started again at once."""

    def blow() -> None:
        scene.server.stop(kill=True)
        scene.server.start()

    return blows(scene, "database killed", times, luck, blow)


def jobs_killed(scene: Scene, times: int, luck: random.Random) -> Damage:
    """SIGKILL of the jobs, wherever they are."""
    return blows(scene, "jobs killed", times, luck, scene.jobs_are_killed)


def power_cut(scene: Scene, times: int, luck: random.Random) -> Damage:
    """SIGKILL of everything at once."""

    def blow() -> None:
        scene.is_cut_off()
        scene.server.start()
        scene.begins()

    return blows(scene, "everything killed at once", times, luck, blow)


def disk_full(scene: Scene, disk: Path, times: int, luck: random.Random) -> Damage:
    """The disk that the database is on is full for a while; what came meanwhile is answered, and may be refused."""
    ballast = disk / "ballast"

    def blow() -> None:
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(64 * 1024))
        time.sleep(2.0)
        ballast.unlink()

    return blows(scene, "disk full", times, luck, blow)


def platform_wrong(scene: Scene, times: int, luck: random.Random) -> Damage:
    """The platform hears every answer too late and asks again, does not reach the service, sends all of it thrice."""
    stalls = []
    with crowd_before(scene.installation) as crowd:
        for fault in PLATFORM_FAULTS * times:
            crowd.platform.faults.callback = fault if fault != "thrice" else ""
            crowd.platform.faults.duplicate = fault == "thrice"
            time.sleep(luck.uniform(0.5, 1.5))
            crowd.platform.faults.callback, crowd.platform.faults.duplicate = "", False
            stalls.append(stall(crowd, time.monotonic()))
    lost, doubled = lost_and_doubled(crowd)
    return Damage("platform wrong", len(stalls), len(crowd.came), len(crowd.told), lost, doubled, tuple(stalls))


def clock_wrong(scene: Scene, clock: Clock, times: int, luck: random.Random) -> Damage:
    """The clock is an hour ahead or behind for a while, by turns: nobody is told anything then, and everything goes on
    once it is right, the jobs too."""
    stalls, told = [], 0
    with crowd_before(scene.installation) as crowd:
        stall(crowd, 0.0)
        for hours in (1, -1) * (times // 2):
            time.sleep(luck.uniform(0.1, CALM_SECONDS))
            clock.is_off(hours * 3600)
            time.sleep(UNDER_WAY_SECONDS)
            begun = time.monotonic()
            time.sleep(WRONG_SECONDS)
            told += sum(at > begun for at in list(crowd.told.values()))
            clock.is_off(0)
            stalls.append(stall(crowd, time.monotonic()))
            jobs_go_on(datetime.now(UTC))
    lost, doubled = lost_and_doubled(crowd)
    what = f"clock an hour wrong ({told} told meanwhile)"
    return Damage(what, len(stalls), len(crowd.came), len(crowd.told), lost, doubled, tuple(stalls))


def jobs_go_on(since: datetime) -> None:
    """Wait until a job has begun at about this moment or later, by the right clock; raises where none does."""
    deadline = time.monotonic() + BACK_SECONDS
    until = since + timedelta(minutes=30)
    while not run(lambda: JobRun.select().where(JobRun.started_at.between(since, until)).exists()):
        if time.monotonic() > deadline:
            raise RuntimeError("the jobs do not go on")
        time.sleep(0.1)
    thread_is_done()


@contextlib.contextmanager
def small_disk() -> Iterator[Path | None]:
    """A disk of its own, in memory; None where this user may mount none."""
    with tempfile.TemporaryDirectory(prefix="hallpass-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", folder]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def main() -> int:
    """All of them; exit 1 where anything that was told was lost or doubled."""
    parser = argparse.ArgumentParser("bench.faults", description=__doc__)
    parser.add_argument("--database-kills", type=int, default=DATABASE_KILLS)
    parser.add_argument("--power-cuts", type=int, default=POWER_CUTS)
    parser.add_argument("--wrong-clocks", type=int, default=WRONG_CLOCKS)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    luck = random.Random(options.seed)
    fine = True
    with tempfile.TemporaryDirectory() as folder, Scene(Path(folder)) as scene:
        for damage in (
            database_killed(scene, options.database_kills, luck),
            jobs_killed(scene, options.power_cuts, luck),
            power_cut(scene, options.power_cuts, luck),
            platform_wrong(scene, 2, luck),
        ):
            print(damage, flush=True)
            fine = fine and damage.is_none
    with small_disk() as disk, tempfile.TemporaryDirectory() as folder:
        if disk is None:
            print("disk full: not tried, as this user may mount no disk of its own")
        else:
            with Scene(Path(folder), disk) as scene:
                damage = disk_full(scene, disk, FULL_DISKS, luck)
            print(damage)
            fine = fine and damage.is_none
    fine = _with_a_clock(luck, options.wrong_clocks) and fine
    print("every check-in that was told is there once" if fine else "FAILED")
    return 0 if fine else 1


def _with_a_clock(luck: random.Random, times: int) -> bool:
    library = Clock.preloaded()
    if library is None:
        print("clock an hour wrong: not tried, as Debian's package faketime is not installed")
        return True
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock(Path(folder), library)
        with Scene(Path(folder), clock=clock) as scene:
            damage = clock_wrong(scene, clock, times, luck)
    print(damage, flush=True)
    return damage.is_none


if __name__ == "__main__":
    sys.exit(main())
