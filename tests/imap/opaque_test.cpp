// Mail that came encrypted end to end: made here by OpenSSL and GnuPG.

#include "imap/mime/opaque.h"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "imap/mime/armour.h"
#include "imap/mime/mimetic_bridge.h"
#include "imap/mime/prepare.h"
#include "imap/mime/text.h"
#include "storage/message_rows.h"
#include "tests/support/certificate.h"
#include "tests/support/mail_server.h"
#include "tests/support/openpgp_example.h"
#include "tests/support/storage_store.h"

namespace {

using namespace imap::mime;

constexpr std::string_view secret = "the heptagon is buried under the oak\r\n";

Opaque judged(const std::string& mail) { return opacity(scan(mail)); }

// Files of a correspondent with a certificate and a key pair, and what commands make of them.
class Correspondent {
 public:
  Correspondent() : certificate_(test_support::make_client_certificate(root(), "ada@example.org")) {
    std::ofstream(root() / "plain") << secret;
  }

  std::filesystem::path root() const { return temporary_.path(); }

  std::string cms(const std::string& options) {
    run("openssl cms -in plain -out made " + options);
    return made();
  }
  std::string encrypted(const std::string& options = "") {
    return cms("-encrypt " + options + " " + certificate_.certificate.string());
  }
  std::string certificate() const { return certificate_.certificate.string(); }
  std::string signer() const {
    return " -signer " + certificate() + " -inkey " + certificate_.key.string();
  }
  std::string gpg(const std::string& options) {
    run("GNUPGHOME=. gpg --batch --quiet --yes --passphrase x --pinentry-mode loopback -o made " +
        options + " plain");
    return made();
  }
  void save(const std::string& name, const std::string& octets) {
    std::ofstream(root() / name) << octets;
  }

 private:
  void run(const std::string& command) {
    const auto all = "cd " + root().string() + " && " + command + " > log 2>&1";
    BOOST_REQUIRE_MESSAGE(std::system(all.c_str()) == 0, command);
  }
  std::string made() const {
    std::ifstream file(root() / "made", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  storage_test::TempDirectory temporary_;
  test_support::CertificateFiles certificate_;
};

std::string pgp_mime(const std::string& data,
                     const std::string& type = "application/octet-stream") {
  return "Subject: outer\r\nContent-Type: multipart/encrypted; boundary=b;\r\n"
         " protocol=\"application/pgp-encrypted\"\r\n\r\n"
         "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
         "--b\r\nContent-Type: " +
         type + "\r\n\r\n" + data + "\r\n--b--\r\n";
}

std::string with_type(const std::string& type, const std::string& body) {
  return "Subject: outer\r\nContent-Type: " + type + "\r\n\r\n" + body;
}

std::string in_base64(const std::string& type, const std::string& octets) {
  return "Content-Transfer-Encoding: base64\r\n" + with_type(type, encode_base64_lines(octets));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(opaque)

BOOST_AUTO_TEST_CASE(smime_of_openssl_is_recognised) {
  Correspondent ada;
  const auto enveloped = ada.encrypted("-aes-256-cbc");
  BOOST_TEST(enveloped.find("smime-type=enveloped-data") != std::string::npos);
  BOOST_TEST((judged(enveloped) == Opaque::smime));
  BOOST_TEST((judged(ada.encrypted("-aes-256-gcm")) == Opaque::smime));
  BOOST_TEST((judged(ada.encrypted("-stream -aes-128-cbc")) == Opaque::smime), "BER, indefinite");
}

// Only the octets decide.
BOOST_AUTO_TEST_CASE(labels_are_not_believed) {
  Correspondent ada;
  const auto der = ada.encrypted("-aes-256-cbc -outform DER");
  for (const auto* type : {"application/pkcs7-mime", "application/x-pkcs7-mime; name=smime.p7m",
                           "application/octet-stream; name=smime.p7m",
                           "application/pkcs7-mime; smime-type=signed-data"}) {
    BOOST_TEST((judged(in_base64(type, der)) == Opaque::smime), type);
    BOOST_TEST((judged(with_type(type, der)) == Opaque::smime), type);
  }
  const auto labelled = "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m";
  BOOST_TEST((judged(in_base64(labelled, std::string(secret))) == Opaque::no));
  BOOST_TEST((judged(in_base64(labelled, "")) == Opaque::no));
  BOOST_TEST((judged(pgp_mime("hello")) == Opaque::no));
  BOOST_TEST((judged(pgp_mime(std::string(secret), "text/plain")) == Opaque::no));
}

// What the storage knows it by.
BOOST_AUTO_TEST_CASE(its_summary_says_so) {
  Correspondent ada;
  const auto said = [](const std::string& mail) {
    return storage::content_of(prepare(mail, {}, 0, 0).summary);
  };
  BOOST_CHECK(said(ada.encrypted("-aes-256-cbc")) == crypto::Content::opaque);
  BOOST_CHECK(said(pgp_mime(ada.gpg("--symmetric --armor"))) == crypto::Content::opaque);
  BOOST_CHECK(said(with_type("text/plain", std::string(secret))) == crypto::Content::readable);
  BOOST_CHECK(said(ada.cms("-sign" + ada.signer())) == crypto::Content::readable);
}

BOOST_AUTO_TEST_CASE(signed_mail_is_readable) {
  Correspondent ada;
  BOOST_TEST((judged(ada.cms("-sign" + ada.signer())) == Opaque::no), "multipart/signed");
  BOOST_TEST((judged(ada.cms("-sign -nodetach" + ada.signer())) == Opaque::no), "signed-data");
  // RFC 8551 3.7: encrypted first, then signed.
  ada.save("plain", ada.encrypted("-aes-256-cbc"));
  BOOST_TEST((judged(ada.cms("-sign" + ada.signer())) == Opaque::smime));
}

BOOST_AUTO_TEST_CASE(cms_is_encrypted_when_all_of_it_is_there) {
  Correspondent ada;
  for (const auto* options : {"-aes-256-cbc -outform DER", "-aes-256-gcm -outform DER",
                              "-stream -aes-128-cbc -outform DER"}) {
    const auto der = ada.encrypted(options);
    const auto said = [](const std::string& octets) {
      return judged(in_base64("application/pkcs7-mime", octets));
    };
    BOOST_TEST((said(der) == Opaque::smime), options);
    std::size_t cut = 0;
    for (std::size_t length = 0; length < der.size(); ++length)
      cut += said(der.substr(0, length)) == Opaque::no;
    BOOST_TEST(cut == der.size());
    BOOST_TEST((said(der + "text") == Opaque::no), options);
    BOOST_TEST((said(der + der) == Opaque::no), options);
  }
  for (const auto* head :
       {"\x30\xff\x06\x09", "\x30\x84\xff\xff\xff\xff\x06\xff", "\x30\x80\x06\x81\x09"})
    BOOST_TEST((judged(in_base64("application/pkcs7-mime", head)) == Opaque::no));
}

// A key that both have beforehand makes no S/MIME (RFC 8551 2.4).
BOOST_AUTO_TEST_CASE(cms_without_recipients_is_readable) {
  Correspondent ada;
  const auto der = ada.cms("-EncryptedData_encrypt -aes-128-cbc -outform DER -secretkey " +
                           std::string(32, 'a'));
  BOOST_TEST((judged(in_base64("application/pkcs7-mime", der)) == Opaque::no));
}

BOOST_AUTO_TEST_CASE(text_in_the_place_of_what_is_encrypted_is_readable) {
  Correspondent ada;
  ada.save("plain", std::string(120, ' '));
  const auto der = ada.encrypted("-aes-256-cbc -outform DER");  // 128 octets are encrypted
  std::string note = "The heptagon is buried under the oak, seven paces to the north. ";
  const auto with = [&](const std::string& text) {
    auto forged = der;
    return forged.replace(forged.size() - text.size(), text.size(), text);
  };
  BOOST_TEST((judged(in_base64("application/pkcs7-mime", with(note))) == Opaque::no));
  BOOST_TEST((judged(in_base64("application/pkcs7-mime", with(note + note))) == Opaque::no));
  const std::string cyrillic = "под дубом зарыт семиугольник, семь шагов";
  BOOST_TEST((judged(in_base64("application/pkcs7-mime", with(cyrillic))) == Opaque::no));
  const std::string head("\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", 15);
  BOOST_TEST((judged(with_type("application/pkcs7-mime", head + note)) == Opaque::no));
}

BOOST_AUTO_TEST_CASE(text_behind_base64_is_readable) {
  Correspondent ada;
  const auto mail = in_base64("application/pkcs7-mime", ada.encrypted("-aes-256-cbc -outform DER"));
  BOOST_TEST((judged(mail + "\r\n\r\n") == Opaque::smime));
  BOOST_TEST((judged(mail + "=\r\nThe oak.\r\n") == Opaque::no));
  BOOST_TEST((judged(mail + "(The oak.)\r\n") == Opaque::no));
}

BOOST_AUTO_TEST_CASE(openpgp_of_gnupg_is_recognised) {
  Correspondent ada;
  const auto armour = ada.gpg("--symmetric --armor");
  BOOST_TEST((judged(pgp_mime(armour)) == Opaque::openpgp));
  BOOST_TEST((judged(pgp_mime(ada.gpg("--symmetric --no-armor"))) == Opaque::openpgp));
  BOOST_TEST((judged(with_type("text/plain", armour)) == Opaque::openpgp));
  BOOST_TEST((judged(with_type("text/plain", "\r\n" + armour + "\r\n\r\n")) == Opaque::openpgp));
  BOOST_TEST((judged(in_base64("text/plain", armour)) == Opaque::openpgp));
  BOOST_TEST((judged(pgp_mime(ada.gpg("--symmetric --armor --comment Ada"))) == Opaque::openpgp));
  ada.save("plain", std::string(20'000, 'x'));  // partial lengths (RFC 4880 4.2.2.4)
  BOOST_TEST((judged(pgp_mime(ada.gpg("--symmetric --armor -z 0"))) == Opaque::openpgp));
  // As some servers rewrite PGP/MIME.
  BOOST_TEST(
      (judged(with_type("multipart/mixed; boundary=b",
                        "--b\r\n\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\n"
                        "Version: 1\r\n--b\r\nContent-Type: application/octet-stream; "
                        "name=encrypted.asc\r\n\r\n" +
                            armour + "\r\n--b--\r\n")) == Opaque::openpgp));
  // "BEGIN PGP MESSAGE" too, but everybody can read it.
  BOOST_TEST((judged(with_type("text/plain", ada.gpg("--store --armor"))) == Opaque::no));
}

BOOST_AUTO_TEST_CASE(pgp_mime_is_as_its_rfc_has_it) {
  // RFC 3156 section 4.
  const std::string example =
      "Content-Type: multipart/encrypted; boundary=foo;\r\n"
      "   protocol=\"application/pgp-encrypted\"\r\n\r\n"
      "--foo\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
      "--foo\r\nContent-Type: application/octet-stream\r\n\r\n" +
      test_support::openpgp_example + "\r\n--foo--\r\n";
  const auto with = [&](const std::string& from, const std::string& to) {
    auto mail = example;
    BOOST_REQUIRE(mail.find(from) != std::string::npos);
    return judged(mail.replace(mail.find(from), from.size(), to));
  };
  BOOST_TEST((judged(example) == Opaque::openpgp));
  BOOST_TEST((with("Version: 1\r\n", "Version: 1\r\nThe oak.\r\n") == Opaque::no));
  BOOST_TEST((with("Version: 1\r\n", "Version: 2\r\n") == Opaque::no));
  BOOST_TEST((with("=\"application/pgp-encrypted\"", "=\"application/x\"") == Opaque::no));
  BOOST_TEST((with("application/octet-stream", "text/plain") == Opaque::no));
  BOOST_TEST((with("--foo\r\n", "The oak.\r\n--foo\r\n") == Opaque::no), "preamble");
  BOOST_TEST((with("--foo\r\n",
                   "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n"
                   "--foo\r\n") == Opaque::openpgp),
             "as Thunderbird has it");
  BOOST_TEST((with("--foo--\r\n", "--foo--\r\nThe oak.\r\n") == Opaque::no), "epilogue");
  BOOST_TEST((with("--foo--\r\n", "--foo--\r\n\r\n") == Opaque::openpgp));
  BOOST_TEST((with("--foo--\r\n", "--foo\r\n\r\n\r\n--foo--\r\n") == Opaque::no), "three parts");
  BOOST_TEST((with("-----END PGP MESSAGE-----\r\n", "") == Opaque::no));
  BOOST_TEST(
      (with("MESSAGE-----\r\n\r\n--foo", "MESSAGE-----\r\nThe oak.\r\n--foo") == Opaque::no));
  BOOST_TEST((with("Version: 2.6.2", "Secret: the oak") == Opaque::no), "no header of armour");
  BOOST_TEST((with("Version: 2.6.2", "Comment: " + std::string(100, 'x')) == Opaque::no));
  BOOST_TEST((with("=zzaA", "=zzaATheHeptagonIsBuried") == Opaque::no));
  BOOST_TEST((with("1yt21DYOjuLzcMNe", "1yt21DYOjuLz") == Opaque::no), "three octets are missing");
  BOOST_TEST((with("1yt21DYOjuLzcMNe", "1yt21DYOjuLzcMNecMNe") == Opaque::no), "or too many");
  BOOST_TEST((with("Content-Type: application/octet-stream",
                   "Subject: the oak\r\nContent-Type: application/octet-stream") == Opaque::no));
  BOOST_TEST((with("Content-Type: application/octet-stream",
                   "The oak\r\nContent-Type: application/octet-stream") == Opaque::no));
}

BOOST_AUTO_TEST_CASE(text_in_a_part_that_is_called_a_signature_is_readable) {
  Correspondent ada;
  const auto encrypted = ada.encrypted("-aes-256-cbc");
  ada.save("plain", encrypted);
  const auto mail = ada.cms("-sign" + ada.signer());
  BOOST_REQUIRE((judged(mail) == Opaque::smime));
  const auto mixed = [&](const std::string& part) {
    return judged("Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" + encrypted +
                  "\r\n--c\r\n" + part + "\r\n--c--\r\n");
  };
  BOOST_TEST((mixed("") == Opaque::smime));
  for (const auto* type : {"application/pgp-signature", "application/pkcs7-signature",
                           "application/x-pkcs7-signature", "application/pgp-encrypted"})
    BOOST_TEST((mixed("Content-Type: " + std::string(type) + "\r\n\r\nThe oak.") == Opaque::no),
               type);
  ada.save("plain", std::string(secret));
  const auto attached = ada.cms("-sign -nodetach -outform DER" + ada.signer());
  BOOST_TEST((mixed("Content-Type: application/pkcs7-signature\r\n"
                    "Content-Transfer-Encoding: base64\r\n\r\n" +
                    encode_base64_lines(attached)) == Opaque::no));
}

BOOST_AUTO_TEST_CASE(what_can_be_read_beside_it_makes_it_readable) {
  Correspondent ada;
  const auto armour = ada.gpg("--symmetric --armor");
  BOOST_TEST((judged(with_type("text/plain", "Hello,\r\n" + armour)) == Opaque::no));
  BOOST_TEST((judged(with_type("text/plain", armour + "list footer\r\n")) == Opaque::no));
  BOOST_TEST((judged(with_type("text/plain", armour + ada.gpg("--store --armor"))) == Opaque::no));
  BOOST_TEST((judged(with_type("text/html", "<!-- The oak. -->" + armour)) == Opaque::no));
  BOOST_TEST((judged(with_type("multipart/mixed; boundary=c",
                               "--c\r\n" + pgp_mime(armour) + "--c\r\n\r\nfooter\r\n--c--\r\n")) ==
              Opaque::no));
  BOOST_TEST((judged(with_type("message/rfc822", pgp_mime(armour))) == Opaque::no));
  BOOST_TEST((judged("") == Opaque::no));
  BOOST_TEST((judged("Subject: empty\r\n\r\n") == Opaque::no));
}

BOOST_AUTO_TEST_CASE(armour_is_left_out_of_text) {
  Correspondent ada;
  const auto armour = ada.gpg("--symmetric --armor");
  BOOST_TEST(without_armour("before\n" + armour + "after\n") == "before\nafter\n");
  BOOST_TEST(without_armour("no armour") == "no armour");
  BOOST_TEST(without_armour("x\n-----BEGIN PGP MESSAGE-----\nis how it begins\n") ==
             "x\nis how it begins\n");
  std::string quoted = "> said\n";
  for (std::size_t at = 0; at < armour.size();) {
    const auto end = armour.find('\n', at) + 1;
    quoted += "> " + armour.substr(at, end - at);
    at = end;
  }
  BOOST_TEST(without_armour(quoted + "> after\n") == "> said\n> after\n");
  const auto mail = with_type("text/html", "<p>before<p>" + armour + "<p>after");
  BOOST_TEST(body_text(scan(mail)).text == " before after");
}

BOOST_AUTO_TEST_CASE(what_is_cut_or_doubled_ends) {
  Correspondent ada;
  const auto armour = ada.gpg("--symmetric --armor");
  for (std::size_t length = 0; length <= armour.size(); ++length)
    judged(with_type("text/plain", armour.substr(0, length)));
  BOOST_TEST((judged(with_type("text/plain", armour + armour)) == Opaque::openpgp));
  std::string many;
  for (int n = 0; n < 10'000; ++n) many += "-----BEGIN PGP MESSAGE-----\n";
  BOOST_TEST(without_armour(many) == "");
}

// Served as it came; its inside is neither found nor shown.
BOOST_AUTO_TEST_CASE(clients_see_its_header_alone) {
  Correspondent ada;
  test_support::MailServer server;
  const auto armour = ada.gpg("--symmetric --armor");
  const auto line = armour.substr(armour.find("\n\n") + 2, 12);
  server.deliver(with_type("text/plain", armour));
  server.deliver(pgp_mime(armour));
  server.deliver("Subject: outer\r\n" + ada.encrypted("-aes-256-cbc"));
  server.deliver(with_type("text/plain", "about " + line + "\r\n"));
  server.plays(test_support::Begin::in_inbox, R"(
    C: a SEARCH SUBJECT outer
    S: * SEARCH 1 2 3 4
    S: a OK SEARCH completed
    C: b SEARCH TEXT ")" + line + R"("
    S: * SEARCH 4
    S: b OK SEARCH completed
    C: c SEARCH BODY MII
    S: * SEARCH
    S: c OK SEARCH completed
    C: d FETCH 1:3 PREVIEW
    S: * 1 FETCH (PREVIEW "")
    S: * 2 FETCH (PREVIEW "")
    S: * 3 FETCH (PREVIEW "")
    S: d OK FETCH completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
