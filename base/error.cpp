#include "base/error.h"

std::string_view name_of(Fault fault) {
  switch (fault) {
    case Fault::invalid:
      return "invalid";
    case Fault::not_found:
      return "not_found";
    case Fault::exists:
      return "exists";
    case Fault::denied:
      return "denied";
    case Fault::read_only:
      return "read_only";
    case Fault::over_quota:
      return "over_quota";
    case Fault::too_big:
      return "too_big";
    case Fault::limit:
      return "limit";
    case Fault::corrupt:
      return "corrupt";
    case Fault::unavailable:
      return "unavailable";
  }
  return "unknown";
}
