"""A password that somebody writes into a setting is refused, and shown to nobody."""

from pathlib import Path

import pytest

from monitord.daemon.configuration.config import ConfigProblems, load_settings

HOST = "a host alone, without scheme, user or password"


@pytest.mark.parametrize("section", ["mqtt", "http"])
@pytest.mark.parametrize(
    "host", ["mqtt://ward:hunter2@h", "ward:hunter2@h", "hunter2@h", "//a:hunter2/@h"]
)
def test_a_host_with_a_password_is_refused_with_where_it_belongs(
    host: str, section: str, tmp_path: Path
) -> None:
    """In the file and in the environment; the line names the settings for user and password."""
    path = tmp_path / "monitord.toml"
    for text, environ in (
        (f'[{section}]\nhost = "{host}"', {}),
        ("", {f"MONITORD_{section.upper()}__HOST": host}),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(ConfigProblems) as caught:
            load_settings(path, environ)
        [told] = map(str, caught.value.problems)
        assert f"{section}.host: found '***@h', expected {HOST}" in told
        assert "mqtt.username and a file that mqtt.password_file names" in told
        assert "hunter2" not in told


@pytest.mark.parametrize(
    "text",
    [
        'mqtt = "mqtt://ward:hunter2@h"',
        '[mqtt]\npassword_file = "mqtt://ward:hunter2@h"',
        '[mqtt]\nport = "ward:hunter2@h"',
        '[grading]\nnews2_scale_2_patients = ["p-1", "http://ward:hunter2@h"]',
    ],
)
def test_no_value_is_shown_from_before_an_at(text: str, tmp_path: Path) -> None:
    """Whatever the mistake is, it is not repeated with a password in it."""
    path = tmp_path / "monitord.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigProblems) as caught:
        load_settings(path, {})
    [told] = map(str, caught.value.problems)
    assert "***@h" in told
    assert "hunter2" not in told
