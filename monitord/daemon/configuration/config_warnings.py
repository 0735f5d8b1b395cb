"""What is worth a look in settings that can be used: told by `monitord check` and at the start."""

import structlog

from monitord.daemon.configuration.config_problems import ConfigProblem
from monitord.daemon.configuration.escalation_config import EscalationPlan
from monitord.daemon.configuration.settings import Settings

log = structlog.get_logger("monitord.daemon")


def warnings_of(settings: Settings, plan: EscalationPlan | None) -> list[ConfigProblem]:
    """Return what stops nothing and is most likely not what was meant."""
    warnings = list(plan.warnings) if plan else []
    if settings.http.enabled:
        return warnings
    expected = "http.enabled = true: nobody is answered, and alerts ring on"
    if settings.http.tokens_file is not None:
        found = "tokens for an API that is off"
        warnings.append(ConfigProblem("http", "tokens_file", found, expected))
    for name, channel in plan.channels.items() if plan else ():
        if channel.answers_secret_file is not None:
            key, found = f"channels.{name}.answers_secret_file", "answers that nobody hears"
            warnings.append(ConfigProblem(str(settings.escalation.file), key, found, expected))
    return warnings


def log_warnings(settings: Settings, plan: EscalationPlan | None) -> None:
    """Write them down where the daemon's log is read."""
    for warning in warnings_of(settings, plan):
        log.warning("settings.worth_a_look", told=str(warning))
