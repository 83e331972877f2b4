#pragma once
// Times for people and in JSON: "2027-01-15T08:00:00Z".

#include <string>

#include "base/clock.h"

std::string iso_time(UnixTime);
