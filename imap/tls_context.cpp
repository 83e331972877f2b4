#include "imap/tls_context.h"

#include <openssl/err.h>

namespace imap {

namespace {

[[noreturn]] void refuse(const std::string& file, const char* what) {
  throw Error(Fault::invalid,
              std::string("the TLS ") + what + ' ' + file + " cannot be used: " + tls_error(),
              "give a PEM file that this user can read");
}

void set_policy(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // TLS 1.2 with forward secrecy and authenticated encryption only; 1.3 has nothing else.
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
}

// Lets a client go on whatever it shows: SSL_get_verify_result says what it was.
int note_result(int, X509_STORE_CTX*) { return 1; }

// No tickets: a session that is resumed would bring the verdict of another day along.
void ask_clients(SSL_CTX* context, const std::string& file) {
  auto* names = SSL_load_client_CA_file(file.c_str());
  if (names == nullptr || SSL_CTX_load_verify_file(context, file.c_str()) != 1)
    refuse(file, "client_ca");
  SSL_CTX_set_client_CA_list(context, names);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, note_result);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
}

}  // namespace

std::string tls_error() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "connection closed";
  char text[256];
  ERR_error_string_n(code, text, sizeof(text));
  return text;
}

TlsContext::TlsContext(const std::string& certificate_file, const std::string& key_file)
    : implementation_(std::make_unique<Implementation>()) {
  ERR_clear_error();
  auto& context = implementation_->context;
  context.reset(SSL_CTX_new(TLS_server_method()));
  if (!context) throw Error(Fault::unavailable, "TLS is not available: " + tls_error());
  set_policy(context.get());
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1)
    refuse(certificate_file, "certificate");
  if (SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    refuse(key_file, "key");
  if (SSL_CTX_check_private_key(context.get()) != 1) refuse(key_file, "key");
}

TlsContext::TlsContext(const std::string& certificate_file, const std::string& key_file,
                       const std::string& client_ca_file)
    : TlsContext(certificate_file, key_file) {
  ask_clients(implementation_->context.get(), client_ca_file);
}

TlsContext::~TlsContext() = default;

}  // namespace imap
