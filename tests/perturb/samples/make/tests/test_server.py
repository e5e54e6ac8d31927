import socket
import subprocess
import sys
import tempfile
import unittest

CLIENT = "import socket, sys; socket.create_connection(('localhost', int(sys.argv[1]))).sendall(b'ping')"


class Server(unittest.TestCase):
    def test_a_client_reaches_the_server(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            subprocess.run([sys.executable, "-c", CLIENT, str(port)], check=True)
            connection, _ = server.accept()
            with connection:
                self.assertEqual(connection.recv(4), b"ping")

    def test_a_temporary_script_runs(self):
        with tempfile.TemporaryDirectory() as scratch:
            path = scratch + "/hello.py"
            with open(path, "w") as script:
                script.write("print('hello')\n")
            output = subprocess.run([sys.executable, path], check=True, capture_output=True)
            self.assertEqual(output.stdout, b"hello\n")
