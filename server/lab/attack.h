#pragma once
// `sealpost lab attack`: the attacks of tests/examiner on a throw-away copy, with their verdicts.

#include <boost/json.hpp>
#include <iosfwd>

#include "server/admin/command.h"

namespace server::lab {

// {"attacks": [{"attack", "verdict": "held" | "broken" | "not tried", "seen"}], "not_attacked":
//  [text], "held": bool}; not_attacked: with keys given, each mailbox that these leave out, and
//  why.
boost::json::object attacks_on(const admin::Invocation&);

void print_attacks(std::ostream&, const boost::json::object&);

}  // namespace server::lab
