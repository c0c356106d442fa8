"""Cells speak with the weight of those they stand for, and unequal weights cost respondents."""

import pytest
from hypothesis import given, strategies as st

from callcenter.measures.desk_work import wilson
from callcenter.measures.weighting import Answered, unweighted, weighted


def a_cell(code: str, share: float, n: int, satisfied: float) -> Answered:
    return Answered(code=code, share=share, n=n, satisfied=satisfied)


def test_each_cell_counts_by_its_share_of_the_population() -> None:
    found = weighted([a_cell("young", 0.7, 20, 10), a_cell("old", 0.3, 80, 80)])

    assert found.share == pytest.approx(0.7 * 0.5 + 0.3 * 1.0)
    assert found.weights == pytest.approx({"young": 0.7 / 0.2, "old": 0.3 / 0.8})


def test_the_design_effect_is_kishs() -> None:
    found = weighted([a_cell("young", 0.7, 20, 10), a_cell("old", 0.3, 80, 80)])
    weights = [0.7 / 0.2] * 20 + [0.3 / 0.8] * 80

    kish = len(weights) * sum(w * w for w in weights) / sum(weights) ** 2
    assert found.design_effect == pytest.approx(kish)
    assert found.effective == pytest.approx(100 / kish)


def test_without_cells_it_is_the_plain_share_with_its_wilson_interval() -> None:
    found = unweighted(200, 178)

    assert found.share == pytest.approx(0.89)
    assert found.design_effect == 1.0
    assert found.interval == wilson(178, 200)


def test_seventeen_answers_are_not_ranked_and_thirty_are() -> None:
    assert not unweighted(17, 15).ranked
    assert unweighted(30, 27).ranked


def test_a_cell_nobody_answered_from_is_named() -> None:
    found = weighted([a_cell("young", 0.5, 0, 0), a_cell("old", 0.5, 40, 30)])

    assert found.unheard == ("young",)
    assert found.share == pytest.approx(0.75)


def test_of_nobody_there_is_no_share() -> None:
    found = weighted([a_cell("all", 1.0, 0, 0)])

    assert (found.n, found.share, found.interval) == (0, None, None)


@given(
    st.lists(
        st.tuples(st.floats(0.01, 1), st.integers(1, 500), st.floats(0, 1)), min_size=1, max_size=6
    )
)
def test_weights_cost_and_never_gain(drawn: list[tuple[float, int, float]]) -> None:
    cells = [a_cell(str(i), s, n, n * part) for i, (s, n, part) in enumerate(drawn)]
    found = weighted(cells)

    assert found.share is not None
    assert found.interval is not None
    assert found.design_effect >= 1
    assert found.interval.low <= found.share <= found.interval.high
    assert sum(found.weights[cell.code] * cell.n for cell in cells) == pytest.approx(found.n)
