"""The target as a whole: usable or not, its control, its service's need (:func:`trigpoint.judge.whole.whole_frame`)."""

from __future__ import annotations

import polars as pl

from trigpoint.judge.remote import REMOTE
from trigpoint.judge.rule import Rule
from trigpoint.model.verdict import State

_site = pl.col("is_site")
_control_failed = pl.col("control_failure").is_not_null()
_fails = pl.col("pages").is_null() | pl.col("final_page_fails")
_plain_nettest = ~_site & ~pl.col("is_service") & (pl.col("echoes") == 0) & ~pl.col("nettest").is_in(REMOTE)
# Where the port dies between tries, that it was open once says nothing of now.
_mostly_back = pl.col("payload_tries").is_null() | (2 * pl.col("payloads_back") >= pl.col("payload_tries"))
_TWINS = "primitive M21; Xue et al., IMC 2021"

WHOLE = (
    Rule(
        id="whole.input_invalid",
        condition=_site & pl.col("site").is_null(),
        state=State.INSUFFICIENT,
        explanation="input.invalid",
        outweighs=(State.BLOCKED, State.OK, State.DOWN),
        reason="The input names no host that could be measured.",
        source="sources: F24",
    ),
    Rule(
        id="whole.vpn",
        condition=pl.col("network_type") == "vpn",
        state=State.INSUFFICIENT,
        explanation="local.vpn",
        # A VPN hides what the network blocks; what it did not hide was still seen.
        outweighs=(State.OK, State.DOWN),
        reason="A VPN was active on the device, so the network that was measured may be the VPN's.",
        source="sources: F13",
    ),
    Rule(
        id="whole.portal",
        condition=pl.col("is_behind_portal"),
        state=State.INSUFFICIENT,
        explanation="local.captive_portal",
        outweighs=(State.BLOCKED, State.OK, State.DOWN),
        reason="A login page of the access network answered in the measurement, so it stood before everything.",
        source="sources: F2; RFC 8952",
    ),
    Rule(
        id="whole.opened_by_product",
        condition=pl.col("is_opened") | pl.col("run_is_opened"),
        state=State.INSUFFICIENT,
        explanation="local.tls_interception",
        # Whoever opens what has nothing to do with the site is its owner's filter, and what it cuts is its own choice.
        outweighs=(State.BLOCKED,),
        reason="A program of a device or an office opens TLS of other names too, so what is cut may be its own doing.",
        source="sources: F14; de Carné de Carnavalet and Mannan, NDSS 2016",
    ),
    Rule(
        id="whole.program_fails",
        condition=_site & pl.col("is_defective"),
        state=State.INSUFFICIENT,
        explanation="probe.defect",
        outweighs=(State.BLOCKED, State.DOWN),
        reason="The site fails with this version of the probe everywhere, and with others in the same networks works.",
        source="decision.md, alone and in a survey; ooni/probe issue 2627",
    ),
    Rule(
        id="whole.control_suspect",
        condition=_site & pl.col("control_is_suspect") & ~pl.col("control_answers"),
        state=State.INSUFFICIENT,
        explanation="control.failure",
        # What only this network's control calls down may be up: the control may be the one that is cut off.
        outweighs=(State.DOWN,),
        reason="On this network the control fails on most of what the controls of other networks get.",
        source="sources: F5; decision.md, alone and in a survey",
    ),
    Rule(
        id="whole.gone",
        condition=_site & pl.col("is_gone") & _fails & ~pl.col("control_answers"),
        state=State.DOWN,
        explanation="site.down",
        reason="The site fails on most networks of most countries of the survey, and no control got it.",
        source="sources: F12; decision.md, alone and in a survey",
    ),
    Rule(
        id="whole.not_listed",
        condition=_site & pl.col("is_walled") & ~pl.col("control_answers"),
        state=State.BLOCKED,
        mechanism="ip.allowlist",
        reason=(
            "In the whole run nearly every address stayed silent at the same step as this site's, while a few "
            "answered; of the servers that are up wherever there is Internet some did, and others stayed silent."
        ),
        source="sources: I7; Russian mobile networks 2025: net4people/bbs 516, 579 and 630",
    ),
    Rule(
        id="whole.network_silent",
        condition=_site & pl.col("network_is_silent") & pl.col("control_answers"),
        state=State.INSUFFICIENT,
        explanation="network.flaky",
        reason="Everything beyond the device's resolver, or every resolver, stayed unanswered.",
        source="sources: F17; decision.md step 1",
    ),
    Rule(
        id="whole.control_failed",
        condition=_site & _control_failed,
        state=State.INSUFFICIENT,
        explanation="control.failure",
        reason="The control measurement failed.",
        source="requirement R4; sources: F5",
    ),
    Rule(
        id="whole.control_absent",
        condition=_site & ~_control_failed & ~pl.col("has_control"),
        state=State.INSUFFICIENT,
        explanation="control.absent",
        reason="There is no control measurement to compare with.",
        source="requirement R4",
    ),
    Rule(
        id="whole.site_down",
        condition=_site
        & pl.col("has_control")
        & ~_control_failed
        & ~pl.col("control_answers")
        & pl.col("control_page_kind").is_not_null()
        & ~pl.col("control_tls_refused")
        & _fails,
        state=State.DOWN,
        explanation="site.down",
        reason="The control could not get the page either.",
        source="sources: F12; ooni/pipeline issue 46",
    ),
    Rule(
        id="whole.service_works",
        condition=pl.col("need_is_met"),
        state=State.OK,
        reason="As many of the service's endpoints answered as it needs.",
        source="reference/services.py",
    ),
    Rule(
        id="whole.service_mixed",
        condition=pl.col("is_service") & (pl.col("names_mixed") > 0) & ~pl.col("need_is_met"),
        state=State.INSUFFICIENT,
        explanation="network.flaky",
        reason="The same page of the service was reached once and not another time.",
        source="sources: F17",
    ),
    Rule(
        id="whole.service_untried",
        condition=pl.col("is_service") & ~pl.col("need_is_met") & ~pl.col("is_failing"),
        state=State.INSUFFICIENT,
        explanation="control.absent",
        reason="Too few of the service's endpoints were tried.",
        source="requirement R4; reference/services.py",
    ),
    Rule(
        id="whole.nothing_answered",
        condition=~_site
        & (pl.col("steps") > 0)
        & (pl.col("successes") == 0)
        & ~pl.col("network_works")
        & ~pl.col("nettest").is_in(REMOTE),
        state=State.INSUFFICIENT,
        explanation="network.flaky",
        reason="Nothing at all answered in the measurement, so the network itself may have been down.",
        source="decision.md step 1",
    ),
    Rule(
        id="whole.task_done",
        condition=_plain_nettest & pl.col("outcome_success"),
        state=State.OK,
        reason="The nettest's own task succeeded.",
        source="the nettest's specification in ooni/spec",
    ),
    Rule(
        id="whole.task_failed",
        condition=_plain_nettest & ~pl.col("outcome_success").fill_null(pl.col("outcome_failure").is_null()),
        state=State.INSUFFICIENT,
        explanation="control.absent",
        reason="The nettest's own task failed, and it has no control that says why.",
        source="requirement R4",
    ),
    Rule(
        id="whole.all_steps_worked",
        condition=_plain_nettest
        & ~pl.col("nettest").is_in(["host_blocking", "throttling"])  # what came may be anybody's, or slow
        & (pl.col("connections") > 0)
        & (pl.col("failures") == 0)
        & pl.col("outcome_failure").is_null()
        & pl.col("outcome_success").fill_null(value=True),
        state=State.OK,
        reason="Every step of the measurement succeeded.",
        source="decision.md, from findings to a state",
    ),
    Rule(
        id="whole.some_pings_answered",
        condition=pl.col("nettest").is_in(["tcpping", "tlsping", "quicping", "simplequicping"])
        & (pl.col("connections") > 0)
        & (pl.col("failures") > 0),
        state=State.OK,
        explanation="network.flaky",
        reason="Some of the repeated attempts were answered.",
        source="ooni/spec ts-031, ts-032 and ts-033; sources: F17",
    ),
    Rule(
        id="whole.only_names",
        condition=_plain_nettest
        & (pl.col("steps") > 0)
        & (pl.col("connections") == 0)
        & (pl.col("successes") > 0)
        & pl.col("outcome_success").is_null(),
        state=State.INSUFFICIENT,
        explanation="control.absent",
        reason="Only names were looked up, and nothing says what the right answers are.",
        source="requirement R4",
    ),
    Rule(
        id="whole.no_steps",
        condition=(pl.col("steps") == 0)
        & pl.col("outcome_success").is_null()
        & pl.col("outcome_failure").is_null()
        & ~_control_failed
        & (pl.col("site").is_not_null() | ~_site),
        state=State.INSUFFICIENT,
        explanation="probe.defect",
        reason="The record holds no step on this target.",
        source="requirement R3",
    ),
    Rule(
        id="whole.task_undone",
        condition=~_site
        & ~pl.col("is_service")
        & (pl.col("steps") > 0)
        & pl.col("network_works")
        & ((pl.col("echoes") > 0) & (pl.col("echoes_heard") == 0) | (pl.col("successes") == 0)),
        state=State.INSUFFICIENT,
        explanation="control.absent",
        reason="Nothing of the target answered, and nothing says why.",
        source="requirement R4",
    ),
    Rule(
        id="whole.stopped_early",
        condition=_site
        & pl.col("control_answers")
        & (pl.col("connections") > 0)
        & (pl.col("failures") == 0)
        & pl.col("pages").is_null(),
        state=State.INSUFFICIENT,
        explanation="probe.defect",
        reason="The probe stopped before it asked for the page, though nothing had failed.",
        source="ooni/backend issue 351",
    ),
    Rule(
        id="whole.echo_intact",
        condition=(pl.col("echoes_heard") > 0) & _mostly_back & ~pl.col("content_may_be_cut"),
        state=State.OK,
        reason="The echo server was reached.",
        source="ooni/spec ts-006 and ts-007",
    ),
    Rule(
        id="whole.slow_by_name",
        condition=pl.col("name_is_slow"),
        state=State.BLOCKED,
        mechanism="tls.throttle.sni",
        reason="The same object came many times slower with this server name, again and again, than with another.",
        source=_TWINS,
    ),
    Rule(
        id="whole.frozen_by_name",
        condition=pl.col("name_is_frozen"),
        state=State.BLOCKED,
        mechanism="tls.freeze",
        reason="The same object stopped coming with this server name, again and again, and came whole with another.",
        source=_TWINS,
    ),
    Rule(
        id="whole.silenced_by_name",
        condition=pl.col("name_is_silenced"),
        state=State.BLOCKED,
        mechanism="tls.timeout.sni",
        reason="With this server name nothing came after the handshake, again and again, and with another all.",
        source=_TWINS,
    ),
    Rule(
        id="whole.name_comes_through",
        condition=pl.col("name_comes_through"),
        state=State.OK,
        reason="A server of one's own was reached under this server name, fast or slow.",
        source=_TWINS,
    ),
    Rule(
        id="whole.payload_cut",
        condition=pl.col("content_is_cut"),
        state=State.BLOCKED,
        mechanism="tcp",
        reason="Flows that look like no protocol were cut more often than those in the frame of TLS, not by chance.",
        source="primitive M29; Wu et al., USENIX Security 2023; Bock et al., FOCI 2020",
    ),
    Rule(
        id="whole.payload_undecided",
        condition=(pl.col("payload_tries") > 0)
        & ~pl.col("content_is_cut")
        & ~(_mostly_back & ~pl.col("content_may_be_cut")),
        state=State.INSUFFICIENT,
        mechanism="tcp",
        explanation="network.flaky",
        reason="Some flows to the echo server were cut, and their content does not tell which.",
        source="sources: F17; primitive M29",
    ),
    Rule(
        id="whole.echo_changed",
        condition=(pl.col("echoes_changed") > 0) & (pl.col("echoes_heard") > 0),
        state=State.BLOCKED,
        mechanism="http",
        reason="What came back from the echo server is not what was sent: the path changes or answers requests.",
        source="ooni/spec ts-006 and ts-007",
    ),
)
"""Rules of the target as a whole, in order."""
