"""Pages that Satellite fetched from outside at addresses that differ from the control's (``blockpages.json``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trigpoint.archive.censored_planet.answers import answer_of
from trigpoint.archive.censored_planet.errors import Stage, error_of
from trigpoint.archive.censored_planet.record import BESIDE, objects
from trigpoint.archive.ooni.recorder import CONTROL, Recorder
from trigpoint.archive.ooni.values import escape, text
from trigpoint.model.step import HttpRoundTrip, TlsHandshake
from trigpoint.net.names import canonical_address, host_of

if TYPE_CHECKING:
    from typing import Final

_PORTS: Final = {"http": 80, "https": 443}


def add_pages(recorder: Recorder, beside: dict[str, Any]) -> None:
    """Add what was fetched: the vantage is ``control``, since it was fetched outside the country."""
    for number, page in objects(beside.get("pages")):
        address = canonical_address(str(page.get("ip")))
        name = host_of(str(page.get("keyword")))
        if address is not None and name is not None:
            for scheme in _PORTS:
                _add(recorder, page, scheme, address, name, f"/{escape(BESIDE)}/pages/{number}/{scheme}")


def _add(recorder: Recorder, page: dict[str, Any], scheme: str, address: str, name: str, pointer: str) -> None:
    received = page.get(scheme)
    if received is None:
        return
    error = error_of(received, is_encrypted=scheme == "https") if isinstance(received, str) else None
    answer = answer_of(recorder, received if error is None else None)
    key: dict[str, Any] = {"pointer": pointer, "vantage": CONTROL, "address": address, "port": _PORTS[scheme]}
    if scheme == "https" and (error is None or error.stage is Stage.TLS):
        failure = _certificate_failure(page) if error is None else error.failure
        recorder.steps.append(
            TlsHandshake(
                **key,
                step=len(recorder.steps),
                failure=failure,
                server_name=name,
                version=answer.tls_version,
                is_verified=error is None,
                certificate_chain=answer.certificate_chain,
            )
        )
        if error is not None:
            return
    recorder.steps.append(
        HttpRoundTrip(
            **key,
            step=len(recorder.steps),
            failure=None if error is None else error.failure,
            url=f"{scheme}://{name}/",
            scheme=scheme,
            host=name,
            method="GET",
            status=answer.status,
            headers=answer.headers,
            location=answer.location,
            title=answer.title,
            body_bytes=answer.body_bytes,
            body_sha256=answer.body_sha256,
        )
    )


def _certificate_failure(page: dict[str, Any]) -> str | None:
    """Say how the certificate failed, as the fetch recorded it; where it recorded nothing, it was not verified."""
    if page.get("cert_hostname_match") is False:
        return "ssl_invalid_hostname"
    if page.get("trusted_cert") is True and page.get("cert_hostname_match") is True:
        return None
    return text("ssl_unknown_authority") if page.get("trusted_cert") is False else "ssl_invalid_certificate"
