#include "tests/support/mail_server.h"

#include <condition_variable>
#include <csignal>
#include <list>
#include <thread>

#include "crypto/password.h"
#include "imap/mime/prepare.h"
#include "imap/mime/protected.h"
#include "policy/deps.h"
#include "policy/owner_ledger.h"
#include "policy/quota_admins.h"
#include "policy/url_access.h"
#include "tests/support/certificate.h"
#include "tests/support/fake_audit.h"
#include "tests/support/recipient.h"
#include "tests/support/transcript.h"

namespace test_support {

namespace {

namespace asio = boost::asio;

constexpr UnixTime start = 1'800'000'000;

// argon2id is slow: once for all tests of a process.
const std::string& hash_of_engine() {
  static const std::string hash = crypto::hash_password("engine");
  return hash;
}

policy::Mailboxes::Databases databases_in(const std::filesystem::path& data) {
  policy::Mailboxes::Databases databases;
  const DatabaseId id(1);
  databases[id] = std::make_unique<storage::MailDatabase>(id, data / "mail" / "1");
  return databases;
}

}  // namespace

// All that a restart makes anew.
struct MailServer::Engine {
  Engine(const std::filesystem::path& directory, FakeRoots&, const Options&);
  ~Engine();

  Task<> accept();
  void serve(asio::ip::tcp::socket);

  const std::filesystem::path data;
  ManualClock clock{start};
  crypto::ServiceKeys service_keys;
  storage::Anchors anchors;
  storage::Directory directory;
  policy::Mailboxes::Databases databases;
  FakeAudit audit;
  policy::KeyRing ring;
  policy::Mailboxes mailboxes;
  policy::Sweep sweep;
  policy::Deps deps;
  policy::Login login;
  policy::QuotaAdmins quota_admins;
  policy::Sharing sharing;
  policy::UrlAccess url_access;
  struct Ledger {
    explicit Ledger(Engine& engine)
        : rows(engine.data, engine.service_keys, engine.anchors),
          counts(rows, engine.directory, engine.clock),
          words(counts, [](crypto::AdminId) { return "eve"; }) {}
    storage::Ledger rows;
    policy::Ledger counts;
    policy::OwnerLedger words;
  };
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<imap::TlsContext> tls;
  BlockingPool pool{2};
  imap::Backend backend;
  std::map<AccountId, unsigned> connections;  // only on the one thread

  asio::io_context io{1};
  asio::ip::tcp::acceptor acceptor{io,
                                   asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::list<std::unique_ptr<imap::Session>> sessions;  // on the io thread
  std::atomic<std::size_t> session_count{0};
  std::mutex mutex;
  std::condition_variable all_gone;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{io.get_executor()};
  std::thread thread;
};

MailServer::Engine::Engine(const std::filesystem::path& root, FakeRoots& roots,
                           const Options& options)
    : data(root / "data"),
      service_keys(root / "keys", data),
      anchors(service_keys.path()),
      directory(data, service_keys.directory_key(), anchors),
      databases(databases_in(data)),
      ring(directory, roots, service_keys, audit, clock, {}),
      mailboxes(directory, ring, databases, clock, std::chrono::seconds(30)),
      sweep(directory, ring, audit, clock),
      deps(directory, roots, service_keys, sweep, clock, policy::most_active_deps),
      login(
          directory, clock, [](std::chrono::milliseconds) {}, options.tokens),
      quota_admins(directory, mailboxes, audit, options.quota_admins),
      sharing(directory, audit, options.anyone),
      url_access(directory, mailboxes, clock, options.host),
      backend{pool, login, mailboxes} {
  if (options.tls) {
    const auto files = make_certificate(root);
    if (options.client.empty())
      tls = std::make_unique<imap::TlsContext>(files.certificate, files.key);
    else
      tls = std::make_unique<imap::TlsContext>(
          files.certificate, files.key, make_client_certificate(root, options.client).certificate);
    backend.tls = tls.get();
  }
  backend.cleartext = options.cleartext;
  backend.limits = options.limits;
  backend.withheld = options.withheld;
  backend.notes = options.notes;
  backend.quota_admins = &quota_admins;
  backend.sharing = &sharing;
  if (!options.host.empty()) backend.url_access = &url_access;
  if (options.ledger) {
    ledger = std::make_unique<Ledger>(*this);
    backend.ledger = &ledger->words;
  }
  mailboxes.set_default_limits(options.default_limits);
  mailboxes.encrypt_with(imap::mime::protect);
  backend.enter = [this, limit = options.connections](AccountId id) {
    if (connections[id] == limit) return false;
    ++connections[id];
    return true;
  };
  backend.leave = [this](AccountId id) { --connections[id]; };
  asio::co_spawn(io, accept(), asio::detached);
  thread = std::thread([this] { io.run(); });
}

Task<> MailServer::Engine::accept() {
  while (acceptor.is_open()) {
    auto token = asio::as_tuple(asio::use_awaitable);
    auto [error, socket] = co_await acceptor.async_accept(token);
    if (!error) serve(std::move(socket));
  }
}

void MailServer::Engine::serve(asio::ip::tcp::socket socket) {
  auto& session = sessions.emplace_back(
      std::make_unique<imap::Session>(backend, imap::Stream(std::move(socket))));
  ++session_count;
  asio::co_spawn(io, session->run(), [this, gone = session.get()](std::exception_ptr) {
    std::erase_if(sessions, [gone](const auto& session) { return session.get() == gone; });
    const std::lock_guard lock(mutex);
    --session_count;
    all_gone.notify_all();
  });
}

MailServer::Engine::~Engine() {
  asio::post(io, [this] {
    acceptor.close();
    for (auto& session : sessions) session->stop();
  });
  std::unique_lock lock(mutex);
  all_gone.wait_for(lock, std::chrono::seconds(20), [this] { return session_count == 0; });
  lock.unlock();
  work.reset();
  pool.join();
  thread.join();
}

MailServer::MailServer(Options options)
    : options_(options),
      root_a_(roots_.add("managed://", "a")),
      root_b_(roots_.add("managed://", "b")) {
  std::signal(SIGPIPE, SIG_IGN);  // as the server does: OpenSSL writes to clients that have left
  restart();
  auto& engine = *engine_;
  engine.deps.ensure_managed(root_a_, root_b_);
  for (const char* name : {"ada@example.org", "bob@example.org"})
    engine.mailboxes.create(name, hash_of_engine(), engine.deps.default_dep());
}

MailServer::~MailServer() = default;

void MailServer::restart() {
  stop();
  engine_ = std::make_unique<Engine>(temporary_.path(), roots_, options_);
}

void MailServer::stop() { engine_.reset(); }

std::size_t MailServer::sessions() const { return engine_->session_count; }

storage::Account MailServer::account(const std::string& name) {
  return engine_->directory.account(name);
}

storage::Directory& MailServer::directory() { return engine_->directory; }

policy::Mailboxes& MailServer::mailboxes() { return engine_->mailboxes; }

void MailServer::protect(const std::string& name) {
  const std::string certificates[] = {ada().pem()};
  mailboxes().set_protection(account(name).mailbox,
                             policy::new_protection(certificates, SystemClock().now(), "a test"));
}

CertificateFiles MailServer::client_certificate() const {
  return {temporary_.path() / "client.pem", temporary_.path() / "client-key.pem"};
}

std::shared_ptr<storage::Mailbox> MailServer::mailbox(const std::string& name) {
  return engine_->mailboxes.open(account(name).mailbox, crypto::ActorClass::system);
}

void MailServer::separate(const std::string& name) {
  auto& deps = engine_->deps;
  deps.create({.name = "own",
               .description = "",
               .root_a = roots_.add(vault_a, "own-a"),
               .root_b = roots_.add(vault_b, "own-b")});
  const MailboxId mailboxes[] = {account(name).mailbox};
  deps.assign(mailboxes, "own", policy::Run::change);
  mailbox(name);  // moved when it is opened
}

void MailServer::advance(UnixTime seconds) {
  for (; seconds > 0; --seconds) {
    engine_->clock.advance(1);
    engine_->mailboxes.review();
    for (const auto& version : engine_->ring.due()) engine_->ring.renew(version);
  }
  engine_->mailboxes.review();
  engine_->login.watch().review();
}

void MailServer::forget_keys() {
  engine_->clock.advance(3600);
  engine_->mailboxes.close_idle();
}

void MailServer::deliver(const std::string& octets, const std::string& name) {
  const auto opened = mailbox(name);
  std::vector<storage::NewMessage> messages;
  messages.push_back(imap::mime::prepare(octets, {}, engine_->clock.now(), 0));
  const storage::Reason reason{crypto::Cause::deliver, crypto::Actor::service()};
  opened->append(opened->tree()->folder("INBOX"), std::move(messages), reason);
}

std::unique_ptr<TestClient> MailServer::client(Begin from) {
  auto made = std::make_unique<TestClient>(engine_->acceptor.local_endpoint().port());
  begin(*made, from, "ada@example.org");
  return made;
}

void MailServer::begin(TestClient& client, Begin from, const std::string& account) {
  if (from == Begin::connected) return;
  client.line();
  client.send("login LOGIN " + account + " engine\r\n");
  if (!client.line().starts_with("login OK")) throw std::runtime_error("cannot log in");
  if (from != Begin::in_inbox) return;
  client.send("select SELECT INBOX\r\n");
  auto line = client.line();
  while (line.starts_with("* ")) line = client.line();
  if (!line.starts_with("select OK")) throw std::runtime_error("cannot select INBOX");
}

void MailServer::plays(Begin from, std::string_view text) {
  Transcript transcript([&](int number) {
    auto made = client(Begin::connected);
    const bool bobs = from == Begin::ada_and_bob && number == 2;
    begin(*made, from, bobs ? "bob@example.org" : "ada@example.org");
    return made;
  });
  transcript.play(text);
}

void deliver(MailServer& server, int messages) {
  for (int n = 1; n <= messages; ++n)
    server.deliver("Subject: " + std::to_string(n) + "\r\n\r\nhello\r\n");
}

}  // namespace test_support
