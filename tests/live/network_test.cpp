#include <arpa/inet.h>
#include <sys/wait.h>

#include <cerrno>

#include "tests/catch.hpp"
#include "tests/live/run_under_probe.hpp"
#include "tests/live/scratch_directory.hpp"

using namespace buildprint;

namespace {

const std::string k_programs = PROGRAMS;

void require_complete(const ProbedRun &run) {
  REQUIRE(run.loss.describe() == std::vector<std::string>{});
}

std::vector<std::string> connections(const ProbedRun &run) {
  std::vector<std::string> found;
  for (const auto &[event, connect] : run.all<Connect>())
    found.push_back(connect.peer.address + ' ' + std::to_string(connect.peer.port) +
                    (connect.transport == Transport::tcp ? " tcp" : " udp"));
  return found;
}

} // namespace

TEST_CASE("every way to connect is seen once, and datagram sockets when they send") {
  const ProbedRun run = run_under_probe({k_programs + "network"});
  require_complete(run);
  const std::string port = run.output.substr(0, run.output.find('\n'));
  const std::string listener = "127.0.0.1 " + port + " tcp";
  CHECK(connections(run) == std::vector<std::string>{listener, "127.0.0.1 1 tcp", "::1 2 tcp", listener,
                                                     "255.255.255.255 3 tcp", "127.0.0.1 5 udp",
                                                     "127.0.0.1 6 udp", "127.0.0.1 7 udp", "127.0.0.1 8 udp",
                                                     listener});
  const auto uses = run.all<KernelUse>(); // sockets that no hook of the network sees
  REQUIRE(uses.size() == 1);
  CHECK(uses[0].second.operation + ' ' + uses[0].second.detail == "socket ping");
  std::vector<int> errors;
  for (const auto &[event, result] : run.all<ConnectResult>()) errors.push_back(result.error);
  CHECK(errors == std::vector<int>{0, ECONNREFUSED, ECONNREFUSED, 0, 0});
  const auto listens = run.all<Listen>();
  REQUIRE(listens.size() == 1);
  CHECK(listens[0].second.local == Endpoint{"127.0.0.1", static_cast<std::uint16_t>(std::stoi(port))});
  REQUIRE(run.all<Bind>().size() == 1);
  CHECK(run.all<Bind>().at(0).second.local.port == 0);
  REQUIRE(run.all<ListenEnd>().size() == 1);
  CHECK(run.all<ListenEnd>().at(0).second.local == listens[0].second.local);
}

TEST_CASE("the port that the kernel gives a datagram socket is told with the bind", "[python]") {
  const std::string script =
      "import socket\n"
      "for family, address, alone in (socket.AF_INET, '127.0.0.1', 0), (socket.AF_INET6, '::', 0), "
      "(socket.AF_INET6, '::1', 1):\n"
      "  s = socket.socket(family, socket.SOCK_DGRAM)\n"
      "  if alone: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)\n"
      "  s.bind((address, 0))\n"
      "  print(s.getsockname()[1])\n"
      "fixed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
      "fixed.bind(('127.0.0.1', 17172))\n"
      "taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n" // no listener
      "try: taken.bind(('127.0.0.1', 17172))\n"
      "except OSError: pass\n"
      "late = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
      "late.setsockopt(socket.IPPROTO_IP, 24, 1)\n" // IP_BIND_ADDRESS_NO_PORT
      "late.bind(('127.0.0.1', 0))\n";
  const ProbedRun run = run_under_probe({"/usr/bin/python3", "-c", script});
  require_complete(run);
  std::string told;
  std::vector<bool> chosen, v6_only;
  std::vector<std::string> addresses;
  for (const auto &[event, bind] : run.all<Bind>()) {
    CHECK(bind.transport == Transport::udp);
    if (bind.local.port == 0) continue; // asked for; with the port it is told again
    if (bind.port_chosen) told += std::to_string(bind.local.port) + '\n';
    chosen.push_back(bind.port_chosen), v6_only.push_back(bind.v6_only);
    addresses.push_back(bind.local.address);
  }
  CHECK(told == run.output);
  CHECK(chosen == std::vector<bool>{true, true, true, false});
  CHECK(v6_only == std::vector<bool>{false, false, true, false});
  CHECK(addresses == std::vector<std::string>{"127.0.0.1", "::", "::1", "127.0.0.1"});
}

TEST_CASE("listeners for IPv6 alone, and those in another network namespace, are told apart", "[python]") {
  const std::string script =
      "import socket\n"
      "def listen(family, address, kind=socket.SOCK_STREAM, alone=None):\n"
      "  s = socket.socket(family, kind)\n"
      "  if alone is not None: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, alone)\n"
      "  s.bind((address, 17171))\n"
      "  if kind == socket.SOCK_STREAM: s.listen()\n"
      "  return s\n"
      "for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:\n"
      "  for alone in 1, 0: listen(socket.AF_INET6, '::', kind, alone).close()\n"
      "listen(socket.AF_INET, '127.0.0.1').close()\n"
      "here = socket.socket()\n"
      "import ctypes\n"
      "if ctypes.CDLL(None).unshare(0x40000000): raise SystemExit(0)\n" // CLONE_NEWNET
      "import fcntl, struct\n"                                          // lo, up: SIOCSIFFLAGS
      "fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sH14x', b'lo', 1))\n"
      "there = listen(socket.AF_INET, '0.0.0.0')\n"
      "for s in here, socket.socket():\n"
      "  try: s.connect(('127.0.0.1', 17171))\n"
      "  except OSError: pass\n"
      "there.close()\n";
  const ProbedRun run = run_under_probe({"/usr/bin/python3", "-c", script});
  require_complete(run);
  std::vector<bool> v6_only;
  std::vector<std::uint64_t> networks;
  for (const auto &[event, listen] : run.all<Listen>()) {
    v6_only.push_back(listen.v6_only);
    networks.push_back(listen.network);
  }
  REQUIRE(networks.size() == 4);
  CHECK(v6_only == std::vector<bool>{true, false, false, false});
  const auto there = networks.back();
  CHECK(there != 0);
  CHECK(networks == std::vector<std::uint64_t>{0, 0, 0, there});
  std::vector<bool> datagrams;
  for (const auto &[event, bind] : run.all<Bind>())
    if (bind.transport == Transport::udp) datagrams.push_back(bind.v6_only);
  CHECK(datagrams == std::vector<bool>{true, false});
  const auto connects = run.all<Connect>();
  REQUIRE(connects.size() == 2);
  CHECK(connects[0].second.network == 0); // the socket is where it was made
  CHECK(connects[1].second.network == there);
  CHECK(run.all<ConnectResult>().at(1).second.network == there);
  CHECK(run.all<ListenEnd>().back().second.network == there);
}

TEST_CASE("a connection through io_uring is the program's, however it is submitted") {
  for (const char *mode : {"inline", "async", "sqpoll"}) {
    INFO(mode);
    const ProbedRun run = run_under_probe({k_programs + "uring", mode, "11"});
    require_complete(run);
    if (run.output == "no io_uring\n") {
      say_skipped("io_uring is switched off on this system");
      return;
    }
    CHECK(connections(run) == std::vector<std::string>{"127.0.0.1 11 tcp"});
    CHECK(run.all<Connect>().at(0).first.actor == run.main_process);
    REQUIRE(run.all<KernelUse>().size() == 1);
    CHECK(run.all<KernelUse>().at(0).second.operation == "io_uring");
  }
}

TEST_CASE("a connection through the calls of 32-bit programs is seen") {
  const ProbedRun run = run_under_probe({k_programs + "compat", "17"});
  require_complete(run);
  if (run.output == "no 32-bit calls\n") {
    say_skipped("this system takes no 32-bit calls");
    return;
  }
  CHECK(run.output == std::to_string(-ECONNREFUSED) + '\n');
  CHECK(connections(run) == std::vector<std::string>{"127.0.0.1 17 tcp"});
}

TEST_CASE("threads that come and go do not take their process out of sight") {
  const ProbedRun run = run_under_probe({k_programs + "threads", "pool"});
  require_complete(run);
  CHECK(connections(run) == std::vector<std::string>{"127.0.0.1 9 tcp"});
  CHECK(run.all<Exit>().size() == 1);
}

TEST_CASE("unix sockets are named by their absolute path, abstract ones with @") {
  const ScratchDirectory scratch;
  const ProbedRun run = run_under_probe({k_programs + "local", scratch.path()});
  require_complete(run);
  const auto listens = run.all<UnixListen>();
  const auto connects = run.all<UnixConnect>();
  REQUIRE(listens.size() == 2);
  REQUIRE(connects.size() == 2);
  CHECK(listens[0].second.path == scratch.path() + "/relative");
  CHECK(connects[0].second.path == scratch.path() + "/relative");
  CHECK(listens[1].second.path == "@abstract");
  CHECK(connects[1].second.path == "@abstract");
}

TEST_CASE("nothing of another process is recorded") {
  const pid_t other = fork();
  if (other == 0) {
    const sockaddr_in address{AF_INET, htons(13), {htonl(INADDR_LOOPBACK)}, {}};
    for (int i = 0; i < 200; ++i) {
      const int fd = socket(AF_INET, SOCK_STREAM, 0);
      connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address);
      close(fd);
      usleep(5000);
    }
    _exit(0);
  }
  const ProbedRun run = run_under_probe({"/bin/sleep", "0.1"});
  waitpid(other, nullptr, 0);
  require_complete(run);
  CHECK(run.events.size() == 2); // exec, exit
}

TEST_CASE("a storm of connections loses nothing") {
  constexpr int k_connections = 20000;
  const ProbedRun run = run_under_probe({k_programs + "storm", "connect", std::to_string(k_connections)});
  require_complete(run);
  CHECK(run.output == std::to_string(k_connections) + "\n");
  CHECK(run.all<Connect>().size() == k_connections);
  CHECK(run.all<ConnectResult>().size() == k_connections);
}
