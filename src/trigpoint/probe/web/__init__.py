"""Parts of web_connectivity: where a name leads, which addresses answer, and what a page answers with."""
