#include "recorder/run_info.hpp"

#include <unistd.h>

#include <cstdlib>

#include "base/error.hpp"
#include "tests/catch.hpp"

using namespace buildprint;
namespace fs = std::filesystem;

namespace {

struct TemporaryDirectory {
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "buildprint-test-XXXXXX").string();
    path = fs::canonical(::mkdtemp(name.data()));
  }
  ~TemporaryDirectory() { fs::remove_all(path); }
  fs::path path;
};

std::string meaning_of(const std::vector<Root> &roots, const fs::path &path) {
  for (const auto &root : roots)
    if (root.path == path) return root.sentinel;
  return "nothing";
}

} // namespace

TEST_CASE("the roots are the workspace, the home, temporary directories and caches") {
  const TemporaryDirectory scratch;
  const auto roots = find_roots("/home/ann/src/shop/", "/home/ann/src/shop", {"make"},
                                {"HOME=/home/ann", "TMPDIR=/scratch/t", "CARGO_HOME=/big/cargo"});
  CHECK(meaning_of(roots, "/home/ann/src/shop") == "$WS");
  CHECK(meaning_of(roots, "/home/ann") == "$HOME");
  CHECK(meaning_of(roots, "/scratch/t") == "$TMP");
  CHECK(meaning_of(roots, "/tmp") == "$TMP");
  CHECK(meaning_of(roots, "/big/cargo") == "$CACHE/cargo");
  CHECK(meaning_of(roots, "/home/ann/.cargo") == "$CACHE/cargo");
  CHECK(meaning_of(roots, "/home/ann/.cache") == "$CACHE");
}

TEST_CASE("a root stands as written and with its links resolved") {
  const TemporaryDirectory scratch;
  fs::create_directory(scratch.path / "real");
  fs::create_symlink(scratch.path / "real", scratch.path / "link");
  const auto roots = find_roots(scratch.path / "link", "/", {"make"}, {});
  CHECK(meaning_of(roots, scratch.path / "link") == "$WS");
  CHECK(meaning_of(roots, scratch.path / "real") == "$WS");
}

TEST_CASE("a directory that the command line names is a workspace") {
  const TemporaryDirectory scratch;
  fs::create_directories(scratch.path / "tree" / "sub");
  const auto tree = scratch.path / "tree";
  CHECK(meaning_of(find_roots("/w", "/w", {"make", "-C", tree}, {}), tree) == "$WS");
  CHECK(meaning_of(find_roots("/w", scratch.path, {"run", "tree"}, {}), tree) == "$WS");
  CHECK(meaning_of(find_roots("/w", "/w", {"cmake", "--build=" + tree.string()}, {}), tree) == "$WS");
  // What is inside the workspace, holds it, is the system's, or is no directory, is not another one.
  CHECK(meaning_of(find_roots(tree, tree, {"make", "-C", "sub"}, {}), tree / "sub") == "nothing");
  CHECK(meaning_of(find_roots(tree, tree, {"ls", ".."}, {}), scratch.path) == "nothing");
  CHECK(meaning_of(find_roots("/w", "/w", {"ls", "/usr/lib", "/", "/home"}, {}), "/usr/lib") == "nothing");
  CHECK(meaning_of(find_roots("/w", "/w", {"ls", "/"}, {}), "/") == "nothing");
  CHECK(meaning_of(find_roots("/w", "/w", {"ls", "/tmp"}, {}), "/tmp") == "$TMP");
  CHECK(meaning_of(find_roots("/w", "/w", {tree}, {}), tree) == "nothing"); // the program itself
}

TEST_CASE("the system's own directories are nobody's workspace") {
  CHECK(meaning_of(find_roots("/", "/", {"true"}, {"HOME=/"}), "/") == "nothing");
  CHECK(meaning_of(find_roots("/usr/src/x", "/", {"true"}, {}), "/usr/src/x") == "nothing");
  const auto roots = find_roots("/root", "/root", {"true"}, {"HOME=/root"});
  CHECK(meaning_of(roots, "/root/.cache") == "$CACHE");
}

TEST_CASE("resolv.conf names the resolvers and the search domains") {
  const auto found = parse_resolv_conf("# x\nnameserver 192.0.2.1\n nameserver fe80::1%eth0 ; y\nsearch a b\n"
                                       "options edns0\nsearch c.example\nnameserver\n");
  CHECK(found.addresses == std::vector<std::string>{"192.0.2.1", "fe80::1"});
  CHECK(found.search_domains == std::vector<std::string>{"c.example"});
}

TEST_CASE("os-release gives the label of the system") {
  CHECK(parse_os_release("NAME=\"Debian\"\nVERSION_ID=\"12\"\nID=debian\n") == "debian-12");
  CHECK(parse_os_release("ID=arch\n") == "arch");
  CHECK(parse_os_release("").empty());
}

TEST_CASE("proxies are named without their passwords") {
  CHECK(find_proxies({"http_proxy=http://me:secret@Proxy.example:3128/", "HTTPS_PROXY=proxy.example:3128",
                      "all_proxy=socks5h://[2001:db8::1]", "no_proxy=localhost", "ftp_proxy="}) ==
        std::vector<std::string>{"[2001:db8::1]:1080", "proxy.example:3128"});
}

TEST_CASE("a run is described") {
  const auto identity = choose_identity(std::nullopt);
  const auto run =
      describe_run({{"make", "x\n"}, {}, fs::path("/tmp/."), {{"os", "mine"}, {"shard", "2"}}}, identity);
  CHECK(run.name == "tmp");
  CHECK(run.command == std::vector<std::string>{"make", "x\\x0a"});
  CHECK(run.builder_uid == ::geteuid());
  CHECK(run.ephemeral_first < run.ephemeral_last);
  CHECK(run.labels.at("os") == "mine");
  CHECK(run.labels.at("shard") == "2");
  CHECK_FALSE(run.labels.at("arch").empty());
  CHECK_THROWS_AS(describe_run({{"make"}, {}, fs::path("/no/such"), {}}, identity), Error);
}
