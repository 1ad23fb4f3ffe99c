from __future__ import annotations

from trigpoint.lab.engine.pages import http_answer


def test_an_answer_is_a_whole_response() -> None:
    head, _, body = http_answer("200 OK", (("Server", "box"), ("X", "\u20ac")), b"body").partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Server: box",
        b"X: ?",
        b"Content-Length: 4",
        b"Connection: close",
    ]
    assert body == b"body"
