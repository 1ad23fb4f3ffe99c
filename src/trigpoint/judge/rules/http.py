"""The HTTP exchange: one row is one round trip of the probe (:func:`trigpoint.judge.pages.http_frame`)."""

from __future__ import annotations

import polars as pl

from trigpoint.judge.arms import LASTING
from trigpoint.judge.rule import Rule, has_kind, is_more_than_one
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

_SAME_LENGTH = 0.7  # ooni/spec ts-017; Jones et al., IMC 2014
_CLIENT_ERROR, _ERROR_OF_SERVER = 400, 500  # RFC 9110, section 15
_page = pl.col("kind").is_null() & pl.col("status").is_not_null()
_open = pl.col("is_plain") | pl.col("was_plain")
# A redirect is not where the way ends: what it led to was tried and failed before any page.
_leads_on = pl.col("status").is_between(300, 399) & pl.col("location").is_not_null()
_site_page = _page & pl.col("is_site") & pl.col("is_final") & ~_leads_on
_server_error = pl.col("status") >= _ERROR_OF_SERVER
_encrypted = (pl.col("scheme") == "https") & (pl.col("host_is_related") | ~pl.col("was_plain"))
# On an encrypted way the text of a block page is a quotation, and so it is where the control's page is the same.
_block_text = _page & pl.col("has_block_page") & _open & ~pl.col("is_quotation")
_artefact_of_table = _block_text | (pl.col("has_block_host") & _open)
# A body that the recorder cut off leaves the set of headers to compare.
_same_headers = pl.col("body_is_truncated") & pl.col("has_same_header_set")
_same = pl.col("status_matches") & (
    pl.col("title_matches") | (pl.col("length_ratio") > _SAME_LENGTH) | pl.col("headers_match") | _same_headers
)
# Lists are long, and a page may quote what they hold: one that is like the control's is the site's own.
_listed = _page & _open & ~pl.col("is_quotation") & ~_same.fill_null(value=False)
_listed_page = _listed & pl.col("is_listed_page")
_listed_redirect = _listed & pl.col("is_listed_redirect")
_artefact = _artefact_of_table | _listed_page | _listed_redirect
_refuses_here = pl.col("is_plain") & pl.col("heading_refuses") & (pl.col("length_ratio").fill_null(0) <= _SAME_LENGTH)
_unlike = ~pl.col("title_matches") & (pl.col("length_ratio").fill_null(0) <= _SAME_LENGTH) & ~pl.col("headers_match")
_refusal = (
    _site_page
    & pl.col("is_plain")
    & pl.col("control_answers")
    & pl.col("has_refusal")
    & pl.col("titles_differ")
    & _unlike
    & ~pl.col("has_server_denial")
    & (pl.col("status") != 451)
    & ~pl.col("is_challenge")
    & ~pl.col("server_matches").fill_null(value=False)
    & ~pl.col("is_filtered_by_choice")
)
# Servers refuse with a status of their own; what stands in for the page says that all is well.
_stands_in = _refusal & (pl.col("status") < _CLIENT_ERROR)
_sign = (
    pl.col("is_site")
    & pl.col("is_plain")
    & pl.col("control_answers")
    & (pl.col("control_status") < _ERROR_OF_SERVER)
    & pl.col("is_final")
    & (pl.col("is_trusted") | (pl.col("address").is_null() & pl.col("connected_only_to_site")))
    & pl.col("connected_plain")
    & pl.col("status").is_null()
)
_service_sign = ~pl.col("is_site") & pl.col("is_failing") & pl.col("network_works") & ~pl.col("endpoint_reached")
_service_sign = _service_sign & pl.col("endpoint_connects").fill_null(value=False) & pl.col("is_plain")
_lost_in_part = (
    pl.col("is_mostly_lost")
    & pl.col("is_plain")
    & pl.col("endpoint_connects").fill_null(value=False)
    & ~pl.col("endpoint_reached").fill_null(value=False)
)

_swap = (pl.col("arm") == "target") & pl.col("is_shown")
_path_swap = (pl.col("arm") == "target_path") & pl.col("is_shown")
_in_question = pl.col("arm").is_in(["target", "target_path"]) & ~pl.col("arm_is_shown")
_put_in_place = _swap & pl.col("is_not_the_servers")
_leads_away = pl.col("status").is_between(300, 399) & pl.col("location").is_not_null()
_leads_elsewhere = _leads_away & (pl.col("location_host") != pl.col("host")).fill_null(value=False)
_is_refused = (pl.col("status") >= _CLIENT_ERROR) & pl.col("has_proxy_header")

_SWAP = "primitives M12 and M13: only a swap at a server of one's own shows the trigger; Rambert et al., WWW 2021"
_SOURCE = "sources: H1 to H5; decision.md step 6"
_LISTS = "trigpoint reference show: each list with its publisher; requirement R4"
_SERVICE = "reference/services.py: a known expectation in place of a control"
_MOSTLY = "ooni/spec ts-020-telegram: one answer is enough to work, so this is interference; judge/whole.py, the share"

HTTP = (
    Rule(
        id="http.reset_by_host",
        condition=_swap & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="http.reset.host",
        reason="A request with this name of the host was reset, and one with another answered by the same server.",
        source=_SWAP,
    ),
    Rule(
        id="http.reset_by_word",
        condition=_path_swap & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="http.reset.keyword",
        reason="A request with this path was reset under an innocent name, and one with another answered there.",
        source=_SWAP,
    ),
    Rule(
        id="http.close_by_host",
        condition=(_swap | _path_swap) & has_kind(Kind.CLOSE),
        state=State.BLOCKED,
        mechanism="http.close",
        reason="A request with this name or path was closed, and another answered by the same server.",
        source=_SWAP,
    ),
    Rule(
        id="http.timeout_by_host",
        condition=(_swap | _path_swap) & has_kind(Kind.TIMEOUT),
        state=State.BLOCKED,
        mechanism="http.timeout",
        reason="A request with this name or path stayed unanswered, and another was answered by the same server.",
        source=_SWAP,
    ),
    Rule(
        id="http.redirect_by_host",
        condition=_put_in_place & _leads_away,
        state=State.BLOCKED,
        mechanism="http.redirect",
        reason="A server of one's own seemed to redirect this name of the host, and no other.",
        source=_SWAP,
    ),
    Rule(
        id="http.redirect_by_path",
        # Another page or an error proves nothing here: the server may know one path and not the other.
        condition=_path_swap & pl.col("is_not_the_servers") & _leads_elsewhere,
        state=State.BLOCKED,
        mechanism="http.redirect",
        reason="A request with this path was led to another host under an innocent name, and one with another was not.",
        source=_SWAP,
    ),
    Rule(
        id="http.error_by_host",
        condition=_put_in_place & _is_refused,
        state=State.BLOCKED,
        mechanism="http.error",
        reason="A proxy refused this name of the host in place of a server of one's own, and no other.",
        source=_SWAP,
    ),
    Rule(
        id="http.page_by_host",
        condition=_put_in_place & ~_leads_away & ~_is_refused.fill_null(value=False),
        state=State.BLOCKED,
        mechanism="http.blockpage",
        reason="Another page came for this name of the host than a server of one's own gives for every name.",
        source=_SWAP,
    ),
    Rule(
        id="http.host_passes",
        condition=(pl.col("arm") == "target")
        & _page
        & pl.col("control_speaks")
        & ~pl.col("is_not_the_servers")
        & ~pl.col("arm_is_shown")
        & ~pl.col("path_is_shown"),
        state=State.OK,
        reason="A server of one's own answered under this name of the host as under another.",
        source=_SWAP,
    ),
    Rule(
        id="http.swap_undecided",
        condition=_in_question & ~pl.col("control_speaks"),
        state=State.INSUFFICIENT,
        explanation="control.failure",
        reason="The request failed with the other name of the host as well.",
        source="requirement R4",
    ),
    Rule(
        id="http.swap_by_chance",
        condition=_in_question
        & pl.col("control_speaks")
        & (pl.col("kind").is_not_null() | pl.col("is_not_the_servers")),
        state=State.INSUFFICIENT,
        explanation="network.flaky",
        reason="Requests with this name or path failed no more often, or in too few tries, than chance may do.",
        source="sources: F17; Fisher's exact test over all tries",
    ),
    Rule(
        id="http.residue",
        condition=pl.col("arm").is_in(LASTING) & pl.col("is_shown"),
        explanation="self.residual",
        reason="After the trigger innocent requests failed that had been answered before: the filter remembers.",
        source="primitive M15; sources: F21; Bock et al., WOOT 2021",
    ),
    Rule(
        id="http.documented_block_page",
        condition=_block_text & ~pl.col("is_filtered_by_choice"),
        state=State.BLOCKED,
        mechanism="http.blockpage",
        reason="The page holds the text of a documented block page.",
        source="reference/artefacts.py names the source of each text",
    ),
    Rule(
        id="http.documented_redirect",
        condition=_page & pl.col("has_block_host") & _open,
        state=State.BLOCKED,
        mechanism="http.redirect",
        reason="The site without encryption redirected to a documented block page.",
        source="reference/artefacts.py names the source of each host",
    ),
    Rule(
        id="http.listed_page",
        condition=_listed_page & ~pl.col("is_filtered_by_choice"),
        state=State.BLOCKED,
        mechanism="http.blockpage",
        reason="A list has the page as a block page of this country.",
        source=_LISTS,
    ),
    Rule(
        id="http.listed_redirect",
        condition=_listed_redirect & ~pl.col("is_filtered_by_choice"),
        state=State.BLOCKED,
        mechanism="http.redirect",
        reason="The site without encryption redirected to what a list has as a block page of this country.",
        source=_LISTS,
    ),
    Rule(
        id="http.listed_elsewhere",
        condition=_page & pl.col("is_listed_elsewhere") & ~pl.col("is_quotation") & ~_artefact,
        reason="A list has the page, of a product, an office or another country, which does not show who answered.",
        source=_LISTS,
    ),
    Rule(
        id="http.portal",
        condition=(
            (_open & pl.col("has_private_redirect"))
            | (_page & pl.col("has_portal"))
            | (_page & pl.col("is_plain") & pl.col("is_private_address"))
            | (pl.col("status") == 511)
        )
        & ~_artefact,
        state=State.INSUFFICIENT,
        mechanism="http",
        explanation="local.captive_portal",
        outweighs=(State.BLOCKED, State.OK, State.DOWN),
        reason="The answer came from inside the access network, as its login page does.",
        source="sources: F2; RFC 6585 section 6; RFC 8952",
    ),
    Rule(
        id="http.challenge",
        condition=_page & pl.col("is_challenge") & ~_artefact,
        state=State.OK,
        explanation="server.challenge",
        reason="The site's protection service answered with a challenge for the visitor.",
        source="sources: F3; ooni/probe issues 1734, 2298 and 2661",
    ),
    Rule(
        id="http.geoblock",
        condition=_site_page
        & (
            ((pl.col("status") == 451) & (pl.col("scheme") == "https"))
            | (pl.col("status").is_in([403, 451]) & pl.col("has_server_denial") & ~pl.col("status_matches"))
        )
        & (_encrypted | pl.col("is_trusted"))
        & ~_artefact
        & ~pl.col("is_challenge"),
        state=State.OK,
        explanation="server.geoblock",
        reason="The site's own server refuses this visitor.",
        source="sources: F8; RFC 7725; McDonald et al., IMC 2018",
    ),
    Rule(
        id="http.server_error",
        condition=_site_page
        & _server_error
        & ~pl.col("is_challenge")
        & (_encrypted | (pl.col("control_status") >= 500) | ~pl.col("control_site_works")),
        state=State.DOWN,
        explanation="site.down",
        reason="The site's server answers with an error of its own.",
        source="sources: F12; RFC 9110 section 15.6",
    ),
    Rule(
        id="http.encrypted_page",
        condition=_site_page & _encrypted & pl.col("is_normal") & ~_artefact & ~_server_error,
        state=State.OK,
        reason="The site answered over a verified encrypted connection.",
        source="RFC 9110 section 4.3.3: who answers over verified TLS speaks for the site",
    ),
    Rule(
        id="http.same_page",
        condition=_site_page
        & pl.col("control_answers")
        & _same
        & pl.col("is_normal")
        & ~_artefact
        & ~_server_error
        & ~_refuses_here,
        state=State.OK,
        reason="The page is like the control's.",
        source="ooni/spec ts-017-web-connectivity, comparison of pages",
    ),
    Rule(
        id="http.broken_redirect",
        condition=pl.col("is_site")
        & pl.col("is_final")
        & (pl.col("status").is_between(300, 399))
        & (has_kind(Kind.HTTP_OTHER) | (pl.col("kind").is_null() & (pl.col("control_site_kind") == Kind.HTTP_OTHER)))
        & ~pl.col("has_private_redirect"),
        state=State.DOWN,
        explanation="server.redirect_broken",
        reason="The site redirects to an address that cannot work.",
        source="ooni/probe issue 2628",
    ),
    Rule(
        id="http.parked",
        condition=_page & pl.col("has_parking") & ~_artefact,
        explanation="site.parked",
        reason="The page is a parking or sales page for the domain.",
        source="sources: F9; Vissers et al., NDSS 2015",
    ),
    Rule(
        id="http.network_refusal",
        condition=_refusal & pl.col("has_proxy_header") & (pl.col("status") >= 400) & (pl.col("control_status") < 400),
        state=State.BLOCKED,
        mechanism="http.error",
        reason="A proxy of the network refused the request, while the control got the page.",
        source="sources: H3; reference/artefacts.py",
    ),
    Rule(
        id="http.refusal_redirect",
        condition=_stands_in & ~pl.col("host_is_related"),
        state=State.BLOCKED,
        mechanism="http.redirect",
        reason="The site without encryption led to another host's page that refuses access, unlike the control's.",
        source="Jones et al., IMC 2014; decision.md step 6",
    ),
    Rule(
        id="http.refusal_page",
        condition=_stands_in & pl.col("host_is_related") & ~pl.col("has_proxy_header"),
        state=State.BLOCKED,
        mechanism="http.blockpage",
        reason="A page without encryption that refuses access stood in place of the one that the control got.",
        source="Jones et al., IMC 2014; decision.md step 6",
    ),
    Rule(
        id="http.reset",
        condition=_sign & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="http.reset",
        reason="The connection was reset after the request, while the control got the page.",
        source=_SOURCE,
    ),
    Rule(
        id="http.close",
        condition=_sign & has_kind(Kind.CLOSE),
        state=State.BLOCKED,
        mechanism="http.close",
        reason="The connection was closed after the request, while the control got the page.",
        source=_SOURCE,
    ),
    Rule(
        id="http.timeout",
        condition=_sign & has_kind(Kind.TIMEOUT) & ~pl.col("network_is_silent"),
        state=State.BLOCKED,
        mechanism="http.timeout",
        reason="The request stayed unanswered, while the control got the page.",
        source=_SOURCE,
    ),
    Rule(
        id="http.timeout_over_quic",
        condition=pl.col("is_site")
        & pl.col("is_trusted")
        & (pl.col("alpn") == "h3")
        & has_kind(Kind.TIMEOUT)
        & pl.col("status").is_null()
        & pl.col("control_answers_over_quic"),
        state=State.BLOCKED,
        mechanism="quic.timeout",
        reason="The QUIC handshake completed and then nothing came, while the control got the page that way.",
        source="sources: Q2: some filters let the first packets pass; Zohaib et al., USENIX Security 2025",
    ),
    Rule(
        id="http.service_reset",
        condition=_service_sign & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="http.reset",
        reason="Requests to the service's own servers were reset.",
        source=_SERVICE,
    ),
    Rule(
        id="http.service_close",
        condition=_service_sign & has_kind(Kind.CLOSE),
        state=State.BLOCKED,
        mechanism="http.close",
        reason="The service's own servers closed the connection after the request.",
        source=_SERVICE,
    ),
    Rule(
        id="http.service_timeout",
        condition=_service_sign & has_kind(Kind.TIMEOUT) & is_more_than_one(),
        state=State.BLOCKED,
        mechanism="http.timeout",
        reason="Requests to the service's own servers stayed unanswered.",
        source=_SERVICE,
    ),
    Rule(
        id="http.service_part_reset",
        condition=_lost_in_part & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="http.reset",
        reason="Requests to most of the service's own servers were lost though they connect, some of them by resets.",
        source=_MOSTLY,
    ),
    Rule(
        id="http.service_part_timeout",
        condition=_lost_in_part & has_kind(Kind.TIMEOUT),
        state=State.BLOCKED,
        mechanism="http.timeout",
        reason="Requests to most of the service's own servers were lost though they connect, some of them in silence.",
        source=_MOSTLY,
    ),
    Rule(
        id="http.stalled",
        condition=has_kind(Kind.TIMEOUT) & (pl.col("status") > 0),
        state=State.INSUFFICIENT,
        mechanism="http.throttle",
        explanation="network.flaky",
        reason="The response began and did not end in time, which slow networks and throttling do alike.",
        source="sources: X1 to X3: a rate plateau needs a twin transfer",
    ),
    Rule(
        id="http.different_scheme",
        condition=_site_page & ~_same & pl.col("control_answers") & (pl.col("scheme") == "https") & pl.col("was_plain"),
        explanation="http.scheme_difference",
        reason="The page came over another scheme than was asked for, which the control may not have followed.",
        source="sources: F20",
    ),
    Rule(
        id="http.differs",
        condition=_site_page
        & (~_same.fill_null(value=False) | (pl.col("length_ratio") <= _SAME_LENGTH).fill_null(value=False))
        & pl.col("control_answers")
        & (pl.col("length_ratio").is_not_null() | pl.col("titles_differ"))
        & (_encrypted | (pl.col("length_ratio") > 0.3)),
        explanation="http.benign_difference",
        reason="The page differs from the control's as dynamic or localised pages do.",
        source="sources: F19",
    ),
    Rule(
        id="http.unlike_control",
        condition=_site_page & pl.col("is_plain") & pl.col("control_answers") & ~_same.fill_null(value=False),
        state=State.INSUFFICIENT,
        mechanism="http.blockpage",
        reason="The page without encryption differs from the control's, and nothing says why.",
        source="requirement R6; sources: F19",
    ),
)
"""Rules of the HTTP exchange, in order."""
