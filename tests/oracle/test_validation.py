"""The validation book, judged: exact and published values lie within the intervals as often as they say."""

import pytest
import yaml

from tests.oracle.book import BOOK, every_case, settled, written
from tests.oracle.book_formulas import Print, formulas
from tests.oracle.ledger import WORLDS, Reading, Settled

MOST_BEYOND_TWO = 0.12
"""By chance 4.6 %; lines of one case stray together, so that the share itself scatters."""


@pytest.fixture(scope="module")
def chapters() -> list[tuple[str, list[Settled]]]:
    """Run every case with half the replications of the book."""
    return list(settled(part=2))


@pytest.fixture(scope="module")
def readings(chapters: list[tuple[str, list[Settled]]]) -> list[tuple[str, Reading]]:
    return [
        (case.case.name, reading)
        for _, cases in chapters
        for case in cases
        for reading in case.readings
    ]


def spelled(readings: list[tuple[str, Reading]]) -> list[str]:
    return [f"{name}: {reading.line.what}, z {reading.z:+.2f}" for name, reading in readings]


@pytest.mark.slow
def test_intervals_cover_the_truth_as_often_as_they_say(
    readings: list[tuple[str, Reading]],
) -> None:
    missed = [pair for pair in readings if not pair[1].covered]
    assert len(missed) <= 0.1 * len(readings), spelled(missed)


@pytest.mark.slow
def test_no_value_lies_where_chance_does_not_put_it(readings: list[tuple[str, Reading]]) -> None:
    assert spelled([pair for pair in readings if abs(pair[1].z) > 4]) == []


@pytest.mark.slow
def test_values_scatter_as_chance_would(readings: list[tuple[str, Reading]]) -> None:
    beyond = sum(abs(reading.z) > 2 for _, reading in readings)
    assert 0 < beyond <= MOST_BEYOND_TWO * len(readings)


@pytest.mark.slow
def test_the_book_tells_every_case(chapters: list[tuple[str, list[Settled]]]) -> None:
    text = written(chapters)
    assert [case.title for case in every_case() if f"### {case.title}\n" not in text] == []


def test_the_book_on_the_shelf_has_every_case_and_every_line() -> None:
    text = BOOK.read_text(encoding="utf-8")
    missing = [
        f"{case.name}: {case.title}"
        for case in every_case()
        if f"### {case.title}\n" not in text or f"seed {case.seed}." not in text
    ]
    assert missing == [], "run `make validation`"


def test_cases_have_names_of_their_own() -> None:
    names = [case.name for case in every_case()]
    assert sorted(set(names)) == sorted(names)


def test_every_world_has_a_case() -> None:
    used = {case.world for case in every_case()}
    worlds = {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in WORLDS.glob("*.yaml")}
    told = {name for name, world in worlds.items() if "scenario" in world}
    assert told == used


@pytest.mark.parametrize("row", formulas(), ids=lambda row: f"{row.case} {row.what}")
def test_formulas_round_to_what_is_printed(row: Print) -> None:
    assert row.agrees, f"printed {row.printed}, ours {row.ours}"
