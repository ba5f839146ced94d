"""A stand-in for the W&B server on loopback, which can be made to fail."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "0" * 40  # looks like one


class FakeServer:
    """Takes what wandb sends, and answers just enough; keeps what was asked in `asked`.

    Args:
        healthy: after so many requests it fails for good; None means never.
        failure: the HTTP status that it fails with; 0 hangs up instead.
    """

    def __init__(self, healthy: int | None = None, failure: int = 401) -> None:
        self.asked: list[tuple[str, str]] = []  # path, body
        self._healthy = healthy
        self._failure = failure
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "FakeServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, body: str) -> dict[str, Any]:
        """What a healthy server says; for more, override it."""
        if path != "/graphql":
            return {}
        question = json.loads(body)
        if "upsertBucket" in question["query"]:
            return {"data": {"upsertBucket": {"bucket": _bucket(question), "inserted": True}}}
        if "createRunFiles" in question["query"]:
            names = question["variables"]["files"]
            files = [{"name": name, "uploadUrl": f"{self.url}/{name}"} for name in names]
            answer = {"runID": "id", "uploadHeaders": [], "files": files}
            return {"data": {"createRunFiles": answer}}
        if "viewer" in question["query"]:
            return {"data": {"viewer": {"id": "v", "entity": "me", "username": "me"}}}
        return {"data": {}}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length).decode("utf-8", errors="replace")
                outer.asked.append((self.path, body))
                failing = outer._healthy is not None and len(outer.asked) > outer._healthy
                if failing and not outer._failure:
                    self.close_connection = True
                    return
                status = outer._failure if failing else 200
                text = json.dumps({} if failing else outer.answer(self.path, body)).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_PUT = do_POST

            def log_message(self, *_: object) -> None:
                """Keeps quiet."""

        return Handler


def _bucket(question: dict[str, Any]) -> dict[str, Any]:
    project = {"id": "p", "name": "furuta", "entity": {"id": "e", "name": "me"}}
    name = question["variables"].get("name")
    return {"id": "b", "name": name, "displayName": name, "config": "{}", "project": project}
