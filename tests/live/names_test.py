#!/usr/bin/env python3
"""What the hosts of a recording are called, end to end: names_test.py BUILDPRINT [unittest options]

Runs in network and mount namespaces of its own: every address is one of the loopback interface, the system's
resolver is a thread of this test. Needs root; skips (77) where the probe cannot work.
"""
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

RESOLVER, STUB, FOREIGN = "203.0.113.53", "127.0.0.53", "203.0.113.99"
ADDRESSES = {"www.example": "203.0.113.10", "registry.example": "203.0.113.22", "proxy.example": "203.0.113.8"}
ALIASES = {"www.example": ["edge.example", "cdn.example"]}  # a chain to whom the address belongs
ELSEWHERE, PROXY = "203.0.113.66", "203.0.113.8"


# What is recorded: names_test.py do STEP…

def dns_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def do_resolve(name):
    return socket.getaddrinfo(name, 443, socket.AF_INET, socket.SOCK_STREAM)[0][4][0]


def do_ask(resolver, name):
    query = struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + dns_name(name) + struct.pack(">2H", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(query, (resolver, 53))
        client.settimeout(5)
        client.recv(512)


def do_send(host, port, size):
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"x" * int(size))
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass


def do_greet(address, name):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        context.wrap_socket(socket.create_connection((address, 443)), server_hostname=name).close()
    except OSError:
        pass  # the server does not answer


def do_request(address, port, request):
    with socket.create_connection((address, int(port))) as client:
        client.sendall((request + "\r\n\r\n").encode().decode("unicode_escape").encode())


def act(steps):
    for step in steps:
        name, *arguments = step.split(",")
        globals()["do_" + name](*arguments)


# Servers.

def answer(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    name, question = ".".join(labels), query[12:at + 5]
    records = []
    if name in ADDRESSES and query[at + 1:at + 3] == b"\0\1":
        owners = [name, *ALIASES.get(name, [])]
        for owner, alias in zip(owners, owners[1:]):
            data = dns_name(alias)
            records.append(dns_name(owner) + struct.pack(">2HIH", 5, 1, 60, len(data)) + data)
        records.append(dns_name(owners[-1]) + struct.pack(">2HIH", 1, 1, 60, 4) + socket.inet_aton(ADDRESSES[name]))
    return query[:2] + struct.pack(">5H", 0x8180, 1, len(records), 0, 0) + question + b"".join(records)


def serve_datagrams(address):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    while True:
        query, client = server.recvfrom(4096)
        server.sendto(answer(query), client)


def serve_connections(address, port, handle):
    server = socket.create_server((address, port))
    while True:
        client, _ = server.accept()
        threading.Thread(target=handle, args=(client,), daemon=True).start()


def handle_dns(client):
    with client:
        while size := client.recv(2, socket.MSG_WAITALL):
            reply = answer(client.recv(struct.unpack(">H", size)[0], socket.MSG_WAITALL))
            client.sendall(struct.pack(">H", len(reply)) + reply)


def handle_sink(client):
    with client:
        client.settimeout(0.2)
        try:
            while client.recv(65536):
                pass
        except OSError:
            pass


class NamesTest(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="buildprint-names-")
        self.addCleanup(self.scratch.cleanup)

    def use_resolver(self, address, options=""):
        with open(RESOLV_CONF, "w") as file:
            file.write(f"nameserver {address}\n{options}\n")

    def record(self, *steps, **environment):
        """(object, …) of connect and resolve, and the fingerprint."""
        out = os.path.join(self.scratch.name, "out.json")
        self.recording = os.path.join(self.scratch.name, "r.jsonl")
        done = subprocess.run([BUILDPRINT, "record", "--no-files", "-o", out, "--recording", self.recording, "--",
                               sys.executable, os.path.abspath(__file__), "do", *steps], capture_output=True, text=True,
                              cwd=self.scratch.name, env={**os.environ, **environment}, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(out) as file:
            fingerprint = json.load(file)
        self.assertTrue(fingerprint["complete"], fingerprint)
        # glibc asks for the name service's cache, when it is built to.
        return {kind: [line["object"] for line in fingerprint["behaviors"]
                       if line["kind"] == kind and not line["object"].startswith("unix:")]
                for kind in ("connect", "resolve")}, fingerprint

    def test_the_system_s_resolver_names_addresses_through_aliases(self):
        for resolver, options in ((RESOLVER, ""), (RESOLVER, "options use-vc"), (STUB, "")):
            with self.subTest(resolver=resolver, options=options):
                self.use_resolver(resolver, options)
                found, _ = self.record("resolve,www.example", "send,203.0.113.10,443,10")
                self.assertEqual(found["connect"], ["resolver:53", "www.example:443/tcp"])
                self.assertEqual(found["resolve"], ["www.example"])

    def test_another_resolver_s_answer_is_a_behavior_and_names_nothing(self):
        self.use_resolver(RESOLVER)
        found, _ = self.record(f"ask,{FOREIGN},registry.example", "send,203.0.113.22,443,10")
        self.assertEqual(found["resolve"], [f"registry.example via {FOREIGN}:53/udp"])
        self.assertIn("203.0.113.22:443/tcp", found["connect"])

    def test_a_name_that_only_the_client_tells_is_marked(self):
        self.use_resolver(RESOLVER)
        found, fingerprint = self.record(f"greet,{ELSEWHERE},registry.example",
                                         f"request,{ELSEWHERE},80,GET / HTTP/1.1\\r\\nHost: shop.example")
        self.assertEqual(found["connect"], ["host:shop.example:80/tcp", "sni:registry.example:443/tcp"])
        self.assertIn("names that only it told", "".join(fingerprint["coverage_gaps"]))
        told = subprocess.run([BUILDPRINT, "show", self.recording, "--completeness"], capture_output=True, text=True)
        self.assertIn("names that are not certain", told.stdout)
        self.assertIn("(sni:registry.example)", told.stdout)

    def test_a_name_that_the_resolver_says_is_elsewhere_hides_no_address(self):
        self.use_resolver(RESOLVER)
        found, _ = self.record("resolve,registry.example", f"greet,{ELSEWHERE},registry.example")
        self.assertEqual(found["connect"], [f"{ELSEWHERE}:443/tcp", "resolver:53"])

    def test_another_name_on_a_known_address_stands_beside_it(self):
        self.use_resolver(RESOLVER)
        found, _ = self.record("resolve,www.example", "greet,203.0.113.10,evil.example")
        self.assertEqual(found["connect"], ["resolver:53", "sni:evil.example:443/tcp", "www.example:443/tcp"])

    def test_destinations_behind_proxies(self):
        self.use_resolver(RESOLVER)
        connect = "CONNECT registry.example:443 HTTP/1.1"
        found, _ = self.record("resolve,proxy.example", f"request,{PROXY},3128,{connect}",
                               https_proxy="http://user:secret@proxy.example:3128")
        self.assertEqual(found["connect"], ["proxy.example:3128/tcp", "registry.example:443/tcp via proxy.example:3128",
                                            "resolver:53"])
        found, _ = self.record(f"request,{PROXY},3128,GET http://shop.example/ HTTP/1.1\\r\\nHost: shop.example",
                               HTTP_PROXY=f"http://{PROXY}:3128")
        self.assertEqual(found["connect"], [f"{PROXY}:3128/tcp", f"shop.example:80/tcp via {PROXY}:3128"])
        found, _ = self.record(f"request,{ELSEWHERE},3128,{connect}")
        self.assertEqual(found["connect"], [f"{ELSEWHERE}:3128/tcp", f"registry.example:443/tcp via {ELSEWHERE}:3128"])

    def test_volumes(self):
        self.use_resolver(RESOLVER)
        _, fingerprint = self.record("send,203.0.113.10,443,250000", "send,203.0.113.22,443,300")
        sent = {line["name"]: line["value"] for line in fingerprint["attributes"] if line["name"].startswith("sent:")}
        self.assertEqual(sent, {"sent:203.0.113.10:443/tcp": "100 kB", "sent:203.0.113.22:443/tcp": "below 1 kB"})
        with open(self.recording) as file:
            volumes = [json.loads(line) for line in file if '"event":"volume"' in line]
        self.assertEqual([sum(event["sent"] for event in volumes if event["peer"][0] == peer)
                          for peer in ("203.0.113.10", "203.0.113.22")], [250000, 300])


def set_up_network():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "address", "add", "203.0.113.0/24", "dev", "lo"], check=True)
    subprocess.run(["mount", "--bind", RESOLV_CONF, os.path.realpath("/etc/resolv.conf")], check=True)
    for address in (RESOLVER, STUB, FOREIGN):
        threading.Thread(target=serve_datagrams, args=(address,), daemon=True).start()
    threading.Thread(target=serve_connections, args=(RESOLVER, 53, handle_dns), daemon=True).start()
    for port in (80, 443, 3128):
        threading.Thread(target=serve_connections, args=("0.0.0.0", port, handle_sink), daemon=True).start()


if __name__ == "__main__":
    if sys.argv[1] == "do":
        sys.exit(act(sys.argv[2:]))
    from live import require_probe  # not above: what is recorded does not load it
    BUILDPRINT = os.path.abspath(sys.argv[1])
    require_probe(BUILDPRINT)
    if os.environ.get("BUILDPRINT_NAMES_INSIDE") is None:
        os.environ["BUILDPRINT_NAMES_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--net", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    del sys.argv[1]
    with tempfile.NamedTemporaryFile("w", prefix="buildprint-resolv-") as resolv_conf:
        RESOLV_CONF = resolv_conf.name
        set_up_network()
        unittest.main()
