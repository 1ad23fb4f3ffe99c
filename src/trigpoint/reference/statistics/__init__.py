"""Statistics of others: files of the registries, the World Bank, root-servers.org, IANA and RPKI validators.

Each reader takes bytes and their source, and gives series with rejects: what cannot be used is one sentence with file
and line, and the rest is read. A file that is something else altogether is an :class:`~trigpoint.errors.InputError`.
"""
