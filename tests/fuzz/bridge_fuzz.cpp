// The bridge to mimetic: codecs on any octets, and notices made of them.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "imap/mime/mimetic_bridge.h"
#include "imap/mime/notice.h"
#include "imap/mime/scanner.h"
#include "imap/mime/transfer_decoder.h"

using namespace imap::mime;

namespace {

void must(bool fact) {
  if (!fact) std::abort();
}

// Takes the input apart, line by line.
struct Lines {
  std::string next() {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string::npos ? "" : text.substr(end + 1);
    return line;
  }
  std::string text;
};

template <class Work>
void may_refuse(Work work) {
  try {
    work();
  } catch (const Error& error) {
    must(error.fault() == Fault::invalid);
  }
}

void check_codecs(const std::string& text) {
  must(decode_base64(encode_base64_lines(text)) == text);
  must(decode_base64(text).size() <= text.size());
  must(decode_quoted_printable(text).size() <= text.size());
  must(decode_base64(text, 5).size() <= 5);
  must(decode_quoted_printable(text, 5).size() <= 5);
  for (const auto encoding : {Encoding::base64, Encoding::quoted_printable}) {
    TransferDecoder decoder(encoding);
    std::string out;
    for (const char c : text) out += decoder.add({&c, 1});
    must(out + decoder.end() == decoded_body(text, encoding));
  }
}

void check_notices(Lines lines) {
  const Stamp stamp{"id@x.example", "b0undaryb0undary", 0, 0};
  const Person from{lines.next(), "postmaster@x.example"};
  const Person to{"", lines.next()};
  const auto recipient = lines.next();
  const auto diagnostic = lines.next();
  may_refuse([&] {
    const Bounce bounce{"x.example", from, to, {{recipient, "5.0.0", diagnostic}}, lines.text};
    const auto mail = written(bounce, stamp);
    const auto scanned = scan(mail);
    must(scanned.entities.size() == 4);
    must(scanned.entities.front().header.fields().size() == 8);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_codecs(text);
  check_notices({text});
  return 0;
}
