#pragma once
// What each operation may cost at most, about 15 % above what it does. A figure that falls by much
// may be lowered here; one that has to rise wants a reason in the commit. All figures of a suite:
//   costs_tests --run_test=reading --log_level=message

#include <string>
#include <string_view>
#include <vector>

#include "tests/costs/counts.h"

namespace costs {

struct Ceiling {
  std::string_view operation;
  Counts most;
};

// clang-format off
inline constexpr Ceiling ceilings[] = {
    //                                        statements commits syncs seals opens hashes allocs
    // ---- arriving
    {"delivery of 4 KB",                     {        11,       1,     1,    10,     0,      0,    220}},
    {"delivery of 4 KB, 16 at once",         {       122,       2,     1,    96,     0,      0,   3400}},
    {"APPEND of 4 KB to 2,000",              {        11,       1,     1,    10,     0,      0,    260}},
    // ---- reading
    {"LOGIN, the password is remembered",    {         7,       0,     0,     0,     1,      0,    130}},
    {"NOOP",                                 {         0,       0,     0,     0,     0,      0,     30}},
    {"LIST of all folders",                  {         4,       0,     0,     0,     0,      0,    130}},
    {"STATUS of 2,000",                      {         5,       0,     0,     0,     1,      0,     55}},
    {"SELECT of 2,000",                      {         6,       0,     0,     0,    38,      0,    240}},
    {"SELECT of 2,000, QRESYNC",             {         6,       0,     0,     0,    38,      0,    260}},
    {"FETCH FLAGS of 2,000",                 {         0,       0,     0,     0,     0,      0,   2400}},
    {"FETCH ENVELOPE BODYSTRUCTURE of 2,000",{        41,       0,     0,     0,    41,      0,   4000}},
    {"FETCH BODY[] of one",                  {         5,       0,     0,     0,     2,      0,     60}},
    // ---- changing
    {"STORE of one of 2,000",                {         6,       1,     0,     4,     0,      0,    110}},
    {"STORE of 2,000",                       {        42,       1,     0,    40,     0,      0,   9600}},
    {"COPY of 200 of 2,000",                 {        11,       1,     1,     7,     0,      0,    270}},
    {"MOVE of 100 of 2,000",                 {        15,       1,     1,     9,     0,      0,    430}},
    {"EXPUNGE of 100 of 2,000",              {        15,       1,     1,     5,     0,      0,    650}},
    // ---- searching
    {"SEARCH BODY, in 3 of 1,200",           {        71,       0,     0,     0,   128,      0,    720}},
    {"SEARCH BODY, in none of 1,200",        {        63,       0,     0,     0,   118,      0,    660}},
    {"SEARCH FROM, in one of 1,200",         {        69,       0,     0,     0,   122,      0,    710}},
    {"SEARCH UNSEEN of 1,200",               {         0,       0,     0,     0,     0,      0,     85}},
};
// clang-format on

// A line for each figure that is over its ceiling: "STATUS of 2,000: 96 opens, 3 allowed".
std::vector<std::string> excesses(const Ceiling&, const Counts&);
// Fails the test with these lines. Throws std::out_of_range for an operation that is not there.
void check(std::string_view operation, const Counts&);

}  // namespace costs
