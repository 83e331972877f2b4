#include "server/config_section.h"

namespace server {

using outgoing::SmartHost;

namespace {

SmartHost read_host(Section& section) {
  SmartHost host;
  host.host = section.text("smart_host");
  const bool implicit = section.one_of("tls", {"starttls", "implicit"}) == 1;
  if (implicit) host.tls = SmartHost::Tls::from_the_start;
  host.port = section.number<unsigned short>("port", implicit ? 465 : 587, 1, 65535);
  if (section.has("ca")) host.ca = section.file("ca");
  host.user = section.text_or("user", "");
  if (!host.user.empty())
    host.password_file = section.file("password_file");
  else if (section.has("password_file"))
    section.refuse("password_file", "there is no user");
  return host;
}

}  // namespace

void read_outgoing(Section& section, Config& config) {
  constexpr std::int64_t day = 24 * 3600;
  auto& out = config.outgoing;
  out.host = read_host(section);
  out.connections = section.number<unsigned>("connections", out.connections, 1, 100);
  auto& retry = out.retry;
  retry.first = section.seconds("first_retry", retry.first, 1, day);
  retry.longest = section.seconds("longest_retry", retry.longest, 1, day);
  retry.delay_notice = section.seconds("delay_notice", retry.delay_notice, 1, 30 * day);
  retry.expiry = section.seconds("expiry", retry.expiry, 1, 30 * day);
  if (section.one_of("uncertain", {"send", "hold"}) == 1) out.uncertain = outgoing::Uncertain::hold;
}

}  // namespace server
