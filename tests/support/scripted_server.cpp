#include "tests/support/scripted_server.h"

#include <algorithm>

namespace test_support {

namespace {

constexpr char tls_handshake = 22;  // RFC 8446 section 5.1: its first octet, to a plain server

bool same_letters(char a, char b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return lower(a) == lower(b);
}

std::size_t content_length(const Asked& asked) {
  const auto text = asked.header("content-length");
  return text.empty() ? 0 : std::stoul(text);
}

bool read_request(LoopbackPeer& peer, Asked& asked) {
  std::string text;
  auto end = text.npos;
  for (; (end = text.find("\r\n\r\n")) == text.npos;) {
    if (!peer.read(text)) return false;
    if (text.front() == tls_handshake) return true;
  }
  const auto first = text.find(' '), second = text.find(' ', first + 1);
  asked = {text.substr(0, first), text.substr(first + 1, second - first - 1),
           text.substr(0, end + 2), text.substr(end + 4)};
  while (asked.body.size() < content_length(asked))
    if (!peer.read(asked.body)) return false;
  return true;
}

void wait_for_end(LoopbackPeer& peer) {
  for (std::string text; peer.read(text);) text.clear();
}

}  // namespace

std::string Asked::header(const std::string& name) const {
  const auto line = "\r\n" + name + ":";
  const auto found = std::ranges::search(head, line, same_letters);
  if (found.empty()) return "";
  const std::string rest(found.end(), head.end());
  const auto begin = rest.find_first_not_of(' ');
  return rest.substr(begin, rest.find("\r\n") - begin);
}

ScriptedServer::ScriptedServer(Script script, Transport transport,
                               const std::vector<std::string>& hosts)
    : script_(std::move(script)),
      transport_(transport),
      context_(transport == Transport::tls ? context_with_certificate(directory_.path(), hosts)
                                           : nullptr),
      server_([this](LoopbackPeer& peer) { serve(peer); }) {}

std::string ScriptedServer::url() const {
  return (transport_ == Transport::tls ? "https://127.0.0.1:" : "http://127.0.0.1:") +
         std::to_string(port());
}

std::filesystem::path ScriptedServer::ca() const { return directory() / "certificate.pem"; }

std::vector<Asked> ScriptedServer::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void ScriptedServer::serve(LoopbackPeer& peer) {
  if (context_ && !peer.start_tls(context_.get())) return;
  for (Asked asked; read_request(peer, asked);) {
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(asked);
    }
    if (!answer(peer, asked)) return;
  }
}

// Whether the connection goes on.
bool ScriptedServer::answer(LoopbackPeer& peer, const Asked& asked) {
  using enum Says::Manner;
  const auto says = script_(asked);
  const auto whole = "HTTP/1.1 " + std::to_string(says.status) +
                     " X\r\nContent-Type: " + says.type + "\r\n" + says.head +
                     "Content-Length: " + std::to_string(says.body.size()) + "\r\n\r\n" + says.body;
  switch (says.manner) {
    case answers:
      peer.write(whole);
      return true;
    case stays_silent:
      wait_for_end(peer);
      return false;
    case cuts_before:
      return false;
    case cuts_within:
      peer.write(whole.substr(0, whole.size() - says.body.size() / 2 - 1));
      return false;
    case talks_rubbish:
      peer.write("220 mail.example.org ESMTP\r\n\r\n");
      return false;
  }
  return false;
}

}  // namespace test_support
