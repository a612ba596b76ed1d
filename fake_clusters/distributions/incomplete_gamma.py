"""The inverse of the regularised incomplete gamma function, in the standard library alone.

Below shape + 1 the lower function's series converges quickly, above it the upper function's continued fraction
does (Abramowitz and Stegun 6.5.29 and 6.5.31, the fraction by Lentz's method).
"""

import math
from statistics import NormalDist

__all__ = ["inverse_regularised"]

_STANDARD = NormalDist()
_EPSILON = 1e-15
_TINY = 1e-300
_ENOUGH = 1e-8
"""The last step of Newton's method: what is left after it is of the order of its square."""


def inverse_regularised(shape: float, u: float) -> float:
    """The x at which the lower regularised function reaches u, 0 < u < 1.

    Newton's method on the logarithm of the smaller tail as a function of log x. Both tails are log-concave there,
    so it converges from any start: after the first step, each comes nearer to the root from the same side.
    """
    upper = u > 0.5
    goal = math.log1p(-u) if upper else math.log(u)
    log_gamma = math.lgamma(shape)
    log_x = _start(shape, u, log_gamma)
    while (x := math.exp(log_x)) > 0.0:
        log_density = shape * log_x - x - log_gamma
        log_tail = _log_tail(shape, x, log_density, upper=upper)
        slope = math.exp(log_density - log_tail) * (-1.0 if upper else 1.0)
        step = min((goal - log_tail) / slope, 4.0)  # bounded, so that no start overflows
        log_x += step
        if abs(step) < _ENOUGH:
            return math.exp(log_x)
    return 0.0


def _start(shape: float, u: float, log_gamma: float) -> float:
    """log x by Wilson and Hilferty's cube, or where that fails by the first term of the series."""
    spread = 1.0 / (9.0 * shape)
    root = 1.0 - spread + _STANDARD.inv_cdf(u) * math.sqrt(spread)
    if root > 0.1:
        return math.log(shape) + 3.0 * math.log(root)
    return (math.log(u) + log_gamma + math.log(shape)) / shape


def _log_tail(shape: float, x: float, log_density: float, *, upper: bool) -> float:
    """The logarithm of the wanted tail, from whichever of the two is computed well at x."""
    by_fraction = x >= shape + 1.0
    log_tail = log_density + math.log(_fraction(shape, x) if by_fraction else _series(shape, x))
    return log_tail if by_fraction == upper else math.log1p(-math.exp(log_tail))


def _series(shape: float, x: float) -> float:
    """The lower function over the density x^shape e^-x / gamma(shape)."""
    term = total = 1.0 / shape
    while term > total * _EPSILON:
        shape += 1.0
        term *= x / shape
        total += term
    return total


def _fraction(shape: float, x: float) -> float:
    """The upper function over the same density."""
    b = x + 1.0 - shape
    c = 1.0 / _TINY
    d = 1.0 / b
    value, step, n = d, 0.0, 0
    while abs(step - 1.0) > _EPSILON:
        n += 1
        factor = -n * (n - shape)
        b += 2.0
        d = 1.0 / (factor * d + b or _TINY)
        c = b + factor / c or _TINY
        step = c * d
        value *= step
    return value
