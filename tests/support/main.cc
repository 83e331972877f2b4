// The one test main of every module's suites.
#define BOOST_TEST_MODULE sealpost
#include <boost/test/unit_test.hpp>
