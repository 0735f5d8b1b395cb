"""A notification that was written is read back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.adapters.codecs.notifications import read_notification, write_notification
from monitord.domain.notifications import Notification
from monitord.domain.time import LONG_AGO, NEVER
from tests.notifications import call

times = st.integers(LONG_AGO, NEVER)
small = st.integers(0, 1_000)

notifications = st.builds(
    Notification, step=small, round=small, raised_at=times, queued_at=times, expires_at=times
)


@given(notifications)
def test_every_notification_is_read_back_as_it_was(notification: Notification) -> None:
    """Every field survives, and with them the id."""
    read = read_notification(write_notification(notification))
    assert notification == read
    assert notification.id == read.id


@pytest.mark.parametrize("text", ["{}", "[]", write_notification(call())[:-1] + ',"x":1}'])
def test_anything_else_is_refused(text: str) -> None:
    """A document of another version is never guessed at."""
    with pytest.raises(ValueError, match="not written by this version"):
        read_notification(text)
