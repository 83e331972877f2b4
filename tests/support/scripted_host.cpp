#include "tests/support/scripted_host.h"

#include <fstream>

#include "base/bytes.h"
#include "tests/support/scram_client.h"

namespace test_support {

namespace {

using namespace std::chrono_literals;

constexpr auto longest_test_wait = 20s;
constexpr auto wrong_login = "535 5.7.8 wrong";

std::string verb_of(const std::string& line) { return line.substr(0, line.find(' ')); }

}  // namespace

// One connection, in lines.
class ScriptedHost::Peer {
 public:
  explicit Peer(LoopbackPeer& peer) : peer_(peer) {}

  bool start_tls(SSL_CTX* context) { return peer_.start_tls(context); }
  bool is_tls() const { return peer_.is_tls(); }
  Bytes exporter() const { return peer_.exporter(); }

  bool read_line(std::string& line) {
    auto end = buffer_.find("\r\n");
    for (; end == buffer_.npos; end = buffer_.find("\r\n"))
      if (!peer_.read(buffer_)) return false;
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return true;
  }
  bool read_octets(std::size_t count, std::string& octets) {
    while (buffer_.size() < count)
      if (!peer_.read(buffer_)) return false;
    octets += buffer_.substr(0, count);
    buffer_.erase(0, count);
    return true;
  }
  void say(const std::string& text) { peer_.write(text + "\r\n"); }

 private:
  LoopbackPeer& peer_;
  std::string buffer_;
};

ScriptedHost::ScriptedHost(Options options, Script script)
    : options_(std::move(options)),
      script_(std::move(script)),
      context_(context_with_certificate(directory_.path(), options_.names)),
      server_([this](LoopbackPeer& connection) {
        Peer peer(connection);
        if (options_.tls != Tls::from_the_start || peer.start_tls(context_.get())) serve(peer);
      }) {
  std::ofstream(directory() / "password") << options_.password << "\n";
  std::filesystem::permissions(directory() / "password", std::filesystem::perms(0600));
}

void ScriptedHost::set_script(Script script) {
  const std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

server::outgoing::SmartHost ScriptedHost::settings() const {
  using server::outgoing::SmartHost;
  SmartHost out;
  out.host = "127.0.0.1";
  out.port = server_.port();
  out.tls = options_.tls == Tls::from_the_start ? SmartHost::Tls::from_the_start
                                                : SmartHost::Tls::start_tls;
  out.ca = directory() / "certificate.pem";
  out.user = options_.user;
  out.password_file = directory() / "password";
  out.waits = {.connect = 5s, .command = 5s, .data = 5s, .block = 5s, .end = 5s, .stop = 1s};
  return out;
}

std::vector<TakenMail> ScriptedHost::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

bool ScriptedHost::wait_for(std::size_t messages) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, longest_test_wait, [&] { return taken_.size() >= messages; });
}

std::vector<std::string> ScriptedHost::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

std::optional<std::string> ScriptedHost::scripted(const std::string& line) {
  const auto script = [&] {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
    return script_;
  }();
  return script ? script(line) : std::nullopt;
}

std::string ScriptedHost::hello(const Peer& peer) const {
  std::string all = "host.example\n";
  if (options_.tls == Tls::start_tls && !peer.is_tls())
    all += "STARTTLS";
  else
    all += options_.offers;
  std::string out;
  for (auto end = all.find('\n'); end != all.npos; end = all.find('\n')) {
    out += "250-" + all.substr(0, end) + "\r\n";
    all.erase(0, end + 1);
  }
  return out + "250 " + all;
}

void ScriptedHost::serve(Peer& peer) {
  const auto greeting = scripted("").value_or("220 host.example ESMTP");
  if (greeting.empty()) return;
  peer.say(greeting);
  TakenMail mail;
  for (std::string line; peer.read_line(line);)
    if (!answer(peer, line, mail)) return;
}

// Whether the connection goes on.
bool ScriptedHost::answer(Peer& peer, const std::string& line, TakenMail& mail) {
  const auto verb = verb_of(line);
  auto said = scripted(line);
  if (said && said->empty()) return false;
  const bool good = !said || said->starts_with('2') || said->starts_with('3');
  if (verb == "STARTTLS" && good) {
    peer.say(said.value_or("220 go ahead"));
    return peer.start_tls(context_.get());
  }
  if (verb == "DATA" && good) {
    peer.say(said.value_or("354 go ahead"));
    return take_data(peer, mail);
  }
  if (verb == "MAIL" && good) mail = {line, {}, {}};
  if (verb == "RCPT" && good) mail.recipients.push_back(line);
  if (verb == "BDAT" && good) return take_chunk(peer, line, mail);
  if (verb == "AUTH" && !said) said = log_in(peer, line);
  peer.say(said.value_or(verb == "EHLO" ? hello(peer) : "250 2.0.0 ok"));
  return verb != "QUIT";
}

void ScriptedHost::take(const TakenMail& mail) {
  const std::lock_guard lock(mutex_);
  taken_.push_back(mail);
  changed_.notify_all();
}

bool ScriptedHost::take_data(Peer& peer, TakenMail& mail) {
  std::string line;
  for (mail.octets.clear(); peer.read_line(line) && line != ".";)
    mail.octets += (line.starts_with('.') ? line.substr(1) : line) + "\r\n";
  if (line != ".") return false;
  const auto said = scripted(".");
  if (said && said->empty()) return false;
  if (!said || said->starts_with('2')) take(mail);
  peer.say(said.value_or("250 2.0.0 taken"));
  return true;
}

bool ScriptedHost::take_chunk(Peer& peer, const std::string& line, TakenMail& mail) {
  if (!peer.read_octets(std::stoul(line.substr(5)), mail.octets)) return false;
  if (line.ends_with(" LAST")) take(mail);
  peer.say("250 2.0.0 taken");
  return true;
}

std::string ScriptedHost::log_in(Peer& peer, const std::string& line) {
  const auto plain = "AUTH PLAIN " + to_base64(bytes_of(std::string(1, '\0') + options_.user +
                                                        std::string(1, '\0') + options_.password));
  if (line == plain) return "235 2.7.0 in";
  const auto mechanism = line.substr(0, line.rfind(' '));
  if (!mechanism.starts_with("AUTH SCRAM-SHA-256")) return wrong_login;
  return scram(peer, mechanism, from_base64(line.substr(mechanism.size() + 1)));
}

// The client's last message is what one of our own that knows the password would say.
std::string ScriptedHost::scram(Peer& peer, const std::string& mechanism,
                                const std::string& first) {
  const auto bare = first.find(",,") + 2, nonce = first.find(",r=") + 3;
  const bool bound = mechanism.ends_with("-PLUS");
  ScramClient expected{options_.user,         options_.password,
                       first.substr(0, bare), bound ? peer.exporter() : Bytes(),
                       first.substr(nonce),   {}};
  if (expected.first() != first) return wrong_login;
  const auto server_first = "r=" + first.substr(nonce) + "theirs,s=c2FsdHNhbHQ=,i=4096";
  const auto final = expected.final(server_first);
  std::string line;
  peer.say("334 " + to_base64(bytes_of(server_first)));
  if (!peer.read_line(line) || from_base64(line) != final) return wrong_login;
  const auto proof = scripted("v=").value_or(expected.expected);
  if (proof.starts_with('2')) return proof;
  peer.say("334 " + to_base64(bytes_of(proof)));
  return peer.read_line(line) && line.empty() ? "235 2.7.0 in" : wrong_login;
}

}  // namespace test_support
