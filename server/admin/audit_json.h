#pragma once
// Audit records as JSON, in the field names of the reference (customer key, section 10), and the
// filters of a query as the API and the command line give them. Pure.

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string>

#include "storage/audit_reader.h"

namespace server::admin {

boost::json::object as_json(const storage::AuditEntry&);
boost::json::object as_json(const storage::AuditPage&);  // records, next, more
boost::json::object as_json(const storage::AuditVerdict&);

// "2026-11-24", "2026-11-24T08:00", "2026-11-24T08:00:00Z": UTC. Throws invalid.
UnixTime time_in(const std::string&);

// `value` gives what stands under a name: since, until, operation, actor, object, result, request,
// type. Throws invalid.
storage::AuditQuery audit_query(
    const std::function<std::optional<std::string>(std::string_view name)>& value);

}  // namespace server::admin
