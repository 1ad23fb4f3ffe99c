"""Name resolution: one row is one resolver's view of one name at one hop (:func:`trigpoint.judge.views.dns_frame`)."""

from __future__ import annotations

import polars as pl

from trigpoint.judge.remote import SATELLITE
from trigpoint.judge.replies import is_agreed
from trigpoint.judge.rule import Rule, has_kind
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

_answers = pl.col("address_count") > 0
_none_genuine = pl.col("genuine_count") == 0
_all_bogon = (pl.col("bogon_count") > 0) & (pl.col("bogon_count") == pl.col("address_count")) & _none_genuine
_elsewhere = (pl.col("control_addresses") > 0) | (pl.col("peer_genuine") > 0) | (pl.col("late_genuine") > 0)
_denied_outside = pl.col("control_has_none") | (pl.col("peer_encrypted_denial") > 0)
_at_hop = (pl.col("hop") > 0) & pl.col("control_site_works") & (pl.col("peer_answers") == 0)
_of_block_page = (pl.col("known_count") > 0) & _none_genuine
# Some filters answer with a private address of IPv4 and one of IPv6 that merely looks public.
_of_filter = pl.col("known_bogon_count") > 0
# Lists of others, in the countries in which they expect it.
_is_listed_page = pl.col("listed_page_count") > 0
_is_listed = (pl.col("listed_count") > 0) & _none_genuine & ~_of_block_page
_unspecified = pl.col("unspecified_count") == pl.col("address_count")
_of_the_device = (pl.col("unspecified_count") + pl.col("loopback_count")) == pl.col("address_count")
_placeholder = pl.col("placeholder_count") == pl.col("address_count")
# Nobody outside the home network told the same: neither a resolver reached over the path, nor this one.
_at_home = (pl.col("is_system") | pl.col("is_private")) & (pl.col("peer_same_lie_outside") == 0)
_filters_by_choice = pl.col("is_filtering_resolver")
_in_the_way = ~_filters_by_choice & ~pl.col("is_encrypted")  # no path forges what is encrypted; its resolver answers
# Where nobody answers, somebody did, and not for an innocent name.
_of_nobody = pl.col("is_nobody") & pl.col("innocent_asked") & ~pl.col("innocent_answered")
_has_a_family = pl.col("query_type").fill_null("A") != "AAAA"
# The device's interface gives only addresses of families that the device has (RFC 3493, AI_ADDRCONFIG).
_asks_for_v4 = ~pl.col("is_system") | pl.col("v4_works")
# "Temporary failure": the interface had no answer at all, or one that it does not tell.
_hides_code = has_kind(Kind.DNS_OTHER) | (pl.col("failure") == "dns_temporary_failure")
# A login page in the access network lies for every name with an address of its own.
_only_private = (pl.col("private_count") == pl.col("address_count")) & (pl.col("public_names") == 0)
_contradicted = (
    _in_the_way
    & ~pl.col("is_nobody")
    & _answers
    & _none_genuine
    & (pl.col("known_count") == 0)
    & (pl.col("plausible_count") == 0)
    & (pl.col("late_genuine") > 0)
)

_ghost = (
    _in_the_way
    & _answers
    & pl.col("control_has_none")
    & (pl.col("peer_encrypted_denial") > 0)
    & (pl.col("peer_same_lie") > 0)
    & (pl.col("bogon_count") == 0)
)

_turned_away = pl.col("is_turned_away") & has_kind(Kind.DNS_REFUSED, Kind.SERVFAIL, Kind.DNS_OTHER)

_LISTS = "trigpoint reference show: each list with its publisher; requirement R4"
_NOBODY = "primitive M5: whoever answers for nobody stands on the path; Hoang et al., USENIX Security 2021"

DNS = (
    Rule(
        id="dns.injected_bogon",
        condition=_of_nobody & (pl.col("bogon_count") > 0),
        state=State.BLOCKED,
        mechanism="dns.injection.bogon",
        reason="Where nobody answers, an address that is not routable came for this name and nothing for another.",
        source=_NOBODY,
    ),
    Rule(
        id="dns.injected_block_page",
        condition=_of_nobody & (pl.col("bogon_count") == 0) & ((pl.col("known_count") > 0) | _is_listed_page),
        state=State.BLOCKED,
        mechanism="dns.injection.blockpage",
        reason="Where nobody answers, the address of a block page came for this name and nothing for another.",
        source=_NOBODY,
    ),
    Rule(
        id="dns.injected_address",
        condition=_of_nobody
        & _answers
        & (pl.col("bogon_count") == 0)
        & (pl.col("known_count") == 0)
        & ~_is_listed_page,
        state=State.BLOCKED,
        mechanism="dns.injection.other",
        reason="Where nobody answers, an address came for this name and nothing for another.",
        source=_NOBODY,
    ),
    Rule(
        id="dns.injected_denial",
        condition=_of_nobody & has_kind(Kind.NXDOMAIN),
        state=State.BLOCKED,
        mechanism="dns.nxdomain",
        reason="Where nobody answers, this name was denied and nothing came for another.",
        source=_NOBODY,
    ),
    Rule(
        id="dns.contradicted",
        condition=_contradicted & (pl.col("bogon_count") == 0),
        state=State.BLOCKED,
        mechanism="dns.injection.other",
        reason="Two replies came to one question, and the genuine addresses are in the later one.",
        source="primitive M2; Duan et al., Hold-On, SATIN 2012; Hoang et al., USENIX Security 2021",
    ),
    Rule(
        id="dns.contradicted_in_part",
        condition=_contradicted & (pl.col("bogon_count") > 0) & ~_all_bogon,
        state=State.BLOCKED,
        mechanism="dns.injection",
        reason="Two replies came to one question, the first with addresses of which some are not routable.",
        source="primitive M2; Hoang et al., USENIX Security 2021",
    ),
    Rule(
        id="dns.interception",
        condition=pl.col("is_nobody") & pl.col("innocent_answered") & pl.col("name_is_agreed"),
        state=State.BLOCKED,
        mechanism="dns.interception",
        reason="Where nobody answers, both this name and another were answered, so all of DNS is taken.",
        source="primitive M5; Liu et al., USENIX Security 2018",
    ),
    Rule(
        id="dns.agreed",
        condition=is_agreed(),
        state=State.OK,
        reason="The device's own resolver says what an encrypted one says.",
        source="decision.md, step 3: a clean resolver vouches for an address",
    ),
    Rule(
        id="dns.filtering_resolver",
        condition=_filters_by_choice
        & (_none_genuine | has_kind(Kind.NXDOMAIN, Kind.DNS_REFUSED, Kind.NO_ANSWER))
        & _elsewhere,
        state=State.INSUFFICIENT,
        mechanism="dns",
        explanation="resolver.filtering",
        reason="The resolver is one that filters for whoever chooses it, so its answer is not the network's.",
        source="sources: F11; reference/artefacts.py names the documentation",
    ),
    Rule(
        id="dns.turned_away",
        condition=_turned_away,
        state=State.INSUFFICIENT,
        mechanism="dns.refused",
        explanation="server.geoblock",
        reason="The name's own servers refuse whoever asks from this network, and the resolver passes that on.",
        source="sources: V1, D1; primitive M25; ooni/spec tq-008",
    ),
    Rule(
        id="dns.documented_address",
        condition=_in_the_way & _of_block_page & ~_of_filter,
        state=State.BLOCKED,
        mechanism="dns.injection.blockpage",
        reason="The resolver answered with the documented address of a block page.",
        source="decision.md step 3; reference/artefacts.py names the source of each address",
    ),
    Rule(
        id="dns.documented_bogon",
        condition=_in_the_way & _of_block_page & _of_filter,
        state=State.BLOCKED,
        mechanism="dns.injection.bogon",
        reason="The resolver answered with a private address that is documented as a filter's.",
        source="Aryan et al., FOCI 2013; Lange et al., FOCI 2025",
    ),
    Rule(
        id="dns.listed_page",
        condition=_in_the_way & _is_listed & _is_listed_page & (pl.col("bogon_count") == 0),
        state=State.BLOCKED,
        mechanism="dns.injection.blockpage",
        reason="The resolver answered with an address that a list has as a block page's in this country.",
        source=_LISTS,
    ),
    Rule(
        id="dns.listed_address",
        condition=_in_the_way & _is_listed & ~_is_listed_page & (pl.col("bogon_count") == 0),
        state=State.BLOCKED,
        mechanism="dns.injection",
        reason="The resolver answered with an address that a list has as a forged one in this country.",
        source=_LISTS,
    ),
    Rule(
        id="dns.listed_bogon",
        condition=_in_the_way & _is_listed & (pl.col("bogon_count") > 0) & ~_placeholder & ~_of_the_device,
        state=State.BLOCKED,
        mechanism="dns.injection.bogon",
        reason="The resolver answered with a private address that a list has as a filter's in this country.",
        source=_LISTS,
    ),
    Rule(
        id="dns.listed_elsewhere",
        condition=_in_the_way & _none_genuine & (pl.col("listed_elsewhere") > 0) & ~_is_listed & ~_of_block_page,
        reason="A list has the address, of a product or of another country, which does not show who answered here.",
        source=_LISTS,
    ),
    Rule(
        id="dns.bogon_for_control_too",
        condition=_all_bogon & (pl.col("control_bogons") > 0) & (pl.col("control_addresses") == 0),
        state=State.DOWN,
        explanation="site.down",
        reason="The name resolves to an address that is not routable, for the control as well.",
        source="ooni/probe-cli webconnectivityqa localhostWith*",
    ),
    Rule(
        id="dns.placeholder",
        condition=_all_bogon & _placeholder,
        state=State.INSUFFICIENT,
        mechanism="dns.injection.bogon",
        explanation="local.vpn",
        reason="The address is of the range for benchmarks, which proxies on a device answer with to route names.",
        source="sources: F13; RFC 2544; Clash documentation, fake-ip mode",
    ),
    Rule(
        id="dns.local_filter",
        condition=_all_bogon & (_unspecified | (_of_the_device & pl.col("is_expected"))) & _at_home,
        state=State.INSUFFICIENT,
        mechanism="dns.injection.bogon",
        explanation="local.dns_filter",
        reason="The device's own resolver gave an address of the device, as filters at home do.",
        source="sources: F14; Pi-hole documentation, blocking modes",
    ),
    Rule(
        id="dns.bogon",
        condition=_in_the_way
        & _all_bogon
        & _elsewhere
        & ~(pl.col("control_bogons") > 0)
        & ~_placeholder
        & ~(_unspecified & _at_home),
        state=State.BLOCKED,
        mechanism="dns.injection.bogon",
        reason="The resolver answered with an address that is not routable, for a name with public addresses.",
        source="decision.md step 3; Pearce et al., USENIX Security 2017",
    ),
    Rule(
        id="dns.bogon_for_service",
        condition=_in_the_way
        & _all_bogon
        & pl.col("is_expected")
        & ~_only_private
        & ~_placeholder
        & ~(_of_the_device & _at_home),
        state=State.BLOCKED,
        mechanism="dns.injection.bogon",
        reason="The resolver answered with an address that is not routable, for a name of a public service.",
        source="reference/services.py; Pearce et al., USENIX Security 2017",
    ),
    Rule(
        id="dns.bogon_uncontrolled",
        condition=_all_bogon & ~_elsewhere & ~pl.col("is_expected") & ~(pl.col("control_bogons") > 0),
        state=State.INSUFFICIENT,
        mechanism="dns.injection.bogon",
        explanation="control.absent",
        reason="The resolver answered with an address that is not routable, and nothing says what the right one is.",
        source="requirement R4",
    ),
    Rule(
        id="dns.nxdomain",
        condition=_in_the_way & has_kind(Kind.NXDOMAIN) & _has_a_family & _elsewhere,
        state=State.BLOCKED,
        mechanism="dns.nxdomain",
        reason="The resolver denied a name that resolves elsewhere.",
        source="sources: D1; ooni/spec tq-006",
    ),
    Rule(
        id="dns.nxdomain_at_hop",
        condition=_in_the_way & has_kind(Kind.NXDOMAIN) & _at_hop & ~_denied_outside & ~pl.col("is_variant"),
        state=State.BLOCKED,
        mechanism="dns.nxdomain",
        reason="The resolver denied the name that the site redirects to, while the control followed the redirect.",
        source="decision.md step 3: the control's redirect chain vouches for a hop",
    ),
    Rule(
        id="dns.denied_everywhere",
        condition=has_kind(Kind.NXDOMAIN, Kind.NO_ANSWER, Kind.DNS_OTHER, Kind.SERVFAIL)
        & _denied_outside
        & (pl.col("peer_genuine") == 0)
        & ((pl.col("hop") == 0) | ~pl.col("control_site_works")),  # the control was not led there
        state=State.DOWN,
        explanation="site.down",
        reason="The name has no address for the control either.",
        source="decision.md, alone and in a survey",
    ),
    Rule(
        id="dns.empty",
        condition=_in_the_way
        & has_kind(Kind.NO_ANSWER)
        & _has_a_family
        & _asks_for_v4
        & (pl.col("address_count") == 0)
        & ((pl.col("control_v4_addresses") > 0) | (pl.col("peer_genuine_v4") > 0)),
        state=State.BLOCKED,
        mechanism="dns",
        reason="The resolver answered without an address, for a name that has one elsewhere.",
        source="sources: D1",
    ),
    Rule(
        id="dns.refused",
        condition=~_turned_away
        & _in_the_way
        & has_kind(Kind.DNS_REFUSED)
        & _elsewhere
        & (pl.col("nettest") != SATELLITE),
        state=State.BLOCKED,
        mechanism="dns.refused",
        reason="The resolver refused a name that resolves elsewhere.",
        source="sources: D1",
    ),
    Rule(
        id="dns.servfail",
        condition=~_turned_away
        & _in_the_way
        & has_kind(Kind.SERVFAIL)
        & ~_hides_code
        & (pl.col("control_addresses") > 0)
        & (pl.col("peer_genuine") > 0),
        state=State.BLOCKED,
        mechanism="dns.refused",
        reason="The resolver failed on a name that another resolver of the same network resolves rightly.",
        source="sources: D1, F10",
    ),
    Rule(
        id="dns.servfail_alone",
        condition=~_turned_away
        & has_kind(Kind.SERVFAIL)
        & ~_hides_code
        & ~(pl.col("peer_genuine") > 0)
        & ~_denied_outside,
        state=State.INSUFFICIENT,
        mechanism="dns.refused",
        explanation="site.dnssec_broken",
        reason="The resolver failed on the name, which broken signatures of the domain cause as well.",
        source="sources: F10",
    ),
    Rule(
        id="dns.family_missing",
        condition=has_kind(Kind.NO_ANSWER) & _has_a_family & ~_asks_for_v4 & (pl.col("control_v4_addresses") > 0),
        state=State.INSUFFICIENT,
        mechanism="dns",
        explanation="dns.no_rcode",
        reason="The device's resolver gave no address, and nothing shows that the device has IPv4 at all.",
        source="sources: F4; RFC 3493 section 6.1",
    ),
    Rule(
        id="dns.code_hidden_but_resolvable",
        condition=~_turned_away
        & _in_the_way
        & has_kind(Kind.DNS_OTHER)
        & (pl.col("control_addresses") > 0)
        & (pl.col("peer_certified") > 0),
        state=State.BLOCKED,
        mechanism="dns",
        reason="The device's resolver gave no address for a name that another resolver of the network resolves.",
        source="sources: F25: the interface hides the code, so the deepest node is the layer",
    ),
    Rule(
        id="dns.code_hidden",
        condition=~_turned_away
        & _hides_code
        & ~(has_kind(Kind.DNS_OTHER) & (pl.col("peer_certified") > 0))
        & ~_denied_outside,
        state=State.INSUFFICIENT,
        mechanism="dns",
        explanation="dns.no_rcode",
        reason="The device's resolver gave no address and hides why.",
        source="sources: F25; ooni/probe issue 2029",
    ),
    Rule(
        id="dns.timeout",
        condition=_in_the_way
        & has_kind(Kind.TIMEOUT)
        & (pl.col("control_addresses") > 0)
        & ((pl.col("answered_names") > 0) | pl.col("is_silenced"))
        & (pl.col("peer_genuine") > 0),
        state=State.BLOCKED,
        mechanism="dns.timeout",
        reason="The resolver left this name unanswered while it answered others.",
        source="sources: D7",
    ),
    Rule(
        id="dns.timeout_alone",
        condition=has_kind(Kind.TIMEOUT) & ~(pl.col("answered_names") > 0) & ~pl.col("is_silenced"),
        state=State.INSUFFICIENT,
        mechanism="dns.timeout",
        explanation="network.flaky",
        reason="The resolver did not answer, and nothing shows that it answers other names.",
        source="sources: F17",
    ),
    Rule(
        id="dns.ghost_page",
        condition=_ghost & pl.col("page_refuses"),
        state=State.BLOCKED,
        mechanism="dns.injection.blockpage",
        reason="Several resolvers gave one address for a name that does not exist, and a page there refuses access.",
        source="ooni/probe-cli webconnectivityqa ghostDNSBlocking; sources: D4; Jones et al., IMC 2014",
    ),
    Rule(
        id="dns.ghost",
        condition=_ghost & ~pl.col("page_refuses"),
        state=State.BLOCKED,
        mechanism="dns.injection",
        reason="Several resolvers gave one address for a name that does not exist: it was made on the path.",
        source="ooni/probe-cli webconnectivityqa ghostDNSBlocking; sources: D4",
    ),
    Rule(
        id="dns.rewritten_denial",
        condition=_answers
        & _denied_outside
        & ~((pl.col("peer_encrypted_denial") > 0) & (pl.col("peer_same_lie") > 0))
        & (pl.col("genuine_count") == 0)
        & (pl.col("bogon_count") == 0),
        state=State.INSUFFICIENT,
        mechanism="dns.injection",
        explanation="isp.nxdomain_rewrite",
        reason="The resolver gave an address for a name that does not exist, as providers with a search page do.",
        source="sources: F18",
    ),
    Rule(
        id="dns.wrong_certificate",
        condition=_in_the_way
        & _answers
        & _none_genuine
        & (pl.col("bogon_count") == 0)
        & (pl.col("reference_count") > 0)
        & (pl.col("plausible_count") == 0)
        & (pl.col("rejected_count") == pl.col("address_count"))
        & ~_of_block_page
        & ~_is_listed,
        state=State.BLOCKED,
        mechanism="dns.injection.other",
        reason="The addresses are not the site's: a certificate came from them that is not valid for the name.",
        source="decision.md step 3; Pearce et al., USENIX Security 2017",
    ),
    Rule(
        id="dns.valid_certificate",
        condition=_answers
        & (pl.col("certified_count") > 0)
        & (pl.col("controlled_count") == 0)
        & (pl.col("control_addresses") > 0),
        explanation="dns.consistent",
        reason="The addresses are others than the control's, and the site's own certificate was valid there.",
        source="sources: F1; Pearce et al., USENIX Security 2017",
    ),
    Rule(
        id="dns.same_network",
        condition=_answers & _none_genuine & (pl.col("plausible_count") > 0),
        reason="The addresses are in the network of genuine ones: plausible, not shown to be genuine.",
        source="decision.md step 3",
    ),
    Rule(
        id="dns.different",
        condition=_answers
        & _none_genuine
        & (pl.col("plausible_count") == 0)
        & (pl.col("bogon_count") == 0)
        & (pl.col("reference_count") > 0)
        & (pl.col("rejected_count") < pl.col("address_count")),
        state=State.INSUFFICIENT,
        mechanism="dns.injection.other",
        reason="The addresses are others than the control's, which content networks do as well, and nothing decides.",
        source="sources: F1; decision.md step 3",
    ),
)
"""Rules of name resolution, in order."""
