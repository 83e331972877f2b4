#include "policy/admission.h"

namespace policy {

std::string_view name_of(Admission::By by) {
  switch (by) {
    case Admission::By::password:
      return "password";
    case Admission::By::app_password:
      return "app-password";
    case Admission::By::certificate:
      return "certificate";
    case Admission::By::token:
      return "token";
    case Admission::By::front_end:
      return "front-end";
  }
  return "unknown";
}

}  // namespace policy
