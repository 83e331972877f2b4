#include "imap/mime/brief.h"

#include "storage/codec.h"

namespace imap::mime {

Brief brief_of(const SummaryView& summary) {
  const auto sent = summary.sent();
  return {.sent = sent ? std::optional(sent->time) : std::nullopt,
          .is_reply = summary.has(is_reply),
          .id = summary.message_id(),
          .references = summary.references(),
          .base_subject = summary.base_subject()};
}

storage::Briefs briefs_of(std::string_view summary) {
  const auto brief = brief_of(SummaryView(summary));
  storage::Encoder to;
  to.number(
      static_cast<std::uint8_t>((brief.sent ? has_date : 0) | (brief.is_reply ? is_reply : 0)));
  to.number(brief.sent.value_or(0));
  const auto date = to.take();
  for (const auto octet : date) to.number(octet);
  for (const auto text : {brief.id, brief.references, brief.base_subject})
    to.text<std::uint32_t>(text);
  const auto thread = to.take();
  return {std::string(text_of(date)), std::string(text_of(thread))};
}

Brief decoded_brief(std::string_view encoded, storage::Brief kind) {
  storage::Decoder from(bytes_of(encoded));
  Brief brief;
  const auto bits = from.number<std::uint8_t>();
  const auto time = from.number<UnixTime>();
  if ((bits & has_date) != 0) brief.sent = time;
  brief.is_reply = (bits & is_reply) != 0;
  if (kind == storage::Brief::thread)
    for (auto* text : {&brief.id, &brief.references, &brief.base_subject})
      *text = from.text<std::uint32_t>();
  from.end();
  return brief;
}

}  // namespace imap::mime
