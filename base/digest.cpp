#include "base/digest.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <xxhash.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace buildprint {
namespace {

std::string to_hex(XXH128_hash_t hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  constexpr char k_digits[] = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : canonical.digest) {
    hex += k_digits[byte >> 4];
    hex += k_digits[byte & 15];
  }
  return hex;
}

/// Little-endian, so that the digest is the same on every machine.
std::array<char, 8> encoded(std::uint64_t value) {
  std::array<char, 8> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(value >> (8 * i) & 0xFF);
  return bytes;
}

using Secret = std::array<unsigned char, 192>; // XXH3 wants 136 or more

Secret random_secret() {
  Secret secret;
  if (::getrandom(secret.data(), secret.size(), 0) != static_cast<ssize_t>(secret.size()))
    throw system_error("cannot get random bytes", errno);
  return secret;
}

} // namespace

std::uint64_t secret_hash(std::string_view bytes) {
  static const Secret secret = random_secret();
  return XXH3_64bits_withSecret(bytes.data(), bytes.size(), secret.data(), secret.size());
}

std::string xxh3_128_hex(std::string_view bytes) {
  return to_hex(XXH3_128bits(bytes.data(), bytes.size()));
}

std::string file_digest(const std::filesystem::path &path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw system_error("cannot read " + path.string(), errno);
  Digest digest;
  std::array<char, 1 << 16> buffer;
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("cannot read " + path.string(), errno);
    if (got == 0) return digest.hex();
    digest.bytes({buffer.data(), static_cast<std::size_t>(got)});
  }
}

struct Digest::State {
  State() { XXH3_128bits_reset(xxh.get()); }
  struct Free {
    void operator()(XXH3_state_t *state) const { XXH3_freeState(state); }
  };
  // On the heap by its own maker: it asks for 64-byte alignment.
  std::unique_ptr<XXH3_state_t, Free> xxh{XXH3_createState()};
};

Digest::Digest() : state_(std::make_unique<State>()) {}
Digest::~Digest() = default;
Digest::Digest(Digest &&) noexcept = default;
Digest &Digest::operator=(Digest &&) noexcept = default;

Digest &Digest::bytes(std::string_view piece) {
  XXH3_128bits_update(state_->xxh.get(), piece.data(), piece.size());
  return *this;
}

Digest &Digest::field(std::string_view tag, std::string_view value) {
  for (const auto part : {tag, value}) {
    const auto length = encoded(part.size());
    bytes({length.data(), length.size()}).bytes(part);
  }
  return *this;
}

Digest &Digest::field(std::string_view tag, std::uint64_t value) {
  const auto raw = encoded(value);
  return field(tag, {raw.data(), raw.size()});
}

std::string Digest::hex() const {
  return to_hex(XXH3_128bits_digest(state_->xxh.get()));
}

} // namespace buildprint
