#include "server/networks.h"

#include <algorithm>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "base/asio.h"
#include "base/error.h"

namespace server {
namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view local_socket = "unix";

std::string with_length(const std::string& word) {
  if (word == local_socket || word.find('/') != word.npos) return word;
  return word + (word.find(':') == word.npos ? "/32" : "/128");
}

void check(const std::string& word) {
  boost::system::error_code failure;
  if (word == local_socket) return;
  if (word.find(':') == word.npos)
    ip::make_network_v4(word, failure);
  else
    ip::make_network_v6(word, failure);
  if (failure)
    throw Error(Fault::invalid, '"' + word + "\" is no address or network",
                "allowed: \"192.0.2.1\", \"192.0.2.0/24\", \"2001:db8::/32\", \"unix\"");
}

bool holds(const std::string& word, const ip::address& peer) {
  const bool four = word.find(':') == word.npos;
  if (four != peer.is_v4()) return false;
  if (four) {
    const auto network = ip::make_network_v4(word);
    return ip::network_v4(peer.to_v4(), network.prefix_length()).canonical() == network.canonical();
  }
  const auto network = ip::make_network_v6(word);
  return ip::network_v6(peer.to_v6(), network.prefix_length()).canonical() == network.canonical();
}

}  // namespace

Networks::Networks(const std::vector<std::string>& words) {
  for (const auto& word : words) words_.push_back(with_length(word));
  std::ranges::for_each(words_, check);
}

bool Networks::contains(std::string_view peer) const {
  if (peer == local_socket) return std::ranges::find(words_, peer) != words_.end();
  boost::system::error_code failure;
  const auto address = ip::make_address(std::string(peer), failure);
  return !failure && std::ranges::any_of(words_, [&](const std::string& word) {
    return word != local_socket && holds(word, address);
  });
}

}  // namespace server
