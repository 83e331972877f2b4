#pragma once
// POST /v1/what-if: what would become of mail, and whether that could be undone. Asks the vaults
// how their keys are now; changes nothing. The command is what_if_commands.cpp.

#include <span>

#include "policy/deps.h"
#include "policy/key_facts.h"
#include "policy/purges.h"
#include "server/admin/access.h"
#include "server/http/message.h"

namespace server::admin {

std::span<const Access> what_if_access();

class WhatIf {
 public:
  WhatIf(storage::Directory& directory, policy::Deps& deps, policy::Purges& purges,
         policy::KeyFactsSource& facts)
      : directory_(directory), deps_(deps), purges_(purges), facts_(facts) {}

  // Blocking pool only; any thread. Throws invalid and not_found for what is not named well. What
  // the change itself would refuse is an answer.
  http::Response answer(const http::Request&);

 private:
  storage::Directory& directory_;
  policy::Deps& deps_;
  policy::Purges& purges_;
  policy::KeyFactsSource& facts_;
};

}  // namespace server::admin
