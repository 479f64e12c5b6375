"""Files: their names, and writing them whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from .errors import InputError

Content = Callable[[IO[Any]], None]  # writes a file to an open stream


def readable_name(path: str | os.PathLike[str]) -> Path:
    """Return `path`, of a file to read, as a `Path`.

    Raises
    ------
    InputError
        When the name is not valid text in the encoding of the file system: it could not stand in any result.
    """
    path = Path(path)
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise InputError(f"the name {ascii(str(path))} is not valid UTF-8 text; rename the file") from error
    return path


@contextlib.contextmanager
def atomic_write(path: str | os.PathLike[str], mode: str = "w") -> Iterator[IO[Any]]:
    """Open a temporary file beside `path` and rename it to `path` when the block ends without an exception.

    A symbolic link stays: the file that it leads to is replaced.

    Parameters
    ----------
    path
        The file to write or replace.
    mode
        ``"w"`` (UTF-8 text with Unix line ends) or ``"wb"``.

    Raises
    ------
    InputError
        When the file cannot be created or written, or `path` is a folder, a device or a pipe.
    """
    path = Path(path)
    target = Path(os.path.realpath(path))
    text: dict[str, Any] = {} if "b" in mode else {"encoding": "utf-8", "newline": "\n"}
    try:
        if path.exists() and not path.is_file():
            what = "a folder" if path.is_dir() else "no ordinary file"
            raise InputError(f"cannot write {path}: it is {what}; choose another name")
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}; choose another output folder") from error
    try:
        with os.fdopen(descriptor, mode, **text) as stream:
            yield stream
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(target)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def check_output_folder(path: str | os.PathLike[str]) -> None:
    """Check that files can be written into the folder `path` or, where there is none, that it can be made.

    It is not made, so that work which fails leaves nothing behind.

    Raises
    ------
    InputError
        When it is not a folder, cannot be made, or is not writable.
    """
    folder = Path(path)
    try:
        while not _exists(folder):
            folder = folder.parent
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


def output_folder(path: str | os.PathLike[str]) -> Path:
    """Make the folder `path` (with its parents) if need be and check that files can be written there.

    Raises
    ------
    InputError
        When it is not a folder, cannot be made, or is not writable.
    """
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    check_output_folder(path)
    return path


@contextlib.contextmanager
def removed_on_failure(path: str | os.PathLike[str]) -> Iterator[None]:
    """Remove the folder `path`, and its parents, if the block makes them and ends with an exception.

    Those that hold anything by then stay.
    """
    path = Path(path)
    new = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            for folder in new:
                folder.rmdir()
        raise


@contextlib.contextmanager
def written_together(*folders: str | os.PathLike[str]) -> Iterator[Callable[[Path, str, Content], None]]:
    """Make folders, and give a function that writes a file there; all are put in place when the block ends, or none.

    Its arguments are the path, the mode as for `atomic_write`, and what writes to the open stream. When the block ends
    with an exception, the folders that it made are removed.

    Raises
    ------
    InputError
        When a folder cannot be made or is not writable, or a file cannot be written.
    """
    with contextlib.ExitStack() as stack:
        for folder in folders:
            stack.enter_context(removed_on_failure(folder))
            output_folder(folder)

        def write(path: Path, mode: str, content: Content) -> None:
            with stack.enter_context(atomic_write(path, mode)) as stream:  # closed now, put in place at the end
                content(stream)

        yield write


def _exists(path: Path) -> bool:
    """Say whether there is anything by that name, be it a link that leads nowhere; raise what forbids such a name."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def _unwritable(path: str | os.PathLike[str], error: OSError) -> InputError:
    return InputError(f"cannot write to the output folder {path}: {error.strerror}; choose another one")
