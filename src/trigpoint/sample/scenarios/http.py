"""Interference with the HTTP exchange."""

from trigpoint.sample.country import SITES
from trigpoint.sample.pages import BLOCK_PAGE, REFUSAL_PAGE, home, redirect
from trigpoint.sample.recorder import Flow
from trigpoint.sample.web import Path, Visit, case

_FILTER_URL = "http://blocked.norrland-telecom.example/notice?id=451"
_VALLEY = SITES["green-valley.example"].addresses
_CRAWL = Flow(((1448, 0.34),) * 30, 231)

SCENARIOS = (
    case(
        "http.blockpage",
        "A block page is served from the site's own address.",
        "blocked",
        Visit(host="river-archive.example", scheme="http", path=Path(page=BLOCK_PAGE)),
        mechanisms="http.blockpage",
    ),
    case(
        "http.blockpage.01",
        "The same, measured by the oldest generation of the probe.",
        "blocked",
        Visit(host="night-garden.example", scheme="http", path=Path(page=BLOCK_PAGE), dialect="0.1"),
        mechanisms="http.blockpage",
    ),
    case(
        "http.redirect",
        "A redirect leads to the provider's block page.",
        "blocked",
        Visit(
            host="dice-parlour.example",
            scheme="http",
            path=Path(page=redirect(_FILTER_URL), next_hop=(_FILTER_URL, Path(page=BLOCK_PAGE))),
        ),
        mechanisms="http.redirect",
    ),
    case(
        "http.reset",
        "A reset after the request.",
        "blocked",
        Visit(host="border-stories.example", scheme="http", path=Path(http={"*": "connection_reset"})),
        mechanisms="http.reset",
    ),
    case(
        "http.close",
        "The connection is closed instead of a response.",
        "blocked",
        Visit(host="chapel-road.example", scheme="http", path=Path(http={"*": "eof_error"})),
        mechanisms="http.close",
    ),
    case(
        "http.timeout",
        "No response to the request ever comes.",
        "blocked",
        Visit(host="quiet-voices.example", scheme="http", path=Path(http={"*": "generic_timeout_error"})),
        mechanisms="http.timeout",
    ),
    case(
        "http.two_branches",
        "At one address the request is reset, at the other it stays unanswered.",
        "blocked",
        Visit(
            host="green-valley.example",
            scheme="http",
            path=Path(http={_VALLEY[0]: "connection_reset", _VALLEY[1]: "generic_timeout_error"}),
        ),
        mechanisms="http",
    ),
    case(
        "http.error",
        "A proxy of the network refuses the request; the site itself serves its page to the control.",
        "blocked",
        Visit(host="song-barn.example", scheme="http", path=Path(page=REFUSAL_PAGE)),
        mechanisms="http.error",
    ),
    case(
        "http.throttle",
        "The page comes at a flat 4 kB a second and is never complete.",
        "blocked",
        Visit(host="photo-wall.example", scheme="http", path=Path(http={"*": "generic_timeout_error"}, flow=_CRAWL)),
        mechanisms="http.throttle",
    ),
    case(
        "http.benign_difference",
        "The page has other news than the control's, under the same title.",
        "ok",
        Visit(host="market-square.example", scheme="http", path=Path(page=home(SITES["market-square.example"], 7))),
        explanations="http.benign_difference",
    ),
)
"""Scenarios of this theme."""
