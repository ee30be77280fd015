"""Integer programs over all groupings of goods: the nearest to published shares, and the fewest moves from a definition.

A code is a pair of binary variables, whether it counts as agriculture and whether as manufactures, at most one of them.
The solver (HiGHS, through SciPy) gives the best grouping and the bound below which, it proves, there is none.
"""

import contextlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from beltroad.groupings.exhaustive import (
    AS_PRINTED,
    NONE,
    NOT_PROVED,
    PROVED,
    Answer,
    Floats,
    difference,
    moved,
    named,
)
from beltroad.table1 import ROWS

# Decimals of a share in % that the solver sees. It stumbles over a few programs for want of tolerance; then it is asked without
# presolving, and with figures a little finer or coarser.
DECIMALS = (6, 7, 5)
OPTIMAL, LIMIT, INFEASIBLE = 0, 1, 2  # what `scipy.optimize.milp` calls its ends


class SolverError(ValueError):
    """The solver is missing, or ended in a way that says nothing of the question."""


@dataclass(frozen=True)
class Limits:
    """When a program may give up: whichever comes first. Nodes are the same on every machine, seconds are not."""

    seconds: float | None = None
    nodes: int | None = None

    def options(self) -> dict[str, float]:
        named = {"time_limit": self.seconds, "node_limit": self.nodes}
        return {"mip_rel_gap": 0.0} | {n: limit for n, limit in named.items() if limit not in (None, np.inf)}


@dataclass(frozen=True)
class Program:
    """All groupings of some codes, as a mixed-integer program.

    Shares (rows codes) are compared with published ones (rows `ROWS`), both in % with years as columns; moves are counted
    from the class by code of `start`.
    """

    shares: pd.DataFrame
    published: pd.DataFrame
    start: pd.Series | None = None

    def nearest(self, within: float = np.inf, moves: int | None = None, limits: Limits = Limits()) -> Answer:
        """Return the grouping with the smallest largest difference.

        Only groupings within so many points, or with so many codes moved from `start`, can be asked for.
        """
        # Below it two tables are equal as printed, and nothing is left to prove.
        floor = min(AS_PRINTED, within)
        found = self._solve(np.r_[np.zeros(2 * len(self.shares)), 1.0], (floor, within), moves, limits)
        answer = self._answer(found)
        if answer.bound <= floor:  # the program's bound and no grouping's: one may be nearer than the floor
            answer = replace(answer, bound=0.0)
        if answer.status == NOT_PROVED and answer.difference - answer.bound <= AS_PRINTED:
            return replace(answer, status=PROVED)
        return answer

    def fewest_moves(self, within: float, limits: Limits = Limits()) -> Answer:
        """Return the grouping with the fewest codes moved from `start` that comes within a difference, in points.

        Which of those with as few moves is the solver's choice; ``nearest(moves=…)`` gives the nearest of them.
        """
        costs, constant = self._costs()
        return self._answer(self._solve(np.r_[costs, 0.0], (0.0, within), None, limits), constant)

    def reaches(self, within: float, limits: Limits = Limits()) -> bool | None:
        """Return whether any grouping comes within a difference, in points; None if a limit came first."""
        found = self._solve(np.zeros(2 * len(self.shares) + 1), (0.0, within), None, limits)
        return None if found.status == LIMIT and found.x is None else found.x is not None

    def numbers(self) -> list[Floats]:
        """Return what the solver is given: the rows of the program, what each may come to, and what a move costs."""
        return [*self._constraints(None, DECIMALS[0]), self._costs()[0]]

    def _costs(self) -> tuple[Floats, int]:
        """Return what each variable adds to the number of moves, and how many moves there are if all are zero."""
        if self.start is None:
            raise ValueError("moves: found no definition to count them from, expected a start")
        start = self.start.reindex(self.shares.index)
        neither = start.eq("neither").to_numpy(float)
        costs = np.concatenate([neither - start.eq(name).to_numpy(float) for name in ROWS])
        return costs, int(start.ne("neither").sum())

    def _solve(self, costs: Floats, span: tuple[float, float], moves: int | None, limits: Limits) -> Any:
        """Minimise costs over both variables of every code and the largest difference, which lies in a span."""
        try:  # only here: whatever needs no solver starts faster, and works without
            from scipy.optimize import Bounds, LinearConstraint, milp
        except ImportError as error:
            raise SolverError(f"found no solver ({error}), expected SciPy; only sections need none") from None
        for decimals, presolve in itertools.product(DECIMALS, (True, False)):
            rows, binary = LinearConstraint(*self._constraints(moves, decimals)), np.ones(len(costs) - 1)
            bounds = Bounds(np.r_[0 * binary, span[0]], np.r_[binary, span[1]])
            options, whole = {**limits.options(), "presolve": presolve}, np.r_[binary, 0]
            with quiet():
                found = milp(costs, integrality=whole, bounds=bounds, constraints=rows, options=options)
            # SciPy has no number for the end of the nodes, but gives all else.
            if "Solution limit" in found.message:
                found.status = LIMIT
            if found.status in (OPTIMAL, LIMIT, INFEASIBLE):
                return found
        raise SolverError(f"the solver ended with {found.message!r}, expected an answer or a limit")

    def _constraints(self, moves: int | None, decimals: int) -> tuple[Floats, Floats, Floats]:
        """Return the rows of the program with the least and the most that each may come to."""
        codes, years = len(self.shares), len(self.published.columns)
        values = self.shares[self.published.columns].to_numpy().T.round(decimals)  # years × codes
        none, one = np.zeros((years, codes)), np.ones((years, 1))
        rows, low, high = [], [], []
        for name, sides in zip(ROWS, ([values, none], [none, values]), strict=True):
            target = self.published.loc[name].to_numpy()
            # share − difference ≤ target ≤ share + difference
            rows += [np.hstack([*sides, -one]), np.hstack([*sides, one])]
            low += [np.full(years, -np.inf), target]
            high += [target, np.full(years, np.inf)]
        rows.append(np.hstack([np.eye(codes), np.eye(codes), np.zeros((codes, 1))]))  # one class at most
        low.append(np.full(codes, -np.inf))
        high.append(np.ones(codes))
        if moves is not None:
            each, constant = self._costs()
            rows.append(np.r_[each, 0.0][None])
            low.append(np.array([-np.inf]))
            high.append(np.array([float(moves - constant)]))
        return np.vstack(rows), np.concatenate(low), np.concatenate(high)

    def _answer(self, found: Any, constant: int | None = None) -> Answer:
        """Return what an end of the solver says; with a constant the objective counts moves, else points."""
        if found.status == INFEASIBLE:
            return Answer(NONE, np.inf)
        bound = 0.0 if found.mip_dual_bound is None else float(found.mip_dual_bound)
        if constant is None:
            bound -= len(self.shares) * 0.5 * 10 ** -min(DECIMALS)  # what rounding can move
        else:
            bound = float(np.ceil(bound + constant - 1e-6))
        bound, status = max(bound, 0.0), PROVED if found.status == OPTIMAL else NOT_PROVED
        if found.x is None:
            return Answer(status, bound)
        chosen = np.round(found.x[:-1]).reshape(2, -1).astype(int)  # rows ROWS, columns codes
        grouping = named(self.shares.index, chosen.T @ [1, 2])
        moves = None if self.start is None else len(moved(grouping, self.start))
        return Answer(status, bound, grouping, difference(self.shares, grouping, self.published), moves)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what the solver's library writes to standard output from what a person reads."""
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
