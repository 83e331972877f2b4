"""How cost grows: with messages in a folder, with mailboxes, with sessions; and imports (tests/run bench --growth)."""

import datetime
import pickle
import sys
import time
from pathlib import Path

import results as results_file
from corpus import Corpus
from growth import imports, memory, page
from growth.folders import Folders, deliveries, filled, requests
from growth.mailboxes import Population, measured_mailboxes
from growth.short_mail import ShortMail
from systems.sealpost import Sealpost

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / "build/corpus"
PARTS = ["folders", "mailboxes", "memory", "imports"]
OF_PART = {"folders": ["folders", "sessions"], "mailboxes": ["mailboxes"], "memory": ["opened"], "imports": []}  # what is drawn


class Sizes:
    def __init__(self, quick):
        self.folders = [1000, 10_000] if quick else [1000, 10_000, 100_000, 1_000_000]
        self.mailboxes = [1, 100, 1000] if quick else [1, 100, 10_000, 100_000]
        self.sessions = [1, 10, 100] if quick else [1, 10, 100, 1000, 5000, 10_000, 20_000]
        self.opened, self.opened_rounds = (2000, 1) if quick else (10_000, 5)
        self.imported = 2000 if quick else 100_000
        self.mixed_corpus = 2100 if quick else 20_300  # those of bench.py
        self.mixed = [400, 1000] if quick else [1000, 5000, 20_000]
        self.deliveries = 200 if quick else 2000


def told(words):
    print(words, file=sys.stderr, flush=True)


class Growth:
    """The parts, each of which gives a piece of the page."""

    def __init__(self, load, quick, most_held):
        self.load, self.quick, self.sizes = load, quick, Sizes(quick)
        self.small = Corpus(CACHE, "small", self.sizes.deliveries)
        self.kept = ROOT / ("build/growth-quick" if quick else "build/growth")
        self.haste = load.parent / "libhaste.so"
        self.sessions = [n for n in self.sizes.sessions if n <= most_held]
        self.pieces, self.curves, self.wrong = {}, {}, []

    def measure(self, part):
        """And keeps what was found, so that the page can be written of parts that were measured one by one."""
        getattr(self, part)()
        self.kept.mkdir(parents=True, exist_ok=True)
        pieces, measured = self.pieces.get(part), {name: self.curves[name] for name in OF_PART[part] if name in self.curves}
        (self.kept / part).write_bytes(pickle.dumps((pieces, measured)))

    def recall(self, part):
        if (self.kept / part).exists():
            piece, measured = pickle.loads((self.kept / part).read_bytes())
            self.curves |= measured
            self.pieces |= {part: piece} if piece else {}

    def folders(self):
        """And the memory of sessions, which needs these folders."""
        system = Sealpost("folders")
        try:
            system.start()
            system.make_mailboxes(len(self.sizes.folders) + memory.PEOPLE)
            mail = ShortMail(CACHE, self.sizes.folders)
            system.restart(LD_PRELOAD=str(self.haste))
            folders = Folders(system, mail, self.small, self.load, self.quick)
            filled(folders, told)
            points = requests(folders, told)
            self.of_sessions(folders)
            deliveries(folders, points, told)
            self.pieces["folders"] = f"## Messages in a folder\n\nShort mail, {mail.mean():,.0f} octets on average.\n\n" \
                                     "![Cost of one request](growth-folder.svg)\n\n" + page.of_points(points, "messages")
            self.wrong += [words for point in points for words in point.wrong]
            self.curves["folders"] = points
        finally:
            system.end()

    def of_sessions(self, folders):
        people = [folders.system.user(len(folders.sizes) + n) for n in range(memory.PEOPLE)]
        idle = memory.of_sessions(folders.system, self.load, people, self.sessions)
        told(f"sessions: {idle}")
        selected = memory.of_selected(folders)
        told(f"sessions with large folders: {selected}")
        self.curves["sessions"] = {"sessions, empty folder": idle} | {
            f"sessions, {size:,} messages": points for size, points in selected.items()}

    def mailboxes(self):
        points = measured_mailboxes(self.sizes.mailboxes, self.load, self.small, self.haste, self.quick, told)
        self.wrong += [words for point in points for words in point.wrong]
        self.pieces["mailboxes"] = "## Mailboxes of a server\n\nEach server has two more. \"Open ones\" are 100 that get mail again and again; " \
                                   "\"any\" are drawn from all, of which most have to be opened first.\n\n" \
                                   "![Deliveries](growth-delivery.svg)\n\n" + page.of_points(points, "mailboxes")
        self.curves["mailboxes"] = points

    def memory(self):
        population = Population(self.sizes.opened, self.haste)
        try:
            opened = memory.of_open_mailboxes(population, self.load, self.small, self.sizes.opened_rounds)
        finally:
            population.system.end()
        told(f"open mailboxes: {opened}")
        self.curves["opened"] = {"open mailboxes": opened}

    def imports(self):
        system, count = Sealpost("imports"), self.sizes.imported
        mixed, small = Corpus(CACHE, "mixed", self.sizes.mixed_corpus), Corpus(CACHE, "small", count)
        try:
            system.start()
            system.make_mailboxes(3)
            disk = imports.delivered(system, self.load, system.user(0), mixed, self.sizes.mixed)
            told(f"disk: {disk}")
            octets = {"mixed": 5 * sum(length for _, length in mixed.places[:count // 5]), "4 KB": sum(length for _, length in small.places)}
            found = {"4 KB": imports.imported(system, system.user(1), imports.mbox(small, count), count, octets["4 KB"])}
            told(f"import: {found}")
            whole = imports.as_folders(imports.mbox(mixed, count // 5), 5)
            found["mixed"] = imports.imported(system, system.user(2), whole, count, octets["mixed"])
            told(f"import: {found['mixed']}")
        finally:
            system.end()
        self.pieces["imports"] = "## Import and disk\n\nBy `sealpost import` of mbox; the mixed mail into five folders. Wanted: 1,500 messages " \
            "a second in 256 MB, and at most 1.0 octets of disk for each of mixed mail.\n\n" + page.of_rows(found) + \
            "\n\nMixed mail that came over LMTP, octets of disk for each: " + \
            ", ".join(f"{ratio:.3f} after {n:,} messages" for n, ratio in disk) + "."

    def finish(self):
        """Pieces and curves that need several parts."""
        charts = {}
        if "folders" in self.curves:
            charts["growth-folder.svg"] = page.folder_chart(self.curves["folders"])
            if "mailboxes" in self.curves:
                charts["growth-delivery.svg"] = page.delivery_chart(self.curves["folders"], self.curves["mailboxes"])
        held = self.curves.get("sessions", {}) | self.curves.get("opened", {})
        if held:
            charts["growth-memory.svg"] = page.memory_chart(held)
            self.pieces["memory"] = "## Memory\n\n![Memory](growth-memory.svg)\n\n" + page.of_memory(held)
        return charts


def run(load, quick, only, write, most_held):
    began, growth = time.monotonic(), Growth(load, quick, most_held)
    about = results_file.about(ROOT)
    for part in PARTS:
        growth.measure(part) if not only or part in only else growth.recall(part)
    charts = growth.finish()
    about.append(f"took {datetime.timedelta(seconds=int(time.monotonic() - began))}")
    pieces = [growth.pieces[part] for part in PARTS if part in growth.pieces]
    print(*about, *pieces, *growth.wrong, sep="\n\n")
    if write:
        page.write(about, pieces, charts)
    return bool(growth.wrong)
