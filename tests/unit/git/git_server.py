"""A hosting service on this machine: git's own server program behind a web server.

It serves the tests of fetching over http, with and without a password; what is fetched is theirs.
"""

import base64
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


@contextmanager
def serve(folder: Path, *, password: str | None = None) -> Generator[str]:
    """The address that serves the repositories of *folder*, to user `alma` if with a *password*."""
    token = base64.b64encode(f"alma:{password}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def handle_request(self) -> None:
            if password and self.headers.get("Authorization") != f"Basic {token}":
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            length = int(self.headers.get("Content-Length", 0))
            answer = self.ask_git(folder, self.rfile.read(length))
            head, _, body = answer.partition(b"\r\n\r\n")
            headers = BytesHeaderParser().parsebytes(head)
            self.send_response(int(headers.get("Status", "200").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = handle_request  # noqa: N815 - the names that http.server calls

        def ask_git(self, folder: Path, body: bytes) -> bytes:
            """What `git http-backend` answers, as a CGI program."""
            path, _, query = self.path.partition("?")
            environment = {
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            }
            command = ["git", "http-backend"]
            done = subprocess.run(
                command, input=body, env=environment, check=True, capture_output=True
            )
            return done.stdout

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Tests say only what failed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
