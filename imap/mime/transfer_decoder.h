#pragma once
// A body's transfer encoding undone, piece by piece, so that nobody has to hold it whole: how the
// pieces were cut makes no difference. Identity and unknown encodings come out as they are.

#include <string>

#include "imap/mime/mimetic_bridge.h"
#include "imap/mime/quoted_printable.h"

namespace imap::mime {

class TransferDecoder {
 public:
  explicit TransferDecoder(Encoding encoding) : encoding_(encoding) {}

  std::string add(std::string coded);
  std::string end();

 private:
  Encoding encoding_;
  Base64Decoder base64_;
  QuotedPrintableDecoder quoted_printable_;
};

}  // namespace imap::mime
