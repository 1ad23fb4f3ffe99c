"""What is assessed: each step belongs to one target, a site or a service made of several endpoints."""

from __future__ import annotations

from functools import cache

import msgspec
import polars as pl

from trigpoint.reference.services import IGNORED_HOSTS, RETIRED_HOSTS, SERVICES

ADDRESS = r"^[0-9.]+$|:"
"""What an IP address looks like where a host name may stand as well."""


class ServiceMap(msgspec.Struct, frozen=True):
    """The services as small frames."""

    hosts: pl.DataFrame
    """nettest, endpoint_name, by_host."""
    addresses: pl.DataFrame
    """nettest, endpoint_address, by_address."""
    tags: pl.DataFrame
    """nettest, service_tag, by_tag."""
    defaults: pl.DataFrame
    """nettest, by_default."""
    services: pl.DataFrame
    """target, need, minimum, is_volunteered."""

    def assign(self, steps: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
        """Add ``target`` to each step, and ``name``, the host name that the step is about.

        A tag decides before a host name, a host name before an address, an address before the nettest's default.
        Steps of a site belong to the site at every hop. Steps that serve another purpose are dropped; ``names`` pairs
        addresses with names in the measurement.
        """
        return (
            steps.with_columns(
                service_tag=_column(steps, "tags").str.extract(r"(?:^| )service=(\S+)", 1),
                endpoint_address=_stated_address(steps),
            )
            .join(names, left_on=["m", "endpoint_address"], right_on=["m", "address"], how="left")
            .with_columns(name=pl.coalesce(_stated_name(steps), "name_of_address"))
            .filter(~_serves_another_purpose().fill_null(value=False))
            .join(self.tags, on=["nettest", "service_tag"], how="left")
            .join(self.hosts, left_on=["nettest", "name"], right_on=["nettest", "endpoint_name"], how="left")
            .join(self.addresses, on=["nettest", "endpoint_address"], how="left")
            .join(self.defaults, on="nettest", how="left")
            .with_columns(
                target=pl.when("is_site")
                .then(pl.col("site"))
                .otherwise(pl.coalesce("by_tag", "by_host", "by_address", "by_default", "site", "nettest"))
                .fill_null(pl.col("nettest")),
                is_known_endpoint=pl.any_horizontal(pl.col("by_host", "by_address", "by_tag").is_not_null()),
            )
            .drop("by_tag", "by_host", "by_address", "by_default", "name_of_address", "service_tag", "endpoint_address")
            .sort("m", "step")
        )


def _serves_another_purpose() -> pl.Expr:
    """Say of which steps nothing follows for the target: of names that mean something else, or that were given up."""
    retired = pl.any_horizontal(
        (pl.col("name") == host) & (pl.col("started_at") >= since) for host, since in RETIRED_HOSTS.items()
    )
    return pl.col("name").is_in(IGNORED_HOSTS) | retired


def _column(steps: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in steps.columns else pl.lit(None, dtype=pl.String)


def _stated_address(steps: pl.DataFrame) -> pl.Expr:
    """Give the address that a step itself states; a URL may name one in the place of a host."""
    if "host" not in steps.columns:
        return _column(steps, "address")
    return pl.coalesce("address", pl.when(pl.col("host").str.contains(ADDRESS)).then("host"))


def _stated_name(steps: pl.DataFrame) -> pl.Expr:
    """Give the name that a step itself states; an address in the place of a name is none."""
    stated = [name for name in ("hostname", "server_name", "host") if name in steps.columns]
    name = pl.coalesce(stated) if stated else pl.lit(None, dtype=pl.String)
    return pl.when(name.str.contains(ADDRESS)).then(None).otherwise(name)


@cache
def service_frames() -> ServiceMap:
    """Lay the services out as frames, once."""
    every = SERVICES.values()
    text = pl.String
    return ServiceMap(
        hosts=pl.DataFrame(
            [(s.nettest, host, s.target) for s in every for host in s.hosts],
            schema={"nettest": text, "endpoint_name": text, "by_host": text},
            orient="row",
        ),
        addresses=pl.DataFrame(
            [(s.nettest, address, s.target) for s in every for address in s.addresses],
            schema={"nettest": text, "endpoint_address": text, "by_address": text},
            orient="row",
        ),
        tags=pl.DataFrame(
            [(s.nettest, s.tag, s.target) for s in every if s.tag],
            schema={"nettest": text, "service_tag": text, "by_tag": text},
            orient="row",
        ),
        defaults=pl.DataFrame(
            [(s.nettest, s.target) for s in every if s.is_default],
            schema={"nettest": text, "by_default": text},
            orient="row",
        ),
        services=pl.DataFrame(
            [(s.target, str(s.need), s.minimum, s.is_volunteered) for s in every],
            schema={"target": text, "need": text, "minimum": pl.Int64, "is_volunteered": pl.Boolean},
            orient="row",
        ),
    )
