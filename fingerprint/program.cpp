#include "fingerprint/program.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace buildprint {
namespace {

using Kind = ProgramParts::Kind;

// A fingerprint is written by buildprint, but may be edited: deeper nesting of writers than this is `other`.
constexpr int k_deepest_writers = 16;

constexpr std::string_view k_memory = "memfd:", k_deleted = "deleted:", k_container = "container:",
                           k_unknown = "<unknown>", k_omitted = "…", k_by = "(by ", k_many = "many",
                           k_writer_separator = ", ";

// ------------------------------------------------------------------------------------------------- format

void append(std::string &out, const Writers &writers) {
  if (!writers.any()) return;
  out += ' ';
  out += k_by;
  if (writers.many) out += k_many;
  for (const auto &writer : writers.programs) {
    if (&writer != &writers.programs.front()) out += k_writer_separator;
    out += writer.text();
  }
  out += ')';
}

void append(std::string &out, const ProgramArgument &argument) {
  switch (argument.kind) {
  case ProgramArgument::Kind::module:
    out += "-m ";
    break;
  case ProgramArgument::Kind::argument_file:
    out += '@';
    break;
  case ProgramArgument::Kind::standard_input:
    out += '-';
    return;
  case ProgramArgument::Kind::word:
  case ProgramArgument::Kind::option:
  case ProgramArgument::Kind::script:
    break;
  }
  out += argument.text;
  append(out, argument.writers);
}

std::string_view prefix_of(Kind kind) {
  switch (kind) {
  case Kind::memory:
    return k_memory;
  case Kind::deleted:
    return k_deleted;
  case Kind::container:
    return k_container;
  case Kind::unknown:
    return k_unknown;
  case Kind::omitted:
    return k_omitted;
  case Kind::none:
  case Kind::file:
  case Kind::package_step:
  case Kind::other:
    break;
  }
  return {};
}

std::string format(const ProgramParts &parts) {
  std::string out(prefix_of(parts.kind));
  out += parts.path;
  append(out, parts.writers);
  for (const auto &argument : parts.arguments) append(out += ' ', argument);
  return out;
}

// -------------------------------------------------------------------------------------------------- parse

std::optional<ProgramParts> parse_parts(std::string_view text, int depth);

/// Splits at `separator`, but not within parentheses. nullopt when these are not balanced.
std::optional<std::vector<std::string_view>> split_outside(std::string_view text,
                                                           std::string_view separator) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  int open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++open;
    if (text[i] == ')' && --open < 0) return std::nullopt;
    if (open > 0 || !text.substr(i).starts_with(separator)) continue;
    parts.push_back(text.substr(start, i - start));
    start = i + separator.size();
    i = start - 1;
  }
  if (open != 0) return std::nullopt;
  parts.push_back(text.substr(start));
  return parts;
}

/// "(by A, B)".
std::optional<Writers> parse_writers(std::string_view text, int depth) {
  text = text.substr(k_by.size(), text.size() - k_by.size() - 1);
  Writers writers;
  if (text == k_many) {
    writers.many = true;
    return writers;
  }
  const auto names = split_outside(text, k_writer_separator);
  if (!names) return std::nullopt;
  for (const auto name : *names) {
    auto parts = parse_parts(name, depth + 1);
    if (!parts) return std::nullopt;
    writers.programs.emplace_back(std::move(*parts));
  }
  return writers;
}

bool is_writers(std::string_view token) {
  return token.starts_with(k_by) && token.ends_with(')');
}

bool starts_path(std::string_view text) {
  return text.starts_with('/') || text.starts_with('$');
}

ProgramArgument parse_argument(std::string_view token) {
  using Argument = ProgramArgument::Kind;
  if (token == "-") return {Argument::standard_input, {}, {}};
  if (token.starts_with('-')) return {Argument::option, std::string(token), {}};
  if (token.starts_with('@')) return {Argument::argument_file, std::string(token.substr(1)), {}};
  return {starts_path(token) ? Argument::script : Argument::word, std::string(token), {}};
}

/// The kind of a name by its first token, which loses the kind's prefix.
Kind take_kind(std::string_view &token) {
  if (token == k_unknown || token == k_omitted) {
    const auto kind = token == k_unknown ? Kind::unknown : Kind::omitted;
    token = {};
    return kind;
  }
  for (const auto kind : {Kind::memory, Kind::deleted, Kind::container})
    if (token.starts_with(prefix_of(kind))) {
      token.remove_prefix(prefix_of(kind).size());
      return kind;
    }
  if (token.empty()) return Kind::none;
  if (starts_path(token)) return Kind::file;
  return token.find(':') == token.npos ? Kind::other : Kind::package_step;
}

std::optional<ProgramParts> parse_parts(std::string_view text, int depth) {
  if (depth > k_deepest_writers) return std::nullopt;
  auto tokens = split_outside(text, " ");
  if (!tokens) return std::nullopt;
  ProgramParts parts;
  parts.kind = take_kind(tokens->front());
  parts.path = tokens->front();
  for (std::size_t i = 1; i < tokens->size(); ++i) {
    const auto token = (*tokens)[i];
    if (is_writers(token)) {
      auto &writers = parts.arguments.empty() ? parts.writers : parts.arguments.back().writers;
      auto parsed = parse_writers(token, depth);
      if (!parsed) return std::nullopt;
      writers = std::move(*parsed);
    } else if (token == "-m" && i + 1 < tokens->size()) {
      parts.arguments.push_back({ProgramArgument::Kind::module, std::string((*tokens)[++i]), {}});
    } else {
      parts.arguments.push_back(parse_argument(token));
    }
  }
  if (parts.kind == Kind::other) return std::nullopt;
  return parts;
}

} // namespace

Program::Program() {
  static const auto none = std::make_shared<const Data>();
  data_ = none;
}

Program::Program(ProgramParts parts) {
  auto text = format(parts);
  data_ = std::make_shared<const Data>(Data{std::move(text), std::move(parts)});
}

Program Program::parse(std::string_view text) {
  if (auto parts = parse_parts(text, 0)) {
    Program program(std::move(*parts));
    if (program.text() == text) return program;
  }
  return Program(ProgramParts{Kind::other, std::string(text), {}, {}});
}

std::vector<std::string> texts_of(const Lineage &lineage) {
  std::vector<std::string> texts;
  texts.reserve(lineage.size());
  for (const auto &program : lineage) texts.push_back(program.text());
  return texts;
}

std::string text_of(const Lineage &lineage) {
  return join(texts_of(lineage), " > ");
}

Lineage parse_lineage(const std::vector<std::string> &texts) {
  Lineage lineage;
  lineage.reserve(texts.size());
  for (const auto &text : texts) lineage.push_back(Program::parse(text));
  return lineage;
}

Lineage parse_lineage_text(std::string_view text) {
  constexpr std::string_view k_below = " > ";
  Lineage lineage;
  for (auto end = text.find(k_below); end != text.npos; end = text.find(k_below)) {
    lineage.push_back(Program::parse(text.substr(0, end)));
    text.remove_prefix(end + k_below.size());
  }
  lineage.push_back(Program::parse(text));
  return lineage;
}

} // namespace buildprint
