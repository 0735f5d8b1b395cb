"""Chains of escalation as the tests write them, and a daemon that calls by them."""

from pathlib import Path

from tests.integration.daemon import Daemon


def channel(
    name: str, kind: str, address: str = "", more: str = 'detail = "full"\nexpires_after = "2min"\n'
) -> str:
    """Write a channel; one of the broker's own has no address."""
    where = f'address = "{address}"\n' if address else ""
    return f'[channels.{name}]\nkind = "{kind}"\n{where}{more}\n'


def chain(*steps: tuple[str, str], of: str = '"physiological", "technical"') -> str:
    """Write one chain for all priorities, of channels and when they are called."""
    told = [
        f'[[chain.step]]\nwho = "{name}"\nchannel = "{name}"\nafter = "{after}"\n'
        for name, after in steps
    ]
    head = f'[[chain]]\nname = "{steps[0][0]}"\npriorities = ["high", "medium", "low"]\n'
    return head + f'conditions = [{of}]\npause = "1h"\nrepeats = 0\n' + "".join(told)


def station_and_pager(address: str, after: str) -> str:
    """Write the chain of a station that is called at once and of a pager that is called later."""
    return (
        channel("station", "webhook", f"{address}/station", 'expires_after = "1min"\n')
        + channel("pager", "webhook", f"{address}/pager")
        + chain(("station", "0s"), ("pager", after))
    )


def escalating(folder: Path, escalation: str) -> str:
    """Put chains on the disk, and give the settings by which a daemon calls."""
    chains = folder / "escalation.toml"
    chains.write_text(escalation)
    return f'file = "{chains}"\noutbox = "{folder / "outbox" / "outbox.sqlite3"}"\n'


def calling(folder: Path, port: int, escalation: str, **settings: str) -> Daemon:
    """Make a daemon that calls by chains."""
    return Daemon(folder, port, escalation=escalating(folder, escalation), **settings)
