// GMime reads the same mail: same tree, same types, same content, same addresses.

#include <gmime/gmime.h>

#include <boost/test/unit_test.hpp>
#include <memory>
#include <random>
#include <string>

#include "base/bytes.h"
#include "imap/mime/address.h"
#include "imap/mime/mimetic_bridge.h"
#include "imap/mime/scanner.h"
#include "imap/mime/words.h"

using namespace imap::mime;

namespace {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <class Object>
using Owned = std::unique_ptr<Object, Unref>;

// Once a process: GMime does not start twice.
struct Started {
  Started() { g_mime_init(); }
  ~Started() { g_mime_shutdown(); }
};

// ---- what GMime sees

std::string content_of(GMimePart* part) {
  auto* content = g_mime_part_get_content(part);
  if (!content) return "";
  const Owned<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, memory.get());
  const auto* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  return {reinterpret_cast<const char*>(array->data), array->len};
}

std::string tree_of(GMimeObject* object) {
  auto* type = g_mime_object_get_content_type(object);
  std::string out = "(";
  out += lower_ascii(g_mime_content_type_get_media_type(type));
  out += '/';
  out += lower_ascii(g_mime_content_type_get_media_subtype(type));
  if (GMIME_IS_MULTIPART(object)) {
    auto* multipart = GMIME_MULTIPART(object);
    for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i)
      out += tree_of(g_mime_multipart_get_part(multipart, i));
  } else if (GMIME_IS_MESSAGE_PART(object)) {
    auto* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    out += tree_of(g_mime_message_get_mime_part(inner));
  } else {
    out += ' ' + to_hex(bytes_of(content_of(GMIME_PART(object))));
  }
  return out + ')';
}

Owned<GMimeMessage> read_by_gmime(const std::string& mail) {
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(mail.data(), mail.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  return Owned<GMimeMessage>(g_mime_parser_construct_message(parser.get(), nullptr));
}

// ---- what we see

std::string tree_of(const Scan& scanned, const Entity& entity) {
  auto out = '(' + lower_ascii(entity.type.type) + '/' + lower_ascii(entity.type.subtype);
  if (entity.part.kind == Kind::leaf)
    out += ' ' + to_hex(bytes_of(decoded_body(scanned.body(entity), entity.part.encoding)));
  for (auto child = entity.first_child; child != no_entity;
       child = scanned.entities[std::size_t(child)].next_sibling)
    out += tree_of(scanned, scanned.entities[std::size_t(child)]);
  return out + ')';
}

// ---- mail to read

class Generator {
 public:
  Generator(unsigned seed, std::string end) : random_(seed), end_(std::move(end)) {}

  std::string message(int depth) {
    return "From: \"Doe, J. " + word() + "\" <" + word() + "@example.org>" + end_ +
           "To: " + word() + "@x.example, G: a@b.example;" + end_ + "Subject: =?utf-8?q?" + word() +
           "=C3=B6?= " + word() + end_ + "MIME-Version: 1.0" + end_ + entity(depth);
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

  std::string word() {
    std::string out;
    for (auto count = 1 + pick(8); count > 0; --count) out += static_cast<char>('a' + pick(26));
    return out;
  }

  std::string lines() {
    std::string out;
    for (auto count = pick(6); count > 0; --count) out += (pick(4) ? word() : "--" + word()) + end_;
    return out + (pick(2) ? word() : "");
  }

  std::string entity(int depth) {
    const auto kind = depth > 0 ? pick(5) : 4;
    if (kind < 2) return multipart(depth, kind ? "mixed" : "Alternative");
    if (kind == 2) return "Content-Type: message/rfc822" + end_ + end_ + message(depth - 1);
    return leaf();
  }

  std::string leaf() {
    const auto type = pick(2) ? "text/plain; charset=\"utf-8\" (c)" : "APPLICATION/x-" + word();
    const auto head = "Content-Type: " + type + end_ + "Content-Transfer-Encoding: ";
    switch (pick(3)) {
      case 0:
        return head + "BASE64" + end_ + end_ + to_base64(bytes_of(lines() + "\xC3\xB6")) + end_;
      case 1:
        return head + "quoted-printable" + end_ + end_ + lines() + "=C3=B6=" + end_ + word() + end_;
      default:
        return head + "8bit" + end_ + end_ + lines();
    }
  }

  std::string multipart(int depth, const std::string& subtype) {
    const auto boundary = "b" + std::to_string(++count_) + "=?" + word();
    auto out = "Content-Type: multipart/" + subtype + ";" + end_ + "\tboundary=\"" + boundary +
               '"' + end_ + end_ + (pick(2) ? "preamble" + end_ : "");
    for (auto parts = 1 + pick(4); parts > 0; --parts)
      out += "--" + boundary + (pick(4) ? "" : "  ") + end_ + entity(depth - 1) + end_;
    return out + "--" + boundary + "--" + end_;
  }

  std::mt19937 random_;
  std::string end_;
  int count_ = 0;
};

void compare(const std::string& mail) {
  const auto message = read_by_gmime(mail);
  BOOST_REQUIRE(message);
  const auto scanned = scan(mail);
  const auto ours = tree_of(scanned, scanned.entities.front());
  const auto theirs = tree_of(g_mime_message_get_mime_part(message.get()));
  BOOST_REQUIRE_MESSAGE(ours == theirs, mail << "\nours   " << ours << "\ntheirs " << theirs);

  const auto& header = scanned.entities.front().header;
  if (const auto* subject = header.find("Subject"))
    BOOST_TEST(decode_words(subject->value) == g_mime_message_get_subject(message.get()));
  if (const auto* from = header.find("From")) {
    auto* list = g_mime_message_get_from(message.get());
    const auto parsed = parse_addresses(from->value);
    BOOST_REQUIRE(parsed.size() == std::size_t(internet_address_list_length(list)));
    auto* first = internet_address_list_get_address(list, 0);
    BOOST_TEST(decode_words(parsed[0].name) == internet_address_get_name(first));
    BOOST_TEST(parsed[0].local + '@' + parsed[0].host ==
               internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first)));
  }
}

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(Started);

BOOST_AUTO_TEST_SUITE(gmime)

BOOST_AUTO_TEST_CASE(generated_mail_is_read_alike) {
  for (unsigned seed = 0; seed < 600; ++seed)
    for (const auto* end : {"\r\n", "\n"}) compare(Generator(seed, end).message(4));
}

BOOST_AUTO_TEST_CASE(odd_mail_is_read_alike) {
  const std::string head = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (const auto& mail :
       {head + "--b\n\none\n--b\n\ntwo\n--b--\nepilogue\n", head + "--b\n\none\n--b  \n\ntwo",
        head + "--b\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nin\n--b\n\nout\n--b--\n",
        head + "--b\n\nsee --b here\n --b\n--bc\n--b--\n",
        head + "--b\nContent-Type: message/rfc822\n\nSubject: x\n\ninside\n--b--\n",
        std::string("Subject: only a header\n"), std::string("Subject: x\n\n"),
        std::string("Content-Type: text/html (c); x=\"a;b\"\n\nbody")})
    compare(mail);
}

BOOST_AUTO_TEST_SUITE_END()
