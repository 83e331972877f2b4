"""Dovecot, unpacked and not installed: its programs see its files as /usr, in a name space of their own, and run as nobody."""

import imaplib
import os
import shutil
import subprocess
from pathlib import Path

from letters import COUNT, letter, looked_at, octets_of, shown

NOBODY = 65534
INSIDE = ('mount -t overlay overlay -o lowerdir="$1/usr:/usr" /usr && shift && '
          f"exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups \"$@\"")
PASSWORD = "engine-of-1843"

CONFIG = """protocols = imap
base_dir = {run}
log_path = {run}/log
ssl = no
first_valid_uid = 1
mail_location = sdbox:{home}/mail
mail_attribute_dict = file:{home}/attributes
mail_plugins = {plugins}
namespace inbox {{
  inbox = yes
  separator = /
}}
plugin {{
  {settings}
}}
"""
CRYPT = "mail_crypt_curve = secp521r1\n  mail_crypt_save_version = 2\n"
FTS = "fts = xapian\n  fts_xapian = partial=3 full=20\n  fts_enforced = yes\n"
VARIANTS = {  # plugins, settings, whether the user's key is under a password
    "Dovecot": ("", "", False), "Dovecot, word index": ("fts fts_xapian", FTS, False),
    "Dovecot, mail-crypt": ("mail_crypt", CRYPT + "  mail_crypt_require_encrypted_user_key = yes", True),
    "Dovecot, mail-crypt without password, word index": ("mail_crypt fts fts_xapian", CRYPT + "  " + FTS, False)}


class Client(imaplib.IMAP4_stream):
    """imaplib over a program's streams, without its shell."""

    def __init__(self, words, environment):
        self.words, self.environment = words, environment
        super().__init__("dovecot imap")

    def open(self, host=None, port=None, timeout=None):
        self.host = self.port = self.sock = self.file = None
        self.process = subprocess.Popen(self.words, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.writefile, self.readfile = self.process.stdin, self.process.stdout


class Dovecot:
    def __init__(self, unpacked, directory, variant):
        plugins, settings, self.locked = VARIANTS[variant]
        self.indexed = "fts" in plugins
        self.unpacked, self.home, self.run = unpacked, directory / "home", directory / "run"
        for each in (self.home, self.run):
            each.mkdir(parents=True)
            os.chown(each, NOBODY, NOBODY)
        self.config = directory / "dovecot.conf"
        self.config.write_text(CONFIG.format(run=self.run, home=self.home, plugins=plugins, settings=settings))
        self.password = ["-o", f"plugin/mail_crypt_private_password={PASSWORD}"] if self.locked else []
        self.environment = {"USER": "ada", "HOME": str(self.home), "PATH": "/usr/bin:/bin"}
        if "mail_crypt" in plugins:
            self.do("doveadm", "mailbox", "cryptokey", "generate", "-U")

    def words(self, program, *arguments, password=True, home=None):
        config = ["-c", str(self.config)] + (["-o", f"mail_location=sdbox:{home}/mail",
                                              "-o", f"mail_attribute_dict=file:{home}/attributes"] if home else [])
        return ["unshare", "-m", "bash", "-c", INSIDE, "bash", str(self.unpacked), program, *config,
                *(self.password if password else []), *arguments]

    def tried(self, *words, stdin=b"", **how):
        return subprocess.run(self.words(*words, **how), env=self.environment, input=stdin, capture_output=True, timeout=600)

    def do(self, *words, **how):
        """Must succeed: what is not there cannot be read."""
        done = self.tried(*words, **how)
        if done.returncode != 0:
            raise AssertionError(f"{words} gave {done.returncode}: {done.stderr.decode(errors='replace')}")

    def fill(self):
        for n in range(COUNT):
            self.do("doveadm", "save", "-m", "INBOX", stdin=letter(n))
        if self.indexed:
            self.do("doveadm", "index", "INBOX")
        client = Client(self.words("/usr/lib/dovecot/imap"), self.environment)
        looked_at(client, search=not self.indexed)  # its index is asked of a service
        client.logout()
        client.process.wait(60)

    def stolen(self, into):
        """What the disk shows: by a scan of all its octets, and by Dovecot's own programs without the user's password."""
        shutil.copytree(self.home, into)
        for path in [into, *into.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        found = shown(octets_of(into))
        fields = "uid flags size.virtual date.received imap.envelope imap.bodystructure body.preview"
        text = "".join(self.tried("doveadm", "-f", "flow", "fetch", what, "mailbox", "INBOX", password=False,
                                  home=into).stdout.decode(errors="replace") for what in (fields, "uid text"))
        by_tool = shown(text.encode())
        sizes = {str(len(letter(n))) for n in range(COUNT)}
        found = {kind: max(count, by_tool[kind]) for kind, count in found.items()}
        return found | {"exact sizes": sum(f"size.virtual={size} " in text for size in sizes) * COUNT // len(sizes),
                        "dates": text.count("date.received=2")}
