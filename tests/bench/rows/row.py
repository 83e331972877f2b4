"""A row of the table."""

from dataclasses import dataclass
from typing import Callable


@dataclass
class Target:
    """How many times Dovecot: plain and with mail-crypt. `cpu`: less CPU for each operation; `speed`: more of them a second."""
    cpu: tuple = None
    speed: tuple = None


@dataclass
class Row:
    name: str
    run: Callable  # (bench, system) -> Measured
    target: Target = None
    rounds: int = 1  # of all systems in turn
    limit: dict = None  # {value: (unit, largest)}: what is measured instead of time
