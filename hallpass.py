"""The command line; assembly.py puts together what the commands run.

.venv/bin/python hallpass.py COMMAND [--config config.toml]
"""

import argparse
import logging
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import peewee

import assembly
from assembly import CannotStart, now, open_data, ready
from models.migrations import SchemaMismatch, migrate, stops_service
from models.phrases import say
from models.rules.refusal import Refused
from models.services import openid_keys, staff
from models.services.keys import WrongKeys, check_keys, refuse_other_keys
from models.services.openid_keys import StillServed, refuse_while_served
from models.services.tokens import NoToken
from models.tables.database import DB, OutcomeUnknown, Unavailable
from models.tables.vault import WrongKey
from setting_values import Wrong, empty_or, origin
from settings import Settings, SettingsError, load
from stopping import Stop

EXIT_FAILED = 1
EXIT_SETTINGS = 2
EXIT_INTERRUPTED = 130

_STILL_SERVED = (
    "jobs ran or messages were answered within the last three minutes: stop serve and jobs on every machine, wait, and"
    " run it again"
)


def serve(settings: Settings, options: argparse.Namespace) -> int:
    """The web side and the callback under gunicorn."""
    import serving

    serving.serve(settings, lambda: load(options.config), options.workers, options.threads)
    return 0


def jobs(settings: Settings, _: argparse.Namespace) -> int:
    """The scheduler; any number may run."""
    from jobs.schedule import scheduler

    ready(settings)
    stop, is_stopping = Stop(), threading.Event()
    running = scheduler(assembly.desk(settings, is_stopping=is_stopping.is_set), now)
    running.start()
    stop.wait()
    is_stopping.set()
    running.shutdown(wait=True)
    return 0


def job(settings: Settings, options: argparse.Namespace) -> int:
    """One run of one job."""
    from jobs.schedule import JOBS

    if options.name not in JOBS:
        raise CannotStart(f"there is no job {options.name[:40]!r}; there are {', '.join(JOBS)}")
    ready(settings)
    handled = JOBS[options.name].run_once(options.now or now(), assembly.desk(settings))
    print(f"{options.name}: {handled}")
    return 0


def migrate_tables(settings: Settings, _: argparse.Namespace) -> int:
    """Create or upgrade the tables."""
    made = open_data(settings)
    try:
        assembly.refuse_half_restored()
        if stops_service(DB.obj):
            refuse_while_served(now())
        # Before anything is written with them.
        refuse_other_keys(made)
        applied = migrate(DB.obj)
        check_keys(made)
        openid_keys.take_up()
    except StillServed:
        raise CannotStart(_STILL_SERVED) from None
    except SchemaMismatch as fault:
        raise CannotStart(f"the tables are newer than this program: {', '.join(fault.names)}") from None
    except WrongKey as fault:
        raise CannotStart(f"{fault}: put back the data keys that were configured before") from None
    except WrongKeys as fault:
        raise CannotStart(f"these keys are not those that the data was written with: {', '.join(fault.keys)}") from None
    except (peewee.PeeweeException, Unavailable, OutcomeUnknown, OSError) as fault:
        raise CannotStart(f"the database cannot be reached ({type(fault).__name__}): is it running?") from None
    print("\n".join(applied) if applied else "the tables are up to date")
    return 0


def backup(settings: Settings, options: argparse.Namespace) -> int:
    """Write all data into one encrypted file of a folder, while the service runs."""
    import copying

    return copying.backup(settings, options.folder, options.keep, _tell)


def restore(settings: Settings, options: argparse.Namespace) -> int:
    """Put a backup into an empty database."""
    import copying

    return copying.restore(settings, options.folder, options.journal, _tell, again=options.begin_again)


def _tell(line: str) -> None:
    print(line, flush=True)


def rekey(settings: Settings, options: argparse.Namespace) -> int:
    """Write everything anew with the newest keys, while the service runs; or openids with a new one, while it does
    not."""
    from models.services import rekeying

    ready(settings)
    try:
        if options.openids:
            print(f"{openid_keys.renew(now(), _tell)} openids are written with a new key; serve and jobs may start")
            return 0
        done = rekeying.rekey(now(), _tell)
    except StillServed:
        raise CannotStart(_STILL_SERVED) from None
    except (peewee.PeeweeException, Unavailable, OutcomeUnknown) as fault:
        raise CannotStart(
            f"the database was lost ({type(fault).__name__}): run rekey again, it goes on there"
        ) from None
    for (key, place), rows in sorted(done.left.items()):
        print(f"{key}: {rows} × {place} still need it, until they are erased")
    for key in done.retired:
        print(f"{key}: nothing needs it any more; the settings may leave it out")
    if not done.is_whole:
        print("something goes on writing with an older key: restart serve and jobs everywhere, then run rekey again")
    return 0 if done.is_whole else EXIT_FAILED


def menu(settings: Settings, _: argparse.Namespace) -> int:
    """Publish the account's menus, everybody's and that of staff."""
    from bot.staff_menu import publish_menus
    from bot.wechat.errors import WechatError
    from checks import advice, host_of

    ready(settings)
    try:
        has_staff_menu = publish_menus(assembly.connect(settings))
    except WechatError as error:
        raise CannotStart(f"the menu was not published: {advice(error, host_of(settings))}") from None
    except (NoToken, Unavailable, OutcomeUnknown) as error:
        raise CannotStart(f"the menu was not published, for want of an access token ({type(error).__name__})") from None
    print("the menu is published; phones show it within five minutes")
    if has_staff_menu:
        print("the staff menu is published; those who work in a hall see it")
    else:
        print("the account may not use tags: staff see the menu that everybody sees, and type their words")
    return 0


def invite(settings: Settings, options: argparse.Namespace) -> int:
    """Invite an operator: print a code that works once, for ten minutes."""
    ready(settings)
    try:
        code = staff.invite_operator(options.name, now())
    except Refused as no:
        raise CannotStart(say("en", f"refused.{no.code}", **no.details)) from None
    minutes = int(staff.OPERATOR_INVITE_LASTS.total_seconds()) // 60
    print(f"code: {code}")
    print(f"whoever sends this to the account in WeChat within {minutes} minutes becomes an operator: 绑定 {code}")
    print("it works once; show it to nobody else")
    return 0


def check(settings: Settings, options: argparse.Namespace) -> int:
    """One line a check; exit 1 if one fails."""
    import checks
    import deployment

    print("settings: ok")
    lines = [
        checks.of_the_secret_files(options.config),
        *checks.of_the_data_file(settings),
        deployment.of_the_proxies(settings),
        *checks.beside_the_data(settings),
        checks.of_the_fonts(),
        checks.of_the_reader(settings, now),
    ]
    try:
        ready(settings)
        lines += [*deployment.of_the_server(), *deployment.of_the_account(settings, now())]
        lines += [checks.of_the_keys(settings), checks.of_the_outbox(now()), checks.of_the_codes()]
        lines += [checks.of_the_operators(), checks.of_the_journal(now())]
    except CannotStart as fault:
        lines.append(checks.Line("database", False, str(fault)))
    else:
        # The access token is kept in the database, so without one there is nothing to ask the platform with.
        lines[:0] = [checks.Line("database", True)]
        lines += checks.of_the_platform(settings, assembly.connect(settings))
    lines += [*deployment.in_front(settings), checks.of_the_callback(settings), *deployment.of_the_metrics(settings)]
    for line in lines:
        print(line)
    return 0 if all(line.passed for line in lines) else EXIT_FAILED


def verify(settings: Settings, options: argparse.Namespace) -> int:
    """Whether everything that was sealed, audit and deletions, is what it was; exit 1 if not."""
    import verification

    ready(settings)
    passed = True
    for line in verification.everything(now(), options.head):
        print(line, flush=True)
        passed = passed and line.passed
    return 0 if passed else EXIT_FAILED


def ocr(settings: Settings, _: argparse.Namespace) -> int:
    """The reader of card photos as its own process."""
    import readers

    stop = Stop()
    try:
        readers.serve(settings, now, stop.wait)
    except Refused:
        raise CannotStart(f"no reader can be begun with the engine {settings.ocr.engine}: see above") from None
    except OSError as fault:
        raise CannotStart(f"{settings.ocr.bind} cannot be listened on: {fault.strerror or fault}") from None
    return 0


def read_card(options: argparse.Namespace) -> int:
    """What photos of ID cards say: one JSON object a line."""
    import json

    engine = load(options.config).ocr.engine if options.config else "auto"
    unread = 0
    try:
        import card_engine

        for line in card_engine.told(options.file, engine):
            print(json.dumps(line, ensure_ascii=False), flush=True)
            unread += line.get("error") == "not_readable"
    except ImportError as fault:
        raise CannotStart(f"the engine {engine} cannot be loaded ({fault}): install the requirements anew") from None
    return EXIT_FAILED if unread else 0


def demo(options: argparse.Namespace) -> int:
    """Everything in one process on SQLite, with a simulated WeChat and a sample hall."""
    from demo import run

    return run(options.port, options.listen, base_url=options.base_url)


COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], int]] = {
    "serve": serve,
    "jobs": jobs,
    "job": job,
    "migrate": migrate_tables,
    "rekey": rekey,
    "backup": backup,
    "restore": restore,
    "menu": menu,
    "invite": invite,
    "check": check,
    "ocr": ocr,
    "verify": verify,
}
ON_THEIR_OWN: dict[str, Callable[[argparse.Namespace], int]] = {"read-card": read_card, "demo": demo}
"""These need no settings."""


def _moment(text: str) -> datetime:
    shape = "a moment with its offset from 1970 to 2999, such as 2026-03-02T18:00:00+08:00"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(shape) from None
    # Beyond, arithmetic with days would leave what a date can be.
    if moment.tzinfo is None or not 1970 <= moment.year < 3000:
        raise argparse.ArgumentTypeError(shape)
    return moment


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 256:
        raise argparse.ArgumentTypeError("a number from 1 to 256")
    return count


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= 3660):
        raise argparse.ArgumentTypeError("days from 1 to 3660")
    return int(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError("a port from 1 to 65535")
    return int(text)


def _origin(text: str) -> str:
    try:
        address = empty_or(origin)(text)
    except Wrong as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    if address and not address.startswith("https://"):
        raise argparse.ArgumentTypeError("it does not begin with https://")
    return address


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("hallpass.py", description="Check-in and check-out of a service hall by WeChat.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in (*COMMANDS.items(), *ON_THEIR_OWN.items()):
        one = commands.add_parser(name, help=(command.__doc__ or "").splitlines()[0])
        if name == "demo":
            one.add_argument("--port", type=_port, default=8000)
            one.add_argument("--listen", default="127.0.0.1", help="another address than loopback, for a classroom")
            one.add_argument(
                "--base-url", type=_origin, default="", help="how phones reach it through a proxy with TLS"
            )
        elif name == "read-card":
            one.add_argument("file", type=Path, nargs="+")
            one.add_argument("--config", type=Path, help="for its ocr.engine; auto without")
        else:
            one.add_argument("--config", type=Path, default=Path("config.toml"))
        if name in ("backup", "restore"):
            one.add_argument("folder", type=Path, metavar="DIR", help="where backups are; restore takes the latest")
        if name == "backup":
            one.add_argument(
                "--keep", type=_days, help="afterwards, remove those older than this; without it, than visits are kept"
            )
        if name == "rekey":
            one.add_argument("--openids", action="store_true", help="a new key for openids: serve and jobs are stopped")
        if name == "restore":
            one.add_argument("--begin-again", action="store_true", help="drop what a restore that was ended has left")
            one.add_argument("--journal", type=Path, action="append", default=[], metavar="FILE",
                             help="a further journal of erasures, of another machine; may be given again")  # fmt: skip
        if name == "serve":
            one.add_argument("--workers", type=_count, default=2)
            one.add_argument("--threads", type=_count, default=8)
        if name == "invite":
            one.add_argument("whom", choices=["operator"])
            one.add_argument("--name", default="运营", help="under which other operators see them; 运营 unless given")
        if name == "verify":
            one.add_argument("--head", default="", help="the latest seal as an earlier run told it: is it still there?")
        if name == "job":
            one.add_argument("name")
            one.add_argument("--now", type=_moment, help="ISO time with offset, for tests and training")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run a command; gives the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # urllib3 would tell whole addresses, and with them tokens and the AppSecret.
    for noisy in ("peewee", "apscheduler", "werkzeug", "urllib3", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        if options.command in ON_THEIR_OWN:
            return ON_THEIR_OWN[options.command](options)
        return COMMANDS[options.command](load(options.config), options)
    except SettingsError as fault:
        print(fault, file=sys.stderr)
        return EXIT_SETTINGS
    except CannotStart as fault:
        print(fault, file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
