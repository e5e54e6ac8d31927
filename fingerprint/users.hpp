#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "fingerprint/object.hpp"
#include "recorder/event.hpp"

namespace buildprint {

/// R2: who is who. Root is never anything else, whoever started the command.
class Users {
 public:
  explicit Users(std::uint32_t builder_uid) : builder_(builder_uid) {}
  void add(std::uint32_t uid, std::string name) { names_[uid] = std::move(name); }
  std::string name(std::uint32_t uid) const;
  /// A change of effective user, or capabilities that were gained. nullopt when neither happened.
  std::optional<object::UserChange> change(const Credentials &before, const Credentials &after) const;

 private:
  std::uint32_t builder_;
  std::map<std::uint32_t, std::string> names_;
};

} // namespace buildprint
