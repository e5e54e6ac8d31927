#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fingerprint/program.hpp"

namespace buildprint {

enum class Kind : std::uint8_t;

namespace object {

// What a behavior was done to, one type a form. Names are canonical and escaped (escape.hpp).

/// A port, or what stands for one that is not part of the behavior.
struct Port {
  enum class Kind {
    number,
    any,       ///< "*": a test's own server, which only the test reaches
    ephemeral, ///< "EPH": chosen by the kernel
    refused,   ///< "refused": nobody listened
    none       ///< of a raw socket
  };
  Kind kind = Kind::number;
  std::uint16_t number = 0;
  friend auto operator<=>(const Port &, const Port &) = default;
};

/// The machine's own resolver.
struct SystemResolver {
  friend auto operator<=>(const SystemResolver &, const SystemResolver &) = default;
};

/// A peer beyond this machine, or (listen) an address of this machine that others reach.
struct Host {
  enum class Source {
    resolver, ///< a name that the system's resolver gave for the address
    address,  ///< no name is known
    tls_sni,  ///< only the client says so, in its TLS ClientHello
    http_host ///< only the client says so, in its Host header
  };
  Source source = Source::resolver;
  std::string name; ///< an IPv6 address without brackets
  Port port;
  std::string protocol; ///< "tcp", "udp", …
  std::string proxy;    ///< "HOST:PORT" that was asked to connect there; empty for a direct connection
  friend auto operator<=>(const Host &, const Host &) = default;
};

/// A port of a container of this recording.
struct ContainerPort {
  std::string image;
  Port port;
  std::string protocol;
  friend auto operator<=>(const ContainerPort &, const ContainerPort &) = default;
};

/// A loopback listener of this recording.
struct LoopbackProgram {
  Program program;
  std::string protocol;
  friend auto operator<=>(const LoopbackProgram &, const LoopbackProgram &) = default;
};

/// A loopback port: connected to without a listener in the recording, or listened on.
struct LoopbackPort {
  Port port;
  std::string protocol;
  friend auto operator<=>(const LoopbackPort &, const LoopbackPort &) = default;
};

/// A listener on the unspecified address.
struct AnyAddress {
  Port port;
  std::string protocol;
  friend auto operator<=>(const AnyAddress &, const AnyAddress &) = default;
};

struct UnixSocket {
  std::string path; ///< "@NAME" in the abstract namespace
  friend auto operator<=>(const UnixSocket &, const UnixSocket &) = default;
};

/// A unix socket on which a program of this recording listens.
struct UnixProgram {
  Program program;
  friend auto operator<=>(const UnixProgram &, const UnixProgram &) = default;
};

/// A daemon's socket, at a place that the catalogue lists.
struct DaemonSocket {
  std::string path;
  friend auto operator<=>(const DaemonSocket &, const DaemonSocket &) = default;
};

struct DnsName {
  std::string name;
  std::string resolver; ///< "ADDRESS:PORT/PROTOCOL" of one that is not the system's; else empty
  friend auto operator<=>(const DnsName &, const DnsName &) = default;
};

/// A reverse lookup of "203.0.113.7"; "loopback" for any loopback address.
struct ReverseLookup {
  std::string address;
  friend auto operator<=>(const ReverseLookup &, const ReverseLookup &) = default;
};

struct UserChange {
  std::string from, to;                  ///< as Behavior::user
  std::vector<std::string> capabilities; ///< gained, without "cap_"
  friend auto operator<=>(const UserChange &, const UserChange &) = default;
};

struct Secret {
  std::string name; ///< of the catalogue's row: "npm"
  std::string path;
  friend auto operator<=>(const Secret &, const Secret &) = default;
};

/// A variable that makes programs load other code, where its parent did not have it.
struct InjectingVariable {
  std::string name;
  friend auto operator<=>(const InjectingVariable &, const InjectingVariable &) = default;
};

/// A network socket as a standard stream.
struct SocketStream {
  std::string stream; ///< "standard input"
  friend auto operator<=>(const SocketStream &, const SocketStream &) = default;
};

/// A file that runs, or rules what runs, later.
struct Sink {
  std::string path;
  friend auto operator<=>(const Sink &, const Sink &) = default;
};

/// A source file that version control tracks.
struct TrackedFile {
  std::string path;
  friend auto operator<=>(const TrackedFile &, const TrackedFile &) = default;
};

/// Files that are known by where they lie alone.
enum class FileClass : std::uint8_t { workspace, git_directory, temporary, cache, home, system };

struct InspectedProcess {
  enum class Relation {
    others,   ///< some other process: which ones `ps` finds is chance
    child,    ///< a descendant
    ancestor, ///< with its program
    foreign   ///< neither above nor below, with its program
  };
  std::string how; ///< "mem", "ptrace", "environ", …
  Relation relation = Relation::others;
  Program program; ///< of ancestor and foreign
  friend auto operator<=>(const InspectedProcess &, const InspectedProcess &) = default;
};

struct KernelOperation {
  std::string operation;            ///< "mount"
  std::vector<std::string> details; ///< words
  friend auto operator<=>(const KernelOperation &, const KernelOperation &) = default;
};

/// A text that this version does not write; kept as it is.
struct Other {
  std::string text;
  friend auto operator<=>(const Other &, const Other &) = default;
};

/// No object: of exec.
using None = std::monostate;

} // namespace object

using ObjectValue =
    std::variant<object::None, object::SystemResolver, object::Host, object::ContainerPort,
                 object::LoopbackProgram, object::LoopbackPort, object::AnyAddress, object::UnixSocket,
                 object::UnixProgram, object::DaemonSocket, object::DnsName, object::ReverseLookup,
                 object::UserChange, object::Secret, object::InjectingVariable, object::SocketStream,
                 object::Sink, object::TrackedFile, object::FileClass, object::InspectedProcess,
                 object::KernelOperation, object::Other>;

/// What a behavior was done to, as a value. `text()` is its form in a fingerprint file; within one kind of
/// behavior two objects are equal exactly when their texts are. Decisions are taken on the value.
class Object {
 public:
  Object() = default;
  template <typename Form>
  requires std::constructible_from<ObjectValue, Form &&> &&
      (!std::same_as<std::remove_cvref_t<Form>, Object>)Object(Form &&form)
      : Object(ObjectValue(std::forward<Form>(form)), 0) {} // NOLINT: implicit by intent
  /// Inverse of text() for a behavior of `kind`. Total: what no form writes is an object::Other.
  static Object parse(Kind kind, std::string_view text);

  const std::string &text() const { return text_; }
  const ObjectValue &value() const { return value_; }
  bool empty() const { return text_.empty(); }
  /// The value where it has this form, else nullptr.
  template <typename Form> const Form *as() const { return std::get_if<Form>(&value_); }
  template <typename Form> bool is() const { return std::holds_alternative<Form>(value_); }

  friend bool operator==(const Object &a, const Object &b) { return a.text_ == b.text_; }
  /// The order of a fingerprint file.
  friend std::strong_ordering operator<=>(const Object &a, const Object &b) { return a.text_ <=> b.text_; }

 private:
  Object(ObjectValue value, int);
  ObjectValue value_;
  std::string text_;
};

/// For std::visit over all forms: a form without a function is a compile error.
template <typename... Functions> struct overloaded : Functions... { using Functions::operator()...; };
template <typename... Functions> overloaded(Functions...) -> overloaded<Functions...>;

/// "$WS", "$WS/.git", "$TMP", "$CACHE", "$HOME", "system".
std::string_view to_string(object::FileClass file_class);

/// "443", "*", "EPH", "refused"; empty for no port.
std::string to_string(object::Port port);

/// Whether `host` has the form of an IPv4 or IPv6 address.
bool is_address(std::string_view host);

/// Whether only the client says that the peer is this host.
bool is_claimed(const object::Host &host);

/// The host of a Host as its text has it: "sni:registry.example", "[2001:db8::1]".
std::string host_text(const object::Host &host);

} // namespace buildprint
