"""With what the live part starts, and with what it does not."""

import itertools
from pathlib import Path

import pytest

from api.live.city import SEED
from api.live.first_look import wallboard_key
from api.live.opening import NO_BROKER
from callcenter.desk.accounts import By
from callcenter.domain.access import SYSTEM, Role
from callcenter.errors import InputError, UnsafeSettingsError
from callcenter.vault import new_key
from simulation.citizens import concern_of_call
from tests.api.living import Living, a_call, a_living_house
from tests.doors import Draws, a_house

ROOT = Path(__file__).resolve().parents[3]
IN_PRODUCTION = {
    "production": True,
    "background": True,
    "public_url": "https://120.example.go.kr",
    "session_key": "s" * 40,
}


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give what production asks for beside a broker."""
    draws = Draws()
    for name in ("SEALING_KEYS", "LOOKUP_KEYS", "SIGNING_KEYS"):
        monkeypatch.setenv(f"CALLCENTER_{name}", new_key("k1", random_bytes=draws))


@pytest.mark.usefixtures("keys")
async def test_production_does_not_start_on_a_broker_that_forgets(tmp_path: Path) -> None:
    with pytest.raises(UnsafeSettingsError, match=r"CALLCENTER_BROKER: expected mqtts://"):
        async with a_house(tmp_path, **IN_PRODUCTION):
            pass


@pytest.mark.usefixtures("keys")
async def test_production_says_everything_that_is_wrong_with_a_broker_at_once(
    tmp_path: Path,
) -> None:
    broker = {"broker": "mqtt://switchboard@192.0.2.1", "broker_password": "short"}

    with pytest.raises(UnsafeSettingsError) as refused:
        async with a_house(tmp_path, **IN_PRODUCTION, **broker):
            pass

    assert "guessable" in str(refused.value)
    assert "not-encrypted" in str(refused.value)


@pytest.mark.usefixtures("keys")
async def test_a_house_without_a_switch_says_so_and_starts(tmp_path: Path) -> None:
    async with a_house(tmp_path, **IN_PRODUCTION, broker=NO_BROKER) as house:
        lead = await house.bearer(Role.LEAD)
        answer = await house.client.get("/v1/live", headers=lead)

    assert answer.status_code == 409


async def test_a_broker_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="mqtt://"):
        async with a_house(tmp_path, background=True, broker="http://broker"):
            pass


async def test_where_nothing_listens_no_command_is_given(tmp_path: Path) -> None:
    said = {
        "source": "sim1",
        "command": {"order": "recall_agents", "count": 1, "group": "general"},
    }
    async with a_house(tmp_path) as house:
        lead = await house.bearer(Role.LEAD)
        answer = await house.client.post("/v1/live/commands", json=said, headers=lead)

    assert (answer.status_code, answer.json()["code"]) == (409, "refused")


async def test_the_key_of_the_wall_is_the_same_until_it_is_revoked(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        accounts, settings = house.services.accounts, house.services.settings
        first = await wallboard_key(settings, accounts)
        again = await wallboard_key(settings, accounts)
        key = await accounts.key(first)
        await accounts.revoke_key(key.key_id, by=By(actor=SYSTEM))
        other = await wallboard_key(settings, accounts)

    assert first == again
    assert key.roles == {Role.WALLBOARD}
    assert other != first
    assert (settings.var / "keys" / "wallboard-key").stat().st_mode & 0o777 == 0o600


async def test_the_answered_calls_of_a_simulated_centre_become_tickets(tmp_path: Path) -> None:
    scenario = ROOT / "configs" / "scenarios" / "bucheon-2009.yaml"
    async with a_living_house(tmp_path, scenario=scenario, speed=600.0) as living:
        lead = await living.house.bearer(Role.LEAD)
        await living.switch.beat()
        call = asks_for_something(living)
        await a_call(living.switch, call=call, agent="general-07")
        opened = await living.until(lead, lambda found: found["tickets"]["open"] > 0)

    assert opened["forecast"]["source"] == "scenario"
    assert opened["forecast"]["day_total"] > 1_000


def asks_for_something(living: Living) -> str:
    """Return a call that the city makes a ticket of; few are."""
    catalogue = living.house.services.catalogue()
    return next(
        call
        for call in map(str, itertools.count())
        if concern_of_call(f"sim1 {call}", seed=SEED, catalogue=catalogue) is not None
    )
