"""Postfix as the smart host: TLS with a certificate of its own, AUTH asked of a Dovecot-like authority in this process, mail
for example.net handed over LMTP to a counting sink, reports for example.org sent back over SMTP."""

import base64
import hashlib
import hmac
import os
import shutil
import signal
import socketserver
import threading

from front_ends import Postfix
from installation import run


class Lines:
    """A server of lines in threads: `handle(read_line, write)` for each connection."""

    def __init__(self, handle):
        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    handle(lambda: self.rfile.readline().decode(errors="surrogateescape"), self.wfile.write)
                except OSError:
                    pass

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads, allow_reuse_address = True, True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Scram:
    """The server's side of SCRAM-SHA-256 (RFC 5802) for one who may log in: a challenge, or whether that is him."""

    def __init__(self, user, password):
        self.user, self.password, self.said = user, password.encode(), []

    def answer(self, said):
        self.said.append(said)
        return (self.first, self.final, lambda: said == "")[len(self.said) - 1]()

    def first(self):
        self.bare = self.said[0].split(",", 2)[2]
        self.challenge = f"r={self.bare.split(',r=')[1]}theirs,s={base64.b64encode(b'salt of it').decode()},i=4096"
        return self.challenge if self.bare.startswith(f"n={self.user},") else False

    def final(self):
        def mac(key, text):
            return hmac.digest(key, text, "sha256")
        without_proof, proof = self.said[1].split(",p=")
        dialogue = f"{self.bare},{self.challenge},{without_proof}".encode()
        salted = hashlib.pbkdf2_hmac("sha256", self.password, b"salt of it", 4096)
        key = mac(salted, b"Client Key")
        signature = mac(hashlib.sha256(key).digest(), dialogue)
        if base64.b64decode(proof) != bytes(a ^ b for a, b in zip(key, signature)):
            return False
        return "v=" + base64.b64encode(mac(mac(salted, b"Server Key"), dialogue)).decode()


class SmartHost(Postfix):
    """with SmartHost(smtp_port_of_sealpost) as host: `taken` is what arrived at example.net."""
    USER, PASSWORD = "relay", "relay-secret"

    def __init__(self, reports_port):
        super().__init__(reports_port)
        self.reports_port, self.password = reports_port, self.PASSWORD
        self.taken, self.lock, self.mechanisms = [], threading.Lock(), []
        self.authority, self.sink = Lines(self.authenticate), Lines(self.receive)
        self.certificate, self.key = self.root / "smart.crt", self.root / "smart.key"
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=smart",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.key, "-out", self.certificate)
        self.example = self.root / "smart.cf"
        self.example.write_text(self.own_settings())

    def own_settings(self):
        return f"""
compatibility_level = 3.6
myhostname = smart.example.com
mydestination =
virtual_mailbox_domains = example.net
smtpd_tls_cert_file = {self.certificate}
smtpd_tls_key_file = {self.key}
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{self.authority.port}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access inline:{{nobody@example.net=REJECT}}, permit_sasl_authenticated, reject
transport_maps = inline:{{{{ example.org = smtp:[127.0.0.1]:{self.reports_port} }}}}
lmtp_destination_recipient_limit = 1
"""

    SERVICES = Postfix.SERVICES + "smtp unix - - n - - smtp\n"

    def settings(self):
        return super().settings().replace(f"lmtp:inet:[127.0.0.1]:{self.lmtp_port}", f"lmtp:inet:[127.0.0.1]:{self.sink.port}")

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        self.authority.stop()
        self.sink.stop()

    def down(self):
        """Ended, with all that it had in hand; `up` goes on from its queue."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass

    def up(self):
        self.run(self.programs / "usr/lib/postfix/sbin/master", "-c", self.root / "conf", "-d")

    def offers(self):
        with self.client() as client:
            client.ehlo()
            return {name.upper() for name in client.esmtp_features}

    def freeze(self):
        """It takes connections, and does nothing any more."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self):
        os.killpg(self.process.pid, signal.SIGCONT)

    def config(self, directory):
        """For sealpost, whose own directory it is."""
        shutil.copy(self.certificate, directory / "smart.crt")
        self.password_file = directory / "smart.password"
        self.password_file.write_text(self.password + "\n")
        self.password_file.chmod(0o600)
        return (f'[outgoing]\nsmart_host = "127.0.0.1"\nport = {self.port}\nca = "smart.crt"\nuser = "{self.USER}"\n'
                f'password_file = "smart.password"\nfirst_retry = 1\nlongest_retry = 2\n')

    def count(self, mark):
        with self.lock:
            return sum(mark in octets for octets in self.taken)

    def authenticate(self, read_line, write):
        """The server's side of Dovecot's authentication protocol, as far as Postfix speaks it."""
        write(b"VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tSCRAM-SHA-256\tmutual-auth\nSPID\t1\nCUID\t1\n"
              b"COOKIE\t0123456789abcdef0123456789abcdef\nDONE\n")
        logins = {}
        while line := read_line():
            command, number, *words = line.rstrip("\n").split("\t")
            if command == "AUTH":
                self.mechanisms.append(words[0])
                logins[number] = Scram(self.USER, self.PASSWORD) if words[0] == "SCRAM-SHA-256" else None
                words = [word.removeprefix("resp=") for word in words if word.startswith("resp=")]
            elif command != "CONT":
                continue
            said = base64.b64decode((words or [""])[0]).decode()
            answer = logins[number].answer(said) if logins[number] else said == f"\0{self.USER}\0{self.PASSWORD}"
            if isinstance(answer, str):
                write(f"CONT\t{number}\t{base64.b64encode(answer.encode()).decode()}\n".encode())
            else:
                write((("OK" if answer else "FAIL") + f"\t{number}\tuser={self.USER}\n").encode())

    def receive(self, read_line, write):
        write(b"220 sink LMTP\r\n")
        recipients = 0
        while line := read_line():
            verb = line.split()[0].upper() if line.split() else ""
            if verb == "LHLO":
                write(b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
            elif verb == "DATA":
                write(b"354 go\r\n")
                octets = b""
                while (data := read_line()) not in (".\r\n", ""):
                    octets += (data[1:] if data.startswith(".") else data).encode(errors="surrogateescape")
                with self.lock:
                    self.taken.append(octets)
                write(b"250 2.0.0 taken\r\n" * recipients)
                recipients = 0
            elif verb == "QUIT":
                write(b"221 bye\r\n")
                return
            else:
                recipients += verb == "RCPT"
                write(b"250 ok\r\n")
