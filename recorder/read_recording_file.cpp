#include <fcntl.h>
#include <simdjson.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "recorder/recording_file.hpp"
#include "recorder/recording_file_schema.hpp"

namespace buildprint {
namespace {

// The DOM interface, which picks the machine's vector instructions when it runs; the on-demand one is
// fixed when it is compiled, for x86-64 to its slow fallback.
using simdjson::dom::object;
using value = simdjson::dom::element;

/// A recording is one big line for one big argv (2 MiB on Linux); anything much longer is not one.
constexpr std::size_t k_longest_line = 64 << 20;

/// What is wrong with a line; read_recording() adds where it stands.
struct Malformed {
  std::string what;
  std::string remedy = "record again";
};

// --- Lines ---------------------------------------------------------------------------------------------

/// The file, line by line, each with the readable bytes behind it that simdjson asks for.
class Lines {
 public:
  explicit Lines(const std::filesystem::path &path)
      : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (!fd_) throw system_error("cannot read " + path.string(), errno, "check the path and its permissions");
  }

  /// The next line that ends with a newline; nullopt at the end of the file.
  std::optional<std::string_view> next() {
    std::size_t searched = 0;
    while (true) {
      const auto at = std::string_view(buffer_).substr(begin_, end_ - begin_).find('\n', searched);
      if (at != std::string_view::npos) {
        const std::string_view line(buffer_.data() + begin_, at);
        begin_ += at + 1;
        ++number_;
        return line;
      }
      searched = end_ - begin_;
      if (searched > k_longest_line) throw Malformed{"the line is longer than any event"};
      if (!fill()) return std::nullopt;
    }
  }
  std::size_t number() const { return number_; }
  bool ends_within_a_line() const { return begin_ != end_; }

 private:
  bool fill() {
    buffer_.erase(0, begin_);
    end_ -= std::exchange(begin_, 0);
    buffer_.resize(end_ * 2 + k_chunk + simdjson::SIMDJSON_PADDING);
    while (true) {
      const ssize_t got =
          ::read(fd_.get(), buffer_.data() + end_, buffer_.size() - end_ - simdjson::SIMDJSON_PADDING);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw system_error("cannot read " + path_.string(), errno);
      end_ += static_cast<std::size_t>(got);
      return got > 0;
    }
  }

  static constexpr std::size_t k_chunk = 1 << 18;
  std::filesystem::path path_;
  Fd fd_;
  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0, number_ = 0;
};

// --- Values --------------------------------------------------------------------------------------------

template <std::unsigned_integral T> void get(value v, T &out) {
  const std::uint64_t number = v.get_uint64();
  if (number > std::numeric_limits<T>::max()) throw Malformed{"a number is too large"};
  out = static_cast<T>(number);
}

void get(value v, std::int32_t &out) {
  const std::int64_t number = v.get_int64();
  if (number != static_cast<std::int32_t>(number)) throw Malformed{"a number is too large"};
  out = static_cast<std::int32_t>(number);
}

void get(value v, bool &out) {
  out = v.get_bool();
}

/// Files are made by anybody: what no recorder would have written is refused before a terminal sees it.
void get(value v, std::string &out) {
  const std::string_view text = v.get_string();
  if (!is_printable(text)) throw Malformed{"a string holds control characters"};
  out = text;
}

template <class E>
requires std::is_enum_v<E>
void get(value v, E &out) {
  const std::string_view text = v.get_string();
  const auto names = schema::names_of(out);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text) return void(out = static_cast<E>(i));
  throw Malformed{"\"" + printable(text) + "\" is not a valid value of its field"};
}

/// Reads the items of a fixed-length array, of which the last ones may be missing.
template <class... T> void get_array(value v, std::size_t at_least, T &...items) {
  const simdjson::dom::array array = v.get_array();
  auto at = array.begin();
  std::size_t count = 0;
  const auto take = [&](auto &item) {
    if (!(at != array.end())) return;
    get(*at, item);
    ++at;
    ++count;
  };
  (take(items), ...);
  if (count < at_least || at != array.end()) throw Malformed{"an array has the wrong length"};
}

void get(value v, ProcessKey &key) {
  get_array(v, 2, key.pid, key.start_ns);
}
void get(value v, FileIdentity &file) {
  get_array(v, 2, file.device, file.inode);
}
void get(value v, Endpoint &endpoint) {
  get_array(v, 2, endpoint.address, endpoint.port);
}
void get(value v, CpuRecords &records) {
  get_array(v, 3, records.cpu, records.sent, records.received);
}
void get(value v, Credentials &who) {
  get_array(v, 4, who.ruid, who.euid, who.rgid, who.egid, who.capabilities, who.user_namespace);
}

template <class T> void get_pairs(value v, const auto &add) {
  for (const auto &[key, text] : v.get_object()) {
    std::string name(key);
    T content{};
    get(text, content);
    if (!is_printable(name)) throw Malformed{"a name holds control characters"};
    add(std::move(name), std::move(content));
  }
}
void get(value v, std::vector<std::pair<std::string, std::string>> &pairs) {
  get_pairs<std::string>(
      v, [&](std::string name, std::string text) { pairs.emplace_back(std::move(name), std::move(text)); });
}
template <class T> void get(value v, std::map<std::string, T> &pairs) {
  get_pairs<T>(v, [&](const std::string &name, T content) { pairs[name] = std::move(content); });
}

template <class T> void get_object(value v, T &out);
void get(value v, Root &root) {
  get_object(v, root);
}
void get(value v, Loss &loss) {
  get_object(v, loss);
}
void get(value v, Census &census) {
  get_object(v, census);
}

template <class T> void get(value v, std::vector<T> &items) {
  for (const value item : v.get_array()) get(item, items.emplace_back());
}

// --- Fields --------------------------------------------------------------------------------------------

/// Reads the field called `key`, if the visited value has one of that name; notes which it was.
struct FieldReader {
  std::string_view key;
  value v;
  std::uint32_t &found; // a bit a field, in the order of the schema
  std::uint32_t bit = 1;

  template <class T> void operator()(std::string_view name, T &out) {
    if (name == key) {
      get(v, out);
      found |= bit;
      key = {};
    }
    bit <<= 1;
  }
  template <class T> void maybe(std::string_view name, T &out) { (*this)(name, out); }
};

struct RequiredFields {
  std::uint32_t found;
  std::uint32_t bit = 1;

  template <class T> void operator()(std::string_view name, T &) {
    if ((found & bit) == 0) throw Malformed{"\"" + std::string(name) + "\" is missing"};
    bit <<= 1;
  }
  template <class T> void maybe(std::string_view, T &) { bit <<= 1; }
};

template <class T> void get_field(std::string_view key, value v, T &out, std::uint32_t &found) {
  FieldReader reader{key, v, found};
  schema::fields(reader, out); // an unknown field is a later version's optional one: passed over
}

template <class T> void require_fields(T &out, std::uint32_t found) {
  RequiredFields required{found};
  schema::fields(required, out);
}

template <class T> void get_object(value v, T &out) {
  std::uint32_t found = 0;
  for (const auto &[key, field] : v.get_object()) get_field(key, field, out, found);
  require_fields(out, found);
}

// --- Kinds of line -------------------------------------------------------------------------------------

template <std::size_t... I> void emplace_body(EventBody &body, std::size_t index, std::index_sequence<I...>) {
  (void)((I == index && (body.emplace<I>(), true)) || ...);
}

void get_body_kind(value v, EventBody &body) {
  const std::string_view text = v.get_string();
  const auto &names = schema::k_event_names;
  for (std::size_t i = 0; i < names.size(); ++i)
    // A comparison of texts is a call: this is asked for each line.
    if (text.starts_with(names[i].front()) && names[i] == text)
      return emplace_body(body, i, std::make_index_sequence<names.size()>());
  throw Malformed{"there is no event \"" + printable(text) + "\""};
}

/// "t", "by", "as" and "event" come first, so that the rest is read as what it is.
void get_event(object line, Event &event) {
  std::uint32_t head = 0, found = 0;
  for (const auto &[key, v] : line) {
    if (key == "t")
      get(v, event.time_ns), head |= 1;
    else if (key == "by")
      get(v, event.actor), head |= 2;
    else if (key == "as")
      get(v, event.credentials), head |= 4;
    else if (key == "event")
      get_body_kind(v, event.body), head |= 8;
    else if ((head & 8) == 0)
      throw Malformed{"\"event\" must come before \"" + printable(key) + "\""};
    else
      std::visit([&, key = key, v = v](auto &body) mutable { get_field(key, v, body, found); }, event.body);
  }
  if (head != 15) throw Malformed{"not an event: one of \"t\", \"by\", \"as\", \"event\" is missing"};
  std::visit([&](auto &body) { require_fields(body, found); }, event.body);
}

void require_format(std::string_view format) {
  if (!format.starts_with(schema::k_format_family))
    throw Malformed{"not a buildprint recording",
                    "give a file that `buildprint record --recording FILE` wrote"};
  format.remove_prefix(schema::k_format_family.size());
  const auto known = std::to_string(schema::k_format_version);
  if (format != known)
    throw Malformed{"unsupported format " + printable(format) + "; this version of buildprint reads " + known,
                    "use the version that wrote it, or record again"};
}

RunInfo get_run(object line) {
  std::string_view format;
  if (line["format"].get(format) != simdjson::SUCCESS) format = {};
  require_format(format);
  RunInfo run;
  get_object(line["run"], run);
  return run;
}

/// Reads a file's lines as what they are.
class Reader {
 public:
  explicit Reader(const std::filesystem::path &path) : lines_(path) {}

  /// nullopt: the file is cut short.
  std::optional<RunEnd> read(const std::function<void(const RunInfo &)> &begin, const EventSink &sink) {
    auto line = lines_.next();
    if (!line) require_format({});
    begin(get_run(parse(*line)));
    while ((line = lines_.next())) {
      const auto fields = parse(*line);
      if (line->starts_with(R"({"end")")) return read_end(fields);
      Event event;
      get_event(fields, event);
      sink(event);
    }
    return std::nullopt;
  }
  std::size_t line() const { return lines_.number(); }

 private:
  object parse(std::string_view line) {
    constexpr bool k_copy = false; // Lines pads
    return parser_.parse(line.data(), line.size(), k_copy).get_object();
  }

  RunEnd read_end(object line) {
    RunEnd end;
    get_object(line["end"], end);
    if (lines_.next() || lines_.ends_within_a_line())
      throw Malformed{"something follows the end of the recording"};
    return end;
  }

  Lines lines_;
  simdjson::dom::parser parser_;
};

} // namespace

RunEnd read_recording(const std::filesystem::path &path, const std::function<void(const RunInfo &)> &begin,
                      const EventSink &sink) {
  Reader reader(path);
  const auto place = [&] {
    return path.string() + ", line " + std::to_string(std::max<std::size_t>(reader.line(), 1));
  };
  try {
    if (auto end = reader.read(begin, sink)) return std::move(*end);
  } catch (const Malformed &malformed) {
    throw Error(place() + ": " + malformed.what, malformed.remedy);
  } catch (const simdjson::simdjson_error &error) {
    throw Error(place() + ": malformed: " + error.what(), "record again");
  }
  throw Error(path.string() + " is truncated after line " + std::to_string(reader.line()),
              "the recorder was stopped or the disk was full: record again");
}

Recording load_recording(const std::filesystem::path &path) {
  Recording recording;
  recording.end = read_recording(
      path, [&](const RunInfo &run) { recording.run = run; },
      [&](const Event &event) { recording.events.push_back(event); });
  return recording;
}

} // namespace buildprint
