"""Dovecot 2.3: sdbox, high-performance login processes, imap processes used again, passwd-file with PLAIN passwords."""

import os

from installation import free_port
from measure import wait_for_port
from systems.unpacked import Unpacked

CONFIG = """protocols = imap lmtp
base_dir = {root}/run
state_dir = {root}/run
log_path = {root}/log
listen = 127.0.0.1
default_client_limit = 20000
default_process_limit = 4000
first_valid_uid = 1
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
auth_mechanisms = plain
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {root}/passwords
}}
userdb {{
  driver = prefetch
}}
userdb {{
  driver = passwd-file
  args = username_format=%n {root}/users
}}
mail_location = sdbox:~/mail
mail_fsync = {fsync}
mail_attribute_dict = file:%h/attributes
mail_plugins = {plugins}
mail_max_userip_connections = 0
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  service_count = 0
  process_min_avail = 2
  client_limit = 10000
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  service_count = 1000
}}
service lmtp {{
  process_min_avail = 2
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
protocol imap {{
  mail_max_userip_connections = 0
}}
plugin {{
{settings}}}
"""
CRYPT = """  mail_crypt_curve = secp521r1
  mail_crypt_save_version = 2
  mail_crypt_require_encrypted_user_key = yes
"""
VARIANTS = {"dovecot": ("optimized", "", ""), "mail-crypt": ("optimized", "mail_crypt", CRYPT), "fsync-always": ("always", "", "")}

class Dovecot:
    held = 1000  # idle connections that are held for the row of their memory: each is a process

    def __init__(self, name, files, root, tls, password):
        self.name, self.password, self.process = name, password, None
        self.box = Unpacked(files, root, ("dovecot", "dovenull", "vmail"))
        self.imap, self.imaps, self.lmtp = (free_port() for _ in range(3))
        fsync, plugins, settings = VARIANTS[name]
        self.settings = CONFIG.format(root=root, fsync=fsync, plugins=plugins, settings=settings, certificate=tls[0],
                                      key=tls[1], imap=self.imap, imaps=self.imaps, lmtp=self.lmtp)
        self.config, self.store, self.crypt = root / "dovecot.conf", root / "mail", bool(plugins)
        self.config.write_text(self.settings)
        self.store.mkdir()
        os.chown(self.store, *[self.box.ids["vmail"]] * 2)

    def user(self, n):
        return f"u{n}"

    def make_users(self, count):
        mail = self.box.ids["vmail"]
        passwords, users = "", ""
        for user in map(self.user, range(count)):
            home = self.store / user
            extra = f" userdb_mail_crypt_private_password={self.password}" if self.crypt else ""
            passwords += f"{user}:{self.password}::::::userdb_uid={mail} userdb_gid={mail} userdb_home={home}{extra}\n"
            users += f"{user}::{mail}:{mail}::{home}::\n"
        (self.box.root / "passwords").write_text(passwords)
        (self.box.root / "users").write_text(users)

    def make_mailboxes(self, count):
        """Each user's key, under the password of the login."""
        if self.crypt:
            self.box.do("bash", "-c", f'for n in $(seq 0 {count - 1}); do doveadm -c {self.config} -o '
                        f'plugin/mail_crypt_private_password={self.password} mailbox cryptokey generate -u "u$n" -U; done')

    def start(self):
        self.process = self.box.start("dovecot", "-F", "-c", self.config)
        for port in (self.imap, self.lmtp):
            wait_for_port(port, self.process, self.box.root / "log")

    def stop(self):
        self.box.stop(self.process)

    def version(self):
        return "Dovecot " + self.box.do("dovecot", "--version").decode().split()[0]
