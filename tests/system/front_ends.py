"""Postfix and Exim from Debian's packages, unpacked and not installed (tests/unpack): each with the example configuration of
server/front_ends, a queue and ports of its own, ended by process id. Their users exist for them alone (nss_wrapper)."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from installation import free_port

HERE = Path(__file__).resolve()
UNPACKED = Path(os.environ.get("SEALPOST_UNPACKED", HERE.parents[2] / "build/unpacked"))
EXAMPLES = HERE.parents[2] / "server/front_ends"
LIBRARIES = "usr/lib/x86_64-linux-gnu"
USER, GROUP, DROP = 64102, 64102, 64103
NAMES = ("postfix", "Debian-exim")


class FrontEnd:
    name, example = "", ""

    def __init__(self, lmtp_port):
        self.lmtp_port, self.port, self.process = lmtp_port, free_port(), None
        self.programs = UNPACKED / self.name
        self.root = Path(tempfile.mkdtemp(prefix="sealpost-front-"))
        self.root.chmod(0o755)
        self.log = self.root / "log"
        (self.root / "passwd").write_text("root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n" + "".join(
            f"{name}:x:{USER}:{GROUP}::/:/bin/false\n" for name in NAMES))
        (self.root / "group").write_text(f"root:x:0:\nnogroup:x:65534:\npostdrop:x:{DROP}:\n" + "".join(
            f"{name}:x:{GROUP}:\n" for name in NAMES))

    @classmethod
    def missing(cls):
        """Why it cannot be tried here; nothing: it can."""
        if os.geteuid() != 0:
            return f"{cls.name} needs root to be started"
        if not (UNPACKED / cls.name).is_dir():
            return f"the packages of {cls.name} are not in {UNPACKED}: tests/unpack tests/unpacked.txt {UNPACKED}"
        return ""

    def environment(self):
        wrapper = next((self.programs / LIBRARIES).glob("libnss_wrapper.so"))
        return {"PATH": "/usr/bin:/bin", "LD_PRELOAD": str(wrapper), "NSS_WRAPPER_PASSWD": str(self.root / "passwd"),
                "NSS_WRAPPER_GROUP": str(self.root / "group"),
                "LD_LIBRARY_PATH": f"{self.programs}/usr/lib/postfix:{self.programs}/{LIBRARIES}"}

    def directory(self, path, mode=0o700, group=GROUP):
        path.mkdir(parents=True, exist_ok=True)
        os.chown(path, USER, group)
        path.chmod(mode)
        return path

    def run(self, *command):
        """One in a session of its own, so that its children end with it."""
        with (self.root / "out").open("ab") as out:
            self.process = subprocess.Popen([str(c) for c in command], env=self.environment(), stdout=out, stderr=out,
                                            start_new_session=True)

    def __enter__(self):
        self.start()
        until = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"{self.name} does not answer: {self.said()}")
            time.sleep(0.1)
        return self

    def __exit__(self, failed=None, *_):
        if failed:
            print(self.said()[-6000:])
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        try:
            os.killpg(self.process.pid, signal.SIGTERM)  # who was just delivering
        except ProcessLookupError:
            pass
        shutil.rmtree(self.root, ignore_errors=True)

    def answers(self):
        try:
            with self.client():
                return True
        except OSError:
            return False

    def client(self):
        import smtplib
        return smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example.net", timeout=60)

    def said(self):
        return "".join(path.read_text(errors="replace") for path in (self.root / "out", *self.logs()) if path.exists())


class Postfix(FrontEnd):
    name, example = "postfix", "postfix-main.cf"

    SERVICES = """
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

    def settings(self):
        return f"""
virtual_transport = lmtp:inet:[127.0.0.1]:{self.lmtp_port}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
maillog_file = {self.log}
maillog_file_prefixes = {self.root}
queue_directory = {self.root}/queue
data_directory = {self.root}/data
daemon_directory = {self.programs}/usr/lib/postfix/sbin
command_directory = {self.programs}/usr/sbin
shlib_directory = no
address_verify_poll_count = 60
address_verify_poll_delay = 1s
alias_maps =
alias_database =
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
import_environment = MAIL_CONFIG {" ".join(self.environment())}
"""

    def start(self):
        queue = self.directory(self.root / "queue", 0o755)
        os.chown(queue, 0, 0)
        for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved",
                     "trace"):
            self.directory(queue / name)
        self.directory(queue / "maildrop", 0o730, DROP)
        self.directory(queue / "public", 0o710, DROP)
        (queue / "pid").mkdir()
        self.directory(self.root / "data")
        configuration = self.root / "conf"
        configuration.mkdir()
        (configuration / "main.cf").write_text((EXAMPLES / self.example).read_text() + self.settings())
        (configuration / "master.cf").write_text(f"127.0.0.1:{self.port} inet n - n - - smtpd{self.SERVICES}")
        self.run(self.programs / "usr/lib/postfix/sbin/master", "-c", configuration, "-d")

    def logs(self):
        return [self.log]


class Exim(FrontEnd):
    name, example = "exim", "exim.conf"

    def settings(self):
        program = self.programs / "usr/sbin/exim4"
        return f"""
LMTP_PORT = {self.lmtp_port}
exim_user = Debian-exim
exim_group = Debian-exim
exim_path = {program}
spool_directory = {self.root}/spool
log_file_path = {self.root}/spool/%slog
log_selector = +smtp_confirmation
tls_advertise_hosts =
deliver_drop_privilege = true
keep_environment = {" : ".join(self.environment())}
"""

    def start(self):
        self.directory(self.root / "spool")
        configuration = self.root / "exim.conf"
        example = (EXAMPLES / self.example).read_text()
        configuration.write_text(self.settings() + example.replace("F,2h,5m", "F,2h,1s"))
        self.run(self.programs / "usr/sbin/exim4", "-C", configuration, "-bdf", "-q1s", "-oX", f"127.0.0.1.{self.port}",
                 "-oP", self.root / "pid")

    def logs(self):
        return [self.root / "spool/mainlog", self.root / "spool/paniclog"]
