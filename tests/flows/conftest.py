"""A broker as it is shipped."""

from collections.abc import Iterator

import pytest

from tests.callcenter.bus.rigs import Mosquitto
from tests.chaos.brokers import a_broker


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with a_broker(tmp_path_factory.mktemp("mosquitto")) as started:
        yield started
