"""Who may call: the file of tokens is read whole or refused by name."""

from pathlib import Path

import pytest

from monitord.adapters.web.tokens import (
    BadTokens,
    Role,
    hashed,
    line_of,
    make_token,
    read_tokens,
)


def written(folder: Path, text: str) -> Path:
    path = folder / "tokens.toml"
    path.write_text(text)
    return path


def test_a_token_is_found_by_itself_alone(tmp_path: Path) -> None:
    """The line that is made for a token makes it known, and no other is."""
    ward, night = make_token(), make_token()
    path = written(tmp_path, line_of("ward", Role.READ, ward) + line_of("night", Role.NURSE, night))
    tokens = read_tokens(path)
    found = tokens.find(night)
    assert found is not None
    assert ("night", Role.NURSE) == (found.name, found.role)
    assert tokens.find(make_token()) is None
    assert tokens.find(hashed(night)) is None
    assert tokens.find("\ud800") is None


def test_two_tokens_are_never_the_same_and_no_file_holds_one() -> None:
    """A token has far more chance in it than anybody guesses, and its line only the hash."""
    first, second = make_token(), make_token()
    assert first != second
    assert 40 < len(first)
    assert first not in line_of("ward", Role.READ, first)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected tables [[token]]"),
        ("token = 1", "expected tables [[token]]"),
        ("[[token", "found no TOML"),
        ('[[token]]\nname = "x"\n', "token.0.name: found other keys"),
        ('[[token]]\nname = "x"\nrole = "chief"\nsha256 = ""\n', "found 'chief', expected one of"),
        ('[[token]]\nname = "x y"\nrole = "read"\nsha256 = ""\n', "token.0.name: found 'x y'"),
        ('[[token]]\nname = "x"\nrole = "read"\nsha256 = "secret"\n', "expected the 64 hex"),
        (line_of("x", Role.READ, "a") + line_of("x", Role.READ, "b"), "token.1.name"),
        (line_of("x", Role.READ, "a") + line_of("y", Role.READ, "a"), "token.1.sha256"),
    ],
)
def test_what_is_wrong_with_the_file_is_told_by_name(tmp_path: Path, text: str, told: str) -> None:
    """The file, the key, what was found and what was expected; never what stands for a hash."""
    with pytest.raises(BadTokens) as refused:
        read_tokens(written(tmp_path, text))
    assert told in str(refused.value)
    assert "secret" not in str(refused.value)


def test_each_role_may_do_what_those_before_may() -> None:
    """The roles are a ladder from reading to operating."""
    may = [[role.includes(other) for other in Role] for role in Role]
    assert [[True, False, False], [True, True, False], [True, True, True]] == may
