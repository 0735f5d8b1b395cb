"""What a channel says: where, and of what only as much as it may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitord.adapters.catalogue import read_language
from monitord.adapters.sinks.text import MOST_BODY, MOST_SUBJECT, Detail, document, words
from monitord.alerts.drills import called_in_drill, over_in_drill
from monitord.domain.alerts import Condition, Priority
from monitord.domain.language import ENGLISH, Language
from monitord.domain.notifications import Notification, Purpose
from monitord.domain.time import MINUTE, TOO_LATE
from tests.notifications import NINE, call
from tests.unit.alerts.calling import chain, step

SCREEN = "Look at the ward's screen for what it is about."
CHINESE = read_language("zh-Hans")
HIGH = chain(step("pager", 0), name="high")
LAST = "This is only a drill: no patient needs help."
TEXTS = {"subject", "text", "title", "action", "message"}
times = st.integers(0, TOO_LATE - 1)
notifications = st.builds(
    Notification,
    patient=st.just("patient-4711"),
    title=st.text(),
    raised_at=times,
    queued_at=times,
    expires_at=times,
)


@pytest.mark.parametrize(
    ("detail", "subject", "body"),
    [
        (
            Detail.NONE,
            "High priority alert: ward tower-3, bed 7",
            f"High priority alert: ward tower-3, bed 7. {SCREEN}",
        ),
        (
            Detail.VITAL,
            "CRS grade 3 or higher: ward tower-3, bed 7",
            "CRS grade 3 or higher: ward tower-3, bed 7. High priority alert. Call the physician.",
        ),
        (
            Detail.FULL,
            "CRS grade 3 or higher: ward tower-3, bed 7",
            f"CRS grade 3 or higher: ward tower-3, bed 7. {call().message}",
        ),
    ],
)
def test_each_detail_says_what_it_may(detail: Detail, subject: str, body: str) -> None:
    """Nothing clinical, what it is and what to do, or the values too."""
    assert (subject, body) == words(call(), detail)


def test_an_answer_and_an_end_tell_that_nobody_need_go() -> None:
    """Whoever was called learns in the first word that it is answered, or over."""
    answer, over = (
        words(call(purpose=purpose), Detail.VITAL)
        for purpose in (Purpose.ACKNOWLEDGE, Purpose.RESOLVE)
    )
    assert "ANSWERED: CRS grade 3 or higher: ward tower-3, bed 7" == answer.subject
    assert "OVER: CRS grade 3 or higher: ward tower-3, bed 7" == over.subject
    assert answer.body.endswith("Somebody has it. You need not go.")
    assert over.body.endswith("It is over. You need not go.")


def test_a_technical_alert_without_a_bed_says_so() -> None:
    """Without a bed the ward stands alone, and the monitoring itself is called technical."""
    told = call(bed=None, condition=Condition.TECHNICAL, priority=Priority.MEDIUM)
    assert "Medium priority technical alert: ward tower-3" == words(told, Detail.NONE).subject


@given(notifications, st.sampled_from(Detail))
def test_words_are_short_single_lines_that_do_not_name_the_patient(
    notification: Notification, detail: Detail
) -> None:
    """Whatever is told: no patient, no line break, and no longer than a pager shows."""
    subject, body = words(notification, detail)
    assert len(subject) <= MOST_SUBJECT and len(body) <= MOST_BODY
    assert (subject + body).isprintable()
    assert notification.patient not in subject + body


@given(notifications, st.sampled_from(Detail))
def test_a_drill_begins_with_drill_and_nothing_else_does(
    notification: Notification, detail: Detail
) -> None:
    """A drill is one at the first glance, in each text of it; and its title cannot hide it."""
    subject, body = words(notification, detail)
    told = document(notification, detail)
    shown = [subject, body, told["subject"], told["text"]]
    shown += [told[name] for name in ("title", "action", "message") if name in told]
    assert notification.is_drill is told["is_drill"]
    if notification.is_drill:
        assert all(str(text).startswith("DRILL: ") for text in shown)


@pytest.mark.parametrize("detail", Detail)
@pytest.mark.parametrize("say", [ENGLISH, CHINESE])
def test_the_calls_of_a_drill_say_once_that_they_are_one(detail: Detail, say: Language) -> None:
    """Beginning and end, in every text of a document; what is said twice is not read."""
    mark = say("DRILL: {text}", text="")
    begun = called_in_drill([HIGH], "west", NINE, say)
    over = over_in_drill([HIGH], "west", NINE, NINE + MINUTE, say)
    for one in begun + over:
        told = document(one, detail, say)
        for text in [str(told[name]) for name in told.keys() & TEXTS]:
            assert text.startswith(mark)
            assert mark not in text.removeprefix(mark).removesuffix(say(LAST))


def test_the_calls_of_a_drill_read_as_a_sentence() -> None:
    """The chain, the ward, whom it calls, and that nobody needs help."""
    [one] = called_in_drill([HIGH], "west", NINE)
    subject, body = words(one, Detail.FULL)
    assert "DRILL: chain high: ward west" == subject
    called = "Chain high calls nurse over pager; nobody is ill."
    assert f"{subject}. {called} {LAST}" == body


def test_a_document_holds_only_what_its_channel_may_know() -> None:
    """Without detail nothing clinical, and the patient's id only in full."""
    none, vital, full = (document(call(), detail) for detail in Detail)
    assert {"rule", "source", "title", "action"} == vital.keys() - none.keys()
    assert {"patient", "message"} == full.keys() - vital.keys()
    assert call().id == none["id"] and "2026-01-08T09:00:00Z" == none["raised_at"]
    assert "CRS" not in str(none)
