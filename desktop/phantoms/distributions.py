"""What a number of a phantom is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Drawn(Protocol[T_co]):
    """A distribution."""

    def draw(self, rng: np.random.Generator) -> T_co:
        """Draw one value."""
        ...


@dataclass(frozen=True)
class Fixed(Generic[T]):
    """Always the same value. It takes nothing from the random stream, so that what is drawn after it stays the same."""

    value: T

    def draw(self, rng: np.random.Generator) -> T:
        """Return the value."""
        return self.value


@dataclass(frozen=True)
class Uniform:
    """Evenly from `low` to `high`."""

    low: float
    high: float

    def draw(self, rng: np.random.Generator) -> float:
        """Draw one value."""
        return float(rng.uniform(self.low, self.high))


@dataclass(frozen=True)
class Normal:
    """Normal; values beyond `low` and `high` become these."""

    mean: float
    deviation: float
    low: float = -np.inf
    high: float = np.inf

    def draw(self, rng: np.random.Generator) -> float:
        """Draw one value."""
        return float(np.clip(rng.normal(self.mean, self.deviation), self.low, self.high))


@dataclass(frozen=True)
class LogNormal:
    """Log-normal round `median`, `sigma` of the natural logarithm; values beyond `low` and `high` become these."""

    median: float
    sigma: float
    low: float
    high: float

    def draw(self, rng: np.random.Generator) -> float:
        """Draw one value."""
        return float(np.clip(rng.lognormal(np.log(self.median), self.sigma), self.low, self.high))


@dataclass(frozen=True)
class Choice(Generic[T]):
    """One of `values`, with these shares, which sum to 1."""

    values: tuple[T, ...]
    shares: tuple[float, ...]

    def draw(self, rng: np.random.Generator) -> T:
        """Draw one value."""
        return self.values[int(rng.choice(len(self.values), p=self.shares))]


@dataclass(frozen=True)
class Sometimes(Generic[T]):
    """From `then` in this share of the heads, from `otherwise` in the others."""

    share: float
    then: Drawn[T]
    otherwise: Drawn[T]

    def draw(self, rng: np.random.Generator) -> T:
        """Draw one value."""
        return (self.then if rng.random() < self.share else self.otherwise).draw(rng)
