#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace buildprint {

struct JsoncMember;

/// A value of a JSON file with comments, and where it stands: people write these files, so that mistakes are
/// told by line, and additions leave the rest of the file byte for byte.
struct Jsonc {
  enum class Type { null, boolean, number, string, array, object };
  Type type = Type::null;
  std::string text; ///< of a string its content, of a number or boolean what stands there
  std::vector<Jsonc> items;
  std::vector<JsoncMember> members;
  int line = 1;
  std::size_t begin = 0, end = 0; ///< bytes of the file
  bool trailing_comma = false;    ///< after the last item or member

  const Jsonc *find(std::string_view name) const;
};

struct JsoncMember {
  std::string name;
  int line = 1;
  Jsonc value;
};

/// JSON, besides with // and /* */ comments and a comma after the last item. Throws Error, naming `source`
/// and the line, for anything else, for a repeated name and for text that is not printable.
Jsonc parse_jsonc(std::string_view text, std::string_view source);

/// `text` with `item` added as the last of `array`, in the way the array is written: on lines of their own
/// when the array has them. REQUIRES: `array` was parsed from `text`.
std::string append_item(std::string_view text, const Jsonc &array, std::string_view item);

/// `text` with the member `"name": value` added as the last of `object`.
std::string append_member(std::string_view text, const Jsonc &object, std::string_view name,
                          std::string_view value);

} // namespace buildprint
