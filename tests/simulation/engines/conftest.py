"""Every rule is tested on both engines."""

import pytest

from simulation.engines import ENGINES, engine
from simulation.engines.port import Engine


@pytest.fixture(params=ENGINES)
def run(request: pytest.FixtureRequest) -> Engine:
    return engine(request.param)
