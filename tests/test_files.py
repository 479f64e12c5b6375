"""Files are written whole or not at all, and never in place of what is no file."""

import os
import stat
import sys
from pathlib import Path

import pytest
from qscore.errors import InputError
from qscore.files import atomic_write


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_when_all_of_it_is_written(tmp_path: Path):
    path = tmp_path / "a.txt"
    with atomic_write(path) as stream:
        stream.write("Å\n")
        assert not path.exists()
    assert path.read_bytes() == "Å\n".encode()


def test_what_fails_leaves_the_old_file_and_no_other(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), atomic_write(path) as stream:
        stream.write("new")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and left_in(tmp_path) == ["a.txt"]


def test_the_file_that_a_link_leads_to_is_replaced_and_the_link_stays(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "a.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    with atomic_write(link) as stream:
        stream.write("new")
    assert link.is_symlink() and target.read_text() == "new"
    assert left_in(tmp_path / "elsewhere") == ["a.txt"]


def test_a_folder_is_not_replaced(tmp_path: Path):
    (tmp_path / "results").mkdir()
    with pytest.raises(InputError, match="results: it is a folder"), atomic_write(tmp_path / "results"):
        pytest.fail("found too late")
    assert left_in(tmp_path) == ["results"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_or_a_device_is_not_replaced(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="no ordinary file"), atomic_write(pipe):
        pytest.fail("found too late")
    assert stat.S_ISFIFO(pipe.stat().st_mode) and left_in(tmp_path) == ["pipe"]
