"""What a person writes: the scenario file and its checks.

Everything here is frozen, refuses keys it does not know, and carries units in its field names.
"""

from simulation.scenario.doubts import warnings, worries
from simulation.scenario.load import digest, files_read, load, loads
from simulation.scenario.model import Scenario

__all__ = ["Scenario", "digest", "files_read", "load", "loads", "warnings", "worries"]
