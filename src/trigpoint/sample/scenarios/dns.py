"""Interference with name resolution."""

from trigpoint.sample.country import ADDRESSES, NETWORKS, SITES
from trigpoint.sample.pages import BLOCK_PAGE, ERROR_PAGE
from trigpoint.sample.recorder import Reply
from trigpoint.sample.web import Control, Path, Visit, case, true_reply

_BLOCK_PAGE = Reply((ADDRESSES["block page"],))
_BOGON = Reply((ADDRESSES["forged bogon"],))
_OTHER = Reply((ADDRESSES["forged public"],))
_NXDOMAIN = Reply(failure="dns_nxdomain_error", has_soa=False)
_SILENCE = Reply(failure="generic_timeout_error")
_REFUSED = Reply(failure="dns_refused_error")
_SERVFAIL = Reply(failure="dns_servfail_error")

SCENARIOS = (
    case(
        "dns.bogon",
        "The system resolver answers with a private address; other resolvers agree with the control.",
        "blocked",
        Visit(
            host="quiet-voices.example",
            path=Path(system=_BOGON, tcp={ADDRESSES["forged bogon"]: "generic_timeout_error"}),
        ),
        mechanisms="dns.injection.bogon",
    ),
    case(
        "dns.bogon.loopback",
        "The system resolver answers 127.0.0.1, an old generation of the probe.",
        "blocked",
        Visit(
            host="night-garden.example",
            path=Path(system=Reply((ADDRESSES["forged loopback"],)), tcp={"*": "connection_refused"}),
            dialect="0.4",
        ),
        mechanisms="dns.injection.bogon",
    ),
    case(
        "dns.blockpage",
        "System and public resolver answer with the address of the filter, which serves its block page.",
        "blocked",
        Visit(
            host="dice-parlour.example",
            scheme="http",
            path=Path(
                system=_BLOCK_PAGE,
                udp=_BLOCK_PAGE,
                doh=_BLOCK_PAGE,
                page=BLOCK_PAGE,
                tls={"*": "connection_refused"},
            ),
        ),
        mechanisms="dns.injection.blockpage http.blockpage",
    ),
    case(
        "forum.blocked",
        "The forum's name leads to the filter, on the networks and until the day that a court named.",
        "blocked",
        Visit(
            host="www.open-forum.example",
            scheme="http",
            path=Path(
                system=_BLOCK_PAGE,
                udp=_BLOCK_PAGE,
                page=BLOCK_PAGE,
                tls={ADDRESSES["block page"]: "connection_refused"},
            ),
        ),
        mechanisms="dns.injection.blockpage http.blockpage",
    ),
    case(
        "dns.other",
        "Every unencrypted answer is an unrelated public address abroad, where no certificate is valid.",
        "blocked",
        Visit(
            host="border-stories.example",
            path=Path(system=_OTHER, udp=_OTHER, tls={ADDRESSES["forged public"]: "connection_reset"}),
        ),
        mechanisms="dns.injection.other",
    ),
    case(
        "dns.injection.two_kinds",
        "The system resolver answers with a private address, the path injects a foreign one for the public resolver.",
        "blocked",
        Visit(
            host="court-notes.example",
            path=Path(
                system=_BOGON,
                udp=_OTHER,
                tcp={
                    ADDRESSES["forged bogon"]: "generic_timeout_error",
                    ADDRESSES["forged public"]: "connection_refused",
                },
            ),
        ),
        mechanisms="dns.injection",
    ),
    case(
        "dns.nxdomain",
        "The system resolver denies a name that exists, without the SOA of a true denial.",
        "blocked",
        Visit(host="tunnel-lamp.example", path=Path(system=_NXDOMAIN)),
        mechanisms="dns.nxdomain",
    ),
    case(
        "dns.nxdomain.everywhere",
        "System and public resolver both deny the name, HTTPS resolution and the control know it.",
        "blocked",
        Visit(host="mirror-pond.example", path=Path(system=_NXDOMAIN, udp=_NXDOMAIN)),
        mechanisms="dns.nxdomain",
    ),
    case(
        "dns.refused",
        "The system resolver refuses this name.",
        "blocked",
        Visit(host="rainbow-house.example", path=Path(system=_REFUSED)),
        mechanisms="dns.refused",
    ),
    case(
        "dns.servfail",
        "The system resolver fails on this name, while everybody else resolves it.",
        "blocked",
        Visit(host="rainbow-house.example", path=Path(system=_SERVFAIL), dialect="0.5"),
        mechanisms="dns.refused",
    ),
    case(
        "dns.timeout",
        "Unencrypted questions for this name stay unanswered.",
        "blocked",
        Visit(host="union-hall.example", path=Path(system=_SILENCE, udp=_SILENCE)),
        mechanisms="dns.timeout",
    ),
    case(
        "dns.two_branches",
        "The system resolver denies the name, and the public resolver's answer never comes: two acts, one layer.",
        "blocked",
        Visit(host="ballot-watch.example", path=Path(system=_NXDOMAIN, udp=_SILENCE)),
        mechanisms="dns",
    ),
    case(
        "dns.interception",
        "Who asks the public resolver is answered by the provider's (whoami shows it), with the same forged address.",
        "blocked",
        Visit(
            host="north-letters.example",
            path=Path(
                system=_OTHER,
                udp=_OTHER,
                tls={ADDRESSES["forged public"]: "connection_reset"},
                whoami=(NETWORKS[0].resolver, NETWORKS[0].resolver),
            ),
        ),
        mechanisms="dns.injection.other",
        also="dns.interception",
    ),
    case(
        "dns.tampered_but_reached",
        "The answer of the public resolver is forged; the system resolver tells the truth, and the site is reached.",
        "ok",
        Visit(
            host="city-radio.example",
            path=Path(udp=_BOGON, tcp={ADDRESSES["forged bogon"]: "generic_timeout_error"}),
        ),
        interference="dns.injection.bogon",
    ),
    case(
        "dns.hijacked_to_proxy",
        "The system resolver leads to a transparent proxy, through which the site's own certificate arrives.",
        "ok",
        Visit(host="parcel-desk.example", path=Path(system=_OTHER)),
        interference="dns.injection.other",
    ),
    case(
        "dns.ghost",
        "The site is gone and so the control finds no address; the provider still answers with its block page.",
        "blocked",
        Visit(
            host="lost-domain.example",
            scheme="http",
            path=Path(
                system=_BLOCK_PAGE,
                udp=Reply(failure="dns_nxdomain_error"),
                doh=Reply(failure="dns_nxdomain_error"),
                page=BLOCK_PAGE,
                tls={"*": "connection_refused"},
            ),
            control=Control(dns=Reply(failure="dns_nxdomain_error"), http="dns_nxdomain_error", page=ERROR_PAGE),
        ),
        mechanisms="dns.injection.blockpage http.blockpage",
        also="site.down",
    ),
    case(
        "dns.path_in_third_country",
        "Only the resolver in a third country gives a forged answer; the country's own tells the truth.",
        "ok",
        Visit(
            host="village-map.example",
            path=Path(
                udp=Reply((ADDRESSES["forged public"],)),
                resolver=ADDRESSES["foreign resolver"],
                tls={ADDRESSES["forged public"]: "connection_reset"},
            ),
        ),
        interference="dns.injection.other",
        also="path.third_country",
    ),
    case(
        "dns.consistent",
        "A delivery network answers with other addresses here; the site's own certificate is valid there.",
        "ok",
        Visit(
            host="weather-window.example",
            path=Path(
                system=Reply(("11.64.18.10", "11.64.18.11")),
                udp=Reply(("11.64.18.12",)),
                doh=true_reply(SITES["weather-window.example"]),
            ),
        ),
        explanations="dns.consistent",
    ),
)
"""Scenarios of this theme."""
