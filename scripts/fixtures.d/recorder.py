"""A line between a replica and its node that keeps what goes over it."""

import http.client
import http.server
import threading


class Recorder:
    """Passes requests on to a node that serves plain HTTP on loopback."""

    def __init__(self, node):
        self.node = node
        self.kept = None
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_request(self):
                recorder.pass_on(self)

            do_GET = do_HEAD = do_POST = do_PUT = handle_request

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def keep(self):
        """From now on."""
        self.kept = []

    def pass_on(self, asked):
        body = asked.rfile.read(int(asked.headers.get("Content-Length", 0)))
        line = http.client.HTTPConnection("127.0.0.1", self.node.port, timeout=90)
        try:
            headers = {k: v for k, v in asked.headers.items() if k.lower() not in ("host", "connection", "expect")}
            line.request(asked.command, asked.path, body, headers)
            answer = line.getresponse()
            content = answer.read()
        except OSError:
            asked.close_connection = True
            return
        finally:
            line.close()
        if self.kept is not None:
            self.kept.append((asked.path, body, answer.status, content))
        try:
            self.answer(asked, answer, content)
        except OSError:
            asked.close_connection = True

    @staticmethod
    def answer(asked, answer, content):
        asked.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                asked.send_header(name, value)
        asked.send_header("Content-Length", str(len(content)))
        asked.end_headers()
        if asked.command != "HEAD":
            asked.wfile.write(content)
