"""What fills sections that have nothing to show: each source with the command that brings it."""

from __future__ import annotations

from trigpoint.report.language import N_
from trigpoint.report.section import Need

_UPDATE = "trigpoint figures update"

USERS = Need(
    what=N_("the share of people who use the Internet"),
    source=N_("World Bank, from the ITU"),
    command=f"{_UPDATE} users",
)
POPULATION = Need(what=N_("the number of people"), source=N_("World Bank"), command=f"{_UPDATE} population")
DELEGATIONS = Need(
    what=N_("addresses and AS numbers by country"),
    source=N_("the regional Internet registries"),
    command=f"{_UPDATE} delegations",
)
ROOTS = Need(what=N_("sites of root servers, letter by letter"), source=N_("root-servers.org"), command=_UPDATE)
DOMAINS = Need(what=N_("top-level domains"), source=N_("IANA"), command=f"{_UPDATE} domains")
PAYLOADS = Need(
    what=N_("validated payloads of the RPKI"), source=N_("rpki-client or Routinator"), command=f"{_UPDATE} vrps"
)
ROUTES = Need(
    what=N_("routing tables (MRT)"),
    source=N_("RIPE RIS or RouteViews"),
    command="trigpoint report SUBJECT --data DIR --to REPORT",
)
SURVEY = Need(
    what=N_("a survey that is there already"),
    source=N_("your own"),
    command="trigpoint report SUBJECT --survey DIR --to REPORT",
)
MEASUREMENTS = Need(
    what=N_("measurements on networks of the country"),
    source=N_("your own, or the archive of OONI"),
    command="trigpoint survey CC MEASUREMENTS --to DIR",
)
