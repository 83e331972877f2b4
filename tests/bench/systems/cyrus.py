"""Cyrus 3.6: messages expunged at once, idled, no search index, passwords in sasldb."""

import os
import smtplib

from client import Client
from installation import free_port
from measure import wait_for_port
from systems.unpacked import Unpacked

CONFIG = """configdirectory: {root}/config
partition-default: {root}/mail
defaultpartition: default
sievedir: {root}/sieve
cyrus_user: cyrus
cyrus_group: cyrus
admins: cyrus
servername: localhost
allowplaintext: yes
sasl_mech_list: PLAIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {root}/sasldb
altnamespace: yes
unixhierarchysep: yes
expunge_mode: immediate
delete_mode: immediate
idlesocket: {root}/config/socket/idle
tls_server_cert: {certificate}
tls_server_key: {key}
"""
SERVICES = """START {{
  recover cmd="ctl_cyrusdb -C {config} -r"
}}
SERVICES {{
  imap cmd="imapd -C {config}" listen="127.0.0.1:{imap}" proto=tcp4 prefork=2 maxchild=4000
  imaps cmd="imapd -C {config} -s" listen="127.0.0.1:{imaps}" proto=tcp4 prefork=0 maxchild=4000
  lmtp cmd="lmtpd -C {config} -a" listen="127.0.0.1:{lmtp}" proto=tcp4 prefork=2 maxchild=100
}}
EVENTS {{
  checkpoint cmd="ctl_cyrusdb -C {config} -c" period=30
}}
DAEMON {{
  idled cmd="idled -C {config}"
}}
"""


class Cyrus:
    held = 500  # idle connections that are held for the row of their memory: each is a process

    def __init__(self, name, files, root, tls, password):
        self.name, self.password, self.process = name, password, None
        self.box = Unpacked(files, root, ("cyrus",))
        self.imap, self.imaps, self.lmtp = (free_port() for _ in range(3))
        config, services = root / "imapd.conf", root / "cyrus.conf"
        self.config, self.services, self.store = config, services, root / "mail"
        config.write_text(CONFIG.format(root=root, certificate=tls[0], key=tls[1]))
        services.write_text(SERVICES.format(config=config, imap=self.imap, imaps=self.imaps, lmtp=self.lmtp))
        self.settings = config.read_text() + services.read_text()
        for directory in (root, self.store, root / "config", root / "config/socket", root / "config/db",
                          root / "config/proc", root / "config/log", root / "sieve"):
            directory.mkdir(exist_ok=True)
            os.chown(directory, *[self.box.ids["cyrus"]] * 2)

    def user(self, n):
        return f"u{n}"

    def make_users(self, count):
        script = "".join(f"saslpasswd2 -p -c -f {self.box.root}/sasldb -u localhost {user} <<<{self.password}\n"
                         for user in ("cyrus", *map(self.user, range(count))))
        self.box.do("bash", "-c", f"set -e\n{script}chown cyrus {self.box.root}/sasldb")

    def make_mailboxes(self, count):
        """As its administrator; with a first delivery each, as several at once fail with 451."""
        admin = Client(self.imap, "cyrus", self.password)
        for user in map(self.user, range(count)):
            admin.ask(f"CREATE user/{user}")
        admin.close()
        with smtplib.LMTP("127.0.0.1", self.lmtp) as client:
            for user in map(self.user, range(count)):
                client.sendmail("first@example.net", [user], "Subject: first\r\n\r\n")
                first = Client(self.imap, user, self.password, "INBOX")
                first.ask("STORE 1 +FLAGS.SILENT (\\Deleted)")
                first.ask("EXPUNGE")
                first.close()

    def start(self):
        self.process = self.box.start("/usr/lib/cyrus/bin/master", "-C", self.config, "-M", self.services, "-p",
                                      self.box.root / "master.pid")
        for port in (self.imap, self.lmtp):
            wait_for_port(port, self.process, self.box.root / "output")

    def stop(self):
        self.box.stop(self.process)

    def version(self):
        return self.box.do("/usr/lib/cyrus/bin/master", "-V").decode().strip()
