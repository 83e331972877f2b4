"""policy/RUNBOOK.md, done as it is written: every block of commands in order, each answer that it quotes; in between, what
the page says happens to mail is seen to happen. Only its names are replaced: directories, addresses, versions."""

import imaplib
import os
import re
import shlex
import shutil
import subprocess
import time
import unittest
from pathlib import Path

from installation import PROGRAMS, Installation, end, free_port, run, started

RUNBOOK = Path(__file__).parents[2] / "policy/RUNBOOK.md"
ADA, BOB = "ada@example.org", "bob@example.org"
PEOPLE = {"rita": "daemon", "axel": "bin"}  # users that every Debian has
DIRECTORIES = ("/srv/", "/safe-", "/handover", "/backup", "/etc/sealpost")


class Says:
    """What the output of the block before has to contain, and what not: Says `this` and not `that`."""

    def __init__(self, text):
        text = " ".join(text.split())
        self.in_time, self.wanted, self.unwanted = text.startswith("Says in time"), [], []
        into = self.wanted
        for code, negation, end_of_sentence in re.findall(r"`([^`]+)`|\b(not?)\b|(\.)(?=\s|$)", text):
            if end_of_sentence:
                break
            if negation:
                into = self.unwanted
            if code:
                into.append(code)

    def fits(self, output):
        output = " ".join(output.split())
        return all(each in output for each in self.wanted) and not any(each in output for each in self.unwanted)


def sections(text):
    """{title: [(kind, text)]}, where kind is "block" (commands), "says" or "as in" (blocks of another section)."""
    all_sections = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        steps = all_sections[title] = []
        for paragraph in re.split(r"\n{2,}", body.strip("\n")):
            if paragraph.startswith("    "):
                steps.append(("block", re.sub(r"^    ", "", paragraph, flags=re.MULTILINE)))
                continue
            if paragraph.startswith("Says "):
                steps.append(("says", paragraph))
            if re.search(r"As in \"", paragraph):
                steps.append(("as in", paragraph))
    return all_sections


@unittest.skipUnless(os.geteuid() == 0, "the two of a purge are two users, and only root can become both")
class Runbook(unittest.TestCase):
    def setUp(self):
        post = self.post = Installation(vaults=False, settings="[keys]\ndep_key_ttl = 3\npurge_grace = 1\n[alerts]\ninterval = 1\n")
        text = post.config.read_text().replace("[admin]\n", f"[admin]\nusers = {list(PEOPLE.values())}\n")
        post.config.write_text(text)
        post.root.chmod(0o711)
        for directory in ("srv", "handover", "backup", "etc/sealpost"):
            (post.root / directory).mkdir(parents=True)
        post.config = post.config.rename(post.root / "etc/sealpost/sealpost.toml")
        self.vaults = {}  # directory: the process that serves it
        self.ports = {letter: free_port() for letter in "abcde"}
        self.addCleanup(lambda: [end(vault) for vault in self.vaults.values()])
        self.enterContext(post)
        self.environment = {**os.environ, "SEALPOST_SOCKET": str(post.socket), "TMPDIR": str(post.root / "tmp"),
                            "PATH": f"{PROGRAMS}:{PROGRAMS / 'vault'}:{os.environ['PATH']}"}
        self.sent, self.old = 0, {}

    # ---- the page

    def test_every_step_does_what_the_page_says(self):
        self.pages = sections(RUNBOOK.read_text())
        for title, steps in self.pages.items():
            hook = re.sub(r"\W+", "_", title.lower())
            print(f"{title}: {sum(kind == 'block' for kind, _ in steps)} blocks", flush=True)
            getattr(self, "before_" + hook, lambda: None)()
            self.do_all(steps)
            getattr(self, "after_" + hook, self.all_is_read)()

    def do_all(self, steps, letter="a"):
        block = output = None
        for kind, text in steps:
            if kind == "block":
                block = self.here(text, letter)
                output = self.do(block)
            elif kind == "says":
                self.check(Says(self.here(text, letter)), block, output)
            else:
                title, letters = re.search(r'As in "([^"]+)"[^.]*?with ((?:`\w`(?: and )?)+)', " ".join(text.split())).groups()
                for each in re.findall(r"`(\w)`", letters):
                    self.do_all(self.pages[title], each)

    def here(self, text, letter):
        """The text with the names that hold here."""
        text = re.sub(r"(?<=vault|.safe)-a\b", f"-{letter}", text)
        for each, port in self.ports.items():
            text = text.replace(f"vault-{each}.example.com:8443", f"127.0.0.1:{port}")
            text = re.sub(rf"(/srv/vault-{each} --listen) 0\.0\.0\.0:8443", rf"\1 127.0.0.1:{port}", text)
            text = text.replace(f"--host vault-{each}.example.com", "--host localhost")
            text = text.replace(f"OLD-VERSION-OF-{each.upper()}", self.old.get(each, ""))
        for person, user in PEOPLE.items():
            text = re.sub(rf"\b{person}\b", user, text)
        text = text.replace("/var/lib/sealpost/data", str(self.post.data))
        for each in DIRECTORIES:
            text = re.sub(rf"(?<![\w/]){each}", f"{self.post.root}{each}", text)
        self.assertNotRegex(text, r"example\.com|(?<![\w/.:])/(?!tmp/)|OLD-VERSION", "a name that stands for nothing here")
        return text

    def do(self, block):
        words = shlex.split(block, comments=True) if "<<" not in block else [""]
        if words[:2] == ["sealvault", "serve"]:
            directory = words[words.index("--dir") + 1]
            self.vaults[directory] = started(Path(directory + ".log"), *words, env=self.environment)
            return ""
        if words[:2] == ["sealpost", "serve"]:
            self.assertEqual(words[2:], ["--config", str(self.post.config)])
            self.post.restart()
            return ""
        if "systemctl" in words:
            return self.do_with_the_service(block)
        done = subprocess.run(["bash", "-euc", block], capture_output=True, text=True, timeout=300, env=self.environment)
        self.assertEqual(done.returncode, 0, f"{block}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def do_with_the_service(self, block):
        acts = {"systemctl stop sealpost": self.post.stop, "systemctl start sealpost": self.post.start}
        for line in block.splitlines():
            acts.get(line, lambda line=line: run("bash", "-euc", line, env=self.environment))()
        if f"cp -a {self.post.data} " in block:  # what a restore of this backup loses
            self.post.deliver([b"Subject: lost\r\n\r\nnumber 999\r\n"], ADA)
        return ""

    def check(self, says, block, output):
        self.assertTrue(says.wanted or says.unwanted)
        until = time.monotonic() + 60
        while says.in_time and not says.fits(output) and time.monotonic() < until:
            time.sleep(0.3)
            output = self.do(block)
        self.assertTrue(says.fits(output), f"{says.wanted}, not {says.unwanted}:\n{block}\n{output}")

    # ---- the mail

    def send(self):
        for name in (ADA, BOB):
            self.post.deliver([b"Subject: %d\r\n\r\nnumber %d\r\n" % (self.sent, self.sent)], name)
        self.sent += 1

    def read(self, name):
        with self.post.imap_client(name) as client:
            client.select("INBOX", readonly=True)
            parts = client.fetch("1:*", "(BODY.PEEK[TEXT])")[1]
            return [int(part[1].split()[1]) for part in parts if isinstance(part, tuple)]

    def all_is_read(self):
        self.send()
        for name in (ADA, BOB):
            self.assertEqual(self.read(name), list(range(self.sent)))

    def is_denied(self):
        try:
            self.read(ADA)
        except imaplib.IMAP4.error as error:
            return "CONTACTADMIN" in str(error)
        return False

    def wait(self, true, seconds=60):
        until = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), until, "waited in vain")
            time.sleep(0.1)

    # ---- what happens before and after the steps of a section

    def lose(self, letter):
        directory = f"{self.post.root}/srv/vault-{letter}"
        end(self.vaults.pop(directory))
        shutil.rmtree(directory)

    def dep_of(self, name):
        return self.post.json("mailbox", "show", name)["dep"]

    def after_set_up(self):
        self.assertEqual((self.dep_of(ADA), self.dep_of(BOB)), ("customer", "managed"))
        self.assertEqual(list((self.post.root / "handover").iterdir()), [])
        self.all_is_read()

    def before_rotation(self):
        for letter in "ab":
            shown = run(PROGRAMS / "vault/sealvault", "key", "show", "--dir", f"{self.post.root}/srv/vault-{letter}",
                        "--name", "root", "--json")
            kid, = re.findall(r"/keys/root/(\w+)", shown)
            self.old[letter] = kid

    def after_rotation(self):
        roots = self.post.json("dep", "roots", "customer")["roots"]
        self.assertFalse([root for root in roots if root["mailboxes"] and root["root"].endswith(tuple(self.old.values()))])
        self.all_is_read()

    def after_revocation(self):
        self.wait(self.is_denied)
        self.send()
        self.assertEqual(self.read(BOB), list(range(self.sent)))

    def after_access_given_back(self):
        self.wait(lambda: not self.is_denied())
        self.all_is_read()

    def before_one_root_lost_and_there_is_a_backup(self):
        self.lose("b")
        self.all_is_read()

    before_one_root_lost_and_there_is_none = before_one_root_lost_and_there_is_a_backup

    def after_one_root_lost_and_there_is_a_backup(self):
        end(self.vaults[f"{self.post.root}/srv/vault-a"])  # B alone is enough
        self.post.restart()
        self.all_is_read()
        self.do(self.here(next(text for kind, text in self.pages["A vault"] if "sealvault serve" in text), "a"))

    def before_both_roots_lost(self):
        self.lose("a")
        self.lose("c")
        time.sleep(4)  # longer than a key stays in memory
        self.all_is_read()

    def after_both_roots_lost(self):
        self.assertEqual(self.dep_of(ADA), "second")
        self.all_is_read()

    def after_a_backup_is_put_back(self):
        self.assertEqual(self.read(ADA), list(range(self.sent)))
        self.all_is_read()

    def after_purge(self):
        with self.assertRaisesRegex(imaplib.IMAP4.error, "AUTHENTICATIONFAILED"):  # as if she had never been
            self.read(ADA)
        self.assertNotIn("second", self.post.cli("dep", "list"))
        self.assertEqual(self.read(BOB), list(range(self.sent)))

    def after_what_taking_the_roots_away_does_not_do(self):
        pass  # it has no steps


if __name__ == "__main__":
    unittest.main(verbosity=2)
