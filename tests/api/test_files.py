"""Nobody ever finds half a file."""

import errno
import os
from pathlib import Path

import pytest

from api.files import check_folder, check_place, whole_file, whole_folder, write_text
from callcenter.errors import InputError


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "결과.json"

    with whole_file(target) as beside:
        beside.write_text("half", "utf-8")
        assert not target.exists()

    assert target.read_text("utf-8") == "half"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, OSError, ValueError])
def test_what_goes_wrong_leaves_the_old_file_and_no_other(
    tmp_path: Path, trouble: type[BaseException]
) -> None:
    target = tmp_path / "kept"
    write_text(target, "old")

    def interrupted() -> None:
        with whole_file(target) as beside:
            beside.write_text("new and half", "utf-8")
            raise trouble

    with pytest.raises(trouble):
        interrupted()

    assert target.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_is_filled_at_once_and_keeps_what_else_it_holds(tmp_path: Path) -> None:
    target = tmp_path / "tables"
    for content in ("first", "second"):
        with whole_folder(target) as beside:
            (beside / "calls").write_text(content, "utf-8")
        (target / "mine").write_text("kept", "utf-8")

    assert (target / "calls").read_text("utf-8") == "second"
    assert sorted(path.name for path in target.iterdir()) == ["calls", "mine"]
    assert list(tmp_path.iterdir()) == [target]


def test_an_interrupted_folder_is_not_there(tmp_path: Path) -> None:
    def interrupted() -> None:
        with whole_folder(tmp_path / "tables") as beside:
            (beside / "calls").write_text("half", "utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_be_written_to_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(InputError, match="existing folder"):
        check_place(tmp_path / "missing" / "out.json")
    with pytest.raises(InputError, match="got the folder"):
        check_place(tmp_path)
    with pytest.raises(InputError, match="got the file"):
        check_folder(tmp_path / "file")
    with pytest.raises(InputError, match="existing folder"):
        check_folder(tmp_path / "missing" / "tables")


def test_what_is_no_ordinary_file_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(InputError, match="ordinary file"):
        write_text(pipe, "text")

    assert pipe.is_fifo()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")

    write_text(tmp_path / "link", "text")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text("utf-8") == "text"


def test_a_full_disk_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    def filled() -> None:
        with whole_file(tmp_path / "out.json"):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space") as caught:
        filled()

    assert caught.value.filename == str(tmp_path / "out.json")
