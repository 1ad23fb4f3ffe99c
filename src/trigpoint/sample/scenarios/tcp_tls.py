"""Interference with connecting and with the TLS handshake, as Web Connectivity sees it."""

from trigpoint.sample import certificates
from trigpoint.sample.country import SITES
from trigpoint.sample.recorder import Flow
from trigpoint.sample.web import Path, Visit, case

_ADDRESSES = SITES["green-valley.example"].addresses
_FREEZE = Flow(((1448, 0.004),) * 11 + ((456, 0.002),), 231)
_CRAWL = Flow(((1448, 0.36),) * 28, 231)

SCENARIOS = (
    case(
        "tcp.reset",
        "A reset comes while connecting; the control connects.",
        "blocked",
        Visit(host="green-valley.example", path=Path(tcp={"*": "connection_reset"})),
        mechanisms="tcp.reset",
    ),
    case(
        "tcp.refused",
        "The SYN is answered with a reset; the control connects.",
        "blocked",
        Visit(host="chapel-road.example", path=Path(tcp={"*": "connection_refused"})),
        mechanisms="tcp.refused",
    ),
    case(
        "tcp.timeout",
        "The SYN stays unanswered at every address; the control connects.",
        "blocked",
        Visit(host="tunnel-lamp.example", path=Path(tcp={"*": "generic_timeout_error"})),
        mechanisms="tcp.timeout",
    ),
    case(
        "tcp.timeout.04",
        "The same, measured by an older generation of the probe.",
        "blocked",
        Visit(host="tunnel-lamp.example", path=Path(tcp={"*": "generic_timeout_error"}), dialect="0.4"),
        mechanisms="tcp.timeout",
    ),
    case(
        "tcp.timeout.01",
        "The same, measured by the oldest generation of the probe.",
        "blocked",
        Visit(host="mirror-pond.example", scheme="http", path=Path(tcp={"*": "generic_timeout_error"}), dialect="0.1"),
        mechanisms="tcp.timeout",
    ),
    case(
        "tcp.two_branches",
        "One address resets, the other stays silent.",
        "blocked",
        Visit(
            host="green-valley.example",
            path=Path(tcp={_ADDRESSES[0]: "connection_reset", _ADDRESSES[1]: "generic_timeout_error"}),
        ),
        mechanisms="tcp",
    ),
    case(
        "tls.reset",
        "A reset after the ClientHello, at genuine addresses.",
        "blocked",
        Visit(host="daily-herald.example", path=Path(tls={"*": "connection_reset"})),
        mechanisms="tls.reset",
    ),
    case(
        "tls.reset.04",
        "The same, measured by an older generation of the probe.",
        "blocked",
        Visit(host="student-press.example", path=Path(tls={"*": "connection_reset"}), dialect="0.4"),
        mechanisms="tls.reset",
    ),
    case(
        "tls.timeout",
        "Nothing comes back after the ClientHello.",
        "blocked",
        Visit(host="blue-lighthouse.example", path=Path(tls={"*": "generic_timeout_error"})),
        mechanisms="tls.timeout",
    ),
    case(
        "tls.close",
        "The connection ends cleanly instead of an answer to the ClientHello.",
        "blocked",
        Visit(host="union-hall.example", path=Path(tls={"*": "eof_error"})),
        mechanisms="tls.close",
    ),
    case(
        "tls.two_branches",
        "One address resets after the ClientHello, the other stays silent.",
        "blocked",
        Visit(
            host="green-valley.example",
            path=Path(tls={_ADDRESSES[0]: "connection_reset", _ADDRESSES[1]: "generic_timeout_error"}),
        ),
        mechanisms="tls",
    ),
    case(
        "tls.mitm.self_signed",
        "A self-signed certificate for the name, which is not the one that the control trusts.",
        "blocked",
        Visit(
            host="small-letters.example",
            path=Path(tls={"*": "ssl_unknown_authority"}, chain=certificates.self_signed("small-letters.example")),
        ),
        mechanisms="tls.mitm.self_signed",
    ),
    case(
        "tls.mitm.ca_signed",
        "A certificate for the name by the filter's own authority.",
        "blocked",
        Visit(
            host="small-letters.example",
            path=Path(
                tls={"*": "ssl_unknown_authority"},
                chain=certificates.signed_by("small-letters.example", certificates.FILTER_AUTHORITY),
            ),
        ),
        mechanisms="tls.mitm.ca_signed",
    ),
    case(
        "tls.mitm.unrecorded",
        "A certificate that no authority vouches for, not kept in the record; the control trusts the site's.",
        "blocked",
        Visit(host="small-letters.example", path=Path(tls={"*": "ssl_unknown_authority"}, chain=()), dialect="0.4"),
        mechanisms="tls.mitm",
    ),
    case(
        "tls.throttle",
        "Every connection crawls at the same 4 kB a second until the page times out.",
        "blocked",
        Visit(host="photo-wall.example", path=Path(http={"*": "generic_timeout_error"}, flow=_CRAWL)),
        mechanisms="tls.throttle",
    ),
    case(
        "tls.freeze",
        "Each connection stalls after the same 16 kB.",
        "blocked",
        Visit(host="cloud-drawer.example", path=Path(http={"*": "generic_timeout_error"}, flow=_FREEZE)),
        mechanisms="tls.freeze",
    ),
)
"""Scenarios of this theme."""
