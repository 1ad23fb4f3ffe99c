"""A measurement: one run of one nettest by one probe against one input; and what could not be read as one."""

from __future__ import annotations

import msgspec

from trigpoint.model.step import Body, Certificate, Step


class Measurement(msgspec.Struct, frozen=True):
    """One measurement with its steps. Facts only: the probe's own verdict is kept apart (R1).

    It can be made by position, as steps can; that is why what every measurement has (nettest, source, path, line) has
    a default too, where it stands behind what may be missing.
    """

    id: str
    """SHA-256 (hex) of the raw record in canonical form: MessagePack with sorted keys, without what an archive adds."""
    uid: str | None = None
    """The archive's name for it. Missing: never archived."""
    report_id: str | None = None
    """Number of the run that it was part of, by the archive or the probe. Missing: not recorded."""
    nettest: str = ""
    """Name of the nettest, such as ``web_connectivity``."""
    nettest_version: str | None = None
    """Version of the nettest. Missing: not recorded."""
    software: str | None = None
    """Program and version that measured, such as ``ooniprobe 3.22.0``. Missing: not recorded."""
    platform: str | None = None
    """Operating system of the probe, where annotated. Missing: not recorded."""
    network_type: str | None = None
    """``wifi``, ``mobile``, ``vpn``, ... where annotated. Missing: not recorded."""
    lab_world: str | None = None
    """World of the lab in which it was made. Missing: the real network."""
    probe_cc: str | None = None
    """Country of the probe (ISO 3166-1 alpha-2). Missing: not recorded, or ``ZZ``."""
    probe_asn: int | None = None
    """AS number of the probe's network. Missing: not recorded, or 0."""
    probe_network: str | None = None
    """Name of that network. Missing: not recorded."""
    resolver_asn: int | None = None
    """AS number of the probe's resolver. Missing: not recorded, or 0."""
    vantage_address: str | None = None
    """Address of the server or resolver that stands in for a probe in remote measurements, and is in the country and
    network of ``probe_cc`` and ``probe_asn``. Missing: a probe measured, whose address is nobody's business (R10)."""
    started_at: float | None = None
    """Start, seconds since 1970-01-01 UTC by the probe's clock. Missing: not recorded."""
    runtime_seconds: float | None = None
    """Duration. Missing: not recorded."""
    input: str | None = None
    """What was measured, as recorded (several inputs are joined by one space). Missing: the nettest takes none."""
    target: str | None = None
    """Host of the input as an A-label or address. Missing: no input, or none that names a host."""
    control_failure: str | None = None
    """Why the control failed as a whole. Missing: it answered, or the nettest has none."""
    has_control: bool | None = None
    """Whether a control result is in the record. Missing: the nettest has none."""
    outcome_failure: str | None = None
    """Failure of the nettest's own task as a whole (tunnel, transfer, page). Missing: none recorded."""
    outcome_success: bool | None = None
    """Whether that task succeeded (bootstrapped, connected, loaded). Missing: not recorded."""
    probe_verdict: str | None = None
    """The probe's own conclusions, as JSON text, kept apart; the judge never reads them (R1). Missing: none."""
    source: str = ""
    """SHA-256 (hex) of the file it came from."""
    path: str = ""
    """Path of that file as given."""
    member: str | None = None
    """Member inside an archive file. Missing: not an archive."""
    line: int = 1
    """Line in the file or member, from 1."""
    steps: tuple[Step, ...] = ()
    """Its steps, numbered in this order."""
    certificates: tuple[Certificate, ...] = ()
    """Certificates first seen with this measurement by its reader; a reader may repeat them."""
    bodies: tuple[Body, ...] = ()
    """Response bodies of the steps."""


class Reject(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be read as a measurement (R3)."""

    source: str | None = None
    """SHA-256 (hex) of the file. Missing: the file could not be read at all."""
    path: str
    """Path of the file as given."""
    member: str | None = None
    """Member inside an archive file. Missing: not an archive, or the archive as a whole."""
    line: int | None = None
    """Line in the file or member, from 1. Missing: the file as a whole."""
    reason: str
    """One sentence for a person."""
