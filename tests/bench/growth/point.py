"""What was measured at one size."""

from dataclasses import dataclass, field


@dataclass
class Point:
    size: int
    values: dict = field(default_factory=dict)  # {what and unit: number}
    wrong: list = field(default_factory=list)

    def add(self, what, found):
        self.values |= {f"{what}, ms": found.p50, f"{what}, CPU ms": found.cpu / found.operations * 1e3}
        self.wrong += found.wrong

    def add_rate(self, what, found):
        self.values |= {f"{what}, a second": found.operations / found.seconds,
                        f"{what}, CPU µs": found.cpu / found.operations * 1e6}
        self.wrong += found.wrong
