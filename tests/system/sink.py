"""A smart host for tests: takes mail over STARTTLS after AUTH PLAIN, counts it, and does what a test wants at any step."""

import base64

import socketserver
import ssl
import threading

class Sink:
    """with Sink(certificate, key) as sink: `at` maps a step (GREETING, EHLO, MAIL, RCPT, DATA, CONTENT, END) to a function
    of the line; what it returns is said instead of what a good server says, CUT ends the connection."""

    CUT = object()
    USER, PASSWORD = "relay", "relay-secret"

    def __init__(self, certificate, key, offers=("PIPELINING", "SIZE 50000000", "8BITMIME", "SMTPUTF8", "DSN")):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.offers, self.at, self.lock = offers, {}, threading.Lock()
        self.taken = []  # (line of MAIL, lines of RCPT, octets)
        self.said = []   # all lines
        sink = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                try:
                    Dialogue(sink, self.request).run()
                except (OSError, EOFError):
                    pass

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads, allow_reuse_address, request_queue_size = True, True, 64

            def shutdown_request(self, request):  # the dialogue does it, in TLS
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def settings(self, ca, password_file, more="", retry=(1, 2)):
        password_file.write_text(self.PASSWORD + "\n")
        password_file.chmod(0o600)
        return (f'[outgoing]\nsmart_host = "127.0.0.1"\nport = {self.port}\nca = "{ca}"\nuser = "{self.USER}"\n'
                f'password_file = "{password_file}"\nfirst_retry = {retry[0]}\nlongest_retry = {retry[1]}\n{more}\n')

    def count(self, mark):
        with self.lock:
            return sum(mark in octets for _, _, octets in self.taken)

class Dialogue:
    def __init__(self, sink, connection):
        self.sink, self.connection, self.buffer = sink, connection, b""
        connection.settimeout(60)

    def read_line(self):
        while b"\r\n" not in self.buffer:
            more = self.connection.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def say(self, step, line, otherwise):
        """True: as a good server does."""
        with self.sink.lock:
            act = self.sink.at.get(step)
        said = act(line) if act else None
        if said is Sink.CUT:
            raise EOFError
        self.connection.sendall(((said or otherwise) + "\r\n").encode())
        return said is None

    def run(self):
        try:
            self.say("GREETING", "", "220 sink.example ESMTP")
            while self.answer(self.read_line().decode()):
                pass
        finally:
            self.connection.close()

    def answer(self, line):
        with self.sink.lock:
            self.sink.said.append(line)
        verb = line.split(" ")[0].upper()
        tls = isinstance(self.connection, ssl.SSLSocket)
        if verb == "STARTTLS":
            self.say("STARTTLS", line, "220 go")
            self.connection = self.sink.context.wrap_socket(self.connection, server_side=True)
        elif verb == "EHLO":
            offers = ("AUTH PLAIN", *self.sink.offers) if tls else ("STARTTLS",)
            lines = ["sink.example", *offers]
            self.say("EHLO", line, "\r\n".join(f"250{'-' if n + 1 < len(lines) else ' '}{offer}"
                                              for n, offer in enumerate(lines)))
        elif verb == "AUTH":
            right = base64.b64encode(f"\0{Sink.USER}\0{Sink.PASSWORD}".encode()).decode()
            self.say("AUTH", line, "235 in" if tls and line == f"AUTH PLAIN {right}" else "535 5.7.8 wrong")
        elif verb == "MAIL":
            if self.say("MAIL", line, "250 ok"):
                self.mail, self.recipients = line, []
        elif verb == "RCPT":
            if self.say("RCPT", line, "250 ok"):
                self.recipients.append(line)
        elif verb == "DATA":
            if self.say("DATA", line, "354 go"):
                self.take()
        else:
            self.say(verb, line, "221 bye" if verb == "QUIT" else "250 ok")
        return verb != "QUIT"

    def take(self):
        octets = bytearray()
        with self.sink.lock:
            act = self.sink.at.get("CONTENT")
        if act and act("") is Sink.CUT:
            raise EOFError
        while (line := self.read_line()) != b".":
            octets += (line[1:] if line.startswith(b".") else line) + b"\r\n"
        octets = bytes(octets)
        with self.sink.lock:
            act = self.sink.at.get("END")
        said = act(octets) if act else None
        if said is Sink.CUT:
            raise EOFError
        if said is None or said.startswith("2"):
            with self.sink.lock:
                self.sink.taken.append((self.mail, self.recipients, octets))
                act = self.sink.at.get("TAKEN")
            if act:
                act(octets)
        self.connection.sendall((said or "250 2.0.0 taken").encode() + b"\r\n")
        with self.sink.lock:
            act = self.sink.at.get("ANSWERED")
        if act:
            act(octets)
