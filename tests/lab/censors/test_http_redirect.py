from __future__ import annotations

from tests.lab.talks import BLOCKED, Talk, causes, engine, request


def test_the_client_is_sent_elsewhere() -> None:
    look = {"to": "client", "ip_id": 13_330}
    entry = {
        "behaviour": "http_redirect",
        "match": {"suffix": [BLOCKED]},
        "location": "http://warning.example/",
        "status": 307,
        "print": look,
        "fields": [["Server", "box"]],
    }
    filter_ = engine(entry)
    talk = Talk(filter_, server_port=80)
    talk.open()
    talk.send(request())
    page = talk.injected()[0]
    assert page.content.split(b"\r\n")[:3] == [
        b"HTTP/1.1 307 Temporary Redirect",
        b"Location: http://warning.example/",
        b"Server: box",
    ]
    assert page.identification == 13_330
    assert causes(filter_) == [("redirect", "http.redirect")]
