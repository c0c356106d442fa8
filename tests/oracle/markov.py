"""Small tools for continuous-time Markov chains with sparse generators."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

Floats = NDArray[np.float64]
State = TypeVar("State", bound=Hashable)
Moves = Callable[[State], Iterable[tuple[State, float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain(Generic[State]):
    """The reachable states and the generator among them; rows of an exit lose mass."""

    states: list[State]
    index: dict[State, int]
    generator: sparse.csr_matrix
    exits: dict[str, Floats]

    def column(self, value: Callable[[State], float]) -> Floats:
        """Tabulate a function of the state."""
        return np.array([value(state) for state in self.states], dtype=np.float64)


def chain(
    start: Sequence[State], moves: Moves[State], *, exits: Sequence[str] = ()
) -> Chain[State]:
    """Explore from `start`; a move to one of the strings in `exits` leaves the chain."""
    states = list(dict.fromkeys(start))
    index = {state: i for i, state in enumerate(states)}
    leaving: dict[str, dict[int, float]] = {name: {} for name in exits}
    rows, columns, rates = [], [], []
    for i, state in enumerate(states):
        out = 0.0
        for target, rate in moves(state):
            if rate == 0:
                continue
            out += rate
            if isinstance(target, str):
                leaving[target][i] = leaving[target].get(i, 0.0) + rate
                continue
            if target not in index:
                index[target] = len(states)
                states.append(target)
            rows.append(i)
            columns.append(index[target])
            rates.append(rate)
        rows.append(i)
        columns.append(i)
        rates.append(-out)
    size = len(states)
    generator = sparse.csr_matrix((rates, (rows, columns)), shape=(size, size))
    return Chain(
        states=states,
        index=index,
        generator=generator,
        exits={name: _vector(parts, size) for name, parts in leaving.items()},
    )


def stationary(generator: sparse.csr_matrix) -> Floats:
    """Solve `pi Q = 0`, `sum(pi) = 1`: state 0 gets weight 1, then all are normalised."""
    inner = generator[1:, 1:].T.tocsc()
    weight = np.concatenate([[1.0], splu(inner).solve(-generator[0, 1:].toarray().ravel())])
    return weight / weight.sum()


def stationary_by_sweeps(generator: sparse.csr_matrix, *, tolerance: float = 1e-14) -> Floats:
    """Solve the same for chains too large to factorise, by preconditioned fixed-point sweeps."""
    from scipy.sparse.linalg import LinearOperator, gmres, spilu

    inner = generator[1:, 1:].T.tocsc()
    right = -generator[0, 1:].toarray().ravel()
    rough = spilu(inner, drop_tol=1e-5, fill_factor=20)
    precondition = LinearOperator(inner.shape, rough.solve)
    found, failed = gmres(inner, right, rtol=tolerance, atol=0.0, M=precondition, restart=60)
    if failed:
        message = f"no convergence: {failed}"
        raise ArithmeticError(message)
    weight = np.concatenate([[1.0], found])
    return weight / weight.sum()


def propagate(generator: sparse.csr_matrix, rows: Floats, time: float) -> Floats:
    """Return `rows @ expm(generator * time)` by uniformisation; `rows` may be one or many."""
    if time <= 0:
        return rows
    pace = float(-generator.diagonal().min())
    if pace == 0:
        return rows
    chunks = max(1, int(np.ceil(pace * time / 200)))
    step = (generator.T / pace).tocsr()
    mean = pace * time / chunks
    columns = np.atleast_2d(rows).T
    for _ in range(chunks):
        weight, term = np.exp(-mean), columns
        total = weight * term
        count, seen = 0, weight
        while 1 - seen > 1e-15 and count < mean + 12 * np.sqrt(mean) + 40:
            count += 1
            term = term + step @ term
            weight *= mean / count
            seen += weight
            total = total + weight * term
        columns = total
    return columns.T.reshape(rows.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How a tagged call ends in one way: how likely, how soon."""

    share: float
    wait: float
    within: float


def fates(tagged: Chain[State], start: Mapping[State, float], *, within: float) -> dict[str, Fate]:
    """Return, for each exit: its probability, its mean time times that, and its share in time."""
    first = np.zeros(len(tagged.states))
    for state, weight in start.items():
        first[tagged.index[state]] += weight
    solver = splu((-tagged.generator.T).tocsc())
    spent = solver.solve(first)
    moment = solver.solve(spent)
    later = solver.solve(propagate(tagged.generator, first, within))
    return {
        name: Fate(
            share=float(spent @ rate),
            wait=float(moment @ rate),
            within=float((spent - later) @ rate),
        )
        for name, rate in tagged.exits.items()
    }


def _vector(parts: dict[int, float], size: int) -> Floats:
    vector = np.zeros(size)
    for i, rate in parts.items():
        vector[i] = rate
    return vector
