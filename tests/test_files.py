"""Files are written whole or not at all, and never in place of what is no file."""

import os
import stat
import sys
from pathlib import Path

import pytest
from qscore.errors import InputError
from qscore.files import atomic_write, check_output_folder, output_folder, removed_on_failure


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


def test_a_folder_that_can_be_made_passes_and_is_not_made(tmp_path: Path):
    check_output_folder(tmp_path)
    check_output_folder(tmp_path / "new" / "folder")
    assert left_in(tmp_path) == []
    assert output_folder(tmp_path / "new" / "folder").is_dir()


@pytest.mark.parametrize("name", ["file", "file/below", "nowhere", "nowhere/below", "n" * 300])
@pytest.mark.parametrize("check", [check_output_folder, output_folder])
def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path, name: str, check):
    (tmp_path / "file").write_text("")
    (tmp_path / "nowhere").symlink_to(tmp_path / "none" / "at" / "all")
    with pytest.raises(InputError, match="cannot write to the output folder .*; choose another one"):
        check(tmp_path / name)
    assert left_in(tmp_path) == ["file", "nowhere"]


def test_folders_made_in_vain_are_removed_and_older_ones_stay(tmp_path: Path):
    for existing in ([], ["a"], ["a/b"]):
        for name in existing:
            (tmp_path / name).mkdir()
        with pytest.raises(KeyboardInterrupt), removed_on_failure(tmp_path / "a" / "b"):
            output_folder(tmp_path / "a" / "b")
            raise KeyboardInterrupt
        assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == sorted(
            {"a", *existing} if existing else []
        )


def test_a_new_folder_that_holds_something_stays(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt), removed_on_failure(tmp_path / "new"):
        (output_folder(tmp_path / "new") / "note").write_text("of somebody else")
        raise KeyboardInterrupt
    assert left_in(tmp_path / "new") == ["note"]
