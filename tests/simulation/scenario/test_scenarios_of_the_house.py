"""Every scenario that comes with the house, the starters, the reference page, and their descriptions."""

from pathlib import Path

import holidays
import pytest

from callcenter.errors import ScenarioError
from simulation.results import run
from simulation.scenario import Scenario, load, loads, warnings
from simulation.scenario.campaign_rules import stray_campaigns
from simulation.scenario.days import days_of, event_dates, public_holidays
from simulation.scenario.describe import describe
from simulation.scenario.expectations import outlook
from simulation.scenario.reference import reference
from simulation.scenario.rules import stray_events
from simulation.scenario.starter import starter

CONFIGS = Path(__file__).resolve().parents[3] / "configs"
FILES = sorted((CONFIGS / "scenarios").glob("*.yaml"))


def of_the_house(name: str) -> Scenario:
    return load(CONFIGS / "scenarios" / f"{name}.yaml")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_of_the_house_is_sound_and_named_like_its_file(path: Path) -> None:
    scenario = load(path)
    stray = (*stray_events(scenario), *stray_campaigns(scenario))
    beyond = {".".join(map(str, problem.path)) for problem in stray}

    assert scenario.scenario == path.stem
    assert {"en", "ko"} <= scenario.title.keys()
    assert [text for text in warnings(scenario) if text.split(":")[0] not in beyond] == []


def test_all_that_were_asked_for_are_there() -> None:
    assert {path.stem for path in FILES} >= {
        "bucheon-2009",
        "counselling-room",
        "erlang-a",
        "erlang-c",
        "kiosks",
        "multi-skill",
        "seollal",
        "tutorial",
    }


def test_the_city_has_its_published_figures() -> None:
    scenario = of_the_house("bucheon-2009")

    values = {figure.measure: figure.value for figure in scenario.published}
    assert (values["answered"], values["answered_per_day"], values["mean_talk"]) == (
        497_355,
        2_706,
        121,
    )
    assert sum(group.headcount for group in scenario.group.values()) == 30
    assert outlook(scenario).open_days == 191
    assert scenario.money is not None
    assert scenario.money.contract_per_year == 814_000_000


def test_expected_calls_of_the_city_come_to_what_was_published() -> None:
    phone = outlook(of_the_house("bucheon-2009")).queues["phone"]

    assert phone.legs == pytest.approx(497_355, rel=0.03)


def test_the_first_day_after_seollal_is_found() -> None:
    scenario = of_the_house("seollal")

    assert [str(day) for day in event_dates(scenario)["after-holiday"]] == ["2009-01-28"]


def test_a_holiday_before_the_first_day_counts_too() -> None:
    scenario = load(CONFIGS / "scenarios" / "seollal.yaml", {"calendar.first": "2009-01-28"})

    assert days_of(scenario)[0].events == {"after-holiday"}


def test_a_weekend_alone_makes_no_day_after_a_holiday() -> None:
    dates = event_dates(of_the_house("bucheon-2009"))["after-holiday"]

    assert sorted(map(str, dates)) == ["2009-01-02", "2009-01-28", "2009-05-06"]


@pytest.mark.parametrize("language", ["en_US", "ko"])
def test_holidays_are_those_of_the_package(language: str) -> None:
    calendar = of_the_house("bucheon-2009").calendar
    package = holidays.country_holidays("KR", years=2009, language=language)

    expected = {day: name for day, name in package.items() if day <= calendar.last}
    named = public_holidays(calendar, language)
    assert {day: name for day, name in named.items() if day.year == 2009} == expected


@pytest.mark.parametrize("kind", ["phone", "counter", "kiosk"])
def test_a_starter_is_sound_as_it_stands(kind: str) -> None:
    scenario = loads(starter("my-centre", kind))

    assert scenario.scenario == "my-centre"
    assert warnings(scenario) == []


def test_a_starter_needs_a_name_and_a_kind_it_knows() -> None:
    with pytest.raises(ScenarioError, match="expected a name of letters"):
        starter("My Centre")
    with pytest.raises(ScenarioError, match=r"got 'kiosks' \(did you mean kiosk\?\)"):
        starter("mine", "kiosks")


def test_the_reference_page_is_up_to_date() -> None:
    page = (CONFIGS / "README.md").read_text("utf-8")

    assert page == reference(), "run `python -m simulation.scenario.reference > configs/README.md`"


def test_the_reference_page_knows_every_family_and_section() -> None:
    page = reference()

    for word in ("hyperexponential", "by-time", "queue.<name>.call_back", "when_busy", "breakdown"):
        assert word in page


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_description_says_the_same_in_both_languages(path: Path) -> None:
    scenario = load(path)
    english, korean = describe(scenario), describe(scenario, "ko")

    assert [len(section.lines) for section in english] == [len(section.lines) for section in korean]
    assert all(section.title and all(section.lines) for section in english)
    assert all(any("가" <= letter <= "힣" for letter in section.title) for section in korean)


def test_a_description_names_hours_load_and_what_is_assumed() -> None:
    lines = [line for section in describe(of_the_house("bucheon-2009")) for line in section.lines]
    text = "\n".join(lines)

    assert "2009-01-01 to 2009-09-30: 273 days, 191 of them open." in text
    assert "mon-fri: 08:00-19:00" in text
    assert "about 2,485 callers an open day" in text
    assert "Erlangs on average" in text
    assert "queue.phone.after_call: Not reported" in text
    assert "2009-01-26 Korean New Year" in text


def test_a_description_names_whom_the_centre_calls() -> None:
    lines = [line for section in describe(of_the_house("bucheon-2009")) for line in section.lines]
    text = "\n".join(lines)

    for words in (
        "water-bills (수도요금): 22,500 leads, progressive dialling, 3 attempts each",
        "2009-01-05 to 2009-09-30, mon-fri 14:00-15:30",
        "49% answer, 37% are a success; talk: lognormal, 45s on average, cv 0.6",
        "dialled by agents while more than 6 of them are idle",
    ):
        assert words in text


@pytest.mark.parametrize(("name", "fields"), [("bucheon-2009", 11), ("bucheon-2009-q4", 12)])
def test_as_many_fields_are_called_as_were_counted(name: str, fields: int) -> None:
    scenario = of_the_house(name)

    assert len({campaign.field for campaign in scenario.campaigns.values()}) == fields
    named = {"전화친절도", "수도요금", "도서대출", "지방세", "설문조사"}
    assert named < {campaign.field for campaign in scenario.campaigns.values()}
    for key, campaign in scenario.campaigns.items():
        assert (f"campaigns.{key}.field" in scenario.assumed) == (campaign.field not in named)
        assert f"campaigns.{key}.leads" in scenario.assumed


def test_a_description_names_what_callers_and_groups_do() -> None:
    lines = [line for section in describe(of_the_house("multi-skill")) for line in section.lines]
    text = "\n".join(lines)

    for words in (
        "8% need nobody after the recorded menu",
        "offered a call-back after 2m; 30% accept",
        "some leave at once when they see the line",
        "4% go on to tax",
        "while civil is 90% busy",
        "after 45s of waiting, keeping 1 free",
        "Who waits at closing is let go.",
    ):
        assert words in text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bucheon-2009", "bucheon-2009-q4"])
def test_successful_contacts_come_to_what_was_published_or_planned(name: str) -> None:
    scenario = of_the_house(name)
    wanted = {figure.measure: figure.value for figure in scenario.published}["successes"]

    found = run(scenario).scorecard["successes"]

    assert found.low is not None
    assert found.high is not None
    assert found.low <= wanted <= found.high
