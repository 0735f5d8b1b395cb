"""`monitord kpi` reads what the daemon and replay write, and says what is not known."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitord.adapters.codecs.native import encode_decision
from monitord.cli import main
from monitord.domain.alerts import Phase, Priority
from monitord.domain.decisions import Announcement, Rejected
from monitord.domain.time import DAY, SECOND
from tests.unit.alerts.deciding import assessed, at, called, moved, noticed

DAYS = DAY // SECOND
STORY: list[Announcement] = [
    noticed(0, "admitted"),
    noticed(0, "admitted", "ward east", "p2"),
    Rejected(at(5), "not_json", "", ""),
    moved(100),
    moved(160, Phase.ACKNOWLEDGED, Phase.ACTIVE, "acknowledged"),
    moved(300, rule="low", alert="a2", priority=Priority.LOW, patient="p2"),
    assessed(2 * DAYS),
]
CALLS: list[Announcement] = [called(101), called(301, "a2"), called(400, "a2", 1)]


def written(folder: Path, *decisions: Announcement, name: str = "d.jsonl") -> Path:
    path = folder / name
    body = b"".join(encode_decision(one) + b"\n" for one in decisions)
    path.write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["kpi", *map(str, words)])


def asked(*words: str | Path) -> Any:
    done = run(*words, "--json")
    assert 0 == done.exit_code, done.output
    return json.loads(done.stdout)


def test_figures_of_a_file_are_those_counted_by_hand(tmp_path: Path) -> None:
    """Two patients for two days, two alerts, one answered after a minute."""
    found = asked(written(tmp_path, *STORY))["all"]
    expected = {"patient_days": 4.0, "alerts": 2, "alerts_per_patient_day": 0.5, "answered": 1}
    assert expected == {name: found[name] for name in expected}
    assert (60, 60) == (found["answer_median_s"], found["answer_90th_percentile_s"])


def test_a_share_that_the_file_cannot_tell_is_not_known_and_never_zero(tmp_path: Path) -> None:
    """A replay calls nobody: how many were escalated is null, and a word in the table."""
    path = written(tmp_path, *STORY)
    assert asked(path)["all"]["escalated"] is None
    assert "not known" in run(path).stdout
    with_calls = asked(written(tmp_path, *STORY[:-1], *CALLS, STORY[-1]))["all"]
    assert (2, 1, 0.5) == tuple(with_calls[n] for n in ("called", "escalated", "escalated_share"))


@pytest.mark.parametrize(
    ("by", "names"),
    [("rule", ["fever", "low"]), ("priority", ["high", "low"]), ("ward", ["east", "west"])],
)
def test_there_is_a_line_for_each(tmp_path: Path, by: str, names: list[str]) -> None:
    """By rule, priority or ward."""
    path = written(tmp_path, *STORY)
    assert names == [one["name"] for one in asked(path, "--by", by)[f"by_{by}"]]
    assert all(name in run(path, "--by", by).stdout for name in names)


@pytest.mark.parametrize(("seconds", "told"), [(3600, "0.083 patient-days"), (2 * DAYS, "4.0 p")])
def test_patient_days_of_an_hour_are_not_told_as_none(
    tmp_path: Path, seconds: int, told: str
) -> None:
    """Beside rates that were divided by them."""
    path = written(tmp_path, *STORY[:-1], assessed(seconds))
    assert f"\n{told}" in run(path).stdout


def test_one_ward_and_a_span_may_be_asked_for(tmp_path: Path) -> None:
    """What was before is left out, and what came later is not known yet."""
    path = written(tmp_path, *STORY)
    of_ward = asked(path, "--ward", "east")["all"]
    assert (2.0, 1, 0) == tuple(of_ward[n] for n in ("patient_days", "alerts", "answered"))
    day = "2024-10-05T00:00:00Z"
    early = asked(path, "--until", day)["all"]
    late = asked(path, "--since", day)["all"]
    assert (2.0, 2) == (early["patient_days"], early["alerts"])
    assert (2.0, 0) == (late["patient_days"], late["alerts"])


def test_parts_of_a_stream_in_any_order_are_the_stream(tmp_path: Path) -> None:
    """Files are read in order of time, packed or not."""
    one = written(tmp_path, *STORY[:4], name="one.jsonl.gz")
    two = written(tmp_path, *STORY[4:], name="two.jsonl")
    assert asked(written(tmp_path, *STORY)) == asked(two, one)


def test_a_file_that_begins_in_the_middle_says_so(tmp_path: Path) -> None:
    """Patient-days are of what is known, and the page says at least."""
    path = written(tmp_path, assessed(0), assessed(DAYS))
    assert 1 == asked(path)["stays_begun_before"]
    assert 1.0 == asked(path)["all"]["patient_days"]
    assert "at least" in run(path).stdout


def test_a_last_line_cut_short_is_passed_over_and_told(tmp_path: Path) -> None:
    """The daemon may be writing it now."""
    path = written(tmp_path, *STORY)
    path.write_bytes(path.read_bytes() + b'{"kind":"ale')
    done = run(path)
    assert 0 == done.exit_code
    assert "d.jsonl:8: the last line was cut short" in done.stderr


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"kind":"observation"}', "found the kind 'observation'"),
        ("[]", "found '[]', which is no object"),
        ("no", "found no JSON"),
        ('{"kind":"notice","time":"2026-01-01T00:00:00Z"}', "found nothing for 'notice'"),
        (
            '{"kind":"rejected","time":"yesterday","reason":""}',
            "found Invalid isoformat string: 'yesterday'",
        ),
    ],
)
def test_a_line_that_is_no_decision_is_refused_by_its_number(
    tmp_path: Path, line: str, found: str
) -> None:
    """With the file, what was found, and what was expected."""
    path = tmp_path / "d.jsonl"
    path.write_text(f"{line}\n")
    done = run(path)
    assert 1 == done.exit_code
    assert f"{path}:1: found " in done.stderr
    assert found in done.stderr
    assert "expected a decision as `monitord replay` writes it" in done.stderr


def test_wrong_usage_and_an_empty_file_have_their_codes(tmp_path: Path) -> None:
    """2 for what was typed wrong, 1 for a file that holds nothing."""
    path = written(tmp_path)
    assert 1 == run(path).exit_code
    assert 2 == run().exit_code
    assert 2 == run(tmp_path / "nowhere").exit_code
    moments = ("--since", "2026-01-02T00:00:00Z", "--until", "2026-01-01T00:00:00Z")
    assert 2 == run(path, *moments).exit_code
