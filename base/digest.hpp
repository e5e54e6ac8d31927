#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace buildprint {

// XXH3-128: fast and well spread, but no defence against a crafted collision. A digest names a thing;
// whether two things are equal is decided on the things themselves.

/// Of the bytes as they are; 32 lower-case hex digits, most significant first, as `xxh128sum` prints it.
std::string xxh3_128_hex(std::string_view bytes);

/// For tables that keep hashes instead of texts: by a secret of this process, so that nobody who chooses the
/// texts can make two of them collide. Another number in every process.
std::uint64_t secret_hash(std::string_view bytes);

/// Of a file's content, read in pieces. Throws Error when it cannot be read.
std::string file_digest(const std::filesystem::path &path);

/// A digest over fields. Each is fed with its tag and its length, so that neither moving a byte from one
/// field to the next nor leaving a field out gives the digest of something else.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(Digest &&) noexcept;
  Digest &operator=(Digest &&) noexcept;

  Digest &field(std::string_view tag, std::string_view value);
  Digest &field(std::string_view tag, std::uint64_t value);
  /// Without tag and length, for content that comes in pieces.
  Digest &bytes(std::string_view piece);
  /// Of what was fed so far.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace buildprint
