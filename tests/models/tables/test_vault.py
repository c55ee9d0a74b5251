"""Values at rest: they open with their key and in their column only, and hashes find what any key has written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tables.vault import Keys, Vault, WrongKey, current, use

OLD, NEW, OTHER, HASH_OLD, HASH_NEW = (bytes([number]) * 32 for number in range(1, 6))
NAME, PHONE = b"visits.name", b"visits.phone"


def vault(data: dict[str, bytes] | None = None, hash_keys: dict[str, bytes] | None = None) -> Vault:
    return Vault(Keys(data=data or {"d1": OLD}, hash=hash_keys or {"h1": HASH_OLD}))


# --- values ---


@given(st.text(max_size=200))
def test_what_is_closed_opens_to_the_same_text(text: str) -> None:
    assert vault().open(vault().close(text, NAME), NAME) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "阿依古丽·买买提",
        "𠮷野家",  # beyond the basic plane: four bytes of UTF-8
        "a\x00b",
        "x" * 10_000,
    ],
)
def test_odd_texts_come_back_as_they_were(text: str) -> None:
    assert vault().open(vault().close(text, NAME), NAME) == text


def test_the_same_text_is_never_closed_twice_alike() -> None:
    assert len({vault().close("张三", NAME) for _ in range(100)}) == 100


def test_a_closed_value_shows_nothing_of_its_text() -> None:
    assert "张三".encode() not in vault().close("张三" * 20, NAME)


def test_a_closed_value_is_at_most_37_bytes_longer() -> None:
    longest_id = vault(data={"d1234567": OLD})
    assert len(longest_id.close("张三", NAME)) == len("张三".encode()) + 37


def test_a_value_does_not_open_with_another_key_of_the_same_id() -> None:
    with pytest.raises(WrongKey):
        vault(data={"d1": OTHER}).open(vault().close("张三", NAME), NAME)


def test_a_value_whose_key_is_gone_does_not_open_and_says_which_key_it_wants() -> None:
    with pytest.raises(WrongKey, match="d1"):
        vault(data={"d2": OLD}).open(vault().close("张三", NAME), NAME)


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(WrongKey):
        vault().open(vault().close("张三", NAME), PHONE)


def test_a_value_changed_in_any_byte_does_not_open() -> None:
    closed = vault().close("张三", NAME)
    for place in range(len(closed)):
        changed = closed[:place] + bytes([closed[place] ^ 1]) + closed[place + 1 :]
        with pytest.raises(WrongKey):
            vault().open(changed, NAME)


def test_a_value_cut_off_anywhere_does_not_open() -> None:
    closed = vault().close("张三", NAME)
    for length in range(len(closed)):
        with pytest.raises(WrongKey):
            vault().open(closed[:length], NAME)


def test_what_is_said_of_a_value_that_does_not_open_holds_nothing_of_it() -> None:
    with pytest.raises(WrongKey) as refusal:
        vault(data={"d1": OTHER}).open(vault().close("张三", NAME), NAME)
    assert str(refusal.value) == "a value of visits.name does not open"
    assert refusal.value.__cause__ is None


# --- a new key beside the old one ---


def test_after_a_new_key_old_values_open_and_new_ones_are_written_with_it() -> None:
    before, after = vault(), vault(data={"d2": NEW, "d1": OLD})
    assert after.open(before.close("张三", NAME), NAME) == "张三"
    with pytest.raises(WrongKey):
        before.open(after.close("张三", NAME), NAME)


def test_after_a_new_hash_key_both_hashes_are_looked_for_the_newest_first() -> None:
    before, after = vault(), vault(hash_keys={"h2": HASH_NEW, "h1": HASH_OLD})
    assert after.hashes(b"id", "1") == (after.hash(b"id", "1"), before.hash(b"id", "1"))
    assert after.hash(b"id", "1") != before.hash(b"id", "1")


# --- hashes ---


def test_a_hash_is_the_same_in_every_process() -> None:
    assert vault().hash(b"phone", "13800138000") == vault().hash(b"phone", "13800138000")


def test_the_same_digits_as_a_phone_and_as_an_id_hash_differently() -> None:
    assert vault().hash(b"phone", "13800138000") != vault().hash(b"id", "13800138000")


def test_a_meaning_and_a_text_cannot_be_cut_elsewhere_to_the_same_hash() -> None:
    assert vault().hash(b"phone", "tail1234") != vault().hash(b"phonetail", "1234")


def test_a_hash_carries_the_id_of_its_key_and_no_more_than_16_bytes_besides() -> None:
    made = vault().hash(b"name", "张三")
    assert made.startswith(b"h1:")
    assert len(made) == len(b"h1:") + 16


def test_another_hash_key_gives_another_hash() -> None:
    other = vault(hash_keys={"h1": OTHER})
    assert other.hash(b"id", "1").removeprefix(b"h1:") != vault().hash(b"id", "1").removeprefix(b"h1:")


# --- knowing keys again ---


def test_checks_name_every_key_by_its_use_and_hold_none() -> None:
    checks = vault(data={"d2": NEW, "d1": OLD}, hash_keys={"h1": HASH_OLD}).checks()
    assert sorted(checks) == ["data:d1", "data:d2", "hash:h1"]
    assert {OLD, NEW, HASH_OLD}.isdisjoint(checks.values())


def test_keys_do_not_show_in_what_is_printed_of_them() -> None:
    assert "\\x01" not in repr(Keys(data={"d1": OLD}, hash={"h1": HASH_OLD}))


def test_without_keys_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.tables.vault._Bound.vault", None)
    with pytest.raises(RuntimeError):
        current()
    mine = vault()
    use(mine)
    assert current() is mine
