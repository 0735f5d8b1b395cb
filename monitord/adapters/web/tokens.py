"""Who may call the API: names, roles and hashes of tokens, from a file that the unit keeps.

A token is 32 random bytes, so that one round of SHA-256 keeps it: there is nothing to guess, and a
slow hash would only let strangers keep us busy. The token itself is never on our disk.
"""

import hmac
import re
import secrets
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

_STARTS: Final = "mtd_"  # so that a scanner for secrets can find one that was left somewhere
_BYTES: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_KEYS: Final = ("name", "role", "sha256")


class Role(StrEnum):
    """What a caller may do; each may do what the one before may."""

    READ = "read"
    NURSE = "nurse"
    OPERATOR = "operator"

    def includes(self, other: "Role") -> bool:
        """Say whether this role may do what the other may.

        >>> Role.NURSE.includes(Role.READ), Role.READ.includes(Role.NURSE)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Token:
    """One caller: the name that stands in the audit, the role, and the hash of the token."""

    name: str
    role: Role
    sha256: str


class BadTokens(ValueError):
    """The file of tokens cannot be used; `problems` has a line for each reason."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Tokens:
    """The callers that are known."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tuple(tokens)

    def __len__(self) -> int:
        return len(self._tokens)

    def find(self, token: str) -> Token | None:
        """Return whose token it is; every hash is compared, each in constant time."""
        given = hashed(token)
        found = None
        for one in self._tokens:
            if hmac.compare_digest(one.sha256, given):
                found = one
        return found


def hashed(token: str) -> str:
    """Return what the file holds of a token."""
    return sha256(token.encode(errors="replace")).hexdigest()


def make_token() -> str:
    """Make a new token, from the system's own chance."""
    return _STARTS + secrets.token_urlsafe(_BYTES)


def line_of(name: str, role: Role, token: str) -> str:
    """Write the table that stands for a token in the file.

    Raises `ValueError` for a name that could not stand there.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"found {name!r}, expected 1 to 64 of A-Z a-z 0-9 . _ -")
    return f'[[token]]\nname = "{name}"\nrole = "{role}"\nsha256 = "{hashed(token)}"\n'


def read_tokens(path: Path) -> Tokens:
    """Read the file of tokens.

    Raises `BadTokens` with every problem; no problem shows a hash, which may be a token in the
    wrong place.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadTokens([f"{path}: found {error.strerror}, expected a readable file"]) from error
    except ValueError:
        raise BadTokens([f"{path}: found no TOML in UTF-8, expected tables [[token]]"]) from None
    tables = document.get("token")
    if set(document) != {"token"} or not isinstance(tables, list):
        expected = "tables [[token]] and nothing else; make one with: monitord token NAME"
        raise BadTokens([f"{path}: found other keys or none, expected {expected}"])
    problems: list[str] = []
    tokens: list[Token] = []
    for place, table in enumerate(tables):
        wrong = _wrong(table, tokens)
        if wrong:
            problems.append(f"{path}: token.{place}.{wrong}")
        else:
            tokens.append(Token(table["name"], Role(table["role"]), table["sha256"]))
    if problems:
        raise BadTokens(problems)
    return Tokens(tokens)


def _wrong(table: object, before: Sequence[Token]) -> str:
    """Say what is wrong with a table: the key, what was found, what was expected; or nothing."""
    if not isinstance(table, dict) or set(table) != set(_KEYS):
        return f"{_KEYS[0]}: found other keys or none, expected {', '.join(_KEYS)}"
    name, role, digest = (table[key] for key in _KEYS)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return f"name: found {name!r}, expected 1 to 64 of A-Z a-z 0-9 . _ -"
    if role not in list(Role):
        return f"role: found {role!r}, expected one of {', '.join(Role)}"
    if not isinstance(digest, str) or not _HASH.fullmatch(digest):
        return "sha256: found something else, expected the 64 hexadecimal digits of the hash"
    if name in {one.name for one in before}:
        return f"name: found {name!r} again, expected each name once"
    if digest in {one.sha256 for one in before}:
        return "sha256: found one twice, expected a token for each name"
    return ""
