"""The TOML file as a frozen ``Config``, or every mistake in it at once. Read ``sync.config.base`` first."""

from sync.config.base import Config
from sync.config.load import load_config, recall_config
from sync.config.problem import ConfigError, Problem
from sync.config.settings import Exemption, NotesConfig, RefreshConfig

__all__ = [
    "Config",
    "ConfigError",
    "Exemption",
    "NotesConfig",
    "Problem",
    "RefreshConfig",
    "load_config",
    "recall_config",
]
