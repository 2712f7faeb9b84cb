"""HTTP over TLS (R-1), and what a node answers when it will not (R-100)."""

import http.client
import json
import ssl
from urllib.parse import urlsplit

from codec import read, write
from frames import frame, unframe

CONTENT_TYPE = "application/vnd.fieldsync"


class Problem(Exception):
    """A status other than 2xx. `document`: the problem document, {} when a proxy sent something else."""

    def __init__(self, status, headers, body):
        is_document = headers.get_content_type() == "application/problem+json"
        self.status, self.headers = status, headers
        self.document = json.loads(body) if body and is_document else {}
        # An answer to HEAD has no document.
        self.code = self.document.get("code") or headers.get("Fieldsync-Error", "")
        super().__init__(f"{status} {self.code} {self.document.get('detail', body[:200])}")


class Line:
    """Requests to one node. `authority`: the CA's certificate, PEM, that alone is trusted (R-52); None: none is."""

    def __init__(self, url, authority=None):
        self.host = urlsplit(url).netloc
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.tls.minimum_version = ssl.TLSVersion.TLSv1_2
        if authority is None:
            self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE
        else:
            self.tls.load_verify_locations(cadata=authority)
        self.connection = None

    def request(self, method, path, body=None, token=None):
        """The body of a 2xx; everything else is a `Problem`."""
        headers = {"Content-Type": CONTENT_TYPE} if body is not None else {}
        return self.ask(method, path, body, token, headers)[1]

    def ask(self, method, path, body, token, headers):
        """(response, body) of a 2xx."""
        if token:
            headers["Authorization"] = f"Bearer {token}"
        response, answer = self._exchange(method, path, body, headers)
        if response.status // 100 != 2:
            raise Problem(response.status, response.headers, answer)
        return response, answer

    def _exchange(self, method, path, body, headers):
        # A connection that the node has closed meanwhile is opened again, once: every request may be repeated.
        for attempt in (1, 2):
            self.connection = self.connection or http.client.HTTPSConnection(self.host, context=self.tls, timeout=90)
            try:
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                return response, response.read()
            except (http.client.HTTPException, ConnectionError):
                self.connection = None
                if attempt == 2:
                    raise

    def call(self, path, asked, message, answered, token=None):
        """R-1: one message there, one back; `asked` and `answered` are the names of their types."""
        body = frame(write(asked, message))
        return read(answered, unframe(self.request("POST", path, body, token)))
