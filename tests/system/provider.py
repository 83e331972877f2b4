"""A small OpenID provider: a key set over https, and tokens signed for it."""

import base64
import http.server
import json
import ssl
import threading
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def coded(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def number(value):
    return coded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Provider:
    """with Provider(certificate, key) as provider: https://127.0.0.1:PORT/keys"""

    issuer, audience = "https://id.example.org", "mail"

    def __init__(self, certificate, key):
        self.asked, self.keys = 0, {}
        self.add_key("first")
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.asked += 1
                body = json.dumps({"keys": [provider.public(kid) for kid in provider.keys]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def add_key(self, kid):
        self.keys[kid] = rsa.generate_private_key(65537, 2048)

    def public(self, kid):
        numbers = self.keys[kid].public_key().public_numbers()
        return {"kty": "RSA", "kid": kid, "use": "sig", "n": number(numbers.n), "e": number(numbers.e)}

    def token(self, kid="first", **claims):
        now = int(time.time())
        whole = {"iss": self.issuer, "aud": self.audience, "iat": now, "exp": now + 3600, "email": "ada@example.org", **claims}
        text = f"{coded(json.dumps({'alg': 'RS256', 'typ': 'at+jwt', 'kid': kid}).encode())}.{coded(json.dumps(whole).encode())}"
        return f"{text}.{coded(self.keys[kid].sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
