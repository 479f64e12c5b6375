"""The bytes of a file, plain or compressed, read from front to back without keeping them."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from .errors import InputError
from .files import readable_name

_CHUNK = 1 << 18


class ByteSource:
    """What a file holds once decompressed; made by `opened`.

    Attributes
    ----------
    path
        The file.
    compression
        ``"gzip"``, ``"bzip2"``, ``"xz"`` or None, as the file's first bytes say.
    size
        Bytes in all; None for a compressed file, whose end is known once it is reached.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self.size: int | None = None
        self.compression: str | None = None
        self._stream: Any = file
        magic = file.read(6)
        file.seek(0)
        if magic.startswith(b"\x1f\x8b"):
            self.compression, self._stream = "gzip", gzip.GzipFile(fileobj=file)
        elif magic.startswith(b"BZh"):
            self.compression, self._stream = "bzip2", bz2.BZ2File(file)
        elif magic == b"\xfd7zXZ\x00":
            self.compression, self._stream = "xz", lzma.LZMAFile(file)  # noqa: SIM115 - `opened` closes the file
        else:
            self.size = os.fstat(file.fileno()).st_size
        self._position = 0

    def read_into(self, buffer: memoryview, position: int) -> int:
        """Fill `buffer` with the bytes from `position` on; return how many there were.

        Positions must not decrease: what was passed is gone.
        """
        if self.compression is None:
            self._stream.seek(position)
            self._position = position
        else:
            self._pass(position - self._position)
        filled = 0
        while filled < len(buffer):
            with _said_clearly(self):
                got: int = self._stream.readinto(buffer[filled:])
            if not got:
                break
            filled += got
        self._position += filled
        return filled

    def measure(self) -> int:
        """Return the bytes in all. A compressed file is read to its end for it, which checks its checksum, too."""
        if self.size is None:
            while self._pass(_CHUNK):
                pass
            self.size = self._position
        return self.size

    def _pass(self, count: int) -> int:
        """Pass over up to `count` bytes of a compressed file; return how many there were."""
        left = count
        while left:
            with _said_clearly(self):
                got = len(self._stream.read(min(left, _CHUNK)))
            if not got:
                break
            left -= got
        self._position += count - left
        return count - left


@contextlib.contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[ByteSource]:
    """Open a file as a `ByteSource`.

    Raises
    ------
    InputError
        When there is no such file, it is a folder, or it cannot be read; later, when its compressed content turns
        out to be truncated or damaged.
    """
    path = readable_name(path)
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; give the path of a file in it")
        if path.exists() and not path.is_file():
            raise InputError(
                f"{path} is no ordinary file, and a map cannot be read from a pipe or device; save it first"
            )
        file = path.open("rb")
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}; check the path") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    with file:
        yield ByteSource(path, file)


@contextlib.contextmanager
def _said_clearly(source: ByteSource) -> Iterator[None]:
    try:
        yield
    except EOFError as error:
        raise InputError(
            f"{source.path} is truncated: its {source.compression} data break off; copy or download it again"
        ) from error
    except (zlib.error, lzma.LZMAError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise InputError(f"cannot read {source.path}: {error.strerror}") from error
        raise InputError(
            f"{source.path} is damaged: its {source.compression} data cannot be decompressed ({error}); "
            "copy or download it again"
        ) from error
