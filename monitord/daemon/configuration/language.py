"""Which language the ward is told in: the settings say it, a catalogue has the phrases."""

from monitord.adapters.catalogue import CatalogueProblem, read_language
from monitord.daemon.configuration.config import ConfigProblem, ConfigProblems
from monitord.daemon.configuration.settings import Settings
from monitord.domain.language import Language


def language_of(settings: Settings) -> Language:
    """Read the language of the settings; raises `ConfigProblems` where its catalogue is wrong."""
    try:
        return read_language(settings.ward.language, settings.ward.phrases)
    except CatalogueProblem as problem:
        where = str(problem.path)
        told = ConfigProblem(where, "", problem.found, problem.expected)
        raise ConfigProblems([told]) from None
