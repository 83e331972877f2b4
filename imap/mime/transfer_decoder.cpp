#include "imap/mime/transfer_decoder.h"

namespace imap::mime {

std::string TransferDecoder::add(std::string coded) {
  switch (encoding_) {
    case Encoding::base64:
      return base64_.add(coded);
    case Encoding::quoted_printable:
      return quoted_printable_.add(coded);
    case Encoding::identity:
    case Encoding::unknown:
      break;
  }
  return coded;
}

std::string TransferDecoder::end() {
  if (encoding_ == Encoding::base64) return base64_.end();
  return encoding_ == Encoding::quoted_printable ? quoted_printable_.end() : std::string();
}

}  // namespace imap::mime
