"""OONI's data format, read into records: https://github.com/ooni/spec, folders ``data-formats`` and ``nettests``."""
