#include "fingerprint/fingerprint_json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace buildprint {
namespace {

namespace json = simdjson::ondemand;

constexpr std::string_view k_format = "buildprint/fingerprint/1";
constexpr std::string_view k_format_family = "buildprint/fingerprint/";

// ---------------------------------------------------------------------------------------------- rendering

void append_strings(std::string &out, const std::vector<std::string> &strings) {
  out += '[';
  for (const auto &text : strings) {
    if (&text != &strings.front()) out += ',';
    out += json_quote(text);
  }
  out += ']';
}

std::string render(const Behavior &behavior) {
  std::string out = "{\"id\":\"" + behavior_id(behavior) + "\",\"kind\":\"";
  out += to_string(behavior.kind);
  out += "\",\"user\":" + json_quote(behavior.user) + ",\"lineage\":";
  append_strings(out, texts_of(behavior.lineage));
  if (!behavior.object.empty()) out += ",\"object\":" + json_quote(behavior.object.text());
  out += ",\"seen\":" + std::to_string(behavior.seen);
  if (behavior.optional) out += ",\"optional\":true";
  if (!behavior.package.empty()) out += ",\"package\":" + json_quote(behavior.package);
  return out += '}';
}

std::string render(const Attribute &attribute) {
  return "{\"subject\":" + json_quote(attribute.subject) + ",\"name\":" + json_quote(attribute.name) +
         ",\"value\":" + json_quote(attribute.value) + '}';
}

std::string render(const std::string &text) {
  return json_quote(text);
}

/// One item a line, so that a version control system shows and merges them one by one.
template <typename Item>
void append_lines(std::string &out, std::string_view name, const std::vector<Item> &items) {
  out += '"';
  (out += name) += "\": [\n";
  for (const auto &item : items) {
    out += render(item);
    out += &item == &items.back() ? "\n" : ",\n";
  }
  out += ']';
}

std::string render(const std::map<std::string, std::string> &labels) {
  std::string out = "{";
  for (const auto &[name, value] : labels) {
    if (out.size() > 1) out += ',';
    out += json_quote(name) + ':' + json_quote(value);
  }
  return out += '}';
}

// ------------------------------------------------------------------------------------------------ parsing

/// What is wrong with the content, as opposed to its JSON.
struct Refusal {
  std::string what, remedy;
};

std::string text_of(json::value value) {
  std::string text(std::string_view(value.get_string()));
  if (!is_printable(text)) throw Refusal{"it holds control characters", "make it anew from the recording"};
  return text;
}

std::vector<std::string> texts_of(json::value value) {
  std::vector<std::string> texts;
  for (auto item : value.get_array()) texts.push_back(text_of(item.value()));
  return texts;
}

std::uint32_t count_of(json::value value) {
  const std::uint64_t count = value.get_uint64();
  if (count > std::numeric_limits<std::uint32_t>::max()) throw Refusal{"a count is out of range", {}};
  return static_cast<std::uint32_t>(count);
}

[[noreturn]] void refuse_field(std::string_view name) {
  throw Refusal{"unknown field \"" + printable(name) + '"',
                "it may come from a newer buildprint; remove the field if it was added by hand"};
}

Behavior read_behavior(json::value value) {
  Behavior behavior;
  std::string id, object;
  std::optional<Kind> kind;
  for (auto field : value.get_object()) {
    const std::string_view name = field.unescaped_key();
    if (name == "id")
      id = text_of(field.value());
    else if (name == "kind")
      kind = kind_from(std::string_view(field.value().get_string()));
    else if (name == "user")
      behavior.user = text_of(field.value());
    else if (name == "lineage")
      behavior.lineage = parse_lineage(texts_of(field.value()));
    else if (name == "object")
      object = text_of(field.value());
    else if (name == "seen")
      behavior.seen = count_of(field.value());
    else if (name == "optional")
      behavior.optional = field.value().get_bool();
    else if (name == "package")
      behavior.package = text_of(field.value());
    else
      refuse_field(name);
  }
  if (!kind) throw Refusal{"a behavior of no known kind", "update buildprint, or remove the line"};
  behavior.kind = *kind;
  behavior.object = Object::parse(*kind, object);
  if (behavior.lineage.empty() || behavior.user.empty() || behavior.seen == 0)
    throw Refusal{"a behavior without lineage, user or count", "remove the line"};
  if (behavior_id(behavior) != id)
    throw Refusal{"a behavior whose id does not fit its content",
                  "the line was edited by hand: change lines with 'buildprint accept' or make the file anew"};
  return behavior;
}

Attribute read_attribute(json::value value) {
  Attribute attribute;
  for (auto field : value.get_object()) {
    const std::string_view name = field.unescaped_key();
    if (name == "subject")
      attribute.subject = text_of(field.value());
    else if (name == "name")
      attribute.name = text_of(field.value());
    else if (name == "value")
      attribute.value = text_of(field.value());
    else
      refuse_field(name);
  }
  return attribute;
}

void check_format(std::string_view format) {
  if (format == k_format) return;
  if (format.starts_with(k_format_family))
    throw Refusal{"its format is \"" + printable(format) + "\", this buildprint reads \"" +
                      std::string(k_format) + '"',
                  "update buildprint"};
  throw Refusal{"it is not a fingerprint (\"format\" says otherwise)",
                "name a file that 'buildprint record' made"};
}

void check_order(const std::vector<Behavior> &behaviors) {
  const auto wrong = std::adjacent_find(behaviors.begin(), behaviors.end(),
                                        [](const auto &a, const auto &b) { return !key_less(a, b); });
  if (wrong == behaviors.end()) return;
  throw Refusal{"behavior " + behavior_id(*(wrong + 1)).substr(0, 12) + " is repeated or out of order",
                "put the line where it belongs, or make the file anew"};
}

void read_field(std::string_view name, json::value value, Fingerprint &into) {
  if (name == "name")
    into.name = text_of(value);
  else if (name == "rules")
    into.rules = text_of(value);
  else if (name == "labels")
    for (auto label : value.get_object()) {
      const std::string key(std::string_view(label.unescaped_key()));
      into.labels[printable(key)] = text_of(label.value());
    }
  else if (name == "complete")
    into.complete = value.get_bool();
  else if (name == "incomplete_because")
    into.incomplete_because = texts_of(value);
  else if (name == "runs")
    into.runs = count_of(value);
  else if (name == "digest")
    text_of(value); // for readers; not checked, or every merge of branches would fail
  else if (name == "behaviors")
    for (auto item : value.get_array()) into.behaviors.push_back(read_behavior(item.value()));
  else if (name == "attributes")
    for (auto item : value.get_array()) into.attributes.push_back(read_attribute(item.value()));
  else if (name == "coverage_gaps")
    into.coverage_gaps = texts_of(value);
  else
    refuse_field(name);
}

Fingerprint read_document(json::document &document) {
  Fingerprint fingerprint;
  bool formatted = false;
  for (auto field : document.get_object()) {
    const std::string_view name = field.unescaped_key();
    if (name == "format") {
      check_format(std::string_view(field.value().get_string()));
      formatted = true;
    } else if (!formatted) {
      check_format({});
    } else {
      read_field(name, field.value(), fingerprint);
    }
  }
  check_format(formatted ? k_format : std::string_view());
  if (document.current_location().error() == simdjson::SUCCESS)
    throw Refusal{"something follows its end", "remove it"};
  if (fingerprint.rules.empty() || fingerprint.runs == 0) throw Refusal{"it is cut short", "make it anew"};
  check_order(fingerprint.behaviors);
  return fingerprint;
}

/// Left by an unresolved merge, at the start of a line. "<<<<<<<" cannot start a line of the format.
bool has_conflict_markers(std::string_view text) {
  return text.starts_with("<<<<<<< ") || text.find("\n<<<<<<< ") != std::string_view::npos;
}

std::string line_of(json::document &document, std::string_view text) {
  const char *at = nullptr;
  if (document.current_location().get(at) != simdjson::SUCCESS) return {};
  if (at < text.data() || at > text.data() + text.size()) return {};
  return ", line " + std::to_string(1 + std::count(text.data(), at, '\n'));
}

} // namespace

std::string render_fingerprint(const Fingerprint &fingerprint) {
  std::string out = "{\n\"format\": " + json_quote(k_format) + ",\n";
  out += "\"name\": " + json_quote(fingerprint.name) + ",\n";
  out += "\"rules\": " + json_quote(fingerprint.rules) + ",\n";
  out += "\"labels\": " + render(fingerprint.labels) + ",\n";
  out += std::string("\"complete\": ") + (fingerprint.complete ? "true" : "false") + ",\n";
  if (!fingerprint.incomplete_because.empty()) {
    append_lines(out, "incomplete_because", fingerprint.incomplete_because);
    out += ",\n";
  }
  out += "\"runs\": " + std::to_string(fingerprint.runs) + ",\n";
  out += "\"digest\": " + json_quote(fingerprint.digest()) + ",\n";
  append_lines(out, "behaviors", fingerprint.behaviors);
  out += ",\n";
  append_lines(out, "attributes", fingerprint.attributes);
  out += ",\n";
  append_lines(out, "coverage_gaps", fingerprint.coverage_gaps);
  return out += "\n}\n";
}

Fingerprint parse_fingerprint(std::string_view text, std::string_view source) {
  const std::string where(source);
  if (has_conflict_markers(text))
    throw Error(where + " holds the markers of an unresolved merge",
                "keep the behavior lines of both sides, in their order, and either digest");
  const simdjson::padded_string padded(text);
  json::parser parser;
  json::document document;
  bool started = false; // a document that was never iterated has no location
  try {
    document = parser.iterate(padded);
    started = true;
    return read_document(document);
  } catch (const Refusal &refusal) {
    throw Error(where + line_of(document, padded) + ": " + refusal.what, refusal.remedy);
  } catch (const simdjson::simdjson_error &error) {
    throw Error(where + (started ? line_of(document, padded) : "") + ": not a fingerprint: " + error.what(),
                "check the file, or make it anew from the recording");
  }
}

Fingerprint load_fingerprint(const std::filesystem::path &path) {
  return parse_fingerprint(read_file(path), path.string());
}

} // namespace buildprint
