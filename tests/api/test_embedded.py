"""What the house makes for itself, and what it refuses to make."""

import stat
from pathlib import Path
from typing import Any

import pytest

from api.embedded import fresh, secrets_of
from api.settings import PREFIX, SECRETS, Settings
from api.wiring import vault_of
from callcenter.domain.access import Role
from callcenter.errors import InputError, KeysError, UnsafeSettingsError
from tests.databases import PostgresServer
from tests.doors import Draws, a_house

LONG = "a secret of the environment, long enough"


def settings_in(folder: Path, **chosen: Any) -> Settings:
    return Settings.load(file=folder / "none.toml", var=folder / "var", **chosen)


def test_missing_secrets_are_drawn_once_and_kept_from_others(tmp_path: Path) -> None:
    said: list[str] = []
    first = secrets_of(settings_in(tmp_path), draw=Draws(), say=said.append)
    second = secrets_of(settings_in(tmp_path), draw=Draws(), say=said.append)

    folder = tmp_path / "var" / "keys"
    files = sorted(folder.iterdir())
    assert first == second
    assert len(said) == len(files) == len(SECRETS)
    assert all(str(file) in " ".join(said) for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert first.session_key not in repr(first) + " ".join(said)


def test_a_key_others_may_read_is_refused(tmp_path: Path) -> None:
    secrets_of(settings_in(tmp_path), draw=Draws(), say=print)
    (tmp_path / "var" / "keys" / "session-key").chmod(0o644)

    with pytest.raises(InputError, match="session-key: expected permissions 0600"):
        secrets_of(settings_in(tmp_path), draw=Draws(), say=print)


@pytest.mark.parametrize("missing", SECRETS)
def test_production_names_the_secret_it_lacks_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name in SECRETS:
        if name != missing:
            monkeypatch.setenv(f"{PREFIX}{name.upper()}", LONG)
    settings = settings_in(tmp_path, production=True)

    with pytest.raises(UnsafeSettingsError, match=f"{PREFIX}{missing.upper()}"):
        secrets_of(settings, draw=Draws(), say=print)
    assert not (tmp_path / "var").exists()


def test_a_short_secret_is_refused_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_SESSION_KEY", "hunter2")

    with pytest.raises(InputError, match="CALLCENTER_SESSION_KEY: expected at least 32") as refused:
        secrets_of(settings_in(tmp_path), draw=Draws(), say=print)
    assert "hunter2" not in str(refused.value)


def test_what_keys_new_prints_opens_the_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Draws()
    for name in SECRETS:
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", fresh(name, draw=draw, key_id="k2"))
    settings = settings_in(tmp_path, production=True)

    vault_of(secrets_of(settings, draw=draw, say=print), draw=draw)


def test_a_ring_that_is_none_is_refused_by_the_name_of_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_SEALING_KEYS", LONG)
    secrets = secrets_of(settings_in(tmp_path), draw=Draws(), say=print)

    with pytest.raises(KeysError, match="CALLCENTER_SEALING_KEYS") as refused:
        vault_of(secrets, draw=Draws())
    assert LONG not in str(refused.value)


async def test_the_first_start_lets_one_manager_in_and_a_second_start_nobody(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        first = [line for line in house.said if line.startswith("first login: manager")]
        password = first[0].split("password: ")[1].split(" ")[0]
        form = {"username": "manager", "password": password}
        token = (await house.client.post("/v1/login", data=form)).json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        me = await house.client.get("/v1/me", headers=bearer)
        assert me.json()["roles"] == [Role.MANAGER]

    async with a_house(tmp_path) as house:
        assert house.said == []
        assert (await house.client.get("/v1/me", headers=bearer)).status_code == 200


async def test_production_lets_nobody_in_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = Draws()
    for name in SECRETS:
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", fresh(name, draw=draw))

    with pytest.raises(UnsafeSettingsError, match="CALLCENTER_PUBLIC_URL: expected https"):
        async with a_house(tmp_path, production=True):
            pass
    async with a_house(tmp_path, production=True, public_url="https://120.example.kr") as house:
        assert house.said == []
        async with house.services.store.reading() as uow:
            assert await uow.accounts.page(after="", most=1) == []


async def test_an_old_schema_on_a_server_is_refused_with_what_to_do(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.empty()

    with pytest.raises(InputError, match=r"found 'none': run `callcenter db upgrade`"):
        async with a_house(tmp_path, database=url):
            pass
    await postgres_server.drop(url)
