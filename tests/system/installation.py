"""A whole Sealpost installation for a test: two vaults and the server, in a directory of its own, on free
loopback ports, ended by process id. Programs come from SEALPOST_PROGRAMS (the build directory)."""

import contextlib
import fcntl
import json
import os
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAMS = Path(os.environ.get("SEALPOST_PROGRAMS", Path(__file__).parents[2] / "build/dev")) / "server"
PASSWORD = "engine-of-1843"
PORTS_TAKEN = Path(tempfile.gettempdir()) / "sealpost-test-ports"
EPHEMERAL_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
STOP = 60  # seconds, of a program with sanitizers on a busy machine


def free_port():
    """A port that no other test is given while this one runs, and the kernel gives no connection."""
    PORTS_TAKEN.mkdir(exist_ok=True)
    while True:
        port = random.randrange(10000, int(EPHEMERAL_PORTS.read_text().split()[0]))
        taken = os.open(PORTS_TAKEN / str(port), os.O_CREAT | os.O_WRONLY)  # to the end of the test
        with contextlib.suppress(OSError), socket.socket() as s:
            fcntl.flock(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
            s.bind(("127.0.0.1", port))
            return port
        os.close(taken)


def run(*command, **options):
    """A command that must succeed; its output in the failure."""
    done = subprocess.run([str(c) for c in command], capture_output=True, timeout=600, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} gave {done.returncode}:\n{done.stdout.decode()}\n{done.stderr.decode()}")
    return done.stdout.decode()


class Vault:
    """A vault with a root key; `options` are those of sealvault init."""

    def __init__(self, directory, name, *options):
        self.directory, self.name, self.port = directory / name, name, free_port()
        self.url, self.process = f"https://127.0.0.1:{self.port}", None
        self.token_file, self.ca = directory / f"{name}.token", directory / f"{name}.pem"
        self.make(*options)
        self.do("key", "create", "--name", "root", "--size", "2048")
        self.kid = f"{self.url}/keys/root"

    def make(self, *options):
        """A vault without keys, whose certificate and token the server has."""
        self.do("init", *options)
        shutil.copy(self.directory / "tls/cert.pem", self.ca)
        self.do("token", "add", "--name", "sealpost", "--allow", "get,wrapKey,unwrapKey", "--out", self.token_file)

    def do(self, *command):
        """As its owner."""
        return run(PROGRAMS / "vault/sealvault", *command, "--dir", self.directory)

    def config(self):
        return f'[[vault]]\nurl = "{self.url}"\nca = "{self.ca}"\ntoken_file = "{self.token_file}"\n'

    def start(self):
        self.process = started(self.directory.parent / f"{self.name}.log", PROGRAMS / "vault/sealvault", "serve",
                               "--dir", self.directory, "--listen", f"127.0.0.1:{self.port}")

    def stop(self):
        end(self.process)
        self.process = None


def started(log, *command, **options):
    """A program that writes to `log`, once it says that it is ready."""
    with log.open("ab") as out:
        before = out.tell()
        process = subprocess.Popen([str(c) for c in command], stdout=out, stderr=out, **options)
    wait_until_ready(log, before, process)
    return process


def end(process, how=signal.SIGTERM):
    if process and process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(STOP)
        except subprocess.TimeoutExpired:
            where = where_threads_are(process.pid)
            process.kill()
            process.wait()
            raise AssertionError(f"did not end within {STOP} s of SIGTERM; its threads:\n{where}")


def where_threads_are(pid):
    """What a process that hangs waits for: whole stacks where gdb is there, else the calls of the kernel."""
    if shutil.which("gdb"):
        return run("gdb", "-p", str(pid), "-batch", "-ex", "thread apply all backtrace 30")
    threads = sorted(Path(f"/proc/{pid}/task").iterdir())
    return "\n".join(" ".join([task.name, *((task / name).read_text().strip() for name in ("comm", "wchan", "syscall"))])
                     for task in threads)


def wait_until_ready(log, before, process, seconds=180):
    """Until the log has a line that says so, past the octets that it had before."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"ended at start with {process.returncode}: {log.read_text(errors='replace')[-2000:]}")
        if re.search(rb"(^|\s)ready\s", log.read_bytes()[before:]):
            return
        time.sleep(0.02)
    raise AssertionError(f"not ready after {seconds} s: {log.read_text(errors='replace')[-2000:]}")


class Installation:
    """with Installation() as post: accounts ada (DEP "customer"), bob (managed), both with PASSWORD."""

    certificate_days = 365  # of the server's own

    def __init__(self, keep=False, vaults=True, settings="", vault_options=(), server=""):
        self.root = Path(tempfile.mkdtemp(prefix="sealpost-test-"))
        self.keep, self.settings, self.server, self.process = keep, settings, server, None
        self.program, self.environment = PROGRAMS / "sealpost", {}
        self.data, self.service_keys = self.root / "data", self.root / "service-keys"
        self.socket, self.log = self.root / "admin.sock", self.root / "server.log"
        self.imap, self.imaps, self.smtp, self.submission, self.lmtp = (free_port() for _ in range(5))
        self.vaults = [Vault(self.root, name, *vault_options) for name in ("vault-a", "vault-b")] if vaults else []
        (self.root / "tmp").mkdir()
        self.certificate()
        self.config = self.root / "sealpost.toml"
        self.config.write_text(self.config_text())

    def certificate(self):
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(self.certificate_days), "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", self.root / "tls.key", "-out", self.root / "tls.crt")

    def config_text(self):
        vaults = "".join(vault.config() for vault in self.vaults)
        return f"""
[server]
host_name = "mail.example.org"
domains = ["example.org"]
data = "{self.data}"
service_keys = "{self.service_keys}"
{self.server}
[tls]
certificate = "{self.root}/tls.crt"
key = "{self.root}/tls.key"
[imap]
listen = ["127.0.0.1:{self.imap}"]
listen_tls = ["127.0.0.1:{self.imaps}"]
cleartext_login_on_loopback = true
[smtp]
listen = ["127.0.0.1:{self.smtp}"]
[submission]
listen = ["127.0.0.1:{self.submission}"]
[lmtp]
listen = ["127.0.0.1:{self.lmtp}"]
[admin]
socket = "{self.socket}"
{self.settings}
{vaults}"""

    def __enter__(self):
        try:
            for vault in self.vaults:
                vault.start()
            self.start()
            if self.vaults:
                self.cli("dep", "create", "customer", "--root-a", self.vaults[0].kid, "--root-b", self.vaults[1].kid)
            for name in ("ada", "bob"):
                self.create_account(f"{name}@example.org")
            if self.vaults:
                self.cli("dep", "assign", "customer", "ada@example.org")
        except BaseException:
            self.__exit__(True)
            raise
        return self

    def __exit__(self, failed=None, *_):
        try:
            for process in (self.process, *(vault.process for vault in self.vaults)):
                end(process)
        except AssertionError:
            failed = True
            raise
        finally:
            if failed and self.log.exists():
                print(self.log.read_text(errors="replace")[-4000:])
            if not self.keep:
                shutil.rmtree(self.root, ignore_errors=True)

    def start(self):
        self.process = started(self.log, self.program, "serve", "--config", self.config, cwd=self.root,
                               env={**os.environ, "TMPDIR": str(self.root / "tmp"), **self.environment})

    def stop(self):
        end(self.process)
        if self.process.returncode != 0:
            raise AssertionError(f"server ended with {self.process.returncode}: {self.log.read_text()[-3000:]}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def restart(self):
        self.stop()
        self.start()

    def add_vaults(self, *names):
        """More vaults, known to the server, which is restarted for it."""
        added = [Vault(self.root, name) for name in names]
        self.vaults += added
        for vault in added:
            vault.start()
        self.config.write_text(self.config.read_text() + "".join(vault.config() for vault in added))
        self.restart()
        return added

    def cli(self, *arguments, stdin=None):
        return run(self.program, *arguments, "--socket", self.socket, input=stdin, env={**os.environ, **self.environment})

    def json(self, *arguments):
        return json.loads(self.cli(*arguments, "--json"))

    def create_account(self, name):
        self.cli("account", "create", name, "--password-stdin", stdin=PASSWORD.encode() + b"\n")

    def tls(self):
        return ssl.create_default_context(cafile=str(self.root / "tls.crt"))

    def imap_client(self, name="ada@example.org"):
        import imaplib
        client = imaplib.IMAP4_SSL("127.0.0.1", self.imaps, ssl_context=self.tls(), timeout=120)
        try:
            client.login(name, PASSWORD)
        except imaplib.IMAP4.error:
            client.shutdown()
            raise
        return client

    def lmtp_client(self):
        import smtplib
        return smtplib.LMTP("127.0.0.1", self.lmtp, local_hostname="test.example.net")

    def deliver(self, messages, to="ada@example.org", sender="sender@example.net"):
        with self.lmtp_client() as client:
            for message in messages:
                client.sendmail(sender, [to], message)
