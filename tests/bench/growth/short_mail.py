"""Short mail for large folders: as mixed as the other corpora, but 1 to 2 KB each, so that a million of them take minutes. In mbox files
of which the first has the first 1,000 messages, the next those up to 10,000, and so on."""

import os
from pathlib import Path

from corpus import SPREAD, Maker

VERSION = 1
SEED = 7
WORDS_EACH = 5  # of the searched words are spread over the first 1,000 messages, as many over the first 10,000 ...
HITS = 5  # messages that have such a word
SMALLEST, LARGEST = 700, 5000


class ShortMaker(Maker):
    """`planned`: {number of a message: number of the searched word in it}"""

    def __init__(self, planned):
        super().__init__(SEED, 0)
        self.planned, self.number = planned, 0

    def needles(self, charset):
        return {"word": self.planned[self.number]} if self.number in self.planned else {}

    def short(self, number):
        self.number = number
        parent = number - self.random.randrange(1, 200) if number > 200 and self.random.random() < 0.4 else None
        size = min(LARGEST, max(SMALLEST, int(self.random.lognormvariate(7.6, 0.6))))
        return self.message(number, size, parent)[0]


def planned(sizes):
    """Each searched word in HITS messages, one in each part of its folder."""
    found = {}
    for index, size in enumerate(sizes):
        for word in range(WORDS_EACH):
            for hit in range(HITS):
                found[hit * (size // HITS) + 100 * index + 7 * word + hit] = index * WORDS_EACH + word
    return found


class ShortMail:
    def __init__(self, cache, sizes):
        assert len(sizes) * WORDS_EACH <= SPREAD
        self.sizes, self.plan = sizes, planned(sizes)
        self.directory = Path(cache) / f"short-{sizes[-1]}-{SEED}-{VERSION}"
        if not self.directory.exists():
            self.write()

    def write(self):
        new = self.directory.with_suffix(".new")
        new.mkdir(parents=True, exist_ok=True)
        maker, first = ShortMaker(self.plan), 0
        for size in self.sizes:
            with (new / f"{size}.mbox").open("wb") as out:
                for number in range(first, size):
                    out.write(b"From ada@example.org Thu Jan  1 00:00:00 2026\r\n" + maker.short(number) + b"\r\n")
            first = size
        os.replace(new, self.directory)

    def parts(self, size):
        """The files that have the first `size` messages."""
        return [self.directory / f"{upper}.mbox" for upper in self.sizes if upper <= size]

    def mean(self):
        return sum(part.stat().st_size for part in self.parts(self.sizes[-1])) / self.sizes[-1]

    def word(self, size, n):
        return self.sizes.index(size) * WORDS_EACH + n

    def having(self, word):
        return sorted(number for number, planned_word in self.plan.items() if planned_word == word)
