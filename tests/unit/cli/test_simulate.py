"""`monitord simulate` into a file, a packed file and a pipe, and what it refuses."""

import gzip
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from monitord.cli.simulate import simulate

SHORT = ("--days", "0.02", "--patients", "3", "--seed", "7")


def run(*arguments: str) -> bytes:
    result = CliRunner().invoke(simulate, [*SHORT, *arguments])
    assert 0 == result.exit_code, result.output
    return result.stdout_bytes


def test_file_packed_file_and_pipe_hold_the_same_events(tmp_path: Path) -> None:
    """Where the events go does not change a byte of them."""
    plain, packed = tmp_path / "ward.jsonl", tmp_path / "ward.jsonl.gz"
    piped = run("--out", "-")
    run("--out", str(plain))
    run("--out", str(packed))

    assert piped == plain.read_bytes() == gzip.decompress(packed.read_bytes())
    assert 3 == len({orjson.loads(line)["patient"] for line in piped.splitlines()})


def test_a_packed_file_repeats_to_the_byte(tmp_path: Path) -> None:
    """Neither a name nor a time of writing is packed with the events."""
    one, other = tmp_path / "one.gz", tmp_path / "other.gz"
    run("--out", str(one))
    run("--out", str(other))

    assert one.read_bytes() == other.read_bytes()


def test_nothing_but_events_goes_into_a_pipe() -> None:
    """There is no progress where no person looks."""
    result = CliRunner().invoke(simulate, [*SHORT, "--out", "-"])

    assert "" == result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either --out FILE or --broker HOST:PORT"),
        (("--out", "-", "--broker", "localhost"), "either --out FILE or --broker HOST:PORT"),
        (("--out", "-", "--every", "soon"), "'soon' is not a span of time"),
        (("--out", "-", "--every", "0s"), "expected a span of 1ms to 365d"),
        (("--out", "-", "--start", "2026-01-05"), "is not an RFC 3339 time"),
        (("--broker", "localhost:mqtt"), "is no address"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what_was_expected(
    arguments: tuple[str, ...], said: str
) -> None:
    """Wrong words are answered with the right ones."""
    result = CliRunner().invoke(simulate, [*SHORT, *arguments])

    assert 2 == result.exit_code
    assert said in result.output


def test_an_absent_broker_is_a_problem_that_names_the_address() -> None:
    """Publishing where nobody listens ends with exit code 1 and says where it tried."""
    result = CliRunner().invoke(simulate, [*SHORT, "--broker", "127.0.0.1:1"])

    assert 1 == result.exit_code
    assert "127.0.0.1:1" in result.output
