#include "tests/support/smtp_server.h"

#include "crypto/password.h"
#include "server/process.h"
#include "tests/support/certificate.h"
#include "tests/support/transcript.h"

namespace test_support {

SmtpServer::SmtpServer(Options options)
    : options_(options),
      login_(installation_.directory, installation_.clock, [](std::chrono::milliseconds) {}),
      recipients_(installation_.directory, {"example.org"}),
      delivery_(recipients_, installation_.mailboxes, installation_.clock, "mail.example.org"),
      connections_({100, 100, options.connections_per_user}),
      listener_(control_, server::ListenAddress::parsed("127.0.0.1:0")) {
  server::ignore_broken_pipes();
  const auto hash = crypto::hash_password("engine");
  auto ada = installation_.mailboxes.create("ada@example.org", hash, installation_.make_dep());
  ada.aliases = {"countess@example.org"};
  installation_.directory.update_account(ada);
  installation_.mailboxes.create("bob@example.org", hash, installation_.deps.default_dep());
  if (options_.tls) {
    const auto files = make_certificate(installation_.data().parent_path());
    tls_ = std::make_unique<imap::TlsContext>(files.certificate, files.key);
  }
  backend_.reset(new server::smtp::Backend{
      pool_, login_, delivery_, tls_.get(), options_.cleartext, options_.limits,
      options_.from_check, server::Networks(options_.front_ends),
      [this](AccountId account) { return connections_.enter(account); },
      [this](AccountId account) { connections_.leave(account); }});
  if (options_.queue) backend_->outgoing = &outgoing_;
  if (options_.way_out)
    backend_->send_out = [this](const server::smtp::OwnMail& mail) {
      const std::lock_guard lock(mutex_);
      sent_out_.push_back(mail);
      return true;
    };
  const server::Service service{
      "smtp", nullptr, "421 4.7.0 too many connections\r\n", [this](imap::Stream stream) {
        return std::make_unique<server::ServingSession<server::smtp::Session>>(
            *backend_, options_.mode, std::move(stream));
      }};
  threads_.start();
  listener_.start(service, threads_, connections_);
  control_thread_ = std::thread([this] { control_.run(); });
}

SmtpServer::~SmtpServer() {
  stop();
  threads_.join();
  pool_.join();
}

void SmtpServer::stop() {
  if (!control_thread_.joinable()) return;
  boost::asio::post(control_, [this] { listener_.stop(); });
  connections_.stop_all();
  connections_.wait_until_none(std::chrono::seconds(20));
  control_thread_.join();
}

void SmtpServer::plays(std::string_view text) {
  Transcript transcript([this](int) { return client(); });
  transcript.play(text);
}

std::unique_ptr<TestClient> SmtpServer::client() {
  return std::make_unique<TestClient>(listener_.address().port);
}

std::unique_ptr<TestClient> SmtpServer::greeted(const std::string& hello) {
  auto out = client();
  out->line();
  out->send(hello + "\r\n");
  while (out->line().at(3) == '-') continue;
  return out;
}

std::vector<std::string> SmtpServer::inbox(const std::string& account) {
  return installation_.inbox(installation_.directory.account(account));
}

void SmtpServer::change(const std::string& name,
                        const std::function<void(storage::Account&)>& change) {
  auto account = installation_.directory.account(name);
  change(account);
  installation_.directory.update_account(account);
  login_.watch().review();
}

std::vector<server::smtp::OwnMail> SmtpServer::sent_out() {
  const std::lock_guard lock(mutex_);
  return sent_out_;
}

std::string SmtpServer::queued_octets(const server::outgoing::Queued& queued) {
  const auto& scheduled = queued.scheduled;
  const auto mailbox = installation_.mailboxes.open(scheduled.mailbox, crypto::ActorClass::system);
  return installation_.spool.octets(scheduled.id, *mailbox,
                                    {crypto::Cause::deliver, crypto::Actor::service()});
}

void SmtpServer::remove(const std::string& account) {
  installation_.mailboxes.remove(installation_.directory.account(account));
}

void SmtpServer::revoke_ada() {
  for (const auto& vault : {vault_a, vault_b})
    installation_.roots.steer(vault, FakeRoots::Mode::denied);
  installation_.clock.advance(3600);
  installation_.mailboxes.close_idle();
}

void SmtpServer::break_ada() {
  const auto mailbox = installation_.directory.account("ada@example.org").mailbox;
  installation_.service_keys.destroy_availability_keys(
      installation_.directory.mailbox(mailbox).dep);
  storage_test::tamper(installation_.data() / "directory.db",
                       "delete from delivery_key where mailbox = " + std::to_string(mailbox.value));
  revoke_ada();
}

void SmtpServer::mend_ada() {
  for (const auto& vault : {vault_a, vault_b})
    installation_.roots.steer(vault, FakeRoots::Mode::ok);
  installation_.clock.advance(3600);
}

}  // namespace test_support
