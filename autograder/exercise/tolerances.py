"""The house tolerances: how far honest answers may lie apart, and why.

An exercise names one of these, or states its own with a reason.
"""

from __future__ import annotations

from cnncourse.check.compare import Tolerance

EXACT = Tolerance(atol=0, rtol=0, reason="counts, labels and positions are whole numbers")
COPIED = Tolerance(atol=1e-12, rtol=1e-7, reason="values are chosen or moved, never computed")
SUMS_64 = Tolerance(
    atol=1e-9, rtol=1e-9, reason="up to a few hundred float64 products, added up in any order"
)
SUMS_32 = Tolerance(
    atol=1e-4, rtol=1e-4, reason="up to a few hundred float32 products, added up in any order"
)
SUMS = {"float32": SUMS_32, "float64": SUMS_64}
DEEP_32 = Tolerance(
    atol=2e-4, rtol=2e-4, reason="float32 sums of a hundred products, carried through several steps"
)
SINGLE = Tolerance(atol=1e-5, rtol=1e-5, reason="a step may be taken in float32: seven digits")
EITHER = Tolerance(
    atol=1e-6, rtol=1e-6, reason="a sum of a few numbers, which may be float32 or float64"
)
