"""AAPOR's rates, by hand."""

from callcenter.domain.outbound import Disposition
from callcenter.domain.response_rates import CODE_OF, DISPOSITION_NAMES_KO, Code, rates

CASES = {
    Code.COMPLETE: 400,
    Code.PARTIAL: 50,
    Code.REFUSAL: 150,
    Code.NON_CONTACT: 100,
    Code.OTHER: 20,
    Code.UNKNOWN: 280,
    Code.NOT_ELIGIBLE: 75,
}


def test_the_rates_are_those_of_the_standard_definitions() -> None:
    found = {rate.name: (rate.above, rate.below) for rate in rates(CASES)}

    assert found == {
        "RR1": (400, 1_000),
        "RR2": (450, 1_000),
        "COOP1": (400, 620),
        "REF1": (150, 1_000),
        "CON1": (620, 1_000),
    }


def test_of_nobody_there_is_no_rate() -> None:
    assert [rate.value for rate in rates({Code.NOT_ELIGIBLE: 3})] == [None] * 5
    assert rates(CASES)[0].value == 0.4


def test_every_disposition_has_a_group_and_a_name() -> None:
    assert set(CODE_OF) == set(DISPOSITION_NAMES_KO) == set(Disposition)
