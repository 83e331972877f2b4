#include "imap/tls_peer.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>

namespace imap {

namespace {

// RFC 9266 section 4: an exporter value with this label, an empty context, 32 octets.
constexpr std::string_view exporter_label = "EXPORTER-Channel-Binding";
constexpr std::size_t exporter_size = 32;

Bytes exported(SSL* ssl) {
  Bytes out(exporter_size);
  const int done = SSL_export_keying_material(ssl, out.data(), out.size(), exporter_label.data(),
                                              exporter_label.size(), nullptr, 0, 1);
  return done == 1 ? out : Bytes();
}

// RFC 5929 section 3.1: the first Finished message of the latest handshake, the client's unless the
// session was resumed.
Bytes first_finished(const SSL* ssl) {
  Bytes out(EVP_MAX_MD_SIZE);
  out.resize(SSL_session_reused(ssl) == 1 ? SSL_get_finished(ssl, out.data(), out.size())
                                          : SSL_get_peer_finished(ssl, out.data(), out.size()));
  return out;
}

// RFC 5929 section 4.1: our certificate by the hash of its signature, SHA-256 in place of MD5 and
// SHA-1; none where its signature has no single one.
Bytes certificate_hash(const SSL* ssl) {
  auto* certificate = SSL_get_certificate(ssl);
  int hash = NID_undef;
  if (certificate == nullptr ||
      X509_get_signature_info(certificate, &hash, nullptr, nullptr, nullptr) != 1)
    return {};
  if (hash == NID_md5 || hash == NID_sha1) hash = NID_sha256;
  const auto* method = EVP_get_digestbynid(hash);
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (method == nullptr || X509_digest(certificate, method, out.data(), &size) != 1) return {};
  out.resize(size);
  return out;
}

}  // namespace

std::vector<ChannelBinding> channel_bindings_of(const SSL* constant) {
  if (constant == nullptr) return {};
  auto* ssl = const_cast<SSL*>(constant);  // OpenSSL's signatures; nothing of it changes
  std::vector<ChannelBinding> all;
  if (SSL_version(ssl) >= TLS1_3_VERSION)
    all.push_back({"tls-exporter", exported(ssl)});
  else if (SSL_get_extms_support(ssl) == 1)  // without it two connections may share one (RFC 7627)
    all.push_back({"tls-unique", first_finished(ssl)});
  all.push_back({"tls-server-end-point", certificate_hash(ssl)});
  std::erase_if(all, [](const auto& each) { return each.octets.empty(); });
  ERR_clear_error();
  return all;
}

std::optional<crypto::PeerCertificate> peer_certificate_of(const SSL* ssl) {
  if (ssl == nullptr || SSL_get_verify_result(ssl) != X509_V_OK) return std::nullopt;
  const auto* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return std::nullopt;
  return crypto::peer_certificate(certificate);
}

}  // namespace imap
