"""The independent reader against the vectors in tests/crypto/vectors and the examples in crypto/FORMAT.md."""

import json
import pathlib
import re
import sys
import tempfile
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "reader"))

import anchors  # noqa: E402
import purges  # noqa: E402
import read_store  # noqa: E402
import records  # noqa: E402
import sealing  # noqa: E402
import vault  # noqa: E402
import vault_directory  # noqa: E402
from place import Kind, Place  # noqa: E402
from sealing import Corrupt  # noqa: E402

FORMAT = (TESTS.parent / "crypto/FORMAT.md").read_text()


def vectors(name):
    """Every vector, its hexadecimal members as octets and its place as a Place."""
    for each in json.loads((TESTS / "crypto/vectors" / f"{name}.json").read_text()):
        out = {}
        for key, value in each.items():
            hexadecimal = isinstance(value, str) and key not in ("name", "purpose", "value", "level")
            out[key] = bytes.fromhex(value) if hexadecimal else Place(**value) if key == "place" else value
        yield out


def example(section, which=-1):
    """An example of octets in a section of FORMAT.md, by its place there."""
    text = FORMAT.split(f"\n### {section} ")[1].split("\n##")[0]
    return bytes.fromhex("".join(re.findall(r"```\n([0-9a-f\n]+)```", text)[which].split()))


def altered(octets):
    """Each octet changed in one bit, and the octets shortened and lengthened by one."""
    for at in range(len(octets)):
        yield octets[:at] + bytes([octets[at] ^ 1 << at % 8]) + octets[at + 1:]
    yield octets[:-1]
    yield octets + b"\0"


class Vectors(unittest.TestCase):
    def refuses(self, opening, octets):
        for wrong in altered(octets):
            with self.assertRaises(Corrupt):
                opening(wrong)

    def test_the_cipher(self):
        for v in vectors("xaes"):
            opening = lambda sealed: sealing.xaes_open(v["key"], v["nonce"], sealed, v["associated"])  # noqa: B023, E731
            self.assertEqual(opening(v["sealed"]), v["plain"])
            self.refuses(opening, v["sealed"])

    def test_places(self):
        for v in vectors("place"):
            self.assertEqual(Place(*(v[name] for name in Place._fields)).encoded(), v["encoded"])
        with self.assertRaises(Corrupt):
            Place(Kind.TREE, 1 << 63).encoded()

    def test_records_open_in_their_place_only(self):
        for v in vectors("record"):
            self.assertEqual(sealing.unpack(v["inner"], sealing.RECORD_SIZE), v["plain"])
            self.assertEqual(sealing.open_record(v["key"], v["place"], v["sealed"]), v["plain"])
            for field in Place._fields:
                with self.assertRaises(Corrupt):
                    elsewhere = v["place"]._replace(**{field: getattr(v["place"], field) + 1})
                    sealing.open_record(v["key"], elsewhere, v["sealed"])
        self.refuses(lambda sealed: sealing.open_record(v["key"], v["place"], sealed), v["sealed"])

    def test_what_is_inside_must_be_exact(self):
        for v in vectors("record"):
            padding = v["inner"][9 + int.from_bytes(v["inner"][1:5], "big"):]
            wrong = [v["inner"][:-1], v["inner"] + b"\0", b"\2" + v["inner"][1:], v["inner"][:8] + b"\xff" + v["inner"][9:]]
            wrong += [v["inner"][:-1] + b"\1"] if padding else []
            for inner in wrong:
                with self.assertRaises(Corrupt):
                    sealing.unpack(inner, sealing.RECORD_SIZE)
            with self.assertRaises(Corrupt):
                sealing.unpack(v["inner"] if v["plain"] else b"", len(v["plain"]) - 1)

    def test_chunks_open_as_their_number_and_last_only(self):
        for v in vectors("chunk"):
            opened = sealing.open_marked_chunk(v["key"], v["place"], v["number"], v["last"], v["sealed"])
            self.assertEqual(opened, (v["plain"], v["opaque"]))
            for number, last in ((v["number"] + 1, v["last"]), (v["number"], not v["last"])):
                with self.assertRaises(Corrupt):
                    sealing.open_chunk(v["key"], v["place"], number, last, v["sealed"])

    def test_arrivals_open_as_their_number_and_last_only(self):
        for v in vectors("arrival"):
            self.assertEqual(sealing.public_of(v["private"]), v["public"])
            opener = sealing.ArrivalOpener(v["private"], v["ephemeral"], v["place"])
            self.assertEqual(opener.chunk(v["number"], v["last"], v["sealed"]), v["plain"])
            for number, last in ((v["number"] + 1, v["last"]), (v["number"], not v["last"])):
                with self.assertRaises(Corrupt):
                    opener.chunk(number, last, v["sealed"])
            elsewhere = sealing.ArrivalOpener(v["private"], v["ephemeral"], v["place"]._replace(row=8))
            with self.assertRaises(Corrupt):
                elsewhere.chunk(v["number"], v["last"], v["sealed"])
        self.refuses(lambda sealed: opener.chunk(v["number"], v["last"], sealed), v["sealed"])

    def test_wraps(self):
        for v in vectors("wrap"):
            opening = lambda wrapped: sealing.open_wrap(v["parent"], v["place"], wrapped)  # noqa: B023, E731
            self.assertEqual(opening(v["wrapped"]), v["key"])
            self.refuses(opening, v["wrapped"])

    def test_root_payloads_are_bound_to_their_place(self):
        for v in vectors("root_payload"):
            self.assertEqual(sealing.open_root_payload(v["place"], v["payload"]), v["key"])
            for place, payload in ((v["place"]._replace(part=8), v["payload"]), (v["place"], v["payload"][:-1])):
                with self.assertRaises(Corrupt):
                    sealing.open_root_payload(place, payload)

    def test_service_key_files(self):
        kinds = {"directory.key": (vault.DIRECTORY_KEY, 0), "availability-3.key": (vault.AVAILABILITY_KEY, 3),
                 "signing.key": (vault.SIGNING_KEY, 0)}
        with tempfile.TemporaryDirectory() as directory:
            for v in vectors("service_key"):
                path = pathlib.Path(directory) / v["name"]
                path.write_bytes(v["file"])
                self.assertEqual(vault.service_key(path, *kinds[v["name"]]), v["key"])
                with self.assertRaises(Corrupt):
                    vault.service_key(path, vault.AVAILABILITY_KEY, 4)
                for wrong in altered(v["file"]):
                    path.write_bytes(wrong)
                    with self.assertRaises(Corrupt):
                        vault.service_key(path, *kinds[v["name"]])

    def test_a_purge_certificate(self):
        document = (TESTS / "crypto/vectors/purge_certificate.json").read_text()
        public, payload = purges.certificate(document)
        self.assertEqual((public, payload["purge"]), (next(vectors("signature"))["public"], 1))
        with self.assertRaises(Corrupt):
            purges.certificate(document.replace("contract ended", "contract ending"))

    def test_keyed_hashes(self):
        for v in vectors("keyed_hash"):
            self.assertEqual(sealing.keyed_hash(v["key"], v["purpose"].encode(), v["value"].encode()), v["hash"])

    def test_a_key_of_a_vault(self):
        text = FORMAT[FORMAT.index("## 13."):]
        master, inside = (bytes.fromhex(re.search(rf"^{name} +([0-9a-f]+)$", text, re.M)[1]) for name in ("master key", "inside"))
        sealed = bytes.fromhex("".join(re.search(r"^sealed\n((?:[0-9a-f]+\n)+)```", text, re.M)[1].split()))
        place = "sealvault/key/root/0123456789abcdef0123456789abcdef"
        self.assertEqual(vault_directory.unsealed(master, place, sealed), inside)
        self.refuses(lambda octets: vault_directory.unsealed(master, place, octets), sealed)

    def test_padding_sizes(self):
        self.assertEqual([sealing.padded(n) for n in (0, 256, 257, 513, 65545)], [256, 256, 272, 544, 67584])


class Examples(unittest.TestCase):
    """What FORMAT.md shows in sections 6.1 to 6.4 and 6.7."""

    def parsed(self, section, parser, which=-1):
        octets = example(section, which)
        for wrong in (octets[:-1], octets + b"\0", b"\x7f" + octets[1:], b""):
            with self.assertRaises(Corrupt):
                parser(wrong)
        return parser(octets)

    def test_tree(self):
        tree = self.parsed("6.1", records.tree, 0)
        self.assertEqual(tree.names, [("INBOX", 1, None, {}), ("a", 0, None, {}), ("a/b", 2, "trash", {})])
        self.assertEqual((tree.last_uid_validity, tree.subscriptions, tree.keywords), (0x655a0b01, ["a"], ["$Forwarded"]))

    def test_tree_with_rights(self):
        tree = self.parsed("6.1", records.tree, 1)
        self.assertEqual(tree.names, [("INBOX", 1, None, {(7, False): "lr", (7, True): "r"})])

    def test_state(self):
        blocks = records.Versions(12, {0: (17, 6), 3: (18, 0)})
        self.assertEqual(self.parsed("6.2", records.folder_state), (0x655a0b00, 5, 9, 3, 4, 2, 1, 123456, blocks))
        self.assertEqual(blocks.with_list({0: (9, 62), 2: (7, 1 << 63 | 1)}), {0: (17, 6), 2: (7, 1 << 63 | 1)})

    def test_folder_block(self):
        one, two = self.parsed("6.3", lambda octets: records.folder_block(octets, 1))
        self.assertEqual((one.uid, one.message, one.modseq, one.flags, one.keywords, one.zone, one.size),
                         (65, 9001, 7, records.SEEN, 5, 90, 42))
        self.assertEqual((two.uid, two.message, two.modseq, two.flags, two.keywords, two.zone, two.size),
                         (127, 9002, 9, 0, 0, -300, 65536))
        self.assertEqual((one.shared, two.shared), (False, True))

    def test_root(self):
        state, server = (Kind.FOLDER_STATE, 1), (Kind.ANNOTATIONS, 0)
        self.assertEqual(self.parsed("6.7", records.root, 0),
                         (3, 9002, 7, [5], records.Versions(0, {state: (18,), server: (4,)})))
        self.assertEqual(self.parsed("6.7", lambda octets: records.versions_list(octets, records.BLOCKS)),
                         {0: (9, 62), 2: (7, 1 << 63 | 1)})

    def test_list_block(self):
        self.assertEqual(self.parsed("6.4", records.list_block), {1: (9001, b"summary")})

    def test_dep(self):
        octets = "01000746696e616e6365000b6b6579206f662032303237000000006b49d200"
        self.assertIn(f"`{octets}`", FORMAT)
        self.assertEqual(records.dep(bytes.fromhex(octets)), ("Finance", "key of 2027", 1_800_000_000))

    def test_digest_of_a_row(self):
        row = (7, bytes.fromhex("11223344"))
        for octets in (anchors.columns(row), anchors.digest(row)):
            self.assertIn(octets.hex(), FORMAT)

    def test_folder_names_become_file_names(self):
        names = {"a": "a", "Größe": "Größe", "..": "%2E.", "5.eml": "5.em%6C", "": "%", "a%\n": "a%25%0A", "b\0/": "b%00%2F"}
        self.assertEqual({name: read_store.component(name) for name in names}, names)
        long = [read_store.component("ü" * 300 + end) for end in "ab"]
        self.assertNotEqual(*long)
        self.assertLess(max(len(each.encode()) for each in long), 200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
