// What is announced, true at each moment (behaviour 36).

#include "imap/session.h"

namespace imap {

std::string Session::capabilities() const {
  std::string list = "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE";
  if (state_ != State::not_authenticated) {
    list +=
        " NAMESPACE UIDPLUS MOVE UNSELECT CHILDREN LIST-EXTENDED LIST-STATUS SPECIAL-USE"
        " CREATE-SPECIAL-USE STATUS=SIZE ESEARCH SEARCHRES WITHIN PARTIAL SORT SORT=DISPLAY ESORT"
        " THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT I18NLEVEL=1 MULTIAPPEND SAVEDATE"
        " CONDSTORE QRESYNC APPENDLIMIT=" +
        std::to_string(backend_.limits.message);
    return list + (stream_.is_compressed() ? "" : " COMPRESS=DEFLATE");
  }
  if (backend_.tls != nullptr && !stream_.is_tls()) list += " STARTTLS";
  return list + (may_log_in_here() ? " AUTH=PLAIN AUTH=LOGIN" : " LOGINDISABLED");
}

}  // namespace imap
