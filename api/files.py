"""Writing files so that nobody ever finds half of one: beside first, renamed when whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from callcenter.errors import InputError


def check_place(path: Path) -> None:
    """Refuse a place that cannot be written to, before any work is done for it.

    Raises:
        InputError: The folder is missing or closed to us, or the name is a folder's.
    """
    folder = path.parent
    if not folder.is_dir():
        raise InputError(
            f"expected a place in an existing folder, got {str(path)!r}; create {str(folder)!r} first"
        )
    if path.is_dir():
        raise InputError(f"expected the name of a file, got the folder {str(path)!r}")
    if path.exists() and not path.is_file():
        raise InputError(f"expected the name of an ordinary file, got {str(path)!r}")
    if not os.access(folder, os.W_OK):
        raise InputError(f"expected a folder that may be written to, got {str(folder)!r}")


def check_folder(path: Path) -> None:
    """Refuse a folder that cannot be filled; it may exist, its parent must.

    Raises:
        InputError: The parent is missing, or the name is a file's.
    """
    if path.exists() and not path.is_dir():
        raise InputError(f"expected a folder, got the file {str(path)!r}")
    if not path.is_dir():
        check_place(path)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let an error of the system name the file that a person asked for."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a name beside `path` to write to; on success it takes the place of `path`, else it is gone.

    Where `path` is a link it stays one, and what it points to is written.
    """
    check_place(path)
    path = path.resolve()
    check_place(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with _named(path):
            yield beside
            beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a folder beside `path` to fill; on success its files come to stand in `path`."""
    check_folder(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with _named(path):
            beside.mkdir()
            yield beside
            path.mkdir(exist_ok=True)
            for written in sorted(beside.iterdir()):
                written.replace(path / written.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def write_text(path: Path, content: str) -> None:
    """Write a whole text file, in UTF-8."""
    with whole_file(path) as beside:
        beside.write_text(content, encoding="utf-8")
