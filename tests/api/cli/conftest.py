"""The broker that the tests of the bus start is the one these commands speak to."""

from tests.callcenter.bus.conftest import mortal, mosquitto_program

__all__ = ["mortal", "mosquitto_program"]
