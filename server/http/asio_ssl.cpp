// The compiled part of Boost.Asio's TLS, as base/asio.cpp is of the rest.
#include <boost/asio/ssl/impl/src.hpp>
