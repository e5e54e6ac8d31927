#include "diff/environment_map.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/jsonc.hpp"

namespace buildprint {
namespace {

constexpr std::string_view k_format = "buildprint/map/1";

class Reader {
 public:
  explicit Reader(std::string_view source) : source_(source) {}

  EnvironmentMap map(const Jsonc &document) const {
    if (document.type != Jsonc::Type::object) fail(document.line, "a map is an object in braces");
    const auto *format = document.find("format");
    if (format == nullptr || format->type != Jsonc::Type::string || format->text != k_format)
      fail(format != nullptr ? format->line : 1, "\"format\" is not \"" + std::string(k_format) + "\"");
    EnvironmentMap result;
    for (const auto &member : document.members) {
      if (member.name == "format") continue;
      if (member.name == "hosts")
        result.hosts = names(member);
      else if (member.name == "users")
        result.users = names(member);
      else if (member.name == "paths")
        result.paths = names(member);
      else
        fail(member.line, "unknown key \"" + member.name + "\"");
    }
    return result;
  }

 private:
  [[noreturn]] void fail(int line, const std::string &what) const {
    throw Error(std::string(source_) + ", line " + std::to_string(line) + ": " + what,
                "a map has \"format\", \"hosts\", \"users\" and \"paths\", see docs/environments.md");
  }

  Names names(const JsoncMember &member) const {
    if (member.value.type != Jsonc::Type::object)
      fail(member.line, "\"" + member.name + "\" is an object: a name to the name that both sides share");
    Names result;
    for (const auto &entry : member.value.members) {
      if (entry.value.type != Jsonc::Type::string || entry.name.empty() || entry.value.text.empty())
        fail(entry.line, "names are texts, and not empty ones");
      if (member.name == "paths" && (!is_path(entry.name) || !is_path(entry.value.text)))
        fail(entry.line, "a path starts with / or $ and does not end with /");
      result.emplace(entry.name, entry.value.text);
    }
    for (const auto &entry : member.value.members)
      if (entry.name != entry.value.text && result.count(entry.value.text) != 0)
        fail(entry.line, "\"" + entry.value.text + "\" is itself mapped: name the last one");
    return result;
  }

  static bool is_path(std::string_view text) {
    return (text.front() == '/' || text.front() == '$') && text.size() > 1 && text.back() != '/';
  }

  std::string_view source_;
};

} // namespace

EnvironmentMap parse_environment_map(std::string_view text, std::string_view source) {
  return Reader(source).map(parse_jsonc(text, source));
}

EnvironmentMap load_environment_map(const std::filesystem::path &path) {
  return parse_environment_map(read_file(path), path.string());
}

void apply(const EnvironmentMap &map, Fingerprint &fingerprint, std::vector<Evidence> &evidence) {
  const Renaming renaming{map.paths, map.hosts, map.users, {}};
  const auto before = std::move(fingerprint.behaviors);
  fingerprint.behaviors = rewrite(before, renaming);
  if (!evidence.empty()) {
    std::vector<Evidence> kept(fingerprint.behaviors.size());
    for (std::size_t i = before.size(); i-- > 0;) // backwards: of several the first stays
      for (const auto &behavior : rewrite({before[i]}, renaming)) {
        const auto at =
            std::lower_bound(fingerprint.behaviors.begin(), fingerprint.behaviors.end(), behavior, key_less);
        kept[static_cast<std::size_t>(at - fingerprint.behaviors.begin())] = evidence[i];
      }
    evidence = std::move(kept);
  }
  Rewriter rewriter(renaming);
  for (auto &attribute : fingerprint.attributes)
    attribute.subject = rewriter(Program::parse(attribute.subject)).text();
  std::sort(fingerprint.attributes.begin(), fingerprint.attributes.end());
}

} // namespace buildprint
