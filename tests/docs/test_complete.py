"""Nothing that a person can use, set or meet goes without a page that tells of it."""

import re
import tomllib
from importlib import import_module

import click
import pytest

from monitord.cli.group import COMMANDS
from monitord.daemon.configuration.packs import load_rules
from monitord.domain.alerts import Maturity
from monitord.domain.signals import SIGNALS
from monitord.domain.treatments import TREATMENTS
from monitord.scores import SCALE_NAMES
from tests.docs.pages import PAGES, ROOT, cells, name

EVERYTHING = {page: page.read_text("utf-8") for page in PAGES}
WRITTEN = "\n".join(EVERYTHING.values())
ARCHITECTURE = ROOT / "docs" / "ARCHITECTURE.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
# Commands as a page writes them: `monitord replay JOURNAL`, `monitord check --update-lock`.
_CALL = re.compile(r"`monitord ([a-z]+)((?: [^`]*)?)`")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    """Each command of monitord stands on some page, as one would type it."""
    assert command in {called for called, _ in _CALL.findall(WRITTEN)}


def test_every_command_and_option_that_a_page_names_exists() -> None:
    """No page tells anybody to type what monitord does not know."""
    wrong = []
    for page, text in EVERYTHING.items():
        for command, rest in _CALL.findall(text):
            known = _options(command)
            typed = re.findall(r"--[a-z-]+", rest)
            wrong += [f"{name(page)}: monitord {command} {o}" for o in typed if o not in known]
            wrong += [] if known else [f"{name(page)}: monitord {command}"]
    assert [] == wrong


def _options(command: str) -> set[str]:
    if command not in COMMANDS:
        return set()
    found = getattr(import_module(f"monitord.cli.{command}"), command)
    assert isinstance(found, click.Command)
    parts = [found, *(found.commands.values() if isinstance(found, click.Group) else ())]
    options = {option for part in parts for one in part.params for option in one.opts}
    return {"--help"} | options


def test_every_setting_and_log_event_that_a_page_names_exists() -> None:
    """What a page names as `section.key` stands in config/monitord.toml, or is an event we log."""
    daemon = "".join(
        path.read_text("utf-8") for path in (ROOT / "monitord" / "daemon").rglob("*.py")
    )
    events = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', daemon))
    shown = tomllib.loads((ROOT / "config" / "monitord.toml").read_text("utf-8"))
    sections = "|".join(section for section in shown if section != "signals")
    told = {
        (name(page), section, key)
        for page, text in EVERYTHING.items()
        for section, key in re.findall(rf"`({sections})\.([a-z_]+)`", text)
    }
    assert told
    assert [] == sorted(
        f"{page}: {s}.{key}"
        for page, s, key in told
        if key not in shown[s] and f"{s}.{key}" not in events
    )


def test_every_rule_is_documented() -> None:
    """docs/packs.md lists every shipped rule of every pack with its priority, and which call."""
    rules = load_rules(ROOT / "rules", None).rules
    shadow = {Maturity.SANDBOX: ", in shadow"}
    shipped = {
        (r.policy.pack, r.template, r.policy.priority.value + shadow.get(r.policy.maturity, ""))
        for r in rules
    }
    listed = {
        (pack, row[0].strip("`"), row[1])
        for pack in {rule.policy.pack for rule in rules}
        for row in cells(ROOT / "docs" / "packs.md", f"`{pack}`")
    }
    assert shipped == listed


def test_every_rule_that_a_page_names_exists() -> None:
    """A rule that is named beside its pack's grades is one of the shipped rules."""
    rules = {rule.policy.rule for rule in load_rules(ROOT / "rules", None).rules}
    told = re.findall(
        r"`((?:crs|icans)-grade-\d|infusion-[a-z-]+)`", "\n".join(EVERYTHING.values())
    )
    assert told
    assert set() == set(told) - rules


def test_the_changelog_counts_right() -> None:
    """The changelog's numbers of signals and treatments are those of the tables."""
    told = f"{len(SIGNALS)} signals and {len(TREATMENTS)} treatments"
    assert told in EVERYTHING[ROOT / "CHANGELOG.md"]


def test_safety_comes_first_in_the_changelog() -> None:
    """Each release of the changelog has Safety first, then Changed, Added, Fixed."""
    releases = EVERYTHING[ROOT / "CHANGELOG.md"].split("\n## ")[1:]
    order = [re.findall(r"^### (\w+)$", release, re.MULTILINE) for release in releases]
    assert order
    assert all(["Safety", "Changed", "Added", "Fixed"] == headings for headings in order)


def test_no_shipped_rule_claims_to_be_stable() -> None:
    """Nobody has signed the shipped rules off: they are incubating, or run in the sandbox."""
    assert {Maturity.INCUBATING, Maturity.SANDBOX} == {
        rule.policy.maturity for rule in load_rules(ROOT / "rules", None).rules
    }


@pytest.mark.parametrize("scale", SCALE_NAMES)
def test_every_scale_is_documented(scale: str) -> None:
    """Each scale stands in the reference of the rule language."""
    assert f"`{scale}`" in EVERYTHING[ROOT / "docs" / "rules.md"]


def test_the_floors_are_those_that_are_checked() -> None:
    """The tables of floors and of rooms have those of the import contracts, from the top down."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    for contract, heading in zip(
        contracts, ("The floors", "The rooms of the daemon"), strict=False
    ):
        floors = [floor for layer in contract["layers"] for floor in layer.split(" | ")]
        assert floors == [row[0].strip("`") for row in cells(ARCHITECTURE, heading)]


def test_the_libraries_are_those_that_are_pinned() -> None:
    """The page about libraries has every dependency with its pin, and no other but paho."""
    pinned = dict(entry.split("==") for entry in PROJECT["project"]["dependencies"])
    lock = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    paho = re.search(r"^paho-mqtt==(\S+)", lock, re.MULTILINE)
    assert paho
    rows = cells(ROOT / "docs" / "adr" / "0011-libraries.md", "Decision")
    assert pinned | {"paho-mqtt": paho[1]} == {row[0]: row[1] for row in rows}


def test_the_limits_are_the_defaults() -> None:
    """The page about limits shows the defaults of the four that are settings."""
    shown = tomllib.loads((ROOT / "config" / "monitord.toml").read_text("utf-8"))["limits"]
    rows = cells(ROOT / "docs" / "adr" / "0010-limits.md", "Decision")
    told = {
        row[0].strip("`").removeprefix("limits."): row[1] for row in rows if "limits." in row[0]
    }
    kibibytes = f"{shown['payload_bytes'] // 1024} KiB"
    assert {key: str(value) for key, value in shown.items()} | {"payload_bytes": kibibytes} == told
