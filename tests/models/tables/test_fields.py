"""Columns on both databases: moments to the microsecond, keys byte by byte, personal texts closed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import peewee
import pytest

from models.tables import vault
from models.tables.database import execute, run, sql
from models.tables.door import Fever
from models.tables.fields import AsciiField, BytesField, MomentField, SecretField, Table, insert, moment_out
from models.tables.halls import Hall
from models.tables.housekeeping import KeyCheck
from models.tables.people import Person
from models.tables.visits import Correction, Visit
from tests.conftest import KEYS

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Odd(Table):
    """A table of these tests alone: each kind of column, with room for little."""

    at = MomentField(null=True)
    code = AsciiField(8, null=True, unique=True)
    hash = BytesField(8, null=True)
    secret = SecretField(60, null=True)
    other_secret = SecretField(60, null=True)


@pytest.fixture
def odd(database: peewee.Database) -> Iterator[type[Odd]]:
    run(lambda: database.create_tables([Odd]))
    yield Odd
    run(lambda: database.drop_tables([Odd]))


def kept(table: type[Table], name: str) -> object:
    """What the only row holds."""
    return run(lambda: getattr(table.get(), name))


# --- moments ---


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 2, 1, 0, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 2, 1, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 3, 2, 1, 0, 0, 999999, tzinfo=UTC),
        datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=CHINA),  # of another offset: kept as the same moment in UTC
        datetime(2026, 1, 1, 0, 30, tzinfo=CHINA),  # a day, a month and a year earlier in UTC
        datetime(1900, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(odd: type[Odd], moment: datetime) -> None:
    run(lambda: insert(odd, at=moment))
    found = kept(odd, "at")
    assert found == moment
    assert isinstance(found, datetime)
    assert found.utcoffset() == timedelta(0)


def test_moments_a_microsecond_apart_are_told_apart_by_the_database(odd: type[Odd]) -> None:
    moments = [NOON + timedelta(microseconds=step) for step in (2, 0, 1)]
    run(lambda: [insert(odd, at=moment) for moment in moments])
    assert run(lambda: [row.at for row in odd.select().order_by(odd.at)]) == sorted(moments)
    assert run(lambda: odd.select().where(odd.at > NOON).count()) == 2
    assert run(lambda: odd.select().where(odd.at == NOON).count()) == 1


def test_a_moment_without_a_zone_is_refused(database: peewee.Database) -> None:
    with pytest.raises(ValueError, match="time zone"):
        moment_out(datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 - the very thing that is refused


def test_no_moment_is_nothing(odd: type[Odd]) -> None:
    run(lambda: insert(odd, at=None))
    assert kept(odd, "at") is None


# --- keys ---


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("oAbc", "oabc"),  # openids differ by case alone
        ("x", "x "),  # utf8mb4_unicode_ci takes these for one
        ("a-b", "a_b"),
    ],
)
def test_keys_that_look_alike_are_two(odd: type[Odd], one: str, other: str) -> None:
    run(lambda: [insert(odd, code=one), insert(odd, code=other)])
    assert run(lambda: [row.code for row in odd.select().where(odd.code == one)]) == [one]


def test_a_key_that_is_not_ascii_is_refused(odd: type[Odd]) -> None:
    with pytest.raises(UnicodeEncodeError):
        run(lambda: insert(odd, code="市民"))


def test_a_key_longer_than_its_column_is_refused_on_both_databases(odd: type[Odd]) -> None:
    with pytest.raises(ValueError, match="longer than 8"):
        run(lambda: insert(odd, code="123456789"))


def test_bytes_come_back_as_bytes(odd: type[Odd]) -> None:
    run(lambda: insert(odd, hash=bytes(range(8))))
    assert kept(odd, "hash") == bytes(range(8))


# --- personal texts ---


def raw(name: str) -> bytes:
    """What the database itself holds of the only row."""
    row = run(lambda: execute(sql(f"SELECT {name} FROM odd")).fetchone())
    return bytes(row[0])


def test_a_personal_text_comes_back_and_is_not_there_to_be_read(odd: type[Odd]) -> None:
    run(lambda: insert(odd, secret="张三"))
    assert kept(odd, "secret") == "张三"
    assert "张三".encode() not in raw("secret")


def test_a_personal_text_is_closed_by_every_way_of_writing(odd: type[Odd]) -> None:
    run(lambda: odd.create(secret="张三"))
    assert "张三".encode() not in raw("secret")
    run(lambda: odd.update(secret="李四").execute())
    assert "李四".encode() not in raw("secret")
    assert kept(odd, "secret") == "李四"


def test_a_personal_text_moved_to_another_column_does_not_open(odd: type[Odd]) -> None:
    run(lambda: insert(odd, secret="张三"))
    run(lambda: execute(sql("UPDATE odd SET other_secret = secret")))
    with pytest.raises(vault.WrongKey):
        kept(odd, "other_secret")


def test_a_personal_text_does_not_open_with_other_keys(odd: type[Odd]) -> None:
    run(lambda: insert(odd, secret="张三"))
    vault.use(vault.Vault(vault.Keys(data={"d1": bytes(32)}, hash=KEYS.hash)))
    with pytest.raises(vault.WrongKey):
        kept(odd, "secret")


def test_after_a_new_key_rows_of_both_keys_are_read(odd: type[Odd]) -> None:
    run(lambda: insert(odd, secret="张三"))
    vault.use(vault.Vault(vault.Keys(data={"d2": bytes(32), **KEYS.data}, hash=KEYS.hash)))
    run(lambda: insert(odd, secret="李四"))
    assert run(lambda: [row.secret for row in odd.select().order_by(odd.id)]) == ["张三", "李四"]


def test_a_personal_text_too_long_for_its_column_is_refused_on_both_databases(odd: type[Odd]) -> None:
    with pytest.raises(ValueError, match="longer than 60"):
        run(lambda: insert(odd, secret="张" * 20))


def test_no_text_is_nothing_and_an_empty_one_is_closed(odd: type[Odd]) -> None:
    run(lambda: insert(odd, secret=None, other_secret=""))
    assert (kept(odd, "secret"), kept(odd, "other_secret")) == (None, "")
    assert raw("other_secret") != b""


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        (Visit.name, "𠮷" * 25),
        (Visit.id_number, "港澳居民来往内地通行证H1234567890"),
        (Visit.phone, "+886-912345678 转 12345678"),
        (Visit.address, "𠮷" * 100),
        (Fever.name, "𠮷" * 25),
        (Fever.phone, "+886-912345678 转 12345678"),
    ],
    ids=lambda value: value.name if isinstance(value, SecretField) else "",
)
def test_the_longest_answer_that_is_taken_fits_its_column(field: SecretField, longest: str) -> None:
    vault.use(vault.Vault(vault.Keys(data={"d1234567": bytes(32)}, hash={"h1": bytes(range(32))})))
    assert len(field.db_value(longest)) <= field.max_length


# --- adding rows ---


def test_a_column_named_like_a_word_of_sql_can_be_written(database: peewee.Database) -> None:
    run(lambda: insert(KeyCheck, key="data:d9", check=bytes(32)))
    run(lambda: insert(Correction, visit_id=1, at=NOON, by="visitor", out_at=NOON, how_out="scan"))
    assert run(lambda: (KeyCheck.get().key, Correction.get().by)) == ("data:d9", "visitor")


def test_adding_a_row_gives_its_id(database: peewee.Database) -> None:
    code = {"name": "市民中心", "status": "open", "facts": "{}", "created_at": NOON, "revision": 1}
    first, second = (run(lambda n=n: insert(Hall, code=f"hall{n}", **code)) for n in range(2))
    assert second > first
    assert run(lambda: Hall.get_by_id(second).code) == "hall1"


def test_every_personal_column_binds_its_own_place() -> None:
    places = [
        field.place
        for table in (Visit, Person, Fever)
        for field in table._meta.sorted_fields
        if isinstance(field, SecretField)
    ]
    assert len(set(places)) == len(places) == 8
