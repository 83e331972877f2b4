#include "server/http/stale_socket.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

namespace http {

void remove_stale_socket(boost::asio::io_context& context, const std::filesystem::path& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return;
  if (!S_ISSOCK(found.st_mode))
    throw Error(Fault::exists, path.string() + " is there already and is not a socket");
  boost::asio::local::stream_protocol::socket probe(context);
  boost::system::error_code failure;
  probe.connect(boost::asio::local::stream_protocol::endpoint(path.string()), failure);
  if (!failure) throw Error(Fault::exists, "somebody listens on " + path.string() + " already");
  ::unlink(path.c_str());
}

}  // namespace http
