"""Nothing is blocked, or nothing can be decided: what imitates interference."""

from trigpoint.sample import certificates
from trigpoint.sample.country import ADDRESSES, SITES
from trigpoint.sample.pages import (
    CHALLENGE_PAGE,
    ERROR_PAGE,
    GEOBLOCK_PAGE,
    LOGIN_PAGE,
    PARKED_PAGE,
    PORTAL_REDIRECT,
    PORTAL_URL,
    home,
    redirect,
)
from trigpoint.sample.recorder import Reply
from trigpoint.sample.web import Control, Path, Visit, case, true_reply

_DENIED = Reply(failure="dns_nxdomain_error")
_BROKEN = Reply(failure="dns_servfail_error")
_GATEWAY = Reply((ADDRESSES["login page"],))
_LOGIN = Path(
    system=_GATEWAY,
    udp=_GATEWAY,
    doh=Reply(failure="generic_timeout_error"),
    page=LOGIN_PAGE,
)
_PORTAL = Path(
    doh=Reply(failure="generic_timeout_error"),
    tls={"*": "connection_reset"},
    page=PORTAL_REDIRECT,
    next_hop=(PORTAL_URL, _LOGIN),
)
_PARKED = Reply((ADDRESSES["parking"],))
_BAD_LOCATION = redirect("http:///missing-host")

_PORTAL_CASES = tuple(
    case(
        f"local.captive_portal.{host.split('.')[0]}",
        "Every plain HTTP request of the run is led to the same login page of a cafe.",
        "insufficient",
        Visit(host=host, scheme="http", path=_PORTAL),
        explanations="local.captive_portal",
        series="captive portal",
    )
    for host in ("tram-times.example", "paper-kites.example", "chess-corner.example", "hill-clinic.example")
)

_INTERCEPTED_CASES = tuple(
    case(
        f"local.tls_interception.{host.split('.')[0]}",
        "Every site of the run shows a certificate by the antivirus program on the device.",
        "insufficient",
        Visit(
            host=host,
            path=Path(
                tls={"*": "ssl_unknown_authority"},
                chain=certificates.signed_by(host, certificates.ANTIVIRUS_AUTHORITY),
            ),
        ),
        explanations="local.tls_interception",
        series="antivirus",
    )
    for host in ("recipe-tin.example", "star-charts.example", "tax-counter.example")
)

_OLD_BUNDLE_CASES = tuple(
    case(
        f"local.ca_bundle.{host.split('.')[0]}",
        "Several unrelated sites of one young authority fail at once: the device's list of authorities is too old.",
        "insufficient",
        Visit(
            host=host,
            path=Path(
                tls={"*": "ssl_unknown_authority"}, chain=certificates.signed_by(host, certificates.NEW_AUTHORITY)
            ),
        ),
        explanations="local.ca_bundle",
        series="old list of authorities",
    )
    for host in ("village-map.example", "library-steps.example", "recipe-tin.example")
)

SCENARIOS = (
    case(
        "site.down.server_error",
        "The site answers the control and the probe with the same error.",
        "down",
        Visit(host="old-museum.example", path=Path(page=ERROR_PAGE), control=Control(page=ERROR_PAGE)),
        explanations="site.down",
    ),
    case(
        "site.down.no_connection",
        "Neither the probe nor the control can connect.",
        "down",
        Visit(
            host="old-museum.example",
            path=Path(tcp={"*": "generic_timeout_error"}),
            control=Control(tcp={"*": "generic_timeout_error"}, http="generic_timeout_error"),
        ),
        explanations="site.down",
    ),
    case(
        "site.down.no_name",
        "The name does not exist for anybody.",
        "down",
        Visit(
            host="old-museum.example",
            path=Path(system=_DENIED, udp=_DENIED, doh=_DENIED),
            control=Control(dns=_DENIED, http="dns_nxdomain_error"),
        ),
        explanations="site.down",
    ),
    case(
        "site.parked",
        "The domain is for sale, for the probe and for the control.",
        "ok",
        Visit(
            host="lost-domain.example",
            scheme="http",
            path=Path(system=_PARKED, udp=_PARKED, doh=_PARKED, page=PARKED_PAGE),
            control=Control(dns=_PARKED, page=PARKED_PAGE),
        ),
        explanations="site.parked",
    ),
    case(
        "site.bad_certificate",
        "The site's certificate ran out months ago; the control sees the same.",
        "down",
        Visit(
            host="chess-corner.example",
            path=Path(tls={"*": "ssl_invalid_certificate"}, chain=certificates.expired("chess-corner.example")),
            control=Control(tls={"*": "ssl_invalid_certificate"}, http="ssl_invalid_certificate"),
        ),
        explanations="site.bad_certificate",
    ),
    case(
        "site.dnssec_broken",
        "Resolvers that check signatures fail on the name, the control's too.",
        "down",
        Visit(
            host="green-valley.example",
            path=Path(system=_BROKEN, udp=_BROKEN, doh=_BROKEN),
            control=Control(dns=_BROKEN, http="dns_servfail_error"),
        ),
        explanations="site.dnssec_broken",
    ),
    case(
        "server.challenge",
        "The server asks this visitor to prove that it is a person; its certificate is valid.",
        "ok",
        Visit(host="search-harbour.example", path=Path(page=CHALLENGE_PAGE)),
        explanations="server.challenge",
    ),
    case(
        "server.geoblock",
        "The server itself refuses the country with status 451, under its own certificate.",
        "ok",
        Visit(host="long-films.example", path=Path(page=GEOBLOCK_PAGE)),
        explanations="server.geoblock",
    ),
    case(
        "server.tls_policy",
        "The server rejects the handshake with an alert, for the probe and for the control.",
        "down",
        Visit(
            host="hill-clinic.example",
            path=Path(tls={"*": "ssl_failed_handshake"}, chain=()),
            control=Control(tls={"*": "ssl_failed_handshake"}, http="ssl_failed_handshake"),
        ),
        explanations="server.tls_policy",
    ),
    case(
        "server.redirect_broken",
        "The server redirects to a URL without a host, for the probe and for the control.",
        "down",
        Visit(
            host="parcel-desk.example",
            scheme="http",
            path=Path(page=_BAD_LOCATION),
            control=Control(http="http_invalid_redirect_location_host"),
        ),
        explanations="server.redirect_broken",
    ),
    case(
        "control.failure",
        "The control could not be reached, and over plain HTTP nothing else vouches for what came.",
        "insufficient",
        Visit(
            host="market-square.example",
            scheme="http",
            path=Path(tcp={"*": "generic_timeout_error"}),
            control=Control(failure="generic_timeout_error"),
        ),
        explanations="control.failure",
    ),
    case(
        "control.failure.certificate_decides",
        "The control failed, and the site's own valid certificate decides all the same.",
        "ok",
        Visit(host="tram-times.example", control=Control(failure="generic_timeout_error")),
        explanations="control.failure",
    ),
    case(
        "control.absent",
        "The record has no control; the handshake stalls.",
        "insufficient",
        Visit(
            host="blue-lighthouse.example",
            path=Path(tls={"*": "generic_timeout_error"}),
            control=Control(is_absent=True),
        ),
        explanations="control.absent",
    ),
    case(
        "http.scheme_difference",
        "The probe's request was upgraded to HTTPS by a redirect, the control's was not.",
        "ok",
        Visit(
            host="library-steps.example",
            scheme="http",
            path=Path(
                page=redirect("https://library-steps.example/", 301),
                next_hop=("https://library-steps.example/", Path()),
            ),
            control=Control(page=home(SITES["library-steps.example"], 3)),
        ),
        explanations="http.scheme_difference",
    ),
    case(
        "isp.nxdomain_rewrite",
        "The name does not exist, and the provider leads every such name to its search guide.",
        "down",
        Visit(
            host="lost-domain.example",
            scheme="http",
            path=Path(
                system=Reply((ADDRESSES["search guide"],)),
                udp=_DENIED,
                doh=_DENIED,
                page=home(SITES["search-harbour.example"]),
                tls={"*": "connection_refused"},
            ),
            control=Control(dns=_DENIED, http="dns_nxdomain_error"),
        ),
        explanations="isp.nxdomain_rewrite",
        also="site.down",
    ),
    case(
        "network.flaky",
        "The first SYN is lost, the second gets through to the same endpoint, and the page comes.",
        "ok",
        Visit(
            host="paper-kites.example",
            path=Path(tcp={SITES["paper-kites.example"].addresses[0]: "generic_timeout_error"}, retries=1),
        ),
        explanations="network.flaky",
    ),
    case(
        "local.no_ipv6",
        "IPv6 addresses are unreachable for the network as a whole; the site works over IPv4.",
        "ok",
        Visit(
            host="library-steps.example",
            path=Path(
                system=true_reply(SITES["library-steps.example"], with_ipv6=True),
                tcp={SITES["library-steps.example"].address6: "network_unreachable"},
            ),
            control=Control(dns=true_reply(SITES["library-steps.example"], with_ipv6=True)),
        ),
        explanations="local.no_ipv6",
    ),
    *_PORTAL_CASES,
    *_INTERCEPTED_CASES,
    *_OLD_BUNDLE_CASES,
)
"""Scenarios of this theme."""
