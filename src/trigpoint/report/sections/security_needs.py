"""Security: what the chapter has no figures of, and who would have them."""

from __future__ import annotations

from trigpoint.report.language import N_
from trigpoint.report.section import Need, Section

SECTION = Section(
    order=20,
    id="security_needs",
    chapter="security",
    title="Not known here",
    template="security_needs.html",
    values=lambda _: {
        "needs": (
            Need(
                what=N_("websites tampered with, month by month"),
                source=N_("the national response team (in China CNCERT), from its monthly reports, kept by hand"),
                command="trigpoint report CC --data DIR --to DIR",
            ),
            Need(
                what=N_("addresses covered by route origin authorisations"),
                source=N_("rpki-client.org"),
                command="trigpoint figures update vrps",
            ),
        )
    },
    has=lambda edition: edition.has_statistics,
)
