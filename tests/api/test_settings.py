from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import PREFIX, SECRETS, Settings
from callcenter.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
SECRET_TEXT = "s" * 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "service.toml"


def test_without_anything_said_the_defaults_fit_one_machine(file: Path) -> None:
    settings = Settings.load(file=file)

    assert settings.database_url == "sqlite:///var/callcenter.db"
    assert settings.embedded
    assert not settings.production
    assert not settings.https


def test_the_environment_goes_before_the_file_and_an_option_before_both(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('port = 1001\nhost = "0.0.0.0"\nlog_level = "error"\n')
    monkeypatch.setenv("CALLCENTER_PORT", "1002")
    monkeypatch.setenv("CALLCENTER_HOST", "::1")

    settings = Settings.load(file=file, host="127.0.0.9", port=None)

    assert (settings.host, settings.port, settings.log_level) == ("127.0.0.9", 1002, "error")


def test_settings_do_not_change(file: Path) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings.load(file=file).port = 1  # type: ignore[misc]


def test_an_unknown_key_of_the_file_is_refused_by_its_name(file: Path) -> None:
    file.write_text("prot = 8120\n")

    with pytest.raises(InputError, match=r"service\.toml: prot: Extra inputs"):
        Settings.load(file=file)


def test_an_unknown_variable_is_refused_by_its_name(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_DATABSE", "sqlite:///x.db")

    with pytest.raises(
        InputError,
        match=r"CALLCENTER_DATABSE: there is no such setting; did you mean CALLCENTER_DATABASE",
    ):
        Settings.load(file=file)


def test_an_unfit_variable_is_named_and_not_repeated(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_PORT", "eighty")

    with pytest.raises(InputError, match="CALLCENTER_PORT: Input should be") as refused:
        Settings.load(file=file)
    assert "eighty" not in str(refused.value)


EVERY_SECRET = (*SECRETS, "sms_token", "smtp_password", "broker_password")


def test_a_password_in_the_url_of_the_file_is_refused_and_not_repeated(file: Path) -> None:
    file.write_text(f'database = "postgresql://kim:{SECRET_TEXT}@host/name"\n')

    with pytest.raises(InputError, match="set CALLCENTER_DATABASE in the environment") as refused:
        Settings.load(file=file)
    assert SECRET_TEXT not in str(refused.value)


@pytest.mark.parametrize("name", EVERY_SECRET)
def test_a_secret_in_the_file_is_refused_and_not_repeated(file: Path, name: str) -> None:
    file.write_text(f'{name} = "{SECRET_TEXT}"\n')

    with pytest.raises(
        InputError, match=f"set {PREFIX}{name.upper()} in the environment"
    ) as refused:
        Settings.load(file=file)
    assert SECRET_TEXT not in str(refused.value)


@pytest.mark.parametrize("name", EVERY_SECRET)
def test_a_secret_of_the_environment_is_never_shown(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"{PREFIX}{name.upper()}", SECRET_TEXT)
    settings = Settings.load(file=file)

    assert getattr(settings, name).get_secret_value() == SECRET_TEXT
    assert SECRET_TEXT not in repr(settings) + settings.model_dump_json()


def test_a_file_that_is_no_toml_is_refused_by_its_name(file: Path) -> None:
    file.write_bytes("port = '안녕'".encode("cp949"))

    with pytest.raises(InputError, match=r"service\.toml: expected TOML"):
        Settings.load(file=file)


def test_the_file_of_the_project_says_what_the_defaults_say(file: Path) -> None:
    shipped = Settings.load(file=ROOT / "configs" / "service.toml")

    assert shipped == Settings.load(file=file)


def test_the_catalogue_is_found_from_any_folder_and_a_folders_own_goes_first(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.load(file=file).catalogue.samefile(ROOT / "configs" / "services.yaml")

    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "services.yaml").touch()
    assert Settings.load(file=file).catalogue.samefile(tmp_path / "configs" / "services.yaml")
