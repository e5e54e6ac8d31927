#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "recorder/recording_file.hpp"
#include "recorder/recording_file_schema.hpp"

namespace buildprint {
namespace {

constexpr std::size_t k_flush_at = 1 << 16;

void put(std::string &out, std::integral auto value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}
void put(std::string &out, bool value) {
  out += value ? "true" : "false";
}
void put(std::string &out, const std::string &value) {
  out += json_quote(value);
}

template <class E>
requires std::is_enum_v<E>
void put(std::string &out, E value) {
  out += json_quote(schema::names_of(value)[static_cast<std::size_t>(value)]);
}

template <class... T> void put_array(std::string &out, const T &...items) {
  const char *separator = "[";
  ((out += separator, put(out, items), separator = ","), ...);
  out += ']';
}

void put(std::string &out, const ProcessKey &key) {
  put_array(out, key.pid, key.start_ns);
}
void put(std::string &out, const FileIdentity &file) {
  put_array(out, file.device, file.inode);
}
void put(std::string &out, const Endpoint &endpoint) {
  put_array(out, endpoint.address, endpoint.port);
}

void put(std::string &out, const Credentials &who) {
  if (who.user_namespace != 0)
    put_array(out, who.ruid, who.euid, who.rgid, who.egid, who.capabilities, who.user_namespace);
  else if (who.capabilities != 0)
    put_array(out, who.ruid, who.euid, who.rgid, who.egid, who.capabilities);
  else
    put_array(out, who.ruid, who.euid, who.rgid, who.egid);
}

void put(std::string &out, const CpuRecords &records) {
  put_array(out, records.cpu, records.sent, records.received);
}

void put_object(std::string &out, const auto &pairs) {
  out += '{';
  for (const auto &[name, value] : pairs) {
    if (out.back() != '{') out += ',';
    (out += json_quote(name)) += ':';
    put(out, value);
  }
  out += '}';
}
void put(std::string &out, const std::vector<std::pair<std::string, std::string>> &pairs) {
  put_object(out, pairs);
}
template <class T> void put(std::string &out, const std::map<std::string, T> &pairs) {
  put_object(out, pairs);
}

template <class T> void put_fields(std::string &out, const T &value);

void put(std::string &out, const Root &root) {
  out += '{', put_fields(out, root), out += '}';
}
void put(std::string &out, const Loss &loss) {
  out += '{', put_fields(out, loss), out += '}';
}
void put(std::string &out, const Census &census);

template <class T> void put(std::string &out, const std::vector<T> &items) {
  out += '[';
  for (const auto &item : items) {
    if (&item != &items.front()) out += ',';
    put(out, item);
  }
  out += ']';
}

/// Writes `"name":value` for each field, after a comma where one is due.
struct FieldWriter {
  std::string &out;

  template <class T> void operator()(std::string_view name, const T &value) {
    if (out.back() != '{') out += ',';
    ((out += '"') += name) += "\":";
    put(out, value);
  }
  template <class T> void maybe(std::string_view name, const T &value) {
    if (!(value == T{})) (*this)(name, value);
  }
};

template <class T> void put_fields(std::string &out, const T &value) {
  FieldWriter writer{out};
  schema::fields(writer, value);
}

void put(std::string &out, const Census &census) {
  out += '{', put_fields(out, census), out += '}';
}

} // namespace

struct RecordingWriter::File {
  std::filesystem::path path;
  std::string temporary;
  Fd fd;
  std::string buffer;
  bool renamed = false;

  ~File() {
    if (fd && !renamed) ::unlink(temporary.c_str());
  }
  [[noreturn]] void fail(int errno_value) const {
    throw system_error("cannot write " + path.string(), errno_value,
                       errno_value == ENOSPC ? "free some space, or write elsewhere" : "");
  }
  void flush() {
    std::string_view rest = buffer;
    while (!rest.empty()) {
      const ssize_t written = ::write(fd.get(), rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(errno);
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    buffer.clear();
  }
};

RecordingWriter::RecordingWriter(const std::filesystem::path &path, const RunInfo &run)
    : file_(std::make_unique<File>()) {
  file_->path = path;
  file_->temporary = path.string() + ".tmp-XXXXXX";
  file_->fd = Fd(::mkostemp(file_->temporary.data(), O_CLOEXEC));
  if (!file_->fd) file_->fail(errno);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::fchmod(file_->fd.get(), 0666 & ~mask) != 0) file_->fail(errno);
  auto &out = file_->buffer;
  out += "{\"format\":\"";
  (out += schema::k_format_family) += std::to_string(schema::k_format_version);
  out += "\",\"run\":{";
  put_fields(out, run);
  out += "}}\n";
}

RecordingWriter::~RecordingWriter() = default;
RecordingWriter::RecordingWriter(RecordingWriter &&) noexcept = default;

void RecordingWriter::write(const Event &event) {
  auto &out = file_->buffer;
  out += "{\"t\":";
  put(out, event.time_ns);
  out += ",\"by\":";
  put(out, event.actor);
  out += ",\"as\":";
  put(out, event.credentials);
  ((out += ",\"event\":\"") += schema::k_event_names[event.body.index()]) += '"';
  std::visit([&](const auto &body) { put_fields(out, body); }, event.body);
  out += "}\n";
  if (out.size() >= k_flush_at) file_->flush();
}

void RecordingWriter::finish(const RunEnd &end) {
  file_->buffer += "{\"end\":{";
  put_fields(file_->buffer, end);
  file_->buffer += "}}\n";
  file_->flush();
  if (::fsync(file_->fd.get()) != 0 && errno != EINVAL) file_->fail(errno);
  if (::rename(file_->temporary.c_str(), file_->path.c_str()) != 0) file_->fail(errno);
  file_->renamed = true;
}

void save_recording(const std::filesystem::path &path, const Recording &recording) {
  RecordingWriter writer(path, recording.run);
  for (const auto &event : recording.events) writer.write(event);
  writer.finish(recording.end);
}

} // namespace buildprint
