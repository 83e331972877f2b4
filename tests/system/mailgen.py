"""Makes mail: the shapes, charsets and sizes of a real mailbox, the same for the same seed."""

import base64
import email.utils
import quopri
import random
from email.header import Header

WORDS = """time people year way day man thing woman life child world school state family student group
country problem hand part place case week company system program question work government number night
point home water room mother area money story fact month lot right study book eye job word business issue
side kind head house service friend father power hour game line end member law car city community name
president team minute idea kid body information back parent face others level office door health person art
war history party result change morning reason research girl guy moment air teacher force education budget
invoice meeting agenda delivery contract schedule release draft review summary estimate travel booking""".split()
RUSSIAN = "письмо встреча договор счёт завтра проект отчёт спасибо привет работа срок вопрос ответ".split()
JAPANESE = "会議 資料 確認 予定 請求書 お世話 よろしく 報告 明日 質問".split()
FRENCH = "réunion déjà été façon garçon contrat facture dépôt août prévu équipe délai".split()
PEOPLE = [("Ada Lovelace", "ada@example.org"), ("Bob Müller", "bob@example.org"), ("Chen Wei", "chen@example.net"),
          ("Дмитрий Иванов", "dmitri@example.com"), ("O'Neil, Pat", "pat@example.com"),
          ("山田太郎", "yamada@example.jp"), ("", "noreply@shop.example"), ("Équipe Paie", "paie@example.fr")]


class MailMaker:
    def __init__(self, seed=1):
        self.random = random.Random(seed)
        self.count = 0
        self.ids = []

    def words(self, count, pool=None):
        return " ".join(self.random.choice(pool or WORDS) for _ in range(count))

    def paragraphs(self, size, pool=None):
        lines, have = [], 0
        while have < size:
            line = self.words(self.random.randint(6, 13), pool)
            lines.append(line)
            have += len(line) + 2
            if self.random.random() < 0.1:
                lines.append("")
        return "\r\n".join(lines) + "\r\n"

    def address(self, person):
        name, box = person
        return email.utils.formataddr((str(Header(name, "utf-8")) if not name.isascii() else name, box)) if name else box

    def header(self, subject, extra=()):
        self.count += 1
        sender, *others = self.random.sample(PEOPLE, 4)
        date = email.utils.formatdate(1500000000 + self.count * 3600 + self.random.randint(0, 3000))
        ident = f"<{self.count}.{self.random.getrandbits(48):x}@mail.example.org>"
        lines = [f"Received: from mx{self.count % 7}.example.net (mx.example.net [192.0.2.{self.count % 250}])",
                 f"\tby mail.example.org with ESMTPS id {self.count:08x}; {date}",
                 f"From: {self.address(sender)}",
                 "To: " + ", ".join(self.address(p) for p in others[:self.random.randint(1, 3)]),
                 f"Subject: {subject}", f"Date: {date}", f"Message-ID: {ident}", "MIME-Version: 1.0"]
        if self.ids and self.random.random() < 0.4:
            parent = self.random.choice(self.ids[-50:])
            lines += [f"In-Reply-To: {parent}", f"References: {parent}"]
        if self.random.random() < 0.2:
            lines += ["List-Id: Plans <plans.example.org>", "X-Mailer: Sealpost test/1 (with a rather long product name",
                      " folded over two lines)"]
        self.ids.append(ident)
        return "\r\n".join(lines + list(extra))

    def subject(self):
        kind = self.random.random()
        if kind < 0.7:
            return ("Re: " if self.random.random() < 0.4 else "") + self.words(self.random.randint(2, 9)).capitalize()
        pool, charset = self.random.choice([(RUSSIAN, "koi8-r"), (FRENCH, "iso-8859-1"), (JAPANESE, "iso-2022-jp"),
                                            (RUSSIAN, "utf-8")])
        return Header(self.words(4, pool), charset).encode(linesep="\r\n")

    def encoded(self, text, charset, how):
        raw = text.encode(charset, "replace")
        if how == "base64":
            return base64.encodebytes(raw).replace(b"\n", b"\r\n")
        if how == "quoted-printable":
            return quopri.encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        return raw

    def text_part(self, size, subtype="plain"):
        charset, pool, hows = self.random.choice(
            [("us-ascii", None, ["7bit"]), ("us-ascii", None, ["7bit"]), ("utf-8", FRENCH, ["8bit", "quoted-printable"]),
             ("utf-8", RUSSIAN, ["base64", "8bit"]), ("koi8-r", RUSSIAN, ["base64", "8bit"]),
             ("iso-8859-1", FRENCH, ["quoted-printable", "8bit"]), ("iso-2022-jp", JAPANESE, ["7bit", "base64"])])
        how = self.random.choice(hows)
        text = self.paragraphs(size, pool)
        if subtype == "html":
            text = "<html><head><style>p { margin: 0 }</style></head><body><p>" + \
                text.replace("\r\n", "<br>\r\n") + "</p></body></html>\r\n"
        head = f"Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: {how}".encode()
        return head, self.encoded(text, charset, how)

    def attachment(self, size):
        raw = bytes(self.random.getrandbits(8) for _ in range(min(size, 4096))) * max(1, size // 4096)
        name = self.words(2).replace(" ", "-") + ".pdf"
        head = (f'Content-Type: application/pdf; name="{name}"\r\nContent-Disposition: attachment;\r\n'
                f' filename="{name}"\r\nContent-Transfer-Encoding: base64').encode()
        return head, base64.encodebytes(raw).replace(b"\n", b"\r\n")

    def multipart(self, subtype, parts):
        boundary = f"=_{self.random.getrandbits(64):x}"
        out = [f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"'.encode(), b"",
               b"This is a message in several parts."]
        for head, body in parts:
            out += [b"--" + boundary.encode(), head, b"", body.rstrip(b"\r\n")]
        out += [b"--" + boundary.encode() + b"--", b""]
        head, _, body = b"\r\n".join(out).partition(b"\r\n\r\n")
        return head, body

    def message(self, size=None):
        """One message as it would come from the net: CRLF line ends, log-normal size."""
        if size is None:
            size = min(int(self.random.lognormvariate(8.2, 1.2)), 2_000_000)
        kind = self.random.random()
        if kind < 0.45:
            head, body = self.text_part(size)
        elif kind < 0.7:
            head, body = self.multipart("alternative", [self.text_part(size // 2), self.text_part(size // 2, "html")])
        elif kind < 0.93:
            alternative = self.multipart("alternative", [self.text_part(600), self.text_part(900, "html")])
            head, body = self.multipart("mixed", [alternative, self.attachment(size)])
        else:
            inner = self.message(min(size, 3000))
            head, body = self.multipart("mixed", [self.text_part(300), (b"Content-Type: message/rfc822", inner)])
        return self.header(self.subject()).encode() + b"\r\n" + head + b"\r\n\r\n" + body
