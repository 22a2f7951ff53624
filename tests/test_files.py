"""Is a file written whole or not at all, and only when it is to change?"""

from __future__ import annotations

import os

import pytest

from autograder.files import write


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file"


@pytest.fixture
def old(path):
    """A file that is there, written long ago."""
    path.write_bytes(b"old\n")
    os.utime(path, (0, 0))
    return path


@pytest.fixture
def umask():
    """The mask that most people have."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    ("content", "held"),
    [("a\r\nü\n", "a\r\nü\n".encode()), (b"\x00\xff", b"\x00\xff"), ("", b"")],
    ids=["text", "bytes", "nothing"],
)
def test_a_new_file_holds_what_was_given(path, content, held):
    """Are text and bytes written as they are, line ends included?"""
    assert write(path, content) is True
    assert path.read_bytes() == held
    assert list(path.parent.iterdir()) == [path]


def test_another_content_replaces_the_old(old):
    """Is the file another one afterwards, so that whoever reads the old one reads on?"""
    with open(old, "rb") as reader:
        assert write(old, "new") is True
        assert reader.read() == b"old\n"
    assert old.read_bytes() == b"new"


@pytest.mark.parametrize("content", ["old\n", b"old\n"])
def test_the_same_content_leaves_the_file_alone(old, content):
    """Does what depends on the file's time see no change?"""
    assert write(old, content) is False
    assert old.stat().st_mtime == 0


@pytest.mark.parametrize(("private", "mode"), [(False, 0o644), (True, 0o600)])
def test_only_private_files_are_closed_to_others(path, umask, private, mode):
    """Does a file get the rights that its user's files have, and a private one fewer?"""
    write(path, "a", private=private)
    assert path.stat().st_mode & 0o777 == mode


def test_a_file_that_becomes_private_is_closed(old):
    """Is a file that others could read replaced, though its content is the same?"""
    old.chmod(0o644)
    assert write(old, "old\n", private=True) is True
    assert old.stat().st_mode & 0o777 == 0o600


def test_a_private_file_was_never_open(path, umask, monkeypatch):
    """Is it made with its final rights, so that there is no moment to read it in?"""
    modes = []
    replace = os.replace
    monkeypatch.setattr(
        os, "replace", lambda a, b: (modes.append(os.stat(a).st_mode & 0o777), replace(a, b))
    )
    write(path, "a", private=True)
    assert modes == [0o600]


def test_text_that_cannot_be_written_changes_nothing(old):
    """Does half a character leave the old file, and no other, behind?"""
    with pytest.raises(UnicodeEncodeError):
        write(old, "new \ud800")
    assert (list(old.parent.iterdir()), old.read_bytes()) == ([old], b"old\n")


def test_a_failure_at_the_last_moment_changes_nothing(old, monkeypatch):
    """Does an interruption leave the old file, and no other, behind?"""

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(old, "new")
    assert (list(old.parent.iterdir()), old.read_bytes()) == ([old], b"old\n")


def test_a_folder_that_is_missing_is_told(tmp_path):
    """Is a file in no folder an error and not a new folder?"""
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "missing" / "file", "a")
    assert not list(tmp_path.iterdir())


def test_a_folder_is_not_replaced(tmp_path):
    """Is a folder of that name kept, and told?"""
    (tmp_path / "file").mkdir()
    with pytest.raises(OSError, match="file"):
        write(tmp_path / "file", "a")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_pipe_is_written_to(tmp_path):
    """Does `--json /dev/stdout` print, and leave the device a device?"""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert write(pipe, "a") is True
    assert os.read(reader, 9) == b"a"
    os.close(reader)
    assert pipe.is_fifo()
