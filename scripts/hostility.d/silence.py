"""silence.py HOST PORT COUNT NETWORK: so many TLS connections that ask once and then keep silent, from addresses 127.NETWORK.0.1 and
following. Says how many were answered, and closes them at the end of standard input."""
import resource
import socket
import ssl
import sys

HOST, PORT, COUNT, NETWORK = sys.argv[1], *map(int, sys.argv[2:])
PER_ADDRESS = 1_000

_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
lines = []
for index in range(COUNT):
    raw = socket.socket()
    raw.settimeout(60)
    raw.bind((f"127.{NETWORK}.0.{1 + index // PER_ADDRESS}", 0))
    try:
        raw.connect((HOST, PORT))
        line = tls.wrap_socket(raw)
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        if line.recv(1_000).startswith(b"HTTP/1.1 200"):
            lines.append(line)
    except OSError:
        raw.close()
print(len(lines), flush=True)
sys.stdin.read()
