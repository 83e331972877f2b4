#include "policy/alert_watch.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace policy {

namespace {

void log(const Notice& notice) {
  const auto& alert = notice.alert;
  logging::write(
      notice.event == Notice::Event::began ? logging::Level::warning : logging::Level::info,
      "alert." + std::string(name_of(notice.event)),
      {{"code", name_of(alert.code)},
       {"severity", severity_of(alert.code)},
       {"object", alert.object},
       {"text", alert.text},
       {"action", alert.action}});
}

Notice test_notice(UnixTime now) {
  return {Notice::Event::test,
          {.object = "alerts",
           .text = "this is a test; nothing is wrong",
           .action = "nothing",
           .since = now},
          now};
}

}  // namespace

AlertWatch::AlertWatch(Look look, std::unique_ptr<AlertMemory> memory, Channels channels,
                       const Clock& clock)
    : look_(std::move(look)),
      memory_(std::move(memory)),
      channels_(std::move(channels)),
      clock_(clock) {
  load();
}

AlertWatch::~AlertWatch() = default;

// Alerts that are told once more are better than a server that does not start.
void AlertWatch::load() try {
  state_ = memory_->load();
  std::erase_if(state_.not_told, [this](const auto& waiting) {
    return std::ranges::none_of(channels_,
                                [&](const auto& one) { return one->name() == waiting.first; });
  });
} catch (const Error& error) {
  logging::error("alerts.forgotten", {{"reason", error.what()}});
}

void AlertWatch::start(std::chrono::seconds interval) {
  worker_ = std::make_unique<Worker>("alerts", interval,
                                     [this](const std::stop_token& stop) { evaluate(stop); });
}

void AlertWatch::stop() { worker_.reset(); }

void AlertWatch::evaluate(const std::stop_token& stop) {
  auto facts = look_(stop);
  if (stop.stop_requested()) return;
  std::vector<Notice> news;
  {
    const std::lock_guard lock(mutex_);
    if (facts.to_be_moved == 0)
      state_.moving_since = 0;
    else if (state_.moving_since == 0)
      state_.moving_since = facts.now;
    facts.moving_since = state_.moving_since;
    news = updated(state_.in_force, alerts_of(facts), facts.now);
    looked_ = facts.now;
    queue(news);
  }
  for (const auto& notice : news) log(notice);
  save();
  tell_all(stop);
}

void AlertWatch::queue(const std::vector<Notice>& news) {
  for (const auto& channel : channels_) {
    auto& waiting = state_.not_told[channel->name()];
    waiting.insert(waiting.end(), news.begin(), news.end());
    const auto all = waiting.size();
    std::erase_if(waiting, [this](const Notice& notice) {
      return clock_.now() - notice.time > longest_wait;
    });
    if (waiting.size() > most_waiting) waiting.erase(waiting.begin(), waiting.end() - most_waiting);
    if (waiting.size() < all)
      logging::error("alerts.not_told",
                     {{"channel", channel->name()}, {"notices", all - waiting.size()}});
  }
}

void AlertWatch::tell_all(const std::stop_token& stop) {
  bool changed = false;
  for (const auto& channel : channels_) {
    while (!stop.stop_requested()) {
      Notice next;
      {
        const std::lock_guard lock(mutex_);
        const auto& waiting = state_.not_told[channel->name()];
        if (waiting.empty()) break;
        next = waiting.front();
      }
      if (!told(*channel, next, stop)) break;
      const std::lock_guard lock(mutex_);
      auto& waiting = state_.not_told[channel->name()];
      waiting.erase(waiting.begin());
      changed = true;
    }
  }
  if (changed) save();
}

bool AlertWatch::told(AlertChannel& channel, const Notice& notice,
                      const std::stop_token& stop) try {
  channel.tell(notice, stop);
  return true;
} catch (const Error& error) {
  logging::warning("alert.not_taken", {{"channel", channel.name()},
                                       {"code", name_of(notice.alert.code)},
                                       {"reason", error.what()}});
  return false;
}

void AlertWatch::save() try {
  const auto state = [this] {
    const std::lock_guard lock(mutex_);
    return state_;
  }();
  memory_->save(state);
} catch (const Error& error) {
  logging::error("alerts.not_saved", {{"reason", error.what()}});
}

AlertWatch::Seen AlertWatch::seen() const {
  const std::lock_guard lock(mutex_);
  Seen seen{.time = looked_, .alerts = state_.in_force, .waiting = {}};
  for (const auto& channel : channels_) {
    const auto found = state_.not_told.find(channel->name());
    seen.waiting[channel->name()] = found == state_.not_told.end() ? 0 : found->second.size();
  }
  return seen;
}

std::vector<AlertWatch::Told> AlertWatch::test() {
  const auto notice = test_notice(clock_.now());
  log(notice);
  std::vector<Told> all{{"log", ""}};
  for (const auto& channel : channels_) {
    auto& told = all.emplace_back(Told{channel->name(), ""});
    try {
      channel->tell(notice, {});
    } catch (const Error& error) {
      told.failure = error.what();
    }
  }
  return all;
}

}  // namespace policy
