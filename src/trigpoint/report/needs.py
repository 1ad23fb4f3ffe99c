"""What fills sections that have nothing to show: each source with the command that brings it."""

from __future__ import annotations

from trigpoint.report.section import Need

_UPDATE = "trigpoint figures update"

USERS = Need(
    what="the share of people who use the Internet", source="World Bank, from the ITU", command=f"{_UPDATE} users"
)
POPULATION = Need(what="the number of people", source="World Bank", command=f"{_UPDATE} population")
DELEGATIONS = Need(
    what="addresses and AS numbers by country",
    source="the regional Internet registries",
    command=f"{_UPDATE} delegations",
)
ROOTS = Need(what="sites of root servers, letter by letter", source="root-servers.org", command=_UPDATE)
DOMAINS = Need(what="top-level domains", source="IANA", command=f"{_UPDATE} domains")
PAYLOADS = Need(what="validated payloads of the RPKI", source="rpki-client or Routinator", command=f"{_UPDATE} vrps")
ROUTES = Need(
    what="routing tables (MRT)",
    source="RIPE RIS or RouteViews",
    command="trigpoint report SUBJECT --data DIR --to REPORT",
)
SURVEY = Need(
    what="a survey that is there already",
    source="your own",
    command="trigpoint report SUBJECT --survey DIR --to REPORT",
)
MEASUREMENTS = Need(
    what="measurements on networks of the country",
    source="your own, or the archive of OONI",
    command="trigpoint survey CC MEASUREMENTS --to DIR",
)
