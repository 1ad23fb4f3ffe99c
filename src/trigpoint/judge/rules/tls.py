"""The TLS handshake: one row is one handshake of the probe (:func:`trigpoint.judge.frames.tls_frame`)."""

from __future__ import annotations

import polars as pl

from trigpoint.judge.arms import LASTING
from trigpoint.judge.chains import DISPROVED, PRODUCT, VALID
from trigpoint.judge.rule import Rule, has_kind, is_more_than_one
from trigpoint.model.failure import Kind
from trigpoint.model.verdict import State

_certificate = has_kind(Kind.BAD_CERTIFICATE, Kind.WRONG_NAME, Kind.UNKNOWN_AUTHORITY)
_control_certificate = pl.col("control_tls_kind").is_in([Kind.BAD_CERTIFICATE, Kind.WRONG_NAME, Kind.UNKNOWN_AUTHORITY])
_control_certificate_anywhere = pl.col("control_tls_kind_anywhere").is_in(
    [Kind.BAD_CERTIFICATE, Kind.WRONG_NAME, Kind.UNKNOWN_AUTHORITY]
)
# Where the control made no handshake of its own (older helpers), its page over HTTPS stands for one.
_control_speaks = (
    pl.col("control_handshakes")
    .fill_null(pl.col("control_handshakes_anywhere"))
    .fill_null(pl.col("control_site_works"))
)
_cut = has_kind(Kind.RESET, Kind.CLOSE, Kind.TIMEOUT)
_no_arm = pl.col("own_arm").is_null()
_sign = (
    pl.col("is_site")
    & ~pl.col("is_side_port")
    & pl.col("is_trusted")
    & _control_speaks
    & (pl.col("sibling_successes") == 0)
    & _no_arm
)
_stalls_for_all = pl.col("tls_stalls_elsewhere") & ~pl.col("tls_works_elsewhere").fill_null(value=False)
_service = pl.col("is_known_endpoint") & ~pl.col("is_site") & _no_arm & ~pl.col("name_reached")
_service_sign = _service & pl.col("network_works") & (pl.col("sibling_successes") == 0) & ~pl.col("need_is_met")
_public = ~pl.col("is_bogon").fill_null(value=False)
_own_chain = pl.col("leaf_covers_name") & pl.col("issuer_is_authority") & ~pl.col("leaf_is_self_issued")
# Where all tries agree, however few, they say what a visit and its control say, and more: the server and the moment are
# the same. Where they disagree, chance decides. What had few hops to live is no such handshake.
_is_unanimous = pl.col("is_unanimous") & ~pl.col("tags").fill_null("").str.contains("ttl=", literal=True)
_swap = (pl.col("arm") == "target") & (pl.col("is_shown") | _is_unanimous)
_forged = (
    _certificate
    & _sign
    & ~_control_certificate.fill_null(value=False)
    & ~pl.col("issuer_is_product").fill_null(value=False)
)
_dated = (pl.col("leaf_covers_name") & ~pl.col("leaf_is_current")).fill_null(value=False)
# The judge's own look at the chain, by the authorities of a dated list (:mod:`trigpoint.judge.chains`).
_is_valid = (pl.col("chain_state") == VALID).fill_null(value=False)
_names_a_signer_falsely = (pl.col("chain_state") == "forged").fill_null(value=False)
_own_chain = _own_chain.fill_null(value=False) & ~_names_a_signer_falsely
_forged = _forged & ~_own_chain & ~_dated & ~_is_valid
# A program on the device signs for every name; a filter on the path for some. Another exchange that verified tells.
_not_everywhere = pl.col("tls_works_elsewhere").fill_null(value=False)

_SOURCE = "sources: S1 to S6; decision.md steps 5 and 8"
_SERVICE = "reference/services.py: a known expectation in place of a control; sources: S1 to S6"
_SWAP = "ooni/spec ts-024-sni-blocking; sources: M11: only a swap of the name shows the trigger"

_ech_sign = (pl.col("nettest") == "echcheck") & pl.col("ech").is_not_null() & pl.col("completes_without_ech")
_ECH = "ooni/spec ts-039-echcheck; sources: S8"

TLS = (
    Rule(
        id="tls.reset_by_name",
        condition=_swap & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="tls.reset.sni",
        reason="The handshake was reset with this server name and completed with another at the same server.",
        source=_SWAP,
    ),
    Rule(
        id="tls.reset_on_the_way",
        condition=(pl.col("own_arm") == "target")
        & has_kind(Kind.RESET)
        & pl.col("dies_early")
        & ~pl.col("control_resets").fill_null(value=False),
        state=State.BLOCKED,
        mechanism="tls.reset.sni",
        reason="A ClientHello with this server name was reset before it could get to the server, and no other was.",
        source="ooni/spec ts-037-tlsmiddlebox; primitive M14: whoever resets it is nearer than the server",
    ),
    Rule(
        id="tls.close_by_name",
        condition=_swap & has_kind(Kind.CLOSE),
        state=State.BLOCKED,
        mechanism="tls.close.sni",
        reason="The connection was closed with this server name and the handshake completed with another there.",
        source=_SWAP,
    ),
    Rule(
        id="tls.timeout_by_name",
        condition=_swap & has_kind(Kind.TIMEOUT),
        state=State.BLOCKED,
        mechanism="tls.timeout.sni",
        reason="The handshake stalled with this server name and completed with another at the same server.",
        source=_SWAP,
    ),
    Rule(
        id="tls.name_passes",
        condition=(pl.col("arm") == "target")
        & pl.col("is_heard")
        & ~pl.col("arm_is_shown")
        & (pl.col("nettest") != "throttling"),
        state=State.OK,
        reason="A TLS peer answered the handshake with this server name.",
        source="ooni/spec ts-024-sni-blocking",
    ),
    Rule(
        id="tls.swap_undecided",
        condition=(pl.col("arm") == "target") & _cut & ~pl.col("control_speaks"),
        state=State.INSUFFICIENT,
        explanation="control.failure",
        reason="The handshake failed with the other server name as well.",
        source="requirement R4",
    ),
    Rule(
        id="tls.swap_by_chance",
        condition=(pl.col("arm") == "target")
        & _cut
        & pl.col("control_speaks")
        & ~pl.col("arm_is_shown")
        & ~_is_unanimous,
        state=State.INSUFFICIENT,
        explanation="network.flaky",
        reason="Handshakes failed with this server name no more often, or in too few tries, than chance may do.",
        source="sources: F17; Fisher's exact test over all tries",
    ),
    Rule(
        id="tls.residue",
        condition=pl.col("arm").is_in(LASTING) & pl.col("is_shown"),
        explanation="self.residual",
        reason="After the trigger an innocent server name failed that had worked before: the filter remembers.",
        source="primitive M15; sources: F21; Bock et al., WOOT 2021",
    ),
    Rule(
        id="tls.without_ech",
        condition=(pl.col("nettest") == "echcheck") & pl.col("ech").is_null() & pl.col("kind").is_null(),
        state=State.OK,
        reason="The handshake without Encrypted ClientHello completed.",
        source=_ECH,
    ),
    Rule(
        id="tls.reset_by_ech",
        condition=_ech_sign & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="tls.reset",
        reason="The handshake was reset with Encrypted ClientHello and completed without, with the same server.",
        source=_ECH,
    ),
    Rule(
        id="tls.reset",
        condition=_sign & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="tls.reset",
        reason="The handshake with a genuine address was reset while the control's completed.",
        source=_SOURCE,
    ),
    Rule(
        id="tls.close",
        condition=_sign & has_kind(Kind.CLOSE),
        state=State.BLOCKED,
        mechanism="tls.close",
        reason="A genuine address closed the connection instead of answering, while the control's handshake completed.",
        source=_SOURCE,
    ),
    Rule(
        id="tls.timeout",
        condition=_sign
        & has_kind(Kind.TIMEOUT)
        & ~pl.col("network_is_silent")
        & ~_stalls_for_all
        & ~pl.col("is_hurried"),
        state=State.BLOCKED,
        mechanism="tls.timeout",
        reason="The handshake with a genuine address stalled while the control's completed.",
        source=_SOURCE,
    ),
    Rule(
        id="tls.stalls_for_all",
        condition=_sign & has_kind(Kind.TIMEOUT) & _stalls_for_all,
        state=State.INSUFFICIENT,
        mechanism="tls.timeout",
        explanation="network.mtu",
        reason="Handshakes with the probe's own resolvers or helpers stalled as well, so no site is singled out.",
        source="sources: F15: paths that lose large packets stall every handshake; RFC 2923",
    ),
    Rule(
        id="tls.hurried",
        condition=(_sign | _service_sign) & has_kind(Kind.TIMEOUT) & pl.col("is_hurried"),
        state=State.INSUFFICIENT,
        mechanism="tls.timeout",
        explanation="network.flaky",
        reason="The connection was made so slowly that the handshake was given up before it could be answered.",
        source="RFC 6298 (section 2.2); sources: F17; a full queue delays every packet, whatever it says",
    ),
    Rule(
        id="tls.service_reset",
        condition=_service_sign & _public & has_kind(Kind.RESET),
        state=State.BLOCKED,
        mechanism="tls.reset",
        reason="The handshake with the service's own server was reset while the network carried others.",
        source=_SERVICE,
    ),
    Rule(
        id="tls.service_close",
        condition=_service_sign & _public & has_kind(Kind.CLOSE),
        state=State.BLOCKED,
        mechanism="tls.close",
        reason="The service's own server closed the connection instead of answering while the network carried others.",
        source=_SERVICE,
    ),
    Rule(
        id="tls.service_timeout",
        condition=_service_sign & _public & has_kind(Kind.TIMEOUT) & is_more_than_one() & ~pl.col("is_hurried"),
        state=State.BLOCKED,
        mechanism="tls.timeout",
        reason="The handshake with the service's own server stalled while the network carried others.",
        source=_SERVICE,
    ),
    Rule(
        id="tls.bad_certificate_for_all",
        condition=pl.col("is_site")
        & _certificate
        & pl.col("is_trusted")
        & pl.coalesce(_control_certificate, _control_certificate_anywhere),
        state=State.DOWN,
        explanation="site.bad_certificate",
        reason="The site's own certificate does not verify, for the control either.",
        source="sources: F6",
    ),
    Rule(
        id="tls.product_certificate",
        condition=_certificate & pl.col("issuer_is_product"),
        state=State.INSUFFICIENT,
        mechanism="tls.mitm",
        explanation="local.tls_interception",
        reason="The certificate was made by a program that intercepts TLS on a device or in an office network.",
        source="sources: F14; de Carné de Carnavalet and Mannan, NDSS 2016",
    ),
    Rule(
        id="tls.valid_chain_rejected",
        condition=_certificate & _is_valid & ~_control_certificate.fill_null(value=False),
        state=State.INSUFFICIENT,
        explanation="local.ca_bundle",
        reason="The chain leads to a known authority, for this name and at this time: the probe rejected it wrongly.",
        source="sources: F10, F16; decision.md step 3: validated again from the raw chain",
    ),
    Rule(
        id="tls.wrong_chain_accepted",
        condition=pl.col("kind").is_null()
        & pl.col("is_verified")
        & pl.col("chain_state").is_in(DISPROVED)
        & (pl.col("chain_state") != PRODUCT),
        state=State.INSUFFICIENT,
        explanation="probe.defect",
        reason="The record says that the certificate verified, and its chain is another's: it vouches for nothing.",
        source="decision.md step 3: validated again from the raw chain; requirement R4",
    ),
    Rule(
        id="tls.product_accepted",
        condition=pl.col("kind").is_null() & pl.col("is_verified") & (pl.col("chain_state") == PRODUCT),
        state=State.INSUFFICIENT,
        explanation="local.tls_interception",
        reason="The device trusts a program that intercepts TLS, which made the certificate.",
        source="sources: F14; de Carné de Carnavalet and Mannan, NDSS 2016",
    ),
    Rule(
        id="tls.clock",
        condition=has_kind(Kind.BAD_CERTIFICATE)
        & pl.col("leaf_covers_name")
        & ~pl.col("leaf_is_current")
        & ~pl.col("leaf_is_self_issued")
        & ~_control_certificate.fill_null(value=False),
        state=State.INSUFFICIENT,
        explanation="local.clock",
        reason="The site's certificate looked expired to the probe and not to the control: its clock may be wrong.",
        source="sources: F10, F16",
    ),
    Rule(
        id="tls.authority_unknown_to_probe",
        condition=has_kind(Kind.UNKNOWN_AUTHORITY) & _own_chain & ~_control_certificate.fill_null(value=False),
        state=State.INSUFFICIENT,
        explanation="local.ca_bundle",
        reason="The certificate names the site and a public authority that the probe's list does not know.",
        source="sources: F16",
    ),
    Rule(
        id="tls.self_signed",
        condition=_forged & pl.col("leaf_is_self_issued"),
        state=State.BLOCKED,
        mechanism="tls.mitm.self_signed",
        reason="A genuine address presented a self-signed certificate while the control got a valid one.",
        source="sources: S10",
    ),
    Rule(
        id="tls.other_authority",
        condition=_forged & ~pl.col("leaf_is_self_issued") & _not_everywhere,
        state=State.BLOCKED,
        mechanism="tls.mitm.ca_signed",
        reason="A genuine address presented a certificate of another authority while the control got a valid one.",
        source="sources: S10",
    ),
    Rule(
        id="tls.unknown_signer",
        condition=_forged & ~pl.col("leaf_is_self_issued") & ~_not_everywhere,
        state=State.INSUFFICIENT,
        mechanism="tls.mitm.ca_signed",
        explanation="local.tls_interception",
        reason="An unknown authority signed for the site, and it may sign for every site on the device.",
        source="sources: F14, S10",
    ),
    Rule(
        id="tls.other_certificate",
        condition=_forged & pl.col("leaf_is_self_issued").is_null() & has_kind(Kind.WRONG_NAME),
        state=State.BLOCKED,
        mechanism="tls.mitm",
        reason="A genuine address presented another's certificate while the control got the site's.",
        source="sources: S10",
    ),
    Rule(
        id="tls.unrecorded_certificate",
        condition=_forged & pl.col("leaf_is_self_issued").is_null() & ~has_kind(Kind.WRONG_NAME),
        state=State.INSUFFICIENT,
        mechanism="tls.mitm",
        explanation="local.ca_bundle",
        reason="A certificate did not verify and was not recorded: the device's list or clock may be to blame.",
        source="sources: F16",
    ),
    Rule(
        id="tls.service_certificate",
        condition=_service & _public & _certificate,
        state=State.INSUFFICIENT,
        mechanism="tls.mitm",
        explanation="probe.defect",
        reason="The service's certificate does not verify with the list that this version of the probe carries.",
        source="ooni/probe issue 2627; ooni/backend issue 679",
    ),
    Rule(
        id="tls.alert_to_all",
        condition=pl.col("is_site")
        & has_kind(Kind.TLS_ALERT, Kind.TLS_OTHER)
        & pl.col("is_trusted")
        & ~pl.col("control_handshakes"),
        state=State.DOWN,
        explanation="server.tls_policy",
        reason="The server itself rejects the handshake, the control's as well.",
        source="sources: F7",
    ),
    Rule(
        id="tls.cut_for_all",
        condition=pl.col("is_site")
        & has_kind(Kind.RESET, Kind.CLOSE)
        & ~pl.col("control_handshakes")
        & ~pl.col("control_handshakes_anywhere"),
        state=State.INSUFFICIENT,
        mechanism="tls",
        explanation="server.tls_policy",
        reason="The control's handshakes end in the same way, so the server may not serve such clients at all.",
        source="sources: F7; ooni/probe issue 2517",
    ),
    Rule(
        id="tls.not_genuine",
        condition=pl.col("is_site") & pl.col("kind").is_not_null() & ~pl.col("is_trusted"),
        reason="The address is not known to be the site's, so a failure there says nothing about the site.",
        source="decision.md step 8",
    ),
)
"""Rules of the TLS handshake, in order."""
