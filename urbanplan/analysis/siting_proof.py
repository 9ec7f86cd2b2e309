"""The proof of a proposal: the certified run of the chosen sites says what the solver's pieces add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urbanplan.errors import CertificateError

if TYPE_CHECKING:
    from urbanplan.network.walk.coverage import Coverage
    from urbanplan.siting.demand import By
    from urbanplan.siting.solve import SitingSolution

TOLERANCE = 1e-6
"""Relative: sums of pieces and of the certified run agree to this."""


def check_sums(run: Coverage, solution: SitingSolution, by: By) -> None:
    """The certified run must cover what the solver's pieces add up to, no less where capacities bind it.

    Raises:
        CertificateError: it does not.
    """
    covered, total = run.covered_m, run.total_m
    if by == "residents" and run.served:
        covered, total = run.served[0][0].total, run.served[0][0].people.total
    off = solution.covered - covered
    if (off if solution.load is not None else abs(off)) > TOLERANCE * max(total, 1.0):
        raise CertificateError(
            "the result did not pass its certificate: {problems}", fix="Report it.", problems=f"pieces by {by}"
        )
    if solution.shares is not None and solution.load is None:
        _check_shares(run, solution.shares, by)


def check_walks(run: Coverage, solution: SitingSolution) -> None:
    """The certified run must say the same sum of walks.

    Raises:
        CertificateError: it does not.
    """
    served = run.served[0][0]
    people, way = served.people.count[served.reached], served.home[served.reached]
    if abs(float(people @ way) - solution.value) > TOLERANCE * max(solution.value, 1.0):
        raise CertificateError(
            "the result did not pass its certificate: {problems}", fix="Report it.", problems="sum of walks"
        )


def _check_shares(run: Coverage, shares: Any, by: By) -> None:
    """The certified run must say the same of each sub-district, where one method places the people.

    Raises:
        CertificateError: it does not.
    """
    rows = run.breakdown[: len(shares)]
    told = [row["residents"] if by == "residents" else row for row in rows]
    if len(run.served) > 1:
        return
    for row, share in zip(told, shares, strict=True):
        if row["share"] is not None and abs(row["share"] - share) > TOLERANCE:
            raise CertificateError(
                "the result did not pass its certificate: {problems}", fix="Report it.", problems="sub-districts"
            )
