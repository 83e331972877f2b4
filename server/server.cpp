#include "server/server.h"

#include <boost/asio/redirect_error.hpp>

#include "base/log.h"
#include "crypto/locked_memory.h"
#include "crypto/padding.h"
#include "server/alerts/routes.h"
#include "server/outgoing/routes.h"
#include "server/process.h"
#include "server/protection/routes.h"
#include "server/search/routes.h"
#include "server/smtp/departure.h"

namespace server {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds stop_timeout{4000};
constexpr std::chrono::milliseconds stop_poll{20};
constexpr std::chrono::seconds admin_grace{3};
constexpr std::chrono::seconds idle_mailbox_check{1};
constexpr std::chrono::seconds key_check{1};
constexpr std::chrono::seconds arrivals_check{1};
constexpr std::chrono::milliseconds logins_check{250};
constexpr unsigned own_socket = 0600;
constexpr unsigned shared_socket = 0666;  // the API asks the kernel who calls
constexpr unsigned least_blocking_threads = 8;

unsigned cores() { return std::max(1u, std::thread::hardware_concurrency()); }
unsigned io_thread_count(const Config& config) { return config.threads ? config.threads : cores(); }

// Most of them wait: for a disk, a vault, a guesser's delay.
unsigned blocking_thread_count() { return std::max(least_blocking_threads, 4 * cores()); }

imap::CleartextLogin cleartext(bool on_loopback) {
  return on_loopback ? imap::CleartextLogin::allowed_on_loopback : imap::CleartextLogin::refused;
}

std::unique_ptr<imap::TlsContext> tls_context(const TlsFiles& files) {
  if (files.client_ca)
    return std::make_unique<imap::TlsContext>(files.certificate, files.key, *files.client_ca);
  return std::make_unique<imap::TlsContext>(files.certificate, files.key);
}

smtp::Limits smtp_limits(const LimitsConfig& config) {
  smtp::Limits out;
  out.message = config.message_size;
  out.recipients = config.recipients;
  out.hops = config.hops;
  return out;
}

void log_failure(const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    logging::error("server_failed", {{"reason", error.what()}});
  }
}

Service imap_service(imap::Backend& backend, const imap::TlsContext* tls_first) {
  return {tls_first ? "imaps" : "imap", tls_first, "* BYE Too many connections\r\n",
          [&backend](imap::Stream stream) {
            return std::make_unique<ServingSession<imap::Session>>(backend, std::move(stream));
          }};
}

Service smtp_service(smtp::Backend& backend, const smtp::Mode& mode,
                     const imap::TlsContext* tls_first) {
  return {std::string(mode.name) + (tls_first ? "s" : ""), tls_first,
          "421 4.7.0 too many connections\r\n", [&backend, &mode](imap::Stream stream) {
            return std::make_unique<ServingSession<smtp::Session>>(backend, mode,
                                                                   std::move(stream));
          }};
}

}  // namespace

Server::Server(const Config& config)
    : config_(config),
      connections_({config.limits.connections, config.limits.connections_per_address,
                    config.limits.connections_per_user}),
      threads_(io_thread_count(config)),
      pool_(blocking_thread_count()) {
  ignore_broken_pipes();
  keep_files_private();
  const auto files = raise_file_limit();
  if (files < config_.limits.connections)
    logging::warning("few_files", {{"limit", files}, {"connections", config_.limits.connections}});
  if (config_.tls) tls_ = tls_context(*config_.tls);
  bind_all();
  for (const auto& name : config_.admin_users) admin_users_.insert(user_id(name));
  if (!config_.user.empty()) become_user(config_.user);
  parts_ = std::make_unique<Parts>(config_, admin_users_);
  for (const auto& pair : shared_file_systems(config_))
    logging::warning("same_file_system", {{"assets", pair}});
}

Server::~Server() {
  threads_.join();
  for (auto* pool : {&pool_, &key_pool_}) {
    pool->stop();
    pool->join();
  }
}

void Server::bind(Protocol protocol, const std::vector<ListenAddress>& addresses) {
  for (const auto& address : addresses) doors_.emplace_back(protocol, control_, address);
}

void Server::bind_all() {
  bind(Protocol::imap, config_.imap.plain);
  bind(Protocol::imaps, config_.imap.tls);
  bind(Protocol::smtp, config_.smtp);
  bind(Protocol::submission, config_.submission.plain);
  bind(Protocol::submissions, config_.submission.tls);
  bind(Protocol::lmtp, config_.lmtp);
}

void Server::make_backends() {
  const auto enter = [this](AccountId account) { return connections_.enter(account); };
  const auto leave = [this](AccountId account) { connections_.leave(account); };
  imap_.reset(new imap::Backend{pool_, parts_->login, parts_->mailboxes, tls_.get(),
                                cleartext(config_.imap_cleartext_on_loopback), imap::Limits(),
                                enter, leave});
  imap_->limits.message = config_.limits.message_size;
  imap_->withheld = config_.imap_withheld;
  imap_->notes = config_.imap_notes;
  imap_->quota_admins = &parts_->quota_admins;
  imap_->sharing = &parts_->sharing;
  imap_->url_access = &parts_->url_access;
  imap_->ledger = &parts_->owner_ledger;
  smtp_.reset(new smtp::Backend{pool_, parts_->login, parts_->delivery, tls_.get(),
                                cleartext(config_.submission_cleartext_on_loopback),
                                smtp_limits(config_.limits), config_.submission_from,
                                config_.front_ends, enter, leave});
  if (!parts_->outgoing.takes_mail()) return;
  smtp_->outgoing = &parts_->outgoing;
  smtp_->send_out = [this](const smtp::OwnMail& mail) {
    return smtp::send_out(parts_->outgoing, mail);
  };
}

Service Server::service(Protocol protocol) {
  switch (protocol) {
    case Protocol::imap:
      return imap_service(*imap_, nullptr);
    case Protocol::imaps:
      return imap_service(*imap_, tls_.get());
    case Protocol::smtp:
      return smtp_service(*smtp_, smtp::smtp_mode, nullptr);
    case Protocol::submission:
      return smtp_service(*smtp_, smtp::submission_mode, nullptr);
    case Protocol::submissions:
      return smtp_service(*smtp_, smtp::submission_mode, tls_.get());
    case Protocol::lmtp:
      return smtp_service(*smtp_, smtp::lmtp_mode, nullptr);
  }
  throw Error(Fault::invalid, "no such protocol");
}

void Server::open_doors() {
  for (auto& door : doors_) {
    const auto service = this->service(door.protocol);
    door.listener.start(service, threads_, connections_);
    logging::info("listening", {{"server", service.name}, {"at", door.listener.address().text()}});
  }
}

void Server::open_admin() {
  transfer_ = std::make_unique<transfer::Routes>(parts_->directory, parts_->mailboxes,
                                                 config_.limits.message_size);
  const auto transfers = [this](const http::Request& request, const http::Target& target) {
    return transfer_->answer(request, target);
  };
  const auto alerts = [this](const http::Request& request, const http::Target&) {
    return alerts::answer(parts_->alerts, request);
  };
  const auto queue = [this](const http::Request& request, const http::Target& target) {
    return outgoing::answer(parts_->outgoing, parts_->directory, request, target);
  };
  what_if_ = std::make_unique<admin::WhatIf>(parts_->directory, parts_->deps, parts_->purges,
                                             parts_->key_facts);
  const auto what_if = [this](const http::Request& request, const http::Target&) {
    return what_if_->answer(request);
  };
  ledger_ = std::make_unique<admin::LedgerRoutes>(parts_->ledger, parts_->service_keys,
                                                  config_.host_name);
  const auto ledger = [this](const http::Request&, const http::Target& target) {
    return ledger_->answer(target);
  };
  const auto protection = [this](const http::Request& request, const http::Target& target) {
    return protection::Routes(parts_->directory, parts_->mailboxes, parts_->conversion,
                              parts_->clock)
        .answer(request, target);
  };
  const auto search = [this](const http::Request& request, const http::Target& target) {
    return search::answer(parts_->indexing, parts_->directory, request, target);
  };
  const auto audit = [this] { return storage::AuditReader(config_.data, parts_->service_keys); };
  const auto later = [this](std::function<void()> work) {
    asio::post(pool_, [work = std::move(work)] {
      work();
      wipe_stack();
    });
  };
  api_ = std::make_unique<admin::Api>(admin::Parts{parts_->directory,
                                                   parts_->roots,
                                                   vault_urls(),
                                                   parts_->ring,
                                                   parts_->deps,
                                                   parts_->rotation,
                                                   parts_->sweep,
                                                   parts_->mailbox_rotation,
                                                   parts_->purges,
                                                   parts_->mailboxes,
                                                   parts_->databases,
                                                   parts_->roll_backs,
                                                   parts_->clock,
                                                   parts_->audit,
                                                   parts_->admins,
                                                   audit,
                                                   later,
                                                   {{transfer::access(), transfers},
                                                    {alerts::access(), alerts},
                                                    {outgoing::access(), queue},
                                                    {admin::what_if_access(), what_if},
                                                    {admin::ledger_access(), ledger},
                                                    {protection::access(), protection},
                                                    {search::access(), search}},
                                                   parts_->tls_certificate_expires});
  http::Limits limits;
  limits.body = transfer::body_limit(config_.limits.message_size);
  limits.grace = admin_grace;
  admin_ = std::make_unique<http::Server>(control_, pool_, api_->application(), limits);
  admin_->listen_unix(config_.admin_socket, admin_users_.empty() ? own_socket : shared_socket);
}

std::vector<std::string> Server::vault_urls() const {
  std::vector<std::string> out;
  for (const auto& vault : config_.vaults) out.push_back(vault.url);
  return out;
}

void Server::run() {
  make_backends();
  open_admin();
  threads_.start();
  open_doors();
  asio::co_spawn(control_, close_idle_mailboxes(), log_failure);
  asio::co_spawn(control_, look_after_keys(), log_failure);
  asio::co_spawn(control_, file_arrivals(), log_failure);
  asio::co_spawn(control_, look_after_logins(), log_failure);
  if (parts_->tokens) asio::co_spawn(control_, look_after_tokens(), log_failure);
  asio::co_spawn(control_, serve_until_told(), [this](const std::exception_ptr& failure) {
    log_failure(failure);
    control_.stop();
  });
  control_.run();
}

Task<> Server::serve_until_told() {
  asio::signal_set signals(control_, SIGTERM, SIGINT);
  logging::info("ready", {{"host", config_.host_name}});
  const auto signal = co_await signals.async_wait(asio::use_awaitable);
  logging::info("stopping", {{"signal", signal}, {"connections", connections_.count()}});
  co_await stop();
}

Task<> Server::stop() {
  for (auto& door : doors_) door.listener.stop();
  connections_.stop_all();
  const auto admin_stopped = std::make_shared<bool>(false);
  asio::co_spawn(control_, admin_->stop(), [admin_stopped](const std::exception_ptr& failure) {
    log_failure(failure);
    *admin_stopped = true;
  });
  asio::steady_timer timer(control_);
  const auto until = std::chrono::steady_clock::now() + stop_timeout;
  const auto all_gone = [&] { return *admin_stopped && connections_.count() == 0; };
  while (!all_gone() && std::chrono::steady_clock::now() < until) {
    timer.expires_after(stop_poll);
    co_await timer.async_wait(asio::use_awaitable);
  }
  logging::info("stopped", {{"cut", connections_.count()}});
}

// DEP keys are confirmed ahead of their end, denials and their end noticed, sessions ended.
Task<> Server::look_after_keys() {
  asio::steady_timer timer(control_);
  while (true) {
    timer.expires_after(key_check);
    co_await timer.async_wait(asio::use_awaitable);
    try {
      co_await blocking(key_pool_, [this] { parts_->mailboxes.review(); });
    } catch (const Error& error) {
      logging::warning("mailboxes_not_reviewed", {{"reason", error.what()}});
    }
    for (const auto& version : parts_->ring.due())
      asio::co_spawn(control_, renew(version), log_failure);
  }
}

// One vault that takes its time holds up no other DEP.
Task<> Server::renew(policy::DepVersion version) {
  co_await blocking(key_pool_, [this, version] {
    parts_->ring.renew(version);
    parts_->mailboxes.review();
  });
}

// Sessions whose login was withdrawn are ended.
Task<> Server::look_after_logins() {
  asio::steady_timer timer(control_);
  while (true) {
    timer.expires_after(logins_check);
    co_await timer.async_wait(asio::use_awaitable);
    try {
      co_await blocking(pool_, [this] { parts_->login.watch().review(); });
    } catch (const Error& error) {
      logging::warning("logins_not_reviewed", {{"reason", error.what()}});
    }
  }
}

// The provider may take its time: on the threads that ask vaults.
Task<> Server::look_after_tokens() {
  asio::steady_timer timer(control_);
  while (true) {
    co_await blocking(key_pool_, [this] { parts_->tokens->keys().refresh(); });
    timer.expires_after(key_check);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

Task<> Server::file_arrivals() {
  asio::steady_timer timer(control_);
  while (true) {
    timer.expires_after(arrivals_check);
    co_await timer.async_wait(asio::use_awaitable);
    try {
      co_await blocking(pool_, [this] { parts_->delivery.file_arrivals(); });
    } catch (const Error& error) {
      logging::warning("arrivals_not_filed", {{"reason", error.what()}});
    }
  }
}

// Keys of mailboxes that nobody uses any longer are wiped in time.
Task<> Server::close_idle_mailboxes() {
  asio::steady_timer timer(control_);
  while (true) {
    timer.expires_after(idle_mailbox_check);
    co_await timer.async_wait(asio::use_awaitable);
    try {
      co_await blocking(pool_, [this] {
        parts_->mailboxes.close_idle();
        crypto::forget_scratch();
      });
    } catch (const Error& error) {
      logging::warning("mailboxes_not_closed", {{"reason", error.what()}});
    }
    wipe_stack();
  }
}

}  // namespace server
