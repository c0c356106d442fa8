"""Results side by side: paired differences against the first, and the document that tells them."""

from collections.abc import Sequence
from typing import Any, Final

from callcenter.measures.compare import Difference, compare
from callcenter.measures.stack import By
from simulation.results import RunResult

SCHEMA: Final = "callcenter.comparison/1"


def differences(base: RunResult, other: RunResult, *, by: By | str = By.TOTAL) -> list[Difference]:
    """Return how another result differs from a base, replication by replication.

    Raises:
        ValueError: They were not run with the same seed and as many replications.
    """
    if base.seed != other.seed:
        raise ValueError(f"expected results of one seed, got {base.seed} and {other.seed}")
    return compare(base.scorecard, other.scorecard, by=by)


def comparison(
    results: Sequence[RunResult], *, labels: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return the comparison of all results with the first, in the schema of docs/result-schema.md."""
    assert results, "expected at least one result"
    base, *others = results
    names = list(labels or [result.scenario.scenario for result in results])
    card = base.scorecard.to_dict()
    return {
        "schema": SCHEMA,
        "seed": base.seed,
        "replications": base.replications,
        "versions": base.versions,
        "confidence": base.scorecard.confidence,
        "currency": card["currency"],
        "service_level": card["service_level"],
        "measures": card["measures"],
        "base": _named(base, names[0]),
        "others": [
            _named(other, name)
            | {"differences": [found.record() for found in differences(base, other)]}
            for other, name in zip(others, names[1:], strict=True)
        ],
    }


def _named(result: RunResult, label: str) -> dict[str, Any]:
    return {
        "label": label,
        "scenario": result.scenario.scenario,
        "title": dict(result.scenario.title),
        "digest": result.digest,
        "engine": result.engine,
    }
