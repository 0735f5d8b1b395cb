"""A directory of journals is one daemon's alone, for as long as that lives."""

import os
import signal
import stat
from pathlib import Path

import pytest

from monitord.adapters.journal_lock import LOCK_NAME, held
from monitord.domain.refusals import CannotBeHad


def test_a_second_daemon_is_refused_with_where_and_what_to_do(tmp_path: Path) -> None:
    """One sentence names the directory, what was found, and both ways out; later it may come."""
    directory = tmp_path / "journal"
    with held(directory), pytest.raises(CannotBeHad) as refused, held(directory):
        pass
    assert (
        f"{directory}: found another monitord that keeps its journals here, expected none; "
        "stop it, or give this one a journal.directory and an mqtt.client_id of its own"
    ) == str(refused.value)
    with held(directory):
        pass


def test_a_daemon_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    """The system lets go of it, so that the next start is not refused."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        with held(tmp_path):
            os.write(writer, b"held")
            signal.pause()
        os._exit(0)
    assert b"held" == os.read(reader, 4)
    with pytest.raises(CannotBeHad), held(tmp_path):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with held(tmp_path):
        pass
    os.close(reader)
    os.close(writer)


def test_only_the_daemons_user_may_read_what_is_made(tmp_path: Path) -> None:
    """The directory is made closed to everybody else, as the journals in it are."""
    directory = tmp_path / "new" / "journal"
    with held(directory):
        assert 0o700 == stat.S_IMODE(directory.stat().st_mode)
        assert 0o600 == stat.S_IMODE((directory / LOCK_NAME).stat().st_mode)


def test_a_directory_that_cannot_be_is_told_by_its_name(tmp_path: Path) -> None:
    """That is another problem than a second daemon, and told as such."""
    (tmp_path / "journal").write_text("a file")
    with pytest.raises(FileExistsError, match="journal"), held(tmp_path / "journal"):
        pass
