import numpy as np
import pytest

from simulation.streams import Streams, stream


def first(name: str, *, seed: int = 1, replication: int = 0, day: int | None = 0) -> float:
    return float(stream(seed=seed, replication=replication, name=name, day=day).random())


def test_the_first_values_never_change() -> None:
    # A change here moves every number of every run: it needs its own commit and a reason.
    phone = stream(seed=1, replication=0, name="patience/phone", day=0)
    whole = stream(seed=2**63 - 1, replication=7, name="spare/talk/창구")

    assert phone.integers(0, 1 << 62, 2).tolist() == [2255132561034794737, 3407933722376985812]
    assert whole.integers(0, 1 << 62, 2).tolist() == [2511733169749809023, 3074877451564890381]


def test_the_same_name_begins_again() -> None:
    assert first("patience/phone") == first("patience/phone")


def test_each_argument_makes_another_stream() -> None:
    values = {
        first("talk/phone"),
        first("talk/phones"),
        first("talk/phone", seed=2),
        first("talk/phone", replication=1),
        first("talk/phone", day=1),
        first("talk/phone", day=None),
        first("1 talk/phone", day=None),
        first("- talk/phone", day=None),
    }

    assert len(values) == 8


def test_numbers_do_not_run_into_one_another() -> None:
    assert first("x", seed=1, replication=11) != first("x", seed=11, replication=1)
    assert first("x", replication=1, day=11) != first("x", replication=11, day=1)


def test_all_streams_of_one_replication_go_by_the_same_names() -> None:
    streams = Streams(seed=1, replication=3)

    assert streams.of("talk/phone", 4).random() == first("talk/phone", replication=3, day=4)
    assert streams.of("talk/phone").random() == first("talk/phone", replication=3, day=None)


@pytest.mark.parametrize("vary", ["day", "replication", "seed", "name"])
def test_neighbouring_streams_are_uncorrelated(vary: str) -> None:
    rows = []
    for number in range(40):
        arguments = {"seed": 1, "replication": 0, "name": "talk/phone", "day": 0}
        arguments[vary] = f"talk/{number}" if vary == "name" else number
        rows.append(stream(**arguments).standard_normal(5_000))  # type: ignore[arg-type]
    correlation = np.corrcoef(rows)[np.triu_indices(40, 1)] * np.sqrt(5_000)

    assert np.abs(correlation).max() < 5
    assert 0.85 < correlation.std() < 1.15


def test_first_values_over_many_days_are_uniform() -> None:
    values = [first("talk/phone", day=day) for day in range(20_000)]
    counts = np.histogram(values, bins=20, range=(0, 1))[0]

    assert ((counts - 1_000) ** 2 / 1_000).sum() < 45.3  # chi-squared, 19 degrees, 0.1%
