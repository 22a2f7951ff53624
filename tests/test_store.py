"""Does the store give back what was put there, and only that?"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from autograder.build.store import FOLDER, Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def entry(tmp_path, key="a1"):
    return tmp_path / "store" / key


def test_what_was_put_is_found_again(tmp_path, store):
    """Is a text of several lines the same in another process's store?"""
    store.put("a1", "line\r\nläne\n")
    assert Store(tmp_path / "store").get("a1") == "line\r\nläne\n"


def test_what_was_never_put_is_not_found(store):
    """Is there no entry before the first one?"""
    assert store.get("a1") is None


DAMAGE = {
    "cut off": lambda data: data[:-1],
    "empty": lambda data: b"",
    "one letter changed": lambda data: data.replace(b"text", b"tent"),
    "no text": lambda data: b"\xff\xfe\n",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_is_not_trusted(tmp_path, store, damage):
    """Is it as if it were not there, and can it be put again?"""
    store.put("a1", "a text")
    entry(tmp_path).write_bytes(damage(entry(tmp_path).read_bytes()))
    assert store.get("a1") is None
    store.put("a1", "a text")
    assert store.get("a1") == "a text"


def test_an_entry_under_another_name_is_not_trusted(tmp_path, store):
    """Is an entry that was moved no answer to the other question?"""
    store.put("a1", "a text")
    entry(tmp_path).rename(entry(tmp_path, "b2"))
    assert store.get("b2") is None


def test_what_was_used_longest_ago_is_dropped(tmp_path):
    """Does the store stay within its limit, and keep what was just read?"""
    store = Store(tmp_path / "store", limit_bytes=500)
    for time, key in enumerate(("a1", "b2", "c3")):
        store.put(key, "x" * 100)
        os.utime(entry(tmp_path, key), (time, time))
    assert store.get("a1") is not None  # used now
    store.put("d4", "x" * 100)
    store.put("e5", "x" * 100)
    there = {path.name for path in (tmp_path / "store").iterdir()}
    assert "b2" not in there
    assert {"d4", "e5"} <= there
    assert sum(path.stat().st_size for path in (tmp_path / "store").iterdir()) <= 500


def test_entries_are_their_owners_alone(tmp_path):
    """Can nobody else read an entry, or see which there are?"""
    Store.private(tmp_path).put("a1", "a secret")
    folder = tmp_path / FOLDER
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "store").stat().st_mode & 0o777 == 0o700
    assert (folder / "store" / "a1").stat().st_mode & 0o777 == 0o600


def test_the_environment_switches_it_off(tmp_path, monkeypatch):
    """Does CNNCOURSE_NO_STORE leave no entry, and find none?"""
    Store.of(tmp_path).put("a1", "a text")
    monkeypatch.setenv("CNNCOURSE_NO_STORE", "1")
    assert Store.of(tmp_path).get("a1") is None
    Store.of(tmp_path).put("b2", "a text")
    monkeypatch.setenv("CNNCOURSE_NO_STORE", "0")
    assert (Store.of(tmp_path).get("a1"), Store.of(tmp_path).get("b2")) == ("a text", None)


def test_a_store_that_cannot_be_written_stops_no_work(tmp_path):
    """Is nothing kept, and nothing raised, where a file stands in the folder's place?"""
    (tmp_path / "store").write_text("a file")
    store = Store(tmp_path / "store")
    store.put("a1", "a text")
    assert store.get("a1") is None


def _put_and_get(folder):
    store = Store(folder, limit_bytes=20_000)
    seen = set()
    for number in range(60):
        store.put(f"{number % 7}", f"{number % 7}" * 2000)
        seen.add(store.get(f"{(number + 3) % 7}"))
    return seen


@pytest.mark.heavy
def test_several_processes_use_it_at_once(tmp_path):
    """Does everyone find a whole entry or none, while entries are replaced and dropped?"""
    whole = {None, *(f"{n}" * 2000 for n in range(7))}
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        for seen in pool.map(_put_and_get, [tmp_path / "store"] * 3):
            assert seen <= whole
            assert seen != {None}
