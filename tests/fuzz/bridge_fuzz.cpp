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
    for (const char c : text) out += decoder.add(std::string(1, c));
    must(out + decoder.end() == decoded_body(text, encoding));
  }
}

std::size_t parts_of(const Scan& scanned) {
  std::size_t out = 0;
  for (auto at = scanned.entities.front().first_child; at != no_entity; ++out)
    at = scanned.entities[static_cast<std::size_t>(at)].next_sibling;
  return out;
}

void check_notices(Lines lines) {
  const Stamp stamp{"id@x.example", "b0undaryb0undary", 0, 0};
  Report report;
  report.reporter = "x.example";
  report.from = {lines.next(), "postmaster@x.example"};
  report.to = {"", lines.next()};
  report.envelope_id = lines.next();
  Reported each;
  each.recipient = lines.next();
  each.diagnostic = lines.next();
  each.remote = lines.next();
  each.original = OriginalAddress{lines.next(), lines.next()};
  report.recipients = {each};
  report.original = lines.text;
  for (const auto content : {Content::header, Content::all})
    for (const auto form : {Form::ascii, Form::international})
      may_refuse([&] {
        report.content = content;
        report.form = form;
        const auto mail = written(report, stamp);
        const auto scanned = scan(mail);
        must(parts_of(scanned) == 3);
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
