#include "server/vault/pkcs11_keys.h"

#include "server/vault/pkcs11_objects.h"

namespace vault {
namespace {

constexpr std::string_view magic = "SVT1";

template <class Out>
void put(Out& out, ByteView octets) {
  out.push_back(static_cast<std::uint8_t>(octets.size() >> 8));
  out.push_back(static_cast<std::uint8_t>(octets.size()));
  out.insert(out.end(), octets.begin(), octets.end());
}

ByteView take(ByteView& rest) {
  const auto size =
      rest.size() < 2 ? rest.size() : static_cast<std::size_t>(rest[0] << 8 | rest[1]);
  if (rest.size() < 2 || rest.size() - 2 < size)
    throw Error(Fault::corrupt, "what is kept of a token's key is cut short");
  const auto piece = rest.subspan(2, size);
  rest = rest.subspan(2 + size);
  return piece;
}

PublicKey public_part_in(ByteView kept) {
  if (kept.size() < magic.size() || text_of(kept.first(magic.size())) != magic)
    throw Error(Fault::corrupt, "not what is kept of a token's key");
  auto rest = kept.subspan(magic.size());
  const auto modulus = take(rest);
  const auto exponent = take(rest);
  if (!rest.empty()) throw Error(Fault::corrupt, "what is kept of a token's key is too long");
  return PublicKey::of_numbers(modulus, exponent);
}

class TokenKey final : public PrivateKey {
 public:
  TokenKey(std::shared_ptr<Pkcs11Token> token, ObjectId id, PublicKey public_part)
      : token_(std::move(token)), id_(std::move(id)), public_part_(std::move(public_part)) {}

  const PublicKey& public_part() const override { return public_part_; }
  Secret kept() const override;
  std::optional<Secret> exported() const override { return std::nullopt; }
  std::optional<Secret> decrypt(ByteView cipher) const override;
  Bytes sign(const SignatureScheme&, ByteView digest) const override;

 private:
  template <class Work>
  auto with_key(Work work) const;
  CK_OBJECT_HANDLE find(Session&) const;

  const std::shared_ptr<Pkcs11Token> token_;
  const ObjectId id_;
  const PublicKey public_part_;
};

Secret TokenKey::kept() const {
  Secret out(magic.begin(), magic.end());
  put(out, public_part_.modulus());
  put(out, public_part_.exponent());
  return out;
}

CK_OBJECT_HANDLE TokenKey::find(Session& session) const {
  if (const auto key = session.find_key(id_)) return *key;
  require_marker(session, token_->marker());
  if (const auto key = session.find_key(id_)) return *key;
  throw Error(Fault::not_found, "The token of this vault no longer has this version of the key.");
}

// A handle from before can be void: the key is looked for once more.
template <class Work>
auto TokenKey::with_key(Work work) const {
  return token_->use([&](Session& session, Oaep how) {
    try {
      return work(session, find(session), how);
    } catch (const TokenError& error) {
      if (error.trouble != Trouble::gone) throw;
    }
    session.forget(id_);
    return work(session, find(session), how);
  });
}

std::optional<Secret> TokenKey::decrypt(ByteView cipher) const {
  return with_key([&](Session& session, CK_OBJECT_HANDLE key, Oaep how) {
    return vault::decrypt(session, key, public_part_, cipher, how, token_->marker());
  });
}

Bytes TokenKey::sign(const SignatureScheme& scheme, ByteView digest) const {
  return with_key([&](Session& session, CK_OBJECT_HANDLE key, Oaep) {
    return vault::sign(session, key, public_part_, scheme, digest);
  });
}

// A first attempt that was not answered may have made one all the same.
template <class Work>
HeldKey made_with(const std::shared_ptr<Pkcs11Token>& token, const KeyId& id, Work work) {
  auto object = from_hex(id.version);
  auto public_part = token->use([&](Session& session, Oaep) {
    destroy_keys(session, object);
    try {
      return work(session, object).public_part;
    } catch (const TokenError& error) {
      if (error.trouble != Trouble::refused && error.trouble != Trouble::not_supported) throw;
      throw Error(Fault::invalid,
                  std::string("The token does not take such a key: ") + error.what());
    }
  });
  return std::make_shared<const TokenKey>(token, std::move(object), std::move(public_part));
}

}  // namespace

HeldKey Pkcs11Keys::make(const KeyId& id, unsigned bits) {
  return made_with(token_, id, [&](Session& session, const ObjectId& object) {
    return generate_key(session, object, id.name, bits);
  });
}

HeldKey Pkcs11Keys::import(const KeyId& id, ByteView pkcs8) {
  return made_with(token_, id, [&](Session& session, const ObjectId& object) {
    return import_key(session, object, id.name, pkcs8);
  });
}

HeldKey Pkcs11Keys::open(const KeyId& id, ByteView kept) {
  return std::make_shared<const TokenKey>(token_, from_hex(id.version), public_part_in(kept));
}

void Pkcs11Keys::destroy(const KeyId& id) {
  const auto object = from_hex(id.version);
  token_->use([&](Session& session, Oaep) {
    if (private_keys(session, object).empty()) require_marker(session, token_->marker());
    destroy_keys(session, object);
  });
}

}  // namespace vault
