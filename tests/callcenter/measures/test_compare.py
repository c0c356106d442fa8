import pytest
from scipy.stats import t as student

from callcenter.clock import HOUR, SECOND
from callcenter.measures.compare import Difference, Word, compare
from callcenter.measures.frame import Frame
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import tally
from tests.callcenter.measures.builders import OPEN, agent_log, answered, call_log, frame


def card(*days: list[int], made: Frame | None = None) -> Scorecard:
    """Build a scorecard from the waits, in seconds, of each replication."""
    made = made or frame()
    logs = [call_log([answered(OPEN + HOUR, wait=wait * SECOND) for wait in day]) for day in days]
    return Scorecard([tally(log, agent_log(), made) for log in logs], frame=made)


def of(found: list[Difference], measure: str) -> Difference:
    (one,) = [difference for difference in found if difference.measure.name == measure]
    return one


def test_pairs_cancel_what_both_have_in_common() -> None:
    base = card([10], [50], [90])
    other = card([11], [52], [91])

    asa = of(compare(base, other), "asa")

    # With one call a day the delta method is the paired t test.
    assert asa.difference == pytest.approx(4 / 3)
    assert asa.half_width == pytest.approx(student.ppf(0.975, 2) * (1 / 3) ** 0.5 / 3**0.5)
    assert asa.word is Word.UNDECIDED
    assert asa.confidence == pytest.approx(student.cdf(4, 2))


def test_ratios_are_paired_by_their_linearised_errors() -> None:
    first = [[10, 20], [30], [5, 5, 5]]
    second = [[10], [30, 60], [5, 5, 20]]

    def errors(days: list[list[int]]) -> list[float]:
        count = sum(map(len, days))
        value = sum(map(sum, days)) / count
        return [(sum(day) - value * len(day)) / (count / len(days)) for day in days]

    gaps = [after - before for before, after in zip(errors(first), errors(second), strict=True)]
    expected = student.ppf(0.975, 2) * (sum(gap**2 for gap in gaps) / 2 / 3) ** 0.5

    assert of(compare(card(*first), card(*second)), "asa").half_width == pytest.approx(expected)


def test_a_shorter_wait_is_better_and_more_calls_are_just_more() -> None:
    found = compare(card([30], [31], [33]), card([10, 10], [11, 12], [12, 12]))

    assert of(found, "asa").word is Word.BETTER
    assert of(found, "service_level_b").word is Word.BETTER
    assert of(found, "offered").word is Word.HIGHER
    assert of(found, "offered").record()["word"] == "higher"
    back = compare(card([10], [11], [12]), card([30], [31], [33]))
    assert of(back, "asa").word is Word.WORSE
    confidence = of(back, "asa").confidence
    assert confidence is not None
    assert confidence > 0.99


def test_equal_runs_are_the_same() -> None:
    asa = of(compare(card([1], [2]), card([1], [2])), "asa")

    assert (asa.word, asa.difference, asa.half_width) == (Word.SAME, 0, 0)
    assert asa.confidence is None


def test_a_difference_without_chance_is_certain() -> None:
    offered = of(compare(card([1], [2]), card([1, 1], [2, 2])), "offered")

    assert (offered.difference, offered.half_width, offered.confidence) == (1, 0, None)


def test_one_replication_decides_nothing() -> None:
    asa = of(compare(card([10]), card([99])), "asa")

    assert (asa.word, asa.half_width, asa.confidence) == (Word.UNDECIDED, None, None)


def test_what_one_side_lacks_is_not_compared() -> None:
    names = {one.measure.name for one in compare(card([], []), card([1], [2]))}

    assert "offered" in names
    assert "asa" not in names


def test_cells_are_compared_each_with_its_like() -> None:
    found = compare(card([10], [20]), card([11], [21]), by="interval")

    cells = {one.cell["interval"]: one.difference for one in found if one.measure.name == "asa"}
    assert cells == {"10:00": 1}


def test_runs_that_cannot_be_paired_are_refused() -> None:
    with pytest.raises(
        ValueError, match="expected as many replications on both sides, got 1 and 2"
    ):
        compare(card([1]), card([1], [2]))
    with pytest.raises(ValueError, match="expected the same cells by queue"):
        compare(card([1]), card([1], made=frame(queues=("chat",))), by="queue")


def test_totals_of_more_days_are_neither_better_nor_worse() -> None:
    short, long = (card([30], [31], [33], made=frame(days=days)) for days in (1, 2))

    found = compare(short, long)

    assert of(found, "offered").word is Word.OTHER_DAYS
    assert of(found, "wait_max").word is Word.OTHER_DAYS
    assert of(found, "wait_max").confidence is None
    assert of(found, "asa").word is Word.SAME
