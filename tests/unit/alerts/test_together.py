"""The alerts of one patient together: the worst one calls, and all make one episode."""

from monitord.alerts.records import Transition, episode_id
from monitord.domain.alerts import Maturity, Phase, Priority, Truth
from monitord.domain.time import MINUTE, SECOND
from tests.unit.alerts.making import KEEP, LASTS, OnePatient, policy

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
GRADES = (
    policy("one", hold_ms=0, priority=Priority.LOW),
    policy("two", hold_ms=0, priority=Priority.MEDIUM, inhibits=("one",)),
    policy("three", hold_ms=0, inhibits=("two",), latching=True),
    policy("four", hold_ms=0, inhibits=("three",)),
)
NAMES = ("one", "two", "three", "four")


def calls(told: list[Transition]) -> list[tuple[str, str, str]]:
    """Tell each move: the rule, the reason, and the place of the rule that inhibits it."""
    return [(NAMES[one.rule], one.reason.value, one.inhibited_by or "") for one in told]


def raised(grade: int) -> OnePatient:
    """A patient whose grade is reached at 0, and all below it."""
    bed = OnePatient(*GRADES)
    bed.tick(0, *(TRUE if at < grade else FALSE for at in range(4)))
    return bed


def name_of(bed: OnePatient, grade: int) -> str:
    return bed.book.live[grade - 1, 0].alert


def inhibited_by(bed: OnePatient) -> list[str | None]:
    """Say of the four alerts which one keeps each from calling."""
    alerts = [bed.book.live.get((rule, 0)) for rule in range(4)]
    return [alert and alert.inhibited_by for alert in alerts]


def test_of_alerts_raised_together_only_the_worst_calls() -> None:
    """The lower ones are told as raised, and from their first word on as inhibited."""
    bed = raised(3)
    three = name_of(bed, 3)
    told = [(one.to_phase, one.inhibited_by) for _, one in bed.told]
    assert [(Phase.ACTIVE, three), (Phase.ACTIVE, three), (Phase.ACTIVE, None)] == told


def test_a_worsening_calls_at_once_and_inhibits_what_is_below() -> None:
    """In the tick of the worsening the worse alert is raised, and then the lower are inhibited."""
    bed = raised(2)
    told = bed.tick(SECOND, TRUE, TRUE, TRUE, FALSE)
    three = name_of(bed, 3)
    expected = [
        ("three", "condition_true", ""),
        ("one", "inhibited", three),
        ("two", "inhibited", three),
    ]
    assert expected == calls(told)


def test_the_alert_that_is_named_calls_itself() -> None:
    """What inhibits an inhibited alert is named in its place, through any number of steps."""
    bed = raised(4)
    four = name_of(bed, 4)
    assert [four, four, four, None] == inhibited_by(bed)


def test_an_acknowledged_alert_inhibits_what_is_below() -> None:
    """Somebody is with the patient for the worse of the two."""
    bed = raised(3)
    bed.acknowledge(SECOND, rule="three")
    bed.settle(SECOND)
    three = name_of(bed, 3)
    assert [three, three, None, None] == inhibited_by(bed)


def test_a_latched_alert_inhibits_nothing() -> None:
    """It is over by itself and calls nobody, so what is still ACTIVE below it calls."""
    bed = raised(3)
    bed.tick(MINUTE, TRUE, TRUE, FALSE, FALSE)
    told = bed.tick(MINUTE + KEEP, TRUE, TRUE, FALSE, FALSE)
    expected = [
        ("three", "latched_until_answered", ""),
        ("one", "inhibited", name_of(bed, 2)),
        ("two", "no_longer_inhibited", ""),
    ]
    assert expected == calls(told)


def test_an_alert_below_that_was_acknowledged_calls_nobody_when_the_worse_is_over() -> None:
    """It is told without its inhibition, and stays ACKNOWLEDGED."""
    bed = raised(2)
    bed.acknowledge(0, rule="one")
    bed.settle(0)
    bed.tick(MINUTE, TRUE, FALSE, FALSE, FALSE)
    told = bed.tick(MINUTE + KEEP, TRUE, FALSE, FALSE, FALSE)
    assert ("one", "no_longer_inhibited", "") == calls(told)[1]
    assert Phase.ACKNOWLEDGED is told[1].to_phase


def test_an_inhibited_alert_lives_on() -> None:
    """Its acknowledgement runs out and it ends by its own condition, each time recorded."""
    bed = raised(3)
    bed.acknowledge(0, rule="two")
    bed.settle(0)
    three = name_of(bed, 3)
    (back,) = bed.tick(LASTS, TRUE, TRUE, TRUE, FALSE)
    assert ("two", "acknowledgement_expired", three) == calls([back])[0]
    bed.tick(LASTS + SECOND, TRUE, FALSE, TRUE, FALSE)
    (over,) = bed.tick(LASTS + SECOND + KEEP, TRUE, FALSE, TRUE, FALSE)
    assert (Phase.QUIET, None) == (over.to_phase, over.inhibited_by)


def test_a_silence_of_the_worse_alert_lets_nothing_below_call() -> None:
    """Who silenced the worse one has not asked for the noise of the lower."""
    bed = raised(2)
    bed.silence(SECOND, rule="two")
    (told,) = bed.settle(SECOND)
    assert ("two", "silenced", "") == calls([told])[0]
    assert [name_of(bed, 2), None, None, None] == inhibited_by(bed)


def test_a_pending_alert_inhibits_nothing_and_is_not_inhibited() -> None:
    """What has not been raised calls nobody."""
    bed = OnePatient(policy("low"), policy("high", inhibits=("low",)))
    bed.tick(0, TRUE, TRUE)
    assert [None, None] == [bed.book.live[rule, 0].inhibited_by for rule in (0, 1)]
    low, high = bed.tick(MINUTE, TRUE, TRUE)
    assert [high.alert, None] == [low.inhibited_by, high.inhibited_by]


def test_the_alerts_of_a_patient_make_one_episode() -> None:
    """It begins with the first alert raised, and ends with the last one over."""
    bed = OnePatient(policy("slow", hold_ms=MINUTE), policy("quick", hold_ms=0))
    (pending,) = bed.tick(0, TRUE, FALSE)
    assert pending.episode is None
    bed.tick(SECOND, TRUE, TRUE)
    bed.tick(MINUTE, TRUE, FALSE)
    (over,) = bed.tick(MINUTE + KEEP, FALSE, FALSE)
    (last,) = bed.tick(MINUTE + 2 * KEEP, FALSE, FALSE)
    assert (Phase.QUIET, Phase.QUIET) == (over.to_phase, last.to_phase)
    episode = episode_id("p-1", SECOND)
    assert {episode} == {one.episode for _, one in bed.told[1:]}


def test_an_episode_goes_on_when_one_alert_takes_over_from_the_last() -> None:
    """An alert that is raised in the tick in which the last one ends is of the same episode."""
    bed = OnePatient(policy("a", hold_ms=0, keep_ms=0), policy("b", hold_ms=0))
    (first,) = bed.tick(0, TRUE, FALSE)
    told = bed.tick(SECOND, FALSE, TRUE)
    assert [first.episode] * 2 == [one.episode for one in told]


def test_a_new_alert_after_quiet_is_a_new_episode() -> None:
    """All alerts were over in between."""
    bed = OnePatient(policy("a", hold_ms=0, keep_ms=0), policy("b", hold_ms=0))
    (first,) = bed.tick(0, TRUE, FALSE)
    bed.tick(SECOND, FALSE, FALSE)
    (second,) = bed.tick(2 * SECOND, FALSE, TRUE)
    assert [episode_id("p-1", 0), episode_id("p-1", 2 * SECOND)] == [first.episode, second.episode]


def test_an_alert_that_comes_back_brings_its_episode_along() -> None:
    """The same alert is not of two episodes while nothing else began one."""
    bed = OnePatient(policy("a", hold_ms=0, keep_ms=0))
    (first,) = bed.tick(0, TRUE)
    bed.tick(SECOND, FALSE)
    (again,) = bed.tick(2 * SECOND, TRUE)
    assert (first.alert, first.episode) == (again.alert, again.episode)


def test_a_rule_in_the_sandbox_is_of_no_episode() -> None:
    """What runs in shadow changes nothing that is told."""
    shadow = policy("shadow", hold_ms=0, maturity=Maturity.SANDBOX)
    bed = OnePatient(policy("a", hold_ms=0), shadow)
    bed.tick(0, FALSE, TRUE)
    bed.tick(SECOND, TRUE, TRUE)
    assert [None, episode_id("p-1", SECOND)] == [one.episode for _, one in bed.told]
