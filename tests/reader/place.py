"""Where a sealed thing belongs (crypto/FORMAT.md, section 3)."""

import enum
import struct
from typing import NamedTuple

from sealing import Corrupt


class Kind(enum.IntEnum):
    DEP_KEY = 1
    MAILBOX_KEY = 2
    MESSAGE_KEY = 3
    BODY = 4
    SUMMARY = 5
    HEADER_TEXT = 6
    BODY_TEXT = 7
    TREE = 8
    FOLDER_STATE = 9
    FOLDER_BLOCK = 10
    LIST_BLOCK = 11
    ACCOUNT = 12
    ALIAS = 13
    DELIVERY_KEY = 14
    ARRIVAL = 15
    AUDIT_RECORD = 16
    ROLE_GRANT = 17
    PURGE = 18
    CERTIFICATE = 19
    SPOOLED = 20
    ANNOTATIONS = 21
    QUOTA = 22
    SHARES = 23
    CREDENTIAL = 24
    LEDGER = 25
    PROTECTION = 26
    DEP_RECORD = 28
    ROOT_ANSWER = 29
    GENERATION = 31
    MAILBOX_ROOT = 27
    VERSIONS = 30
    SEARCH_GROUP = 32
    SEARCH_PART = 33


class Place(NamedTuple):
    kind: int
    mailbox: int = 0
    row: int = 0
    part: int = 0
    epoch: int = 0

    def encoded(self):
        try:
            return b"sealpost\x01" + struct.pack(">BqqII", *self)
        except struct.error:
            raise Corrupt(f"{self}: a number out of bounds") from None

    def __str__(self):
        return (f"{Kind(self.kind).name.lower().replace('_', ' ')} (mailbox {self.mailbox}, row {self.row}, "
                f"part {self.part}, epoch {self.epoch})")
